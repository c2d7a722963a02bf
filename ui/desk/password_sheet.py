"""A password for signing in; its check is slow on purpose and runs on the secrets thread."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget
from shiboken6 import isValid

from console.domain.people import Staff
from console.services.console import Console
from ui.desk.letter_keys import LetterKeys
from ui.desk.walk_in import Complaint, field
from ui.widgets.buttons import Button
from ui.widgets.texts import Label, column

SHEET_PX = 760


class PasswordSheet(QWidget):
    """Asks one person. ``passed(Staff)`` on the right password."""

    passed = Signal(object)

    def __init__(self, console: Console, staff: Staff) -> None:
        super().__init__()
        self._console, self._staff = console, staff
        self._line, self._complaint = field("Password", "password.line", hidden=True), Complaint("password.words")
        self._go = Button("Sign in", "", "primary", "l", trailing="right", name="password.go")
        self._line.returnPressed.connect(self._try)
        self._go.triggered.connect(self._try)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addLayout(column(Label("Afterwards the PIN unlocks and signs.", "body", "ink2"), self._line,
                             self._complaint, LetterKeys(self._line, name="password.keys", size="nav"), self._go))
        self.setFocusProxy(self._line)

    def _try(self) -> None:
        pins, staff_id, password = self._console.pins, self._staff.staff_id, self._line.text()
        wait_s = pins.wait_s(staff_id)
        if wait_s > 0:
            self._complaint.say(f"{pins.wrong(staff_id)} wrong passwords. Wait {wait_s:.0f} s.")
            return
        if not password or not self._go.isEnabled():
            return
        self._go.setEnabled(False)
        self._complaint.say("")
        self._go.show_words("Checking…")
        pins.ask(staff_id, password, self._answered, self._failed, kind="password")

    def _answered(self, right: bool) -> None:
        if not isValid(self):
            return  # closed meanwhile; the try is counted all the same
        self._again()
        if right:
            self.passed.emit(self._staff)
            return
        self._line.clear()
        self._line.setFocus(Qt.FocusReason.OtherFocusReason)
        self._complaint.say("That password is not right. Try again.")

    def _again(self) -> None:
        self._go.setEnabled(True)
        self._go.show_words("Sign in")

    def _failed(self, _error: BaseException) -> None:
        if not isValid(self):
            return
        self._again()
        self._complaint.say("The password could not be checked. Try again.")
