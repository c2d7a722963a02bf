"""Proving who one is: a PIN on large keys, slower after three wrong ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from ui.widgets.key_pads import PinPad
from ui.widgets.texts import column

if TYPE_CHECKING:  # the first page is painted before any of this is needed
    from console.domain.people import Staff
    from console.services.console import Console

BEAT_MS = 200


class PinGate(QWidget):
    """A PIN pad for one person at a time. ``passed(Staff)`` on the right PIN.

    Without a console yet it takes a PIN ahead (``ask_ahead``) and answers it when it is told whose it is.
    """

    passed = Signal(object)

    def __init__(self, console: Console | None, name: str = "pinPad") -> None:
        super().__init__()
        self._console = console
        self._staff: Staff | None = None
        self._ahead = ""  # a PIN that came before its person
        self._number = 0  # of the question put last: an answer to a former one is nobody's
        self.pad = PinPad("Choose who you are", name=name)
        self.setLayout(column(self.pad))
        self.pad.entered.connect(self._entered)
        self._beat = QTimer(self)
        self._beat.setInterval(BEAT_MS)
        self._beat.timeout.connect(self.show_wait)
        self.ask(None)

    def know(self, console: Console) -> None:
        """Learn who judges PINs."""
        self._console = console

    @property
    def is_ahead(self) -> bool:
        """Tell whether a PIN waits for its person, whole or in part."""
        return bool(self._ahead) or (self._staff is None and self.pad.begun)

    def ask_ahead(self) -> None:
        """Take a PIN before anybody can be chosen."""
        self.ask(None)
        self.pad.setEnabled(True)
        self.pad.show_message("Enter your PIN", "ink2")
        self.pad.setFocus()

    def ask(self, staff: Staff | None) -> None:
        """Ask this person for their PIN; one that came ahead is taken as theirs."""
        self._staff, ahead = staff, self._ahead
        self._number += 1
        self._ahead = ""
        self.pad.clear()
        self.pad.setEnabled(staff is not None)
        self.pad.show_message(f"PIN of {staff.name}" if staff else "Choose who you are", "ink2")
        if staff is not None:
            self.show_wait()
            self.pad.setFocus()
            if ahead and self.pad.isEnabled():
                self._entered(ahead)

    def show_wait(self) -> None:
        """Say how long the next try waits; the gate's own beat calls it."""
        staff, console = self._staff, self._console
        if staff is None or console is None:
            self._beat.stop()
            return
        left_s = console.pins.wait_s(staff.staff_id)
        if left_s > 0:
            self.pad.setEnabled(False)
            self.pad.show_message(f"{console.pins.wrong(staff.staff_id)} wrong PINs. Wait {left_s:.0f} s.")
            self._beat.start()
        elif self._beat.isActive():
            self._beat.stop()
            self.pad.setEnabled(True)
            self.pad.show_message("Try again", "ink2")
            self.pad.setFocus()

    def _entered(self, pin: str) -> None:
        staff, console = self._staff, self._console
        if staff is None or console is None:
            self._ahead = pin
            self.pad.setEnabled(False)
            self.pad.show_message("PIN taken. Who are you?", "ink2")
            return
        self._number += 1
        number = self._number
        self.pad.show_checking()

        def answered(right: bool) -> None:
            if number == self._number and isValid(self):
                self._answer(staff, right)

        def failed(_error: BaseException) -> None:
            if number == self._number and isValid(self):
                self._try_again("The PIN could not be checked. Try again.")

        console.pins.ask(staff.staff_id, pin, answered, failed)

    def _answer(self, staff: Staff, right: bool) -> None:
        if right:
            self.pad.setEnabled(True)
            self.passed.emit(staff)
            return
        self._try_again("That PIN is not right. Try again.")
        self.show_wait()

    def _try_again(self, words: str) -> None:
        self.pad.setEnabled(True)
        self.pad.clear()
        self.pad.show_message(words)
        self.pad.setFocus()
