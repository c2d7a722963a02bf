"""An unknown product, added to the catalogue from the room: its role, what it is, one confirmation; its name later."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.services.catalogue_desk import ROLES, ClinicalEntry
from console.services.scan import ScanResult
from ui.room.choice_sheets import OneOf
from ui.room.clinical_entry import EntryChips
from ui.widgets.buttons import Button
from ui.widgets.texts import Entry, Label


class AddProductSheet(QWidget):
    """Asks what an unknown product is. ``given(role, name, clinical_id)`` once confirmed; the last two may be empty."""

    given = Signal(str, str, str)

    def __init__(self, scan: ScanResult, entries_of: Callable[[str], Sequence[ClinicalEntry]]) -> None:
        super().__init__()
        self._role = OneOf([role.capitalize() for role in ROLES], "role", 512)
        self._role.picked.connect(self._show_role)
        self._entry = EntryChips(entries_of, "newProduct.entry", 512)
        self._name = Entry()
        self._name.setObjectName("newProduct.name")
        self._name.setPlaceholderText("Name, now or later")
        self._name.setAccessibleName("Name, now or later")
        self._add = Button("Add to the catalogue", "plus", "primary", "l", name="newProduct.add")
        self._add.triggered.connect(lambda: self.given.emit(
            self._role.choice().lower(), self._name.text(), self._entry.choice()))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(16)
        words = f"The clinic does not know product number {scan.gtin} yet. What is it?"
        for part in (Label(words, "body", "ink2", wrap=True), self._role, self._entry, self._name, self._add):
            box.addWidget(part)
        self._show_role("")

    def _show_role(self, role: str) -> None:
        self._entry.show_role(role.lower())
        self._entry.setVisible(self._entry.has_any())
        self._add.setEnabled(bool(self._role.choice()))
