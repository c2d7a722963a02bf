"""Whom to call or see after a treatment, read on the query thread: those overdue a page at a time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Protocol
from uuid import UUID

from console.domain import follow_up
from console.domain.clinic_records import ClinicRecord, RecordFilter, RecordKind
from console.domain.follow_up import Contact
from console.domain.people import Patient
from console.domain.ports import SessionReader
from console.services.list_columns import csv_line

OVERDUE, DUE, COMING, DONE = "overdue", "due", "coming", "done"
LOOK_BACK = timedelta(days=21)  # how long what was done stays on the list
PAGE = 100
CSV_HEADS = ("patient", "name", "telephone", "language", "kind", "standing", "from", "until", "tries", "practitioner",
             "session", "note")

After = tuple[str, str]  # due day and id of the last one read


class CallReader(Protocol):
    """Reads what the list is made of, on the query thread."""

    def records(self, wanted: RecordFilter) -> list[ClinicRecord]: ...
    def patients_of(self, patient_ids: Sequence[str]) -> dict[str, Patient]: ...


@dataclass(frozen=True, slots=True)
class CallFilter:
    """Which calls and visits; empty means any. ``due_until`` is an ISO day."""

    kind: str = ""
    practitioner_id: str = ""
    due_until: str = ""


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A line of the list: the contact, whose it is, and whether it is overdue, due, coming or done."""

    contact: Contact
    patient: Patient
    standing: str


@dataclass(frozen=True, slots=True)
class CallList:
    """Overdue ones first, those done in the last weeks last; ``more`` leads to further overdue ones."""

    rows: tuple[ContactRow, ...]
    more: After | None = None


class FollowUpReading:
    """Owned by the query thread, as its readers are."""

    def __init__(self, registry: CallReader, reader: SessionReader) -> None:
        self._registry, self._reader = registry, reader

    def page(self, wanted: CallFilter, today: date, after: After | None = None, most: int = PAGE) -> CallList:
        """Give the list's beginning, or the overdue ones behind ``after``."""
        late, more = self._overdue(wanted, today, after, most)
        rest = [] if after is not None else self._rest(wanted, today)
        return CallList(tuple(self._rows([*late, *rest], today)), more)

    def csv(self, wanted: CallFilter, today: date) -> str:
        """Give the whole list as CSV."""
        lines, after = [csv_line(list(CSV_HEADS))], None
        while True:
            found = self.page(wanted, today, after, 500)
            lines += [self._csv_line(one) for one in found.rows]
            after = found.more
            if after is None:
                return "".join(lines)

    def _csv_line(self, one: ContactRow) -> str:
        contact, who = one.contact, one.patient
        notes = [try_.note for try_ in contact.attempts if try_.note]
        return csv_line([who.patient_id, who.name, who.phone, who.language, contact.kind, one.standing, contact.first,
                         contact.due, str(len(contact.attempts)), self._practitioner(contact), contact.session_id,
                         "; ".join(notes)])

    def _overdue(self, wanted: CallFilter, today: date, after: After | None, most: int,
                 ) -> tuple[list[Contact], After | None]:
        until = min(_iso(today - timedelta(days=1)), wanted.due_until or "9")
        query = RecordFilter(RecordKind.FOLLOW_UP, state=follow_up.DUE, due_until=until, most=most)
        found: list[Contact] = []
        while True:
            some = [follow_up.contact_of(one) for one in self._registry.records(replace(query, after=after))]
            found += filter(self._matcher(wanted), some)
            after = (some[-1].due, some[-1].contact_id) if len(some) == most else None
            if after is None or len(found) >= most:
                return found, after

    def _rest(self, wanted: CallFilter, today: date) -> Iterator[Contact]:
        """Give what is due from today on, then what was done; both lie within weeks."""
        ahead = RecordFilter(RecordKind.FOLLOW_UP, state=follow_up.DUE, due_from=_iso(today),
                             due_until=wanted.due_until)
        recent = RecordFilter(RecordKind.FOLLOW_UP, due_from=_iso(today - LOOK_BACK))
        coming = [follow_up.contact_of(one) for one in self._registry.records(ahead)]
        done = [one for one in map(follow_up.contact_of, self._registry.records(recent)) if one.done]
        coming.sort(key=lambda one: standing_of(one, today) == COMING)
        return filter(self._matcher(wanted), [*coming, *reversed(done)])

    def _matcher(self, wanted: CallFilter) -> Callable[[Contact], bool]:
        def matches(one: Contact) -> bool:
            return wanted.kind in ("", one.kind) and wanted.practitioner_id in ("", self._practitioner(one))

        return matches if wanted.practitioner_id else lambda one: wanted.kind in ("", one.kind)

    def _practitioner(self, contact: Contact) -> str:
        return self._reader.row(UUID(contact.session_id)).practitioner_id

    def _rows(self, contacts: Sequence[Contact], today: date) -> Iterator[ContactRow]:
        patients = self._registry.patients_of(list({one.patient_id for one in contacts}))
        for one in contacts:
            if one.patient_id in patients:  # an erased one is not called
                yield ContactRow(one, patients[one.patient_id], standing_of(one, today))


def standing_of(contact: Contact, today: date) -> str:
    """Tell whether a contact is overdue, due, coming or done."""
    if contact.done:
        return DONE
    if contact.due < _iso(today):
        return OVERDUE
    return DUE if contact.first <= _iso(today) else COMING


def _iso(day: date) -> str:
    return day.isoformat()
