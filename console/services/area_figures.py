"""Figures of each area from the stored samples: the same function for report, review and lists.

Strokes = rate x contact time; punctures per cm² = strokes x needles / cm², an estimate and named so
wherever it is shown. Contact is the pen's flag, else the motor's current where its profile says from which
on, else unknown: then there are no strokes. Raw samples are kept, so figures can be made again.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from console.domain.ports import AreaSummary
from console.domain.session_state import AreaProgress, SessionState
from console.domain.telemetry import NO_CONTACT_FLAG, NOT_MEASURED, SampleFlag
from console.services.sample_table import SampleTable, judged_depth_um, measured

ALGORITHM_VERSION = 2
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
    pen = state.pen
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


@dataclass(slots=True)
class Sums:
    """Whole-number sums over samples: however they are cut into batches, the total is the same."""

    contact_us: int = 0
    stroke_parts: int = 0
    over_us: int = 0
    rates: int = 0  # samples on the skin with a rate

    def __iadd__(self, other: "Sums") -> "Sums":
        self.contact_us += other.contact_us
        self.stroke_parts += other.stroke_parts
        self.over_us += other.over_us
        self.rates += other.rates
        return self

    def contact_s(self, contact: Contact) -> float | None:
        """Give seconds on the skin, None where contact is not known."""
        return None if contact.kind == "none" else self.contact_us / 1_000_000

    def strokes(self, contact: Contact) -> int | None:
        """Give strokes on the skin, None where contact or rate is not known."""
        return None if contact.kind == "none" or not self.rates else round(self.stroke_parts / _STROKE_PARTS)


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
    provenance: str  # measured, set, none


def figures_of(
    raw: NDArray[np.void], period_us: NDArray[np.int64], band_high_um: int, contact: Contact
) -> SampleFigures:
    """Sum up samples (dtype ``WIRE_SAMPLE``); depth and rate count only while on the skin.

    Where contact is not known, depth and rate count while the motor runs; there are no strokes then.
    """
    skin = raw[judged_on_skin(raw, contact)]
    depth, rate = judged_depth_um(skin), measured(skin["rate_chz"])
    depths, rates = depth[~np.isnan(depth)], rate[~np.isnan(rate)]
    sums = sums_of(raw, period_us, band_high_um, contact)
    low, middle, high = np.percentile(depths, (5, 50, 95)) if len(depths) else (None, None, None)
    return SampleFigures(
        contact_s=sums.contact_s(contact),
        median_depth_um=_rounded(middle), p5_depth_um=_rounded(low), p95_depth_um=_rounded(high),
        median_rate_chz=_rounded(np.median(rates)) if len(rates) else None,
        over_band_s=sums.over_us / 1_000_000, strokes=sums.strokes(contact),
        provenance=depth_sign(skin) if len(depths) else "none",
    )


def sums_of(raw: NDArray[np.void], period_us: NDArray[np.int64], band_high_um: int, contact: Contact) -> Sums:
    """Sum up time on the skin, strokes and time over the band."""
    judged = judged_on_skin(raw, contact)
    skin, period = raw[judged], period_us[judged]
    with_rate = skin["rate_chz"] != NOT_MEASURED
    rate = skin["rate_chz"][with_rate].astype(np.int64)
    depth = np.nan_to_num(judged_depth_um(skin), nan=0.0)
    return Sums(int(period.sum()), int((rate * period[with_rate]).sum()), int(period[depth > band_high_um].sum()),
                len(rate))


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


def punctures_per_cm2(strokes: int | None, needles: int, area_mm2: int | None) -> int | None:
    """Estimate punctures per cm²; None without needle count or area."""
    if strokes is None or not needles or not area_mm2:
        return None
    return round(strokes * needles / (area_mm2 / 100))


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


def needle_count(state: SessionState) -> int:
    """Give the needles of the bound cartridge, else what the pen says, else 0 (unknown)."""
    if state.cartridges and state.cartridges[-1].needles:
        return state.cartridges[-1].needles
    return state.pen.needles if state.pen else 0


def summarise_areas(state: SessionState, table: SampleTable) -> list[AreaSummary]:
    """Give one summary for each planned area, in the order of the plan."""
    contact, needles = contact_of(state), needle_count(state)
    summaries = []
    for area in state.areas.values():
        mask = area_mask(state, area, table.utc_us)
        figures = figures_of(table.raw[mask], table.period_us[mask], area.plan.band_high_um, contact)
        summaries.append(_summary(state, area, figures, needles))
    return summaries


def _summary(state: SessionState, area: AreaProgress, figures: SampleFigures, needles: int) -> AreaSummary:
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
        punctures_per_cm2=punctures_per_cm2(figures.strokes, needles, plan.area_mm2),
        endpoint=", ".join(area.endpoints), provenance="by_hand" if hand_depth is not None else figures.provenance,
    )
