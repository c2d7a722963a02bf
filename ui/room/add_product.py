"""An unknown product, added to the catalogue from the room: its role and one confirmation, its name later."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from console.services.catalogue_desk import ROLES
from console.services.scan import ScanResult
from ui.room.choice_sheets import OneOf
from ui.widgets.buttons import Button
from ui.widgets.texts import Label


class AddProductSheet(QWidget):
    """Asks what an unknown product is. ``given(role, name)`` once confirmed; the name may be empty."""

    given = Signal(str, str)

    def __init__(self, scan: ScanResult) -> None:
        super().__init__()
        self._role = OneOf([role.capitalize() for role in ROLES], "role", 512)
        self._role.picked.connect(self._show_ready)
        self._name = QLineEdit()
        self._name.setObjectName("newProduct.name")
        self._name.setPlaceholderText("Name, now or later")
        self._name.setAccessibleName("Name, now or later")
        self._add = Button("Add to the catalogue", "plus", "primary", "l", name="newProduct.add")
        self._add.triggered.connect(lambda: self.given.emit(self._role.choice().lower(), self._name.text()))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(16)
        words = f"The clinic does not know product number {scan.gtin} yet. What is it?"
        for part in (Label(words, "body", "ink2", wrap=True), self._role, self._name, self._add):
            box.addWidget(part)
        self._show_ready()

    def _show_ready(self) -> None:
        self._add.setEnabled(bool(self._role.choice()))
