"""Commands of an emergency and of a competence accepted: both are entries of the session's own history."""

from console.domain import session_events as ev
from console.domain.errors import Refusal
from console.domain.session import Command
from console.domain.session_events import Payload
from console.domain.session_state import SessionState


def log_emergency(entry: str, note: str = "") -> Command:
    """Note what was just done in an emergency, in every phase, also while stopped."""

    def command(state: SessionState) -> list[Payload]:
        if state.opened is None or state.closed:
            raise Refusal("The session is closed", "its record is kept", "report an incident instead")
        if not entry.strip():
            raise Refusal("The entry has no words", "nothing was logged", "touch what was done")
        return [ev.EmergencyLogged(entry.strip(), note.strip())]

    return command


def accept_competence(staff_id: str, standing: str, until: str, reason: str) -> Command:
    """Note the reason for going on with a competence that is missing or expired."""

    def command(state: SessionState) -> list[Payload]:
        if not reason.strip():
            raise Refusal("Going on without a valid competence needs a reason", "nothing was started", "say why")
        return [ev.CompetenceAccepted(staff_id, standing, until, reason.strip())]

    return command
