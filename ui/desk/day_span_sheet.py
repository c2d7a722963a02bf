"""Two days to choose, both included, typed with gloved fingers; either may stay open."""

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.domain.errors import OperatorError
from console.services.list_periods import read_days
from ui.desk.letter_keys import LetterKeys
from ui.desk.walk_in import Complaint, field, titled
from ui.widgets.buttons import Button
from ui.widgets.texts import Label, column, row

WIDTH_PX = 1180


class DaySpanSheet(QWidget):
    """``given(first, last)`` with dates or None; a wrong day is told here and nothing is given."""

    given = Signal(object, object)

    def __init__(self, first: date | None, last: date | None, name: str) -> None:
        super().__init__()
        self._first = field("empty: from the beginning", f"{name}.from")
        self._last = field("empty: until now", f"{name}.to")
        for line, day in ((self._first, first), (self._last, last)):
            line.setText(day.isoformat() if day is not None else "")
            line.returnPressed.connect(self._give)
        self._first.setAccessibleName("From")
        self._last.setAccessibleName("To and including")
        self._complaint = Complaint(f"{name}.words")
        show = Button("Show these days", "", "primary", "l", trailing="right", name=f"{name}.show")
        show.triggered.connect(self._give)
        self._note = Label("Written as 2026-11-03 or 3.11.2026; 2026-11 is the whole month.", "label", "ink2",
                           wrap=True)
        left = column(titled("From", self._first), titled("To and including", self._last), self._note,
                      self._complaint, None, show, spacing=14)
        keys = column(LetterKeys(self._first, self._last, name=f"{name}.keys"), None)
        both = row(left, keys, spacing=24)
        both.setStretch(0, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addLayout(both)
        self.setFocusProxy(self._first)

    def _give(self) -> None:
        try:
            first, last = read_days(self._first.text(), self._last.text())
        except OperatorError as error:
            self._note.hide()  # the sentence says it
            self._complaint.say(str(error))
            return
        self._complaint.say("")
        self.given.emit(first, last)
