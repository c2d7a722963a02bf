"""``keys.json`` as one line for a printed code, and back: digits and capital letters, which every scanner types alike.

``NCK1`` and hexadecimal of: folder id (16 bytes), fingerprint (8), salt (16), nonce (12), Argon2id memory in
KiB (u32), time (u8), lanes (u8), the wrapped keys, CRC-32 of all before (u32), big-endian. Without the
passphrase it opens nothing.
"""

import json
import os
import struct
import zlib
from pathlib import Path
from typing import Any
from uuid import UUID

from console.domain.errors import OperatorError
from db.atomic_file import sync_folder, write_atomically
from db.keys import WRAPPED_FILE

FORMER_FILE = "keys.former.json"

_MARK = "NCK1"
_FRONT = struct.Struct(">16s8s16s12sIBB")
_SYLLABLES = ("bdfghjklmnprstvz", "aiou")


def recovery_text(folder: Path) -> str:
    """Give the line of a folder's key file; OperatorError where that is missing, damaged or of an earlier console."""
    try:
        kept: dict[str, Any] = json.loads((folder / WRAPPED_FILE).read_bytes())
        cost, box = kept["argon2id"], kept["aes_gcm"]
        front = _FRONT.pack(
            UUID(kept["folder_id"]).bytes, bytes.fromhex(kept["fingerprint"]), bytes.fromhex(cost["salt"]),
            bytes.fromhex(box["nonce"]), cost["memory_kib"], cost["time"], cost["lanes"])
        whole = front + bytes.fromhex(box["sealed"])
    except (OSError, ValueError, KeyError, TypeError, struct.error):
        raise OperatorError(
            f"The key file {folder / WRAPPED_FILE} is missing, damaged or of an earlier console", "nothing was written",
            "wrap the keys anew with main.py keys passphrase") from None
    return _MARK + (whole + zlib.crc32(whole).to_bytes(4, "big")).hex().upper()


def key_file_of(text: str) -> tuple[str, bytes]:
    """Give folder id and content of the key file from a line; OperatorError where it is not one, or was misread."""
    line = "".join(text.split()).upper()
    try:
        raw = bytes.fromhex(line.removeprefix(_MARK))
        whole, check = raw[:-4], raw[-4:]
        if not line.startswith(_MARK) or len(whole) <= _FRONT.size or zlib.crc32(whole).to_bytes(4, "big") != check:
            raise ValueError(line)
    except ValueError:
        raise OperatorError(
            "That is not the code of a recovery sheet, or it was misread", "nothing was written", "scan it again"
        ) from None
    folder, fingerprint, salt, nonce, memory_kib, time, lanes = _FRONT.unpack(whole[: _FRONT.size])
    content = {
        "version": 1, "folder_id": str(UUID(bytes=folder)), "fingerprint": fingerprint.hex(),
        "argon2id": {"memory_kib": memory_kib, "time": time, "lanes": lanes, "salt": salt.hex()},
        "aes_gcm": {"nonce": nonce.hex(), "sealed": whole[_FRONT.size :].hex()},
    }
    return str(content["folder_id"]), json.dumps(content, indent=1).encode() + b"\n"


def put_key_file_back(folder: Path, text: str, folder_id: str) -> None:
    """Write the key file of a recovery sheet into its folder; a key file that is there is kept beside it.

    OperatorError, and nothing changed, where the sheet is another folder's.
    """
    named, content = key_file_of(text)
    if named != folder_id:
        raise OperatorError(
            f"That sheet belongs to another data folder ({named})", "nothing was written", "take this folder's sheet")
    path = folder / WRAPPED_FILE
    if path.exists():
        os.replace(path, path.with_name(FORMER_FILE))
        sync_folder(folder)
    write_atomically(path, content)


def check_words(fingerprint: bytes) -> str:
    """Give a fingerprint as words that can be read aloud, such as ``lusab-babad gutih-…``."""
    words = [_word(int.from_bytes(fingerprint[place : place + 2], "big")) for place in range(0, len(fingerprint), 2)]
    return " ".join(words)


def _word(number: int) -> str:
    consonants, vowels = _SYLLABLES
    return "".join(
        letters[number >> shift & len(letters) - 1]
        for letters, shift in ((consonants, 12), (vowels, 10), (consonants, 6), (vowels, 4), (consonants, 0)))
