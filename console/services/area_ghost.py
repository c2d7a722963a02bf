"""The last session of the same area, laid under the live trace by the area's own time."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from console.domain.session_state import SessionState
from console.services.area_figures import contact_known
from console.services.sample_table import SampleTable

STEP_S = 0.25
_IN_A_HOLD = -(10**15)  # µs; whatever is added, it stays before the area's beginning

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class AreaGhost:
    """Least and most depth (µm) by steps of the area's time; NaN where there was no contact or no reading."""

    step_s: float
    low_um: Floats
    high_um: Floats

    def columns(self, end_s: float, seconds: float, columns: int) -> tuple[Floats, Floats]:
        """Give what lay between ``end_s`` - ``seconds`` and ``end_s`` of the area's time, in so many columns."""
        edges = end_s - seconds + np.arange(columns + 1) * (seconds / columns)
        firsts = np.floor(edges[:-1] / self.step_s).astype(np.int64)
        ends = np.maximum(np.floor(edges[1:] / self.step_s).astype(np.int64), firsts + 1)
        low, high = np.full(columns, np.nan), np.full(columns, np.nan)
        used = len(self.low_um)
        inside = (ends > 0) & (firsts < used) & (edges[1:] > 0)
        if inside.any():
            bounds = np.stack((np.clip(firsts[inside], 0, used), np.clip(ends[inside], 0, used)), axis=1).ravel()
            low[inside] = np.fmin.reduceat(np.append(self.low_um, np.nan), bounds)[::2]
            high[inside] = np.fmax.reduceat(np.append(self.high_um, np.nan), bounds)[::2]
        return low, high


def ghost_of(state: SessionState, table: SampleTable, area_id: str) -> AreaGhost | None:
    """Give a former session's depth over an area; None where it has no readings of it.

    The area's time is the record's (``SessionState.area_time_us``): its passes less holds and downtimes.
    """
    area = state.areas.get(area_id)
    if area is None or not len(table):
        return None
    depth = table.depth_um()
    if contact_known(state):
        depth = np.where(table.contact(), depth, np.nan)
    times, values, before_us = [], [], 0
    for span in area.passes:
        if span.ended_us is None:
            continue
        within = (table.utc_us >= span.started_us) & (table.utc_us < span.ended_us)
        spent_us = _spent_us(state, span.started_us, table.utc_us[within])
        times.append(before_us + spent_us)
        values.append(depth[within])
        before_us += span.ended_us - span.started_us - state.held_us(span.started_us, span.ended_us)
    if not before_us:
        return None
    return _stepped(np.concatenate(times), np.concatenate(values), before_us)


def _spent_us(state: SessionState, from_us: int, at_us: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the time spent from a moment to each sample; a large negative number for one taken in a hold."""
    spent, holds = at_us - from_us, [*state.pauses, *state.downtimes]
    for start_us, end_us in holds:
        until_us = end_us if end_us is not None else np.iinfo(np.int64).max
        if until_us <= from_us:
            continue
        spent -= np.clip(at_us, max(start_us, from_us), until_us) - max(start_us, from_us)
        spent = np.where((at_us >= start_us) & (at_us < until_us), _IN_A_HOLD, spent)
    return spent


def _stepped(times_us: NDArray[np.int64], depth: Floats, whole_us: int) -> AreaGhost | None:
    count = int(whole_us / 1e6 / STEP_S) + 1
    low, high = np.full(count, np.nan), np.full(count, np.nan)
    known = ~np.isnan(depth) & (times_us >= 0)
    steps = np.minimum((times_us[known] / 1e6 / STEP_S).astype(np.int64), count - 1)
    np.fmin.at(low, steps, depth[known])
    np.fmax.at(high, steps, depth[known])
    return AreaGhost(STEP_S, low, high) if known.any() else None
