"""Products by scan: anesthetic, cartridge, glide, serum; dose and dwell of what is on the skin."""

from dataclasses import replace
from datetime import date
from typing import Protocol

from console.domain import cartridges, closing, intake
from console.domain import session_events as ev
from console.domain.clinic_records import ClinicRecord, RecordFilter, RecordKind
from console.domain.clock import Clock
from console.domain.errors import Refusal
from console.domain.people import CatalogProduct
from console.domain.ports import Registry
from console.domain.products import Recall, dermis_warning, expiry_problem, plasma_problem
from console.domain.screening import Concern
from console.domain.session_state import SessionState
from console.services.catalogue_desk import RECALLED, CatalogueDesk
from console.services.clinical_library import ClinicalLibrary
from console.services.clinical_shelf import ClinicalShelf
from console.services.local_time import local_day
from console.services.scan import ScanResult, choose_reading, read_scan
from console.services.scan_fields import ScanReading
from console.services.session_desk import Receipt, SessionDesk


class Shelf(Protocol):
    """The part of the registry that knows products."""

    def products(self) -> list[CatalogProduct]: ...
    def recalled_lots(self) -> set[tuple[str, str]]: ...
    def records(self, wanted: RecordFilter) -> list[ClinicRecord]: ...


def recalls_of(registry: Shelf) -> list[Recall]:
    """Give the clinic's recalled lots by product number, with the reason where one was given."""
    reasons = {(one.subject_id, one.fields["lot"]): str(one.fields["reason"])
               for one in registry.records(RecordFilter(RecordKind.RECALL, state=RECALLED))}
    numbers = {one.product_id: one.gtin for one in registry.products()}
    return [Recall(numbers[product_id], lot, reason=reasons.get((product_id, lot), ""))
            for product_id, lot in registry.recalled_lots() if product_id in numbers]


class ProductDesk:
    """Use cases of everything that comes in a package, for the session in front."""

    def __init__(self, desk: SessionDesk, registry: Registry, shelf: ClinicalShelf, clock: Clock) -> None:
        self._desk, self._registry, self._shelf, self._clock = desk, registry, shelf, clock
        self.catalogue = CatalogueDesk(desk, registry)

    @property
    def _library(self) -> ClinicalLibrary:
        """Give the clinical data the session in front goes by."""
        return self._shelf.for_session(self._desk.front)

    def read(self, text: str) -> ScanResult:
        """Say what a code means."""
        return read_scan(text, self._registry.products(), self._today(), recalls_of(self._registry))

    def settle(self, scan: ScanResult, reading: ScanReading) -> ScanResult:
        """Settle a code whose separator was lost by the reading the package shows."""
        return choose_reading(scan, reading, self._today(), recalls_of(self._registry))

    def of_role(self, role: str) -> list[CatalogProduct]:
        """Give the catalogue's products of a role, for choosing without a scanner."""
        return [one for one in self._registry.products() if one.role == role]

    def lot_of(self, scan: ScanResult, role: str) -> ev.ProductLot:
        """Turn a good scan to a product lot; Refusal with the scan's own sentence otherwise."""
        if scan.problems:
            raise Refusal(scan.problems[0].rstrip("."), "it is not recorded")
        if scan.product is None:
            raise Refusal("This code is no product", "nothing was recorded", "scan the package")
        if scan.product.role != role:
            article = "an" if scan.product.role[:1] in "aeiou" else "a"
            raise Refusal(
                f"{scan.product.name} is {article} {scan.product.role}", "it is not recorded", f"scan the {role}")
        return ev.ProductLot(
            scan.product.product_id, scan.product.name, role, scan.gtin, scan.lot, str(scan.expiry or ""), scan.serial)

    def typed_lot(self, product: CatalogProduct, lot: str, expiry: str) -> ev.ProductLot:
        """Give a lot typed by hand; it is held to the same rules as a scanned one."""
        if not lot.strip():
            raise Refusal("The lot is missing", todo="type what the package says")
        try:
            expired = expiry_problem(expiry, self._today())
        except ValueError:
            raise Refusal(f"«{expiry}» is not a date", "nothing was recorded", "write it as 2027-03-31") from None
        if expired:
            raise Refusal(expired, "it is not recorded", "use another package")
        if (product.product_id, lot.strip()) in self._registry.recalled_lots():
            raise Refusal(f"Lot {lot.strip()} is recalled", "it is not recorded", "set it aside and use another")
        return ev.ProductLot(
            product.product_id, product.name, product.role, product.gtin, lot.strip(), expiry, entry="typed")

    # --- cartridge, glide, serum -------------------------------------------------------------------------

    def bind_cartridge(self, lot: ev.ProductLot, from_sealed_pack: bool = False) -> Receipt:
        """Bind a cartridge; one used in another session is refused. The pen's tag stands in for a missing serial."""
        product = next((one for one in self._registry.products() if one.product_id == lot.product_id), None)
        known = self.with_tag(lot)
        return self._desk.do(cartridges.bind_cartridge(
            known, product.needles if product else 0, self.used_elsewhere(known), from_sealed_pack,
            self._state().pen_tag))

    def with_tag(self, lot: ev.ProductLot) -> ev.ProductLot:
        """Give a cartridge whose code has no serial number the one the pen reads from its tag, if it reads one."""
        return lot if lot.serial else replace(lot, serial=self._state().pen_tag)

    def used_elsewhere(self, lot: ev.ProductLot) -> bool:
        """Tell whether a cartridge was used in another session, in whichever room."""
        used_in = self._registry.cartridge_used_in(lot.product_id, lot.lot, lot.serial) if lot.serial else None
        front = self._desk.front
        return used_in is not None and (front is None or used_in != front.session_id)

    def warning(self, lot: ev.ProductLot) -> str:
        """Give the warning of a product that touches needled skin, empty if none."""
        product = next((one for one in self._registry.products() if one.product_id == lot.product_id), None)
        return dermis_warning(self._library.skin_product(product.clinical_id) if product else None)

    def allergy(self) -> str:
        """Give what the screening says against serums and gels, empty where it says nothing."""
        answers = self._state().answers
        told = []
        for rule in self._library.rules:
            given = answers.get(rule.rule_id)
            if rule.concerns is Concern.SKIN_PRODUCT and given is not None and given.answer == "yes":
                told.append(f"{rule.question}{f': {given.note}' if given.note else ''}")
        return ". ".join(told)

    def must_answer(self, lot: ev.ProductLot) -> bool:
        """Tell whether its warning is graver than «no source says»: it needs a word why it glides all the same."""
        if self.allergy():
            return True
        if not self.warning(lot):
            return False
        product = next((one for one in self._registry.products() if one.product_id == lot.product_id), None)
        known = self._library.skin_product(product.clinical_id) if product else None
        return lot.role == "serum" or known is None or known.meant_for_dermis is False

    def choose_glide(self, lot: ev.ProductLot | None, off_label_reason: str = "") -> Receipt:
        """Record the glide product with the warning that was shown, and why it is used all the same."""
        if lot is None:
            return self._desk.do(intake.choose_glide(None))
        shown = self.shown_warning(lot)
        if self.must_answer(lot) and not off_label_reason:
            raise Refusal(shown.rstrip("."), "it is not recorded", "say why it is used all the same")
        return self._desk.do(intake.choose_glide(lot, shown, off_label_reason))

    def shown_warning(self, lot: ev.ProductLot) -> str:
        """Give all that is to be read before a product meets needled skin: allergies, and what the product says."""
        return ". ".join(part.rstrip(".") for part in (self.allergy(), self.warning(lot)) if part)

    def apply_serum(self, lot: ev.ProductLot, volume_ul: int, off_label_reason: str = "") -> Receipt:
        """Record a serum with the warning shown; one not meant for the dermis needs a word why."""
        warning = self.shown_warning(lot)
        if warning and not off_label_reason:
            raise Refusal(warning.rstrip("."), "it is not recorded", "say why it is used all the same")
        return self._desk.do(closing.apply_serum(ev.SerumApplied(lot, volume_ul, off_label_reason, warning)))

    def apply_plasma(self, tube_id: str, volume_ul: int, drawn_at_us: int, off_label_reason: str) -> Receipt:
        """Record the patient's own plasma: no device of this class is cleared for it, so it needs a word why."""
        if not off_label_reason:
            raise Refusal("Plasma is outside the cleared use", "it is not recorded", "say why it is used")
        if problem := plasma_problem(drawn_at_us, self._clock.utc_us(), self._library.clinic.plasma_longest_min):
            raise Refusal(problem, "it is not recorded", "draw a new tube")
        return self._desk.do(closing.apply_prp(ev.PrpApplied(tube_id, volume_ul, drawn_at_us, off_label_reason)))

    def _state(self) -> SessionState:
        if self._desk.front is None:
            raise Refusal("No session is in front")
        return self._desk.front.state

    def _today(self) -> date:
        return local_day(self._clock.utc_us())
