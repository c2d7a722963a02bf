"""Needling by touches, foot and keys, over a pen the test plays."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from console_rig import PEN, RigClock, RigRecorder, ScriptedLink, walk_to
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QAbstractButton

from console.app.chrome import Chrome
from console.domain import needling
from console.domain.session_events import ManualSettings, MarkUndone, ScreeningExpired
from console.domain.session_state import SessionState
from console.domain.telemetry import Gap, GapCause, LinkNotice, LinkState
from console.domain.workflow import Phase
from console.services.area_ghost import AreaGhost
from console.services.console import Console
from ui.plots.target_band import PlotFlag
from ui.room.needling import NeedlingPage
from ui.room.needling_hand import entered_lines
from ui.room.needling_live import flags_now
from ui.room.needling_readouts import depth_axis, rate_axis
from ui.widgets.texts import Label

OTHER = replace(PEN, serial="A1-000077")


class Room:
    """The needling page in its window; ``stage`` is the room's touches."""

    def __init__(self, stage: Any, console: Console) -> None:
        self.stage, self.console, self.window = stage, console, stage.window
        page = self.window.page("needling")
        assert isinstance(page, NeedlingPage)
        self.page = page
        self.chrome = Chrome(self.window, console)
        self.show()

    @property
    def link(self) -> ScriptedLink:
        link = self.console.station.link
        assert isinstance(link, ScriptedLink)
        return link

    @property
    def state(self) -> SessionState:
        front = self.console.desk.front
        assert front is not None
        return front.state

    def live(self, seconds: float, depth_um: int | None = 600, contact: bool = True, rate_chz: int = 11_000) -> None:
        """Let time pass; the pen sends a reading every 4 ms unless ``depth_um`` is None."""
        clock = self.console.clock
        assert isinstance(clock, RigClock)
        for _ in range(round(seconds * 10)):
            clock.advance(0.1)
            if depth_um is not None:
                self.link.push(25, depth_um, rate_chz, contact)
            self.console.station.drain()
        self.show()

    def show(self) -> None:
        self.console.station.drain()
        self.chrome.refresh()
        self.window._refresh()
        self.page.frame_tick()
        QCoreApplication.processEvents()

    def tap(self, name: str) -> None:
        self.stage.click(name)
        self.show()

    def pedal(self, act: str = "forward") -> None:
        self.window._pedal_acted(act, False)
        self.show()

    def key(self, key: str) -> None:
        assert self.window._take_key(key), f"nobody takes {key}"
        self.show()

    @property
    def title(self) -> str:
        return self.page.status().title

    @property
    def facts(self) -> tuple[str, ...]:
        return self.page.status().facts

    @property
    def depth(self) -> Any:
        return self.page.live.depth_now.look()

    @property
    def events(self) -> list[str]:
        return [one.text for one in self.page.card.log.rows()]

    def label(self, key: str) -> str:
        button = self.window.action_bar.button(key)
        assert button is not None
        return f"{button.text()} | {button.hint}"


@pytest.fixture
def room(stage: Any, console: Console) -> Room:
    """P-0412 has just entered needling; pen A1-000042 sends readings."""
    link = console.station.link
    assert isinstance(link, ScriptedLink)
    link.show_pen(state=LinkState.STREAMING)
    console.station.drain()
    walk_to(console, Phase.NEEDLING)
    made = Room(stage, console)
    made.live(0.5)
    return made


@pytest.fixture
def hand_room(stage: Any, console: Console) -> Room:
    """As ``room``, by hand: there is no pen."""
    walk_to(console, Phase.NEEDLING)
    return Room(stage, console)


def finish_all(room: Room) -> None:
    while not room.page.view.all_done:
        room.pedal()


# --- passes ---------------------------------------------------------------------------------------------


def test_the_foot_alone_needles_every_area(room: Room) -> None:
    assert room.title == "Ready: start with forehead"
    assert room.label("forward") == "Start | Forehead. Pedal: press"
    room.pedal()
    assert room.title == "Forehead: pass 1 of 2"
    assert room.label("forward") == "Next pass | 2 of 2. Pedal: press"
    room.pedal()
    assert room.label("forward") == "Next area | Nose. Pedal: press"
    finish_all(room)
    assert room.title == "All areas done: end needling"
    assert room.page.view.areas_done == room.page.view.areas_planned == 9
    before = len(room.stage.kinds())
    room.pedal()
    assert len(room.stage.kinds()) == before
    room.stage.hold("action.end")
    assert room.state.phase is Phase.SERUM


def test_a_forward_step_is_undone_and_stays_struck_in_the_events(room: Room) -> None:
    room.pedal()
    room.live(2.0)
    room.pedal()
    assert room.title == "Forehead: pass 2 of 2"
    room.tap("notice.undo")
    assert room.title == "Forehead: pass 1 of 2"
    rows = room.page.card.log.rows()
    assert [(one.text, one.struck) for one in rows] == [
        ("Pass 2 started", True), ("Pass 1 done", True), ("Pass 1 started", False)]


def test_the_notice_of_a_step_names_area_and_pass(room: Room) -> None:
    room.pedal()
    assert room.stage.told() == "Forehead: pass 1 begun."


def test_ending_with_passes_left_asks_for_a_reason(room: Room) -> None:
    room.pedal()
    room.stage.hold("action.end")
    assert room.state.phase is Phase.NEEDLING
    room.tap("reason.skin_reacts")
    room.tap("reason.confirm")
    assert room.state.phase is Phase.SERUM
    assert room.state.areas["face.nose"].short_reason == "Skin reacts"


def test_the_last_pass_of_the_last_area_ends_without_a_question(room: Room) -> None:
    while room.page.view.passes_left:
        room.pedal()
    assert room.page.view.running
    room.stage.hold("action.end")
    assert room.state.phase is Phase.SERUM


def test_an_extra_pass_is_planned_and_taken_back(room: Room) -> None:
    room.pedal()
    room.tap("action.extra")
    assert room.state.areas["face.forehead"].plan.passes == 3
    room.tap("notice.undo")
    assert room.state.areas["face.forehead"].plan.passes == 2


def test_a_double_press_pauses_and_never_claims_to_stop_the_pen(room: Room) -> None:
    room.pedal("pause")
    assert not room.state.paused, "nothing to pause before the first pass"
    room.pedal()
    room.live(5.0)
    room.pedal("pause")
    assert room.title == "Paused: the pen is not stopped by the console"
    assert room.page.status().notice == "pause"
    held = room.page.live.time.look()
    room.live(20.0)
    assert room.page.live.time.look() == held and held.footer == "Clock held"
    assert room.depth.text == "0.60" and room.depth.state == "plain"
    assert room.label("forward") == "Next pass | resume first"
    room.tap("action.pause")
    room.live(1.0)
    assert not room.state.paused and room.page.live.time.look() != held


def test_pause_says_what_it_does_not_do(room: Room) -> None:
    room.pedal()
    assert room.label("pause").startswith("Pause | Pen runs on")


def test_holding_the_pedal_marks_but_first_acknowledges(room: Room) -> None:
    room.pedal()
    room.window._pedal_acted("mark", True)
    room.show()
    assert room.stage.kinds().count("mark_set") == 1 and "Mark" in room.events
    room.live(3.0, depth_um=1200)
    room.window._pedal_acted("mark", True)
    room.show()
    assert room.stage.kinds().count("mark_set") == 1
    assert all(one.acknowledged_at_us for one in room.state.alarms.values())


def test_the_mark_button_fills_while_the_pedal_is_held(room: Room) -> None:
    room.window._pedal_progress(0.5, "mark")
    button = room.window.action_bar.button("mark")
    assert button is not None and button.held_share == 0.5


# --- numbers --------------------------------------------------------------------------------------------


def test_depth_says_where_it_comes_from_and_that_it_is_in_band(room: Room) -> None:
    room.pedal()
    room.live(1.0)
    assert (room.depth.text, room.depth.state, room.depth.provenance) == ("0.60", "in_band", "measured")
    assert room.page.live.rate_now.look().text == "110"
    assert "250 readings a second, none lost" in room.facts


def test_numbers_change_five_times_a_second_at_most(room: Room) -> None:
    room.pedal()
    room.live(1.0)
    clock = room.console.clock
    assert isinstance(clock, RigClock)
    room.link.push(50, 700)
    clock.advance(0.1)
    room.page.refresh()
    assert room.depth.text == "0.60"
    clock.advance(0.1)
    room.page.refresh()
    assert room.depth.text == "0.70"


def test_too_deep_fills_the_cell_and_stands_in_the_events(room: Room) -> None:
    room.pedal()
    room.live(3.0, depth_um=920)
    assert (room.depth.state, room.depth.note, room.depth.priority) == ("alarm", "0.17 over limit", "medium")
    assert room.page.live.depth_plot._alarm == ("above", "medium")
    assert room.page.card.log.rows()[0].text == "Depth above plan"
    assert room.page.card.log.rows()[0].priority == "medium"
    room.live(2.0)
    assert room.depth.state == "in_band"


def test_a_lifted_pen_is_not_called_in_band(room: Room) -> None:
    room.pedal()
    room.live(1.0, contact=False)
    assert (room.depth.state, room.depth.note) == ("no_contact", "Not on skin")


def test_stale_readings_are_never_shown_as_live(room: Room) -> None:
    room.pedal()
    room.live(1.0)
    room.live(0.4, depth_um=None)
    assert room.depth.state == "in_band"
    room.live(3.0, depth_um=None)
    assert (room.depth.text, room.depth.state) == ("", "stale")
    assert room.depth.note == "Last 0.60 mm, 3 s ago"
    assert room.page.live.rate_now.look().state == "stale"
    assert room.page.status().dot != "live"


def seconds_of(text: str) -> int:
    minutes, seconds = text.split(":")
    return int(minutes) * 60 + int(seconds)


def test_a_lost_link_leaves_a_block_while_the_clock_runs_as_the_record_says(room: Room) -> None:
    room.pedal()
    room.live(10.0)
    room.link.lose()
    room.live(4.0, depth_um=None)
    lost = room.page.live.time.look()
    assert lost.footer == "Clock runs on"
    assert room.page.live.depth_plot._columns.missing.any()
    room.live(3.0, depth_um=None)
    later = room.page.live.time.look()
    assert seconds_of(later.text) - seconds_of(lost.text) in (2, 3, 4)
    assert "Pen link lost" in room.events
    assert "No readings, none lost" in room.facts
    room.link.show_pen(state=LinkState.STREAMING)
    room.live(1.0)
    back, now_us = room.page.live.time.look(), room.page.console.clock.utc_us()
    assert back.footer.startswith("About")
    assert abs(seconds_of(back.text) - room.state.area_time_us(room.page.needled, now_us) / 1e6) <= 1.2


def test_lost_readings_are_counted(room: Room) -> None:
    room.pedal()
    room.live(1.0)
    room.link._sink.on_gap(Gap(PEN.serial, PEN.boot_id, 100, 1234, GapCause.NOT_HELD))  # type: ignore[union-attr]
    room.live(1.2)
    assert "250 readings a second, 1,234 lost" in room.facts
    assert "1,234 readings missing" in room.events


def test_saved_is_said_only_once_it_is(room: Room) -> None:
    recorder = room.console.recorder
    assert isinstance(recorder, RigRecorder)
    assert room.facts[0] == "Saved"
    recorder.slow = True
    room.pedal()
    assert room.facts[0] == "Saving"
    recorder.failing = "the disk is full"
    assert room.facts[0] == "Not saved: kept in memory"
    recorder.failing, recorder.slow = "", False
    recorder.catch_up()
    assert room.facts[0] == "Saved"


def test_a_pen_that_tells_no_contact_leaves_no_lift_gaps(stage: Any, console: Console) -> None:
    link = console.station.link
    assert isinstance(link, ScriptedLink)
    link.show_pen(replace(PEN, channels=15), LinkState.STREAMING)
    console.station.drain()
    walk_to(console, Phase.NEEDLING)
    room = Room(stage, console)
    room.pedal()
    room.live(2.0, contact=False)
    assert room.depth.state == "in_band"
    assert room.page.card.facts.text() == "No contact told: no time on skin"


# --- the area on show -----------------------------------------------------------------------------------


def test_a_tap_on_the_map_only_points(room: Room) -> None:
    room.pedal()
    room.page.areas.map.area_chosen.emit("face.nose")
    room.show()
    assert room.state.active_area == "face.forehead" and room.page.card._name.text() == "Nose"
    assert room.stage.button("switch.area").text() == "Switch to nose?"
    room.tap("switch.area")
    assert room.state.active_area == "face.nose" and not room.stage.there("switch.area")


def test_any_area_is_reached_by_the_list(room: Room) -> None:
    room.pedal()
    room.tap("areas.list")
    room.tap("area.face.chin")
    assert room.page.card._name.text() == "Chin" and room.state.active_area == "face.forehead"


def test_an_area_outside_the_plan_changes_nothing(room: Room) -> None:
    room.page.areas.map.area_chosen.emit("neck")
    room.show()
    assert room.stage.told() == "That area is not in today's plan; nothing was changed."
    assert room.page.card._name.text() == "Forehead"


def test_a_blocked_area_cannot_be_started(room: Room) -> None:
    room.page._view = replace(room.page.view, treatable=room.page.view.treatable - {"face.nose"})
    room.page._selected, room.page._shown = "face.nose", ()
    room.show()
    assert not room.stage.there("switch.area")
    assert room.page.card._offer_words.text() == "Screening blocks nose today. It cannot be needled."


def test_another_target_waits_for_its_reason(room: Room) -> None:
    room.pedal()
    room.tap("target.plus")
    room.tap("target.plus")
    assert room.state.areas["face.forehead"].plan.target_depth_um == 600
    room.tap("target.reason.thicker_skin")
    plan = room.state.areas["face.forehead"].plan
    assert (plan.target_depth_um, plan.band_low_um, plan.band_high_um) == (700, 550, 850)
    assert "Target 0.70 mm: Thicker skin" in room.events
    room.tap("notice.undo")
    assert room.state.areas["face.forehead"].plan.target_depth_um == 600
    assert room.page.card.target.value() == 600


def test_a_target_without_a_reason_is_kept(room: Room) -> None:
    room.key("+")
    room.tap("target.keep")
    assert room.page.card.target.value() == 600 and not room.page.card.asking


def test_endpoints_are_noted_and_taken_back(room: Room) -> None:
    room.pedal()
    room.tap("endpoint.erythema")
    assert room.state.areas["face.forehead"].endpoints == ["erythema"] and "Erythema" in room.events
    room.key("E")
    assert room.state.areas["face.forehead"].endpoints == []
    room.key("B")
    assert room.state.areas["face.forehead"].endpoints == ["pinpoint_bleeding"]


def test_a_note_is_written_by_one_chip(room: Room) -> None:
    room.pedal()
    room.tap("note.add")
    room.tap("reason.tender_here")
    room.tap("reason.confirm")
    assert room.state.areas["face.forehead"].notes == ["Tender here"]


def test_keys_do_what_the_hands_do(room: Room) -> None:
    room.key("PgDown")
    assert room.title == "Forehead: pass 1 of 2"
    room.key("Space")
    assert room.state.paused
    room.key("Space")
    room.key("M")
    assert not room.state.paused and room.stage.kinds()[-1] == "mark_set"
    room.key("L")
    assert room.window.overlay is not None
    room.key("Esc")
    assert not room.page.on_key("Q")


# --- pens and no pen ------------------------------------------------------------------------------------


def test_another_pen_is_used_only_when_it_is_accepted(room: Room) -> None:
    room.pedal()
    room.live(1.0)
    room.link.notice(LinkNotice(LinkState.STALE, "another pen answers", "sim://1", PEN, 0, OTHER))
    room.show()
    assert room.stage.button("pen.use").text() == "Use pen A1-000077"
    assert room.state.pen is not None and room.state.pen.serial == PEN.serial
    room.tap("pen.use")
    assert room.state.pen.serial == "A1-000077" and room.state.pen.swap
    assert room.link.accepted == ["A1-000077"]


def test_a_lost_pen_lets_the_hand_go_on(room: Room) -> None:
    room.pedal()
    room.live(1.0)
    room.link.lose()
    room.live(2.0, depth_um=None)
    room.tap("manual.go")
    assert room.state.manual_mode
    assert room.stage.there("manual.depth") and "By hand, no readings" in room.facts
    entered = room.state.areas["face.forehead"].manual[-1][1]
    assert (entered.depth_um, entered.rate_chz) == (600, 11_000)


def test_a_silent_pen_lets_the_hand_go_on_too(room: Room) -> None:
    room.pedal()
    room.live(2.5, depth_um=None)
    room.show()
    assert not room.stage.there("manual.go")
    room.live(1.0, depth_um=None)
    room.show()
    assert room.stage.there("manual.go")
    room.page.areas.map.area_chosen.emit("face.nose")
    room.show()
    assert room.stage.there("switch.area") and not room.stage.there("manual.go")


def test_settings_by_hand_are_recorded_with_each_pass_and_change(hand_room: Room) -> None:
    room = hand_room
    room.pedal()
    assert len(room.state.areas["face.forehead"].manual) == 1
    room.tap("manual.depth.plus")
    room.tap("manual.depth.plus")
    assert len(room.state.areas["face.forehead"].manual) == 1, "recorded once the hand rests"
    room.live(1.0, depth_um=None)
    manual = [one.depth_um for _, one in room.state.areas["face.forehead"].manual]
    assert manual == [600, 700]
    room.tap("manual.rate.minus")
    room.pedal()
    manual = [(one.depth_um, one.rate_chz) for _, one in room.state.areas["face.forehead"].manual]
    assert manual == [(600, 11_000), (700, 11_000), (700, 10_500), (700, 10_500)]


def test_undoing_a_pass_by_hand_takes_its_settings_along(hand_room: Room) -> None:
    hand_room.pedal()
    hand_room.tap("notice.undo")
    assert hand_room.state.areas["face.forehead"].manual == [] and hand_room.state.active_pass is None
    front = hand_room.console.desk.front
    assert front is not None
    assert sum(isinstance(one.what, MarkUndone) for one in front.history) == 2


def test_a_pen_that_comes_is_offered_while_needling_by_hand(hand_room: Room) -> None:
    hand_room.link.show_pen()
    hand_room.show()
    hand_room.tap("pen.use")
    assert not hand_room.state.manual_mode and not hand_room.stage.there("manual.depth")


# --- lines and axes ------------------------------------------------------------------------------------------


def test_entered_values_are_steps_in_the_plot() -> None:
    entered = [(0, ManualSettings("face.nose", 500, 9_000)), (15_000_000, ManualSettings("face.nose", 800, None))]
    depth, rate = entered_lines(entered, 30, 20_000_000, 30.0)
    assert np.isnan(depth[:10]).all() and (depth[10:25] == 0.5).all() and (depth[25:] == 0.8).all()
    assert (rate[10:25] == 90.0).all() and np.isnan(rate[25:]).all()


def test_flags_keep_their_words_only_where_there_is_room() -> None:
    told = [PlotFlag(40.0, "Pass 1"), PlotFlag(20.0, "Pass 2"), PlotFlag(10.0, "Pass 3"), PlotFlag(7.0, "Pass 1"),
            PlotFlag(0.5, "Pass 2")]
    flags = flags_now(told, 30.0, 22.0)
    assert [(one.ago_s, one.text) for one in flags] == [
        (20.0, "Pass 2"), (10.0, "Pass 3"), (7.0, "Pass 1"), (0.5, "")]
    assert [one.text for one in flags_now(told, 120.0, 5.5)] == ["Pass 1", "Pass 2", "", "", ""]
    assert flags_now([], 30.0, 22.0) == []


def test_last_times_readings_lie_under_the_trace_where_asked_for(room: Room) -> None:
    live = room.page.live
    assert not live.tools.last.isVisible(), "the last session was by hand"
    room.pedal()
    room.live(3)
    live.offer_last(AreaGhost(0.25, np.full(40, 500.0), np.full(40, 520.0)))
    room.show()
    assert live.depth_plot._columns.ghost is None, "not unless asked for"
    room.tap("plot.last")
    low, high = live.depth_plot._columns.ghost
    assert np.nanmin(low) == 0.5 and np.nanmax(high) == 0.52 and np.isnan(low[:10]).all()
    room.tap("plot.last")
    assert live.depth_plot._columns.ghost is None


@pytest.mark.parametrize("area_id", ["face.forehead", "face.cheek_left", "face.nose"])
def test_the_axes_hold_the_band_with_room_on_both_sides(room: Room, area_id: str) -> None:
    plan = room.state.areas[area_id].plan
    low, high, ticks = depth_axis(plan)
    assert low < plan.band_low_um / 1000 - 0.1 and high > plan.band_high_um / 1000 + 0.2
    assert all(low < tick < high for tick in ticks) and 4 <= len(ticks) <= 7
    low, high, ticks = rate_axis(plan)
    assert low < plan.rate_low_chz / 100 and high > plan.rate_high_chz / 100 and len(ticks) == 3


def test_nothing_is_drawn_anew_while_nothing_happens(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    room.pedal()
    room.live(1.0)
    calls: list[str] = []
    monkeypatch.setattr(room.page.areas, "show_areas", lambda *_: calls.append("map"))
    monkeypatch.setattr(room.page.card, "show_area", lambda *_: calls.append("card"))
    for _ in range(20):
        room.live(0.1)
    assert calls == []


def test_nothing_is_drawn_twice_for_the_same_event(room: Room) -> None:
    room.console.desk.do(needling.forward())
    room.show()
    view = room.page.view
    room.show()
    assert room.page.view is view
    room.console.desk.do(needling.mark())
    assert room.page.view is not view


# --- behind the area card -------------------------------------------------------------------------------


def test_one_touch_turns_the_direction_of_the_pass_and_is_taken_back(room: Room) -> None:
    assert room.page.card.direction.direction == "horizontal"
    room.pedal()
    room.tap("pass.direction")
    assert room.page.card.direction.direction == "vertical"
    assert room.state.areas["face.forehead"].directions == ("vertical",)
    room.tap("notice.undo")
    assert room.page.card.direction.direction == "horizontal"
    room.key("D")
    room.pedal()
    assert room.page.card.direction.direction == "vertical", "the second pass goes as planned"
    assert room.state.areas["face.forehead"].directions == ("vertical", "vertical")


def test_by_rounds_is_offered_before_the_first_pass_and_the_pedal_follows(room: Room) -> None:
    room.tap("order.rounds")
    assert room.state.order == "rounds" and room.stage.there("order.area")
    room.pedal()
    assert not room.stage.there("order.area")
    assert room.label("forward") == "Next area | Nose, pass 1. Pedal: press"
    for _ in range(9):
        room.pedal()
    assert {area.passes_done for area in room.state.areas.values()} == {1}
    assert room.title == "Forehead: pass 2 of 2"
    finish_all(room)
    assert all(area.passes_done == area.plan.passes for area in room.state.areas.values())


def test_the_facts_tell_the_parts_of_the_estimate_and_take_the_pain(room: Room) -> None:
    room.pedal()
    room.live(2.0)
    tally = room.console.station.tally
    assert room.page.card.facts.text().startswith("Est. ")
    room.tap("area.facts")
    words = [one.text() for one in room.window.findChildren(Label)]
    assert f"{tally.strokes('face.forehead'):,} strokes × 12 needles ÷ 40.4 cm² (estimate)" in words
    assert "Time on skin 2 s, by the pen's contact flag" in words
    assert "The plan gives no range of densities: the clinic can enter one in its settings" in words
    room.tap("pain.4")
    room.tap("pain.of.session")
    room.tap("pain.10")
    assert [vas for _, vas in room.state.areas["face.forehead"].pain] == [40]
    assert [vas for _, vas in room.state.pain] == [100]
    room.tap("order.rounds")
    assert room.state.order == "rounds"
    for name in ("area.facts", "pain.0", "order.area"):
        button = room.window.findChild(QAbstractButton, name)
        assert button.accessibleName() and button.height() >= 56 and button.width() >= 64, name


def test_a_target_off_label_is_said_on_the_card_and_asks_once_why(room: Room) -> None:
    assert room.page.card._place.text() == "Area 1 of 9, on label"
    room.console.desk.do(needling.change_target("face.forehead", 2600, "Deeper scars"))
    room.pedal()
    assert room.page.card._place.text() == "Area 1 of 9, off label"
    room.tap("label.reason")
    room.tap("reason.clinic_protocol")
    assert room.state.off_label[-1].reason == "Clinic protocol" and not room.stage.there("label.reason")
    room.console.desk.do(needling.change_target("face.forehead", 2700, "Deeper scars"))
    room.show()
    assert not room.stage.there("label.reason"), "the same finding is not asked again"


def test_by_hand_there_is_no_density_and_the_facts_say_why(hand_room: Room) -> None:
    hand_room.pedal()
    hand_room.tap("area.facts")
    words = [one.text() for one in hand_room.window.findChildren(Label)]
    assert "No density" in words and "Depth and speed are entered by hand" in words


def test_an_answer_that_expired_stands_in_the_way_of_the_first_pass_and_there_is_a_way_back(room: Room) -> None:
    first = room.state.rules[0].rule_id
    room.console.desk.do(needling.facts(ScreeningExpired((first,), "2026-11-18")))
    room.pedal()
    assert not room.state.needling_begun
    room.tap("action.back")
    assert room.state.phase is Phase.PREPARATION


# --- every mark can be taken back for ten seconds ---------------------------------------------------------


def taken_back(room: Room) -> list[str]:
    """Undo by the notice's button, once it is seen that ten seconds are given."""
    room.show()
    assert room.window.notice.can_undo, "no way back is offered"
    room.live(9.0)
    assert room.window.notice.can_undo
    room.tap("notice.undo")
    return [event.what.kind for event in room.console.desk.front.history]


@pytest.mark.parametrize(("act", "kind"), [
    (lambda room: room.key("M"), "mark_set"), (lambda room: room.key("E"), "endpoint_noted"),
    (lambda room: room.tap("endpoint.pinpoint_bleeding"), "endpoint_noted"),
    (lambda room: room.key("D"), "direction_chosen"),
])
def test_a_mark_is_taken_back(room: Room, act: Any, kind: str) -> None:
    room.pedal()
    act(room)
    assert room.stage.kinds()[-1] == kind
    assert taken_back(room)[-1] == "mark_undone"
    assert room.state.areas[room.page.needled].endpoints == []


def test_the_way_back_ends_after_ten_seconds(room: Room) -> None:
    room.pedal()
    room.key("E")
    room.live(10.5)
    assert not room.window.notice.can_undo
