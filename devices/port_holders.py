"""Which other program holds a port, where the system tells: open files, file locks, lock files.

A port without a lock can be opened twice, and then each of the two readers gets half of the bytes. So
a port that is held is never opened, not even to ask who is there.
"""

import contextlib
import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
LOCK_FOLDERS = (Path("/run/lock"), Path("/var/lock"))
PSEUDO_TERMINALS = "/dev/pts/"


@dataclass(frozen=True, slots=True)
class Holder:
    """A process, by number and name (empty where the system keeps it to itself)."""

    pid: int
    name: str

    def __str__(self) -> str:
        return f"{self.name} (process {self.pid})" if self.name else f"process {self.pid}"


class PortHeld(OSError):
    """Another program holds the port; it was left alone."""

    def __init__(self, port: str, holder: Holder) -> None:
        super().__init__(errno.EBUSY, f"{port} is held by {holder}")
        self.holder = holder


def is_pseudo_terminal(port: str) -> bool:
    """Tell whether a path ends at a pseudo-terminal: its maker holds the same end open by right."""
    return os.path.realpath(port).startswith(PSEUDO_TERMINALS)


def _named(pid: int, proc: Path) -> Holder:
    try:
        return Holder(pid, (proc / str(pid) / "comm").read_text(encoding="utf-8", errors="replace").strip())
    except OSError:
        return Holder(pid, "")


def _alive(pid: int, proc: Path) -> bool:
    return (proc / str(pid)).is_dir()


def _by_lock_file(port: str, folders: tuple[Path, ...], proc: Path) -> Iterator[int]:
    """Read the lock files of the older custom: the holder's number in ``LCK..ttyUSB0``."""
    for folder in folders:
        with contextlib.suppress(OSError, ValueError, IndexError):
            pid = int((folder / f"LCK..{os.path.basename(os.path.realpath(port))}").read_bytes()[:16].split()[0])
            if _alive(pid, proc):
                yield pid


def _by_file_lock(port: str, proc: Path) -> Iterator[int]:
    """Read the system's list of file locks: ``1: FLOCK ADVISORY WRITE 812 00:05:1043 0 EOF``."""
    try:
        about = os.stat(port)
        wanted = f"{os.major(about.st_dev):02x}:{os.minor(about.st_dev):02x}:{about.st_ino}"
        lines = (proc / "locks").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return
    for line in lines:
        words = line.split()
        if len(words) > 5 and words[5] == wanted and words[4].isdigit():
            yield int(words[4])


def _leads_to(opened: Path, wanted: str) -> bool:
    try:
        return os.readlink(opened) == wanted
    except OSError:  # closed meanwhile
        return False


def _by_open_file(port: str, proc: Path) -> Iterator[int]:
    """Look through the open files of every process that lets itself be seen."""
    wanted = os.path.realpath(port)
    for process in proc.glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if any(_leads_to(opened, wanted) for opened in (process / "fd").iterdir()):
                yield int(process.name)


def holder_of(
    port: str, proc: Path = PROC, lock_folders: tuple[Path, ...] = LOCK_FOLDERS, own_pid: int | None = None
) -> Holder | None:
    """Give another process that holds a port, None where there is none or the system does not tell."""
    if os.name != "posix" or not os.path.exists(port):
        return None
    own = os.getpid() if own_pid is None else own_pid
    ways = [_by_lock_file(port, lock_folders, proc), _by_file_lock(port, proc)]
    if not is_pseudo_terminal(port):
        ways.append(_by_open_file(port, proc))
    return next((_named(pid, proc) for way in ways for pid in way if pid != own), None)


def refuse_if_held(port: str) -> None:
    """Raise ``PortHeld`` when another program holds the port."""
    holder = holder_of(port)
    if holder is not None:
        raise PortHeld(port, holder)
