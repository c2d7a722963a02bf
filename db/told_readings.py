"""What commands read while they may not write: noted beside the database, entered into the audit by the next writer.

One file a command, sealed with a key of the folder's own, so that no name or number lies there in plain. A note is
taken away once its entries are committed; cut off in between, they are entered twice rather than not at all.
"""

import json
import logging
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from uuid6 import uuid7

from console.domain.history import canonical_json
from db.atomic_file import write_atomically

FOLDER, SUFFIX = "readings", ".told"
_NONCE = 12

Told = tuple[str, str, str, str]  # actor, action, subject, detail, as the audit takes them
Enter = Callable[[Sequence[Told]], object]

log = logging.getLogger(__name__)


def tell_reading(folder: Path, key: bytes, told: Sequence[Told]) -> None:
    """Note what is about to be read; OSError where the disk refuses."""
    place = folder / FOLDER
    place.mkdir(mode=0o700, exist_ok=True)
    name, nonce = f"{uuid7()}{SUFFIX}", os.urandom(_NONCE)
    sealed = AESGCM(key).encrypt(nonce, canonical_json([list(one) for one in told]), name.encode())
    write_atomically(place / name, nonce + sealed)


def waiting_readings(folder: Path, key: bytes) -> list[Told]:
    """Give what is noted and not entered yet, oldest first; what cannot be read is told as such."""
    found: list[Told] = []
    for path in _notes(folder):
        with suppress(FileNotFoundError):  # entered by a console meanwhile
            found += _opened(path, key)
    return found


def enter_readings(folder: Path, key: bytes, enter: Enter) -> None:
    """Have ``enter`` commit what is noted, file by file, and take each away behind it."""
    for path in _notes(folder):
        enter(_opened(path, key))
        path.unlink(missing_ok=True)


def _notes(folder: Path) -> list[Path]:
    return sorted((folder / FOLDER).glob(f"*{SUFFIX}"))


def _opened(path: Path, key: bytes) -> list[Told]:
    kept = path.read_bytes()  # one the system will not give now is no broken one: it stays
    try:
        rows = json.loads(AESGCM(key).decrypt(kept[:_NONCE], kept[_NONCE:], path.name.encode()))
        return [(str(actor), str(action), str(subject), str(detail)) for actor, action, subject, detail in rows]
    except (InvalidTag, ValueError):
        log.warning("a note of what a command read cannot be opened: %s", path.name)
        return [("console", "reading_unreadable", path.stem, "")]
