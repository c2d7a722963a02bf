"""Preparation: clean skin, cartridge, glide, pen. Four ticks, and the plan read through once more."""

from PySide6.QtWidgets import QHBoxLayout

from console.domain import intake
from console.domain.errors import OperatorError, Refusal
from console.domain.labelling import accept_off_label, unaccepted
from console.domain.people import CatalogProduct
from console.domain.session_events import ProductLot
from console.domain.session_state import SessionState
from console.domain.telemetry import LinkState
from console.domain.workflow import Phase, tag_gate, why_not
from console.services.console import Console
from console.services.local_time import clock_text
from console.services.scan import ScanKind, ScanResult
from console.services.session_desk import Receipt
from ui.page import Action, Actions, StatusText
from ui.room.application_card import ProductSheet
from ui.room.cartridge_guard import BROKEN, CartridgeGuard
from ui.room.choice_sheets import ReasonSheet
from ui.room.needling_area_facts import WHY_OFF
from ui.room.preparation_pen import PenCard, self_check, stranger
from ui.room.preparation_plan import PlanCard
from ui.room.preparation_ticks import CARTRIDGE, GLIDE, ProductTicks
from ui.room.room_page import FORWARD_WIDTH, RoomPage
from ui.room.serum_cards import OFF_LABEL as WHY_USED

UNBINDS = {  # reason, and whether its needles may have been exposed
    "Dropped while sealed": False, BROKEN: True, "Dropped after opening": True, "Wrong needles, still sealed": False,
}
BY_HAND = ("No pen in this room", "Pen does not answer", "Pen is charging", "Another make of pen")
ROLES = {"cartridge": CARTRIDGE, "glide": GLIDE, "serum": GLIDE}
TICKS = 4


class PreparationPage(RoomPage):
    """What a practitioner does between the numbing and the first stroke, gloves on."""

    title = "Preparation"
    needs_right_patient = True

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self.ticks, self.plan, self.pen = ProductTicks(), PlanCard(), PenCard()
        self._guard = CartridgeGuard(self)
        self._refused: dict[str, tuple[str, str]] = {}
        self._waiting: ProductLot | None = None
        self.ticks.setFixedWidth(360)
        self.pen.setFixedWidth(FORWARD_WIDTH)
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 12, 16, 12)
        line.setSpacing(12)
        line.addWidget(self.ticks)
        line.addWidget(self.plan, 1)
        line.addWidget(self.pen)
        self._connect()

    def _connect(self) -> None:
        ticks, pen = self.ticks, self.pen
        ticks.disinfected.connect(self._disinfect)
        ticks.code_given.connect(self._code)
        ticks.list_wanted.connect(self._show_products)
        ticks.unbind_wanted.connect(self._ask_unbind)
        ticks.nothing_glides.connect(self._nothing_glides)
        ticks.warning_taken.connect(self._take_warning)
        ticks.warning_left.connect(self._leave_warning)
        self.plan.reason_wanted.connect(self._ask_off_label)
        pen.manual_wanted.connect(self._ask_manual)
        pen.pen_wanted.connect(self._take_pen)
        pen.accepted.connect(self._accept)

    def enter(self, **context: object) -> None:
        super().enter(**context)
        self._refused, self._waiting = {}, None

    # --- what it shows ------------------------------------------------------------------------------------

    def refresh(self) -> None:
        self._bind_who_answers()
        super().refresh()

    def also_shown(self) -> tuple[object, ...]:
        station = self.console.station
        return (station.notice, station.status)

    def show_state(self, state: SessionState) -> None:
        when = next((event.at_us for _, event in reversed(state.log) if event.what.kind == "skin_disinfected"), None)
        self.ticks.show_skin(state.disinfected, clock_text(when) if when is not None else "")
        self.ticks.show_cartridge(state.cartridge, self._refused.get(CARTRIDGE), _cartridge_doubt(state))
        self.ticks.show_glide(state.glide, self._waiting, self._glide_warning(state), self._refused.get(GLIDE))
        self.plan.show_plan(state)
        self.pen.show_pen(state, self.console)

    def _glide_warning(self, state: SessionState) -> str:
        if self._waiting is not None:
            return self.console.products.shown_warning(self._waiting)
        return state.glide.warning_shown if state.glide is not None else ""

    def show_time(self) -> None:
        self.pen.show_checks(self_check(self.console))

    def status(self) -> StatusText:
        state, facts = self.state, self.saving_facts()
        if self._waiting is not None:
            return StatusText("Read the warning before it is used", facts, notice="caution")
        if stranger(state, self.console.station.notice) is not None and not state.manual_mode:
            return StatusText("Another pen answers: accept it or plug the first back in", facts, notice="caution")
        if self._pen_gone(state):
            return StatusText("The bound pen does not answer", (*facts, "Plug it in, or go on by hand"),
                              notice="caution")
        to_do = _open_ticks(state)
        if not to_do and tag_gate(state):
            return StatusText("The pen reads another cartridge than the one scanned", facts, notice="caution")
        if not to_do:
            return StatusText("Ready to needle", facts, dot="done")
        title = f"Preparation: {TICKS - len(to_do)} of {TICKS} done"
        return StatusText(title, (*facts, f"Next: {to_do[0]}"), dot="live")

    def _pen_gone(self, state: SessionState) -> bool:
        station = self.console.station
        silent = station.pen is None or station.notice.state is LinkState.STALE
        return state.pen is not None and not state.manual_mode and silent

    def page_actions(self) -> Actions:
        return Actions(
            [Action("back", "Anesthetic", self.go(Phase.ANESTHETIC), icon="left", kind="quiet")],
            [self._start()])

    def _start(self) -> Action:
        """Give the way to the needling; where only the cartridge's tag stands in it, it asks about that."""
        doubt = tag_gate(self.state)
        if doubt and why_not(self.state, Phase.NEEDLING) == doubt:
            return Action("forward", "Check cartridge", self._guard.ask_tag, hint=doubt, icon="caution", kind="primary",
                          shortcut="PgDown", width=FORWARD_WIDTH)
        return self.forward("Start needling", Phase.NEEDLING)

    # --- skin ---------------------------------------------------------------------------------------------

    def _disinfect(self) -> None:
        self._done(self.attempt(lambda: self.console.desk.do(intake.disinfect())), "The skin is disinfected.")

    def _done(self, receipt: Receipt | None, words: str) -> None:
        """Tell what was recorded, with the way to take it back."""
        if receipt is not None and receipt.events:
            self.shell.tell(words, "done", undo=lambda: self._take_back(receipt))

    def _take_back(self, receipt: Receipt) -> None:
        self.attempt(lambda: self.console.desk.undo(receipt))

    # --- products -----------------------------------------------------------------------------------------

    def on_scan(self, text: str) -> bool:
        self._code("", text)
        return True

    def _code(self, field: str, text: str) -> None:
        scan = self.console.products.read(text)
        if scan.kind is ScanKind.PRODUCT and scan.alternatives:
            self.ask_reading(scan, lambda settled: self._take_scan(field, settled))
            return
        self._take_scan(field, scan)

    def _take_scan(self, field: str, scan: ScanResult) -> None:
        """Take a code where its role belongs; one of no role here is refused where it was meant."""
        role = scan.product.role if scan.product is not None else ""
        field = ROLES.get(role) or self._meant_field(field)
        wanted = role if ROLES.get(role) == field else field
        try:
            lot = self.console.products.lot_of(scan, wanted)
            if role == "serum":
                self._require_serum_consent()
            self._take(field, lot)
        except OperatorError as error:
            self._refuse(field, error)
            self.offer_to_add(scan)

    def _meant_field(self, field: str) -> str:
        """Give where a code of no role here was meant: a bound cartridge takes none."""
        if self.state.cartridge is not None:
            return GLIDE
        return field or self.ticks.focused_field() or CARTRIDGE

    def _require_serum_consent(self) -> None:
        consent = self.state.consents.get("serum")
        if consent is not None and not consent.given:
            raise Refusal("The patient refused a serum", "it is not recorded", "use a gel, or nothing")

    def _refuse(self, field: str, error: OperatorError) -> None:
        title, _, rest = error.happened.partition(". ")
        self._refused[field] = (title, rest or error.todo or error.safe)
        self.shell.tell(str(error), kind="stop")
        self.show_again()

    def _take(self, field: str, lot: ProductLot) -> None:
        if field == CARTRIDGE:
            self._bind(lot)
        elif self.console.products.must_answer(lot):
            self._waiting = lot
        else:
            self._record_glide(lot)
        self._refused.pop(field, None)
        self.show_again()

    def _bind(self, lot: ProductLot) -> None:
        bound = self.state.cartridge
        if bound is not None and (bound.product.lot, bound.product.serial) == (lot.lot, lot.serial):
            self.shell.tell("This cartridge is bound already.", "done")
            return
        self._guard.bind(lot)

    def _record_glide(self, lot: ProductLot | None, reason: str = "") -> None:
        self._waiting = None
        self._refused.pop(GLIDE, None)
        chosen = self.state.glide
        if chosen is not None and chosen.product == lot:
            self.show_again()
            return
        receipt = self.attempt(lambda: self.console.products.choose_glide(lot, reason))
        self._done(receipt, f"{lot.name} glides." if lot else "Nothing glides.")

    def _nothing_glides(self) -> None:
        self._record_glide(None)

    def _take_warning(self) -> None:
        waiting = self._waiting
        if waiting is None:
            return
        sheet = ReasonSheet(f"{self.console.products.shown_warning(waiting)}.", WHY_USED, "Use it", at_once=True)

        def take(reason: str) -> None:
            self.shell.close_overlay()
            self._record_glide(waiting, reason)

        sheet.given.connect(take)
        self.shell.show_overlay(sheet, "Why is it used?", 560)

    def _leave_warning(self) -> None:
        self._waiting = None
        self.show_again()

    def _show_products(self, field: str) -> None:
        roles = [role for role, of in ROLES.items() if of == field]
        sheet = ProductSheet([one for role in roles for one in self.console.products.of_role(role)])

        def take(product: CatalogProduct, lot_text: str, expiry: str) -> None:
            try:
                lot = self._typed_lot(product, lot_text, expiry)
            except OperatorError as error:
                self.shell.tell(str(error), kind="stop")
                return
            self.shell.close_overlay()
            self.attempt(lambda: self._take(field, lot))

        sheet.chosen.connect(take)
        self.shell.show_overlay(sheet, "Which cartridge" if field == CARTRIDGE else "What glides", 560)

    def _typed_lot(self, product: CatalogProduct, lot_text: str, expiry: str) -> ProductLot:
        lot = self.console.products.typed_lot(product, lot_text, expiry)
        if product.role == "serum":
            self._require_serum_consent()
        return lot

    def _ask_unbind(self) -> None:
        sheet = ReasonSheet("The cartridge leaves the session. Then scan a new, sealed one.", tuple(UNBINDS),
                            at_once=True, words=False)

        def unbind(reason: str) -> None:
            self.shell.close_overlay()
            self._refused.pop(CARTRIDGE, None)
            used = UNBINDS.get(reason, True)
            words = "Un-bound. Keep the piece." if reason == BROKEN else "Un-bound. Scan a new cartridge."
            self._guard.unbind(reason, used, lambda: self.shell.tell(words, "caution" if used else "done"))

        sheet.given.connect(unbind)
        self.shell.show_overlay(sheet, "Un-bind the cartridge", 560)

    # --- plan -----------------------------------------------------------------------------------------------

    def _ask_off_label(self) -> None:
        label = self.state.label
        if label is None or not unaccepted(self.state):
            return
        sheet = ReasonSheet(f"{label.why} The treatment can go on; the record says why.", WHY_OFF, "Record",
                            at_once=True)

        def record(reason: str) -> None:
            self.shell.close_overlay()
            self._done(self.attempt(lambda: self.console.desk.do(accept_off_label(reason))),
                       "The reason is recorded.")

        sheet.given.connect(record)
        self.shell.show_overlay(sheet, "Off label", 560)

    # --- pen ------------------------------------------------------------------------------------------------

    def _bind_who_answers(self) -> None:
        """Bind the pen that answers, if none is bound, or the same after a restart."""
        front, station = self.console.desk.front, self.console.station
        pen = station.pen
        if front is None or pen is None or front.state.phase is not Phase.PREPARATION:
            return
        state = front.state
        if state.stopped or state.closed or state.manual_mode or stranger(state, station.notice) is not None:
            return
        if state.pen is None or state.pen.boot_id != pen.boot_id:
            station.take_pen(front)

    def _take_pen(self) -> None:
        front = self.console.desk.front
        if front is not None:
            swap = stranger(front.state, self.console.station.notice) is not None and front.state.pen is not None
            self.attempt(lambda: self.console.station.take_pen(front, swap))

    def _accept(self) -> None:
        front, station = self.console.desk.front, self.console.station
        other = stranger(self.state, station.notice)
        if front is None or other is None:
            return
        if front.state.pen is None:
            station.link.accept_pen(other.serial)
            self.show_again()
            return
        self.attempt(lambda: station.take_pen(front, swap=True))

    def _ask_manual(self) -> None:
        chosen = self.console.station.hand_pen()
        if chosen is not None:
            self._go_by_hand(f"{chosen.name} sends no readings")
            return
        sheet = ReasonSheet("Depth and speed are then entered by hand, and marked so in the record.", BY_HAND,
                            "Go on by hand", at_once=True)

        def choose(reason: str) -> None:
            self.shell.close_overlay()
            self._go_by_hand(reason)

        sheet.given.connect(choose)
        self.shell.show_overlay(sheet, "Go on by hand", 560)

    def _go_by_hand(self, reason: str) -> None:
        front, station = self.console.desk.front, self.console.station
        if front is not None and self.attempt(lambda: station.go_by_hand(front, reason)) is not None:
            self.shell.tell("This session goes on by hand.", "done")


def _open_ticks(state: SessionState) -> list[str]:
    open_ticks = {
        "disinfect the skin": not state.disinfected, "scan the cartridge": state.cartridge is None,
        "choose what glides": not state.glide_decided, "a pen, or by hand": state.pen is None and not state.manual_mode,
    }
    return [words for words, is_open in open_ticks.items() if is_open]


def _cartridge_doubt(state: SessionState) -> str:
    """Say that pen and package disagree on the cartridge or its needles, where both tell."""
    if doubt := tag_gate(state):
        return f"{doubt[:1].upper()}{doubt[1:]}."
    bound, pen = state.cartridge, state.pen
    if bound is None or pen is None or not bound.needles or not pen.needles or bound.needles == pen.needles:
        return ""
    return f"The package says {bound.needles} needles, the pen says {pen.needles}. Check the cartridge."

