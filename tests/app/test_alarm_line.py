"""Alarms as they are seen and answered on the program's own window."""

from collections.abc import Iterator

import pytest
from alarm_room import LIVING, AlarmRoom
from console_rig import rig_library
from fake_clock import FakeClock
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QMessageBox

from console.domain import cartridges, needling
from console.domain import session_events as ev
from console.domain.people import Role, Staff
from console.domain.telemetry import CARTRIDGE_ATTACHED, SampleFlag
from console.services.alarm_board import AUDIO_PAUSE_S, AlarmBoard
from console.services.sample_fanout import Inbox
from console.services.sound_settings import save_sound
from ui.fonts import style_font
from ui.page import AlarmText
from ui.paint import text_width
from ui.sounds import NO_DEVICE, NullSounds
from ui.theme import apply_theme
from ui.widgets.status_line import ALARM_LOOKS

RULES = rig_library().alarms


@pytest.fixture
def room(qapp: QApplication) -> Iterator[AlarmRoom]:
    apply_theme(qapp, "light")
    made = AlarmRoom(qapp)
    yield made
    made.close()


def touch(room: AlarmRoom, name: str) -> None:
    QTest.mouseClick(room.find(name), Qt.MouseButton.LeftButton)
    room.frames()


def test_an_alarm_is_on_the_line_in_the_frame_after_the_sample(room: AlarmRoom) -> None:
    room.stream(2.0)
    room.stream(1.3, depth_um=room.plan.band_high_um + 200)
    room.frames(1)
    assert room.window.status_line.alarm is not None
    assert room.window.status_line.alarm.title == "Depth above plan"


@pytest.mark.parametrize(("rule_id", "low_hz", "high_hz"), [
    ("not_saved", 1.4, 2.8), ("rate_stalled", 0.4, 0.8), ("battery_low", 0.0, 0.0)])
def test_each_priority_flashes_at_its_rate_until_it_is_answered(
        room: AlarmRoom, rule_id: str, low_hz: float, high_hz: float) -> None:
    room.raise_alarm(rule_id)
    room.frames(1)
    flash = room.window.status_line._flash
    rate_hz = 1000 / (2 * flash.interval()) if flash.isActive() else 0.0
    assert low_hz <= rate_hz <= high_hz
    touch(room, "alarm.acknowledge")
    assert not flash.isActive() and room.find("alarm.acknowledge") is None
    assert room.events("alarm_acknowledged")


def test_no_priority_is_told_by_colour_alone(room: AlarmRoom) -> None:
    marks = {priority: look[2] for priority, look in ALARM_LOOKS.items()}
    assert marks == {"low": 1, "medium": 2, "high": 3}
    room.raise_alarm("battery_low")
    room.frames(1)
    assert room.window.status_line.accessibleName().startswith("Alarm, low: ")


def test_the_pause_of_the_sounds_is_shown_counts_down_and_ends_by_itself(room: AlarmRoom) -> None:
    room.raise_alarm("rate_stalled")
    room.frames()
    touch(room, "alarm.pauseSound")
    assert [one.seconds for one in room.events("audio_paused")] == [120]
    shown = room.find("alarm.pauseLeft")
    assert shown.words == "2:00" and "2:00 left" in shown.accessibleName()
    assert room.find("alarm.pauseSound") is None
    room.console.clock.advance(61.5)
    room.frames()
    assert shown.words == "0:59"
    touch(room, "alarm.acknowledge")
    assert room.find("alarm.pauseLeft") is shown, "in sight also where no alarm waits"
    room.raise_alarm("not_saved")
    room.frames(1)
    assert room.find("alarm.pauseLeft") is None, "a high alarm sounds all the same"
    room.raise_alarm("not_saved", on=False)
    room.console.station.acknowledge("not_saved", room.subject)
    room.console.clock.advance(AUDIO_PAUSE_S)
    room.frames()
    assert room.find("alarm.pauseLeft") is None and room.board.audio_paused_s() == 0


def test_a_latched_alarm_can_be_answered_after_its_cause_is_over(room: AlarmRoom) -> None:
    room.raise_alarm("depth_above_ceiling")
    room.raise_alarm("depth_above_ceiling", on=False)
    room.console.clock.advance(600)
    room.frames()
    assert "not acknowledged" in room.window.status_line.alarm.detail
    touch(room, "alarm.acknowledge")
    assert room.window.status_line.alarm is None


def test_an_unanswered_alarm_says_so_and_stands_in_the_history(room: AlarmRoom) -> None:
    room.raise_alarm("rate_stalled")
    room.console.clock.advance(14.0)
    room.console.station.drain()
    assert room.events("alarm_escalated") == []
    room.console.clock.advance(1.5)
    room.frames(2)
    told, = room.events("alarm_escalated")
    assert (told.after_s, told.louder, told.priority) == (15, 1, "medium")
    room.frames(1)
    assert room.window.status_line.alarm.detail.endswith("Unanswered.")


def test_the_alarms_of_the_session_are_one_touch_away(room: AlarmRoom) -> None:
    assert room.find("alarm.history") is None, "nothing to show before the first"
    room.raise_alarm("battery_low")
    room.frames()
    touch(room, "alarm.history")
    sheet = room.window.overlay
    assert sheet is not None and sheet.objectName() == "alarmSheet"
    assert room.find("alarms.list").rows()[0].text == "Pen battery ---%: lasts, not acknowledged"
    touch(room, "alarm.acknowledge")
    assert "acknowledged" in room.find("alarms.words").text()
    assert "not acknowledged" not in room.find("alarms.list").rows()[0].text, "true while it is open"


def test_a_bad_sensor_is_named_and_its_number_not_shown(room: AlarmRoom) -> None:
    room.stream(1.0)
    room.stream(0.5, depth_um=9000)
    room.frames()
    assert room.window.status_line.alarm.title == "Bad sensor"
    latest = room.console.ring.latest(room.console.clock.monotonic_s())
    assert latest.depth_um is None and latest.bad_depth
    assert room.console.ring.window(10.0, 100).depth_max_um[-1] != 9000


def test_every_alarm_s_words_fit_the_line_beside_all_its_buttons(room: AlarmRoom) -> None:
    room.window.resize(1366, 768)
    line = room.window.status_line
    line.show_count(12)
    for rule in RULES:
        title, _, advice = rule.text.replace("{value}", "15%").partition(". ")
        line.show_alarm(AlarmText("one", rule.priority.value, title.rstrip("."), advice, 1))
        for part, style in ((line._title, "alarm"), (line._detail, "lead")):
            assert text_width(part.text(), style_font(style)) <= part.width() + 1, part.text()


class Missing(NullSounds):
    """Sounds that looked for a device in vain."""

    missing, test_result = True, NO_DEVICE  # type: ignore[assignment]


def test_no_sound_device_is_an_alarm_and_is_said_at_the_start(qapp: QApplication) -> None:
    apply_theme(qapp, "light")
    made = AlarmRoom(qapp, Missing(AlarmBoard(RULES, FakeClock(), Inbox())))
    made.console.clock.advance(3.0)
    made.frames()
    assert "no_sound" in [one.alarm.rule.rule_id for one in made.board.shown()]
    assert made.window.notice.text == NO_DEVICE
    made.close()


def test_nothing_that_opens_while_needling_takes_the_screen(room: AlarmRoom) -> None:
    """Touch every control that stands on the page, and each sheet's own: none opens a window of its own."""
    touched: set[str] = set()
    room.stream(3.0)
    for alarm in ("", "battery_low", "rate_stalled", "not_saved"):
        if alarm:
            room.raise_alarm(alarm)
        _touch_all(room, touched)
    assert {"action.pause", "mark", "alarm.history"} & touched and len(touched) > 10, touched


def _touch_all(room: AlarmRoom, touched: set[str]) -> None:
    room.frames()
    for name in sorted({one.objectName() for one in room.window.findChildren(QAbstractButton)
                        if one.isVisible() and one.isEnabled() and one.objectName()}):
        if name == "alarm.acknowledge" or (button := room.find(name)) is None or not button.isEnabled():
            continue
        button.click()
        room.frames(2)
        touched.add(name)
        own = [one for one in QApplication.topLevelWidgets() if one.isVisible() and one is not room.window]
        assert own == [] and QApplication.activeModalWidget() is None, name
        assert not room.window.findChildren(QDialog) and not room.window.findChildren(QMessageBox), name
        line = room.window.status_line
        for part in (line._lead, *filter(None, [room.find("alarm.acknowledge")])):
            middle = part.mapTo(room.window, part.rect().center())
            assert room.window.childAt(middle) is part, f"{name} lies over the alarm line"
        while room.window.overlay is not None:
            room.window.close_overlay()
            room.frames(1)
        if room.window.page_key != "needling":
            room.window.open_page("needling")


def test_contact_with_the_motor_off_grows_from_low_to_medium_when_unanswered(room: AlarmRoom) -> None:
    room.stream(1.0)
    still = LIVING & ~SampleFlag.MOTOR_RUNNING
    room.stream(2.3, still, rate_chz=0)
    assert [one.priority for one in room.board.shown()] == ["low"]
    room.stream(15.5, still, rate_chz=0)
    assert [one.priority for one in room.board.shown()] == ["medium"]
    assert room.events("alarm_escalated")[0].priority == "medium"


def test_a_missed_heartbeat_at_its_limit_and_one_beyond(room: AlarmRoom) -> None:
    def missed() -> bool:
        return "heartbeat_missed" in [one.alarm.rule.rule_id for one in room.board.shown() if one.lasting]

    room.stream(5.0)
    assert not missed(), "a pen that never told of its state cannot miss it"
    room.link.push_status()
    room.console.station.drain()
    room.stream(3.0)
    assert not missed()
    room.stream(0.1)
    assert missed()
    room.link.push_status()
    room.stream(0.1)
    assert not missed()


def test_a_used_cartridge_put_back_on_the_pen_is_told(room: AlarmRoom) -> None:
    bound = room.state.cartridge
    room.console.desk.do(cartridges.unbind_cartridge("bent", used=True))
    room.console.desk.do(needling.facts(ev.PenReported("A1-000042", 7, 0, CARTRIDGE_ATTACHED, 12, "FRESH-1")))
    room.stream(0.2)
    assert "cartridge_spent" not in [one.alarm.rule.rule_id for one in room.board.shown()]
    room.console.desk.do(needling.facts(
        ev.PenReported("A1-000042", 7, 0, CARTRIDGE_ATTACHED, 12, f"TAG {bound.product.serial}")))
    room.stream(0.2)
    assert "cartridge_spent" in [one.alarm.rule.rule_id for one in room.board.shown()]


def test_the_clinic_s_own_pause_is_offered_and_kept(room: AlarmRoom) -> None:
    save_sound(room.console.registry, {"alarm_pause_s": "30"}, Staff("MG-01", "M", Role.MANAGER))
    room.window.open_page("today")
    room.window.open_page("needling")
    room.raise_alarm("rate_stalled")
    room.frames()
    assert room.find("alarm.pauseSound").text() == "Pause sound, 30 s"
    touch(room, "alarm.pauseSound")
    assert [one.seconds for one in room.events("audio_paused")] == [30]
    assert room.find("alarm.pauseLeft").words == "0:30"
