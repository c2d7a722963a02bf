"""The estimated punctures per cm² in words: the figure, its parts, or why there is none."""

from collections.abc import Sequence
from dataclasses import dataclass

from console.domain.ports import AreaSummary
from console.domain.session_events import AreaPlan
from console.domain.session_state import SessionState
from console.services.area_figures import contact_kind, needles_on
from console.services.needling_tally import NeedlingTally

BY = {"flag": "by the pen's contact flag", "load": "by the motor's current", "mixed": "by what each pen tells"}
NOT_TOLD = "the pen tells neither contact nor a motor current its profile knows"


@dataclass(frozen=True, slots=True)
class Density:
    """The headline, its parts in one sentence, and how the time on skin is known."""

    headline: str
    parts: str
    skin: str


def density_of(
    state: SessionState, area_id: str, tally: NeedlingTally, estimated_size: bool,
) -> Density:
    """Word an area's density so far; ``estimated_size``: its cm² are an estimate themselves."""
    area, strokes, contact_s = state.areas[area_id], tally.strokes(area_id), tally.contact_s(area_id)
    kind, area_mm2, needles = contact_kind(state, area), area.plan.area_mm2, needles_on(state, area)
    skin = f"Time on skin: none, {NOT_TOLD}"
    if contact_s is not None:
        skin = f"Time on skin {contact_s:.0f} s, {BY[kind]}"
    why = _why_none(state, contact_s, needles, area_mm2)
    if why or not area_mm2:
        return Density("No density", why, skin)
    if strokes is None:
        return Density("No density yet", "Nothing was counted on this area", skin)
    size = f"{area_mm2 / 100:.1f} cm²{' (estimate)' if estimated_size else ''}"
    estimate = tally.punctures_per_cm2(state, area_id)
    if estimate is None:
        return Density("No density", "The needles of one of the cartridges are not known", skin)
    each = f"{needles} needles" if needles else "the needles in use then"
    return Density(f"About {estimate:,} per cm², an estimate", f"{strokes:,} strokes × {each} ÷ {size}", skin)


def compared_with_plan(plan: AreaPlan, punctures_per_cm2: int | None) -> str:
    """Compare an estimate with the plan's range, or say that the plan gives none."""
    low, high = plan.punctures_low_per_cm2, plan.punctures_high_per_cm2
    if low is None or high is None:
        return "The plan gives no range of densities: the clinic can enter one in its settings"
    aim = f"The plan aims at {low:,} to {high:,} per cm²"
    return aim if punctures_per_cm2 is None else f"{aim}: {_side(low, high, punctures_per_cm2)}"


def _side(low: int, high: int, punctures_per_cm2: int) -> str:
    if low <= punctures_per_cm2 <= high:
        return "within it"
    return "below it" if punctures_per_cm2 < low else "above it"


def against_plan(state: SessionState, areas: Sequence[AreaSummary]) -> str:
    """Compare a record's estimates with the plan's ranges, area by area; empty where the plan gave none."""
    told: dict[str, list[str]] = {}
    for one in areas:
        plan = state.areas[one.area_id].plan
        low, high = plan.punctures_low_per_cm2, plan.punctures_high_per_cm2
        if low is not None and high is not None:
            side = "no estimate" if one.punctures_per_cm2 is None else _side(low, high, one.punctures_per_cm2)
            told.setdefault(f"{low:,} to {high:,} per cm²", []).append(f"{one.label} {side}")
    return "; ".join(f"{aim}: {', '.join(sides)}" for aim, sides in told.items())


def _why_none(state: SessionState, contact_s: float | None, needles: int | None, area_mm2: int | None) -> str:
    if state.manual_mode:
        return "Depth and speed are entered by hand"
    if contact_s is None:
        return "There is no time on skin to count strokes from"
    if needles == 0:
        return "The needles of the cartridge are not known"
    return "" if area_mm2 else "The size of this area is not entered; the clinic's settings hold it"
