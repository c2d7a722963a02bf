"""Telemetry that follows without a seam, read as one message instead of frame by frame.

A fast pen's read holds dozens of frames that differ only in their samples and in numbers that go on
evenly. All of them are compared column by column, so the work of a read hardly grows with its frames.
Whatever does not fit exactly is left to be read frame by frame.
"""

import struct
from functools import cache

from console.domain.telemetry import SAMPLE_BYTES
from devices.framing import MIN_DECODED_BYTES, VERSION
from devices.messages import TELEMETRY_HEAD_BYTES, FrameType, Telemetry

_FRAME_BYTES = MIN_DECODED_BYTES + TELEMETRY_HEAD_BYTES  # of a frame without samples
_KINDS = {VERSION | kind << 8: kind is FrameType.RESENT for kind in (FrameType.TELEMETRY, FrameType.RESENT)}


@cache
def _layout(samples_each: int) -> struct.Struct:
    """Give the frame of so many samples: version and type as one, seq, the head's fields, samples."""
    return struct.Struct(f"<HHIIQB{samples_each * SAMPLE_BYTES}s4x")


def join_telemetry(frames: list[bytes], boot_id: int, period_us: int) -> tuple[int, Telemetry] | None:
    """Join decoded frames of equal length that checked; give the first one's ``seq`` and the samples.

    None when they are not all telemetry of this boot, even in number, index and pen time.
    """
    each, odd = divmod(len(frames[0]) - _FRAME_BYTES, SAMPLE_BYTES)
    if odd or each < 1:
        return None
    number = len(frames)
    columns = zip(*_layout(each).iter_unpack(b"".join(frames)), strict=True)
    kinds, seqs, boots, indexes, times, counts, samples = columns
    resent = _KINDS.get(kinds[0])
    alike = kinds.count(kinds[0]) == boots.count(boot_id) == counts.count(each) == number
    if resent is None or not alike:
        return None
    if not (_goes_on(seqs, 1) and _goes_on(indexes, each) and _goes_on(times, each * period_us)):
        return None
    return seqs[0], Telemetry(boot_id, indexes[0], times[0], number * each, b"".join(samples), resent)


def _goes_on(numbers: tuple[int, ...], step: int) -> bool:
    first = numbers[0]
    return numbers == tuple(range(first, first + step * len(numbers), step))
