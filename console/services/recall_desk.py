"""Where a recalled lot, cartridge or product went: its patients, whom to call or write to, how far that has come."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from console.domain.clinic_records import ClinicRecord, RecordFilter, RecordKind
from console.domain.clock import iso_utc
from console.domain.errors import Refusal
from console.domain.people import Patient
from console.domain.ports import Registry, SessionReader
from console.domain.quality_ports import LotUse, QualityReader
from console.domain.rights import Right
from console.domain.session_list import FacetKind, SessionUse
from console.services.list_columns import csv_line
from console.services.local_time import clock_text, day_text, local_day
from console.services.query_thread import QueryThread
from console.services.reading_gate import ReadingGate
from console.services.session_desk import SessionDesk

TO_CALL, NOT_REACHED = "to_call", "not_reached"
STATES = (TO_CALL, NOT_REACHED, "told", "answered", "closed")
STATE_WORDS = {TO_CALL: "To call", NOT_REACHED: "Not reached", "told": "Told", "answered": "Answered",
               "closed": "Closed"}
WAITING = (TO_CALL, NOT_REACHED)
CSV_HEADS = ("patient", "name", "telephone", "language", "sessions", "last_treated", "status", "status_by", "status_at",
             "asked_for", "products")
LIKE_PERCENT, MOST_LOTS = 85.0, 200

Failed = Callable[[BaseException], None]


@dataclass(frozen=True, slots=True)
class RecallCase:
    """A patient on whom it was used; ``patient`` is None where the record was erased."""

    patient_id: str
    patient: Patient | None
    uses: tuple[SessionUse, ...]  # newest first
    state: str = TO_CALL
    marked_by: str = ""
    marked_us: int = 0

    @property
    def waits(self) -> bool:
        """Tell whether the patient is still to be told."""
        return self.state in WAITING

    @property
    def marked_words(self) -> str:
        """Say who noted how far it has come, and when; empty where nobody has."""
        if not self.marked_us:
            return ""
        return f"{day_text(local_day(self.marked_us))} {clock_text(self.marked_us)}, {self.marked_by}"


@dataclass(frozen=True, slots=True)
class Recall:
    """What was asked for, a lot or a cartridge's serial number, and whom it concerns: to call first.

    Where a product was named, ``lots`` are its lots that were used, to choose from.
    """

    text: str
    cases: tuple[RecallCase, ...]
    products: tuple[str, ...] = ()
    lots: tuple[LotUse, ...] = ()

    @property
    def sessions(self) -> int:
        """Give the sessions it was used in."""
        return sum(len(one.uses) for one in self.cases)


class RecallReading:
    """Finds them, on whatever thread owns the readers."""

    def __init__(self, reader: SessionReader, quality: QualityReader) -> None:
        self._reader, self._quality = reader, quality

    def find(self, text: str) -> Recall:
        """Give the patients of a lot, else of a cartridge's serial number, else the lots of a product so called."""
        uses = self._reader.uses(FacetKind.LOT, text) or self._quality.uses_of_serial(text)
        if not uses:
            return Recall(text, (), (), tuple(self._quality.lots_of(self._named(text))[:MOST_LOTS]))
        marks = {one.patient_id: one for one in self._quality.records(
            RecordFilter(RecordKind.RECALL_CALL, subject_id=text))}
        by_patient: dict[str, list[SessionUse]] = {}
        for use in uses:
            by_patient.setdefault(use.patient_id, []).append(use)
        known = self._quality.patients_of(list(by_patient))  # an erased one is not among them
        cases = [_case(one, known.get(one), found, marks.get(one)) for one, found in by_patient.items()]
        return Recall(text, tuple(sorted(cases, key=lambda one: (STATES.index(one.state), -one.uses[0].opened_us))),
                      tuple(self._quality.names_of_lot(text)))

    def _named(self, text: str) -> list[str]:
        """Give the products whose name holds the words, or nearly."""
        from rapidfuzz import fuzz  # not before it is needed

        words = text.casefold()
        return [one.product_id for one in self._quality.products() if len(words) > 2 and (
            all(word in one.name.casefold() for word in words.split())
            or fuzz.partial_ratio(words, one.name.casefold()) >= LIKE_PERCENT)]


def _case(
    patient_id: str, patient: Patient | None, uses: Sequence[SessionUse], mark: ClinicRecord | None,
) -> RecallCase:
    if mark is None:
        return RecallCase(patient_id, patient, tuple(uses))
    return RecallCase(patient_id, patient, tuple(uses), mark.state, mark.changed_by, mark.changed_us)


def csv_of(recall: Recall) -> str:
    """Write the contact list; times in UTC."""
    lines = [csv_line(list(CSV_HEADS))]
    for one in recall.cases:
        who = one.patient
        lines.append(csv_line([
            one.patient_id, who.name if who else "", who.phone if who else "", who.language if who else "",
            str(len(one.uses)), local_day(one.uses[0].opened_us).isoformat(), one.state,
            one.marked_by, iso_utc(one.marked_us) if one.marked_us else "", recall.text, "; ".join(recall.products)]))
    return "".join(lines)


def call_record(text: str, patient_id: str, state: str) -> ClinicRecord:
    """Write how far a recall has come with a patient."""
    return ClinicRecord(RecordKind.RECALL_CALL, f"{text} {patient_id}", state, {}, subject_id=text,
                        patient_id=patient_id)


class RecallDesk:
    """Puts the question to the query thread; what came of each call is kept as a record of the clinic."""

    def __init__(self, desk: SessionDesk, registry: Registry, queries: QueryThread, gate: ReadingGate,
                 reading: RecallReading) -> None:
        self._desk, self._registry, self._queries, self._gate = desk, registry, queries, gate
        self._reading = reading

    @property
    def may(self) -> bool:
        """Tell whether who acts may keep how far the calls have come."""
        return self._desk.access.may(Right.EDIT_PATIENTS)

    def ask(self, text: str, answer: Callable[[Recall], None], failed: Failed) -> None:
        """Ask where a lot, a serial number or a product went; that its patients were read is audited."""
        wanted = text.strip()
        try:
            if not wanted:
                raise Refusal("Nothing is asked for", "nothing was read", "scan or type a lot or serial number")
            self._gate.note("recall_read", wanted)
        except Refusal as refused:
            failed(refused)
            return
        self._queries.ask(lambda: self._reading.find(wanted), answer, failed)

    def mark(self, text: str, patient_id: str, state: str) -> None:
        """Keep how far it has come with a patient."""
        if not self.may or state not in STATES:
            raise Refusal("This is not yours to change", "nothing was saved", "ask a manager or practitioner")
        self._registry.save_record(call_record(text, patient_id, state), self._desk.actor_id)

    def csv(self, recall: Recall) -> str:
        """Give the contact list as CSV; that it is written out is audited."""
        self._gate.note_export(f"recall of {recall.text}", "csv")
        return csv_of(recall)
