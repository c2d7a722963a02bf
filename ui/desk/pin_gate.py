"""Proving who one is: a PIN on large keys, slower after three wrong ones."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from console.domain.people import Staff
from console.services.console import Console
from ui.widgets.key_pads import PinPad
from ui.widgets.texts import column

BEAT_MS = 200


class PinGate(QWidget):
    """A PIN pad for one person at a time. ``passed(Staff)`` on the right PIN."""

    passed = Signal(object)

    def __init__(self, console: Console, name: str = "pinPad") -> None:
        super().__init__()
        self._guard = console.pins
        self._staff: Staff | None = None
        self.pad = PinPad("Choose who you are", name=name)
        self.setLayout(column(self.pad))
        self.pad.entered.connect(self._entered)
        self._beat = QTimer(self)
        self._beat.setInterval(BEAT_MS)
        self._beat.timeout.connect(self.show_wait)
        self.ask(None)

    def ask(self, staff: Staff | None) -> None:
        """Ask this person for their PIN."""
        self._staff = staff
        self.pad.clear()
        self.pad.setEnabled(staff is not None)
        self.pad.show_message(f"PIN of {staff.name}" if staff else "Choose who you are", "ink2")
        if staff is not None:
            self.show_wait()
            self.pad.setFocus()

    def show_wait(self) -> None:
        """Say how long the next try waits; the gate's own beat calls it."""
        staff = self._staff
        if staff is None:
            self._beat.stop()
            return
        left_s = self._guard.wait_s(staff.staff_id)
        if left_s > 0:
            self.pad.setEnabled(False)
            self.pad.show_message(f"{self._guard.wrong(staff.staff_id)} wrong PINs. Wait {left_s:.0f} s.")
            self._beat.start()
        elif self._beat.isActive():
            self._beat.stop()
            self.pad.setEnabled(True)
            self.pad.show_message("Try again", "ink2")
            self.pad.setFocus()

    def _entered(self, pin: str) -> None:
        staff = self._staff
        if staff is None:
            return
        if self._guard.check(staff.staff_id, pin):
            self.passed.emit(staff)
            return
        self.pad.clear()
        self.pad.show_message("That PIN is not right. Try again.")
        self.show_wait()
