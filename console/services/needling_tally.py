"""Live figures of each area while needling: contact time, strokes, seconds over the band.

The tally serves the screen. The record's figures are made again from the stored samples
(``area_figures``). Both count whole numbers over the same samples, told apart by when they were taken:
what is sent again later, a hold, a pass taken back or a restart leave them alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from console.domain.session_state import AreaProgress, SessionState
from console.domain.telemetry import Batch
from console.services.area_figures import (
    Fitting,
    Sums,
    area_mask,
    contact_of,
    depth_sign,
    fittings_of,
    judged_on_skin,
    parted,
    punctures_per_cm2,
    sums_of,
)
from console.services.sample_log import SampleLog, Taken
from console.services.sample_table import MOST_DEPTH_UM, WIRE_SAMPLE, SampleTable, judged_depth_um

OPEN_END_US = 1 << 62  # a pass that runs takes whatever is yet to come
NEVER_US = -(1 << 62)
_Span = tuple[int, int | None]


@dataclass(frozen=True, slots=True)
class _Shape:
    """What decides which samples are an area's, and how they count."""

    passes: tuple[_Span, ...] = ()
    pauses: tuple[_Span, ...] = ()
    band_high_um: int = 0
    fittings: tuple[Fitting, ...] = ()

    def alike_until_us(self, other: "_Shape") -> int:
        """Give the time before which a sample counts alike by both."""
        if self.band_high_um != other.band_high_um or self.fittings[:1] != other.fittings[:1]:
            return NEVER_US
        fitted = [one.from_us for one in {*self.fittings} ^ {*other.fittings}]
        return min([_alike_until_us(self.passes, other.passes), _alike_until_us(self.pauses, other.pauses), *fitted])


def _alike_until_us(spans: Sequence[_Span], others: Sequence[_Span]) -> int:
    """Give the least time at which two lists of spans differ."""
    times = [start_us for start_us, _ in (*spans[len(others):], *others[len(spans):])]
    for one, other in zip(spans, others, strict=False):
        if one != other:
            ends = [OPEN_END_US if end_us is None else end_us for _, end_us in (one, other)]
            times.append(min(ends) if one[0] == other[0] else min(one[0], other[0]))
    return min(times, default=OPEN_END_US)


@dataclass(slots=True)
class AreaTally:
    """Running sums of one area over the first ``upto`` samples; counted anew when ``shape`` changes for any of them."""

    shape: _Shape = field(default_factory=_Shape)
    upto: int = 0
    until_us: int = NEVER_US  # no sample counted was taken at this time or later
    sums: Sums = field(default_factory=Sums)
    depths: NDArray[np.int64] = field(default_factory=lambda: np.zeros(MOST_DEPTH_UM + 1, np.int64))
    measured: bool = False


class NeedlingTally:
    """Holds a session's recorded samples and sums them up by area; lives on the desk's thread."""

    def __init__(self) -> None:
        self.session_id: UUID | None = None
        self._log = SampleLog()
        self._areas: dict[str, AreaTally] = {}
        self._state = SessionState()
        self._whole = False

    def begin(self, session_id: UUID) -> None:
        """Start anew for a session; its figures are unknown until what is stored of it is recalled."""
        self.session_id, self._log, self._areas = session_id, SampleLog(), {}
        self._whole = False

    def recall(self, session_id: UUID, stored: SampleTable) -> None:
        """Add what was stored of a session when it began here; another session's is nobody's."""
        if session_id == self.session_id:
            self._log.add_uneven(stored.utc_us, stored.period_us, stored.raw)
            self._whole = True

    def follow(self, state: SessionState) -> None:
        """Say how the session stands now."""
        self._state = state

    def push(self, session_id: UUID, batch: Batch) -> None:
        """Add recorded samples; those of another session are nobody's here."""
        if session_id == self.session_id:
            self._log.add(batch.utc_us, batch.period_us, np.frombuffer(batch.samples, WIRE_SAMPLE))

    # --- figures ----------------------------------------------------------------------------------------

    def _of(self, area_id: str) -> AreaTally:
        area = self._state.areas.get(area_id)
        if area is None:
            return AreaTally()
        fittings = fittings_of(self._state)
        shape = _shape(area, self._state, fittings)
        tally = self._areas.get(area_id)
        if tally is None or (tally.shape != shape and tally.shape.alike_until_us(shape) < tally.until_us):
            tally = self._areas[area_id] = AreaTally()
        tally.shape = shape
        if tally.upto < self._log.count:
            self._count(tally, area, fittings)
        return tally

    def _count(self, tally: AreaTally, area: AreaProgress, fittings: tuple[Fitting, ...]) -> None:
        spans = [(span.started_us, OPEN_END_US if span.ended_us is None else span.ended_us) for span in area.passes]
        for fresh in self._log.since(tally.upto, spans):
            mine = area_mask(self._state, area, fresh.utc_us, OPEN_END_US)
            if mine.any():
                self._add(tally, area, fittings, fresh.where(mine))
        tally.upto, tally.until_us = self._log.count, self._log.until_us

    @staticmethod
    def _add(tally: AreaTally, area: AreaProgress, fittings: tuple[Fitting, ...], mine: Taken) -> None:
        for one, part in parted(fittings, mine.utc_us):
            raw = mine.raw[part]
            tally.sums += sums_of(raw, mine.period_us[part], area.plan.band_high_um, one)
            skin = raw[judged_on_skin(raw, one.contact)]
            depth = judged_depth_um(skin)
            tally.depths += np.bincount(depth[~np.isnan(depth)].astype(np.int64), minlength=MOST_DEPTH_UM + 1)
            tally.measured = tally.measured or depth_sign(skin) == "measured"

    def contact_s(self, area_id: str) -> float | None:
        """Give seconds on the skin, None while recalled or where the pen tells neither contact nor load."""
        return self._of(area_id).sums.contact_s(contact_of(self._state)) if self._whole else None

    def depth_um(self, area_id: str) -> tuple[int | None, str]:
        """Give the median depth on the skin so far and whether it is measured or set; None where none is known."""
        tally = self._of(area_id)
        count = int(tally.depths.sum())
        if not count or not self._whole:
            return None, "none"
        upto = np.cumsum(tally.depths)
        low, high = (int(np.searchsorted(upto, rank, "right")) for rank in ((count - 1) // 2, count // 2))
        return round((low + high) / 2), "measured" if tally.measured else "set"

    def over_band_s(self, area_id: str) -> float:
        """Give seconds above the band."""
        return self._of(area_id).sums.over_us / 1_000_000

    def strokes(self, area_id: str) -> int | None:
        """Give strokes on the skin, None where contact or rate is not known."""
        return self._of(area_id).sums.strokes(contact_of(self._state)) if self._whole else None

    def punctures(self, area_id: str) -> int | None:
        """Estimate punctures: strokes times the needles bound then; None where either is not known."""
        return self._of(area_id).sums.punctures(contact_of(self._state)) if self._whole else None

    def punctures_per_cm2(self, state: SessionState, area_id: str) -> int | None:
        """Estimate punctures per cm² so far."""
        return punctures_per_cm2(self.punctures(area_id), state.areas[area_id].plan.area_mm2)


def _shape(area: AreaProgress, state: SessionState, fittings: tuple[Fitting, ...]) -> _Shape:
    passes = tuple((span.started_us, span.ended_us) for span in area.passes)
    return _Shape(passes, tuple(state.pauses), area.plan.band_high_um, fittings)
