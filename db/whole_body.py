"""The body of a whole session: all its samples, and of each chunk when they were taken.

With it a session opens without a row a chunk. It repeats what the chained rows say and proves nothing:
``verify`` compares it with them. After the checksum (see ``chunk_codec``): the outline's length (u32), the outline
and the samples' planes, both zstd. The outline is canonical JSON (its length first, u32), then the columns of
``StoredSamples`` one after the other, little-endian 64-bit, each value as its difference from the one before.
"""

import json
import struct
from array import array
from dataclasses import fields, replace

import numpy as np
import zstandard

from console.domain.history import canonical_json
from console.domain.ports import StoredSamples
from console.domain.telemetry import SAMPLE_BYTES
from db.chunk_codec import WHOLE, BodyFault, checked, decode, from_planes, packed_planes, proved, unpacked

_COLUMNS = tuple(field.name for field in fields(StoredSamples))[1:8]
_LENGTH = struct.Struct("<I")
_LEVEL = 9  # packed once, behind the seal; read ever after
_OUTLINE_LIMIT = 256 * 1024 * 1024


def encode_whole(stored: StoredSamples) -> bytes:
    """Make a session's body."""
    outline = zstandard.ZstdCompressor(write_checksum=True).compress(outline_of(stored))
    return checked(_LENGTH.pack(len(outline)) + outline + packed_planes(bytes(stored.samples), _LEVEL))


def outline_of(stored: StoredSamples) -> bytes:
    """Write what is told of the chunks; the same chunks always give the same bytes."""
    head = canonical_json({
        "boots": [list(boot) for boot in stored.boots],
        "breaks": [[place, [list(mark) for mark in marks]] for place, marks in sorted(stored.breaks.items())],
        "chunks": len(stored.count)})
    columns = np.array([getattr(stored, name) for name in _COLUMNS], "<i8").reshape(len(_COLUMNS), -1)
    return _LENGTH.pack(len(head)) + head + np.diff(columns, axis=1, prepend=0).astype("<i8").tobytes()


def decode_any(codec: int, body: bytes, count: int) -> bytes | memoryview:
    """Give back the ``count`` samples of a body of any codec; BodyFault where it cannot be."""
    if codec != WHOLE:
        return decode(codec, body, count)
    stored = open_whole(body)
    if sum(stored.count) != count:
        raise BodyFault(f"the body holds {sum(stored.count)} samples instead of {count}")
    return stored.samples


def open_whole(body: bytes) -> StoredSamples:
    """Read a session's body back; BodyFault where it is damaged."""
    rest = proved(body)
    if len(rest) < _LENGTH.size:
        raise BodyFault("the body has no outline")
    ends = _LENGTH.size + _LENGTH.unpack_from(rest)[0]
    stored = _from_outline(unpacked(rest[_LENGTH.size : ends], _OUTLINE_LIMIT))
    count = sum(stored.count)
    planes = unpacked(rest[ends:], count * SAMPLE_BYTES)
    if len(planes) != count * SAMPLE_BYTES:
        raise BodyFault(f"the body holds {len(planes) // SAMPLE_BYTES} samples instead of {count}")
    return replace(stored, samples=from_planes(planes, count))


def _from_outline(outline: bytes) -> StoredSamples:
    try:
        begin = _LENGTH.size + _LENGTH.unpack_from(outline)[0]
        head = json.loads(outline[_LENGTH.size : begin])
        columns = np.frombuffer(outline, "<i8", offset=begin).reshape(len(_COLUMNS), head["chunks"]).cumsum(axis=1)
        boots = tuple((str(serial), int(boot_id)) for serial, boot_id in head["boots"])
        breaks = {int(place): tuple((offset, at_us) for offset, at_us in marks) for place, marks in head["breaks"]}
    except (struct.error, ValueError, KeyError, TypeError):
        raise BodyFault("the body's outline cannot be read") from None
    if (columns[_COLUMNS.index("count")] < 0).any():
        raise BodyFault("the body's outline cannot be read")
    boot, first, counts, period, pen, utc, again = (array("q", column.tobytes()) for column in columns)
    return StoredSamples(boots, boot, first, counts, period, pen, utc, again, breaks, b"")
