"""Which pass ran, and whether needling was paused, when a sample was taken."""

import numpy as np
from numpy.typing import NDArray

from console.domain.session_state import SessionState


def spans(state: SessionState) -> list[tuple[int, int, str, int]]:
    """Give start, end, area and number of each pass."""
    return [
        (span.started_us, span.ended_us if span.ended_us is not None else state.last_at_us, area_id, span.number)
        for area_id, area in state.areas.items() for span in area.passes
    ]


def pass_places(utc_us: NDArray[np.int64], ran: list[tuple[int, int, str, int]]) -> NDArray[np.intp]:
    """Give for each moment the number of its pass in ``ran`` from 1; 0 where none ran."""
    places = np.zeros(len(utc_us), np.intp)
    for number, (start_us, end_us, _, _) in enumerate(ran, 1):
        places[(utc_us >= start_us) & (utc_us < end_us)] = number
    return places


def on_hold(utc_us: NDArray[np.int64], state: SessionState) -> NDArray[np.bool_]:
    """Tell at which moments needling was paused."""
    held = np.zeros(len(utc_us), np.bool_)
    for start_us, end_us in state.pauses:
        held |= (utc_us >= start_us) & (utc_us < (end_us if end_us is not None else state.last_at_us))
    return held
