"""One patient's record: who they are, their courses, past sessions, standing note."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from uuid import UUID

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.domain.courses import CourseStanding
from console.domain.errors import OperatorError
from console.domain.outcomes import Grading
from console.domain.people import Course, Patient
from console.domain.ports import SessionRow
from console.domain.session_list import SessionFilter
from console.services.console import Console
from console.services.local_time import day_text
from console.services.review_desk import ListPage
from console.services.session_compare import FEWEST, MOST
from ui.desk.outcome_chart import OutcomeChart
from ui.desk.past_sessions import PastSessions
from ui.desk.patient_rows import birth_words, paint_initials
from ui.desk.walk_in import Complaint, field, titled
from ui.paint import PaintedWidget
from ui.widgets.buttons import Button
from ui.widgets.tags import CourseBar
from ui.widgets.texts import Card, Label, Rule, TextLine, column, row, scrolled

SESSIONS_SHOWN = 50


class _Initials(PaintedWidget):
    def __init__(self) -> None:
        super().__init__()
        self._patient: Patient | None = None
        self.setFixedSize(64, 64)

    def show_patient(self, patient: Patient) -> None:
        self._patient = patient
        self.say("Initials", patient.initials)
        self.update()

    def paint(self, painter: QPainter) -> None:
        if self._patient is not None:
            paint_initials(painter, QRectF(0, 0, 64, 64), self._patient, 24)


STATES = {"paused": ("Paused", "caution"), "ended": ("Ended", "ink2"), "complete": ("Complete", "done")}


class _CourseLine(QWidget):
    def __init__(self, stands: CourseStanding, plan_name: str, act: Callable[[Course, str], None]) -> None:
        super().__init__()
        course = stands.course
        words = f"{course.done} of {course.length}" if course.length else f"{course.done} done, no fixed number"
        bar = CourseBar(min(course.done, course.length), course.length)
        bar.setFixedWidth(max(course.length * 18, 1))
        head = row(TextLine(plan_name, "medium"), Label(words, "tabular_label", "ink2"))
        head.setStretch(0, 1)
        line = column(head, spacing=4)
        if course.length:
            weeks = f"{course.interval_min_days} to {course.interval_max_days} days apart"
            line.addLayout(row(bar, None, Label(weeks if course.interval_max_days else "", "caption", "ink3")))
        line.addLayout(self._standing(stands, act))
        self.setLayout(line)


    def _standing(self, stands: CourseStanding, act: Callable[[Course, str], None]) -> QHBoxLayout:
        words, tone = STATES.get(stands.state, ("", "ink2"))
        if stands.window is not None:
            tone = {"now": "live", "overdue": "stop"}.get(stands.due, "ink2")
            words = f"Next {day_text(stands.window.earliest)} to {day_text(stands.window.latest)}"
        line = row(TextLine(f"{words}: {stands.reason}" if stands.reason else words, "label", tone), spacing=8)
        line.setStretch(0, 1)
        acts = {"running": (("pause", "Pause"), ("end", "End")), "paused": (("go_on", "Go on"), ("end", "End"))}
        for key, text in acts.get(stands.state, ()):
            button = Button(text, "", "quiet", "s", name=f"course.{key}.{stands.course.course_id}")
            button.triggered.connect(partial(act, stands.course, key))
            line.addWidget(button)
        return line


class PatientRecord(QWidget):
    """The record as two cards. ``course_act(Course, "pause" | "end" | "go_on")``.

    ``session_chosen(UUID)``; ``saved(patient_id)`` after an edit; ``photos_wanted``.
    ``compare_wanted(ids)``: the newest sessions beside each other.
    """

    session_chosen = Signal(object)
    course_act = Signal(object, str)
    saved = Signal(str)
    photos_wanted = Signal()
    compare_wanted = Signal(object)

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self._patient: Patient | None = None
        self._tile, self._name = _Initials(), TextLine("", "title")
        self._name.setObjectName("patient.name")
        self._id, self._born = Label("", "code"), Label("", "body", "ink2")
        self.note = field("none", "patient.note")
        self.phone = field("none", "patient.phone")
        self.language = field("en", "patient.language")
        self._save = Button("Save changes", "check", "live", "nav", name="patient.save")
        self._complaint = Complaint("patient.words")
        self._courses, self._charts, self._past = QVBoxLayout(), QVBoxLayout(), PastSessions()
        self._photos = Button("Photos", "user", "quiet", "s", name="patient.photos")
        self._compare = Button("Compare", "chart", "quiet", "s", name="patient.compare")
        self._comparable: tuple[UUID, ...] = ()
        self._build()

    def _build(self) -> None:
        who = Card(20, 12)
        names = column(self._name, row(self._id, self._born, None, spacing=14), spacing=4)
        head = row(self._tile, names, spacing=16)
        head.setStretch(1, 1)
        who.body.addLayout(head)
        who.body.addWidget(Rule())
        who.body.addLayout(titled("Standing precaution, shown at every visit", self.note))
        contact = row(titled("Telephone", self.phone), titled("Language", self.language))
        contact.setStretch(0, 3)
        contact.setStretch(1, 1)
        who.body.addLayout(contact)
        who.body.addWidget(self._complaint)
        who.body.addWidget(self._save)
        outcomes = QWidget()
        outcomes.setLayout(column(self._charts, None))
        who.body.addWidget(scrolled(outcomes), 1)
        past = Card(20, 10)
        past.body.addWidget(Label("Courses", "heading"))
        self._courses.setSpacing(10)
        past.body.addLayout(self._courses)
        past.body.addWidget(Rule())
        past.body.addLayout(row(Label("Past sessions", "heading"), None, self._compare, self._photos))
        past.body.addWidget(self._past, 1)
        whole = row(who, past)
        whole.setStretch(0, 1)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        for line in (self.note, self.phone, self.language):
            line.textChanged.connect(self._show_save)
            line.returnPressed.connect(self.save)
        self._save.triggered.connect(self.save)
        self._past.chosen.connect(self.session_chosen)
        self._photos.triggered.connect(self.photos_wanted)
        self._compare.triggered.connect(lambda: self.compare_wanted.emit(self._comparable))

    # --- showing ----------------------------------------------------------------------------------------

    def show_patient(self, patient: Patient) -> None:
        """Show a patient and ask for their sessions."""
        self._patient = patient
        self._complaint.say("")
        self._tile.show_patient(patient)
        self._name.show_text(patient.name)
        self._id.show_text(patient.patient_id)
        self._born.show_text(f"born {birth_words(patient.birth_date)}{self._age_words(patient)}")
        for line, text in ((self.note, patient.note), (self.phone, patient.phone), (self.language, patient.language)):
            line.setText(text)
            line.setCursorPosition(0)
        self.show_courses()
        self._show_save()
        self._ask_gradings(patient.patient_id)
        self._ask_sessions(patient.patient_id)

    def _age_words(self, patient: Patient) -> str:
        try:
            born = date.fromisoformat(patient.birth_date)
        except ValueError:
            return ""
        today = self._console.day.today()
        years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
        return f", {years} years"

    def show_courses(self) -> None:
        """Show the courses as they stand, and ask how their outcomes went."""
        if self._patient is None:
            return
        courses = self._console.courses.of_patient(self._patient.patient_id)
        _empty(self._courses)
        names = {plan.plan_id: plan.name for plan in self._console.day.plans()}
        for course in courses:
            name = names.get(course.course.plan_id, course.course.plan_id)
            self._courses.addWidget(_CourseLine(course, name, self.course_act.emit))
        if not courses:
            self._courses.addWidget(Label("No course is planned.", "label", "ink3"))

    def _ask_gradings(self, patient_id: str) -> None:
        _empty(self._charts)

        def answer(found: list[list[Grading]]) -> None:
            if self._patient is not None and self._patient.patient_id == patient_id:
                _empty(self._charts)
                for gradings in found:
                    chart = OutcomeChart()
                    chart.show_gradings(gradings)
                    self._charts.addWidget(chart)

        self._console.courses.ask_gradings(
            patient_id, answer, lambda error: self._past.say("The outcomes could not be read", str(error)))

    def _ask_sessions(self, patient_id: str) -> None:
        self._past.show_sessions((), reading=True)
        self._show_comparable(())

        def answer(page: ListPage) -> None:
            if self._patient is not None and self._patient.patient_id == patient_id:
                self._past.show_sessions(page.rows)
                self._show_comparable(page.rows)

        def failed(error: BaseException) -> None:
            self._past.say("The sessions could not be read", str(error))

        self._console.review.list_page(SessionFilter(patient_id=patient_id), SESSIONS_SHOWN, None, answer, failed)

    def _show_comparable(self, rows: Sequence[SessionRow]) -> None:
        self._comparable = tuple(one.session_id for one in rows if one.outcome == "finished")[:MOST]
        self._compare.setEnabled(len(self._comparable) >= FEWEST)

    # --- editing ---------------------------------------------------------------------------------------------

    def _edited(self) -> Patient | None:
        if self._patient is None:
            return None
        return replace(self._patient, note=" ".join(self.note.text().split()), phone=self.phone.text().strip(),
                       language=self.language.text().strip().lower())

    def _show_save(self) -> None:
        changed = self._edited() != self._patient
        self._save.setEnabled(changed)
        self._save.show_words("Save changes" if changed else "Nothing to save", kind="live" if changed else "quiet")

    def save(self) -> None:
        """Save note, telephone and language; what is wrong is said in words."""
        edited = self._edited()
        if edited is None or edited == self._patient:
            return
        if len(edited.language) not in (2, 3) or not edited.language.isalpha():
            self._complaint.say("The language is a code of two or three letters, such as en; nothing was saved.")
            return
        try:
            self._console.day.change_patient(edited)
        except OperatorError as error:
            self._complaint.say(str(error))
            return
        self._complaint.say("")
        self._patient = edited
        self._show_save()
        self.saved.emit(edited.patient_id)

    @property
    def patient(self) -> Patient | None:
        """The patient shown."""
        return self._patient


def _empty(box: QVBoxLayout) -> None:
    while (taken := box.takeAt(0)) is not None:
        old = taken.widget()
        if old is not None:
            old.hide()
            old.deleteLater()
