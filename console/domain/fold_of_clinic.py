"""The fold of what stands round a treatment. Registered by ``session_fold``."""

from console.domain import session_events as ev
from console.domain.session_events import SessionEvent
from console.domain.session_state import SessionState


def _emergency_logged(what: ev.EmergencyLogged, state: SessionState, event: SessionEvent) -> None:
    state.emergency.append((event.at_us, what))


def _competence_accepted(what: ev.CompetenceAccepted, state: SessionState, event: SessionEvent) -> None:
    state.competence = what


def _entered_afterwards(what: ev.EnteredAfterwards, state: SessionState, event: SessionEvent) -> None:
    state.afterwards = what


STEPS = (_emergency_logged, _competence_accepted, _entered_afterwards)
