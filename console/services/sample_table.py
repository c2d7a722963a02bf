"""A session's stored samples as columns, in the order every export and figure uses."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from console.domain.ports import StoredChunk
from console.domain.quantities import quantity
from console.domain.telemetry import NOT_MEASURED, SampleFlag

MOST_DEPTH_UM, MOST_RATE_CHZ = (quantity(name).most or NOT_MEASURED for name in ("depth_um", "rate_chz"))

WIRE_SAMPLE = np.dtype(
    [("set_depth_um", "<u2"), ("depth_um", "<u2"), ("rate_chz", "<u2"), ("load_ma", "<u2"), ("flags", "<u2")]
)


@dataclass(frozen=True, slots=True)
class SampleTable:
    """Columns of equal length: boots in order of arrival, then by sample index.

    ``boot`` points into ``boots`` (pen serial, boot id). ``raw`` has dtype ``WIRE_SAMPLE``: the
    pen's own integers. ``period_us`` is each sample's period.
    """

    boots: tuple[tuple[str, int], ...]
    boot: NDArray[np.int32]
    index: NDArray[np.int64]
    pen_time_us: NDArray[np.int64]
    utc_us: NDArray[np.int64]
    period_us: NDArray[np.int64]
    resent: NDArray[np.bool_]
    raw: NDArray[np.void]

    def __len__(self) -> int:
        return len(self.index)

    def depth_um(self) -> NDArray[np.float64]:
        """Give the depth to judge by: measured where the pen measures, else set; NaN where neither."""
        return judged_depth_um(self.raw)

    def rate_chz(self) -> NDArray[np.float64]:
        """Give the rate, NaN where not measured."""
        return judged_rate_chz(self.raw)

    def contact(self) -> NDArray[np.bool_]:
        """Tell where the pen reports skin contact."""
        touching: NDArray[np.bool_] = (self.raw["flags"] & SampleFlag.SKIN_CONTACT) != 0
        return touching


def measured(column: NDArray[np.uint16], most: int = NOT_MEASURED) -> NDArray[np.float64]:
    """Give a column as floats with NaN where the pen has not measured, or says what cannot be."""
    values = column.astype(np.float64)
    values[(column == NOT_MEASURED) | (column > most)] = np.nan
    return values


def judged_depth_um(raw: NDArray[np.void]) -> NDArray[np.float64]:
    """Give measured depth where flag bit 5 says so, else the dial's; NaN where neither is known or can be true."""
    by_sensor = ((raw["flags"] & SampleFlag.DEPTH_MEASURED) != 0) & (raw["depth_um"] != NOT_MEASURED)
    dial = measured(raw["set_depth_um"], MOST_DEPTH_UM)
    return np.where(by_sensor, measured(raw["depth_um"], MOST_DEPTH_UM), dial)


def judged_rate_chz(raw: NDArray[np.void]) -> NDArray[np.float64]:
    """Give the rate, NaN where it is not measured or cannot be true."""
    return measured(raw["rate_chz"], MOST_RATE_CHZ)


def unbelievable(raw: NDArray[np.void]) -> NDArray[np.bool_]:
    """Tell where a sensor says what cannot be: beyond any pen, or measured and yet not."""
    depth, dial, rate = raw["depth_um"], raw["set_depth_um"], raw["rate_chz"]
    wrong: NDArray[np.bool_] = (
        (((raw["flags"] & SampleFlag.DEPTH_MEASURED) != 0) & (depth > MOST_DEPTH_UM))  # 0xFFFF too
        | ((dial > MOST_DEPTH_UM) & (dial != NOT_MEASURED)) | ((rate > MOST_RATE_CHZ) & (rate != NOT_MEASURED)))
    return wrong


def pen_times_us(marks: Sequence[Sequence[int]], count: int, period_us: int) -> NDArray[np.int64]:
    """Give each sample's pen time from a chunk's marks (see ``ChunkHead``)."""
    times = np.empty(count, np.int64)
    ends = [mark[0] for mark in marks[1:]] + [count]
    for (offset, at_us), end in zip(marks, ends, strict=True):
        times[offset:end] = at_us + np.arange(end - offset, dtype=np.int64) * period_us
    return times


def build_table(chunks: Sequence[StoredChunk]) -> SampleTable:
    """Lay chunks out as one table; a sample stored twice is a bug of the writer and stays visible."""
    boots: dict[tuple[str, int], int] = {}
    parts: list[tuple[NDArray[np.int64], ...]] = []
    raws: list[NDArray[np.void]] = []
    for chunk in chunks:
        head = chunk.head
        boot = boots.setdefault((head.pen_serial, head.boot_id), len(boots))
        pen = pen_times_us(head.pen_time_marks, head.count, head.period_us)
        parts.append((
            np.full(head.count, boot, np.int64), head.first_index + np.arange(head.count, dtype=np.int64),
            pen, head.t0_utc_us + pen - pen[0], np.full(head.count, head.period_us, np.int64),
            np.full(head.count, head.resent, np.int64),
        ))
        raws.append(np.frombuffer(chunk.samples, WIRE_SAMPLE))
    if not parts:
        empty = np.empty(0, np.int64)
        return SampleTable((), empty.astype(np.int32), empty, empty, empty, empty,
                           empty.astype(np.bool_), np.empty(0, WIRE_SAMPLE))
    boot_c, index, pen_time, utc, period, resent = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((index, boot_c))
    return SampleTable(
        tuple(boots), boot_c[order].astype(np.int32), index[order], pen_time[order], utc[order], period[order],
        resent[order].astype(np.bool_), np.concatenate(raws)[order],
    )
