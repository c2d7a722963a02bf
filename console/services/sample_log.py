"""A session's recorded samples in the memory they take on the wire, with when each was taken."""

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from console.services.sample_table import WIRE_SAMPLE

ROOM = 16_384  # samples kept in one piece: never copied again, and soon enough full

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
    """Samples, and where in them each run of even time begins."""

    def __init__(self) -> None:
        self._raw = np.empty(ROOM, WIRE_SAMPLE)
        self.count = 0
        self._firsts, self._starts_us, self._periods_us = array("i"), array("q"), array("i")
        self._end_us = self._least_us = self._most_us = 0

    def take(self, utc_us: int, period_us: int, raw: NDArray[np.void]) -> int:
        """Take as many as find room; give how many."""
        count = min(len(raw), ROOM - self.count)
        if not self.count or utc_us != self._end_us or period_us != self._periods_us[-1]:
            self._firsts.append(self.count)
            self._starts_us.append(utc_us)
            self._periods_us.append(period_us)
        end_us = utc_us + count * period_us
        self._least_us = min(self._least_us, utc_us) if self.count else utc_us
        self._most_us = max(self._most_us, end_us) if self.count else end_us
        self._end_us = end_us
        self._raw[self.count:self.count + count] = raw[:count]
        self.count += count
        return count

    def is_within(self, spans: Sequence[Span]) -> bool:
        """Tell whether any of its samples may lie in a span."""
        return any(self._least_us < end_us and self._most_us > start_us for start_us, end_us in spans)

    def since(self, place: int) -> Taken:
        """Give the samples from a place on."""
        run = bisect_right(self._firsts, place) - 1
        firsts: NDArray[np.int64] = np.array([*self._firsts[run:], self.count], np.int64)
        counts = firsts[1:] - firsts[:-1]
        starts: NDArray[np.int64] = np.repeat(np.array(self._starts_us[run:], np.int64), counts)
        periods: NDArray[np.int64] = np.repeat(np.array(self._periods_us[run:], np.int64), counts)
        within: NDArray[np.int64] = np.arange(int(firsts[0]), self.count) - np.repeat(firsts[:-1], counts)
        times: NDArray[np.int64] = starts + within * periods
        skipped = place - int(firsts[0])
        return Taken(times[skipped:], periods[skipped:], self._raw[place:self.count])

    @property
    def size_bytes(self) -> int:
        """The memory it takes."""
        columns = (self._firsts, self._starts_us, self._periods_us)
        return self._raw.nbytes + sum(one.itemsize * len(one) for one in columns)


class SampleLog:
    """Samples in the order they came: ten bytes each, and sixteen for every batch."""

    def __init__(self) -> None:
        self._rooms: list[_Room] = []

    @property
    def count(self) -> int:
        """How many samples there are."""
        return (len(self._rooms) - 1) * ROOM + self._rooms[-1].count if self._rooms else 0

    @property
    def size_bytes(self) -> int:
        """The memory they take."""
        return sum(one.size_bytes for one in self._rooms)

    def add(self, utc_us: int, period_us: int, raw: NDArray[np.void]) -> None:
        """Add samples of even time, the first taken at ``utc_us``."""
        while len(raw):
            if not self._rooms or self._rooms[-1].count == ROOM:
                self._rooms.append(_Room())
            taken = self._rooms[-1].take(utc_us, period_us, raw)
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
        for number in range(place // ROOM, len(self._rooms)):
            room = self._rooms[number]
            first = max(place - number * ROOM, 0)
            if first < room.count and room.is_within(spans):
                yield room.since(first)
