"""Copies below the folder's own ``exports``: which of them are, or may be, of one patient."""

import logging
import shutil
from collections.abc import Collection, Iterator
from pathlib import Path

log = logging.getLogger(__name__)

# What cannot be looked into: whose it is cannot be told, so it goes, and can be written again.
_OPAQUE = frozenset({".pdf", ".png", ".jpg", ".jpeg", ".zip", ".parquet"})


def files_of(exports: Path, names: Collection[str]) -> Iterator[str]:
    """Give the entries that hold a name (a patient's number, a session's id) or cannot be looked into."""
    if not exports.is_dir():
        return
    wanted = [name.encode() for name in names]
    for entry in sorted(exports.iterdir()):
        inside = [path for path in entry.rglob("*") if path.is_file()] if entry.is_dir() else [entry]
        if any(_may_hold(path, wanted) for path in inside):
            yield entry.name


def remove_files(exports: Path, entries: Collection[str]) -> None:
    """Delete entries; one that cannot be deleted is logged."""
    for name in entries:
        path = exports / name
        try:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        except OSError as error:
            log.error("an export of an erased patient could not be deleted: %s", error.strerror)


def _may_hold(path: Path, names: Collection[bytes]) -> bool:
    if path.suffix.lower() in _OPAQUE:
        return True
    try:
        content = path.read_bytes()
    except OSError:
        return True
    return any(name in content for name in names)
