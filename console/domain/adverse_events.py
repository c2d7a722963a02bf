"""Adverse events: what a person decided is one, how grave, what it may come from, and how it ended.

The words for seriousness are the boxes of form FDA 3500 (``docs/medwatch.md``); those for outcome and
relation are the usual ones of safety reporting. A CTCAE grade is a free choice: no source for it was read.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, cast

from console.domain.clinic_records import ClinicRecord, RecordKind
from console.domain.errors import Refusal
from console.domain.event_base import ProductLot
from console.domain.history import JsonValue
from console.domain.reactions import SEVERITIES
from console.domain.session_state import SessionState

OPEN, CLOSED = "open", "closed"
SERIOUSNESS = {
    "death": "Death", "life_threatening": "Life-threatening", "hospitalization": "Hospitalization",
    "disability": "Disability or permanent damage", "birth_defect": "Congenital anomaly or birth defect",
    "intervention": "Required intervention to prevent damage", "other_serious": "Other serious event",
}
OUTCOMES = {
    "unknown": "Not known", "not_recovered": "Not recovered", "recovering": "Recovering", "recovered": "Recovered",
    "lasting": "Lasting damage", "fatal": "Fatal",
}
RELATIONS = {
    "unassessed": "Not judged", "unrelated": "Unrelated", "unlikely": "Unlikely", "possible": "Possible",
    "probable": "Probable",
}
GRADES = ("", "1", "2", "3", "4", "5")


@dataclass(frozen=True, slots=True)
class Suspect:
    """A thing used in the session that the event may come from; ``key`` names it within the session."""

    key: str
    role: str  # pen, cartridge, anesthetic, glide, serum
    name: str
    model: str = ""
    gtin: str = ""
    lot: str = ""
    expiry: str = ""
    serial: str = ""
    product_id: str = ""

    @property
    def is_device(self) -> bool:
        """Tell whether it is a device, not something put on the skin."""
        return self.role in ("pen", "cartridge")


@dataclass(frozen=True, slots=True)
class AdverseEvent:
    """One adverse event of a session. ``began`` and ``due`` are ISO days; keys as in the tables above."""

    event_id: str
    patient_id: str
    session_id: str
    what: str
    began: str
    severity: str
    serious: tuple[str, ...] = ()
    outcome: str = "unknown"
    relation: str = "unassessed"
    grade: str = ""
    suspects: tuple[str, ...] = ()
    done_about_it: str = ""
    owner_id: str = ""
    due: str = ""
    state: str = OPEN
    closing: str = ""
    told_by: str = ""  # the contact it came from
    rev: int = 0
    changed_us: int = 0
    changed_by: str = ""


def checked(event: AdverseEvent) -> AdverseEvent:
    """Give the event back; Refusal where something that must be decided is not."""
    _refuse_if(not event.what.strip(), "The event has no words", "say what happened")
    _refuse_if(event.severity not in SEVERITIES, "The severity is not chosen", "choose mild, moderate or severe")
    _refuse_if(not set(event.serious) <= SERIOUSNESS.keys(), "That is no seriousness", "choose one of those shown")
    _refuse_if(event.outcome not in OUTCOMES or event.relation not in RELATIONS or event.grade not in GRADES,
               "Outcome, relation or grade is not one of those known", "choose one of those shown")
    _refuse_if(not event.owner_id, "Nobody owns the event", "choose who sees it to its end")
    return replace(event, what=event.what.strip())


def closed(event: AdverseEvent, how: str) -> AdverseEvent:
    """Close an event with how it ended; Refusal while its outcome or relation is not judged."""
    _refuse_if(event.state == CLOSED, "The event is closed already", "")
    _refuse_if(event.outcome == "unknown" or event.relation == "unassessed",
               "Outcome and relation are not judged", "choose both before closing")
    _refuse_if(not how.strip(), "Closing needs a word on how it ended", "say how it ended")
    return replace(checked(event), state=CLOSED, closing=how.strip(), due="")


def _refuse_if(wrong: bool, what: str, todo: str) -> None:
    if wrong:
        raise Refusal(what, "nothing was saved", todo)


def next_event_id(known: Sequence[str]) -> str:
    """Give the next number, like ``AE-0004``."""
    numbers = [int(one.removeprefix("AE-")) for one in known if one.removeprefix("AE-").isdecimal()]
    return f"AE-{max(numbers, default=0) + 1:04d}"


def suspects_of(state: SessionState) -> tuple[Suspect, ...]:
    """Give everything a session used: pens, cartridges, what was put on the skin."""
    pens = [Suspect(f"pen {one.serial}", "pen", one.model, one.model, serial=one.serial) for one in state.pens]
    lots = [one.product for one in state.cartridges]
    lots += [one.applied.product for one in state.anesthetics.values()]
    if state.glide is not None and state.glide.product is not None:
        lots.append(state.glide.product)
    lots += [product for _, one in state.serums if isinstance(product := getattr(one, "product", None), ProductLot)]
    found = {one.key: one for one in [*pens, *map(_suspect, lots)]}
    return tuple(found.values())


def _suspect(lot: ProductLot) -> Suspect:
    key = " ".join(part for part in (lot.role, lot.product_id, lot.lot, lot.serial) if part)
    return Suspect(key, lot.role, lot.name, "", lot.gtin, lot.lot, lot.expiry, lot.serial, lot.product_id)


_IN_RECORD = ("event_id", "patient_id", "session_id", "due", "state", "rev", "changed_us", "changed_by")


def event_record(event: AdverseEvent) -> ClinicRecord:
    """Write an event as a record."""
    whole = cast(dict[str, JsonValue], asdict(event))
    fields = {name: value for name, value in whole.items() if name not in _IN_RECORD}
    return ClinicRecord(RecordKind.ADVERSE_EVENT, event.event_id, event.state, fields, event.owner_id,
                        event.patient_id, event.session_id, event.due)


def event_of(record: ClinicRecord) -> AdverseEvent:
    """Read an event from its record."""
    fields: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in record.fields.items()}
    return AdverseEvent(
        record.record_id, record.patient_id, record.session_id, due=record.due, state=record.state, rev=record.rev,
        changed_us=record.changed_us, changed_by=record.changed_by, **fields)
