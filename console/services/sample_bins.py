"""Running least and most per bin: what a plot needs of a million samples is a few hundred pairs."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Columns = tuple[Floats, Floats, Floats, Floats, NDArray[np.bool_]]  # depth min, max, rate min, max, contact


class _Store:
    """Arrays of bins; NaN is «nothing seen»."""

    def __init__(self, size: int) -> None:
        self.values = np.full((4, size), np.nan)  # depth min, depth max, rate min, rate max
        self.contact = np.zeros(size, np.bool_)
        self.seen = np.zeros(size, np.bool_)

    def merge(self, slots: NDArray[np.int64], lows_highs: Floats, contact: NDArray[np.bool_]) -> None:
        """Merge new values into bins, each slot once."""
        held = self.values[:, slots]
        held[0::2] = np.fmin(held[0::2], lows_highs[0::2])
        held[1::2] = np.fmax(held[1::2], lows_highs[1::2])
        self.values[:, slots] = held
        self.contact[slots] |= contact
        self.seen[slots] = True


def _reduce(bins: NDArray[np.int64], depth: Floats, rate: Floats,
            contact: NDArray[np.bool_]) -> tuple[NDArray[np.int64], Floats, NDArray[np.bool_]]:
    """Reduce samples with rising bin numbers to one column per bin."""
    starts = np.concatenate(([0], np.flatnonzero(np.diff(bins)) + 1))
    lows_highs = np.stack((
        np.fmin.reduceat(depth, starts), np.fmax.reduceat(depth, starts),
        np.fmin.reduceat(rate, starts), np.fmax.reduceat(rate, starts),
    ))
    return bins[starts], lows_highs, np.logical_or.reduceat(contact, starts)


def _spread(times: NDArray[np.int64], period_us: int, bin_us: int, *columns: NDArray[np.generic]) -> tuple[
        NDArray[np.int64], list[NDArray[np.generic]]]:
    """Let a sample stand for its whole period where bins are finer than that."""
    if bin_us >= period_us:
        return times, list(columns)
    copies = -(-period_us // bin_us)
    within = np.arange(copies, dtype=np.int64) * bin_us
    return (times[:, None] + within).ravel(), [np.repeat(column, copies) for column in columns]


class RunningBins:
    """A ring of ``size`` bins of ``bin_us``, numbered by absolute time."""

    def __init__(self, bin_us: int, size: int) -> None:
        self.bin_us, self._size = bin_us, size
        self._numbers = np.full(size, -1, np.int64)
        self._store = _Store(size)

    def add(self, times: NDArray[np.int64], period_us: int, depth: Floats, rate: Floats,
            contact: NDArray[np.bool_]) -> None:
        """Take samples in order of time; those too old for the ring are left out."""
        times, columns = _spread(times, period_us, self.bin_us, depth, rate, contact)
        bins, lows_highs, touched = _reduce(times // self.bin_us, *columns)  # type: ignore[arg-type]
        newest = max(int(self._numbers.max()), int(bins[-1]))
        keep = bins > newest - self._size
        bins, lows_highs, touched = bins[keep], lows_highs[:, keep], touched[keep]
        slots = bins % self._size
        stale = slots[self._numbers[slots] != bins]
        self._store.values[:, stale] = np.nan
        self._store.contact[stale] = False
        self._numbers[slots] = bins
        self._store.merge(slots, lows_highs, touched)

    def take(self, wanted: NDArray[np.int64]) -> tuple[NDArray[np.bool_], Columns]:
        """Give which of these bins were seen, and their columns."""
        slots = wanted % self._size
        seen = self._numbers[slots] == wanted
        values = np.where(seen, self._store.values[:, slots], np.nan)
        return seen, (values[0], values[1], values[2], values[3], self._store.contact[slots] & seen)


class WholeBins:
    """The whole session in at most ``size`` bins: when full, neighbours merge and bins double."""

    def __init__(self, period_us: int, size: int = 4_096) -> None:
        self._bin_us, self._size = max(period_us, 1), size
        self._start_us: int | None = None
        self._used = 0
        self._store = _Store(size)

    @property
    def span_us(self) -> int:
        """The time covered, µs."""
        return self._used * self._bin_us

    def add(self, times: NDArray[np.int64], period_us: int, depth: Floats, rate: Floats,
            contact: NDArray[np.bool_]) -> None:
        """Take samples in order of time; any from before the first are left out."""
        if self._start_us is None:
            self._start_us = int(times[0])
        while (int(times[-1]) - self._start_us) // self._bin_us >= self._size:
            self._double()
        bins = (times - self._start_us) // self._bin_us
        keep = bins >= 0
        if not keep.any():
            return
        numbers, lows_highs, touched = _reduce(bins[keep], depth[keep], rate[keep], contact[keep])
        self._store.merge(numbers, lows_highs, touched)
        self._used = max(self._used, int(numbers[-1]) + 1)

    def _double(self) -> None:
        old, half = self._store, self._size // 2
        fresh = _Store(self._size)
        pairs = old.values.reshape(4, half, 2)
        fresh.values[0::2, :half] = np.fmin(pairs[0::2, :, 0], pairs[0::2, :, 1])
        fresh.values[1::2, :half] = np.fmax(pairs[1::2, :, 0], pairs[1::2, :, 1])
        fresh.contact[:half] = old.contact.reshape(half, 2).any(axis=1)
        fresh.seen[:half] = old.seen.reshape(half, 2).any(axis=1)
        self._store, self._bin_us, self._used = fresh, self._bin_us * 2, -(-self._used // 2)

    def take(self, columns: int) -> tuple[NDArray[np.bool_], Columns]:
        """Give the session so far in at most ``columns`` columns."""
        count = min(columns, self._used)
        if count == 0:
            nothing = np.empty(0)
            return np.empty(0, np.bool_), (nothing, nothing, nothing, nothing, np.empty(0, np.bool_))
        starts = np.arange(count, dtype=np.int64) * self._used // count
        used, store = self._used, self._store
        lows = np.fmin.reduceat(store.values[0::2, :used], starts, axis=1)
        highs = np.fmax.reduceat(store.values[1::2, :used], starts, axis=1)
        contact = np.logical_or.reduceat(store.contact[:used], starts)
        seen = np.logical_or.reduceat(store.seen[:used], starts)
        return seen, (lows[0], highs[0], lows[1], highs[1], contact)
