"""A cartridge changed in mid-session: the new one is scanned, the reason asked, the old one taken off."""

from console.domain import intake
from console.domain.errors import Refusal
from console.domain.session_events import ProductLot
from console.services.scan import ScanKind, ScanResult
from ui.room.choice_sheets import ReasonSheet
from ui.room.room_page import RoomPage

BROKEN = "Broken"
REASONS = (BROKEN, "Needles worn", "Dropped", "Other needles wanted", "Blocked")


class CartridgeChange:
    """Takes the scans of a page on which needles are in use; nothing is changed before the new one is sound."""

    def __init__(self, page: RoomPage) -> None:
        self._page, self._console = page, page.console

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
            self._bind(lot, "The new cartridge is bound.")
        else:
            self._ask_why(lot)

    def _sound(self, scan: ScanResult) -> ProductLot:
        """Give the cartridge scanned; Refusal if it may not follow the one in use."""
        lot = self._console.products.lot_of(scan, "cartridge")
        bound, front = self._page.state.cartridge, self._console.desk.front
        if bound is not None and lot.serial and _same(bound.product, lot):
            raise Refusal("This cartridge is the one in use", "nothing was changed")
        if any(lot.serial and _same(one.product, lot) for one in self._page.state.cartridges):
            raise Refusal("This cartridge was taken off before", "nothing was changed", "take a new, sealed one")
        used_in = (self._console.registry.cartridge_used_in(lot.product_id, lot.lot, lot.serial)
                   if lot.serial else None)
        if used_in is not None and (front is None or used_in != front.session_id):
            raise Refusal("This cartridge was used in another session", "nothing was changed",
                          "take a new, sealed one")
        return lot

    def _ask_why(self, lot: ProductLot) -> None:
        sheet = ReasonSheet("The cartridge in use leaves the session and this one is bound.", REASONS, "Change it",
                            at_once=True)

        def change(reason: str) -> None:
            self._page.shell.close_overlay()
            off = self._page.attempt(lambda: self._console.desk.do(intake.unbind_cartridge(reason, used=True)))
            if off is not None:
                self._bind(lot, "Changed. Look for fragments in the skin and keep the broken piece."
                           if reason.startswith(BROKEN) else "The cartridge is changed.")

        sheet.given.connect(change)
        self._page.shell.show_overlay(sheet, "Change the cartridge", 560)

    def _bind(self, lot: ProductLot, words: str) -> None:
        if self._page.attempt(lambda: self._console.products.bind_cartridge(lot)) is not None:
            self._page.shell.tell(words, kind="caution" if "fragments" in words else "done")


def _same(one: ProductLot, other: ProductLot) -> bool:
    return (one.product_id, one.lot, one.serial) == (other.product_id, other.lot, other.serial)
