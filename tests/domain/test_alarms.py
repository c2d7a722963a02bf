from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.alarms import (
    AlarmLadder,
    PenLimits,
    PenReading,
    Priority,
    alarm_text,
    judge_dwell,
    judge_reading,
)
from console.domain.anesthesia import dwell
from console.services.clinical_library import ClinicalLibrary

RULES = ClinicalLibrary.load(Path(__file__).parents[2] / "resources").alarms
BY_ID = {rule.rule_id: rule for rule in RULES}
LIMITS = PenLimits(850, 1150, 1500, 10_000, 12_000, 2500)
CALM = PenReading(1000, 11_000, True, True, 80)


def condition(rule_id, reading, limits=LIMITS):
    return {one.rule_id: one for one in judge_reading(RULES, reading, limits)}[rule_id].condition


@pytest.mark.parametrize(("rule_id", "field", "calm", "alarming"), [
    ("depth_above_band", "depth_um", 1150, 1151), ("depth_above_ceiling", "depth_um", 1500, 1501),
    ("depth_below_band", "depth_um", 850, 849), ("rate_out_of_band", "rate_chz", 10_000, 9_999),
    ("rate_out_of_band", "rate_chz", 12_000, 12_001), ("battery_low", "battery_percent", 20, 19),
    ("depth_above_reach", "depth_um", 2500, 2501), ("rate_stalled", "rate_chz", 1000, 999),
])
def test_limit_minus_one_and_plus_one(rule_id, field, calm, alarming):
    def reading(value):
        calm_ones = {"depth_um": 1000, "rate_chz": 11_000, "in_contact": True, "motor_running": True}
        return PenReading(**{**calm_ones, field: value})
    assert condition(rule_id, reading(calm)) is False
    assert condition(rule_id, reading(alarming)) is True
    assert condition(rule_id, reading(None)) is None


def test_without_limits_nothing_alarms_but_the_battery():
    wild = PenReading(9000, 99_000, True, True, 1)
    found = {one.rule_id for one in judge_reading(RULES, wild, PenLimits()) if one.condition}
    assert found == {"battery_low"}  # nor does a speed of 990 stall


def test_below_band_needs_contact_and_above_does_not():
    lifted = PenReading(100, 0, False)
    assert condition("depth_below_band", lifted) is False
    assert condition("depth_below_band", PenReading(100, 0, None)) is None
    assert condition("depth_above_band", PenReading(1200, 0, False)) is True


@pytest.mark.parametrize(("rule_id", "delay_s", "priority"), [
    ("depth_above_ceiling", 0.3, "medium"), ("depth_above_band", 1, "medium"), ("depth_below_band", 5, "low"),
    ("rate_out_of_band", 5, "low"), ("battery_low", 0, "low"), ("link_lost", 0, "medium"), ("not_saved", 0, "high"),
    ("anesthetic_longest", 0, "medium"), ("anesthetic_over", 0, "high"),
    ("pen_silent", 2, "medium"), ("pen_stuck", 3, "medium"),
    ("cartridge_missing", 0.5, "medium"), ("cartridge_other", 0, "medium"), ("cartridge_spent", 0, "medium"),
    ("depth_above_reach", 0.3, "medium"), ("bad_sensor", 0, "medium"), ("rate_stalled", 1, "medium"),
    ("rate_unstable", 3, "low"), ("rate_missing", 1, "low"), ("contact_motor_off", 2, "low"),
    ("heartbeat_missed", 0, "low"), ("session_over_time", 0, "low"), ("recorder_behind", 0, "medium"),
    ("disk_low", 0, "low"), ("no_sound", 2, "low"), ("alarms_failing", 0, "medium"),
    ("pen_fault", 0, "medium"),
])
def test_an_alarm_is_raised_when_its_delay_is_over_and_not_before(rule_id, delay_s, priority):
    assert BY_ID[rule_id].delay_s == delay_s and BY_ID[rule_id].priority is Priority(priority)
    ladder = AlarmLadder(RULES)
    if delay_s:
        assert ladder.feed(rule_id, True, 100.0) is None
        assert ladder.feed(rule_id, True, 100.0 + delay_s - 0.01) is None
    change = ladder.feed(rule_id, True, 100.0 + (delay_s + 0.001 if delay_s else 0))
    assert change is not None and change.raised and change.arose_s == 100.0
    assert [alarm.rule.rule_id for alarm in ladder.standing(200)] == [rule_id]


def test_a_break_starts_the_delay_anew_and_an_unknown_too():
    for interruption in (False, None):
        ladder = AlarmLadder(RULES)
        ladder.feed("depth_above_band", True, 0)
        ladder.feed("depth_above_band", interruption, 0.9)
        assert ladder.feed("depth_above_band", True, 1.0) is None
        assert ladder.feed("depth_above_band", True, 1.9) is None
        assert ladder.feed("depth_above_band", True, 2.0) is not None


def test_unknown_ends_nothing():
    ladder = AlarmLadder(RULES)
    ladder.feed("link_lost", True, 0)
    assert ladder.feed("link_lost", None, 1) is None
    assert ladder.standing(50)[0].ended_s is None


def raised(rule_id, subject=""):
    ladder = AlarmLadder(RULES)
    ladder.feed(rule_id, True, 0, subject)
    ladder.feed(rule_id, True, 10, subject)
    return ladder


def test_an_ended_cause_stays_on_the_line_for_ten_seconds():
    ladder = raised("depth_above_band")
    change = ladder.feed("depth_above_band", False, 20)
    assert change is not None and not change.raised
    assert alarm_text(ladder.standing(29.9)[0]) == "Depth back in band"
    assert ladder.standing(30.0) == ()


def test_acknowledged_leaves_when_the_cause_ends_but_not_before():
    ladder = raised("depth_above_band")
    assert ladder.acknowledge("depth_above_band")
    assert ladder.standing(11)[0].acknowledged
    ladder.feed("depth_above_band", False, 12)
    assert ladder.standing(12) == ()
    assert not ladder.acknowledge("depth_above_band")


def test_a_latched_alarm_stays_until_acknowledged():
    ladder = raised("depth_above_ceiling")
    ladder.feed("depth_above_ceiling", False, 20)
    assert alarm_text(ladder.standing(5000)[0]) == "Depth above limit. Lift the pen now."
    ladder.acknowledge("depth_above_ceiling")
    assert ladder.standing(5000) == ()


def test_a_cause_that_returns_is_a_new_alarm():
    ladder = raised("link_lost")
    ladder.acknowledge("link_lost")
    ladder.feed("link_lost", False, 20)
    change = ladder.feed("link_lost", True, 30)
    assert change is not None and change.arose_s == 30
    assert not ladder.standing(30)[0].acknowledged


def test_the_graver_hides_the_one_it_supersedes_and_gravest_comes_first():
    ladder = raised("depth_above_band", "S1")
    ladder.feed("depth_above_ceiling", True, 11, "S1")
    ladder.feed("depth_above_ceiling", True, 12, "S1")
    ladder.feed("battery_low", True, 12, "S1")
    ladder.feed("not_saved", True, 12, "S1")
    assert [alarm.rule.rule_id for alarm in ladder.standing(13)] == ["not_saved", "depth_above_ceiling", "battery_low"]
    ladder.feed("depth_above_ceiling", False, 14, "S1")
    assert "depth_above_band" in [alarm.rule.rule_id for alarm in ladder.standing(14)]


def test_subjects_are_kept_apart():
    ladder = raised("anesthetic_longest", "S1")
    assert ladder.feed("anesthetic_longest", True, 11, "S2") is not None
    ladder.drop_subject("S1")
    assert [alarm.subject for alarm in ladder.standing(12)] == ["S2"]


def test_dial_and_measured_depth_have_their_own_words():
    alarm = raised("depth_above_band").standing(11)[0]
    assert alarm_text(alarm) == "Depth above plan. Lift the pen."
    assert alarm_text(alarm, set_only=True) == "Dial above plan. Lift the pen."
    battery = raised("battery_low").standing(11)[0]
    assert alarm_text(battery, "15%") == "Pen battery 15%."


@pytest.mark.parametrize(("over_s", "longest", "ten_minutes"), [
    (-1, False, False), (0, True, False), (599, True, False), (600, True, True),
])
def test_anesthetic_alarms_at_the_longest_time_and_ten_minutes_later(over_s, longest, ten_minutes):
    clock = dwell(0, 1800, 3600, (3600 + over_s) * 1_000_000)
    found = {one.rule_id: one.condition for one in judge_dwell(RULES, clock)}
    assert found == {"anesthetic_longest": longest, "anesthetic_over": ten_minutes}
    assert not any(one.condition for one in judge_dwell(RULES, None))


@given(st.lists(st.tuples(st.sampled_from([True, False, None]), st.floats(0, 3)), max_size=60))
def test_raised_and_ended_alternate_and_never_before_the_delay(steps):
    ladder, now, last = AlarmLadder(RULES), 0.0, False
    for state, pause in steps:
        now += pause
        change = ladder.feed("depth_above_band", state, now)
        if change is not None:
            assert change.raised is not last
            last = change.raised
            if change.raised:
                assert change.at_s - change.arose_s >= 1
    assert (sum(alarm.ended_s is None for alarm in ladder.standing(now)) == 1) is last
