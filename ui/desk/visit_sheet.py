"""Agreeing a visit after a session: in how many days, with the day it falls on."""

from datetime import date, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from console.services.local_time import long_day_text
from ui.widgets.buttons import Button
from ui.widgets.fields import Stepper
from ui.widgets.texts import Label, column, row

SHEET_PX, MOST_DAYS = 560, 366


class VisitSheet(QWidget):
    """``agreed(date)`` by hand."""

    agreed = Signal(object)

    def __init__(self, today: date) -> None:
        super().__init__()
        self._today = today
        self.days = Stepper(1, 1, 0, MOST_DAYS, label="Days from today", name="visit.days")
        self.days.changed.connect(self._show)
        self._day = Label("", "strong")
        agree = Button("Agree the visit", "calendar", "live", "l", name="visit.agree")
        agree.triggered.connect(lambda: self.agreed.emit(self._chosen()))
        self.setLayout(column(
            row(Label("Days from today", "label", "ink2"), None, self.days), row(self._day, None, agree), spacing=16))
        self._show()

    def _chosen(self) -> date:
        return self._today + timedelta(days=self.days.value())

    def _show(self) -> None:
        self._day.show_text(long_day_text(self._chosen()))
