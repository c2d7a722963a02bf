"""A session like a tape: what its stored samples and its history tell at each moment, for scrubbing and playing."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from console.domain.session_state import SessionState
from console.domain.telemetry import SampleFlag
from console.services.sample_table import SampleTable

NEAR_US = 500_000  # a sample older than this says nothing of the moment
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TapeMoment:
    """What the tape shows at one moment of a replay; ``provenance`` is measured, set, by_hand or empty."""

    utc_us: int
    area_id: str
    depth_um: float | None
    rate_chz: float | None
    in_contact: bool
    pass_number: int = 0
    paused: bool = False
    provenance: str = ""


@dataclass(frozen=True, slots=True)
class TapeWindow:
    """Least and greatest per column over a stretch of tape; NaN where nothing was, ``missing`` where samples lack."""

    depth_min_um: Floats
    depth_max_um: Floats
    rate_min_chz: Floats
    rate_max_chz: Floats
    missing: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class PassOnTape:
    """A pass with its area."""

    area_id: str
    number: int
    started_us: int
    ended_us: int


class ReplayTape:
    """A session's samples on the wall clock; ``whole``: from the opening to the last entry, else needling only."""

    def __init__(self, state: SessionState, table: SampleTable, whole: bool = False) -> None:
        self.state, self.table = state, table
        order = slice(None) if bool((np.diff(table.utc_us) >= 0).all()) else np.argsort(table.utc_us, kind="stable")
        self.utc_us: NDArray[np.int64] = table.utc_us[order]
        self._raw = table.raw[order]
        self.depth_um = table.depth_um()[order]
        self.rate_chz = table.rate_chz()[order]
        self.contact = table.contact()[order]
        self.period_us = int(table.period_us[0]) if len(table) else 0
        self.passes = sorted(
            (PassOnTape(area_id, one.number, one.started_us, one.ended_us or state.last_at_us)
             for area_id, area in state.areas.items() for one in area.passes), key=lambda one: one.started_us)
        self._starts = [one.started_us for one in self.passes]
        self.start_us, self.end_us = self._visit() if whole else self._needling()

    def _needling(self) -> tuple[int, int]:
        state = self.state
        start_us = int(min([*self._starts, *self.utc_us[:1]], default=state.opened_at_us))
        return start_us, int(max([*(one.ended_us for one in self.passes), *self.utc_us[-1:]],
                                 default=state.last_at_us))

    def _visit(self) -> tuple[int, int]:
        begun, ended = self._needling()
        return min(self.state.opened_at_us, begun), max(self.state.last_at_us, ended)

    @property
    def length_s(self) -> float:
        """Give the tape's length in seconds."""
        return max(0.0, (self.end_us - self.start_us) / 1_000_000)

    def seconds_of(self, utc_us: int) -> float:
        """Give where on the tape a moment lies."""
        return (utc_us - self.start_us) / 1_000_000

    # --- stretches -----------------------------------------------------------------------------------------

    def envelope_um(self, columns: int) -> tuple[Floats, Floats]:
        """Give least and greatest depth on the skin per column over the tape; NaN where nothing was."""
        found = self.window(0.0, self.length_s, columns)
        return found.depth_min_um, found.depth_max_um

    def window(self, from_s: float, until_s: float, columns: int) -> TapeWindow:
        """Give a stretch of the tape in columns: depth where the needles are on the skin, rate throughout."""
        edges = self.start_us + (from_s + (until_s - from_s) * np.arange(columns + 1) / columns) * 1_000_000
        places = np.searchsorted(self.utc_us, edges)
        places[-1] = np.searchsorted(self.utc_us, edges[-1], side="right")  # the tape ends with a sample
        first, last = int(places[0]), int(places[-1])
        depth, rate = self.depth_um[first:last], self.rate_chz[first:last]
        if self.contact.any():
            depth = np.where(self.contact[first:last], depth, np.nan)
        cuts = places - first
        low, high = _extremes(depth, cuts)
        slow, fast = _extremes(rate, cuts)
        return TapeWindow(low, high, slow, fast, self._missing(edges, cuts))

    def _missing(self, edges: Floats, cuts: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell the columns without a sample, beyond what one period leaves between two."""
        empty: NDArray[np.bool_] = np.diff(cuts) == 0
        if not len(self.utc_us) or not empty.any():
            return empty
        middle = (edges[:-1] + edges[1:]) / 2
        after = np.searchsorted(self.utc_us, middle)
        before_us = self.utc_us[np.maximum(after - 1, 0)]
        after_us = self.utc_us[np.minimum(after, len(self.utc_us) - 1)]
        apart = np.minimum(np.abs(middle - before_us), np.abs(after_us - middle))
        lacking: NDArray[np.bool_] = empty & (apart > 2 * self.period_us)
        return lacking

    # --- moments -----------------------------------------------------------------------------------------------

    def at(self, seconds: float) -> TapeMoment:
        """Give what the tape shows ``seconds`` from its start; None where no sample is near (0.5 s)."""
        utc_us = self.start_us + round(seconds * 1_000_000)
        running = self.pass_at(utc_us)
        area_id, number = (running.area_id, running.number) if running is not None else ("", 0)
        paused = any(start <= utc_us < (end or self.end_us) for start, end in self.state.pauses)
        place = int(np.searchsorted(self.utc_us, utc_us, side="right")) - 1
        if place < 0 or utc_us - self.utc_us[place] > NEAR_US:
            return self._by_hand(TapeMoment(utc_us, area_id, None, None, False, number, paused))
        depth, rate = _known(self.depth_um[place]), _known(self.rate_chz[place])
        sign = "" if depth is None else "measured" if self._raw["flags"][place] & SampleFlag.DEPTH_MEASURED else "set"
        return TapeMoment(utc_us, area_id, depth, rate, bool(self.contact[place]), number, paused, sign)

    def _by_hand(self, moment: TapeMoment) -> TapeMoment:
        """Give what was entered by hand last on the area that was needled, where there are no samples at all."""
        area = self.state.areas.get(moment.area_id)
        told = [one for at_us, one in area.manual if at_us <= moment.utc_us] if area is not None else []
        if not told or len(self.utc_us):
            return moment
        return TapeMoment(moment.utc_us, moment.area_id, told[-1].depth_um, told[-1].rate_chz, False,
                          moment.pass_number, moment.paused, "by_hand")

    def pass_at(self, utc_us: int) -> PassOnTape | None:
        """Give the pass that ran at a moment."""
        place = bisect_right(self._starts, utc_us) - 1
        if place < 0 or utc_us >= self.passes[place].ended_us:
            return None
        return self.passes[place]

    def area_at(self, utc_us: int) -> str:
        """Give the area being needled at a moment, empty if none."""
        running = self.pass_at(utc_us)
        return running.area_id if running is not None else ""

    def passes_done(self, area_id: str, utc_us: int) -> int:
        """Count the passes of an area that were finished by a moment."""
        spans = self.state.areas[area_id].passes
        return sum(1 for one in spans if one.ended_us is not None and one.ended_us <= utc_us)

    def stepped(self, seconds: float, readings: int) -> float:
        """Give where the tape stands so many readings further (back where negative); a second where it has none."""
        if not len(self.utc_us):
            return min(max(seconds + readings, 0.0), self.length_s)
        utc_us = self.start_us + round(seconds * 1_000_000)
        here = bisect_right(self.utc_us, utc_us) - 1 if readings > 0 else bisect_left(self.utc_us, utc_us)
        place = min(max(here + readings, 0), len(self.utc_us) - 1)
        return min(max(self.seconds_of(int(self.utc_us[place])), 0.0), self.length_s)


def _extremes(values: Floats, cuts: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Give least and greatest between cuts, NaN where nothing known lies there."""
    count = len(cuts) - 1
    low, high = np.full(count, np.nan), np.full(count, np.nan)
    held = np.flatnonzero(np.diff(cuts) > 0)
    if len(held):
        starts = cuts[held]
        low[held], high[held] = np.fmin.reduceat(values, starts), np.fmax.reduceat(values, starts)
    return low, high


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
