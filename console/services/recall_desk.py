"""Where a recalled lot or cartridge went: its patients, whom to call, and how far that has come."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from console.domain.clinic_records import ClinicRecord, RecordFilter, RecordKind
from console.domain.errors import Refusal
from console.domain.people import Patient
from console.domain.ports import Registry, SessionReader
from console.domain.quality_ports import QualityReader
from console.domain.rights import Right
from console.domain.session_list import FacetKind, SessionUse
from console.services.list_columns import csv_line
from console.services.local_time import local_day
from console.services.query_thread import QueryThread
from console.services.reading_gate import ReadingGate
from console.services.session_desk import SessionDesk

TO_CALL, STATES = "to_call", ("to_call", "told", "answered", "closed")
STATE_WORDS = {"to_call": "To call", "told": "Told", "answered": "Answered", "closed": "Closed"}
CSV_HEADS = ("patient", "name", "telephone", "language", "sessions", "last_treated", "status")

Failed = Callable[[BaseException], None]


@dataclass(frozen=True, slots=True)
class RecallCase:
    """A patient on whom it was used; ``patient`` is None where the record was erased."""

    patient_id: str
    patient: Patient | None
    uses: tuple[SessionUse, ...]  # newest first
    state: str = TO_CALL


@dataclass(frozen=True, slots=True)
class Recall:
    """What was asked for, a lot or a cartridge's serial number, and whom it concerns: to call first."""

    text: str
    cases: tuple[RecallCase, ...]

    @property
    def sessions(self) -> int:
        """Give the sessions it was used in."""
        return sum(len(one.uses) for one in self.cases)


class RecallReading:
    """Finds them, on whatever thread owns the readers."""

    def __init__(self, reader: SessionReader, quality: QualityReader) -> None:
        self._reader, self._quality = reader, quality

    def find(self, text: str) -> Recall:
        """Give the patients of a lot, else of a cartridge's serial number."""
        uses = self._reader.uses(FacetKind.LOT, text) or self._quality.uses_of_serial(text)
        states = {one.patient_id: one.state for one in self._quality.records(
            RecordFilter(RecordKind.RECALL_CALL, subject_id=text))}
        by_patient: dict[str, list[SessionUse]] = {}
        for use in uses:
            by_patient.setdefault(use.patient_id, []).append(use)
        known = self._quality.patients_of(list(by_patient))  # an erased one is not among them
        cases = [RecallCase(one, known.get(one), tuple(found), states.get(one, TO_CALL))
                 for one, found in by_patient.items()]
        return Recall(text, tuple(sorted(cases, key=lambda one: (STATES.index(one.state), -one.uses[0].opened_us))))


def csv_of(cases: Sequence[RecallCase]) -> str:
    """Write the contact list."""
    lines = [csv_line(list(CSV_HEADS))]
    for one in cases:
        who = one.patient
        lines.append(csv_line([
            one.patient_id, who.name if who else "", who.phone if who else "", who.language if who else "",
            str(len(one.uses)), local_day(one.uses[0].opened_us).isoformat(), one.state]))
    return "".join(lines)


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
        """Ask where a lot or a serial number went; that its patients were read is audited."""
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
        self._registry.save_record(
            ClinicRecord(RecordKind.RECALL_CALL, f"{text} {patient_id}", state, {}, subject_id=text,
                         patient_id=patient_id), self._desk.actor_id)

    def csv(self, recall: Recall) -> str:
        """Give the contact list as CSV; that it is written out is audited."""
        self._gate.note_export(f"recall of {recall.text}", "csv")
        return csv_of(recall.cases)
