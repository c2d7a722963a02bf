"""Figures of each area from the stored samples: the same function for report, review and lists.

Strokes = rate x contact time; punctures per cm² = strokes x needles / cm², an estimate and named so
wherever it is shown. Algorithm version 1; raw samples are kept, so figures can be made again.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from console.domain.ports import AreaSummary
from console.domain.session_state import AreaProgress, SessionState
from console.domain.telemetry import SampleFlag
from console.services.sample_table import SampleTable, judged_depth_um, measured

ALGORITHM_VERSION = 1
FLAGS_CHANNEL = 1 << 4


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
    raw: NDArray[np.void], period_us: NDArray[np.int64], band_high_um: int, contact_known: bool
) -> SampleFigures:
    """Sum up samples (dtype ``WIRE_SAMPLE``); depth and rate count only while on the skin."""
    flags, on_skin = raw["flags"], _on_skin(raw, contact_known)
    depth, rate = judged_depth_um(raw), measured(raw["rate_chz"])
    seconds = period_us / 1_000_000
    depths = depth[on_skin & ~np.isnan(depth)]
    rates = rate[on_skin & ~np.isnan(rate)]
    strokes = strokes_of(raw, period_us, contact_known) if len(rates) else None
    by_sensor = bool(((flags & SampleFlag.DEPTH_MEASURED) != 0)[on_skin].any())
    low, middle, high = np.percentile(depths, (5, 50, 95)) if len(depths) else (None, None, None)
    return SampleFigures(
        contact_s=float(seconds[on_skin].sum()) if contact_known else None,
        median_depth_um=_rounded(middle), p5_depth_um=_rounded(low), p95_depth_um=_rounded(high),
        median_rate_chz=_rounded(np.median(rates)) if len(rates) else None,
        over_band_s=float(seconds[on_skin & (np.nan_to_num(depth, nan=0.0) > band_high_um)].sum()),
        strokes=_rounded(strokes), provenance=("measured" if by_sensor else "set") if len(depths) else "none",
    )


def _on_skin(raw: NDArray[np.void], contact_known: bool) -> NDArray[np.bool_]:
    flags = raw["flags"]
    running: NDArray[np.bool_] = (flags & SampleFlag.MOTOR_RUNNING) != 0
    return (((flags & SampleFlag.SKIN_CONTACT) != 0) & running) if contact_known else running


def strokes_of(raw: NDArray[np.void], period_us: NDArray[np.int64], contact_known: bool) -> float:
    """Sum up strokes on the skin, not rounded: many short batches add up to what the whole gives."""
    rate = measured(raw["rate_chz"])
    return float(np.nansum(np.where(_on_skin(raw, contact_known), rate / 100 * (period_us / 1_000_000), 0.0)))


def _rounded(value: float | np.floating | None) -> int | None:
    return None if value is None or np.isnan(value) else round(float(value))


def punctures_per_cm2(strokes: int | None, needles: int, area_mm2: int | None) -> int | None:
    """Estimate punctures per cm²; None without needle count or area."""
    if strokes is None or not needles or not area_mm2:
        return None
    return round(strokes * needles / (area_mm2 / 100))


def area_mask(state: SessionState, area: AreaProgress, utc_us: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which samples were taken during an area's passes and not on hold."""
    mask = np.zeros(len(utc_us), np.bool_)
    for span in area.passes:
        until_us = span.ended_us if span.ended_us is not None else state.last_at_us
        mask |= (utc_us >= span.started_us) & (utc_us < until_us)
    for start_us, end_us in state.pauses:
        mask &= ~((utc_us >= start_us) & (utc_us < (end_us if end_us is not None else state.last_at_us)))
    return mask


def contact_known(state: SessionState) -> bool:
    """Tell whether the bound pen reports skin contact at all."""
    return state.pen is not None and bool(state.pen.channels & FLAGS_CHANNEL)


def needle_count(state: SessionState) -> int:
    """Give the needles of the bound cartridge, else what the pen says, else 0 (unknown)."""
    if state.cartridges and state.cartridges[-1].needles:
        return state.cartridges[-1].needles
    return state.pen.needles if state.pen else 0


def summarise_areas(state: SessionState, table: SampleTable) -> list[AreaSummary]:
    """Give one summary for each planned area, in the order of the plan."""
    known, needles = contact_known(state), needle_count(state)
    summaries = []
    for area in state.areas.values():
        mask = area_mask(state, area, table.utc_us)
        figures = figures_of(table.raw[mask], table.period_us[mask], area.plan.band_high_um, known)
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
