"""Needling: map, live depth and speed, passes by foot or hand. The console never stops the pen."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from PySide6.QtCore import QRect
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout

from console.domain import needling
from console.domain.pedal import FootAct, PedalPlan
from console.domain.session import Command
from console.domain.session_events import PassStarted
from console.domain.session_state import SessionState
from console.domain.workflow import Phase, screening_gate
from console.services.console import Console
from console.services.hands_settings import read_pedal
from console.services.session_desk import Receipt, Saving
from ui.page import Action, Actions, Chip, StatusText
from ui.room.cartridge_change import CartridgeChange
from ui.room.choice_sheets import ReasonSheet
from ui.room.needling_area_facts import AreaFacts
from ui.room.needling_live import LiveColumn
from ui.room.needling_log import area_events
from ui.room.needling_map import AreaCard
from ui.room.needling_offers import DOWN, offer_of
from ui.room.needling_plan_card import ENDPOINTS, PlanCard
from ui.room.needling_readouts import Moment, minutes_text, readings_words, skin_words
from ui.room.needling_view import NeedlingView, area_rows, in_sentence, next_direction, place_words, view_of
from ui.room.room_page import RoomPage
from ui.widgets.buttons import Button
from ui.widgets.lists import AreaList

NUMBERS_S = 0.19  # numbers change five times a second, so that digits can be read
COUNT_S = 0.95
SILENT_S = 3.0  # without a reading for so long, going on by hand is offered
PAUSE_PX = 252
CLOCK_HELD, CLOCK_RUNS = "Clock held", "Clock runs on"
SHORT_REASONS = ("Patient asks to end", "Skin reacts", "Endpoint reached", "No time left", "Pen or cartridge fails")
NOTES = ("Even", "Tender here", "Old scar", "Dry skin", "Glided anew", "Skin held taut")
ENTRY_REST_S = 0.8  # a setting is recorded once the hand has left it alone this long


class NeedlingPage(RoomPage):
    """Made for gloved hands and one foot: every act is one touch or one press."""

    title = "Needling"
    needs_right_patient = True
    emergency_brief = True
    acts_while_locked = frozenset({"pause", "forward", "mark", "stop", "emergency"})

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._selected = ""
        self._view = view_of(SessionState())
        self._view_of: tuple[UUID | None, int] = (None, -1)
        self._numbers_s = self._counted_s = float("-inf")
        self._readings, self._fault, self._is_live, self._silent = "", False, False, False
        self._entry_due_s: float | None = None
        self._pedal = PedalPlan()
        self.areas, self.live, self.card = AreaCard(), LiveColumn(console), PlanCard()
        self._facts = AreaFacts(self)
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 12, 16, 12)
        line.setSpacing(12)
        line.addWidget(self.areas)
        line.addWidget(self.live, 1)
        line.addWidget(self.card)
        self._connect()

    def _connect(self) -> None:
        self.areas.area_chosen.connect(self._choose)
        self.card.list_wanted.connect(self._show_list)
        self.card.target_given.connect(self._change_target)
        self.card.endpoint_chosen.connect(self._note_endpoint)
        self.card.note_wanted.connect(self._ask_note)
        self.card.offer_taken.connect(self._take_offer)
        self.card.direction_wanted.connect(self._turn_direction)
        self.card.facts_wanted.connect(self._facts.show)
        self.live.hand.changed.connect(self._setting_changed)

    def place_while_locked(self) -> QRect:
        return self.card.geometry()  # what was done and noted; the readings beside it stay

    @property
    def emergency_px(self) -> int:
        return self.card.width()  # the readings in the middle stay in sight

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide, tall = max(self.width() - 1366, 0), max(self.height() - 568, 0)
        self.areas.setFixedWidth(300 + min(wide * 60 // 170, tall * 60 // 96))
        self.card.setFixedWidth(316 + min(wide * 32 // 170, 72))
        self.live.fit(tall)

    # --- what it shows ----------------------------------------------------------------------------------

    def enter(self, **context: object) -> None:
        super().enter(**context)
        self._selected, self._entry_due_s = "", None
        self._pedal = read_pedal(self.console.registry)
        self._facts.read_last()
        self._numbers_s = self._counted_s = float("-inf")

    def leave(self) -> None:
        self._entry_due_s = None
        self.live.thaw()

    @property
    def view(self) -> NeedlingView:
        """The state in the page's words, drawn anew only after an event."""
        front = self.console.desk.front
        now = (front.session_id if front else None, self.state.event_count)
        if now != self._view_of:
            self._view, self._view_of = view_of(self.state), now
        return self._view

    @property
    def needled(self) -> str:
        """The area the numbers are judged by: the active one, else the next, else the last."""
        return self.state.active_area or self.view.next_id or self.view.last_id

    @property
    def on_show(self) -> str:
        """The area of the right-hand card."""
        return self._selected if self._selected in self.state.areas else self.needled

    def also_shown(self) -> tuple[object, ...]:
        notice = self.console.station.notice
        return self._selected, notice.state, notice.other_pen, notice.pen, self._silent

    def show_state(self, state: SessionState) -> None:
        view, shown = self.view, self.on_show
        self.areas.show_areas(state, view, "" if view.all_done and not self._selected else shown)
        self.live.show_state(state, self.needled)
        self.live.offer_last(self._facts.ghost(self.needled))
        area = state.areas.get(shown)
        if area is not None:
            place = place_words(state, shown)
            under_way = state.active_area == shown and state.active_pass is not None
            self.card.show_area(area, place, under_way, shown in view.treatable)
            front = self.console.desk.front
            self.card.show_events(area_events(front.history, shown, state) if front else [])
        self.card.show_offer(offer_of(state, view, self.console.station, self._selected, self._silent))
        self._numbers_s = self._counted_s = float("-inf")

    def show_time(self) -> None:
        now_s = self.console.pen_clock.monotonic_s()
        if self._entry_due_s is not None and now_s >= self._entry_due_s:
            entered = self._enter_settings()
            if entered is not None and entered.events:
                self.shell.tell("Entered by hand.", kind="done", undo=lambda: self._take_back([entered]))
        if now_s - self._numbers_s >= NUMBERS_S:
            self._numbers_s = now_s
            self._show_numbers(now_s)
        if now_s - self._counted_s >= COUNT_S:
            self._counted_s = now_s
            self._show_counts(now_s)

    def _show_numbers(self, now_s: float) -> None:
        state, front = self.state, self.console.desk.front
        area = state.areas.get(self.needled)
        alarms = tuple(one for one in self.console.alarms.shown()
                       if front is not None and one.alarm.subject == str(front.session_id))
        judged = self.view.running and not state.paused
        moment = Moment(self.console.ring.latest(now_s), area.plan if area else None, alarms, judged)
        self._fault, self._is_live = moment.live and moment.values.fault, moment.live
        age_s = moment.values.age_s
        self._silent = self.view.running and (age_s is None or age_s > SILENT_S)
        known = self.needled in state.areas
        seconds = state.area_time_us(self.needled, self.console.clock.utc_us()) / 1e6 if known else 0.0
        self.live.show_numbers(moment, seconds, self._clock_words(state) if known else "")

    def _clock_words(self, state: SessionState) -> str:
        """Say whether the area's clock stands: only a hold stops it; without readings it runs on, as the record's."""
        if state.paused:
            return CLOCK_HELD
        return CLOCK_RUNS if self._link_down and state.active_pass is not None else ""

    @property
    def _link_down(self) -> bool:
        return not self.state.manual_mode and self.console.station.notice.state in DOWN

    def _show_counts(self, now_s: float) -> None:
        state, area_id = self.state, self.on_show
        rate = round(self.console.ring.readings_per_s(3.0, now_s))
        self._readings = readings_words(rate, state)
        begun = area_id in state.areas and state.areas[area_id].begun and not state.manual_mode
        self.card.show_facts(*(skin_words(self.console.station.tally, state, area_id) if begun else ()))

    def frame_tick(self) -> None:
        self.live.show_frame()

    # --- bars -------------------------------------------------------------------------------------------

    def status(self) -> StatusText:
        state, view = self.state, self.view
        total = minutes_text(state.needling_time_us(self.console.clock.utc_us()) // 1_000_000)
        source = "By hand, no readings" if state.manual_mode else self._readings
        facts = (*self._saving(), source, f"Needling {total}")
        notice = "pause" if view.paused else ""
        chips = (Chip("Pen reports a fault", "caution", "caution"),) if self._fault else ()
        dot = "caution" if view.dot == "live" and not self._is_live and not state.manual_mode else view.dot
        return StatusText(view.title, tuple(filter(None, facts)), chips, notice, "" if notice else dot)

    def _saving(self) -> tuple[str, ...]:
        words = {Saving.SAVED: "Saved", Saving.SAVING: "Saving", Saving.NOT_SAVED: "Not saved: kept in memory"}
        return (words[self.console.desk.saving()],)

    def page_actions(self) -> Actions:
        state, view, foot = self.state, self.view, self._pedal
        end = Action("end", "End needling", self._end, kind="quiet", hold=True, hint="Hold 1 s")
        if not state.needling_begun and screening_gate(state):  # an answer expired: the way back to it
            end = Action("back", "Preparation", self.go(Phase.PREPARATION), icon="left", kind="quiet")
        mark = Action("mark", "Mark", self._mark, icon="marker", shortcut="M", pedal_hint=foot.words(FootAct.MARK))
        if view.all_done:
            done = Action("end", "End needling", self._end, kind="primary", hold=True, icon="right",
                          hint="Serum comes next", pedal_hint="Hold 1 s, hand or foot", width=self.card.width())
            mark = replace(mark, pedal_hint="")  # a hold of the foot ends now
            return Actions([mark], [self._extra(), done])
        if view.paused:
            go_on = Action("pause", "Resume", self._pause, icon="play", kind="primary", shortcut="Space",
                           pedal_hint=foot.words(FootAct.PAUSE), width=PAUSE_PX)
            forward = Action("forward", view.forward_text, self._forward, hint="resume first", kind="quiet",
                             enabled=False, width=self.card.width())
            return Actions([end, mark], [self._extra(), go_on, forward])
        hold = Action("pause", "Pause", self._pause, icon="pause", kind="pause", shortcut="Space",
                      hint="Pen runs on", pedal_hint=foot.words(FootAct.PAUSE), enabled=state.needling_begun,
                      width=PAUSE_PX)
        forward = Action("forward", view.forward_text, self._forward, hint=view.forward_hint, kind="primary",
                         pedal_hint=foot.words(FootAct.FORWARD), shortcut="PgDown", width=self.card.width(),
                         enabled=bool(view.next_id) or view.running)
        return Actions([end, mark], [self._extra(), hold, forward])

    def _extra(self) -> Action:
        return Action("extra", "Extra pass", self._extra_pass, kind="quiet",
                      enabled=self.state.active_area is not None)

    # --- passes -----------------------------------------------------------------------------------------

    def _forward(self) -> None:
        if self.view.all_done:
            self.shell.tell("All areas done: hold End needling, or the pedal.", kind="info")
            return
        self._act(needling.forward())

    def _act(self, command: Command) -> None:
        """Carry out a step of the flow; it can be taken back for ten seconds."""
        self._enter_settings()
        receipt = self.attempt(lambda: self.console.desk.do(command))
        if receipt is None or not receipt.events:
            return
        self._selected = ""
        receipts = [receipt]
        if self.state.manual_mode and any(isinstance(event.what, PassStarted) for event in receipt.events):
            entered = self._record_settings()
            receipts += [entered] if entered else []
        self.show_again()
        self.shell.tell(self._step_words(), kind="done", undo=lambda: self._take_back(receipts))

    def _step_words(self) -> str:
        state = self.state
        if state.active_pass is None or state.active_area is None:
            return "All areas done." if self.view.all_done else "Area done."
        return f"{state.areas[state.active_area].plan.label}: pass {state.active_pass.number} begun."

    def _take_back(self, receipts: list[Receipt]) -> None:
        for receipt in reversed(receipts):
            self.attempt(lambda receipt=receipt: self.console.desk.undo(receipt))  # type: ignore[misc]

    def act_told(self, command: Command, words: str) -> None:
        """Carry out something that can be taken back, and say so."""
        receipt = self.attempt(lambda: self.console.desk.do(command))
        if receipt is not None and receipt.events:
            self.shell.tell(words, kind="done", undo=lambda: self._take_back([receipt]))

    def _extra_pass(self) -> None:
        self.act_told(needling.extra_pass(), "One pass more is planned.")

    def _pause(self) -> None:
        command = needling.resume() if self.state.paused else needling.pause()
        self.attempt(lambda: self.console.desk.do(command))

    def _mark(self) -> None:
        self.act_told(needling.mark(), "Marked.")

    def _end(self) -> None:
        self._enter_settings()
        if not self.view.passes_left:
            self.attempt(lambda: self.console.desk.do(needling.end_needling()))
            return
        left = self.view.areas_planned - self.view.areas_done
        words = f"{left} of {self.view.areas_planned} areas have passes left. They are recorded as left out."
        sheet = ReasonSheet(words, SHORT_REASONS, "End needling", kind="stop")

        def end(reason: str) -> None:
            self.shell.close_overlay()
            self.attempt(lambda: self.console.desk.do(needling.end_needling(reason)))

        sheet.given.connect(end)
        self.shell.show_overlay(sheet, "End needling early", 560)

    # --- the area on show -------------------------------------------------------------------------------

    def _choose(self, area_id: str) -> None:
        if area_id not in self.state.areas:
            self.shell.tell("That area is not in today's plan; nothing was changed.")
            return
        at_rest = area_id == self.needled and not self.view.all_done
        self._selected = "" if at_rest else area_id
        self.show_again()

    def _show_list(self) -> None:
        sheet = AreaList(area_rows(self.state, self.view.treatable, self.on_show), "needling.areas")

        def choose(area_id: str) -> None:
            self.shell.close_overlay()
            self._choose(area_id)

        sheet.area_chosen.connect(choose)
        self.shell.show_overlay(sheet, "Areas", 560)

    def _take_offer(self, name: str) -> None:
        if name == "label.reason":
            self._facts.ask_off_label()
        elif name.startswith("order."):
            self._facts.choose_order(name.removeprefix("order."))
        elif name == "switch.area":
            self._act(needling.start_area(self.on_show))
        elif name == "manual.go":
            self._go_by_hand()
            if self.state.manual_mode and self.view.running:
                self._record_settings()
        elif name == "pen.use":
            front = self.console.desk.front
            if front is not None:
                swap = self.console.station.notice.other_pen is not None or self._is_other_pen()
                self.attempt(lambda: self.console.station.take_pen(front, swap=swap))

    def _go_by_hand(self) -> None:
        front, station = self.console.desk.front, self.console.station
        if front is not None:
            self.attempt(lambda: station.go_by_hand(front, "Pen link lost", same_pen=True))

    def _is_other_pen(self) -> bool:
        bound, pen = self.state.pen, self.console.station.pen
        return bound is not None and pen is not None and bound.serial != pen.serial

    def _turn_direction(self) -> None:
        area_id = self.on_show
        if area_id in self.state.areas:
            self.act_told(needling.choose_direction(area_id, next_direction(self.state, area_id)), "Direction changed.")

    def _note_endpoint(self, endpoint: str, seen: bool) -> None:
        area_id = self.on_show
        self.act_told(needling.note_endpoint(area_id, endpoint, seen),
                      f"{dict(ENDPOINTS)[endpoint]} {'noted' if seen else 'no longer noted'}.")

    def _ask_note(self) -> None:
        area_id = self.on_show
        label = in_sentence(self.state.areas[area_id].plan.label) if area_id in self.state.areas else ""
        sheet = ReasonSheet(f"About {label}. It stands in the record with its time.", NOTES, "Write note")

        def write(text: str) -> None:
            self.shell.close_overlay()
            self.act_told(needling.write_note(text, area_id), "Note written.")

        sheet.given.connect(write)
        self.shell.show_overlay(sheet, "Note", 560)

    def _change_target(self, target_um: int, reason: str) -> None:
        self.act_told(needling.change_target(self.on_show, target_um, reason), "Target changed.")

    # --- by hand ----------------------------------------------------------------------------------------

    def _setting_changed(self) -> None:
        self._entry_due_s = self.console.pen_clock.monotonic_s() + ENTRY_REST_S

    def _enter_settings(self) -> Receipt | None:
        """Record what was dialled, if it waits to be."""
        waited, self._entry_due_s = self._entry_due_s is not None, None
        return self._record_settings() if waited and self.state.manual_mode and self.view.running else None

    def _record_settings(self) -> Receipt | None:
        hand, area_id = self.live.hand, self.state.active_area or ""
        command = needling.enter_by_hand(area_id, hand.depth_key.value(), hand.rate_key.value())
        return self.attempt(lambda: self.console.desk.do(command))

    # --- foot and keys ----------------------------------------------------------------------------------

    def on_pedal(self, act: str, held: bool) -> bool:
        if held and self.view.all_done:
            self._end()
        elif act == FootAct.FORWARD:
            self._forward()
        elif act == FootAct.PAUSE:
            if self.state.needling_begun:
                self._pause()
        else:
            self._mark()
        return True

    def on_scan(self, text: str) -> bool:
        return CartridgeChange(self).take(text)

    def on_pedal_progress(self, share: float, act: str) -> None:
        button = self.window().findChild(Button, f"action.{'end' if self.view.all_done else act}")
        if button is not None:
            button.set_held_share(share)

    def on_key(self, key: str) -> bool:
        acts: dict[str, Callable[[], object]] = {
            "L": self._show_list, "N": self._ask_note, "F": self._facts.show, "D": self._turn_direction,
            "E": lambda: self._toggle("erythema"), "B": lambda: self._toggle("pinpoint_bleeding"),
            "+": lambda: self._nudge(1), "-": lambda: self._nudge(-1)}
        act = acts.get(key)
        if act is None:
            return False
        act()
        return True

    def _toggle(self, endpoint: str) -> None:
        area = self.state.areas.get(self.on_show)
        if area is not None and self.on_show in self.view.treatable:
            self._note_endpoint(endpoint, endpoint not in area.endpoints)

    def _nudge(self, steps: int) -> None:
        area = self.state.areas.get(self.on_show)
        if area is not None and self.on_show in self.view.treatable:
            self.card.target.nudge(steps)
