"""The spill file: where units wait when the database cannot take them.

Append-only; each record is ``length u32 | crc32 u32 | nonce 12 | AES-256-GCM``, little-endian, the
CRC over nonce and ciphertext, the associated data the file's id and the record's number. A torn
last record is left out. Records carry the unit's number, and the transaction that folds units in
notes how far it came, so a kill in between folds nothing twice.

A reserve is such a file with room already taken from the disk, zeros up to its end: where the disk
is full, records are written over them. It becomes a spill file by its first record and its name.
"""

import io
import json
import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from uuid6 import uuid7

from console.domain.history import JsonValue, canonical_json

_MAGIC = b"NCSPILL1"
_RECORD = struct.Struct("<II")
_NONCE = 12
_LIMIT = 64 * 1024 * 1024
_BLOCK = bytes(256 * 1024)
SUFFIX, RESERVE_SUFFIX = ".spill", ".reserve"


@dataclass(frozen=True, slots=True)
class SpillPlace:
    """Where a record lies."""

    spill: "SpillFile"
    offset: int
    ordinal: int


class SpillFile:
    """One spill file, written by the recorder thread alone."""

    def __init__(self, path: Path, spill_id: UUID, key: bytes, stream: io.FileIO) -> None:
        self.path, self.spill_id = path, spill_id
        self._cipher, self._stream = AESGCM(key), stream
        self._end, self._ordinal = stream.seek(0, os.SEEK_END), 0

    @classmethod
    def create(cls, folder: Path, key: bytes) -> "SpillFile":
        """Begin a new file; OSError where the disk refuses."""
        spill_id = UUID(int=uuid7().int)
        path = folder / f"{spill_id}{SUFFIX}"
        stream = io.FileIO(path, "x+")
        try:
            _write_all(stream, _MAGIC + spill_id.bytes)
            os.fsync(stream.fileno())
        except OSError:
            stream.close()
            path.unlink(missing_ok=True)
            raise
        return cls(path, spill_id, key, stream)

    @classmethod
    def create_reserve(cls, folder: Path, key: bytes, size: int) -> "SpillFile":
        """Begin a file that holds ``size`` bytes of the disk; OSError where it has not so many to spare."""
        spill_id = UUID(int=uuid7().int)
        path = folder / f"{spill_id}{RESERVE_SUFFIX}"
        stream = io.FileIO(path, "x+")
        try:
            _write_all(stream, _MAGIC + spill_id.bytes)
            made = cls(path, spill_id, key, stream)
            _take_room(stream, size)
        except OSError:
            stream.close()
            path.unlink(missing_ok=True)
            raise
        return made

    @property
    def is_reserve(self) -> bool:
        """Tell whether this file is still kept for a full disk."""
        return self.path.suffix == RESERVE_SUFFIX

    def begin_use(self) -> None:
        """Take a reserve into use under a spill file's name, which sorts behind those begun before."""
        named = self.path.with_name(f"{uuid7()}{SUFFIX}")
        try:
            self.path.rename(named)
        except OSError:  # its records are found under either name
            return
        self.path = named

    @classmethod
    def open_left_over(cls, path: Path, key: bytes) -> "SpillFile | None":
        """Open a file that an earlier run left behind; None where it is not one."""
        stream = io.FileIO(path, "r+")
        start = stream.read(len(_MAGIC) + 16)
        if len(start) < len(_MAGIC) + 16 or not start.startswith(_MAGIC):
            stream.close()
            return None
        return cls(path, UUID(bytes=start[len(_MAGIC) :]), key, stream)

    def empty_again(self) -> bool:
        """Tell whether a file left behind holds no record, and have the first one written at its start."""
        if next(self.records(), None) is not None:
            return False
        self._end = len(_MAGIC) + 16
        return True

    def append(self, facts: dict[str, JsonValue], samples: bytes) -> SpillPlace:
        """Add a record (not durable before ``sync``); OSError leaves the file as it was."""
        place = SpillPlace(self, self._end, self._ordinal)
        nonce = os.urandom(_NONCE)
        head = canonical_json(facts)
        sealed = nonce + self._cipher.encrypt(nonce, head + b"\n" + samples, self._bound_to(self._ordinal))
        record = _RECORD.pack(len(sealed), zlib.crc32(sealed)) + sealed
        try:
            self._stream.seek(self._end)
            _write_all(self._stream, record)
        except OSError:
            self._cut_back()
            raise
        self._end += len(record)
        self._ordinal += 1
        return place

    def sync(self) -> None:
        """Make what was appended durable."""
        os.fsync(self._stream.fileno())

    def read(self, place: SpillPlace) -> tuple[dict[str, Any], bytes]:
        """Give a record's facts and sample bytes; ValueError where it is damaged."""
        facts, samples, _ = self._read_at(place.offset, place.ordinal)
        return facts, samples

    def records(self) -> Iterator[tuple[SpillPlace, dict[str, Any], bytes]]:
        """Give every whole record of a file left behind, in order."""
        offset, ordinal = len(_MAGIC) + 16, 0
        while offset < self._end:
            try:
                facts, samples, size = self._read_at(offset, ordinal)
            except ValueError:
                return
            yield SpillPlace(self, offset, ordinal), facts, samples
            offset, ordinal = offset + size, ordinal + 1

    def close(self) -> None:
        """Close the file; it stays for the next start."""
        self._stream.close()

    def remove(self) -> None:
        """Close and delete the file: everything in it is in the database."""
        self._stream.close()
        self.path.unlink(missing_ok=True)

    def _read_at(self, offset: int, ordinal: int) -> tuple[dict[str, Any], bytes, int]:
        self._stream.seek(offset)
        start = self._stream.read(_RECORD.size)
        if len(start) < _RECORD.size:
            raise ValueError("record is torn")
        length, crc = _RECORD.unpack(start)
        if length <= _NONCE:
            raise ValueError("there is no further record")
        sealed = self._stream.read(min(length, _LIMIT))
        if len(sealed) != length or zlib.crc32(sealed) != crc:
            raise ValueError("record is torn or damaged")
        try:
            plain = self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], self._bound_to(ordinal))
        except InvalidTag:
            raise ValueError("record was not written by this console") from None
        head, _, samples = plain.partition(b"\n")
        return json.loads(head), samples, _RECORD.size + length

    def _bound_to(self, ordinal: int) -> bytes:
        return self.spill_id.bytes + ordinal.to_bytes(8, "little")

    def _cut_back(self) -> None:
        try:
            self._stream.seek(self._end)
            self._stream.truncate()
        except OSError:
            return


def _take_room(stream: io.FileIO, size: int) -> None:
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(stream.fileno(), stream.tell(), size)
        return
    for _ in range(0, size, len(_BLOCK)):  # written, not only promised: a sparse file holds nothing
        _write_all(stream, _BLOCK)


def _write_all(stream: io.FileIO, content: bytes) -> None:
    # Unbuffered: a buffer would keep a refused record and write it later, out of place.
    rest = memoryview(content)
    while rest:
        rest = rest[stream.write(rest) or 0 :]
