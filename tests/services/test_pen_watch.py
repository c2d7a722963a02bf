from dataclasses import replace

import numpy as np
import pytest
from fake_clock import FakeClock

from console.domain.alarms import PenLimits
from console.domain.telemetry import NOT_MEASURED, Batch, Sample, SampleFlag, pack_samples
from console.services.alarm_board import AlarmBoard
from console.services.clinical_library import ClinicalLibrary
from console.services.pen_moments import PenMoments
from console.services.pen_watch import PenWatch, WatchOrder, readings_of
from console.services.resources import resource_path
from console.services.sample_fanout import Inbox
from console.services.sample_table import WIRE_SAMPLE
from console.services.stuck_readings import StuckReadings

RULES = ClinicalLibrary.load(resource_path()).alarms
LIMITS = PenLimits(850, 1150, 1500, 10_000, 12_000)
ALL = SampleFlag.MOTOR_RUNNING | SampleFlag.SKIN_CONTACT | SampleFlag.DEPTH_MEASURED
PERIOD_US = 4000


def batch(samples, received_s, resent=False, first=0):
    return Batch("A1", 7, first, len(samples), PERIOD_US, first * PERIOD_US, 0, received_s, pack_samples(samples),
                 resent)


def sample(depth=1000, rate=11_000, load=300, flags=ALL, dial=1000):
    return Sample(dial, depth, rate, load, int(flags))


def each_reading(one, battery):
    nothing = np.empty(0)
    raw, (taken_s, _) = np.frombuffer(one.samples, WIRE_SAMPLE), PenMoments().of(one)
    return [told for alike in readings_of(raw, taken_s, battery, (nothing, nothing)) for told in alike]


class Watching:
    """A watch over a pass being needled, sample by sample."""

    def __init__(self, battery=80, rules=RULES):
        self.clock, self.inbox = FakeClock(), Inbox()
        self.board = AlarmBoard(rules, self.clock, self.inbox)
        self.watch = PenWatch(self.board)
        self.order = WatchOrder("S1", True, LIMITS, battery)
        self.watch.obey(self.order, 0.0)
        self.sent = 0

    def send(self, count, resent=False, **values):
        for _ in range(count):
            self.clock.advance(PERIOD_US / 1e6)
            # the load wavers, as a living pen's does
            one = sample(load=300 + self.sent % 7, **values)
            self.watch.push(batch([one], self.clock.monotonic_s(), resent, self.sent))
            self.sent += 1

    def raised(self):
        return [one.rule_id for one in self.inbox.take_all() if one.raised]


RULE_LIMITS = [
    ("depth_above_ceiling", {"depth": 1500}, {"depth": 1501}, 75),
    ("depth_above_band", {"depth": 1150}, {"depth": 1151}, 250),
    ("depth_below_band", {"depth": 850}, {"depth": 849}, 1250),
    ("rate_out_of_band", {"rate": 10_000}, {"rate": 9_999}, 1250),
    ("rate_out_of_band", {"rate": 12_000}, {"rate": 12_001}, 1250),
]


@pytest.mark.parametrize(("rule_id", "calm", "beyond", "periods"), RULE_LIMITS)
def test_each_rule_at_its_limit_and_one_unit_beyond(rule_id, calm, beyond, periods):
    watching = Watching()
    watching.send(periods + 50, **calm)
    assert rule_id not in watching.raised()
    watching.send(periods + 50, **beyond)
    assert rule_id in watching.raised()


@pytest.mark.parametrize(("rule_id", "beyond", "periods"), [(one[0], one[2], one[3]) for one in RULE_LIMITS])
def test_each_rule_at_its_delay_and_one_sample_beyond(rule_id, beyond, periods):
    watching = Watching()
    watching.send(periods, **beyond)  # so many samples span one period less
    assert rule_id not in watching.raised()
    watching.send(2, **beyond)
    assert rule_id in watching.raised()


@pytest.mark.parametrize(("rule_id", "beyond", "periods"), [(one[0], one[2], one[3]) for one in RULE_LIMITS])
def test_one_calm_sample_starts_the_delay_anew(rule_id, beyond, periods):
    watching = Watching()
    watching.send(periods, **beyond)
    watching.send(1)
    watching.send(periods, **beyond)
    assert rule_id not in watching.raised()


def test_battery_at_its_limit_and_one_below():
    full, low = Watching(battery=20), Watching(battery=19)
    full.send(2)
    low.send(2)
    assert (full.raised(), low.raised()) == ([], ["battery_low"])
    mains = Watching(battery=None)
    mains.send(2)
    assert mains.raised() == []


def test_resent_samples_raise_nothing():
    watching = Watching()
    watching.send(2000, resent=True, depth=3000, rate=20_000)
    assert watching.raised() == [] and watching.watch.last_new_s is None


def test_a_hold_ends_the_alarms_at_once_without_a_further_sample():
    watching = Watching()
    watching.send(300, depth=1200)
    assert watching.raised() == ["depth_above_band"]
    watching.watch.obey(WatchOrder("S1", False, LIMITS), watching.clock.monotonic_s())
    assert [(one.rule_id, one.raised) for one in watching.inbox.take_all()] == [("depth_above_band", False)]
    assert watching.board.shown() == ()
    watching.send(2000, depth=3000)
    assert watching.raised() == [], "on hold nothing is judged"


def test_another_limit_keeps_a_standing_alarm_another_session_ends_it():
    watching = Watching()
    watching.send(300, depth=1200)
    watching.inbox.take_all()
    watching.watch.obey(WatchOrder("S1", True, PenLimits(850, 1160, None, 10_000, 12_000), 80), 0.0)
    assert watching.inbox.take_all() == []
    watching.watch.obey(WatchOrder("S2", True, LIMITS, 80), watching.clock.monotonic_s())
    assert [(one.subject, one.raised) for one in watching.inbox.take_all()] == [("S1", False)]


def test_the_last_new_sample_is_timed_also_while_nothing_is_judged():
    watching = Watching()
    watching.watch.obey(WatchOrder(), 0.0)
    watching.send(3)
    assert watching.watch.last_new_s == watching.clock.monotonic_s()


def test_readings_know_what_was_not_measured_and_when_each_was_taken():
    unknown = sample(depth=NOT_MEASURED, rate=NOT_MEASURED, dial=NOT_MEASURED, flags=0)
    dialled = sample(depth=1234, dial=900, flags=SampleFlag.MOTOR_RUNNING)
    found = each_reading(batch([sample(), unknown, dialled], 10.0), 55)
    assert [at_s for at_s, _ in found] == pytest.approx([9.992, 9.996, 10.0])
    first, second, third = (reading for _, reading in found)
    assert (first.depth_um, first.rate_chz, first.in_contact, first.battery_percent) == (1000, 11_000, True, 55)
    assert (second.depth_um, second.rate_chz, second.in_contact, second.motor_running) == (None, None, False, False)
    assert third.depth_um == 900, "where the depth is not measured, the dial is judged"


WITHOUT = ALL & ~SampleFlag.CARTRIDGE_PRESENT


def test_a_cartridge_that_is_gone_while_the_motor_runs_is_an_alarm():
    watching = Watching()
    watching.send(50, flags=ALL | SampleFlag.CARTRIDGE_PRESENT)
    watching.send(125, flags=WITHOUT & ~SampleFlag.MOTOR_RUNNING)
    assert "cartridge_missing" not in watching.raised(), "changed with the motor off"
    watching.send(130, flags=WITHOUT | SampleFlag.MOTOR_RUNNING)
    assert "cartridge_missing" in watching.raised()


def test_a_pen_that_never_tells_of_a_cartridge_cannot_miss_one():
    watching = Watching()
    watching.send(500, flags=WITHOUT | SampleFlag.MOTOR_RUNNING)
    assert "cartridge_missing" not in watching.raised()


def test_rules_that_fail_end_neither_the_reading_nor_pass_unsaid(caplog):
    watching = Watching()
    watching.send(10)
    watching.watch._stuck = None  # as if a rule had a bug
    watching.send(10)
    assert watching.raised() == ["alarms_failing"]
    assert "alarm rules failed" in caplog.text
    caplog.clear()
    watching.send(2000, resent=True)
    assert watching.watch.last_new_s is not None


def test_a_count_that_leaps_against_the_pen_s_own_clock_is_a_bad_sensor():
    watching = Watching()
    watching.send(10)
    received_s = watching.clock.monotonic_s() + 0.004
    fair = Batch("A1", 7, 5_000, 1, PERIOD_US, 5_000 * PERIOD_US, 0, received_s, pack_samples([sample()]))
    watching.watch.push(fair)
    assert watching.raised() == [], "count and clock leapt together: samples are missing, none is wrong"
    watching.watch.push(Batch("A1", 7, 9_000, 1, PERIOD_US, 5_001 * PERIOD_US, 0, received_s, pack_samples([sample()])))
    assert watching.raised() == ["bad_sensor"]


def wandering(seed, count):
    """Give samples that cross every limit now and then, stand still, lift off and lose a sensor."""
    chance = np.random.default_rng(seed)
    samples = []
    while len(samples) < count:
        depth = int(chance.choice([600, 849, 850, 1000, 1150, 1151, 1500, 1501, NOT_MEASURED]))
        rate = int(chance.choice([0, 9_999, 10_000, 11_000, 12_000, 12_001, NOT_MEASURED]))
        flags = ALL if chance.random() < 0.7 else int(chance.integers(0, 64))
        jitter = int(chance.integers(0, 2)) * 300
        for _ in range(int(chance.choice([1, 3, 12, 40, 400]))):
            samples.append(sample(depth, rate, int(chance.integers(0, jitter + 1)), flags))
    return samples[:count]


def judged_one_by_one(board, one, order, stuck):
    for at_s, reading in each_reading(one, order.battery_percent):
        board.feed_reading(reading, order.limits, at_s, order.subject)
    for judged, since_s, until_s in stuck.runs(one, PenMoments().of(one)[0]):
        board.feed_lasting("pen_stuck", judged, since_s, until_s, order.subject)


@pytest.mark.parametrize("seed", range(6))
def test_judging_stretches_raises_and_ends_what_judging_every_sample_does(seed):
    compared = {rule.rule_id for rule in RULES if rule.quantity in ("depth_um", "rate_chz", "battery_percent")}
    compared.add("pen_stuck")
    hasty = [replace(rule, delay_s=0.02, release_s=0.0 if rule.rule_id == "pen_stuck" else 0.01) for rule in RULES]
    watching, other, stuck = Watching(19, hasty), Watching(19, hasty), StuckReadings()
    samples, chance, at = wandering(seed, 9_000), np.random.default_rng(seed), 0
    while at < len(samples):
        some = samples[at:at + int(chance.integers(1, 50))]
        one = batch(some, 100.0 + (at + len(some)) * PERIOD_US / 1e6, first=at)
        watching.watch.push(one)
        judged_one_by_one(other.board, one, watching.order, stuck)
        at += one.count

    def told(one):
        return [change for change in one.inbox.take_all() if change.rule_id in compared]

    expected = told(other)
    assert told(watching) == expected and len(expected) > 5


def test_strokes_shorter_than_the_delay_add_up_and_a_lift_says_nothing_is_well():
    watching = Watching()
    lifted = ALL & ~SampleFlag.SKIN_CONTACT
    for _ in range(2):
        watching.send(500, rate=9_000)
        watching.send(250, rate=9_000, flags=lifted)
    assert watching.raised() == [], "four seconds on the skin"
    watching.send(255, rate=9_000)
    assert watching.raised() == ["rate_out_of_band"]
    watching.send(700, rate=9_000, flags=lifted)
    assert watching.inbox.take_all() == [], "2.8 s of lift"
    watching.send(100, rate=9_000)
    watching.send(800, rate=9_000, flags=lifted)
    assert [one.raised for one in watching.inbox.take_all()] == [False]
    assert watching.board.shown() == (), "nobody knows that the speed is back"
    watching.send(500, rate=9_000)
    assert watching.raised() == []


def test_a_speed_back_in_band_between_two_strokes_starts_anew():
    watching = Watching()
    watching.send(1_000, rate=9_000)
    watching.send(100, flags=ALL & ~SampleFlag.SKIN_CONTACT)
    watching.send(1_000, rate=9_000)
    assert watching.raised() == []


def late(watching, count, held_s, **values):
    """Send samples that were held back and come in one burst."""
    watching.clock.advance(count * PERIOD_US / 1e6)
    for _ in range(count // 10):
        ten = [sample(load=300 + (watching.sent + place) % 7, **values) for place in range(10)]
        watching.watch.push(batch(ten, watching.clock.monotonic_s() + held_s, first=watching.sent))
        watching.sent += 10


def test_a_burst_neither_shortens_nor_lengthens_what_the_pen_told():
    watching = Watching()
    watching.send(500)
    watching.send(200, depth=1200)  # 0.8 s of a delay of 1 s
    late(watching, 40, 0.3, depth=1200)
    watching.clock.advance(0.3)
    watching.send(100)
    assert watching.raised() == [], "0.96 s, the last of them told late"
    late(watching, 240, 0.3, depth=1200)
    late(watching, 20, 0.3, depth=1200)
    assert watching.raised() == ["depth_above_band"], "1.04 s that came within an instant"


def test_no_delay_runs_on_over_readings_that_are_missing():
    watching = Watching()
    watching.send(200, depth=1200)
    watching.sent += 250
    watching.clock.advance(1.0)
    watching.send(200, depth=1200)
    assert watching.raised() == []
    watching.send(60, depth=1200)
    assert watching.raised() == ["depth_above_band"]
    watching.sent += 250
    watching.clock.advance(1.0)
    watching.send(50, depth=1200)
    assert watching.inbox.take_all() == [], "it goes on standing"


def test_a_restarted_pen_whose_time_begins_at_nought_is_judged_at_once():
    watching = Watching()
    watching.send(500)
    watching.sent = 0
    for _ in range(260):
        watching.clock.advance(PERIOD_US / 1e6)
        one = sample(load=300 + watching.sent % 7, depth=1200)
        made = Batch("A1", 8, watching.sent, 1, PERIOD_US, watching.sent * PERIOD_US, 0,
                     watching.clock.monotonic_s(), pack_samples([one]))
        watching.watch.push(made)
        watching.sent += 1
    assert watching.raised() == ["depth_above_band"]


def test_a_fault_the_pen_flags_is_an_alarm_but_no_bit_counts_of_what_cannot_be_true():
    watching = Watching()
    watching.send(5, flags=0xFFFF, depth=61_000)
    assert watching.raised() == ["bad_sensor"]
    watching.send(50, flags=ALL | SampleFlag.FAULT)
    assert watching.raised() == ["pen_fault"]
    watching.send(600)
    watching.clock.advance(10)
    assert [one.alarm.rule.rule_id for one in watching.board.shown()] == ["pen_fault"], "until it is answered"
    watching.send(300, flags=ALL & ~SampleFlag.CARTRIDGE_PRESENT)
    assert watching.raised() == [], "nor did it tell of a cartridge"


def test_a_pen_laid_on_with_the_motor_off_from_the_start_is_told_by_its_speed():
    watching = Watching()
    still = SampleFlag.SKIN_CONTACT | SampleFlag.DEPTH_MEASURED
    watching.send(520, rate=0, flags=still)
    assert watching.raised() == ["contact_motor_off"]
    silent = Watching()
    silent.send(520, rate=NOT_MEASURED, flags=still)
    assert silent.raised() == [], "it may be one that tells no motor"
    silent.send(520, rate=11_000, flags=still)
    assert silent.raised() == [], "needles that move are moved by something"
