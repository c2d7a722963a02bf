"""Incidents: what went wrong, who sees to it until when, and every step up to its closing. Words only, no figures."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, cast

from console.domain.clinic_records import ClinicRecord, RecordKind
from console.domain.errors import Refusal
from console.domain.history import JsonValue


class IncidentKind(StrEnum):
    """What kind of thing happened."""

    NEEDLESTICK = "needlestick"
    FRAGMENT = "fragment"
    DEVICE_FAULT = "device_fault"
    WRONG_PATIENT = "wrong_patient"
    REACTION = "reaction"
    PERSONAL_RECORDS = "personal_records"
    OTHER = "other"


class IncidentState(StrEnum):
    """Where it stands."""

    OPEN = "open"
    IN_HAND = "in_hand"  # something was done about it
    CLOSED = "closed"


KIND_WORDS = {
    IncidentKind.NEEDLESTICK: "Needlestick", IncidentKind.FRAGMENT: "Broken piece",
    IncidentKind.DEVICE_FAULT: "Device fault", IncidentKind.WRONG_PATIENT: "Wrong patient",
    IncidentKind.REACTION: "Reaction", IncidentKind.PERSONAL_RECORDS: "Personal records",
    IncidentKind.OTHER: "Other",
}
STATE_WORDS = {IncidentState.OPEN: "Open", IncidentState.IN_HAND: "In hand", IncidentState.CLOSED: "Closed"}
HAPPENED = {
    IncidentKind.NEEDLESTICK: ("Practitioner hurt", "Colleague hurt", "Used needle", "Unused needle",
                               "While discarding"),
    IncidentKind.FRAGMENT: ("Needle broke", "Cartridge broke", "Piece in the skin", "Piece missing", "Piece kept"),
    IncidentKind.DEVICE_FAULT: ("Pen stopped", "Depth not as set", "Unusual noise", "Hot", "Cable or battery"),
    IncidentKind.WRONG_PATIENT: ("Wrong record opened", "Treatment begun", "Noticed before the needle", "Same name"),
    IncidentKind.REACTION: ("Fainted", "Skin reaction", "Allergic signs", "Pain", "Bleeding"),
    IncidentKind.PERSONAL_RECORDS: ("Seen by others", "Paper lost", "Sent to the wrong person", "Screen left open"),
    IncidentKind.OTHER: ("Someone fell", "Spilled", "Near miss"),
}
MEASURES = {
    IncidentKind.NEEDLESTICK: ("Wound washed", "Occupational physician told", "Patient told", "Sharp made safe"),
    IncidentKind.FRAGMENT: ("Skin inspected", "Piece removed", "Piece kept", "Maker told", "Patient told"),
    IncidentKind.DEVICE_FAULT: ("Pen taken out of use", "Other pen taken", "Maker told", "Patient told"),
    IncidentKind.WRONG_PATIENT: ("Treatment stopped", "Patient told", "Record corrected"),
    IncidentKind.REACTION: ("Treatment stopped", "Physician told", "Emergency service called", "Patient observed"),
    IncidentKind.PERSONAL_RECORDS: ("Access closed", "Privacy officer told", "Person concerned told"),
    IncidentKind.OTHER: ("Made safe", "Someone told"),
}


@dataclass(frozen=True, slots=True)
class IncidentStep:
    """One step: reported, action, assigned, closed or reopened; who, when, and the words."""

    at_us: int
    by: str
    what: str
    words: str


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident. ``due`` is an ISO date or empty; an empty id has not been saved yet."""

    kind: IncidentKind
    happened: tuple[str, ...]
    note: str = ""
    measures: tuple[str, ...] = ()
    incident_id: str = ""
    happened_us: int = 0
    owner_id: str = ""
    due: str = ""
    state: IncidentState = IncidentState.OPEN
    patient_id: str = ""
    session_id: str = ""
    pen: str = ""
    cartridge: str = ""
    room: str = ""
    steps: tuple[IncidentStep, ...] = ()

    @property
    def closed(self) -> bool:
        """Tell whether it is closed."""
        return self.state is IncidentState.CLOSED

    def overdue(self, today: date) -> bool:
        """Tell whether its deadline is past."""
        return not self.closed and bool(self.due) and date.fromisoformat(self.due) < today

    @property
    def title(self) -> str:
        """Give its kind and the first thing that happened."""
        first = self.happened[0].lower() if self.happened else ""
        return ": ".join(part for part in (KIND_WORDS[self.kind], first) if part)


Change = Callable[[Incident, int, str], Incident]  # with when and by whom


def reported(incident: Incident, at_us: int, by: str) -> Incident:
    """Give a new incident with its first step; Refusal where it says nothing."""
    if not incident.happened and not incident.note.strip():
        raise Refusal("Nothing is said of what happened", "no incident was saved", "touch what happened")
    words = ". ".join(part for part in (", ".join(incident.happened), incident.note.strip()) if part)
    steps = [IncidentStep(at_us, by, "reported", words)]
    if incident.measures:
        steps.append(IncidentStep(at_us, by, "action", f"At once: {', '.join(incident.measures)}"))
    return replace(incident, note=incident.note.strip(), happened_us=incident.happened_us or at_us,
                   state=IncidentState.OPEN, steps=tuple(steps))


def assigned(incident: Incident, owner_id: str, due: str, at_us: int, by: str) -> Incident:
    """Give it an owner and a deadline, kept as a step."""
    _refuse_closed(incident)
    if not owner_id or not due:
        raise Refusal("An incident needs an owner and a deadline", "nothing was changed", "choose both")
    return _stepped(replace(incident, owner_id=owner_id, due=due), at_us, by, "assigned", f"{owner_id}, until {due}")


def acted(incident: Incident, words: str, at_us: int, by: str) -> Incident:
    """Note what was done about it."""
    _refuse_closed(incident)
    return _stepped(replace(incident, state=IncidentState.IN_HAND), at_us, by, "action", words)


def closed(incident: Incident, why: str, at_us: int, by: str) -> Incident:
    """Close it, with the reason; Refusal while nobody owns it."""
    _refuse_closed(incident)
    if not incident.owner_id:
        raise Refusal("Nobody owns this incident", "it stays open", "give it an owner and a deadline first")
    return _stepped(replace(incident, state=IncidentState.CLOSED), at_us, by, "closed", why)


def reopened(incident: Incident, why: str, at_us: int, by: str) -> Incident:
    """Open it again, with the reason."""
    if not incident.closed:
        raise Refusal("This incident is not closed", "nothing was changed")
    return _stepped(replace(incident, state=IncidentState.IN_HAND), at_us, by, "reopened", why)


def in_order(incidents: list[Incident], today: date) -> list[Incident]:
    """Give them as a manager reads them: overdue, due, without deadline, closed (newest first)."""
    def place(one: Incident) -> tuple[int, str, int]:
        if one.closed:
            return 3, "", -one.happened_us
        return (0 if one.overdue(today) else 1 if one.due else 2), one.due, -one.happened_us

    return sorted(incidents, key=place)


def _refuse_closed(incident: Incident) -> None:
    if incident.closed:
        raise Refusal("This incident is closed", "nothing was changed", "open it again first")


def _stepped(incident: Incident, at_us: int, by: str, what: str, words: str) -> Incident:
    words = words.strip()
    if not words:
        raise Refusal("The words are missing", "nothing was changed", "touch or type what was done")
    return replace(incident, steps=(*incident.steps, IncidentStep(at_us, by, what, words)))


_TEXTS = ("note", "owner_id", "pen", "cartridge", "room")


def to_record(incident: Incident) -> ClinicRecord:
    """Write it as a record of the clinic."""
    steps: list[JsonValue] = [
        {"at_us": one.at_us, "by": one.by, "what": one.what, "words": one.words} for one in incident.steps]
    fields: dict[str, JsonValue] = {
        "kind": incident.kind.value, "happened": list(incident.happened), "measures": list(incident.measures),
        "happened_us": incident.happened_us, "steps": steps, "due": incident.due,
        **{name: getattr(incident, name) for name in _TEXTS}}
    return ClinicRecord(
        RecordKind.INCIDENT, incident.incident_id, incident.state.value, fields, subject_id=incident.owner_id,
        patient_id=incident.patient_id, session_id=incident.session_id, due="" if incident.closed else incident.due)


def from_record(record: ClinicRecord) -> Incident:
    """Read it back."""
    fields = cast(Mapping[str, Any], record.fields)
    return Incident(
        IncidentKind(fields["kind"]), tuple(fields["happened"]), measures=tuple(fields["measures"]),
        incident_id=record.record_id, happened_us=fields["happened_us"], due=fields["due"],
        state=IncidentState(record.state), patient_id=record.patient_id, session_id=record.session_id,
        steps=tuple(IncidentStep(one["at_us"], one["by"], one["what"], one["words"]) for one in fields["steps"]),
        **{name: fields[name] for name in _TEXTS})
