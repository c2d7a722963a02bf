"""What needling offers beside the plan: another pen, another area, going on by hand. One at a time."""

from console.domain.labelling import unaccepted
from console.domain.session_state import SessionState
from console.domain.telemetry import LinkState
from console.services.pen_station import PenStation
from ui.room.needling_plan_card import Offer
from ui.room.needling_view import NeedlingView, in_sentence, state_of

DOWN = (LinkState.LOST, LinkState.OPENING, LinkState.CLOSED)


def offer_of(state: SessionState, view: NeedlingView, station: PenStation, selected: str,
             silent: bool) -> Offer | None:
    """Give the most pressing offer: a pen that was not asked for, the area pointed at, then how to go on."""
    return (_other_pen(station) or _switch(state, view, selected) or _how_to_go_on(state, station, silent)
            or _off_label(state) or _order(state))


def _off_label(state: SessionState) -> Offer | None:
    if not unaccepted(state):
        return None
    return Offer("label.reason", "Off label: say why", "Needling can go on", icon="note")


def _order(state: SessionState) -> Offer | None:
    """Before the first pass: by area or by rounds."""
    areas = state.treatable_areas()
    if state.needling_begun or len(areas) < 2 or max(area.plan.passes for area in areas) < 2:
        return None
    if state.order == "rounds":
        return Offer("order.area", "Go by area", "Now by rounds: pass 1 everywhere", icon="list")
    return Offer("order.rounds", "Go by rounds", "Pass 1 everywhere, then pass 2", icon="list")


def _other_pen(station: PenStation) -> Offer | None:
    other = station.notice.other_pen
    if other is None:
        return None
    return Offer("pen.use", f"Use pen {other.serial}", "Another pen answers, not recorded", icon="pen")


def _how_to_go_on(state: SessionState, station: PenStation, silent: bool) -> Offer | None:
    if state.manual_mode:
        pen = station.pen
        return Offer("pen.use", f"Use pen {pen.serial}", "Readings from then on", icon="pen") if pen else None
    if station.notice.state in DOWN or silent:
        return Offer("manual.go", "Go on by hand", "No readings from then on", icon="hand")
    return None


def _switch(state: SessionState, view: NeedlingView, selected: str) -> Offer | None:
    if selected not in state.areas or selected == state.active_area:
        return None
    label = in_sentence(state.areas[selected].plan.label)
    how = state_of(state, selected, view.treatable)
    if selected in state.numbed_areas():
        return Offer("switch.area", "", words=f"The anesthetic is still on {label}. Touch its clock to take it off.")
    if how == "blocked":
        return Offer("switch.area", "", words=f"Screening blocks {label} today. It cannot be needled.")
    if state.paused:
        return Offer("switch.area", "", words=f"Resume before needling {label}.")
    if how == "done":
        return Offer("switch.area", f"Again {label}?", "Done already: one pass more", icon="right")
    word = "Switch to" if view.running else "Start with"
    return Offer("switch.area", f"{word} {label}?", icon="right")
