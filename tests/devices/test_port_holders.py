"""A port that another program holds is named with its holder and never opened."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from devices.byte_port import open_byte_port
from devices.port_failures import explain_port_failure
from devices.port_holders import Holder, PortHeld, holder_of, refuse_if_held

HOLD = (
    "import fcntl, os, sys\n"
    "port = os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY)\n"
    "if sys.argv[2] == 'lock': fcntl.flock(port, fcntl.LOCK_EX)\n"
    "print('held', flush=True)\nsys.stdin.read()\n"
)


@pytest.fixture
def held(request):
    """Hold a file in another process: ``held(path, "lock" or "open")`` gives its number."""
    holders: list[subprocess.Popen] = []

    def hold(path: str, how: str) -> int:
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD, path, how], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        holders.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        return process.pid

    yield hold
    for process in holders:
        process.communicate(timeout=20)


@pytest.fixture
def terminal():
    master, slave = pty.openpty()
    yield os.ttyname(slave)
    os.close(slave)
    os.close(master)


def test_a_locked_port_is_refused_with_the_name_of_who_holds_it(held, terminal) -> None:
    pid = held(terminal, "lock")
    with pytest.raises(PortHeld) as refused:
        open_byte_port(terminal)
    assert refused.value.holder.pid == pid
    told = str(explain_port_failure(terminal, refused.value))
    assert told.startswith("python") and f"(process {pid}) is using {terminal}; nothing was recorded" in told
    assert told.endswith("close that program and try again.")


def test_a_pseudo_terminal_its_maker_has_open_is_nobody_elses(terminal) -> None:
    assert holder_of(terminal) is None
    open_byte_port(terminal).close()
    open_byte_port(terminal).close()


def test_an_open_port_without_any_lock_is_found_among_the_open_files(held, tmp_path: Path) -> None:
    port = tmp_path / "ttyUSB0"
    port.touch()
    assert holder_of(str(port)) is None
    pid = held(str(port), "open")
    assert holder_of(str(port)) == Holder(pid, (Path("/proc") / str(pid) / "comm").read_text().strip())
    link = tmp_path / "pen"
    link.symlink_to(port)
    with pytest.raises(PortHeld):
        refuse_if_held(str(link))


def test_this_console_is_no_other_program(tmp_path: Path) -> None:
    port = tmp_path / "ttyUSB0"
    with port.open("w"):
        assert holder_of(str(port)) is None
        assert holder_of(str(port), own_pid=-1) is not None


@pytest.mark.parametrize(("words", "found"), [
    (b"        42 minicom root\n", Holder(42, "minicom")), (b"43\n", None), (b"", None), (b"\x2a\0\0\0", None),
])
def test_lock_files_count_while_their_process_lives(words: bytes, found: Holder | None, tmp_path: Path) -> None:
    port, proc, locks = tmp_path / "ttyUSB0", tmp_path / "proc", tmp_path / "lock"
    port.touch()
    (proc / "42").mkdir(parents=True)
    (proc / "42" / "comm").write_text("minicom\n")
    locks.mkdir()
    (locks / "LCK..ttyUSB0").write_bytes(words)
    assert holder_of(str(port), proc, (tmp_path / "none", locks)) == found


def test_a_lock_on_another_file_of_the_same_number_is_not_ours(tmp_path: Path) -> None:
    port, proc = tmp_path / "ttyUSB0", tmp_path / "proc"
    port.touch()
    about = port.stat()
    (proc / "42").mkdir(parents=True)
    line = "1: FLOCK  ADVISORY  WRITE 42 {:02x}:{:02x}:{} 0 EOF\n"
    (proc / "locks").write_text(line.format(os.major(about.st_dev) + 1, os.minor(about.st_dev), about.st_ino))
    assert holder_of(str(port), proc, ()) is None
    (proc / "locks").write_text(line.format(os.major(about.st_dev), os.minor(about.st_dev), about.st_ino))
    assert str(holder_of(str(port), proc, ())) == "process 42"


def test_a_port_that_is_not_there_is_held_by_nobody(tmp_path: Path) -> None:
    assert holder_of(str(tmp_path / "ttyNONE")) is None
    refuse_if_held("COM5")
