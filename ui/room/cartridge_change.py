"""A cartridge changed in mid-session: the new one is scanned, the reason asked, the old one taken off."""

from console.domain.cartridges import same_cartridge
from console.domain.errors import Refusal
from console.domain.session_events import ProductLot
from console.services.scan import ScanKind, ScanResult
from ui.room.cartridge_guard import BROKEN, CartridgeGuard
from ui.room.choice_sheets import ReasonSheet
from ui.room.room_page import RoomPage

REASONS = (BROKEN, "Needles worn", "Dropped", "Other needles wanted", "Blocked")


class CartridgeChange:
    """Takes the scans of a page on which needles are in use; nothing is changed before the new one is sound."""

    def __init__(self, page: RoomPage) -> None:
        self._page, self._console = page, page.console
        self._guard = CartridgeGuard(page)

    def take(self, text: str) -> bool:
        """Take a scanned code; False if it is no product's."""
        scan = self._console.products.read(text)
        if scan.kind not in (ScanKind.PRODUCT, ScanKind.UNKNOWN_PRODUCT):
            return False
        if scan.kind is ScanKind.PRODUCT and scan.alternatives:
            self._page.ask_reading(scan, self._take_scan)
        else:
            self._take_scan(scan)
        return True

    def _take_scan(self, scan: ScanResult) -> None:
        lot = self._page.attempt(lambda: self._sound(scan))
        if lot is None:
            return
        if self._page.state.cartridge is None:
            self._page.attempt(lambda: self._guard.bind(lot, "The new cartridge is bound."))
        else:
            self._ask_why(lot)

    def _sound(self, scan: ScanResult) -> ProductLot:
        """Give the cartridge scanned; Refusal if it may not follow the one in use."""
        lot = self._console.products.lot_of(scan, "cartridge")
        bound = self._page.state.cartridge
        if bound is not None and same_cartridge(bound.product, lot):
            raise Refusal("This cartridge is the one in use", "nothing was changed")
        if any(same_cartridge(one.product, lot) for one in self._page.state.spent_cartridges):
            raise Refusal("This cartridge was taken off before", "nothing was changed", "take a new, sealed one")
        if self._console.products.used_elsewhere(lot):
            raise Refusal("This cartridge was used in another session", "nothing was changed",
                          "take a new, sealed one")
        return lot

    def _ask_why(self, lot: ProductLot) -> None:
        sheet = ReasonSheet("The cartridge in use leaves the session and this one is bound.", REASONS, "Change it",
                            at_once=True)

        def change(reason: str) -> None:
            self._page.shell.close_overlay()
            broken = reason.startswith(BROKEN)
            words = "Changed. Keep the broken piece for the complaint." if broken else "The cartridge is changed."

            def bind() -> None:
                self._page.attempt(lambda: self._guard.bind(lot, words, "caution" if broken else "done"))

            self._guard.unbind(reason, True, bind)

        sheet.given.connect(change)
        self._page.shell.show_overlay(sheet, "Change the cartridge", 560)
