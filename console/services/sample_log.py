"""A session's recorded samples in the memory they take on the wire, with when each was taken."""

import mmap
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from console.services.sample_table import WIRE_SAMPLE

ROOM = 16_384  # samples kept in one piece: never copied again, and soon enough full
MOST_STEP_US = 2_000_000_000  # half an hour before or after its turn: such a batch begins another room

Span = tuple[int, int]  # UTC microseconds, the end not included


class Taken(NamedTuple):
    """Samples with when they were taken (UTC) and their periods."""

    utc_us: NDArray[np.int64]
    period_us: NDArray[np.int64]
    raw: NDArray[np.void]

    def where(self, mask: NDArray[np.bool_]) -> "Taken":
        """Give those that are meant."""
        return Taken(self.utc_us[mask], self.period_us[mask], self.raw[mask])


class _Room:
    """Samples of one period, and by how much each batch came before or after its turn."""

    def __init__(self, first: int, utc_us: int, period_us: int) -> None:
        self.first, self.count = first, 0
        self._start_us = self._end_us = self._least_us = self._most_us = utc_us
        self._period_us = period_us
        # Pages of its own: amid what comes and goes in the heap it would leave holes that grow with the session.
        self._raw = np.frombuffer(mmap.mmap(-1, ROOM * WIRE_SAMPLE.itemsize), WIRE_SAMPLE)
        self._counts, self._steps_us = array("H"), array("i")

    @property
    def end(self) -> int:
        return self.first + self.count

    def take(self, utc_us: int, period_us: int, raw: NDArray[np.void]) -> int:
        """Take as many as find room; give how many."""
        count, step_us = min(len(raw), ROOM - self.count), utc_us - self._end_us
        if not count or period_us != self._period_us or abs(step_us) > MOST_STEP_US:
            return 0
        self._counts.append(count)
        self._steps_us.append(step_us)
        self._raw[self.count:self.count + count] = raw[:count]
        self._end_us = utc_us + count * period_us
        self._least_us, self._most_us = min(self._least_us, utc_us), max(self._most_us, self._end_us)
        self.count += count
        return count

    def is_within(self, spans: Sequence[Span]) -> bool:
        """Tell whether any of its samples may lie in a span."""
        return any(self._least_us < end_us and self._most_us > start_us for start_us, end_us in spans)

    def since(self, place: int) -> Taken:
        """Give the samples from a place on."""
        ends = np.cumsum(np.array(self._counts, np.int64))
        batch = int(np.searchsorted(ends, place, "right"))
        counts = np.diff(ends[batch:], prepend=place)
        late_us = np.cumsum(np.array(self._steps_us, np.int64))[batch:]
        even_us = self._start_us + np.arange(place, self.count, dtype=np.int64) * self._period_us
        times: NDArray[np.int64] = even_us + np.repeat(late_us, counts)
        return Taken(times, np.full(len(times), self._period_us, np.int64), self._raw[place:self.count])

    @property
    def size_bytes(self) -> int:
        """The memory it takes."""
        return self._raw[:self.count].nbytes + sum(one.itemsize * len(one) for one in (self._counts, self._steps_us))


class SampleLog:
    """Samples in the order they came: ten bytes each, and six for every batch."""

    def __init__(self) -> None:
        self._rooms: list[_Room] = []
        self.until_us = -(1 << 62)  # no sample was taken at this time or later

    @property
    def count(self) -> int:
        """How many samples there are."""
        return self._rooms[-1].end if self._rooms else 0

    @property
    def size_bytes(self) -> int:
        """The memory they take."""
        return sum(one.size_bytes for one in self._rooms)

    def add(self, utc_us: int, period_us: int, raw: NDArray[np.void]) -> None:
        """Add samples of even time, the first taken at ``utc_us``."""
        self.until_us = max(self.until_us, utc_us + len(raw) * period_us)
        while len(raw):
            taken = self._rooms[-1].take(utc_us, period_us, raw) if self._rooms else 0
            if not taken:
                self._rooms.append(_Room(self.count, utc_us, period_us))
            utc_us, raw = utc_us + taken * period_us, raw[taken:]

    def add_uneven(self, utc_us: NDArray[np.int64], period_us: NDArray[np.int64], raw: NDArray[np.void]) -> None:
        """Add samples each with its own time and period."""
        even = (np.diff(utc_us) == period_us[:-1]) & (period_us[1:] == period_us[:-1])
        edges = [0, *(np.flatnonzero(~even) + 1).tolist(), len(raw)]
        for first, end in pairwise(edges):
            if end > first:
                self.add(int(utc_us[first]), int(period_us[first]), raw[first:end])

    def since(self, place: int, spans: Sequence[Span]) -> Iterator[Taken]:
        """Give the samples from a place on, piece by piece; pieces wholly outside the spans are left out."""
        for room in self._rooms[max(bisect_right(self._rooms, place, key=_first) - 1, 0):]:
            if place < room.end and room.is_within(spans):
                yield room.since(max(place - room.first, 0))


def _first(room: _Room) -> int:
    return room.first
