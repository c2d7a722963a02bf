"""Live figures of each area while needling: contact time, strokes, seconds over the band.

The tally serves the screen. The record's figures are made again from the stored samples
(``area_figures``), with the same function.
"""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from console.domain.session_state import SessionState
from console.domain.telemetry import Batch
from console.services.area_figures import contact_known, figures_of, needle_count, punctures_per_cm2, strokes_of
from console.services.sample_table import WIRE_SAMPLE


@dataclass(slots=True)
class AreaTally:
    """Running sums of one area."""

    contact_s: float = 0.0
    strokes: float = 0.0
    over_band_s: float = 0.0
    depths_um: Counter[int] = field(default_factory=Counter)  # how many batches had this middle depth
    provenance: str = "none"  # of the depths: measured, set, none


class NeedlingTally:
    """Adds batches to the area being needled; lives on the desk's thread."""

    def __init__(self) -> None:
        self._sums: dict[str, AreaTally] = {}
        self._area_id: str | None = None
        self._band_high_um = 0
        self._contact_known = False

    def begin(self, state: SessionState) -> None:
        """Start anew for a session's needling phase."""
        self._sums = {area_id: AreaTally() for area_id in state.areas}
        self._contact_known = contact_known(state)

    def follow(self, state: SessionState | None) -> None:
        """Say which area is being needled now (None, on hold or between passes: nobody's)."""
        running = state is not None and state.active_pass is not None and not state.paused
        self._area_id = state.active_area if state is not None and running else None
        if state is not None and self._area_id is not None:
            self._band_high_um = state.areas[self._area_id].plan.band_high_um
            self._contact_known = contact_known(state)

    def push(self, batch: Batch) -> None:
        """Add a batch to the area being needled."""
        if self._area_id is None:
            return
        raw = np.frombuffer(batch.samples, WIRE_SAMPLE)
        period = np.full(batch.count, batch.period_us, np.int64)
        figures = figures_of(raw, period, self._band_high_um, self._contact_known)
        sums = self._sums.setdefault(self._area_id, AreaTally())
        sums.contact_s += figures.contact_s or 0.0
        sums.strokes += strokes_of(raw, period, self._contact_known)
        sums.over_band_s += figures.over_band_s
        if figures.median_depth_um is not None:
            sums.depths_um[figures.median_depth_um] += 1
            sums.provenance = figures.provenance

    def contact_s(self, area_id: str) -> float | None:
        """Give seconds on the skin, None where the pen does not tell contact."""
        return self._sums.get(area_id, AreaTally()).contact_s if self._contact_known else None

    def depth_um(self, area_id: str) -> tuple[int | None, str]:
        """Give the middle depth on the skin so far and whether it is measured or set; None where none is known."""
        sums = self._sums.get(area_id, AreaTally())
        left = (sums.depths_um.total() + 1) // 2
        for depth_um, count in sorted(sums.depths_um.items()):
            left -= count
            if left <= 0:
                return depth_um, sums.provenance
        return None, "none"

    def over_band_s(self, area_id: str) -> float:
        """Give seconds above the band."""
        return self._sums.get(area_id, AreaTally()).over_band_s

    def punctures_per_cm2(self, state: SessionState, area_id: str) -> int | None:
        """Estimate punctures per cm² so far."""
        strokes = self._sums.get(area_id, AreaTally()).strokes
        return punctures_per_cm2(round(strokes), needle_count(state), state.areas[area_id].plan.area_mm2)
