"""Where a session was needled deeper than its plan: each stretch of its tape, so that a replay can go to it."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from console.services.replay_tape import PassOnTape, ReplayTape
from console.services.session_story import OVER, StoryLine

APART_US = 500_000  # two excesses nearer than this are one stretch to the eye


@dataclass(frozen=True, slots=True)
class OverStretch:
    """A stretch over the band: from its first sample over it to its last, seconds over, and the deepest."""

    area_id: str
    start_us: int
    end_us: int
    over_s: float
    deepest_um: float
    beyond_um: float


def over_stretches(tape: ReplayTape) -> tuple[OverStretch, ...]:
    """Give the stretches over the plan's band on the skin, oldest first; holds are left out."""
    return tuple(stretch for one in tape.passes for stretch in _of_pass(tape, one))


def heaviest(stretches: Iterable[OverStretch]) -> OverStretch | None:
    """Give the stretch with the longest time over the band, the first of equals; None where there is none."""
    return max(stretches, key=lambda one: one.over_s, default=None)


def over_lines(tape: ReplayTape) -> tuple[StoryLine, ...]:
    """Say each stretch as a line of the session's story; it is read from the samples and has no entry of its own."""
    areas = tape.state.areas
    return tuple(StoryLine(
        one.start_us, 0, f"Over the plan's depth, {areas[one.area_id].plan.label}: {one.over_s:.2f} s, "
        f"{one.beyond_um / 1000:.2f} mm over the band at most", "", OVER, flagged=True) for one in over_stretches(tape))


def _of_pass(tape: ReplayTape, one: PassOnTape) -> list[OverStretch]:
    first, last = np.searchsorted(tape.utc_us, (one.started_us, one.ended_us))
    times, depth = tape.utc_us[first:last], tape.depth_um[first:last]
    band_high_um = tape.state.areas[one.area_id].plan.band_high_um
    over = np.nan_to_num(depth, nan=0.0) > band_high_um
    if tape.contact.any():
        over &= tape.contact[first:last]
    places = np.flatnonzero(over & ~_held(tape, times))
    if not len(places):
        return []
    runs = np.split(places, np.flatnonzero(np.diff(times[places]) > APART_US) + 1)
    return [OverStretch(one.area_id, int(times[run[0]]), int(times[run[-1]]) + tape.period_us,
                        len(run) * tape.period_us / 1_000_000, float(depth[run].max()),
                        float(depth[run].max()) - band_high_um) for run in runs]


def _held(tape: ReplayTape, times: NDArray[np.int64]) -> NDArray[np.bool_]:
    held = np.zeros(len(times), dtype=np.bool_)
    for start_us, end_us in tape.state.pauses:
        held |= (times >= start_us) & (times < (end_us or tape.end_us))
    return held
