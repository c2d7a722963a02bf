"""Signing in: who is here, and their PIN; it takes PIN and card before the record is open."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ui.desk.pin_gate import PinGate
from ui.page import Page, StatusText
from ui.widgets.texts import Card, IconMark, Label, column, row, scrolled

if TYPE_CHECKING:  # painted before any of this is needed
    from console.domain.people import Staff
    from console.services.console import Console

PIN_PX = 392
OPENING = "The record is being opened and checked. You can enter your PIN meanwhile."


class SignInPage(Page):
    """Tiles of the clinic's people and a PIN pad; a scanned staff card chooses its person.

    Without a console it keeps what is entered, and answers once it is told of one (``know``).
    """

    title, frame = "Sign in", "bare"

    def __init__(
        self, console: Console | None = None, signed_in: Callable[[Staff], None] = lambda staff: None,
    ) -> None:
        super().__init__()
        self._console, self._signed_in = console, signed_in
        self._staff: dict[str, Staff] = {}
        self._card_ahead = ""  # a card scanned before the record was open
        self._gate = PinGate(console)
        self._opening = Label(OPENING if console is None else "", "body", "ink2", wrap=True)
        self._opening.setObjectName("signIn.opening")
        self._people = column(self._opening)
        people = Card(24, 16)
        people.body.addWidget(Label("Who is here?", "title"))
        people.body.addLayout(self._people, 1)
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
        self._gate.passed.connect(self._pass)
        if console is None:
            self._people.addStretch(1)
        else:
            self._make_tiles()

    def know(self, console: Console, signed_in: Callable[[Staff], None]) -> None:
        """Learn the record that is open now; ``enter`` shows its people."""
        self._console, self._signed_in = console, signed_in
        self._gate.know(console)
        self._people.takeAt(self._people.count() - 1)
        self._make_tiles()

    def _make_tiles(self) -> None:
        from ui.desk.staff_tiles import StaffTiles

        self._tiles = StaffTiles()
        self._opening.hide()
        self._people.addWidget(scrolled(self._tiles), 1)
        self._tiles.chosen.connect(self._ask)

    def enter(self, **context: object) -> None:
        if self._console is None:
            self._gate.ask_ahead()
            return
        staff = [one for one in self._console.registry.staff() if one.active]
        self._staff = {one.staff_id: one for one in staff}
        self._tiles.show_staff(staff)
        if not self._gate.is_ahead:
            self._gate.ask(None)
        if self._card_ahead:
            card, self._card_ahead = self._card_ahead, ""
            self.on_scan(card)

    def leave(self) -> None:
        if self._staff:  # what came ahead of them is still to be answered
            self._card_ahead = ""
            self._gate.ask(None)

    def _ask(self, staff: Staff) -> None:
        if not staff.has_password or self._console is None:
            self._gate.ask(staff)
            return
        from ui.desk.password_sheet import SHEET_PX, PasswordSheet

        self._gate.ask(None)
        sheet = PasswordSheet(self._console, staff)
        sheet.passed.connect(self._pass)
        self.shell.show_overlay(sheet, f"Password of {staff.name}", SHEET_PX)

    def _pass(self, staff: Staff) -> None:
        if self._console is not None:
            self._console.desk.actor = staff
            self._console.registry.audit(staff.staff_id, "signed_in", self._console.day.place.station)
            self._signed_in(staff)

    def on_scan(self, text: str) -> bool:
        if self._console is None:
            self._card_ahead = text
            return True
        from console.services.scan import ScanKind, read_scan

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
        if self._console is None:
            return StatusText("Opening the record")
        from console.services.local_time import long_day_text

        count = len(self._console.desk.sessions)
        facts = [self._console.day.place.room]
        if count:
            facts.append(f"{count} session{'' if count == 1 else 's'} open")
        return StatusText(long_day_text(self._console.day.today()), tuple(facts))
