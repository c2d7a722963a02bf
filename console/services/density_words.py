"""The estimated punctures per cm² in words: the figure, its parts, or why there is none."""

from dataclasses import dataclass

from console.domain.session_state import SessionState
from console.services.area_figures import contact_of, needle_count

BY = {"flag": "by the pen's contact flag", "load": "by the motor's current"}
NOT_TOLD = "the pen tells neither contact nor a motor current its profile knows"


@dataclass(frozen=True, slots=True)
class Density:
    """The headline, its parts in one sentence, and how the time on skin is known."""

    headline: str
    parts: str
    skin: str


def density_of(
    state: SessionState, area_id: str, strokes: int | None, contact_s: float | None, estimated_size: bool,
) -> Density:
    """Word an area's density from its strokes; ``estimated_size``: its cm² are an estimate themselves."""
    kind, area_mm2, needles = contact_of(state).kind, state.areas[area_id].plan.area_mm2, needle_count(state)
    skin = f"Time on skin: none, {NOT_TOLD}"
    if contact_s is not None:
        skin = f"Time on skin {contact_s:.0f} s, {BY[kind]}"
    why = _why_none(state, kind, needles, area_mm2)
    if why or not area_mm2:
        return Density("No density", why, skin)
    if strokes is None:
        return Density("No density yet", "Nothing was counted on this area", skin)
    size = f"{area_mm2 / 100:.1f} cm²{' (estimate)' if estimated_size else ''}"
    return Density(
        f"About {round(strokes * needles / (area_mm2 / 100)):,} per cm², an estimate",
        f"{strokes:,} strokes × {needles} needles ÷ {size}", skin)


def _why_none(state: SessionState, kind: str, needles: int, area_mm2: int | None) -> str:
    if state.manual_mode:
        return "Depth and speed are entered by hand"
    if kind == "none":
        return "There is no time on skin to count strokes from"
    if not needles:
        return "The needles of the cartridge are not known"
    return "" if area_mm2 else "The size of this area is not entered; the clinic's settings hold it"
