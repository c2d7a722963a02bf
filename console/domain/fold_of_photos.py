"""The fold of photos. Registered by ``session_fold``."""

from console.domain import session_events as ev
from console.domain.session_events import SessionEvent
from console.domain.session_state import KeptPhoto, SessionState


def _photo_taken(what: ev.PhotoTaken, state: SessionState, event: SessionEvent) -> None:
    state.pictures[what.photo_id] = KeptPhoto(what, event.at_us)


def _photo_struck(what: ev.PhotoStruck, state: SessionState, event: SessionEvent) -> None:
    state.pictures[what.photo_id].struck = what.reason


STEPS = (_photo_taken, _photo_struck)
