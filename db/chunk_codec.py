"""Canonical sample bytes to a small body and back, exactly.

Codec 1: the five u16 columns are laid one after the other, each replaced by its differences
(modulo 65536), split into a plane of low and a plane of high bytes, and compressed with zstd.
A body begins with the first eight bytes of the compressed part's SHA-256, because a byte of a zstd
header can change without changing what comes out.
"""

import hashlib

import numpy as np
import zstandard

from console.domain.telemetry import SAMPLE_BYTES

CODEC = 1
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
    return hashlib.sha256(packed).digest()[:_CHECK_BYTES] + packed


def decode(codec: int, body: bytes, count: int) -> bytes:
    """Give back the ``count`` samples of a body; BodyFault where it cannot be."""
    if codec != CODEC:
        raise BodyFault(f"codec {codec} is unknown")
    check, packed = body[:_CHECK_BYTES], body[_CHECK_BYTES:]
    if hashlib.sha256(packed).digest()[:_CHECK_BYTES] != check:
        raise BodyFault("the body does not match its checksum")
    length = count * SAMPLE_BYTES
    try:
        raw = zstandard.ZstdDecompressor().decompress(packed, max_output_size=max(1, length))
    except zstandard.ZstdError as error:
        raise BodyFault(f"the body cannot be decompressed ({error})") from None
    if len(raw) != length:
        raise BodyFault(f"the body holds {len(raw) // SAMPLE_BYTES} samples instead of {count}")
    planes = np.frombuffer(raw, np.uint8).reshape(2, _COLUMNS, count)
    samples = np.empty((count, _COLUMNS), "<u2")
    for place in range(_COLUMNS):
        column = planes[1, place].astype("<u2")
        column <<= 8
        column |= planes[0, place]
        samples[:, place] = np.cumsum(column, dtype="<u2", out=column)
    return samples.tobytes()
