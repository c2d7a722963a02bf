"""What becomes of an alarm after it is raised: released, answered, left unanswered, taken over a restart."""

from dataclasses import replace
from pathlib import Path

import pytest

from console.domain.alarms import MEASURES, AlarmLadder, Escalation, Priority, judge_measure
from console.services.clinical_library import ClinicalLibrary

RULES = ClinicalLibrary.load(Path(__file__).parents[2] / "resources").alarms
BY_ID = {rule.rule_id: rule for rule in RULES}
ESCALATING = [rule.rule_id for rule in RULES if rule.escalation is not None]


def standing(ladder, now_s):
    return [alarm.rule.rule_id for alarm in ladder.standing(now_s)]


def raised(rule_id, at_s=100.0):
    """Give a ladder on which a rule's alarm was raised at ``at_s`` exactly."""
    ladder = AlarmLadder(RULES)
    ladder.feed(rule_id, True, at_s - BY_ID[rule_id].delay_s - 0.001)
    ladder.feed(rule_id, True, at_s)
    return ladder


@pytest.mark.parametrize(("rule_id", "calm", "beyond"), [
    ("rate_unstable", 2000, 2001), ("heartbeat_missed", 3000, 3001), ("session_over_time", 0, 1),
    ("recorder_behind", 2000, 2001), ("disk_low", 2000, 1999),
])
def test_each_measure_at_its_limit_and_one_unit_beyond(rule_id, calm, beyond):
    quantity = BY_ID[rule_id].quantity
    found = [judge_measure(RULES, quantity, value) for value in (calm, beyond, None)]
    assert [[(one.rule_id, one.condition) for one in some] for some in found] == [
        [(rule_id, False)], [(rule_id, True)], [(rule_id, None)]]


def test_every_measure_has_its_rule():
    assert {rule.quantity for rule in RULES} >= set(MEASURES)


def test_a_cause_that_comes_and_goes_is_one_alarm_until_it_is_over_for_its_release():
    ladder = AlarmLadder(RULES)
    release_s = BY_ID["bad_sensor"].release_s
    changes = [ladder.feed("bad_sensor", step % 2 == 0, step * 0.004) for step in range(2000)]
    assert sum(one is not None for one in changes) == 1
    assert ladder.feed("bad_sensor", False, 8.0 + release_s - 0.01) is None
    assert ladder.feed("bad_sensor", False, 8.0 + release_s) is not None


def test_an_alarm_that_can_no_longer_be_judged_ends_without_its_release():
    ladder = raised("bad_sensor")
    ended = ladder.end("bad_sensor", 101.0)
    assert ended is not None and not ended.raised
    assert ladder.end("bad_sensor", 102.0) is None


@pytest.mark.parametrize("rule_id", ESCALATING)
def test_an_unanswered_alarm_escalates_at_its_time_and_not_before(rule_id):
    ladder, escalation = raised(rule_id), BY_ID[rule_id].escalation
    assert ladder.escalate(100.0 + escalation.after_s - 0.01) == ()
    change, = ladder.escalate(100.0 + escalation.after_s)
    assert (change.escalated, change.raised, change.rule_id) == (True, False, rule_id)
    assert ladder.standing(400.0)[0].priority is escalation.to
    assert ladder.escalate(1000.0) == (), "once is enough"


def test_an_answered_or_ended_alarm_does_not_escalate():
    answered, over = raised("link_lost"), raised("link_lost")
    answered.acknowledge("link_lost")
    over.feed("link_lost", False, 101.0)
    assert answered.escalate(1000.0) == over.escalate(1000.0) == ()


def test_a_rule_may_escalate_to_a_graver_priority():
    rule = replace(BY_ID["battery_low"], escalation=Escalation(10, Priority.HIGH, 2, 3.0))
    ladder = AlarmLadder([rule])
    ladder.feed("battery_low", True, 0.0)
    assert ladder.standing(1.0)[0].priority is Priority.LOW
    ladder.escalate(10.0)
    assert ladder.standing(10.0)[0].priority is Priority.HIGH


def test_what_waits_for_an_answer_stands_before_what_has_one():
    ladder = raised("link_lost")
    ladder.feed("battery_low", True, 101.0)
    assert standing(ladder, 102.0) == ["link_lost", "battery_low"]
    ladder.acknowledge("link_lost")
    assert standing(ladder, 102.0) == ["battery_low", "link_lost"]


def test_an_alarm_that_steps_back_leaves_the_line_once_answered_and_comes_back_as_a_new_one():
    ladder = raised("disk_low")
    ladder.acknowledge("disk_low")
    assert standing(ladder, 101.0) == []
    ladder.feed("disk_low", False, 102.0)
    ladder.feed("disk_low", False, 102.0 + BY_ID["disk_low"].release_s)
    ladder.feed("disk_low", True, 200.0)
    assert standing(ladder, 201.0) == ["disk_low"]


def test_a_latched_alarm_of_before_a_restart_waits_for_its_answer():
    ladder = AlarmLadder(RULES)
    ladder.restore("depth_above_ceiling", 10.0, "S1", 1600, 1500)
    ladder.restore("depth_above_band", 10.0, "S1")  # not latched: nothing to answer
    ladder.restore("a_rule_of_long_ago", 10.0, "S1")
    alarm, = ladder.standing(5000.0)
    assert (alarm.rule.rule_id, alarm.value) == ("depth_above_ceiling", 1600)
    assert alarm.to_answer and not alarm.lasting
    ladder.acknowledge("depth_above_ceiling", "S1")
    assert ladder.standing(5000.0) == ()


def test_an_alarm_of_the_console_is_handed_on_as_it_is():
    ladder = raised("not_saved")
    ended, began = ladder.hand_on("not_saved", "", "S1", 110.0)
    assert [(one.subject, one.raised) for one in (ended, began)] == [("", False), ("S1", True)]
    assert began.arose_s == ended.arose_s
    ladder.acknowledge("not_saved", "S1")
    ended, began = ladder.hand_on("not_saved", "S1", "S2", 120.0)
    assert [(one.subject, one.acknowledged) for one in ladder.standing(121.0)] == [("S2", True)]
    assert ladder.hand_on("not_saved", "S1", "S2", 130.0) == ()


def test_a_delay_goes_on_where_an_alarm_is_handed_on_before_it_was_raised():
    ladder = AlarmLadder(RULES)
    ladder.feed("no_sound", True, 0.0, "")
    assert ladder.hand_on("no_sound", "", "S1", 1.0) == ()
    assert ladder.feed("no_sound", True, 2.0, "S1") is not None
