"""The fold of needling's facts: label, order, directions, pain. Registered by ``session_fold``."""

from console.domain import session_events as ev
from console.domain.session_events import SessionEvent
from console.domain.session_state import SessionState


def _label_judged(what: ev.LabelJudged, state: SessionState, event: SessionEvent) -> None:
    state.label = what


def _off_label_accepted(what: ev.OffLabelAccepted, state: SessionState, event: SessionEvent) -> None:
    state.off_label.append(what)


def _order_chosen(what: ev.OrderChosen, state: SessionState, event: SessionEvent) -> None:
    state.order = what.order


def _direction_chosen(what: ev.DirectionChosen, state: SessionState, event: SessionEvent) -> None:
    state.areas[what.area_id].chosen[what.pass_number] = what.direction


def _pain_rated(what: ev.PainRated, state: SessionState, event: SessionEvent) -> None:
    rated = state.areas[what.area_id].pain if what.area_id in state.areas else state.pain
    rated.append((event.at_us, what.vas_mm))


STEPS = (_label_judged, _off_label_accepted, _order_chosen, _direction_chosen, _pain_rated)
