"""Canonical sample bytes to a small body and back, exactly.

Codec 1: the five u16 columns are laid one after the other, each replaced by its differences
(modulo 65536), split into a plane of low and a plane of high bytes, and compressed with zstd.
Codec 2: the samples as they are, for a chunk that is still to be merged: packing a hundred samples costs the writer
more than it saves.
Codec 3: codec 1 for a whole session, with what its chunks are (``whole_body``).
A body begins with the first eight bytes of the rest's SHA-256, because a byte of a zstd
header can change without changing what comes out.
"""

import hashlib

import numpy as np
import zstandard

from console.domain.telemetry import SAMPLE_BYTES

CODEC, PLAIN, WHOLE = 1, 2, 3
_COLUMNS = SAMPLE_BYTES // 2
_CHECK_BYTES = 8
_LEVEL = 3


class BodyFault(ValueError):
    """A body that cannot be turned back into samples."""


def encode(samples: bytes) -> bytes:
    """Compress canonical sample bytes; a ragged length is a ValueError."""
    return checked(packed_planes(samples))


def packed_planes(samples: bytes, level: int = _LEVEL) -> bytes:
    """Compress canonical sample bytes, without a checksum before them; a ragged length is a ValueError."""
    if len(samples) % SAMPLE_BYTES:
        raise ValueError("samples are whole records")
    columns = np.frombuffer(samples, "<u2").reshape(-1, _COLUMNS).T
    deltas = np.diff(columns, axis=1, prepend=np.zeros((_COLUMNS, 1), "<u2")).astype("<u2")
    planes = np.ascontiguousarray(deltas).view(np.uint8).reshape(-1, 2).T
    return zstandard.ZstdCompressor(level=level, write_checksum=True).compress(planes.tobytes())


def encode_plain(samples: bytes, digest: bytes) -> bytes:
    """Make a body of codec 2; ``digest`` is the samples' SHA-256, which the chain takes too."""
    return digest[:_CHECK_BYTES] + samples


def checked(rest: bytes) -> bytes:
    """Put the checksum before a body."""
    return hashlib.sha256(rest).digest()[:_CHECK_BYTES] + rest


def proved(body: bytes) -> memoryview:
    """Give what follows a body's checksum; BodyFault where it does not match."""
    rest = memoryview(body)[_CHECK_BYTES:]
    if hashlib.sha256(rest).digest()[:_CHECK_BYTES] != body[:_CHECK_BYTES]:
        raise BodyFault("the body does not match its checksum")
    return rest


def decode(codec: int, body: bytes, count: int) -> bytes | memoryview:
    """Give back the ``count`` samples of a body of codec 1 or 2; BodyFault where it cannot be."""
    if codec not in (CODEC, PLAIN):
        raise BodyFault(f"codec {codec} is unknown")
    rest = proved(body)
    raw = bytes(rest) if codec == PLAIN else unpacked(rest, count * SAMPLE_BYTES)
    if len(raw) != count * SAMPLE_BYTES:
        raise BodyFault(f"the body holds {len(raw) // SAMPLE_BYTES} samples instead of {count}")
    return raw if codec == PLAIN else from_planes(raw, count)


def unpacked(packed: memoryview, most: int) -> bytes:
    """Decompress to at most so many bytes; BodyFault where it cannot be."""
    try:
        return zstandard.ZstdDecompressor().decompress(packed, max_output_size=max(1, most))
    except zstandard.ZstdError as error:
        raise BodyFault(f"the body cannot be decompressed ({error})") from None


def from_planes(raw: bytes, count: int) -> memoryview:
    """Turn planes of differences back into canonical sample bytes."""
    planes = np.frombuffer(raw, np.uint8).reshape(2, _COLUMNS, count)
    samples = np.empty((count, _COLUMNS), "<u2")
    words = np.empty(count, np.uint32)  # summed up four times as fast as in 16 bits
    for place in range(_COLUMNS):
        words[:] = planes[1, place]
        words <<= 8
        words |= planes[0, place]
        np.add.accumulate(words, out=words)
        samples[:, place] = words
    return samples.reshape(-1).view(np.uint8).data
