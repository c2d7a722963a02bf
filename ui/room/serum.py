"""Serum: what is put on needled skin, with lot and volume; plasma checked against the patient; or none, and why."""

from PySide6.QtWidgets import QHBoxLayout

from console.domain import closing
from console.domain.errors import OperatorError
from console.domain.people import CatalogProduct
from console.domain.products import is_tube_of
from console.domain.session_events import ProductLot
from console.domain.session_state import SessionState
from console.domain.workflow import Phase, serum_gate
from console.services.console import Console
from console.services.event_words import counted
from console.services.scan import ScanKind, ScanResult
from console.services.session_desk import Receipt
from ui.page import Action, Actions, StatusText
from ui.room.anesthetic_words import MINUTE_US
from ui.room.application_card import ProductSheet
from ui.room.choice_sheets import ReasonSheet
from ui.room.room_page import RoomPage
from ui.room.serum_cards import PlasmaCard, SerumCard, UsedCard
from ui.room.so_far import alarm_words, serum_lines, session_minutes

NO_SERUM = ("Not planned", "Patient declines", "Skin reacts", "Allergy", "Product not to hand", "Product expired")
PLASMA_ID = "prp"


class SerumPage(RoomPage):
    """Serum left, plasma in the middle, what is recorded right. A scan finds its own card."""

    title = "Serum"

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        plasma = console.library.skin_product(PLASMA_ID)
        self.card, self.used = SerumCard(), UsedCard()
        self.plasma = PlasmaCard(plasma.warning if plasma else "")
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 12, 16, 12)
        line.setSpacing(12)
        line.addWidget(self.card, 1)
        line.addWidget(self.plasma, 1)
        self.used.setFixedWidth(388)
        line.addWidget(self.used)
        self.card.code_given.connect(self._code)
        self.card.list_wanted.connect(self._show_products)
        self.card.changed.connect(self.show_again)
        self.card.applied.connect(self._apply)
        self.plasma.code_given.connect(self._tube)
        self.plasma.changed.connect(self.show_again)
        self.plasma.applied.connect(self._apply_plasma)
        self.used.none_wanted.connect(self._ask_none)

    def enter(self, **context: object) -> None:
        super().enter(**context)
        self._begin()

    def _begin(self) -> None:
        state = self.state
        self.card.begin(counted(len(state.treatable_areas()), "area") if state.areas else "")
        self.plasma.begin()

    # --- what it shows --------------------------------------------------------------------------------------

    @staticmethod
    def _refused(state: SessionState) -> str:
        consent = state.consents.get("serum")
        return "" if consent is None or consent.given else "the patient refused it"

    def show_state(self, state: SessionState) -> None:
        refused = self._refused(state)
        if refused:
            self.card.lock("Serum refused", "The consent says no serum")
        self.card.show_ready(refused)
        self.plasma.show_ready(refused)
        self.used.needled.show_state(state)
        self.used.show_used(serum_lines(state.serums), state.serum_skipped, refused)

    def status(self) -> StatusText:
        state = self.state
        minutes = session_minutes(state, self.console.clock.utc_us())
        facts = (*self.saving_facts(), f"Session {minutes} min, {alarm_words(state)}")
        if self._refused(state) and not state.serum_skipped:
            return StatusText("Serum refused: confirm that none is used", facts, notice="caution")
        if state.serum_skipped:
            return StatusText("No serum today", facts, dot="done")
        if state.serums:
            return StatusText("Serum recorded", facts, dot="done")
        return StatusText("Scan the serum, or none used", facts, dot="live")

    def page_actions(self) -> Actions:
        locked = "record a serum, or none used" if serum_gate(self.state) else ""
        return Actions(
            [Action("back", "Needling", self.go(Phase.NEEDLING), icon="left", kind="quiet")],
            [self.forward("Continue to aftercare", Phase.AFTERCARE, locked=locked)])

    # --- serum ----------------------------------------------------------------------------------------------

    def on_scan(self, text: str) -> bool:
        self._code(text)
        return True

    def _code(self, text: str) -> None:
        if self._refused(self.state):
            self.shell.tell("The patient refused serum and plasma; nothing was recorded.", kind="caution")
            return
        scan = self.console.products.read(text)
        if scan.kind is ScanKind.PRP_TUBE:
            self._tube(text)
        elif scan.kind is ScanKind.PRODUCT and scan.alternatives:
            self.ask_reading(scan, self._take_scan)
        else:
            self._take_scan(scan)

    def _take_scan(self, scan: ScanResult) -> None:
        try:
            lot = self.console.products.lot_of(scan, "serum")
        except OperatorError as error:
            title, _, rest = error.happened.partition(". ")
            self.card.refuse(title, rest or error.todo or error.safe)
            self.shell.tell(str(error), kind="stop")
            self.show_again()
            self.offer_to_add(scan)
            return
        self._take(lot)

    def _take(self, lot: ProductLot) -> None:
        self.card.take(lot, self.console.products.shown_warning(lot))
        self.show_again()

    def _show_products(self) -> None:
        sheet = ProductSheet(self.console.products.of_role("serum"))
        sheet.chosen.connect(self._take_typed)
        self.shell.show_overlay(sheet, "Choose the serum", 560)

    def _take_typed(self, product: CatalogProduct, lot_text: str, expiry: str) -> None:
        lot = self.attempt(lambda: self.console.products.typed_lot(product, lot_text, expiry))
        if lot is not None:
            self.shell.close_overlay()
            self._take(lot)

    def _apply(self) -> None:
        lot, card = self.card.lot, self.card
        if lot is None:
            return
        receipt = self.attempt(
            lambda: self.console.products.apply_serum(lot, card.volume.value(), card.reason.choice()))
        if receipt is not None:
            self.card.begin(counted(len(self.state.treatable_areas()), "area"))
            self._told(receipt, f"{lot.name} is recorded.")

    def _told(self, receipt: Receipt, words: str) -> None:
        self.show_again()
        self.shell.tell(words, "done", undo=lambda: self._take_back(receipt))

    def _take_back(self, receipt: Receipt) -> None:
        self.attempt(lambda: self.console.desk.undo(receipt))

    # --- plasma ---------------------------------------------------------------------------------------------

    def _tube(self, text: str) -> None:
        scan = self.console.products.read(text)
        if scan.kind is not ScanKind.PRP_TUBE:
            self.plasma.refuse("Not a plasma tube", "scan the tube's own label")
        elif not is_tube_of(scan.code, self.patient_id):
            self.plasma.refuse(f"Tube {scan.code}", f"not from {self.patient_id}")
            self.shell.tell(f"Tube {scan.code} is not this patient's; nothing was recorded; check the label.", "stop")
        else:
            self.plasma.take(scan.code, self.patient_id)
        self.show_again()

    def _apply_plasma(self) -> None:
        plasma, tube_id = self.plasma, self.plasma.tube_id
        drawn_us = self.console.clock.utc_us() - plasma.drawn.value() * MINUTE_US
        receipt = self.attempt(lambda: self.console.products.apply_plasma(
            tube_id, plasma.volume.value(), drawn_us, plasma.reason.choice()))
        if receipt is not None:
            self.plasma.begin()
            self._told(receipt, f"Plasma from tube {tube_id} is recorded.")

    # --- none -----------------------------------------------------------------------------------------------

    def _ask_none(self) -> None:
        if self._refused(self.state):
            self._skip("Refused in the consent")
            return
        sheet = ReasonSheet("Nothing is put on the needled skin.", NO_SERUM, "None used", at_once=True)
        sheet.given.connect(self._skip)
        self.shell.show_overlay(sheet, "No serum", 560)

    def _skip(self, reason: str) -> None:
        self.shell.close_overlay()
        receipt = self.attempt(lambda: self.console.desk.do(closing.skip_serum(reason)))
        if receipt is not None:
            self._told(receipt, "No serum is recorded, with its reason.")
