"""Exports appear whole or not at all: written beside the target, flushed to disk, then renamed."""

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from console.domain.errors import OperatorError

_SAFE = "the record is untouched and nothing was left half written"


@contextmanager
def told_as_operator_error(target: Path) -> Iterator[None]:
    """Turn what the file system refuses into one sentence."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        todo = "make room or choose another place" if full else "choose another place"
        raise OperatorError(f"{target} could not be written ({error.strerror or error})", _SAFE, todo) from error


def write_whole(path: Path, content: bytes) -> None:
    """Write one file in place of any former one; OperatorError where that fails."""
    with told_as_operator_error(path):
        if path.is_dir():
            raise OperatorError(f"{path} is a folder", "nothing was written", "name a file")
        if path.exists() and not path.is_file():  # a device or a pipe: the rename would put a file in its place
            raise OperatorError(f"{path} is no ordinary file", "nothing was written", "name another place")
        path.parent.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(number, "wb") as out:
                out.write(content)
                flush_to_disk(out.fileno())
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        _flush_folder(path.parent)


class GrowingFile:
    """A file written piece by piece beside its place; ``keep`` puts it there, ``drop`` leaves nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with told_as_operator_error(path):
            if path.exists() and not path.is_file():
                raise OperatorError(f"{path} is no ordinary file", "nothing was written", "name another place")
            path.parent.mkdir(parents=True, exist_ok=True)
            number, self._name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
            self._out = os.fdopen(number, "wb")

    def write(self, content: bytes) -> None:
        """Add to it; OperatorError where that fails."""
        with told_as_operator_error(self._path):
            self._out.write(content)

    def keep(self) -> None:
        """Flush it to the disk and put it in its place."""
        with told_as_operator_error(self._path):
            self._out.flush()
            flush_to_disk(self._out.fileno())
            self._out.close()
            os.replace(self._name, self._path)
        _flush_folder(self._path.parent)

    def drop(self) -> None:
        """Take away what was written so far."""
        self._out.close()
        Path(self._name).unlink(missing_ok=True)


def write_folder_whole(target: Path, fill: Callable[[Path], None]) -> None:
    """Let ``fill`` write into a folder beside ``target`` and put that in its place.

    The caller has made sure that what ``target`` holds now may go.
    """
    with told_as_operator_error(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
        try:
            fill(fresh)
            inside = list(fresh.rglob("*"))
            for one in inside:
                if one.is_file():
                    with one.open("rb+") as written:
                        flush_to_disk(written.fileno())
            for folder in (*(one for one in inside if one.is_dir()), fresh):
                _flush_folder(folder)
            _swap(fresh, target)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        _flush_folder(target.parent)


def _swap(fresh: Path, target: Path) -> None:
    """Put ``fresh`` in the place of ``target``; a folder that holds files cannot be renamed over."""
    if not target.exists():
        os.rename(fresh, target)
        return
    aside = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    try:
        os.rename(target, aside / "former")
        try:
            os.rename(fresh, target)
        except OSError:
            os.rename(aside / "former", target)
            raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def flush_to_disk(number: int) -> None:
    """Wait until the system has put an open file on the disk."""
    os.fsync(number)


def _flush_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows has no such call and writes renames through
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
