"""Commands of the needling phase: passes, areas, pauses, marks, pen facts."""

from collections.abc import Sequence
from typing import NoReturn

from console.domain import session_events as ev
from console.domain.errors import Refusal
from console.domain.session import Command
from console.domain.session_events import Payload
from console.domain.session_state import DIRECTIONS, AreaProgress, SessionState
from console.domain.workflow import (
    Phase,
    all_removed_gate,
    require,
    right_patient_gate,
    screening_gate,
    treatment_consent_gate,
)

ORDERS = ("area", "rounds")
PAIN_MOST_MM = 100


def _start(area: AreaProgress, number: int = 0) -> ev.PassStarted:
    number = number or area.passes_done + 1
    return ev.PassStarted(area.plan.area_id, number, area.direction_of(number))


def _require_treatable(state: SessionState, area_id: str) -> AreaProgress:
    area = state.areas.get(area_id)
    if area is None:
        raise Refusal("That area is not in the plan", "nothing was started", "add it to the plan with a reason")
    if area not in state.treatable_areas():
        raise Refusal(f"Screening blocks {area.plan.label} today", "nothing was started")
    return area


def _require_free(state: SessionState, area_id: str) -> None:
    if area_id in state.numbed_areas():
        raise Refusal(f"The anesthetic is still on {state.areas[area_id].plan.label}", "nothing was started",
                      "confirm it is removed and cleansed there")


def _require_ready(state: SessionState) -> None:
    require(state, Phase.NEEDLING)
    _require_screened(state)
    _require_consent(state)
    _require_right_patient(state)
    if state.cartridge is None:
        raise Refusal("No cartridge is bound", todo="scan a new one")
    if state.paused:
        raise Refusal("Needling is paused", todo="resume first")


def _require_screened(state: SessionState) -> None:
    """Refuse the first pass where an answer expired meanwhile; what is under way goes on."""
    reason = "" if state.needling_begun else screening_gate(state)
    if reason:
        raise Refusal(reason.capitalize(), "nothing was started", "go back and answer it")


def _require_consent(state: SessionState) -> None:
    if reason := treatment_consent_gate(state):
        raise Refusal(reason.capitalize(), "nothing was started", "end the needling")


def _require_right_patient(state: SessionState) -> None:
    if reason := right_patient_gate(state):
        raise Refusal(reason.capitalize(), "nothing was started", "confirm who lies there")


def start_area(area_id: str) -> Command:
    """Turn to an area and start its next pass; the pass running elsewhere is finished first."""

    def command(state: SessionState) -> list[Payload]:
        _require_ready(state)
        area = _require_treatable(state, area_id)
        _require_free(state, area_id)
        events: list[Payload] = []
        if state.active_pass is not None and state.active_area is not None:
            if state.active_area == area_id:
                return []
            events.append(ev.PassFinished(state.active_area, state.active_pass.number))
            left = state.areas[state.active_area]
            if left.passes_done + 1 >= left.plan.passes:
                events.append(ev.AreaFinished(left.plan.area_id, left.passes_done + 1))
        return [*events, _start(area)]

    return command


def _refuse_end(state: SessionState) -> NoReturn:
    waiting = [area for area in state.treatable_areas() if not area.finished]
    if waiting:
        _require_free(state, waiting[0].plan.area_id)
    raise Refusal("Every area is done", todo="end the needling")


def forward() -> Command:
    """Do the commonest next thing: next pass, else next area, else finish the last one."""

    def command(state: SessionState) -> list[Payload]:
        _require_ready(state)
        if state.active_pass is None or state.active_area is None:
            next_id = state.next_area_id()
            if next_id is None:
                _refuse_end(state)
            return [_start(state.areas[next_id])]
        area = state.areas[state.active_area]
        done = area.passes_done + 1
        events: list[Payload] = [ev.PassFinished(area.plan.area_id, state.active_pass.number)]
        if done >= area.plan.passes:
            events.append(ev.AreaFinished(area.plan.area_id, done))
        following = _following(state, area)
        if following is area:
            return [*events, _start(area, done + 1)]
        return [*events, _start(following)] if following else events

    return command


def _following(state: SessionState, active: AreaProgress) -> AreaProgress | None:
    """Give the area whose pass comes after the one that runs on ``active``; None after the last."""
    next_id = state.next_area_id()
    other = state.areas[next_id] if next_id else None
    done = active.passes_done + 1
    if done >= active.plan.passes:
        return other
    if other is None or state.order != "rounds":
        return active
    places = list(state.areas)
    mine = done, places.index(active.plan.area_id)
    return active if mine < (other.passes_done, places.index(other.plan.area_id)) else other


def forward_label(state: SessionState) -> tuple[str, str]:
    """Say what ``forward`` would do: the button's label and its hint."""
    if state.active_pass is None or state.active_area is None:
        next_id = state.next_area_id()
        if next_id:
            return "Start", state.areas[next_id].plan.label
        return ("Numb areas left", "remove first") if _waiting(state) else ("All areas done", "")
    area = state.areas[state.active_area]
    following = _following(state, area)
    if following is area:
        return "Next pass", f"{area.passes_done + 2} of {area.plan.passes}"
    if following is None:
        return "Finish area", area.plan.label
    turn = f", pass {following.passes_done + 1}" if state.order == "rounds" else ""
    return "Next area", f"{following.plan.label}{turn}"


def _waiting(state: SessionState) -> bool:
    return any(not area.finished for area in state.treatable_areas())


def extra_pass(reason: str = "practitioner's judgement") -> Command:
    """Add one pass to the active area's plan."""

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.NEEDLING)
        if state.active_area is None:
            raise Refusal("No area is active")
        plan = state.areas[state.active_area].plan
        return [ev.PassesChanged(plan.area_id, plan.passes + 1, reason)]

    return command


def finish_area(area_id: str, short_reason: str = "") -> Command:
    """Finish an area; with passes left, or none done, it needs a reason."""

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.NEEDLING)
        area = _require_treatable(state, area_id)
        running = state.active_pass if state.active_area == area_id else None
        done = area.passes_done + (1 if running else 0)
        if done < area.plan.passes and not short_reason:
            raise Refusal(f"{area.plan.label} has passes left", todo="say why they are left out")
        events: list[Payload] = [ev.PassFinished(area_id, running.number)] if running else []
        return [*events, ev.AreaFinished(area_id, done, short_reason)]

    return command


def end_needling(short_reason: str = "") -> Command:
    """Finish what runs, leave out what is left (with a reason), and go to the serum."""

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.NEEDLING)
        if reason := all_removed_gate(state):
            raise Refusal(f"Not yet: {reason}", "nothing was ended", "take it off, also where nothing was needled")
        events: list[Payload] = []
        if state.paused:
            events.append(ev.NeedlingResumed())
        for area in state.treatable_areas():
            area_id = area.plan.area_id
            running = state.active_pass if state.active_area == area_id else None
            if running:
                events.append(ev.PassFinished(area_id, running.number))
            if area.finished:
                continue
            done = area.passes_done + (1 if running else 0)
            if done < area.plan.passes and not short_reason:
                raise Refusal(f"{area.plan.label} has passes left", "nothing was ended", "say why they are left out")
            events.append(ev.AreaFinished(area_id, done, short_reason if done < area.plan.passes else ""))
        return [*events, ev.PhaseEntered(Phase.SERUM.value)]

    return command


def pause(reason: str = "") -> Command:
    """Hold the area clock. It never stops the pen."""

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.NEEDLING)
        if state.paused:
            return []
        return [ev.NeedlingPaused(reason)]

    return command


def resume() -> Command:
    """Let the area clock run on."""

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.NEEDLING)
        _require_consent(state)
        _require_right_patient(state)
        return [ev.NeedlingResumed()] if state.paused else []

    return command


def change_target(area_id: str, target_um: int, reason: str) -> Command:
    """Move an area's target and its band with it: a plan change, so it needs a reason."""

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.PREPARATION, Phase.NEEDLING)
        plan = _require_treatable(state, area_id).plan
        if target_um == plan.target_depth_um:
            return []
        if target_um <= 0:
            raise Refusal("A target depth must be above zero")
        shift = target_um - plan.target_depth_um
        return [
            ev.TargetChanged(area_id, target_um, max(0, plan.band_low_um + shift), plan.band_high_um + shift, reason)
        ]

    return command


def choose_order(order: str) -> Command:
    """Go by area or by rounds from the next pass on."""

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.PREPARATION, Phase.NEEDLING)
        if order not in ORDERS:
            raise Refusal(f"There is no order «{order}»", todo=f"choose {' or '.join(ORDERS)}")
        return [] if order == state.order else [ev.OrderChosen(order)]

    return command


def choose_direction(area_id: str, direction: str) -> Command:
    """Let the pass that runs on an area, else its next, go in another direction than planned."""

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.NEEDLING)
        area = _require_treatable(state, area_id)
        if direction not in DIRECTIONS:
            raise Refusal(f"There is no direction «{direction}»", todo=f"choose {', '.join(DIRECTIONS)}")
        number = current_pass(state, area_id)
        if area.direction_of(number) == direction:
            return []
        return [ev.DirectionChosen(area_id, number, direction)]

    return command


def current_pass(state: SessionState, area_id: str) -> int:
    """Give the number of the pass that runs on an area, else of its next one."""
    if state.active_area == area_id and state.active_pass is not None:
        return state.active_pass.number
    return state.areas[area_id].passes_done + 1


def rate_pain(vas_mm: int, area_id: str = "") -> Command:
    """Record the pain as the patient gives it: 0 to 100 mm, of an area or of the session."""

    def command(state: SessionState) -> list[Payload]:
        require(state)
        if not 0 <= vas_mm <= PAIN_MOST_MM:
            raise Refusal("Pain goes from 0 to 10", "nothing was recorded")
        if area_id and area_id not in state.areas:
            raise Refusal("That area is not in the plan", "nothing was recorded")
        return [ev.PainRated(area_id, vas_mm)]

    return command


def note_endpoint(area_id: str, endpoint: str, seen: bool = True) -> Command:
    """Record the endpoint seen on an area, or take it back."""

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.NEEDLING)
        _require_treatable(state, area_id)
        return [ev.EndpointNoted(area_id, endpoint, seen)]

    return command


def mark(text: str = "") -> Command:
    """Set a mark on the timeline."""

    def command(state: SessionState) -> list[Payload]:
        require(state)
        return [ev.MarkSet(state.active_area or "", text)]

    return command


def write_note(text: str, area_id: str = "") -> Command:
    """Write a note on an area or the session."""

    def command(state: SessionState) -> list[Payload]:
        require(state)
        if not text.strip():
            raise Refusal("The note is empty")
        return [ev.NoteWritten(area_id, text.strip())]

    return command


def enter_by_hand(area_id: str, depth_um: int, rate_chz: int | None) -> Command:
    """Record dialled depth and rate, marked as entered by hand."""

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.NEEDLING)
        _require_treatable(state, area_id)
        if depth_um < 0:
            raise Refusal("A depth below zero cannot be dialled")
        return [ev.ManualSettings(area_id, depth_um, rate_chz)]

    return command


def acknowledge(alarm_ids: Sequence[str]) -> Command:
    """Acknowledge alarms that stand unacknowledged."""

    def command(state: SessionState) -> list[Payload]:
        if state.closed:  # the seal is the last entry; the line on screen may still be touched away
            return []
        return [
            ev.AlarmAcknowledged(alarm_id) for alarm_id in alarm_ids
            if alarm_id in state.alarms and state.alarms[alarm_id].acknowledged_at_us is None
        ]

    return command


def facts(*payloads: Payload) -> Command:
    """Record what the pen, the link or the clock did; a closed session takes no more."""

    def command(state: SessionState) -> list[Payload]:
        return [] if state.closed else list(payloads)

    return command
