"""One patient who may come again: whom to call, for which session, and that they were told."""

from PySide6.QtCore import Qt

from console.services.due_back import DuePatient
from console.services.local_time import day_text
from ui.desk.contact_card import InitialsTile
from ui.desk.follow_up_rows import course_words
from ui.desk.walk_in import field, titled
from ui.widgets.tags import Tag
from ui.widgets.texts import Card, IconMark, Label, Rule, TextLine, column, row


class DueCard(Card):
    """What a caller needs; the note goes with the mark that the patient was told."""

    def __init__(self) -> None:
        super().__init__(20, 12)
        self.due: DuePatient | None = None
        self._tile, self._name = InitialsTile(), TextLine("", "title")
        self._id, self._phone, self._tag = Label("", "code"), Label("", "heading"), Tag()
        self._phone.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._facts = column(spacing=8)
        self._values = {name: Label("", "body") for name in ("Course", "Last treated", "Plan expects", "Told")}
        self.note = field("Anything to add", "due.note")
        head = row(self._tile, column(self._name, row(self._id, self._tag, None, spacing=14), spacing=4), None,
                   IconMark("phone", "ink2", 24), self._phone, spacing=14)
        head.setStretch(1, 1)
        self.body.addLayout(head)
        self.body.addWidget(Rule())
        for name, value in self._values.items():
            self._facts.addLayout(row(Label(name, "label", "ink3"), None, value))
        self.body.addLayout(self._facts)
        self.body.addLayout(titled("Note", self.note))
        self.body.addStretch(1)

    def show_due(self, one: DuePatient) -> None:
        """Show a patient; a note being written is dropped."""
        self.due = one
        window, last = one.standing.window, one.standing.last_day
        self._tile.show_patient(one.patient)
        self._name.show_text(one.patient.name)
        self._id.show_text(one.patient.patient_id)
        self._phone.show_text(one.patient.phone or "No number kept", "ink" if one.patient.phone else "ink3")
        late = one.standing.due == "overdue"
        self._tag.show_tag(*(("Told", "done", "check") if one.mark is not None else ("Late", "stop", "caution") if late
                             else ("Due", "live", "phone")))
        span = f"{day_text(window.earliest)} to {day_text(window.latest)}" if window is not None else "Nothing"
        for name, words in (("Course", course_words(one)), ("Last treated", day_text(last) if last else "Never"),
                            ("Plan expects", span), ("Told", one.told_words or "Not yet")):
            self._values[name].show_text(words)
        self.note.setText(one.note)
        self.note.setReadOnly(one.mark is not None)

    def plain_note(self) -> str:
        """Give the note as it stands."""
        return " ".join(self.note.text().split())
