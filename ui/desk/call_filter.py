"""Which calls and visits are listed: their kind, whose treatment they follow, and until when."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from PySide6.QtWidgets import QWidget

from console.domain.people import Role, Staff
from console.services.follow_up_reading import CallFilter
from ui.desk.contact_card import KINDS
from ui.review.choice_rows import Choice, ChoiceRows
from ui.widgets.buttons import Button
from ui.widgets.fields import Segments
from ui.widgets.texts import Label, column, row

SHEET_PX, ROWS_PX = 620, 300
WHOLE_KINDS = (("", "Both"), ("call", "Calls"), ("visit", "Visits"))
PERIODS = (("", "Any day"), ("0", "Until today"), ("7", "Next 7 days"), ("31", "Next 31 days"))


def filter_words(wanted: CallFilter) -> str:
    """Say what is listed; empty where nothing is left out."""
    until = f"until {wanted.due_until}" if wanted.due_until else ""
    return ", ".join(one for one in (f"{KINDS[wanted.kind]}s" if wanted.kind else "", wanted.practitioner_id, until)
                     if one)


class CallFilterSheet(QWidget):
    """``done(filter)`` once the list is to be shown."""

    def __init__(self, wanted: CallFilter, staff: Sequence[Staff], today: date,
                 done: Callable[[CallFilter], object]) -> None:
        super().__init__()
        self._today, self._done = today, done
        self._staff = [one for one in staff if Role.PRACTITIONER in one.roles]
        self._practitioner = wanted.practitioner_id
        self._kind, self._period = Segments(WHOLE_KINDS, "calls.kind"), Segments(PERIODS, "calls.period")
        self._kind.set_choice(wanted.kind)
        days = (date.fromisoformat(wanted.due_until) - today).days if wanted.due_until else None
        self._period.set_choice("" if days is None else str(days))
        self._rows = ChoiceRows(self._choose)
        self._rows.setMinimumHeight(ROWS_PX)
        show = Button("Show the list", "check", "primary", "l", name="calls.show")
        show.triggered.connect(self._show)
        self.setLayout(column(Label("What", "label", "ink2"), self._kind, Label("Due", "label", "ink2"), self._period,
                              Label("After treatment by", "label", "ink2"), self._rows, row(None, show), spacing=10))
        self._draw()

    def _draw(self) -> None:
        self._rows.show_choices([
            Choice("calls.by.", "Everybody", "", not self._practitioner),
            *(Choice(f"calls.by.{one.staff_id}", one.name, one.staff_id, one.staff_id == self._practitioner)
              for one in self._staff)])

    def _choose(self, name: str) -> None:
        self._practitioner = name.removeprefix("calls.by.")
        self._draw()

    def _show(self) -> None:
        days = self._period.choice()
        until = (self._today + timedelta(days=int(days))).isoformat() if days else ""
        self._done(CallFilter(self._kind.choice(), self._practitioner, until))
