"""Amending a sealed record: what was sealed stays, and beside it stands who says what instead, and why.

Reading takes its time: on the query thread, or in a command.
"""

from dataclasses import dataclass
from uuid import UUID

from console.domain import closing
from console.domain.clock import Clock
from console.domain.errors import OperatorError
from console.domain.people import Staff
from console.domain.ports import Recorder, SessionReader, StoredEvent
from console.domain.rights import Right, require
from console.domain.session import Session
from console.domain.session_events import Amended
from console.services.event_words import EventWords

_SAVING_LIMIT_S = 10.0


@dataclass(frozen=True, slots=True)
class Amendable:
    """An entry of a sealed record: its place from 0, its link in the chain, when, and what it says."""

    ordinal: int
    seq: int
    at_us: int
    words: str


class AmendDesk:
    """Use cases of amendments; ``reader`` belongs to the thread that calls."""

    def __init__(self, recorder: Recorder, reader: SessionReader, clock: Clock) -> None:
        self._recorder, self._reader, self._clock = recorder, reader, clock

    def entries(self, session_id: UUID) -> list[Amendable]:
        """Give what can be amended, in order."""
        stored = self._reader.events(session_id)
        return _amendable(stored, _session(session_id, stored))

    def amend(self, session_id: UUID, text: str, reason: str, by: Staff, seq: int | None = None) -> Amended:
        """Add an amendment by somebody proved by PIN; ``seq`` names the entry it corrects.

        Refusal where the record is not sealed, text or reason is missing, or ``by`` may not; OperatorError where
        it could not be saved.
        """
        require(by, Right.EDIT_PATIENTS)
        stored = self._reader.events(session_id)
        session = _session(session_id, stored)
        about = next((one for one in _amendable(stored, session) if one.seq == seq), None)
        if seq is not None and about is None:
            raise OperatorError(f"The record has no entry {seq} to amend", "nothing was changed", "look at its history")
        command = (closing.amend(text, reason, about.ordinal, about.words, by.name, "pin") if about is not None
                   else closing.amend(text, reason, author_name=by.name, method="pin"))
        made = session.decide(command, self._clock.utc_us(), by.staff_id)
        self._recorder.append(session_id, made)
        if not self._recorder.synchronise(_SAVING_LIMIT_S):
            raise OperatorError("The amendment is not confirmed as saved", "it is held and tried again",
                                "free disk space, then look again")
        (event,) = made
        assert isinstance(event.what, Amended)
        return event.what


def _session(session_id: UUID, stored: list[StoredEvent]) -> Session:
    return Session(session_id, (one.event for one in stored))


def _amendable(stored: list[StoredEvent], session: Session) -> list[Amendable]:
    words = EventWords(session.state)
    return [Amendable(ordinal, one.seq, one.event.at_us, words.say(one.event.what))
            for ordinal, one in enumerate(stored)]
