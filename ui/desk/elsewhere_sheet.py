"""Sessions that are open at other consoles of the clinic: who has them, a look at one, and taking one over."""

from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget
from shiboken6 import isValid

from console.domain.errors import OperatorError
from console.domain.rights import Right
from console.services.console import Console
from console.services.event_words import counted
from console.services.lease_desk import Elsewhere, LeaseDesk
from ui.desk.walk_in import Complaint
from ui.page import Shell
from ui.room.choice_sheets import ReasonSheet
from ui.widgets.buttons import Button
from ui.widgets.texts import Card, Label, column, row

SHEET_PX, REASON_PX = 880, 560
REASONS = ("The patient changed rooms", "That console stands still", "Somebody else goes on")
_INTRO = "One console at a time enters into a session. Taken over, it goes on here; the other keeps what it entered."


class ElsewhereSheet(QWidget):
    """A row each. ``look_wanted(session_id)``, ``take_wanted(row)``."""

    look_wanted = Signal(object)
    take_wanted = Signal(object)

    def __init__(self, rows: list[Elsewhere], *, may_take: bool, may_look: bool) -> None:
        super().__init__()
        self._buttons: list[Button] = []
        self._may = (may_look, may_take)
        self._complaint = Complaint("elsewhere.words")
        self._waiting = Label("", "body", "ink2")
        self._waiting.setObjectName("elsewhere.waiting")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        box.addWidget(Label(_INTRO, "body", "ink2", wrap=True))
        for number, one in enumerate(rows):
            box.addWidget(self._row(number, one))
        box.addWidget(self._complaint)
        box.addWidget(self._waiting)
        self.end_wait()

    def wait(self, words: str) -> None:
        """Say what is under way; no button answers meanwhile."""
        self._complaint.say("")
        self._waiting.show_text(words)
        self._waiting.show()
        for button in self._buttons:
            button.setEnabled(False)

    def end_wait(self, fault: str = "") -> None:
        """Answer again, and say what went wrong."""
        self._waiting.hide()
        self._complaint.say(fault)
        for button in self._buttons:
            look, take = self._may
            button.setEnabled(take if button.objectName().startswith("elsewhere.take") else look)

    def _row(self, number: int, one: Elsewhere) -> QWidget:
        who = one.patient_id or "No patient"
        look = Button("Look", "search", name=f"elsewhere.look.{number}")
        look.setAccessibleName(f"Look at the session of {who}")
        look.triggered.connect(partial(self.look_wanted.emit, one.lease.session_id))
        take = Button("Take over", "hand", "primary", name=f"elsewhere.take.{number}")
        take.setAccessibleName(f"Take over the session of {who}")
        take.triggered.connect(partial(self.take_wanted.emit, one))
        self._buttons += [look, take]
        words = [Label(who, "strong"), Label(one.words, "body", "ink2")]
        if one.silent_s:
            words.append(Label(f"Nothing heard from it for {_minutes(one.silent_s)}", "label", "caution"))
        card = Card(16, 12, across=True, look="sunken")
        card.body.addLayout(column(*words, spacing=4), 1)
        card.body.addLayout(row(look, take), 0)
        card.body.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        return card


def open_elsewhere(shell: Shell, console: Console) -> None:
    """Show them; taking one over asks why, and opens its page here."""
    leases = console.leases
    if leases is None:
        return
    access = console.desk.access
    sheet = ElsewhereSheet(leases.elsewhere(), may_take=access.may(Right.TREAT), may_look=access.may(
        Right.READ_RECORDS))
    sheet.look_wanted.connect(lambda session_id: _look(shell, leases, sheet, session_id))
    sheet.take_wanted.connect(lambda one: _ask_why(shell, console, leases, sheet, one))
    shell.show_overlay(sheet, "Open in other rooms", SHEET_PX)


def _look(shell: Shell, leases: LeaseDesk, sheet: ElsewhereSheet, session_id: UUID) -> None:
    def show() -> None:
        if isValid(sheet):  # else it was closed meanwhile: nobody waits for it any more
            shell.close_overlay()
            shell.open_page("session", session_id=session_id)

    sheet.wait("Bringing the record from the clinic server")
    try:
        leases.look(session_id, show, partial(_failed, shell, sheet))
    except OperatorError as error:
        sheet.end_wait(str(error))


def _ask_why(shell: Shell, console: Console, leases: LeaseDesk, sheet: ElsewhereSheet, one: Elsewhere) -> None:
    why = ReasonSheet(f"{one.words}. The reason goes on the record of both consoles.", REASONS, "Take over")

    def take(reason: str) -> None:
        shell.close_overlay()
        sheet.wait("Taking the session over")
        try:
            leases.take_over(one.lease, reason, partial(_taken, shell, console, sheet), partial(_failed, shell, sheet))
        except OperatorError as error:
            sheet.end_wait(str(error))

    why.given.connect(take)
    shell.show_overlay(why, f"Take over {one.patient_id or 'the session'}", REASON_PX)


def _failed(shell: Shell, sheet: ElsewhereSheet, error: BaseException) -> None:
    said = str(error) if isinstance(error, OperatorError) else "That met an error of its own; nothing was changed here."
    if isValid(sheet):
        sheet.end_wait(said)
    else:
        shell.tell(said, "stop")


def _taken(shell: Shell, console: Console, sheet: ElsewhereSheet) -> None:
    front = console.desk.front
    if isValid(sheet) and front is not None:
        shell.close_overlay()
        shell.open_page("stopped" if front.state.stopped else front.state.phase.value)
    shell.tell("The session is here now. Check that this is the right patient.", "done")


def _minutes(seconds: int) -> str:
    return f"{seconds} s" if seconds < 60 else counted(seconds // 60, "minute")
