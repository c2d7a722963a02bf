"""Proving who one is: a PIN on large keys, slower after three wrong ones."""

from weakref import WeakKeyDictionary

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from console.domain.clock import Clock
from console.domain.people import Staff
from console.domain.ports import Registry
from console.services.console import Console
from console.services.session_desk import SessionDesk
from ui.widgets.key_pads import PinPad
from ui.widgets.texts import column

FREE_TRIES, FIRST_WAIT_S, LONGEST_WAIT_S = 3, 5.0, 60.0
BEAT_MS = 200


class PinGuard:
    """Counts wrong PINs by person and makes the next try wait: 5 s after the third, doubling up to 60 s."""

    def __init__(self, registry: Registry, clock: Clock) -> None:
        self._registry, self._clock = registry, clock
        self._wrong: dict[str, int] = {}
        self._until_s: dict[str, float] = {}

    def wait_s(self, staff_id: str) -> float:
        """Give the seconds until the next try, 0 when it is free."""
        return max(self._until_s.get(staff_id, float("-inf")) - self._clock.monotonic_s(), 0.0)

    def check(self, staff_id: str, pin: str) -> bool:
        """Check a PIN; a refused one is counted and noted in the audit."""
        if self.wait_s(staff_id) > 0:
            return False
        if self._registry.check_pin(staff_id, pin):
            self._wrong.pop(staff_id, None)
            return True
        self._wrong[staff_id] = wrong = self._wrong.get(staff_id, 0) + 1
        self._registry.audit(staff_id, "pin_refused", staff_id)
        if wrong >= FREE_TRIES:
            pause_s = min(FIRST_WAIT_S * 2 ** (wrong - FREE_TRIES), LONGEST_WAIT_S)
            self._until_s[staff_id] = self._clock.monotonic_s() + pause_s
        return False

    def wrong(self, staff_id: str) -> int:
        """Give the wrong PINs since the last right one."""
        return self._wrong.get(staff_id, 0)


_guards: "WeakKeyDictionary[SessionDesk, PinGuard]" = WeakKeyDictionary()


def guard_of(console: Console) -> PinGuard:
    """Give the one guard of a console: leaving a sheet and coming back is no way round the wait."""
    if console.desk not in _guards:
        _guards[console.desk] = PinGuard(console.registry, console.clock)
    return _guards[console.desk]


class PinGate(QWidget):
    """A PIN pad for one person at a time. ``passed(Staff)`` on the right PIN."""

    passed = Signal(object)

    def __init__(self, console: Console, name: str = "pinPad") -> None:
        super().__init__()
        self._guard = guard_of(console)
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
