"""One's own PIN and password, changed against the former one; nobody else is needed for it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget
from shiboken6 import isValid

from console.domain.errors import OperatorError
from console.services.own_secrets import OwnSecrets
from console.services.staff_desk import LEAST_PASSWORD, pin_complaint
from ui.desk.letter_keys import LetterKeys
from ui.desk.walk_in import Complaint, field
from ui.page import Shell
from ui.widgets.buttons import Button
from ui.widgets.key_pads import PinPad
from ui.widgets.texts import Label, column, row

SHEET_PX, PAD_PX = 1180, 380
ASKED = ("Your PIN of now", "A new PIN", "The new PIN once more")


class OwnSecretsSheet(QWidget):
    """The PIN left, the password right. ``done(words)`` once one is changed."""

    done = Signal(str)

    def __init__(self, own: OwnSecrets) -> None:
        super().__init__()
        self._own = own
        self._typed: list[str] = []
        self._pad = PinPad(ASKED[0], name="ownPin")
        self._pad.entered.connect(self._entered)
        former = "Password of now" if own.asks_password else "Your PIN (no password yet)"
        self._former = field(former, "own.former", hidden=True)
        self._new = field(f"New password, {LEAST_PASSWORD} or more", "own.new", hidden=True)
        self._complaint = Complaint("own.words")
        self._go = Button("Change the password", "check", "primary", "m", name="own.go")
        self._go.triggered.connect(self._change_password)
        pad = QWidget()
        pad.setFixedWidth(PAD_PX)
        pad.setLayout(column(Label("PIN", "heading"), self._pad, None))
        words = Label("Asked for at sign-in; the PIN unlocks and signs.", "label", "ink2")
        right = column(row(Label("Password", "heading"), None, words), row(self._former, self._new), self._complaint,
                       LetterKeys(self._former, self._new, name="own.keys", size="nav"), self._go)
        both = row(pad, right, spacing=28)
        both.setStretch(1, 1)
        both.setAlignment(pad, Qt.AlignmentFlag.AlignTop)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addLayout(both)

    def _entered(self, pin: str) -> None:
        complaint = pin_complaint(pin) if len(self._typed) == 1 else ""
        if complaint:
            self._pad.show_message(complaint)
            return
        self._typed.append(pin)
        if len(self._typed) < len(ASKED):
            self._pad.show_message(ASKED[len(self._typed)], "ink2")
            return
        former, new, again = self._typed
        self._typed = []
        if new != again:
            self._pad.show_message("The two differ. Your PIN of now, once more")
            return
        self._pad.show_checking()
        try:
            self._own.change_pin(former, new, self._pin_changed, self._pin_refused)
        except OperatorError as error:
            self._pin_refused(error)

    def _pin_changed(self, _done: None) -> None:
        self.done.emit("Your PIN is new.")

    def _pin_refused(self, error: BaseException) -> None:
        if isValid(self):
            self._pad.setEnabled(True)
            words = error.happened if isinstance(error, OperatorError) else "The PIN could not be changed"
            self._pad.show_message(f"{words}. Your PIN of now, once more")

    def _change_password(self) -> None:
        self._complaint.say("")
        self._go.setEnabled(False)
        try:
            self._own.change_password(self._former.text(), self._new.text(), self._changed, self._failed)
        except OperatorError as error:
            self._failed(error)

    def _changed(self, _done: None) -> None:
        taken_away = not self._new.text()
        self.done.emit("You sign in with the PIN from now on." if taken_away else "Your password is new.")

    def _failed(self, error: BaseException) -> None:
        if not isValid(self):
            return
        self._go.setEnabled(True)
        self._former.clear()
        self._complaint.say(str(error) if isinstance(error, OperatorError)
                            else "The password could not be changed. Try again.")


def open_own_secrets(shell: Shell, own: OwnSecrets) -> None:
    """Open the sheet over a page."""
    sheet = OwnSecretsSheet(own)

    def done(words: str) -> None:
        shell.close_overlay()
        shell.tell(words, "done")

    sheet.done.connect(done)
    shell.show_overlay(sheet, "My PIN and password", SHEET_PX)
