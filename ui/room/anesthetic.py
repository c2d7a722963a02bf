"""The anesthetic: product and dose, the clock that cannot be paused, removal confirmed by a hold."""

from functools import partial

from PySide6.QtWidgets import QHBoxLayout

from console.domain import numbing
from console.domain.anesthesia import DwellState
from console.domain.errors import OperatorError
from console.domain.people import CatalogProduct
from console.domain.session_events import ProductLot
from console.domain.session_state import Application, SessionState
from console.domain.workflow import Phase, anesthetic_gate
from console.services.console import Console
from console.services.dose_desk import Order, Wanted
from console.services.local_time import clock_text
from console.services.scan import ScanKind, ScanResult
from console.services.session_desk import Receipt
from ui.page import Action, Actions, StatusText
from ui.room.anesthetic_words import (
    MINUTE_US,
    Times,
    idle_ring,
    running_ring,
    running_status,
    times_of,
)
from ui.room.application_card import ApplicationCard, ProductSheet
from ui.room.choice_sheets import ReasonSheet
from ui.room.clock_card import ClockCard
from ui.room.dose_words import why_not_yet
from ui.room.dwell_doubt import DwellDoubt, StartSheet
from ui.room.finding_sheet import FindingSheet
from ui.room.order_sheet import OrderSheet
from ui.room.removal_sheet import EARLY, RemovalSheet
from ui.room.room_page import RoomPage
from ui.room.session_sheets import open_reaction
from ui.room.visit_story import short_source
from ui.widgets.buttons import Button, ChoiceChip
from ui.widgets.rings import CountdownRing
from ui.widgets.texts import Card

SKIPS = ("Patient declines", "Shallow needling", "Allergy", "Already numb", "Tried without before")
OVER = ("Put on at home", "Put on by another", "Time forgotten")


class AnestheticPage(RoomPage):
    """One clock at a time on stage; several products may be on the skin."""

    title = "Anesthetic"

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._chosen, self._adding = "", False
        self.card, self.clock_card, self.ring = ApplicationCard(), ClockCard(), CountdownRing()
        self.doubt = DwellDoubt()
        self._chips: dict[str, ChoiceChip] = {}
        self._chip_line = QHBoxLayout()
        self._add = Button("Another product", "plus", "quiet", "m", name="anesthetic.add")
        self._add.triggered.connect(self._begin_another)
        self._build()
        self._connect()

    def _build(self) -> None:
        self.card.setFixedWidth(360)
        self.clock_card.setFixedWidth(348)
        middle = Card(padding=16, spacing=8)
        self._chip_line.setSpacing(8)
        self._chip_line.addStretch(1)
        self._chip_line.addWidget(self._add)
        middle.body.addLayout(self._chip_line)
        middle.body.addWidget(self.doubt)
        middle.body.addWidget(self.ring, 1)
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 12, 16, 12)
        line.setSpacing(12)
        line.addWidget(self.card)
        line.addWidget(middle, 1)
        line.addWidget(self.clock_card)

    def _connect(self) -> None:
        self.card.code_given.connect(self._code)
        self.card.changed.connect(self.show_again)
        self.card.list_wanted.connect(self._show_products)
        self.clock_card.started.connect(self._apply)
        self.clock_card.back_time_changed.connect(self.show_again)
        self.clock_card.tested.connect(self._test)
        self.clock_card.removed.connect(self._remove)
        self.clock_card.some_wanted.connect(self._ask_some)
        self.card.areas_wanted.connect(self._ask_areas)
        self.card.weighed.connect(self._weigh)
        self.doubt.confirmed.connect(self._confirm_start)
        self.doubt.other_wanted.connect(self._ask_start)

    def enter(self, **context: object) -> None:
        super().enter(**context)
        self._chosen, self._adding = "", False
        self._begin()

    def _begin(self) -> None:
        self.clock_card.set_back_time(0)
        areas = self._areas_to_numb()
        self.card.begin(self.console.doses.area_mm2(areas) if self.state.opened else None, areas,
                        len(self.state.areas))

    def _areas_to_numb(self) -> tuple[str, ...]:
        return tuple(area.plan.area_id for area in self.state.treatable_areas())

    # --- what it shows ------------------------------------------------------------------------------------

    def show_state(self, state: SessionState) -> None:
        on_skin = self._on_stage(state)
        self._show_chips(state)
        closed = self._closed_words(state)
        self._add.setVisible(bool(state.anesthetics) and not self._adding and not closed)
        if on_skin is not None:
            self.card.show_applied(on_skin)
            self._show_dose_of(state)
            return
        if closed:
            self.card.lock(closed)
        self._show_form(closed)

    def _closed_words(self, state: SessionState) -> str:
        if state.anesthetic_skipped:
            return f"Skipped: {state.anesthetic_skipped}"
        if state.screening_verdict().blocks_anesthetic:
            return "Screening closes this step"
        return ""

    def _on_stage(self, state: SessionState) -> Application | None:
        if self._adding or not state.anesthetics:
            return None
        if self._chosen not in state.anesthetics:
            on = state.anesthetics_on()
            self._chosen = (on[0] if on else list(state.anesthetics.values())[-1]).applied.application_id
        return state.anesthetics[self._chosen]

    def _show_chips(self, state: SessionState) -> None:
        wanted = list(state.anesthetics) if len(state.anesthetics) > 1 or self._adding else []
        if list(self._chips) != wanted:
            for old in self._chips.values():
                self._chip_line.removeWidget(old)
                old.hide()
                old.deleteLater()
            self._chips = {}
            for place, application_id in enumerate(wanted):
                one = state.anesthetics[application_id]
                words = f"{one.applied.product.name.split(',')[0]} {clock_text(one.since_us)}"
                chip = ChoiceChip(words, name=f"application.{place + 1}", tick=False)
                chip.clicked.connect(partial(self._bring, application_id))
                self._chips[application_id] = chip
                self._chip_line.insertWidget(place, chip)
        for application_id, chip in self._chips.items():
            chip.setChecked(application_id == self._chosen and not self._adding)

    def _show_form(self, closed: str) -> None:
        card, lot = self.card, self.card.lot
        check, label = None, None
        if lot is not None:
            label = self.console.doses.label(lot)
            order = Order(repeat_allowed=label.needs_authorisation)  # asked for when it is put on
            check = self.console.doses.dose(self._wanted(lot, order=order))
            card.show_weight(self.console.doses.needs_weight(label), self.state.weight_g)
        card.show_dose(check, short_source(label.source) if label else "", bool(self.state.anesthetics))
        onset = (label.onset_s or 0) if label else 0
        longest = (self.console.doses.longest_s(label) or 0) if label else 0
        times = None
        if lot is not None:
            start_us = self.console.clock.utc_us() - self.clock_card.minutes_ago * MINUTE_US
            times = Times.of(start_us, onset, longest)
        locked = closed or why_not_yet(check, card.amount.value(), card.area.value(), longest)
        self.clock_card.show_start(times, onset, longest, self._cover_words(card.occluded), locked)
        words, below = ("Not on the skin yet", "Scan the product first") if lot is None else (
            "Ready after", "from the moment it is on")
        if closed:
            words, below = "No numbing today", closed
        self.ring.show_look(idle_ring(onset, longest, words, below))

    def _show_dose_of(self, state: SessionState) -> None:
        check = self.console.doses.dose_on_skin()
        self.card.show_dose(check, short_source(state.anesthetics[self._chosen].applied.source),
                            len(state.anesthetics) > 1)

    @staticmethod
    def _cover_words(occluded: bool) -> str:
        return "Covered with film" if occluded else "Not covered"

    def show_time(self) -> None:
        state = self.state
        on_skin = self._on_stage(state)
        self.doubt.show_doubt(on_skin)
        if on_skin is None:
            return
        clock = self.console.doses.dwell_of(on_skin)
        self.ring.show_look(running_ring(on_skin, clock, self._priority()))
        applied, gone = on_skin.applied, on_skin.removed_at_us is not None
        stage = "removed" if gone else clock.state.value
        opens = ""
        if on_skin.removed_at_us is not None:
            opens = clock_text(on_skin.removed_at_us)
        elif clock.state is DwellState.ONSET:
            opens = f"opens {clock_text(times_of(on_skin).ready_us)}"
        title = "Removed and cleansed" if not on_skin.early_reason else "Removed early"
        self.clock_card.show_running(times_of(on_skin), stage, self._cover_words(applied.occluded),
                                     (applied.onset_s, applied.max_contact_s), opens, title)
        areas = on_skin.applied.area_ids or tuple(state.areas)
        self.clock_card.show_stages(0 if opens else len(on_skin.on_areas(state.areas)), len(areas))
        pin = next((event.at_us for _, event in reversed(state.log) if event.what.kind == "numbness_tested"), None)
        when = clock_text(pin) if pin is not None else f"at {clock_text(times_of(on_skin).ready_us)}"
        self.clock_card.show_pin(state.numbness, when, not gone or bool(state.anesthetics_on()))

    def _priority(self) -> str:
        front = self.console.desk.front
        subject = str(front.session_id) if front else ""
        return next((one.priority for one in self.console.alarms.shown()
                     if one.alarm.subject == subject and one.alarm.rule.rule_id.startswith("anesthetic")), "medium")

    def status(self) -> StatusText:
        state, facts = self.state, self.saving_facts()
        on = state.anesthetics_on()
        if on:
            soonest = min(on, key=lambda one: self.console.doses.dwell_of(one).remove_in_s)
            shown = self._on_stage(state)
            one = shown if shown in on and shown is not None else soonest
            return running_status(one, self.console.doses.dwell_of(one), facts)
        if state.anesthetics:
            return StatusText("Removed and cleansed", facts, dot="done")
        if state.anesthetic_skipped:
            return StatusText("Numbing skipped", (*facts, state.anesthetic_skipped), dot="done")
        if state.screening_verdict().blocks_anesthetic:
            return StatusText("No numbing today: screening closes this step", facts, notice="caution")
        return StatusText("Scan the numbing product", facts, dot="live")

    def page_actions(self) -> Actions:
        state = self.state
        on = state.anesthetics_on()
        left = [Action("back", "Consent", self.go(Phase.CONSENT), icon="left", kind="quiet",
                       hint="locked while it is on" if on else "", enabled=not on),
                Action("reaction", "Report a reaction", self._ask_reaction, icon="hand", kind="quiet")]
        right = [self.forward("Continue to preparation", Phase.PREPARATION, locked=self._gate_words(state),
                              width=348)]
        stage = self._on_stage(state)
        if on and stage is not None and stage.removed_at_us is None:
            if self.console.doses.dwell_of(stage).state is DwellState.ONSET:
                right.insert(0, Action("remove_early", "Remove early", self._ask_early, hint="reason needed"))
        elif not state.anesthetics and not state.anesthetic_skipped:
            right.insert(0, Action("skip", "Skip numbing", self._ask_skip, hint="reason needed"))
        return Actions(left, right)

    def _gate_words(self, state: SessionState) -> str:
        if not anesthetic_gate(state):
            return ""
        return "after removal is confirmed" if state.anesthetics_on() else "no anesthetic is recorded yet"

    # --- product ----------------------------------------------------------------------------------------

    def on_scan(self, text: str) -> bool:
        self._code(text)
        return True

    def _code(self, text: str) -> None:
        if self._closed_words(self.state):
            self.shell.tell("This step is closed today; nothing was recorded.", kind="caution")
            return
        scan = self.console.products.read(text)
        if scan.kind is ScanKind.PRODUCT and scan.alternatives:
            self.ask_reading(scan, self._take_scan)
            return
        self._take_scan(scan)

    def _take_scan(self, scan: ScanResult) -> None:
        try:
            lot = self.console.products.lot_of(scan, "anesthetic")
            label = self.console.doses.label(lot)
        except OperatorError as error:
            if self._on_stage(self.state) is None:  # else the clock of what is on the skin stays in sight
                title, _, rest = error.happened.partition(". ")
                self.card.refuse(title, rest or error.todo or error.safe)
            self.shell.tell(str(error), kind="stop")
            self.show_again()
            self.offer_to_add(scan)
            return
        if self._on_stage(self.state) is not None:
            self._begin_another()
        self.card.take(lot, label)
        self.show_again()

    def _show_products(self) -> None:
        sheet = ProductSheet(self.console.products.of_role("anesthetic"))
        sheet.chosen.connect(self._take_typed)
        self.shell.show_overlay(sheet, "Choose the product", 560)

    def _take_typed(self, product: CatalogProduct, lot_text: str, expiry: str) -> None:
        def use() -> ProductLot:
            lot = self.console.products.typed_lot(product, lot_text, expiry)
            self.console.doses.label(lot)
            return lot

        lot = self.attempt(use)
        if lot is not None:
            self.shell.close_overlay()
            self.card.take(lot, self.console.doses.label(lot))
            self.show_again()

    def _begin_another(self) -> None:
        self._adding = True
        self._begin()
        self.show_again()

    def _bring(self, application_id: str) -> None:
        self._chosen, self._adding = application_id, False
        self.show_again()

    def _wanted(self, lot: ProductLot, minutes_ago: int = 0, order: Order | None = None, over: str = "") -> Wanted:
        card = self.card
        at_us = self.console.clock.utc_us() - minutes_ago * MINUTE_US if minutes_ago else None
        return Wanted(lot, card.amount.value(), card.area.value(), card.occluded, card.area_ids, at_us,
                      order or Order(), over)

    def _apply(self, minutes_ago: int) -> None:
        """Ask what has to be said first: past the longest time why, a compounded one who prescribed it."""
        lot = self.card.lot
        if lot is None:
            return
        longest_s = self.console.doses.longest_s(self.console.doses.label(lot)) or 0
        if minutes_ago * 60 < longest_s or not longest_s:
            self._ask_order(lot, minutes_ago, "")
            return
        sheet = ReasonSheet("It is on for longer than its label allows. Take it off at once.", OVER, "Record it")

        def said(reason: str) -> None:
            self.shell.close_overlay()
            self._ask_order(lot, minutes_ago, reason)

        sheet.given.connect(said)
        self.shell.show_overlay(sheet, "Past the longest time", 560)

    def _ask_order(self, lot: ProductLot, minutes_ago: int, over: str) -> None:
        label = self.console.doses.label(lot)
        if not label.needs_authorisation:
            self._put_on(self._wanted(lot, minutes_ago, None, over))
            return
        repeat_h = label.repeat_after_s // 3600 if label.repeat_after_s else None
        sheet = OrderSheet(lot.name, self.console.day.today(), repeat_h)

        def ordered(order: Order) -> None:
            if self._put_on(self._wanted(lot, minutes_ago, order, over)):
                self.shell.close_overlay()

        sheet.given.connect(ordered)
        self.shell.show_overlay(sheet, "Prescription", 560)

    def _put_on(self, wanted: Wanted) -> bool:
        done = self.attempt(lambda: self.console.doses.apply(wanted))
        if done is not None:
            self._adding = False
            self._chosen = list(self.state.anesthetics)[-1]
            self.show_again()
        return done is not None

    def _ask_areas(self) -> None:
        sheet = FindingSheet("", self._areas_to_numb(), chosen=self.card.area_ids, confirm="Put on here")

        def take(chosen: tuple[str, ...], _note: str, _since: str, _about: bool) -> None:
            self.shell.close_overlay()
            lot = self.card.lot
            self.card.take_areas(chosen, len(self.state.areas), self.console.doses.area_mm2(chosen),
                                 self.console.doses.label(lot) if lot else None)
            self.show_again()

        sheet.recorded.connect(take)
        self.shell.show_overlay(sheet, "Where it goes", 960)

    def _weigh(self, weight_g: int) -> None:
        self.attempt(lambda: self.console.doses.take_weight(weight_g))
        self.show_again()

    def _ask_some(self) -> None:
        sheet = RemovalSheet(self.console, lambda words: self.shell.tell(words, kind="stop"))
        sheet.done.connect(self.shell.close_overlay)
        self.shell.show_overlay(sheet, "Remove in stages", 960)

    def _confirm_start(self, since_us: int) -> None:
        on_skin = self._on_stage(self.state)
        if on_skin is not None:
            self.attempt(lambda: self.console.doses.confirm(on_skin, since_us))
            self.show_again()

    def _ask_start(self) -> None:
        sheet = StartSheet(self.console.clock.utc_us())

        def confirm(since_us: int) -> None:
            self.shell.close_overlay()
            self._confirm_start(since_us)

        sheet.given.connect(confirm)
        self.shell.show_overlay(sheet, "On the skin since", 560)

    def _test(self, result: str) -> None:
        self.attempt(lambda: self.console.desk.do(numbing.record_numbness(result)))

    def _remove(self, early_reason: str = "") -> None:
        on_skin = self._on_stage(self.state)
        if on_skin is None:
            return
        if self.attempt(lambda: self.console.doses.remove(on_skin, early_reason)):
            left = self.state.anesthetics_on()
            self._chosen = left[0].applied.application_id if left else self._chosen
            self.show_again()

    def _ask_early(self) -> None:
        sheet = ReasonSheet("The product has not had its time. Wipe it off and cleanse the skin first.", EARLY,
                            "Hold: removed and cleansed", hold=True)

        def remove(reason: str) -> None:
            self.shell.close_overlay()
            self._remove(reason)

        sheet.given.connect(remove)
        self.shell.show_overlay(sheet, "Remove early", 560)

    def _ask_skip(self) -> None:
        blocked = self.state.screening_verdict().blocks_anesthetic
        reasons = ("Screening closes this step", *SKIPS) if blocked else SKIPS
        sheet = ReasonSheet("The treatment goes on without numbing.", reasons, "Skip numbing", at_once=True)

        def skip(reason: str) -> None:
            self.shell.close_overlay()
            receipt = self.attempt(lambda: self.console.desk.do(numbing.skip_anesthetic(reason)))
            if receipt is not None:
                self.shell.tell("Numbing is skipped.", "done", undo=lambda: self._take_back(receipt))

        sheet.given.connect(skip)
        self.shell.show_overlay(sheet, "Skip numbing", 560)

    def _take_back(self, receipt: Receipt) -> None:
        if self.attempt(lambda: self.console.desk.undo(receipt)):
            self._begin()
            self.show_again()

    def _ask_reaction(self) -> None:
        open_reaction(self.shell, self.console)
