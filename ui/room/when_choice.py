"""When something was, for a rule with a waiting time: about so long ago by a touch, or the exact day typed."""

from collections.abc import Callable
from datetime import date

from PySide6.QtWidgets import QWidget

from console.domain.waits import Wait, WaitUnit, earlier, span_text
from ui.room.choice_sheets import OneOf
from ui.widgets.texts import Entry, Label, column

NOT_KNOWN = "Not known"
_STEPS = ((1, WaitUnit.DAYS), (3, WaitUnit.DAYS), (1, WaitUnit.WEEKS), (2, WaitUnit.WEEKS),
          (1, WaitUnit.MONTHS), (3, WaitUnit.MONTHS), (6, WaitUnit.MONTHS), (9, WaitUnit.MONTHS))


class WhenChoice(QWidget):
    """The chips end with the wait itself: what is longer ago than that is one choice."""

    def __init__(self, wait: Wait, today: date, width: int, changed: Callable[[], None]) -> None:
        super().__init__()
        self._today = today
        end = earlier(today, wait.number, wait.unit)
        steps = [(number, unit) for number, unit in _STEPS if earlier(today, number, unit) > end][-4:]
        self._days = {"Today" if wait.unit == WaitUnit.DAYS else "Last days": today}
        self._days |= {f"{span_text(number, unit)} ago": earlier(today, number, unit) for number, unit in steps}
        self._days[f"Over {wait} ago"] = end
        self._chips = OneOf([*self._days, NOT_KNOWN], "when", width)
        self._line = Entry()
        self._line.setObjectName("when.day")
        self._line.setPlaceholderText("Exact day, if known: 2026-05-31")
        self._line.setAccessibleName("Exact day, year first")
        self._chips.picked.connect(lambda _words: changed())
        self._line.textChanged.connect(lambda _words: changed())
        self.setLayout(column(Label("When", "strong"), self._chips, self._line, None, spacing=12))

    def missing(self) -> str:
        """Say what is still to be chosen, empty once it is."""
        typed = self._line.text().strip()
        if typed:
            return "" if self._typed() else "write the day as 2026-05-31"
        return "" if self._chips.choice() else "choose when"

    def since(self) -> tuple[str, bool]:
        """Give the ISO day, empty where it is not known, and whether it is only about right."""
        typed = self._typed()
        if typed:
            return typed, False
        day = self._days.get(self._chips.choice())
        return (day.isoformat() if day else "", day is not None and day != self._today)

    def _typed(self) -> str:
        try:
            return date.fromisoformat(self._line.text().strip()).isoformat()
        except ValueError:
            return ""
