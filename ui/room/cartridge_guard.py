"""What the cartridge guard asks by touch: the sealed pack, the broken piece, the tag that differs."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.domain.cartridges import BreakCheck, accept_tag, unbind_cartridge
from console.domain.session_events import ProductLot
from console.domain.workflow import tag_gate
from ui.room.choice_sheets import OneOf, ReasonSheet
from ui.room.room_page import RoomPage
from ui.widgets.buttons import Button
from ui.widgets.texts import Label

BROKEN = "Broken"
SEALED = "From a new, sealed pack"
SAME = "It is the one fitted"
FRAGMENTS = ("No fragment found", "Found and removed", "Not found, doctor looks")
KEPT = ("Piece kept and labelled", "Piece not kept")
_WIDTH = 512


class BreakSheet(QWidget):
    """Asks what the search for fragments found and whether the piece is kept. ``given(BreakCheck)``."""

    given = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._found, self._kept = OneOf(FRAGMENTS, "fragments", _WIDTH), OneOf(KEPT, "piece", _WIDTH)
        self._record = Button("Record and un-bind", "check", "primary", "l", name="break.record")
        self._record.triggered.connect(self._give)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(16)
        for part in (Label("Look for fragments in the skin before you go on.", "body", "ink2", wrap=True), self._found,
                     Label("The maker gets the complaint; keep the piece for it.", "body", "ink2", wrap=True),
                     self._kept, self._record):
            box.addWidget(part)
        for choice in (self._found, self._kept):
            choice.picked.connect(self._show_ready)
        self._show_ready()

    def _show_ready(self) -> None:
        self._record.setEnabled(bool(self._found.choice() and self._kept.choice()))

    def _give(self) -> None:
        self.given.emit(BreakCheck(self._found.choice(), self._kept.choice() == KEPT[0]))


class CartridgeGuard:
    """Binds and un-binds for a page, asking what must be asked first; nothing is recorded before the answer."""

    def __init__(self, page: RoomPage) -> None:
        self._page, self._console = page, page.console

    def bind(self, lot: ProductLot, told: str = "", kind: str = "done") -> None:
        """Bind a cartridge, or raise Refusal; one without a serial number only from a pack said to be new."""
        if self._console.products.with_tag(lot).serial:
            self._bound(lot, False, told, kind)
            return
        sheet = ReasonSheet("Its code has no serial number, so it cannot prove that this cartridge is new.",
                            (SEALED,), at_once=True, words=False)

        def confirm(_: str) -> None:
            self._page.shell.close_overlay()
            self._page.attempt(lambda: self._bound(lot, True, told, kind))

        sheet.given.connect(confirm)
        self._page.shell.show_overlay(sheet, "Is it new", 560)

    def _bound(self, lot: ProductLot, from_sealed_pack: bool, told: str, kind: str) -> None:
        self._console.products.bind_cartridge(lot, from_sealed_pack)
        if told:
            self._page.shell.tell(told, kind)

    def unbind(self, reason: str, used: bool, then: Callable[[], None]) -> None:
        """Take the cartridge off; a broken one only with its fragment check."""
        if reason.startswith(BROKEN):
            sheet = BreakSheet()

            def record(check: BreakCheck) -> None:
                self._page.shell.close_overlay()
                self._unbound(reason, True, check, then)

            sheet.given.connect(record)
            self._page.shell.show_overlay(sheet, "Broken cartridge", 560)
        else:
            self._unbound(reason, used, None, then)

    def _unbound(self, reason: str, used: bool, check: BreakCheck | None, then: Callable[[], None]) -> None:
        if self._page.attempt(lambda: self._console.desk.do(unbind_cartridge(reason, used, check))) is not None:
            then()

    def ask_tag(self) -> bool:
        """Ask whether the cartridge the pen reads is the one scanned; False where nothing differs."""
        doubt = tag_gate(self._page.state)
        if not doubt:
            return False
        sheet = ReasonSheet(f"{doubt[:1].upper()}{doubt[1:]}. If another is fitted, un-bind this and scan that one.",
                            (SAME,), at_once=True, words=False)

        def accept(_: str) -> None:
            self._page.shell.close_overlay()
            if self._page.attempt(lambda: self._console.desk.do(accept_tag())) is not None:
                self._page.shell.tell("Recorded: the cartridge fitted is the one scanned.", "done")

        sheet.given.connect(accept)
        self._page.shell.show_overlay(sheet, "Which cartridge is fitted", 560)
        return True
