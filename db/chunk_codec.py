"""Canonical sample bytes to a small body and back, exactly.

Codec 1: the five u16 columns are laid one after the other, each replaced by its differences
(modulo 65536), split into a plane of low and a plane of high bytes, and compressed with zstd.
Codec 2: the samples as they are, for a chunk that is still to be merged: packing a hundred samples costs the writer
more than it saves.
A body begins with the first eight bytes of the rest's SHA-256, because a byte of a zstd
header can change without changing what comes out.
"""

import hashlib

import numpy as np
import zstandard

from console.domain.telemetry import SAMPLE_BYTES

CODEC, PLAIN = 1, 2
_COLUMNS = SAMPLE_BYTES // 2
_CHECK_BYTES = 8
_LEVEL = 3


class BodyFault(ValueError):
    """A body that cannot be turned back into samples."""


def encode(samples: bytes) -> bytes:
    """Compress canonical sample bytes; a ragged length is a ValueError."""
    if len(samples) % SAMPLE_BYTES:
        raise ValueError("samples are whole records")
    columns = np.frombuffer(samples, "<u2").reshape(-1, _COLUMNS).T
    deltas = np.diff(columns, axis=1, prepend=np.zeros((_COLUMNS, 1), "<u2")).astype("<u2")
    planes = np.ascontiguousarray(deltas).view(np.uint8).reshape(-1, 2).T
    packed = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True).compress(planes.tobytes())
    return _checked(packed)


def encode_plain(samples: bytes) -> bytes:
    """Make a body of codec 2."""
    return _checked(samples)


def _checked(rest: bytes) -> bytes:
    return hashlib.sha256(rest).digest()[:_CHECK_BYTES] + rest


def decode(codec: int, body: bytes, count: int) -> bytes:
    """Give back the ``count`` samples of a body; BodyFault where it cannot be."""
    if codec not in (CODEC, PLAIN):
        raise BodyFault(f"codec {codec} is unknown")
    check, packed = body[:_CHECK_BYTES], body[_CHECK_BYTES:]
    if hashlib.sha256(packed).digest()[:_CHECK_BYTES] != check:
        raise BodyFault("the body does not match its checksum")
    raw = packed if codec == PLAIN else _unpacked(packed, count * SAMPLE_BYTES)
    if len(raw) != count * SAMPLE_BYTES:
        raise BodyFault(f"the body holds {len(raw) // SAMPLE_BYTES} samples instead of {count}")
    return raw if codec == PLAIN else _from_planes(raw, count)


def _unpacked(packed: bytes, length: int) -> bytes:
    try:
        return zstandard.ZstdDecompressor().decompress(packed, max_output_size=max(1, length))
    except zstandard.ZstdError as error:
        raise BodyFault(f"the body cannot be decompressed ({error})") from None


def _from_planes(raw: bytes, count: int) -> bytes:
    planes = np.frombuffer(raw, np.uint8).reshape(2, _COLUMNS, count)
    samples = np.empty((count, _COLUMNS), "<u2")
    for place in range(_COLUMNS):
        column = planes[1, place].astype("<u2")
        column <<= 8
        column |= planes[0, place]
        samples[:, place] = np.cumsum(column, dtype="<u2", out=column)
    return samples.tobytes()
