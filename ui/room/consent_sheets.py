"""Who consents for a young patient, and who is present: the guardian's and the chaperone's sheet."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.room.choice_sheets import OneOf
from ui.widgets.buttons import Button
from ui.widgets.texts import Entry, Label, column

RELATIONS = ("Mother", "Father", "Legal guardian", "Other relation")
IDENTITY = ("Identity card", "Passport", "Driving licence", "Known to the clinic")
NO_CHAPERONE = ("Patient declines", "Guardian declines", "Nobody free, patient agrees")


@dataclass(frozen=True, slots=True)
class Guardian:
    """Who signs for a patient: name, relation, how the identity was checked."""

    name: str
    relation: str
    identity_check: str


def _line(name: str, words: str) -> QLineEdit:
    made = Entry()
    made.setObjectName(name)
    made.setPlaceholderText(words)
    made.setAccessibleName(words)
    return made


class GuardianSheet(QWidget):
    """Asks for the guardian. ``named(Guardian)`` once all three are given."""

    named = Signal(Guardian)

    def __init__(self, before: Guardian | None = None) -> None:
        super().__init__()
        self._name = _line("guardian.name", "Guardian's full name")
        self._relation = OneOf(RELATIONS, "guardian.relation", 560)
        self._identity = OneOf(IDENTITY, "guardian.identity", 560)
        self._take = Button("Guardian named", "check", "primary", "l", name="guardian.confirm")
        self._take.triggered.connect(self._give)
        if before is not None:
            self._name.setText(before.name)
            self._relation.choose(before.relation)
            self._identity.choose(before.identity_check)
        self._name.textChanged.connect(self._show_ready)
        self._relation.picked.connect(self._show_ready)
        self._identity.picked.connect(self._show_ready)
        self.setLayout(column(
            Label("Name", "strong"), self._name, Label("Relation to the patient", "strong"), self._relation,
            Label("Identity checked by", "strong"), self._identity, self._take, spacing=12))
        self._show_ready()

    def _missing(self) -> str:
        if not self._name.text().strip():
            return "type the name"
        if not self._relation.choice():
            return "choose the relation"
        return "" if self._identity.choice() else "choose how the identity was checked"

    def _show_ready(self) -> None:
        missing = self._missing()
        self._take.setEnabled(not missing)
        self._take.show_words("Guardian named", missing, "lock" if missing else "check")

    def _give(self) -> None:
        if not self._missing():
            self.named.emit(Guardian(self._name.text().strip(), self._relation.choice(), self._identity.choice()))


class ChaperoneSheet(QWidget):
    """Asks who is present, or why nobody. ``decided(name, declined_reason)`` by one touch, or typed."""

    decided = Signal(str, str)

    def __init__(self, staff: Sequence[str]) -> None:
        super().__init__()
        present = OneOf(staff, "chaperone", 560)
        none = OneOf(NO_CHAPERONE, "chaperone.none", 560)
        self._name = _line("chaperone.name", "Other person, by name")
        self._take = Button("This person is present", "check", "normal", "l", name="chaperone.confirm")
        self._take.setEnabled(False)
        present.picked.connect(self._present)
        none.picked.connect(self._none)
        self._name.textChanged.connect(self._show_ready)
        self._take.triggered.connect(self._typed)
        self.setLayout(column(
            Label("Present as chaperone", "strong"), present, self._name, self._take,
            Label("No chaperone", "strong"), none, spacing=12))

    def _show_ready(self) -> None:
        self._take.setEnabled(bool(self._name.text().strip()))

    def _typed(self) -> None:
        self._present(self._name.text().strip())

    def _present(self, name: str) -> None:
        if name:
            self.decided.emit(name, "")

    def _none(self, reason: str) -> None:
        if reason:
            self.decided.emit("", reason)
