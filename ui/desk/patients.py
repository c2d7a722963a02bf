"""Patients: search as you type, one patient's record, and the way into a session with a plan."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QStackedWidget, QWidget

from console.domain.erasure import Erasure
from console.domain.errors import OperatorError
from console.domain.people import Course
from console.domain.photos import FOLLOW_UP
from console.domain.session import Session
from console.services.console import Console
from ui.desk.find_patient import card_id
from ui.desk.keep_sheet import KeepSheet
from ui.desk.keeping_acts import KeepingActs
from ui.desk.letter_keys import LetterKeys
from ui.desk.patient_record import PatientRecord
from ui.desk.patient_rows import PatientRows
from ui.desk.plan_choice import PlanChoice
from ui.page import Action, Actions, Page, StatusText
from ui.room.choice_sheets import ReasonSheet
from ui.room.photo_album import ALBUM_PX, PhotoAlbum
from ui.room.photo_sheet import WIDTH_PX, PhotoSheet
from ui.widgets.buttons import Button
from ui.widgets.states import EmptyState, SearchField
from ui.widgets.texts import Card, column, row

COURSE_REASONS = ("At the patient's wish", "Skin needs rest", "Goal reached", "Moved away", "Medical reason")
LIST_PX, KEYS_PX, PLANS_PX, KEEP_PX = 372, 760, 760, 720


class PatientsPage(Page):
    """Search and list left, the record right. ``open_session`` is told which past session was touched."""

    title, frame, tab = "Patients", "desk", "patients"

    def __init__(self, console: Console, open_session: Callable[[UUID], None] | None = None) -> None:
        super().__init__()
        self._console, self._open_session = console, open_session
        self._search = SearchField("Name, id or birth date", "patients.search")
        self._rows = PatientRows("patient")
        self._nobody = EmptyState("search", "Nobody is found", "Check the spelling, or search by birth date.")
        self._record = PatientRecord(console)
        self._lists, self._right = QStackedWidget(), QStackedWidget()
        self._chosen = ""
        self._build()

    def _build(self) -> None:
        left = Card(1, 0)
        left.setFixedWidth(LIST_PX)
        self._search.setFixedWidth(LIST_PX - 32)
        head = row(self._search, margins=15)
        left.body.addLayout(head)
        self._lists.addWidget(self._rows)
        self._lists.addWidget(self._nobody)
        left.body.addWidget(self._lists, 1)
        nobody = Card()
        nobody.body.addWidget(EmptyState(
            "user", "Choose a patient", "Search by name, id or birth date, or scan a card."))
        self._right.addWidget(nobody)
        self._right.addWidget(self._record)
        whole = row(left, self._right)
        whole.setStretch(1, 1)
        whole.setContentsMargins(16, 12, 16, 12)
        self.setLayout(whole)
        self._search.textChanged.connect(self._find)
        self._rows.chosen.connect(self.choose)
        self._record.saved.connect(self._saved)
        self._record.course_act.connect(self._course_act)
        self._record.session_chosen.connect(self._session_touched)
        self._record.photos_wanted.connect(self._show_photos)
        self._record.compare_wanted.connect(
            lambda ids: self.shell.open_page("compare", session_ids=ids, came_from="patients"))

    # --- finding -----------------------------------------------------------------------------------------

    def enter(self, **context: object) -> None:
        """Take the stage; ``patient_id`` in the context opens that record."""
        self._search.clear()
        self._chosen = ""
        self._right.setCurrentIndex(0)
        self._find()
        wanted = context.get("patient_id")
        if isinstance(wanted, str) and wanted:
            self.choose(wanted)
        self._search.setFocus(Qt.FocusReason.OtherFocusReason)

    def _find(self) -> None:
        try:
            found = self._console.day.find_patients(self._search.text().strip())
        except OperatorError as error:
            found = []
            self._nobody.title.show_text(str(error))
        self._rows.show_patients(found, self._chosen)
        self._lists.setCurrentIndex(0 if found else 1)

    def choose(self, patient_id: str) -> None:
        """Open a patient's record; that it was read is noted in the audit."""
        try:
            patient = self._console.day.patient(patient_id)
        except OperatorError as error:
            self.shell.tell(str(error), "stop")
            return
        self._chosen = patient_id
        self._record.show_patient(patient)
        self._right.setCurrentIndex(1)
        self._find()
        self.shell.update_chrome()

    def on_scan(self, text: str) -> bool:
        patient_id = card_id(self._console, text)
        if patient_id:
            self.choose(patient_id)
        return bool(patient_id)

    # --- acts ----------------------------------------------------------------------------------------------

    def _saved(self, patient_id: str) -> None:
        self.shell.tell(f"The record of {patient_id} is changed.", "done")
        self._find()

    def _session_touched(self, session_id: UUID) -> None:
        if self._open_session is not None:
            self._open_session(session_id)

    def _show_photos(self) -> None:
        album = PhotoAlbum(self._console.photos, self._chosen, may_add=self._console.desk.actor is not None)
        album.follow_up_wanted.connect(self._ask_follow_up)
        self.shell.show_overlay(album, f"Photos of {self._chosen}", ALBUM_PX)

    def _ask_follow_up(self) -> None:
        self.shell.close_overlay()
        self._console.photos.last_session(
            self._chosen, self._take_follow_up, lambda error: self.shell.tell(str(error), "stop"))

    def _take_follow_up(self, session: Session) -> None:
        opened = session.state.opened
        if opened is not None and opened.patient_id == self._chosen:
            sheet = PhotoSheet(self._console, self.shell, session, FOLLOW_UP)
            self.shell.show_overlay(sheet, f"Follow-up photos of {self._chosen}", WIDTH_PX)

    def _show_keys(self) -> None:
        record = self._record
        lines = [self._search]
        keys_of = (*lines, record.note, record.phone, record.language) if self._chosen else tuple(lines)
        sheet = QWidget()
        keys = LetterKeys(*keys_of, name="patients.keys")
        sheet.setLayout(column(keys))
        self.shell.show_overlay(sheet, "Keys", KEYS_PX)

    def _course_act(self, course: Course, act: str) -> None:
        courses = self._console.courses
        if act == "go_on":
            self._change_course(lambda: courses.go_on(course), "The course goes on.")
            return
        change, words = (courses.pause, "paused") if act == "pause" else (courses.end, "ended")
        sheet = ReasonSheet(f"The course is {words}; what was done stays in the record.", COURSE_REASONS, "Confirm")
        sheet.given.connect(lambda why: self._change_course(lambda: change(course, why), f"The course is {words}."))
        self.shell.show_overlay(sheet, f"{act.capitalize()} the course", 560)

    def _change_course(self, change: Callable[[], object], done: str) -> None:
        self.shell.close_overlay()
        try:
            change()
        except OperatorError as error:
            self.shell.tell(str(error), "stop")
            return
        self._record.show_courses()
        self.shell.tell(done, "done")

    def _new_course(self) -> None:
        sheet = QWidget()
        grid = QGridLayout(sheet)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        patient_id = self._chosen
        for place, plan in enumerate(self._console.day.plans()):
            pattern = plan.course
            length = f"{pattern.length} sessions" if pattern and pattern.length else "no fixed number"
            button = Button(plan.name, "", "quiet", "l", length if pattern else "the plan names no course",
                            name=f"new_course.{plan.plan_id}")
            button.setEnabled(pattern is not None)
            button.triggered.connect(partial(self._begin_course, patient_id, plan.plan_id))
            grid.addWidget(button, place // 2, place % 2)
        self.shell.show_overlay(sheet, f"New course for {patient_id}", PLANS_PX)

    def _begin_course(self, patient_id: str, plan_id: str) -> None:
        self._change_course(lambda: self._console.courses.begin(patient_id, plan_id), "The course is begun.")

    def _choose_plan(self) -> None:
        patient = self._record.patient
        if patient is None:
            return
        sheet = PlanChoice(self._console)
        sheet.show_patient(patient)
        sheet.start_wanted.connect(self._start)
        self.shell.show_overlay(sheet, f"Session for {patient.patient_id}", PLANS_PX)

    def _start(self, patient_id: str, plan_id: str) -> None:
        self.shell.close_overlay()
        try:
            self._console.day.start(patient_id, plan_id)
        except OperatorError as error:
            self.shell.tell(str(error), "stop")
            return
        front = self._console.desk.front
        if front is not None:
            self.shell.open_page(front.state.phase.value)

    def _back(self) -> None:
        self.shell.open_page("today")

    # --- keeping and erasing -------------------------------------------------------------------------------

    def _show_keeping(self) -> None:
        desk = self._console.keeping
        if desk is None or not self._chosen:
            return
        sheet, acts, patient_id = KeepSheet(desk, self._chosen), KeepingActs(self, desk), self._chosen
        acts.erased.connect(self._erased)
        sheet.hold_wanted.connect(lambda held: acts.ask_hold(patient_id, held))
        sheet.erase_wanted.connect(acts.ask_erasure)
        self.shell.show_overlay(sheet, f"The record of {self._chosen}", KEEP_PX)

    def _erased(self, made: Erasure) -> None:
        self._chosen = ""
        self._right.setCurrentIndex(0)
        self._find()
        self.shell.update_chrome()

    # --- the window's bars ---------------------------------------------------------------------------------

    def status(self) -> StatusText:
        return StatusText("Patients", (f"{self._chosen}: reading is noted in the audit",) if self._chosen else ())

    def _keeping_actions(self) -> tuple[Action, ...]:
        desk = self._console.keeping
        if desk is None or not desk.may:
            return ()
        return (Action("keep", "Keep or erase", self._show_keeping, icon="lock", enabled=bool(self._chosen)),)

    def page_actions(self) -> Actions:
        signed = self._console.desk.actor is not None
        hint = f"{self._chosen}, choose a plan" if self._chosen else "choose a patient first"
        return Actions(
            [Action("today", "Today", self._back, icon="left", kind="quiet"),
             Action("keys", "Show keys", self._show_keys, icon="list"),
             Action("new_course", "New course", self._new_course, icon="plus", enabled=bool(self._chosen) and signed),
             *self._keeping_actions()],
            [Action("start", "Start session", self._choose_plan, hint=hint if signed else "sign in first",
                    kind="primary", enabled=bool(self._chosen) and signed, width=392)])
