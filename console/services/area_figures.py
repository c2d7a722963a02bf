"""Figures of each area from the stored samples: the same function for report, review and lists.

Strokes = rate x contact time; punctures per cm² = strokes x needles / cm², an estimate and named so
wherever it is shown. Each sample is judged by the pen and the needles that were bound when it was taken.
Contact is the pen's flag, else the motor's current where its profile says from which on, else unknown:
then there are no strokes. Raw samples are kept, so figures can be made again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from console.domain.ports import AreaSummary
from console.domain.session_events import PenBound
from console.domain.session_state import AreaProgress, SessionState
from console.domain.telemetry import NO_CONTACT_FLAG, NOT_MEASURED, SampleFlag
from console.services.sample_table import WIRE_SAMPLE, SampleTable, judged_depth_um, judged_rate_chz

ALGORITHM_VERSION = 3
LOAD_CHANNEL, FLAGS_CHANNEL = 1 << 3, 1 << 4
_STROKE_PARTS = 100 * 1_000_000  # rate in 1/100 Hz times microseconds


@dataclass(frozen=True, slots=True)
class Contact:
    """How contact with the skin is known: ``flag``, ``load`` (from ``load_ma`` on), or ``none``.

    ``motor_known``: the pen tells whether its motor runs.
    """

    kind: str
    load_ma: int = 0
    motor_known: bool = True


def contact_of(state: SessionState) -> Contact:
    """Give how the bound pen tells contact: its flag, else the motor's current by its profile, else not at all."""
    return _contact_by(state.pen)


def _contact_by(pen: PenBound | None) -> Contact:
    if pen is None:
        return Contact("none")
    has_flags = bool(pen.channels & FLAGS_CHANNEL)
    if has_flags and not pen.channels & NO_CONTACT_FLAG:
        return Contact("flag")
    if pen.contact_load_ma is not None and pen.channels & LOAD_CHANNEL:
        return Contact("load", pen.contact_load_ma, has_flags)
    return Contact("none", 0, has_flags)


def contact_known(state: SessionState) -> bool:
    """Tell whether the bound pen flags skin contact."""
    return contact_of(state).kind == "flag"


@dataclass(frozen=True, slots=True)
class Fitting:
    """What was bound from a moment on (UTC): how it tells contact, and its needles (0: not known)."""

    from_us: int
    contact: Contact
    needles: int


def fittings_of(state: SessionState) -> tuple[Fitting, ...]:
    """Give what was bound in turn, at least one; the first counts from the beginning."""
    found: list[Fitting] = []
    for at_us, pen, needles in state.fitted:
        made = Fitting(at_us, _contact_by(pen), needles)
        if not found or (made.contact, made.needles) != (found[-1].contact, found[-1].needles):
            found.append(made)
    return tuple(found) or (Fitting(0, Contact("none"), 0),)


def fittings_on(state: SessionState, area: AreaProgress) -> tuple[Fitting, ...]:
    """Give what was bound while an area was needled; without a pass what is bound now."""
    all_of = fittings_of(state)
    ends = (*(one.from_us for one in all_of[1:]), None)
    return tuple(
        one for place, (one, until_us) in enumerate(zip(all_of, ends, strict=True))
        if any((until_us is None or span.started_us < until_us)
               and (place == 0 or span.ended_us is None or span.ended_us > one.from_us) for span in area.passes)
    ) or all_of[-1:]


def contact_kind(state: SessionState, area: AreaProgress) -> str:
    """Give how contact was known on an area: flag, load, none, or mixed where pens differed."""
    kinds = {one.contact.kind for one in fittings_on(state, area)}
    return kinds.pop() if len(kinds) == 1 else "mixed"


def needles_on(state: SessionState, area: AreaProgress) -> int | None:
    """Give the needles an area was treated with, 0: not known; None where cartridges differed."""
    counts = {one.needles for one in fittings_on(state, area)}
    return counts.pop() if len(counts) == 1 else None


def parted(
    fittings: Sequence[Fitting], utc_us: NDArray[np.int64],
) -> Iterator[tuple[Fitting, NDArray[np.bool_]]]:
    """Part samples by what was bound when they were taken."""
    place = np.zeros(len(utc_us), np.int64)
    for number, one in enumerate(fittings[1:], 1):
        place[utc_us >= one.from_us] = number
    for number, one in enumerate(fittings):
        mask = place == number
        if mask.any():
            yield one, mask


@dataclass(slots=True)
class Sums:
    """Whole-number sums over samples: however they are cut into batches, the total is the same."""

    contact_us: int = 0
    stroke_parts: dict[int, int] = field(default_factory=dict)  # by needles
    over_us: int = 0
    rates: int = 0  # samples on the skin with a rate
    told: int = 0  # samples of which contact is known
    untold: int = 0  # samples that count without contact being known

    def __iadd__(self, other: "Sums") -> "Sums":
        self.contact_us += other.contact_us
        for needles, parts in other.stroke_parts.items():
            self.stroke_parts[needles] = self.stroke_parts.get(needles, 0) + parts
        self.over_us += other.over_us
        self.rates += other.rates
        self.told += other.told
        self.untold += other.untold
        return self

    def _known(self, now: Contact) -> bool:
        """Tell whether contact is known of all that counts; ``now`` decides where nothing does."""
        return not self.untold and (self.told > 0 or now.kind != "none")

    def contact_s(self, now: Contact) -> float | None:
        """Give seconds on the skin, None where contact is not known of all."""
        return self.contact_us / 1_000_000 if self._known(now) else None

    def strokes(self, now: Contact) -> int | None:
        """Give strokes on the skin, None where contact or rate is not known."""
        if not self._known(now) or not self.rates:
            return None
        return round(sum(self.stroke_parts.values()) / _STROKE_PARTS)

    def punctures(self, now: Contact) -> int | None:
        """Estimate punctures: strokes times the needles bound then; None where either is not known."""
        if self.strokes(now) is None or any(parts and not needles for needles, parts in self.stroke_parts.items()):
            return None
        return sum(round(parts / _STROKE_PARTS) * needles for needles, parts in self.stroke_parts.items())


@dataclass(frozen=True, slots=True)
class SampleFigures:
    """Figures of a set of samples; None where the pen does not tell."""

    contact_s: float | None
    median_depth_um: int | None
    p5_depth_um: int | None
    p95_depth_um: int | None
    median_rate_chz: int | None
    over_band_s: float
    strokes: int | None
    punctures: int | None  # estimated
    provenance: str  # measured, set, none


Part = tuple[NDArray[np.void], NDArray[np.int64], Fitting]  # samples, their periods in µs, what was bound then


def figures_of(parts: Sequence[Part], band_high_um: int, now: Contact) -> SampleFigures:
    """Sum up samples (dtype ``WIRE_SAMPLE``); depth and rate count only while on the skin.

    Where contact is not known, depth and rate count while the motor runs; there are no strokes then.
    """
    judged = [raw[judged_on_skin(raw, one.contact)] for raw, _, one in parts]
    skin = np.concatenate(judged) if judged else np.empty(0, WIRE_SAMPLE)
    depth, rate = judged_depth_um(skin), judged_rate_chz(skin)
    depths, rates = depth[~np.isnan(depth)], rate[~np.isnan(rate)]
    sums = Sums()
    for raw, period_us, one in parts:
        sums += sums_of(raw, period_us, band_high_um, one)
    low, middle, high = np.percentile(depths, (5, 50, 95)) if len(depths) else (None, None, None)
    return SampleFigures(
        contact_s=sums.contact_s(now),
        median_depth_um=_rounded(middle), p5_depth_um=_rounded(low), p95_depth_um=_rounded(high),
        median_rate_chz=_rounded(np.median(rates)) if len(rates) else None,
        over_band_s=sums.over_us / 1_000_000, strokes=sums.strokes(now), punctures=sums.punctures(now),
        provenance=depth_sign(skin) if len(depths) else "none",
    )


def sums_of(raw: NDArray[np.void], period_us: NDArray[np.int64], band_high_um: int, fitting: Fitting) -> Sums:
    """Sum up time on the skin, strokes and time over the band, of samples taken with one fitting."""
    judged, known = judged_on_skin(raw, fitting.contact), fitting.contact.kind != "none"
    skin, period = raw[judged], period_us[judged]
    with_rate = ~np.isnan(judged_rate_chz(skin))
    rate = skin["rate_chz"][with_rate].astype(np.int64)
    depth = np.nan_to_num(judged_depth_um(skin), nan=0.0)
    return Sums(
        int(period.sum()), {fitting.needles: int((rate * period[with_rate]).sum())},
        int(period[depth > band_high_um].sum()), len(rate), len(raw) if known else 0, 0 if known else len(skin))


def depth_sign(skin: NDArray[np.void]) -> str:
    """Tell whether samples on the skin carry a measured depth or the dial's."""
    return "measured" if bool(((skin["flags"] & SampleFlag.DEPTH_MEASURED) != 0).any()) else "set"


def judged_on_skin(raw: NDArray[np.void], contact: Contact) -> NDArray[np.bool_]:
    """Tell which samples are judged: those on the skin, or where that is not known those with the motor running."""
    flags, load = raw["flags"], raw["load_ma"]
    judged: NDArray[np.bool_] = (flags & SampleFlag.MOTOR_RUNNING) != 0 if contact.motor_known else raw["rate_chz"] != 0
    if contact.kind == "flag":
        judged &= (flags & SampleFlag.SKIN_CONTACT) != 0
    elif contact.kind == "load":
        judged &= (load != NOT_MEASURED) & (load >= contact.load_ma)
    return judged


def _rounded(value: float | np.floating | None) -> int | None:
    return None if value is None or np.isnan(value) else round(float(value))


def punctures_per_cm2(punctures: int | None, area_mm2: int | None) -> int | None:
    """Estimate punctures per cm²; None without their estimate or the area's size."""
    return None if punctures is None or not area_mm2 else round(punctures / (area_mm2 / 100))


def area_mask(
    state: SessionState, area: AreaProgress, utc_us: NDArray[np.int64], open_end_us: int | None = None,
) -> NDArray[np.bool_]:
    """Tell which samples were taken during an area's passes and not on hold.

    What still runs ends at ``open_end_us``, else with the last event.
    """
    open_end_us = state.last_at_us if open_end_us is None else open_end_us
    mask = np.zeros(len(utc_us), np.bool_)
    for span in area.passes:
        until_us = span.ended_us if span.ended_us is not None else open_end_us
        mask |= (utc_us >= span.started_us) & (utc_us < until_us)
    for start_us, end_us in state.pauses:
        mask &= ~((utc_us >= start_us) & (utc_us < (end_us if end_us is not None else open_end_us)))
    return mask


def summarise_areas(state: SessionState, table: SampleTable) -> list[AreaSummary]:
    """Give one summary for each planned area, in the order of the plan."""
    fittings, summaries = fittings_of(state), []
    for area in state.areas.values():
        mask = area_mask(state, area, table.utc_us)
        raw, period_us = table.raw[mask], table.period_us[mask]
        parts = [(raw[mine], period_us[mine], one) for one, mine in parted(fittings, table.utc_us[mask])]
        summaries.append(_summary(state, area, figures_of(parts, area.plan.band_high_um, contact_of(state))))
    return summaries


def _summary(state: SessionState, area: AreaProgress, figures: SampleFigures) -> AreaSummary:
    plan = area.plan
    by_hand = [entry for _, entry in area.manual]
    hand_depth = by_hand[-1].depth_um if by_hand and figures.provenance == "none" else None
    hand_rate = by_hand[-1].rate_chz if by_hand and figures.median_rate_chz is None else None
    return AreaSummary(
        area_id=plan.area_id, label=plan.label, planned_low_um=plan.band_low_um, planned_high_um=plan.band_high_um,
        passes_planned=plan.passes, passes_done=area.passes_done,
        area_time_s=state.area_time_us(plan.area_id, state.last_at_us) // 1_000_000,
        contact_s=figures.contact_s,
        median_depth_um=hand_depth if hand_depth is not None else figures.median_depth_um,
        p5_depth_um=figures.p5_depth_um, p95_depth_um=figures.p95_depth_um,
        median_rate_chz=hand_rate if hand_rate is not None else figures.median_rate_chz,
        over_band_s=figures.over_band_s, strokes=figures.strokes,
        punctures_per_cm2=punctures_per_cm2(figures.punctures, plan.area_mm2),
        endpoint=", ".join(area.endpoints), provenance="by_hand" if hand_depth is not None else figures.provenance,
    )
