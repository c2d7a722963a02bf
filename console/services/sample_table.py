"""A session's stored samples as columns, in the order every export and figure uses."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from console.domain.ports import StoredChunk, StoredSamples
from console.domain.quantities import quantity
from console.domain.telemetry import NOT_MEASURED, SampleFlag

MOST_DEPTH_UM, MOST_RATE_CHZ = (quantity(name).most or NOT_MEASURED for name in ("depth_um", "rate_chz"))

_SENSOR = int(SampleFlag.DEPTH_MEASURED)  # an enum's own «&» takes longer than that of a whole batch

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
    heads = [chunk.head for chunk in chunks]
    return StoredSamples(
        tuple(one.pen_serial for one in heads), tuple(one.boot_id for one in heads),
        tuple(one.first_index for one in heads), tuple(one.count for one in heads),
        tuple(one.period_us for one in heads), tuple(one.pen_time_marks for one in heads),
        tuple(one.t0_utc_us for one in heads), tuple(one.resent for one in heads),
        b"".join(chunk.samples for chunk in chunks))


def lay_out(stored: StoredSamples) -> SampleTable:
    """Lay stored samples out as one table."""
    boots: dict[tuple[str, int], int] = {}
    for name in dict.fromkeys(zip(stored.pen_serial, stored.boot_id, strict=True)):
        boots[name] = len(boots)
    counts = np.array(stored.count, np.int64)
    total = int(counts.sum())
    begins = np.cumsum(counts) - counts
    within = np.arange(total, dtype=np.int64) - np.repeat(begins, counts)

    def spread(column: Sequence[int], kind: type = np.int64) -> NDArray[Any]:
        return np.repeat(np.array(column, kind), counts)

    places = [boots[name] for name in zip(stored.pen_serial, stored.boot_id, strict=True)]
    boot, index = spread(places, np.int32), spread(stored.first_index) + within
    period = spread(stored.period_us)
    pen = spread([marks[0][1] for marks in stored.marks]) + within * period
    for begin, count, step, marks in _broken(stored, begins):
        pen[begin:begin + count] = pen_times_us(marks, count, step)
    first_pen = np.repeat(pen[begins[counts > 0]], counts[counts > 0])
    table = SampleTable(
        tuple(boots), boot, index, pen, spread(stored.t0_utc_us) + pen - first_pen, period,
        spread(stored.resent, np.bool_), np.frombuffer(stored.samples, WIRE_SAMPLE))
    return table if _in_order(boot, index) else _sorted(table)


def _broken(
    stored: StoredSamples, begins: NDArray[np.int64],
) -> Iterator[tuple[int, int, int, Sequence[Sequence[int]]]]:
    """Give the chunks within which the pen's time did not run evenly."""
    for begin, count, step, marks in zip(begins.tolist(), stored.count, stored.period_us, stored.marks, strict=True):
        if len(marks) > 1:
            yield begin, count, step, marks


def pen_times_us(marks: Sequence[Sequence[int]], count: int, period_us: int) -> NDArray[np.int64]:
    """Give each sample's pen time from a chunk's marks (see ``ChunkHead``)."""
    times = np.empty(count, np.int64)
    ends = [mark[0] for mark in marks[1:]] + [count]
    for (offset, at_us), end in zip(marks, ends, strict=True):
        times[offset:end] = at_us + np.arange(end - offset, dtype=np.int64) * period_us
    return times


def _in_order(boot: NDArray[np.int32], index: NDArray[np.int64]) -> bool:
    later = (boot[1:] > boot[:-1]) | ((boot[1:] == boot[:-1]) & (index[1:] >= index[:-1]))
    return bool(later.all())


def _sorted(table: SampleTable) -> SampleTable:
    order = np.lexsort((table.index, table.boot))
    return SampleTable(
        table.boots, table.boot[order], table.index[order], table.pen_time_us[order], table.utc_us[order],
        table.period_us[order], table.resent[order], table.raw[order])
