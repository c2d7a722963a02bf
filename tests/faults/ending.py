"""Whatever ends the harness ends all it began: its processes, by the mark they carry, and its temporary folder.

Processes are known by ``FAULTS_ROOT`` in their environment, which every child inherits, also one with a session of its
own whose parent was killed. A guardian (``python -m tests.faults.ending ROOT``) outlives a harness that is killed.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT_MARK = "FAULTS_ROOT"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_QUIET_LOOKS = 2


@dataclass
class Ground:
    """The temporary folder of a run, inside that of the run that began it; ``ending``: begin nothing any more."""

    root: Path
    ending: bool = False

    def clear(self) -> None:
        """End what was begun and remove the folder."""
        self.ending = True
        clear(self.root)


@contextmanager
def own_ground() -> Iterator[Ground]:
    """Run on a ground of its own: everything temporary lies on it, every process begun is marked with it."""
    # Short within another's: the names of sockets below have 108 bytes.
    ground = Ground(Path(tempfile.mkdtemp(prefix="f-" if ROOT_MARK in os.environ else "faults-")))

    def end_now(number: int, _frame: Any) -> None:
        ground.clear()
        os.write(sys.stderr.fileno(), f"ended by {signal.Signals(number).name}, nothing is left behind\n".encode())
        os._exit(128 + number)

    guardian = _guardian(ground.root)
    former = {number: signal.signal(number, end_now) for number in SIGNALS}
    os.environ |= {ROOT_MARK: str(ground.root), "TMPDIR": str(ground.root)}
    tempfile.tempdir = str(ground.root)
    try:
        yield ground
    finally:
        ground.clear()
        guardian.communicate()
        for number, handler in former.items():
            signal.signal(number, handler)


def _guardian(root: Path) -> "subprocess.Popen[bytes]":
    """Begin what clears the ground once this process is gone; marked by the run above, if there is one."""
    return subprocess.Popen([sys.executable, "-m", "tests.faults.ending", str(root)], stdin=subprocess.PIPE,
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=Path(__file__).parents[2],
                            start_new_session=True)


def clear(root: Path) -> None:
    """End what is marked with a ground and remove it."""
    sweep(root)
    shutil.rmtree(root, ignore_errors=True)


def sweep(root: Path) -> None:
    """Kill every process marked with this ground or one on it."""
    quiet = 0
    while quiet < _QUIET_LOOKS:
        found = marked(root)
        quiet = 0 if found else quiet + 1
        for pid in found:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue


def marked(root: Path) -> list[int]:
    """Give the processes, but not this one, that carry this ground's mark; without /proc none is known."""
    mark = f"{ROOT_MARK}={root}".encode()
    return [pid for pid in _processes() if pid != os.getpid() and any(
        one == mark or one.startswith(mark + b"/") for one in _environment(pid).split(b"\0"))]


def _processes() -> list[int]:
    proc = Path("/proc")
    return [int(one.name) for one in proc.iterdir() if one.name.isdigit()] if proc.is_dir() else []


def _environment(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:  # gone meanwhile, or another user's
        return b""


if __name__ == "__main__":
    sys.stdin.buffer.read()  # ends with the harness, however that ends
    clear(Path(sys.argv[1]))
