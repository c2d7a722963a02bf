"""The floor of a durable commit: append the bytes to a file and fdatasync it."""

import os
from pathlib import Path
from time import perf_counter

SYNC = getattr(os, "fdatasync", os.fsync)


def append_synced(path: Path, entries: list[bytes]) -> list[float]:
    """Append and sync one after the other; give the seconds of each."""
    taken = []
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        for entry in entries:
            began = perf_counter()
            os.write(handle, entry)
            SYNC(handle)
            taken.append(perf_counter() - began)
    finally:
        os.close(handle)
    return taken
