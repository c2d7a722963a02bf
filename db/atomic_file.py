"""Files that are either the old one or the new one, whole, also after a power cut."""

import os
from pathlib import Path


def write_atomically(path: Path, content: bytes, mode: int = 0o600, *, durable_name: bool = True) -> None:
    """Write beside, fsync, rename over; ``durable_name`` also syncs the folder. OSError if it fails."""
    beside = path.with_name(f"{path.name}.new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), mode)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    if durable_name:
        sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Make new names in a folder durable (where the system can)."""
    if os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
