"""What pages ask of the program: turning to another page, changing colours, writing documents."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from PySide6.QtWidgets import QApplication

from console.app.adverse_event_command import write_form
from console.app.clinic_papers import mark_of, write_incidents_json
from console.app.compose import Composition
from console.app.exporting import FORMS, Exporter
from console.domain.computer_ports import Voice
from console.domain.errors import OperatorError
from console.domain.people import Role, Staff
from console.domain.rights import Right, require
from console.domain.sheet_language import SheetLanguage
from console.services.clinical_library import ClinicalLibrary
from console.services.console import Console
from console.services.local_time import local, local_day
from console.services.medwatch import fill_form
from console.services.recall_desk import Recall, RecallCase
from console.services.recall_letter import letters_of
from console.services.review_desk import read_dossier
from console.services.room_log_desk import csv_text
from console.services.spoken_cues import NO_VOICE
from console.services.whole_files import write_whole
from db.data_folder import CLINIC
from db.verify import verify_session
from ui.documents.aftercare_sheet import write_aftercare
from ui.documents.downtime_form import write_downtime_form
from ui.documents.incident_report import write_incident_report
from ui.documents.recall_letter import write_letters
from ui.documents.sheet_case import AftercareSheet, sheet_of_front
from ui.theme import apply_theme

SAVE_LIMIT_S = 10.0
WITH_PHOTOS = "_photos"

Written = Callable[[Path], None]
Failed = Callable[[BaseException], None]


@dataclass(slots=True)
class PageActs:
    """Bound to one composition; ``open_page`` is set once the window stands."""

    app: QApplication
    composition: Composition
    out: Path
    open_page: Callable[[str], None]
    voice: Voice = NO_VOICE

    @property
    def _console(self) -> Console:
        return self.composition.console

    def signed_in(self, member: Staff) -> None:
        """Turn to the page a person begins with."""
        self.open_page("sessions" if member.role is Role.MANAGER else "today")

    def set_theme(self, name: str) -> None:
        """Change the colours."""
        apply_theme(self.app, name)

    def aftercare_sheet(self, language: SheetLanguage) -> AftercareSheet:
        """Give the sheet of the session in front, as it is printed."""
        console, front = self._console, self._console.desk.front
        state = front.state if front else None
        patient = console.registry.patient(state.opened.patient_id) if state and state.opened else None
        return sheet_of_front(console, language, patient.name if patient else "", state.next_session if state else "")

    def save_aftercare(self, language: SheetLanguage) -> Path:
        """Write the aftercare sheet of the session in front; OperatorError where it cannot be written."""
        path, front = self.out / "aftercare.pdf", self._console.desk.front
        self._console.reading.note_export(str(front.session_id) if front else "", "aftercare sheet")
        write_aftercare(path, self.aftercare_sheet(language))
        return path

    def save_report(self, session_id: UUID, written: Written, failed: Failed) -> None:
        """Write a session's report."""
        self.export(session_id, "pdf", written, failed)

    def export(self, session_id: UUID, form: str, written: Written, failed: Failed) -> None:
        """Write a session in one of the ``FORMS``; one of the callbacks follows in a later frame.

        ``fhir_photos`` is ``fhir`` with its photos.
        Reading, proving and painting take seconds, so the query thread does them; a file is there whole or not at all.
        """
        library = self._console.library
        try:
            self._console.reading.note_export(str(session_id), form)
        except OperatorError as error:
            failed(error)
            return
        self._console.queries.ask(lambda: self._write_session(session_id, form, library), written, failed)

    def _write_session(self, session_id: UUID, form: str, library: ClinicalLibrary) -> Path:
        store = self.composition.query_store
        self.composition.recorder.synchronise(SAVE_LIMIT_S)
        dossier = read_dossier(store, lambda one: verify_session(self.composition.folder, one), session_id)
        kind = form.removesuffix(WITH_PHOTOS)
        path = self.out / f"{local_day(dossier.row.opened_us)}_{session_id.hex[-12:]}_{FORMS[kind]}"
        Exporter(self.composition.folder, store, library).write(dossier, kind, path, kind != form)
        return path

    def save_audit(self, text: str) -> Path:
        """Write the audit's entries, CSV already, as a file."""
        path = self.out / "audit.csv"
        write_whole(path, text.encode())
        return path

    def save_text(self, name: str, text: str) -> Path:
        """Write a list, CSV already, as a file; whoever gives it had it noted in the audit."""
        return self.save_file(name, text.encode())

    def save_file(self, name: str, content: bytes) -> Path:
        """Write figures or a picture of them as a file; whoever gives it had it noted in the audit."""
        path = self.out / name
        write_whole(path, content)
        return path

    def save_letters(self, recall: Recall, cases: Sequence[RecallCase], written: Written, failed: Failed) -> None:
        """Write letters to patients of a recall; one of the callbacks follows in a later frame."""
        console, path = self._console, self.out / "recall-letters.pdf"
        clinic, today, mark = console.library.clinic, console.day.today(), mark_of(console.marked_as)
        try:
            console.reading.note_export(f"letters about {recall.text}", "pdf")
            letters = letters_of(recall, cases, clinic)
        except OperatorError as error:
            failed(error)
            return

        def write() -> Path:
            write_letters(path, letters, recall.text, clinic, today, mark)
            return path

        console.queries.ask(write, written, failed)

    def export_incidents(self, form: str) -> Path:
        """Write the clinic's incidents as ``pdf`` or ``json``."""
        console, path = self._console, self.out / f"incidents.{form}"
        console.reading.note_export("the incidents", form)
        incidents, now_us = console.clinic.incidents.all(), console.clock.utc_us()
        if form == "json":
            write_incidents_json(path, incidents, now_us)
        else:
            write_incident_report(path, incidents, console.library.clinic.name, now_us, mark_of(console.marked_as))
        return path

    def list_file(self) -> Path:
        """Name the file a list of sessions is written to."""
        return self.out / f"sessions-{local(self._console.clock.utc_us()):%Y%m%d-%H%M%S}.csv"

    @property
    def keeps_wrapped_keys(self) -> bool:
        """Tell whether there is a recovery sheet: demo, training and bench folders have none."""
        return self.composition.folder.kind == CLINIC

    def save_recovery_sheet(self) -> Path:
        """Write the folder's recovery sheet, without the key itself."""
        from console.app.recovery_paper import write_sheet  # papers are painted seldom

        console, path = self._console, self.out / "recovery-sheet.pdf"
        require(console.desk.actor, Right.KEEP_RECORD)
        folder = self.composition.folder
        write_sheet(folder, path, console.clock.utc_us(), console.library.clinic.name)
        self.composition.recorder.audit(console.desk.actor_id, "recovery_sheet_printed", folder.folder_id)
        return path

    def export_room_log(self) -> Path:
        """Write the room log as CSV."""
        path = self.out / "room-log.csv"
        self._console.reading.note_export("the room log", "csv")
        write_whole(path, csv_text(self._console.clinic.room.entries()).encode())
        return path

    def save_medwatch(self, event_id: str, form: str) -> Path:
        """Write an adverse event's form as ``pdf`` or ``json`` and say where."""
        console = self._console
        console.reading.note_export(event_id, form)
        event = console.adverse.event(event_id)
        reporter = next((one for one in console.registry.staff() if one.staff_id == event.owner_id), None)
        filled = fill_form(
            event, console.adverse.state_of(event), console.registry.patient(event.patient_id),
            console.shelf.current.clinic, reporter, console.day.today())
        path = self.out / f"{event_id}.{form}"
        write_form(path, filled, form)
        return path

    def print_form(self, number: str) -> Path:
        """Write the paper form of a number as PDF."""
        console, path = self._console, self.out / f"paper-form-{number}.pdf"
        questions = [rule.question for rule in console.library.rules]
        now_us = console.clock.utc_us()
        write_downtime_form(path, number, console.library.clinic.name, None, questions,
                            local_day(now_us).isoformat(), now_us, mark_of(console.marked_as))
        return path


def make_acts(app: QApplication, composition: Composition, out: Path) -> PageActs:
    """Give the acts; the window's ``open_page`` is bound by whoever builds the stage."""
    return PageActs(app, composition, out, lambda key: None)
