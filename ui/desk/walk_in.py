"""A walk-in: a new patient with three fields; a second record of the same person is refused."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from console.domain.errors import OperatorError
from console.domain.people import Patient
from console.services.console import Console
from ui.desk.letter_keys import LetterKeys
from ui.desk.patient_rows import birth_words
from ui.widgets.buttons import Button
from ui.widgets.texts import Card, Entry, IconMark, Label, column, row

FORM_PX, SHEET_PX = 400, 1120


def field(placeholder: str, name: str, hidden: bool = False) -> QLineEdit:
    """Give a line to type into, 56 px high."""
    line = Entry()
    line.setObjectName(name)
    line.setPlaceholderText(placeholder)
    line.setAccessibleName(placeholder)
    if hidden:
        line.setEchoMode(QLineEdit.EchoMode.Password)
    return line


def titled(title: str, line: QLineEdit) -> QVBoxLayout:
    """Give a line with its name above."""
    return column(Label(title, "label", "ink2"), line, spacing=4)


class Complaint(Card):
    """A sentence on what is wrong; hidden while nothing is."""

    def __init__(self, name: str) -> None:
        super().__init__(14, 12, across=True, look="stop")
        self._words = Label("", "body", "stop", wrap=True)
        self._words.setObjectName(name)
        self.body.addWidget(IconMark("stop", "stop", 20), 0, Qt.AlignmentFlag.AlignTop)
        self.body.addWidget(self._words, 1)
        self.hide()

    def say(self, text: str) -> None:
        """Say a sentence; empty hides it."""
        self._words.show_text(text)
        self.setVisible(bool(text))

    def text(self) -> str:
        """Give the sentence."""
        return self._words.text()


class WalkIn(QWidget):
    """Name, birth date, telephone. ``added(patient_id)``; ``open_wanted(patient_id)`` for one who is known."""

    added = Signal(str)
    open_wanted = Signal(str)

    def __init__(self, console: Console, name: str = "") -> None:
        super().__init__()
        self._console = console
        self._name = field("First and last name", "walkin.name")
        self._name.setText(name)
        self._born = field("1990-05-31", "walkin.birth_date")
        self._phone = field("may be empty", "walkin.phone")
        self._complaint = Complaint("walkin.words")
        self._known = Button("", "right", "live", "nav", name="walkin.open")
        self._add = Button("Add patient", "plus", "primary", "l", name="walkin.add")
        self._twin: Patient | None = None
        self._build()

    def _build(self) -> None:
        self._known.hide()
        self._known.triggered.connect(self._open_known)
        self._add.triggered.connect(self._add_patient)
        self._born.textEdited.connect(self._space_date)
        self._born.textChanged.connect(self._space_date)
        for line in (self._name, self._born, self._phone):
            line.returnPressed.connect(self._add_patient)
            line.setFixedWidth(FORM_PX)
        self._complaint.setFixedWidth(FORM_PX)
        form = column(titled("Name", self._name), titled("Birth date, the year first", self._born),
                      titled("Telephone", self._phone), self._complaint, self._known, None, self._add)
        keys = column(LetterKeys(self._name, self._born, self._phone, name="walkin.keys"), None)
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addLayout(row(form, keys, spacing=24))
        box.setStretch(0, 1)
        self.setMinimumHeight(400)
        self.setFocusProxy(self._name)

    def _space_date(self, text: str) -> None:
        """Put the hyphens in: eight digits make a date."""
        digits = "".join(one for one in text if one.isdigit())[:8]
        parts = [digits[:4], digits[4:6], digits[6:8]]
        spaced = "-".join(part for part in parts if part)
        if spaced != text and text.replace("-", "").isdigit() and not text.endswith("-"):
            self._born.setText(spaced)

    def _add_patient(self) -> None:
        self._known.hide()
        try:
            patient = self._console.day.add_walk_in(
                self._name.text(), self._born.text().strip(), self._phone.text().strip())
        except OperatorError as error:
            self._complaint.say(str(error))
            self._offer_twin()
            return
        self._complaint.say("")
        self.added.emit(patient.patient_id)

    def _offer_twin(self) -> None:
        name = " ".join(self._name.text().split())
        self._twin = next((one for one in self._console.day.find_patients(name)
                           if one.birth_date == self._born.text().strip()
                           and one.name.casefold() == name.casefold()), None)
        if self._twin is not None:
            self._known.show_words(f"Open {self._twin.patient_id}, born {birth_words(self._twin.birth_date)}")
            self._known.show()

    def _open_known(self) -> None:
        if self._twin is not None:
            self.open_wanted.emit(self._twin.patient_id)
