"""Telemetry that follows without a seam, read as one message instead of frame by frame.

A fast pen's read holds dozens of frames that differ only in their samples and in numbers that go on
evenly. All of them are compared column by column, so the work of a read hardly grows with its frames.
Whatever does not fit exactly is left to be read frame by frame.
"""

import struct
from functools import cache

import numpy as np
from numpy.typing import NDArray

from console.domain.telemetry import SAMPLE_BYTES
from devices.framing import MIN_DECODED_BYTES, VERSION
from devices.messages import TELEMETRY_HEAD_BYTES, FrameType, Telemetry

_FRAME_BYTES = MIN_DECODED_BYTES + TELEMETRY_HEAD_BYTES  # of a frame without samples
_KINDS = {VERSION | kind << 8: kind is FrameType.RESENT for kind in (FrameType.TELEMETRY, FrameType.RESENT)}
_ARRAYS_FROM = 80  # frames; below it an array costs more to set up than it saves


def join_telemetry(frames: list[bytes], boot_id: int, period_us: int) -> tuple[int, Telemetry] | None:
    """Join decoded frames of equal length that checked; give the first one's ``seq`` and the samples.

    None when they are not all telemetry of this boot, even in number, index and pen time.
    """
    each, odd = divmod(len(frames[0]) - _FRAME_BYTES, SAMPLE_BYTES)
    if odd or each < 1:
        return None
    samples = (_in_arrays if len(frames) >= _ARRAYS_FROM else _in_tuples)(frames, each, boot_id, period_us)
    if samples is None:
        return None
    kind, seq, _, first_index, t_us, _, _ = _tuple_layout(each).unpack(frames[0])
    return seq, Telemetry(boot_id, first_index, t_us, len(frames) * each, samples, _KINDS[kind])


def _in_tuples(frames: list[bytes], each: int, boot_id: int, period_us: int) -> bytes | None:
    columns = zip(*_tuple_layout(each).iter_unpack(b"".join(frames)), strict=True)
    kinds, seqs, boots, indexes, times, counts, samples = columns
    alike = kinds.count(kinds[0]) == boots.count(boot_id) == counts.count(each) == len(frames)
    even = _counts_on(seqs, 1) and _counts_on(indexes, each) and _counts_on(times, each * period_us)
    return b"".join(samples) if alike and even and kinds[0] in _KINDS else None


def _counts_on(numbers: tuple[int, ...], step: int) -> bool:
    first = numbers[0]
    return numbers == tuple(range(first, first + step * len(numbers), step))


def _in_arrays(frames: list[bytes], each: int, boot_id: int, period_us: int) -> bytes | None:
    rows = np.frombuffer(b"".join(frames), _array_layout(each))
    kinds = rows["kind"]
    alike = (kinds == kinds[0]) & (rows["boot_id"] == boot_id) & (rows["count"] == each)
    steps = {"seq": 1, "first_index": each, "t_us": each * period_us}
    even = all(_goes_on(rows[name], step) for name, step in steps.items())
    return rows["samples"].tobytes() if even and alike.all() and int(kinds[0]) in _KINDS else None


def _goes_on(numbers: NDArray[np.unsignedinteger], step: int) -> bool:
    return bool((numbers[1:] - numbers[:-1] == step).all())  # past the greatest number goes on at 0


@cache
def _tuple_layout(each: int) -> struct.Struct:
    """Give the frame of so many samples: version and type as one, seq, the head's fields, samples."""
    return struct.Struct(f"<HHIIQB{each * SAMPLE_BYTES}s4x")


@cache
def _array_layout(each: int) -> np.dtype[np.void]:
    """Give the same as an array's row."""
    return np.dtype([
        ("kind", "<u2"), ("seq", "<u2"), ("boot_id", "<u4"), ("first_index", "<u4"), ("t_us", "<u8"), ("count", "u1"),
        ("samples", f"V{each * SAMPLE_BYTES}"), ("crc", "<u4"),
    ])  # fmt: skip
