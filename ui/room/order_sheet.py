"""Who prescribed a compounded product for this patient, and when."""

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from console.services.dose_desk import Order
from ui.widgets.buttons import Button, Switch
from ui.widgets.texts import Entry, Label, row


class OrderSheet(QWidget):
    """``given(Order)`` once prescriber and day are there; the desk judges whether it is valid today."""

    given = Signal(object)

    def __init__(self, product: str, today: date, repeat_h: int | None) -> None:
        super().__init__()
        self._who = _line("order.prescriber", "Prescriber's name")
        self._since = _line("order.date", "Written on, 2027-03-31")
        self._since.setText(today.isoformat())
        self._until = _line("order.until", "Valid until, if it says")
        self._repeat = Switch(f"May be repeated within {repeat_h} h", name="order.repeat") if repeat_h else None
        self._confirm = Button("Prescribed for this patient", "check", "primary", "l", name="order.confirm")
        self._confirm.triggered.connect(self._give)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        box.addWidget(Label(f"{product} is made for one patient. Without a prescription it is not put on.", "body",
                            "ink2", wrap=True))
        box.addWidget(self._who)
        days = row(self._labelled("Written on", self._since), self._labelled("Valid until", self._until), spacing=12)
        box.addLayout(days)
        if self._repeat is not None:
            box.addLayout(row(Label(f"May be repeated within {repeat_h} h", "strong"), None, self._repeat))
        box.addWidget(self._confirm)
        self._who.textChanged.connect(self._show_ready)
        self._since.textChanged.connect(self._show_ready)
        self._show_ready()

    @staticmethod
    def _labelled(words: str, field: QLineEdit) -> QVBoxLayout:
        box = QVBoxLayout()
        box.setSpacing(4)
        box.addWidget(Label(words, "label", "ink2"))
        box.addWidget(field)
        return box

    def _show_ready(self) -> None:
        missing = "" if self._who.text().strip() and self._since.text().strip() else "name the prescriber and the day"
        self._confirm.setEnabled(not missing)
        self._confirm.show_words("Prescribed for this patient", missing, "lock" if missing else "check")

    def _give(self) -> None:
        repeat = self._repeat is not None and self._repeat.isChecked()
        self.given.emit(Order(self._who.text().strip(), self._since.text().strip(), self._until.text().strip(), repeat))


def _line(name: str, words: str) -> QLineEdit:
    field = Entry()
    field.setObjectName(name)
    field.setPlaceholderText(words)
    field.setAccessibleName(words)
    return field
