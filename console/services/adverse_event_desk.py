"""Adverse events: offered from what patients tell, decided and judged by a person, seen to their end."""

from dataclasses import replace
from datetime import date
from typing import Protocol
from uuid import UUID

from console.domain import adverse_events
from console.domain.adverse_events import AdverseEvent, Suspect
from console.domain.clinic_records import ClinicRecord, RecordFilter, RecordKind
from console.domain.clock import Clock
from console.domain.errors import OperatorError, Refusal
from console.domain.follow_up import Contact
from console.domain.people import Staff
from console.domain.ports import Registry, SessionReader
from console.domain.reactions import Told
from console.domain.rights import Right
from console.domain.session_fold import fold
from console.domain.session_state import SessionState
from console.services.local_time import local_day
from console.services.reading_gate import ReadingGate
from console.services.session_desk import SessionDesk


class Records(Protocol):
    """Reads the clinic's own records."""

    def records(self, wanted: RecordFilter) -> list[ClinicRecord]: ...


class AdverseEventDesk:
    """Use cases of adverse events. Nothing here makes one by itself."""

    def __init__(self, desk: SessionDesk, registry: Registry, reader: SessionReader, clock: Clock) -> None:
        self._desk, self._registry, self._reader, self._clock = desk, registry, reader, clock
        self._gate = ReadingGate(desk, registry)

    def begin(self, contact: Contact, told: Told) -> AdverseEvent:
        """Lay out an event from what was told, to be judged; nothing is saved yet."""
        self._desk.access.require(Right.EDIT_PATIENTS)
        what = f"{told.text}, {told.note}" if told.note else told.text
        return AdverseEvent(
            "", contact.patient_id, contact.session_id, what, told.day, told.severity,
            owner_id=self._desk.actor_id if self._desk.actor else "", told_by=contact.contact_id)

    def save(self, event: AdverseEvent) -> AdverseEvent:
        """Save an event, a new one under the next number."""
        self._desk.access.require(Right.EDIT_PATIENTS)
        made = adverse_events.checked(event)
        if made.owner_id not in {one.staff_id for one in self._registry.staff()}:
            raise Refusal("Nobody here has that id", "nothing was saved", "choose an owner from the list")
        if made.began > self._today().isoformat():
            raise Refusal("It cannot have begun ahead of today", "nothing was saved", "choose another day")
        return self._saved(made)

    def close(self, event_id: str, how: str) -> AdverseEvent:
        """Close an event with how it ended."""
        self._desk.access.require(Right.EDIT_PATIENTS)
        return self._saved(adverse_events.closed(find_event(self._registry, event_id), how))

    def _saved(self, event: AdverseEvent) -> AdverseEvent:
        if not event.event_id:
            event = replace(event, event_id=adverse_events.next_event_id([one.event_id for one in self._all()]))
        self._registry.save_record(adverse_events.event_record(event), self._desk.actor_id)
        return event

    def all(self, patient_id: str = "", session_id: str = "") -> list[AdverseEvent]:
        """Give events, open ones first, the newest number first."""
        self._desk.access.require(Right.READ_RECORDS)
        return self._all(patient_id, session_id)

    def _all(self, patient_id: str = "", session_id: str = "") -> list[AdverseEvent]:
        wanted = RecordFilter(RecordKind.ADVERSE_EVENT, patient_id=patient_id, session_id=session_id)
        found = sorted(map(adverse_events.event_of, self._registry.records(wanted)), key=lambda one: one.event_id,
                       reverse=True)
        return sorted(found, key=lambda one: one.state != adverse_events.OPEN)

    def event(self, event_id: str) -> AdverseEvent:
        """Give one event, and note that it was read; OperatorError where there is none."""
        self._desk.access.require(Right.READ_RECORDS)
        found = find_event(self._registry, event_id)
        self._gate.note("patient_read", found.patient_id, f"adverse event {found.event_id}")
        return found

    def suspects(self, event: AdverseEvent) -> tuple[Suspect, ...]:
        """Give all the session used that it may come from."""
        return adverse_events.suspects_of(self.state_of(event))

    def state_of(self, event: AdverseEvent) -> SessionState:
        """Give the folded state of the event's session."""
        self._desk.access.require(Right.READ_RECORDS)
        return fold(one.event for one in self._reader.events(UUID(event.session_id)))

    def owners(self) -> list[Staff]:
        """Give who may own an event."""
        return [one for one in self._registry.staff() if one.active]

    def _today(self) -> date:
        return local_day(self._clock.utc_us())


def find_event(registry: Records, event_id: str) -> AdverseEvent:
    """Give one adverse event; OperatorError where there is none."""
    for record in registry.records(RecordFilter(RecordKind.ADVERSE_EVENT)):
        if record.record_id.casefold() == event_id.strip().casefold():
            return adverse_events.event_of(record)
    raise OperatorError(f"There is no adverse event {event_id}", "nothing was written",
                        "list them with the command adverse-event alone")
