"""What the needling page says of a session: the area on show, its words, the map, the forward button."""

from dataclasses import dataclass

from console.domain import needling
from console.domain.session_state import DIRECTIONS, AreaProgress, SessionState
from console.services.label_words import STANDING_WORDS, area_standing
from ui.widgets.area_map import AreaLook
from ui.widgets.lists import AreaRow


@dataclass(frozen=True)
class NeedlingView:
    """Drawn from the state once per event; asked ten times a second."""

    title: str
    dot: str
    forward_text: str
    forward_hint: str
    areas_done: int
    areas_planned: int
    running: bool
    paused: bool
    all_done: bool
    passes_left: bool
    treatable: frozenset[str]
    next_id: str
    last_id: str  # the area needled last, empty before the first


def view_of(state: SessionState) -> NeedlingView:
    """Sum the state up for the page."""
    treatable = state.treatable_areas()
    text, hint = needling.forward_label(state)
    next_id = state.next_area_id() or ""
    all_done = bool(treatable) and all(area.finished for area in treatable)
    title, dot = _title(state, next_id, all_done)
    return NeedlingView(
        title, dot, text, hint, sum(area.finished for area in treatable), len(treatable),
        state.active_pass is not None, state.paused, all_done, not all_done and not _last_pass(state, treatable),
        frozenset(area.plan.area_id for area in treatable), next_id, _last_area(state))


def _last_area(state: SessionState) -> str:
    begun = [(area.passes[-1].started_us, area_id) for area_id, area in state.areas.items() if area.passes]
    return max(begun)[1] if begun else ""


def _last_pass(state: SessionState, treatable: list[AreaProgress]) -> bool:
    """Tell whether nothing but the pass that runs is left."""
    left = [area for area in treatable if not area.finished]
    return len(left) == 1 and left[0].plan.area_id == state.active_area and state.active_pass is not None \
        and left[0].passes_done + 1 >= left[0].plan.passes


def _title(state: SessionState, next_id: str, all_done: bool) -> tuple[str, str]:
    if state.paused:
        return "Paused: the pen is not stopped by the console", "live"
    if state.active_pass is not None and state.active_area is not None:
        plan = state.areas[state.active_area].plan
        number = state.active_pass.number
        return f"{plan.label}: pass {number} of {max(plan.passes, number)}", "live"
    if all_done:
        return "All areas done: end needling", "done"
    if not next_id and state.numbed_areas():
        return "Areas left under anesthetic: remove it first", "ink3"
    if not next_id:
        return "No area can be needled today", "ink3"
    word = "go on with" if state.needling_begun else "start with"
    return f"Ready: {word} {in_sentence(state.areas[next_id].plan.label)}", "ink3"


def place_words(state: SessionState, area_id: str) -> str:
    """Say which of the areas it is, and how it stands to the pen's label."""
    treatable = [area.plan.area_id for area in state.treatable_areas()]
    words = f"Area {treatable.index(area_id) + 1} of {len(treatable)}" if area_id in treatable else "Not today"
    standing = area_standing(state, area_id)
    return f"{words}, {in_sentence(STANDING_WORDS[standing])}" if standing else words


def next_direction(state: SessionState, area_id: str) -> str:
    """Give the direction after the one of the pass that runs or comes."""
    now = state.areas[area_id].direction_of(needling.current_pass(state, area_id))
    return DIRECTIONS[(DIRECTIONS.index(now) + 1) % len(DIRECTIONS)] if now in DIRECTIONS else DIRECTIONS[0]


def in_sentence(label: str) -> str:
    """Write a label in the middle of a sentence."""
    return label[:1].lower() + label[1:]


def state_of(state: SessionState, area_id: str, treatable: frozenset[str]) -> str:
    """Give how an area stands, in the map's words."""
    if area_id not in treatable or area_id in state.numbed_areas():
        return "blocked"
    if area_id == state.active_area:
        return "active"
    return "done" if state.areas[area_id].finished else "planned"


def map_looks(state: SessionState, treatable: frozenset[str]) -> dict[str, AreaLook]:
    """Give every planned area's look on the map."""
    return {
        area_id: AreaLook(state_of(state, area_id, treatable), area.plan.passes, area.passes_done)
        for area_id, area in state.areas.items()}


def area_rows(state: SessionState, treatable: frozenset[str], selected: str) -> list[AreaRow]:
    """Give the planned areas as rows of the list, in order of the plan."""
    return [
        AreaRow(area_id, area.plan.label, state_of(state, area_id, treatable),
                "blocked by screening" if area_id not in treatable
                else "anesthetic still on" if area_id in state.numbed_areas()
                else f"{area.passes_done} of {area.plan.passes} passes", area_id == selected)
        for area_id, area in state.areas.items()]
