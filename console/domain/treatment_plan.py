"""Treatment plans: what is meant to happen on which area, every figure with its source.

A plan may be incomplete: a figure that no source gives stays None until the clinic enters it, and
``missing`` names it. Depths in µm, rates in strokes per second x 100, sizes in mm².
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from console.domain.areas import in_order, label_of
from console.domain.errors import OperatorError
from console.domain.session_events import AreaPlan
from console.domain.sources import Source, cite


@dataclass(frozen=True, slots=True)
class DepthBand:
    """A depth range as one source gives it; None where that source gives no such end."""

    low_um: int | None
    high_um: int | None
    source: Source
    note: str = ""
    for_pens: bool = True  # False: measured with another kind of device, never a default


@dataclass(frozen=True, slots=True)
class RateRange:
    """A rate range of one kind of pen; ``pen_class`` is a pen profile's id, or ``any``."""

    pen_class: str
    low_chz: int
    high_chz: int
    source: Source


@dataclass(frozen=True, slots=True)
class CoursePattern:
    """How many sessions (0: open-ended) and how far apart, as one source gives it; None: not given."""

    length: int
    interval_min_days: int | None
    interval_max_days: int | None
    source: Source


@dataclass(frozen=True, slots=True)
class PunctureRange:
    """Estimated punctures per cm² that a plan aims at, as one source gives them."""

    low_per_cm2: int
    high_per_cm2: int
    source: Source


@dataclass(frozen=True, slots=True)
class PlannedArea:
    """One area of a plan. ``cited`` are all depth ranges known for it, ``band`` the chosen one."""

    area_id: str
    band: DepthBand | None
    cited: tuple[DepthBand, ...]
    target_depth_um: int | None
    passes: int | None
    planned_s: int | None


@dataclass(frozen=True, slots=True)
class TreatmentPlan:
    """A treatment the clinic offers."""

    plan_id: str
    name: str
    version: int
    indication: str
    map_id: str
    areas: tuple[PlannedArea, ...]
    rates: tuple[RateRange, ...]
    endpoint: str  # erythema, pinpoint_bleeding or empty
    course: CoursePattern | None
    other_courses: tuple[CoursePattern, ...]
    note: str
    sources: tuple[Source, ...]
    reviewed: date
    punctures: PunctureRange | None = None

    @property
    def area_ids(self) -> tuple[str, ...]:
        """Give the areas in the order of the plan."""
        return tuple(area.area_id for area in self.areas)

    def rate_for(self, pen_class: str) -> RateRange | None:
        """Give the rate range for a pen, else the one for any pen, else None."""
        by_class = {rate.pen_class: rate for rate in self.rates}
        return by_class.get(pen_class) or by_class.get("any")


def missing(plan: TreatmentPlan, pen_class: str, area_ids: Sequence[str] = ()) -> tuple[str, ...]:
    """Name the figures the clinic must enter before the plan can be used with a pen."""
    wanted = area_ids or plan.area_ids
    gaps: list[str] = []
    for area in plan.areas:
        if area.area_id not in wanted:
            continue
        band = area.band
        if band is None or band.low_um is None or band.high_um is None:
            gaps.append(f"depth of {label_of(area.area_id)}")
        if area.passes is None:
            gaps.append(f"passes of {label_of(area.area_id)}")
    if plan.rate_for(pen_class) is None:
        gaps.append("speed for this pen")
    return tuple(gaps)


def area_plans(
    plan: TreatmentPlan, area_ids: Sequence[str], pen_class: str, sizes_mm2: Mapping[str, int | None],
) -> tuple[AreaPlan, ...]:
    """Turn a plan into what a session keeps, for the areas chosen (all, if none are named).

    The order is the plan's. A chosen area outside the plan or a missing figure raises OperatorError.
    """
    wanted = tuple(area_ids) or plan.area_ids
    strangers = [label_of(area_id) for area_id in wanted if area_id not in plan.area_ids]
    if strangers:
        raise OperatorError(
            f"{', '.join(strangers)} is not part of the plan {plan.name}", "Nothing was changed",
            "Choose other areas or another plan",
        )
    gaps = missing(plan, pen_class, wanted)
    rate = plan.rate_for(pen_class)
    if gaps or rate is None:
        raise OperatorError(
            f"The plan {plan.name} lacks: {', '.join(gaps)}", "Nothing was changed",
            "Enter the clinic's figures in its plan file, or choose another plan",
        )
    return tuple(
        _area_plan(area, plan, rate, sizes_mm2.get(area.area_id))
        for area in plan.areas if area.area_id in wanted
    )


def _area_plan(area: PlannedArea, plan: TreatmentPlan, rate: RateRange, mm2: int | None) -> AreaPlan:
    band = area.band
    if band is None or band.low_um is None or band.high_um is None or area.passes is None:
        raise ValueError("an incomplete area has no plan; ask missing() first")
    target = area.target_depth_um
    middle = (band.low_um + band.high_um) // 2
    punctures = plan.punctures
    return AreaPlan(
        area.area_id, label_of(area.area_id), middle if target is None else target, band.low_um,
        band.high_um, rate.low_chz, rate.high_chz, area.passes, plan.endpoint, area.planned_s or 0,
        mm2, cite((band.source,)), punctures.low_per_cm2 if punctures else None,
        punctures.high_per_cm2 if punctures else None,
    )


def retarget(area: AreaPlan, target_um: int, depth_source: str) -> AreaPlan:
    """Move an area's target and band together; the band keeps its width around the target."""
    shift = target_um - area.target_depth_um
    return replace(
        area, target_depth_um=target_um, band_low_um=max(0, area.band_low_um + shift),
        band_high_um=area.band_high_um + shift, depth_source=depth_source,
    )


def plan_map(area_ids: Sequence[str]) -> str:
    """Give the map to draw for areas: that of the first in the default order, ``face`` for none."""
    ordered = in_order(area_ids)
    if not ordered or ordered[0] == "neck":
        return "face"
    return ordered[0].split(".")[0]
