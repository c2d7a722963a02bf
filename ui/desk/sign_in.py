"""Signing in: who is here, and their PIN."""

from collections.abc import Callable

from console.domain.people import Staff
from console.services.console import Console
from console.services.local_time import long_day_text
from console.services.scan import ScanKind, read_scan
from ui.desk.password_sheet import SHEET_PX, PasswordSheet
from ui.desk.pin_gate import PinGate
from ui.desk.staff_tiles import StaffTiles
from ui.page import Page, StatusText
from ui.widgets.texts import Card, IconMark, Label, row, scrolled

PIN_PX = 392


class SignInPage(Page):
    """Tiles of the clinic's people and a PIN pad; a scanned staff card chooses its person."""

    title, frame = "Sign in", "bare"

    def __init__(self, console: Console, signed_in: Callable[[Staff], None]) -> None:
        super().__init__()
        self._console, self._signed_in = console, signed_in
        self._staff: dict[str, Staff] = {}
        self._tiles, self._gate = StaffTiles(), PinGate(console)
        people = Card(24, 16)
        people.body.addWidget(Label("Who is here?", "title"))
        people.body.addWidget(scrolled(self._tiles), 1)
        people.body.addLayout(row(IconMark("scan", "ink3", 20), Label(
            "Or scan your staff card, then enter your PIN.", "label", "ink3"), None, spacing=10))
        pin = Card(24, 12)
        pin.setFixedWidth(PIN_PX)
        pin.body.addWidget(Label("PIN", "title"))
        pin.body.addWidget(self._gate, 1)
        whole = row(people, pin)
        whole.setStretch(0, 1)
        whole.setContentsMargins(16, 12, 16, 12)
        self.setLayout(whole)
        self._tiles.chosen.connect(self._ask)
        self._gate.passed.connect(self._pass)

    def enter(self, **context: object) -> None:
        staff = [one for one in self._console.registry.staff() if one.active]
        self._staff = {one.staff_id: one for one in staff}
        self._tiles.show_staff(staff)
        self._gate.ask(None)

    def _ask(self, staff: Staff) -> None:
        if not staff.has_password:
            self._gate.ask(staff)
            return
        self._gate.ask(None)
        sheet = PasswordSheet(self._console, staff)
        sheet.passed.connect(self._pass)
        self.shell.show_overlay(sheet, f"Password of {staff.name}", SHEET_PX)

    def _pass(self, staff: Staff) -> None:
        self._console.desk.actor = staff
        self._console.registry.audit(staff.staff_id, "signed_in", self._console.day.place.station)
        self._signed_in(staff)

    def on_scan(self, text: str) -> bool:
        result = read_scan(text, (), self._console.day.today())
        if result.kind is not ScanKind.STAFF:
            return False
        staff = self._staff.get(result.code)
        if staff is None:
            self.shell.tell(f"{result.code} is not a card of this clinic's staff.", "caution")
            return True
        self._tiles.select(staff.staff_id)
        self._ask(staff)
        return True

    def status(self) -> StatusText:
        count = len(self._console.desk.sessions)
        facts = [self._console.day.place.room]
        if count:
            facts.append(f"{count} session{'' if count == 1 else 's'} open")
        return StatusText(long_day_text(self._console.day.today()), tuple(facts))
