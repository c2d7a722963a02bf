"""Samples missing from a boot, as ordered stretches of indexes, and what became of each."""

import itertools
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace

from console.domain.telemetry import GapCause


@dataclass(slots=True)
class Hole:
    """Missing samples ``first`` to before ``end``.

    Open until asked for in vain; then it has a ``cause`` and is named at ``name_by_s`` at the
    latest; after that it stays a gap, whatever comes: the record has said that these are missing.
    """

    first: int
    end: int
    seen_s: float
    due_s: float  # not asked for earlier
    asks: int = 0  # requests without any answer
    noisy_asks: int = 0  # requests whose answer may have been among damaged frames
    cause: GapCause | None = None
    name_by_s: float = 0.0
    named: bool = False

    @property
    def count(self) -> int:
        """How many samples are missing."""
        return self.end - self.first

    @property
    def open(self) -> bool:
        """Whether there is still hope."""
        return self.cause is None


def _end_of(hole: Hole) -> int:
    return hole.end


class HoleList:
    """Holes in order of index; bounded by folding the oldest named ones away."""

    def __init__(self, most: int = 512) -> None:
        self._holes: list[Hole] = []
        self._most = most

    def __iter__(self) -> Iterator[Hole]:
        return iter(self._holes)

    def __len__(self) -> int:
        return len(self._holes)

    def add(self, hole: Hole) -> None:
        """Add a hole behind all others."""
        self._holes.append(hole)

    def within(self, first: int, end: int) -> list[Hole]:
        """Give the holes touching a range; their borders may lie outside it."""
        found = []
        for position in range(bisect_right(self._holes, first, key=_end_of), len(self._holes)):
            if self._holes[position].first >= end:
                break
            found.append(self._holes[position])
        return found

    def cut_out(self, first: int, end: int) -> list[Hole]:
        """Split holes at the borders of a range; give those now wholly inside."""
        start = bisect_right(self._holes, first, key=_end_of)
        stop = start
        pieces: list[Hole] = []
        while stop < len(self._holes) and self._holes[stop].first < end:
            pieces += _split(self._holes[stop], first, end)
            stop += 1
        self._holes[start:stop] = pieces
        return [piece for piece in pieces if piece.first >= first and piece.end <= end]

    def fill(self, first: int, end: int) -> list[tuple[int, int]]:
        """Take samples that arrived; give the stretches that were missing until now and have no name yet."""
        start = bisect_right(self._holes, first, key=_end_of)
        stop = start
        filled: list[Hole] = []
        left: list[Hole] = []
        while stop < len(self._holes) and self._holes[stop].first < end:
            hole = self._holes[stop]
            for piece in [hole] if hole.named else _split(hole, first, end):
                inside = piece.first >= first and piece.end <= end and not piece.named
                (filled if inside else left).append(piece)
            stop += 1
        self._holes[start:stop] = left
        return [(hole.first, hole.end) for hole in filled]

    def named_within(self, first: int, end: int) -> int:
        """Count the samples of a range that were named as missing."""
        return sum(min(hole.end, end) - max(hole.first, first) for hole in self.within(first, end) if hole.named)

    def fold(self) -> None:
        """Join named neighbours, and drop the oldest named ones beyond the bound."""
        folded: list[Hole] = []
        for hole in self._holes:
            last = folded[-1] if folded else None
            if last and last.named and hole.named and last.end == hole.first and last.cause == hole.cause:
                last.end = hole.end
            else:
                folded.append(hole)
        surplus = len(folded) - self._most
        self._holes = []
        for hole in folded:
            if surplus > 0 and hole.named:
                surplus -= 1
            else:
                self._holes.append(hole)


def _split(hole: Hole, first: int, end: int) -> list[Hole]:
    borders = [hole.first, *(cut for cut in (first, end) if hole.first < cut < hole.end), hole.end]
    return [replace(hole, first=a, end=b) for a, b in itertools.pairwise(borders)]
