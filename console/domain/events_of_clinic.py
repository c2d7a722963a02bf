"""Events of what stands round a treatment: the emergency log, who may treat, and entry from paper."""

from dataclasses import dataclass
from typing import ClassVar

from console.domain.event_base import Payload


@dataclass(frozen=True, slots=True)
class EmergencyLogged(Payload):
    """One line of the emergency log: a word of the clinic's list, with a note."""

    kind: ClassVar[str] = "emergency_logged"
    entry: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class CompetenceAccepted(Payload):
    """Gone on although a competence is missing or expired, with the reason; ``until`` is an ISO day or empty."""

    kind: ClassVar[str] = "competence_accepted"
    staff_id: str
    standing: str
    until: str
    reason: str


@dataclass(frozen=True, slots=True)
class EnteredAfterwards(Payload):
    """The session was entered from a paper form: its number, who wrote it, when it was typed in, and by whom.

    The times of the events before the signature are those written on the paper.
    """

    kind: ClassVar[str] = "entered_afterwards"
    paper: str
    written_by: str
    entered_by: str
    entered_at_us: int
    reason: str = ""
