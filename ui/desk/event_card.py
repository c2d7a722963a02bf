"""One adverse event as a card, with its way to MedWatch."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.domain.adverse_events import CLOSED, OUTCOMES, RELATIONS, SERIOUSNESS, AdverseEvent, Suspect
from console.domain.people import Patient
from console.services.local_time import day_text
from ui.desk.adverse_sheet import suspect_words
from ui.desk.contact_card import InitialsTile
from ui.widgets.buttons import Button
from ui.widgets.tags import Tag
from ui.widgets.texts import Card, Label, Rule, TextLine, column, row, scrolled


class EventCard(Card):
    """Shows an event. ``judge_wanted()``; ``export_wanted("pdf" | "json")``."""

    judge_wanted = Signal()
    export_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__(20, 12)
        self._tile, self._title, self._tag = InitialsTile(), TextLine("", "title"), Tag()
        self._id, self._what = Label("", "code"), Label("", "heading", wrap=True)
        self._facts = QVBoxLayout()
        self._facts.setSpacing(10)
        self._judge = Button("Judge", "note", "normal", "nav", name="event.judge")
        pdf = Button("MedWatch PDF", "file", "normal", "nav", name="event.pdf")
        json = Button("MedWatch JSON", "export", "normal", "nav", name="event.json")
        self._judge.triggered.connect(self.judge_wanted)
        pdf.triggered.connect(lambda: self.export_wanted.emit("pdf"))
        json.triggered.connect(lambda: self.export_wanted.emit("json"))
        inner = QWidget()
        inner.setLayout(column(self._what, self._facts, None))
        head = row(self._tile, column(self._title, row(self._id, self._tag, None, spacing=14), spacing=4), spacing=14)
        head.setStretch(1, 1)
        self.body.addLayout(head)
        self.body.addWidget(Rule())
        self.body.addWidget(scrolled(inner), 1)
        self.body.addWidget(Label(
            "The export holds the fields of form FDA 3500; what the record does not know is listed, not filled in. "
            "Reporting it stays the clinic's own step.", "label", "ink2", wrap=True))
        self.body.addLayout(row(self._judge, None, json, pdf))

    def show_event(self, event: AdverseEvent, patient: Patient, owner: str, suspects: Sequence[Suspect]) -> None:
        """Show an event as it stands."""
        self._tile.show_patient(patient)
        self._title.show_text(f"Adverse event {event.event_id}")
        self._id.show_text(patient.patient_id)
        closed = event.state == CLOSED
        self._tag.show_tag("Closed" if closed else "Open", "done" if closed else "caution", "check" if closed else "")
        self._what.show_text(event.what)
        while (taken := self._facts.takeAt(0)) is not None:
            old = taken.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        for name, value in _facts_of(event, owner, suspects):
            self._facts.addWidget(_Fact(name, value))
        self._judge.setEnabled(not closed)
        self._judge.show_words("Closed" if closed else "Judge", icon="lock" if closed else "note")


class _Fact(QWidget):
    def __init__(self, name: str, value: str) -> None:
        super().__init__()
        left = Label(name, "label", "ink2")
        left.setFixedWidth(170)
        line = row(left, Label(value, "body", wrap=True))
        line.setStretch(1, 1)
        line.setContentsMargins(0, 0, 0, 0)
        self.setLayout(line)


def _facts_of(event: AdverseEvent, owner: str, suspects: Sequence[Suspect]) -> list[tuple[str, str]]:
    blamed = "; ".join(suspect_words(one) for one in suspects if one.key in event.suspects)
    grade = f", CTCAE grade {event.grade} by free choice" if event.grade else ""
    facts = [
        ("Began", day_text(date.fromisoformat(event.began))),
        ("Severity", event.severity.capitalize() + grade),
        ("Serious", ", ".join(SERIOUSNESS[one] for one in event.serious) or "None of the form's boxes"),
        ("Relation", RELATIONS[event.relation]), ("Outcome", OUTCOMES[event.outcome]),
        ("May come from", blamed or "Not judged"), ("Done about it", event.done_about_it or "Nothing noted"),
        ("Owner", owner + (f", due {day_text(date.fromisoformat(event.due))}" if event.due else "")),
    ]
    return [*facts, ("Closed", event.closing)] if event.closing else facts
