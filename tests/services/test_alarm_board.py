import pytest
from fake_clock import FakeClock

from console.domain.alarms import AlarmChange, PenLimits, PenReading
from console.domain.anesthesia import dwell
from console.services.alarm_board import AUDIO_PAUSE_S, AlarmBoard
from console.services.clinical_library import ClinicalLibrary
from console.services.resources import resource_path
from console.services.sample_fanout import Inbox

RULES = ClinicalLibrary.load(resource_path()).alarms


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def inbox():
    return Inbox()


@pytest.fixture
def board(clock, inbox):
    return AlarmBoard(RULES, clock, inbox)


def texts(board):
    return [one.text for one in board.shown()]


def test_a_change_goes_to_the_inbox_and_at_once_to_the_sounds(board, inbox, clock):
    heard: list[AlarmChange] = []
    board.on_change(heard.append)
    board.feed("link_lost", True, clock.monotonic_s(), "S1")
    board.feed("link_lost", True, clock.monotonic_s(), "S1")
    assert heard == inbox.take_all() and [one.raised for one in heard] == [True]


def test_rules_a_clinic_left_out_are_ignored(clock, inbox):
    board = AlarmBoard([rule for rule in RULES if rule.rule_id != "link_lost"], clock, inbox)
    board.feed("link_lost", True, clock.monotonic_s(), "S1")
    board.withdraw(["link_lost"], clock.monotonic_s(), "S1")
    assert board.shown() == () and inbox.take_all() == []


def test_shown_writes_value_and_limit_with_their_units_gravest_first(board, clock):
    now_s = clock.monotonic_s()
    board.feed_reading(PenReading(None, None, None, None, 15), PenLimits(), now_s, "S1")
    board.feed("link_lost", True, now_s, "S1")
    assert [one.priority for one in board.shown()] == ["medium", "low"]
    assert texts(board)[1].startswith("Pen battery 15") and "%" in texts(board)[1]
    assert all(one.lasting for one in board.shown())


def test_withdrawn_alarms_end_and_leave_without_saying_that_all_is_well(board, inbox, clock):
    now_s = clock.monotonic_s()
    board.feed("link_lost", True, now_s, "S1")
    board.withdraw(["link_lost"], now_s + 1, "S1")
    assert board.shown() == ()
    assert [one.raised for one in inbox.take_all()] == [True, False]


def test_a_latched_alarm_outlasts_the_end_of_its_readings(board, clock):
    reading, limits = PenReading(1501, 11_000, True, True), PenLimits(850, 1150, 1500, 10_000, 12_000)
    board.feed_reading(reading, limits, 1000.0, "S1")
    board.feed_reading(reading, limits, 1001.0, "S1")
    board.clear_readings(1002.0, "S1")
    assert texts(board) == ["Depth above limit. Lift the pen now."]
    assert board.acknowledge("depth_above_ceiling", "S1")
    assert board.shown() == ()


def test_clearing_leaves_what_samples_did_not_raise_and_other_subjects(board, clock):
    reading = PenReading(1151, 11_000, True, True, 10)
    limits = PenLimits(850, 1150, None, 10_000, 12_000)
    for subject in ("S1", "S2"):
        board.feed_reading(reading, limits, 1000.0, subject)
        board.feed_reading(reading, limits, 1001.0, subject)
    board.clear_readings(1002.0, "S1")
    assert {(one.alarm.rule.rule_id, one.alarm.subject) for one in board.shown()} == {
        ("battery_low", "S1"), ("battery_low", "S2"), ("depth_above_band", "S2")}


def test_a_closed_session_is_forgotten(board, clock):
    board.feed("link_lost", True, clock.monotonic_s(), "S1")
    board.drop_subject("S1")
    assert board.shown() == () and not board.acknowledge("link_lost", "S1")


def test_the_pause_of_the_sounds_counts_down_to_nothing(board, clock):
    assert board.audio_paused_s() == 0
    board.pause_audio()
    assert board.audio_paused_s() == AUDIO_PAUSE_S == 120
    clock.advance(119)
    assert board.audio_paused_s() == pytest.approx(1)
    clock.advance(2)
    assert board.audio_paused_s() == 0
    board.pause_s = 5
    board.pause_audio()
    assert board.audio_paused_s() == 5


def test_an_anesthetic_past_its_longest_time_is_told_with_both_figures(board, clock, inbox):
    def feed(minute):
        clocks = [dwell(0, 1800, 3600, at * 60_000_000) for at in (minute, 10)]
        board.feed_dwell(clocks, clock.monotonic_s(), "S1")

    feed(59)
    assert not board.shown()
    for minute in (61, 61):
        clock.advance(60)
        feed(minute)
    raised = [one for one in inbox.take_all() if one.raised]
    assert raised and all(one.limit <= one.value == 60 for one in raised), "seconds past the longest time"
    board.feed_dwell([], clock.monotonic_s(), "S1")
    assert not [one for one in board.shown() if one.lasting], "taken off"


def test_what_is_wrong_with_the_console_is_told_with_the_session_in_front_and_nowhere_else():
    clock = FakeClock()
    board = AlarmBoard(RULES, clock, Inbox())
    for subject, failing in (("S1", True), ("S1", True), ("S2", True)):
        clock.advance(60)
        board.feed_console("not_saved", failing, clock.monotonic_s(), subject)
        clock.advance(60)
        board.feed_console("not_saved", failing, clock.monotonic_s(), subject)
    assert [one.alarm.subject for one in board.shown()] == ["S2"]
    board.feed_console("not_saved", False, clock.monotonic_s(), "S2")
    assert not [one for one in board.shown() if one.lasting]
