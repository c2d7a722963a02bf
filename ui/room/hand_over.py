"""Handing a session over: a colleague says who they are and proves it; from then on they act."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from console.domain import closing
from console.domain.errors import OperatorError
from console.domain.people import Staff
from console.services.console import Console
from console.services.scan import ScanKind, read_scan
from ui.desk.pin_gate import PinGate
from ui.desk.staff_tiles import StaffTiles
from ui.widgets.texts import Label, column, row, scrolled

WIDTH_PX = 900
PIN_PX = 340


class HandOverSheet(QWidget):
    """Content of an overlay. ``handed(Staff)`` once the session in front is theirs; a staff card may be scanned."""

    handed = Signal(object)

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self._staff = {one.staff_id: one for one in self._colleagues()}
        self.tiles, self.gate = StaffTiles(columns=1), PinGate(console)
        self.tiles.show_staff(list(self._staff.values()))
        self._words = Label(self._who_now(), "body", "ink2", wrap=True)
        people = column(self._words, scrolled(self.tiles), spacing=16)
        people.setStretch(1, 1)
        self.gate.setFixedWidth(PIN_PX)
        whole = row(people, self.gate, spacing=24)
        whole.setStretch(0, 1)
        self.setLayout(whole)
        self.setMinimumHeight(420)
        self.tiles.chosen.connect(self.gate.ask)
        self.gate.passed.connect(self._take)

    def _colleagues(self) -> list[Staff]:
        front = self._console.desk.front
        now = front.state.practitioner_id if front else ""
        return [one for one in self._console.registry.staff() if one.active and one.staff_id != now]

    def _who_now(self) -> str:
        front = self._console.desk.front
        now = front.state.practitioner_id if front else ""
        return f"{now} has this session. Who takes over?" if now else "No session is in front."

    def _take(self, staff: Staff) -> None:
        desk = self._console.desk
        try:
            desk.do(closing.hand_over(staff.staff_id))
        except OperatorError as error:
            self.gate.pad.show_message(str(error))
            return
        desk.actor = staff
        self._console.registry.audit(staff.staff_id, "took_over", self._console.day.place.station)
        self.handed.emit(staff)

    def on_scan(self, text: str) -> bool:
        """Take a scanned staff card."""
        result = read_scan(text, (), self._console.day.today())
        staff = self._staff.get(result.code) if result.kind is ScanKind.STAFF else None
        if staff is None:
            return False
        self.tiles.select(staff.staff_id)
        self.gate.ask(staff)
        return True
