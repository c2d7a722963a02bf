"""Incidents: reported from any page, owned until a deadline, closed with a reason."""

from dataclasses import replace
from datetime import date, timedelta

from console.domain import incidents
from console.domain.clinic_records import RecordFilter, RecordKind
from console.domain.clock import Clock
from console.domain.errors import OperatorError, Refusal
from console.domain.incidents import Incident, IncidentKind
from console.domain.people import Staff
from console.domain.ports import Registry
from console.domain.rights import Right
from console.services.local_time import local_day
from console.services.session_desk import SessionDesk


class IncidentDesk:
    """Use cases of incidents. Anyone reports and acts; owner, deadline and closing are the manager's or owner's."""

    def __init__(self, desk: SessionDesk, registry: Registry, clock: Clock, room: str) -> None:
        self._desk, self._registry, self._clock, self._room = desk, registry, clock, room

    def today(self) -> date:
        """Give the clinic's day."""
        return local_day(self._clock.utc_us())

    def all(self) -> list[Incident]:
        """Give every incident, those overdue first; of whom and which session only to who reads records."""
        self._desk.access.require(Right.REPORT)
        if self._desk.access.may(Right.READ_RECORDS):
            return self._all()
        return [replace(one, patient_id="", session_id="") for one in self._all()]

    def _all(self) -> list[Incident]:
        found = self._registry.records(RecordFilter(RecordKind.INCIDENT))
        return incidents.in_order([incidents.from_record(one) for one in found], self.today())

    def find(self, incident_id: str) -> Incident:
        """Give one incident as ``all`` does; OperatorError if there is none of that number."""
        return self._found(incident_id, self.all())

    def _found(self, incident_id: str, among: list[Incident]) -> Incident:
        found = next((one for one in among if one.incident_id == incident_id), None)
        if found is None:
            raise OperatorError(f"There is no incident {incident_id}", "nothing was changed", "choose one of the list")
        return found

    def overdue_count(self) -> int:
        """Count those whose deadline is past."""
        return sum(one.overdue(self.today()) for one in self._all())

    def blank(self, kind: IncidentKind) -> Incident:
        """Give an incident of now, linked to the session in front with its pen and cartridge."""
        front = self._desk.front
        if front is None:
            return Incident(kind, (), room=self._room)
        state = front.state
        pen = f"{state.pen.model}, {state.pen.serial}" if state.pen is not None else ""
        lot = state.cartridge.product if state.cartridge is not None else None
        cartridge = ", ".join(part for part in (lot.name, lot.lot, lot.serial) if part) if lot is not None else ""
        return Incident(
            kind, (), patient_id=state.opened.patient_id if state.opened else "", session_id=str(front.session_id),
            pen=pen, cartridge=cartridge, room=self._room)

    def report(self, incident: Incident) -> Incident:
        """Save a new incident; it gets its number."""
        self._desk.access.require(Right.REPORT)
        made = incidents.reported(incident, self._clock.utc_us(), self._desk.actor_id)
        numbered = replace(made, incident_id=self._next_id())
        self._save(numbered)
        return numbered

    def assign(self, incident_id: str, owner_id: str, days: int) -> Incident:
        """Give it an owner and a deadline in so many days."""
        self._require_lead(incident_id)
        due = (self.today() + timedelta(days=days)).isoformat()
        return self._changed(incident_id, lambda one, at, by: incidents.assigned(one, owner_id, due, at, by))

    def act(self, incident_id: str, words: str) -> Incident:
        """Note what was done."""
        self._desk.access.require(Right.REPORT)
        return self._changed(incident_id, lambda one, at, by: incidents.acted(one, words, at, by))

    def close(self, incident_id: str, why: str) -> Incident:
        """Close it with the reason."""
        self._require_lead(incident_id)
        return self._changed(incident_id, lambda one, at, by: incidents.closed(one, why, at, by))

    def reopen(self, incident_id: str, why: str) -> Incident:
        """Open it again with the reason."""
        self._require_lead(incident_id)
        return self._changed(incident_id, lambda one, at, by: incidents.reopened(one, why, at, by))

    def may_lead(self, incident: Incident) -> bool:
        """Tell whether who acts may assign and close: managers, and its owner."""
        actor = self._desk.actor
        return actor is not None and (
            self._desk.access.may(Right.EDIT_CLINIC) or actor.staff_id == incident.owner_id)

    def owners(self) -> list[Staff]:
        """Give who may own an incident."""
        return [one for one in self._registry.staff() if one.active]

    def _require_lead(self, incident_id: str) -> None:
        if not self.may_lead(self.find(incident_id)):
            raise Refusal("Only a manager or its owner does this", "nothing was changed", "ask one of them")

    def _changed(self, incident_id: str, change: incidents.Change) -> Incident:
        made = change(self._found(incident_id, self._all()), self._clock.utc_us(), self._desk.actor_id)
        self._save(made)
        return made

    def _save(self, incident: Incident) -> None:
        self._registry.save_record(incidents.to_record(incident), self._desk.actor_id)

    def _next_id(self) -> str:
        return next_number("I", [one.incident_id for one in self._all()])


def next_number(prefix: str, taken: list[str]) -> str:
    """Give the next number of a row: ``I-0007``."""
    numbers = [int(tail) for one in taken if (tail := one.removeprefix(f"{prefix}-")).isdigit()]
    return f"{prefix}-{max(numbers, default=0) + 1:04d}"
