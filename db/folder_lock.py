"""One console a folder: a lock the operating system frees when its holder dies."""

import os
import sys
from pathlib import Path

from console.domain.errors import OperatorError

# Beyond the text, because a locked byte cannot be read by others on Windows.
_LOCKED_BYTE = 1 << 20


class FolderLock:
    """Held by the one program that writes in a data folder; readers need none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None

    def take(self) -> None:
        """Take the lock; OperatorError naming the holder's process where it is held."""
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(handle)
        except OSError:
            os.close(handle)
            raise OperatorError(
                f"Another console (process {self.holder() or 'unknown'}) has {self._path.parent} open",
                "nothing was changed", "use that one, or close it first",
            ) from None
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        self._handle = handle

    def holder(self) -> int | None:
        """Give the process number written by whoever took the lock last."""
        try:
            return int(self._path.read_text(encoding="ascii").strip())
        except (OSError, ValueError):
            return None

    @property
    def held(self) -> bool:
        """Tell whether this object holds the lock."""
        return self._handle is not None

    def release(self) -> None:
        """Give the lock back; the file stays, because removing it would let two in."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        os.lseek(handle, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        os.lseek(handle, 0, os.SEEK_SET)

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
