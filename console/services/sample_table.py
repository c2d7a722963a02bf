"""A session's stored samples as columns, in the order every export and figure uses."""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from console.domain.history import ChunkHead
from console.domain.ports import StoredChunk, StoredSamples
from console.domain.quantities import quantity
from console.domain.telemetry import NOT_MEASURED, SampleFlag

MOST_DEPTH_UM, MOST_RATE_CHZ = (quantity(name).most or NOT_MEASURED for name in ("depth_um", "rate_chz"))

_SENSOR = int(SampleFlag.DEPTH_MEASURED)  # an enum's own «&» takes longer than that of a whole batch
Marks = Sequence[Sequence[int]]
# Pen serial, boot id, first index, count, period (µs), marks, UTC of the first sample (µs), asked for again.
ChunkFacts = tuple[str, int, int, int, int, Marks, int, bool]

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
        touching: NDArray[np.bool_] = self.raw["flags"] & int(SampleFlag.SKIN_CONTACT) != 0
        return touching


def measured(column: NDArray[np.uint16], most: int = NOT_MEASURED) -> NDArray[np.float64]:
    """Give a column as floats with NaN where the pen has not measured, or says what cannot be."""
    values = column.astype(np.float64)
    values[column > min(most, NOT_MEASURED - 1)] = np.nan
    return values


def judged_depth_um(raw: NDArray[np.void]) -> NDArray[np.float64]:
    """Give measured depth where flag bit 5 says so, else the dial's; NaN where neither is known or can be true."""
    by_sensor = (raw["flags"] & _SENSOR != 0) & (raw["depth_um"] != NOT_MEASURED)
    dial = measured(raw["set_depth_um"], MOST_DEPTH_UM)
    return np.where(by_sensor, measured(raw["depth_um"], MOST_DEPTH_UM), dial)


def judged_rate_chz(raw: NDArray[np.void]) -> NDArray[np.float64]:
    """Give the rate, NaN where it is not measured or cannot be true."""
    return measured(raw["rate_chz"], MOST_RATE_CHZ)


def unbelievable(raw: NDArray[np.void]) -> NDArray[np.bool_]:
    """Tell where a sensor says what cannot be: beyond any pen, or measured and yet not."""
    depth, dial, rate = raw["depth_um"], raw["set_depth_um"], raw["rate_chz"]
    wrong: NDArray[np.bool_] = (
        ((raw["flags"] & _SENSOR != 0) & (depth > MOST_DEPTH_UM))  # 0xFFFF too
        | ((dial > MOST_DEPTH_UM) & (dial != NOT_MEASURED)) | ((rate > MOST_RATE_CHZ) & (rate != NOT_MEASURED)))
    return wrong


def build_table(chunks: Sequence[StoredChunk]) -> SampleTable:
    """Lay chunks out as one table; a sample stored twice is a bug of the writer and stays visible."""
    return lay_out(columns_of(chunks))


def columns_of(chunks: Sequence[StoredChunk]) -> StoredSamples:
    """Give the columns of chunks."""
    return of_heads((chunk.head for chunk in chunks), b"".join(chunk.samples for chunk in chunks))


def of_heads(heads: Iterable[ChunkHead], samples: bytes) -> StoredSamples:
    """Give the columns of chunks from their heads, and all their samples."""
    return gather((
        (one.pen_serial, one.boot_id, one.first_index, one.count, one.period_us, one.pen_time_marks, one.t0_utc_us,
         one.resent) for one in heads), samples)


def gather(facts: Iterable[ChunkFacts], samples: bytes | memoryview) -> StoredSamples:
    """Give the columns of chunks from what was noted of each, and all their samples."""
    boots: dict[tuple[str, int], int] = {}
    boot, first, count, period, pen, utc, again = (array("q") for _ in range(7))
    breaks = {}
    for place, (serial, boot_id, first_index, size, period_us, marks, t0_utc_us, resent) in enumerate(facts):
        boot.append(boots.setdefault((serial, boot_id), len(boots)))
        first.append(first_index)
        count.append(size)
        period.append(period_us)
        pen.append(marks[0][1])
        utc.append(t0_utc_us)
        again.append(resent)
        if len(marks) > 1:
            breaks[place] = tuple((offset, at_us) for offset, at_us in marks)
    return StoredSamples(tuple(boots), boot, first, count, period, pen, utc, again, breaks, samples)


def lay_out(stored: StoredSamples) -> SampleTable:
    """Lay stored samples out as one table."""
    counts, boots, first, periods, pens, starts, again = (np.asarray(column, np.int64) for column in (
        stored.count, stored.boot, stored.first_index, stored.period_us, stored.pen_time_us, stored.t0_utc_us,
        stored.resent))
    total = int(counts.sum())
    begins = np.cumsum(counts) - counts

    def spread(column: NDArray[Any]) -> NDArray[Any]:
        same = len(column) > 0 and bool((column == column[0]).all())
        return np.broadcast_to(column[0], total) if same else np.repeat(column, counts)

    # What runs on from chunk to chunk is one line over all of them.
    index = np.arange(total, dtype=np.int64)
    period = spread(periods)
    pen = index * period
    pen += spread(pens - begins * periods)
    index += spread(first - begins)
    for place, marks in stored.breaks.items():
        begin, count = int(begins[place]), int(counts[place])
        pen[begin:begin + count] = pen_times_us(marks, count, int(periods[place]))
    table = SampleTable(
        stored.boots, spread(boots.astype(np.int32)), index, pen, pen + spread(starts - pens),
        period, spread(again.astype(np.bool_)), np.frombuffer(stored.samples, WIRE_SAMPLE))
    held = counts > 0
    return table if _in_order(boots[held], first[held], counts[held]) else _sorted(table)


def pen_times_us(marks: Marks, count: int, period_us: int) -> NDArray[np.int64]:
    """Give each sample's pen time from a chunk's marks (see ``ChunkHead``)."""
    times = np.empty(count, np.int64)
    ends = [mark[0] for mark in marks[1:]] + [count]
    for (offset, at_us), end in zip(marks, ends, strict=True):
        times[offset:end] = at_us + np.arange(end - offset, dtype=np.int64) * period_us
    return times


def _in_order(boots: NDArray[np.int64], first: NDArray[np.int64], counts: NDArray[np.int64]) -> bool:
    """Tell of chunks whether their samples lie by boot and index already."""
    later = (boots[1:] > boots[:-1]) | ((boots[1:] == boots[:-1]) & (first[1:] >= first[:-1] + counts[:-1] - 1))
    return bool(later.all())


def _sorted(table: SampleTable) -> SampleTable:
    order = np.lexsort((table.index, table.boot))
    return SampleTable(
        table.boots, table.boot[order], table.index[order], table.pen_time_us[order], table.utc_us[order],
        table.period_us[order], table.resent[order], table.raw[order])
