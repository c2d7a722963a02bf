"""One call or visit: whom, after what, what to ask for, what was told."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.domain.people import Patient
from console.domain.reactions import OTHER, SEVERITIES, ExpectedReaction, Told
from console.services.follow_up_desk import ContactView, ToldLine
from console.services.local_time import clock_text, day_text, local_day
from ui.desk.patient_rows import paint_initials
from ui.desk.walk_in import field
from ui.paint import PaintedWidget
from ui.widgets.buttons import Button
from ui.widgets.fields import Segments, Stepper
from ui.widgets.tags import Tag
from ui.widgets.texts import Card, IconMark, Label, Rule, TextLine, column, row, scrolled

ASKED = (("none", "No"), *((one, one.capitalize()) for one in SEVERITIES))
ANSWER_PX, TOLD_PX = 366, 280
KINDS = {"call": "Call", "visit": "Visit"}


class InitialsTile(PaintedWidget):
    """A patient's initials on their colour."""

    def __init__(self, size_px: int = 56) -> None:
        super().__init__()
        self._patient: Patient | None = None
        self.setFixedSize(size_px, size_px)

    def show_patient(self, patient: Patient) -> None:
        """Show whose they are."""
        self._patient = patient
        self.say("Initials", patient.initials)
        self.update()

    def paint(self, painter: QPainter) -> None:
        if self._patient is not None:
            paint_initials(painter, QRectF(self.rect()), self._patient, 22)


class _Question(QWidget):
    """A reaction to ask for, with its severity."""

    def __init__(self, expected: ExpectedReaction, until: date | None) -> None:
        super().__init__()
        self.expected = expected
        self.answer = Segments(ASKED, f"told.{expected.response_id}", 48)
        self.answer.setFixedWidth(ANSWER_PX)
        words = "Never expected: the sheet asks to call" if until is None else f"Expected until {day_text(until)}"
        tone = "stop" if until is None else "ink2"
        left = column(Label(expected.text, "medium", wrap=True), Label(words, "caption", tone, wrap=True), spacing=2)
        line = row(left, self.answer)
        line.setStretch(0, 1)
        self.setLayout(line)
        self.setToolTip(expected.source)


class _ToldRow(QWidget):
    def __init__(self, line: ToldLine, place: int, offer: Callable[[Told], None] | None) -> None:
        super().__init__()
        told = line.told
        day = date.fromisoformat(told.day)
        box = column(row(TextLine(told.text, "medium"), Label(told.severity.capitalize(), "label_strong")), spacing=4)
        who = f"{day_text(day)}, told to {told.told_to}"
        box.addWidget(TextLine(f"{who}: {told.note}" if told.note else who, "caption", "ink2"))
        if line.beyond:
            box.addWidget(Label(line.beyond, "caption_strong", "stop", wrap=True))
        if offer is not None:
            icon, kind = ("caution", "stop") if line.beyond else ("", "quiet")
            button = Button("Judge as adverse event", icon, kind, "s", name=f"told.judge.{place}")
            button.triggered.connect(partial(offer, told))
            box.addWidget(button)
        self.setLayout(box)


class ContactCard(Card):
    """The card of one contact. ``judge_wanted(Told)``: a person wants to judge an entry as an adverse event."""

    judge_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__(20, 12)
        self._view: ContactView | None = None
        self._questions: list[_Question] = []
        self._tile, self._name = InitialsTile(), TextLine("", "title")
        self._id, self._phone = Label("", "code"), Label("", "heading")
        self._phone.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._what, self._tag = TextLine("", "body", "ink2"), Tag()
        self._tries = Label("", "label", "ink2", wrap=True)
        self.days_ago = Stepper(0, 1, 0, 60, unit="days ago", label="Had on", name="told.days_ago")
        self.other, self.note = field("Something else", "told.other"), field("Anything to add", "told.note")
        self.severity = Segments(ASKED[1:], "told.other_severity", 48)
        self._asks, self._lines = QVBoxLayout(), QVBoxLayout()
        self._asking, self._said, self._rest = QWidget(), QWidget(), QWidget()
        self._none = Label("Nothing was told yet.", "label", "ink3")
        self._build()

    def _build(self) -> None:
        head = row(self._tile, column(self._name, row(self._id, self._tag, None, spacing=14), spacing=4), None,
                   IconMark("phone", "ink2", 24), self._phone, spacing=14)
        head.setStretch(1, 1)
        self.body.addLayout(head)
        self.body.addWidget(self._what)
        self.body.addWidget(self._tries)
        self.body.addWidget(Rule())
        parts = row(self._left(), self._right(), self._rest, spacing=20)
        parts.setStretch(0, 1)
        parts.setStretch(2, 1)
        self.body.addLayout(parts, 1)

    def _left(self) -> QWidget:
        inner = QWidget()
        self._asks.setSpacing(8)
        self.severity.setFixedWidth(ANSWER_PX * 3 // 4)
        other = row(self.other, self.severity)
        other.setStretch(0, 1)
        inside = column(self._asks, other, self.note, None, spacing=10)
        inside.setContentsMargins(0, 0, 8, 0)
        inner.setLayout(inside)
        title = row(Label("Ask for each", "heading"), None, self.days_ago)
        whole = column(title, scrolled(inner))
        whole.setStretch(1, 1)
        self._asking.setLayout(whole)
        return self._asking

    def _right(self) -> QWidget:
        inner = QWidget()
        self._lines.setSpacing(14)
        inner.setLayout(column(self._none, self._lines, None))
        self._said.setFixedWidth(TOLD_PX)
        whole = column(Label("Told so far", "heading"), scrolled(inner))
        whole.setStretch(1, 1)
        self._said.setLayout(whole)
        return self._said

    # --- showing ------------------------------------------------------------------------------------------

    def show_view(self, view: ContactView, standing: str, today: date) -> None:
        """Show a contact; what was being filled in is dropped."""
        self._view = view
        contact, session = view.contact, view.session
        self._tile.show_patient(view.patient)
        self._name.show_text(view.patient.name)
        self._id.show_text(view.patient.patient_id)
        self._phone.show_text(view.patient.phone or "No number kept", "ink" if view.patient.phone else "ink3")
        self._tag.show_tag(*_standing_tag(standing, contact.state))
        number = f"session {session.course_number}" + (f" of {session.course_length}" if session.course_length else "")
        self._what.show_text(
            f"{KINDS[contact.kind]} {_span(contact.first, contact.due)} after {number}, {session.plan_name}, "
            f"{day_text(local_day(session.opened_us))}, {session.practitioner_id}")
        self._tries.show_text(_tries(view))
        self._tries.setVisible(bool(contact.attempts))
        self.days_ago.set_range(0, max(0, (today - local_day(session.opened_us)).days))
        self.days_ago.set_value(0)
        self._asking.setVisible(contact.state == "due")
        self._rest.setVisible(contact.done)  # what was told stays at the left
        self._fill_questions(view)
        self._fill_told(view)

    def _fill_questions(self, view: ContactView) -> None:
        _empty(self._asks)
        self._questions = [_Question(one, one.until(view.finished_local)) for one in view.expected]
        for question in self._questions:
            self._asks.addWidget(question)
        self.other.clear()
        self.note.clear()
        self.severity.set_choice("")

    def _fill_told(self, view: ContactView) -> None:
        _empty(self._lines)
        for place, line in enumerate(view.told):
            self._lines.addWidget(_ToldRow(line, place, self.judge_wanted.emit))
        self._none.setVisible(not view.told)
        self._said.setVisible(bool(view.told) or view.contact.done)

    # --- what was said --------------------------------------------------------------------------------------

    @property
    def view(self) -> ContactView | None:
        """The contact shown."""
        return self._view

    def told(self, today: date) -> list[Told]:
        """Give what was ticked, for the day chosen."""
        day = (today - timedelta(days=self.days_ago.value())).isoformat()
        note = " ".join(self.note.text().split())
        found = [Told(day, one.expected.response_id, one.expected.text, severity, note) for one in self._questions
                 if (severity := one.answer.choice()) not in ("", "none")]
        if words := " ".join(self.other.text().split()):
            found.append(Told(day, OTHER, words, self.severity.choice(), note))
        return found

    def plain_note(self) -> str:
        """Give the note as it stands."""
        return " ".join(self.note.text().split())


def _standing_tag(standing: str, state: str) -> tuple[str, str, str]:
    if state == "given_up":
        return "Given up", "neutral", ""
    return {"overdue": ("Overdue", "stop", "caution"), "due": ("Due", "live", "phone"),
            "coming": ("Not due yet", "neutral", ""), "done": ("Done", "done", "check")}[standing]


def _span(first: str, last: str) -> str:
    from_day, to_day = date.fromisoformat(first), date.fromisoformat(last)
    if first == last:
        return f"on {day_text(from_day)}"
    return f"from {day_text(from_day)} to {day_text(to_day)}"


def _tries(view: ContactView) -> str:
    parts = []
    for one in view.contact.attempts:
        words = "reached" if one.reached else "not reached"
        tried = f"{day_text(local_day(one.at_us))} {clock_text(one.at_us)}, {one.by}: {words}"
        parts.append(f"{tried}, {one.note}" if one.note else tried)
    return "\n".join(parts)


def _empty(box: QVBoxLayout | QHBoxLayout) -> None:
    while (taken := box.takeAt(0)) is not None:
        old = taken.widget()
        if old is not None:
            old.hide()
            old.setObjectName("")
            old.deleteLater()
