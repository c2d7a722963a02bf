import pytest
from fake_clock import FakeClock

from console.domain.telemetry import NOT_MEASURED, Batch, Sample, SampleFlag, pack_samples
from console.services.alarm_board import AlarmBoard
from console.services.clinical_library import ClinicalLibrary
from console.services.pen_watch import PenWatch, WatchOrder
from console.services.resources import resource_path
from console.services.sample_fanout import Inbox

RULES = ClinicalLibrary.load(resource_path()).alarms
RUNNING = SampleFlag.MOTOR_RUNNING | SampleFlag.DEPTH_MEASURED
PERIOD_US = 4000
LIMIT = 750  # periods of 4 ms in 3 s


class Pen:
    """Sends samples to a watch; time is the pen's own, arrivals come in bursts."""

    def __init__(self) -> None:
        self.clock, self.inbox = FakeClock(), Inbox()
        self.board = AlarmBoard(RULES, self.clock, self.inbox)
        self.watch = PenWatch(self.board)
        self.watch.obey(WatchOrder("S1", True), 0.0)
        self.index = 0
        self.boot_id = 7

    def send(self, count, *, depth=1000, rate=11_000, load=300, flags=RUNNING, burst=25, resent=False):
        one = Sample(1000, depth, rate, load, int(flags))
        while count:
            now = min(count, burst)
            self.clock.advance(now * PERIOD_US / 1e6)
            self.watch.push(Batch(
                "A1", self.boot_id, self.index, now, PERIOD_US, self.index * PERIOD_US, self.clock.utc_us(),
                self.clock.monotonic_s(), pack_samples([one] * now), resent))
            self.index += now
            count -= now

    def changes(self):
        return [(one.raised, round(one.arose_s, 3)) for one in self.inbox.take_all() if one.rule_id == "pen_stuck"]


@pytest.mark.parametrize("burst", [1, 25, 120])
def test_stuck_at_three_seconds_not_a_sample_sooner(burst):
    pen = Pen()
    pen.send(LIMIT, burst=burst)
    assert pen.changes() == [], "749 periods have passed since the first"
    pen.send(2, burst=burst)
    assert [raised for raised, _ in pen.changes()] == [True]


def test_one_unit_of_difference_in_any_measured_value_is_life():
    for change in ({"depth": 1001}, {"rate": 11_001}, {"load": 301}):
        pen = Pen()
        pen.send(LIMIT)
        pen.send(1, **change)
        pen.send(LIMIT)
        assert pen.changes() == [], change


def test_a_sample_that_changes_ends_it_and_the_count_begins_anew():
    pen = Pen()
    pen.send(LIMIT + 10)
    assert pen.changes() == [(True, 1000.004)]
    pen.send(1, load=301)
    assert [raised for raised, _ in pen.changes()] == [False]
    pen.send(LIMIT)
    assert pen.changes() == []
    pen.send(2)
    assert [raised for raised, _ in pen.changes()] == [True]


def test_a_frozen_stretch_that_ends_in_the_middle_of_a_batch_does_not_carry_on():
    pen = Pen()
    half = [Sample(1000, 1000, 11_000, 300, int(RUNNING))] * 12
    other = [Sample(1000, 1000, 11_000, 301, int(RUNNING))] * 13
    pen.send(LIMIT - 20)
    pen.watch.push(Batch("A1", 7, pen.index, 25, PERIOD_US, pen.index * PERIOD_US, 0, pen.clock.monotonic_s(),
                         pack_samples(half + other)))
    pen.index += 25
    pen.send(LIMIT - 13, load=301)
    assert pen.changes() == []
    pen.send(3, load=301)
    assert [raised for raised, _ in pen.changes()] == [True]


@pytest.mark.parametrize(("depth", "rate", "load", "flags", "judged"), [
    (1000, 11_000, 300, RUNNING, True),
    (NOT_MEASURED, 11_000, 300, RUNNING, True),
    (1000, 11_000, 300, SampleFlag.MOTOR_RUNNING, True),
    (1000, 11_000, NOT_MEASURED, RUNNING, True),
    (1000, 11_000, NOT_MEASURED, SampleFlag.MOTOR_RUNNING, False),
    (1000, NOT_MEASURED, NOT_MEASURED, RUNNING, False),
    (NOT_MEASURED, NOT_MEASURED, 300, RUNNING, False),
    (1000, 11_000, 300, SampleFlag.DEPTH_MEASURED, False),
])
def test_judged_only_with_the_motor_running_and_two_values_measured(depth, rate, load, flags, judged):
    pen = Pen()
    pen.send(LIMIT + 10, depth=depth, rate=rate, load=load, flags=flags)
    assert bool(pen.changes()) is judged


def test_a_depth_that_is_only_derived_from_the_dial_does_not_count_as_life():
    pen = Pen()
    pen.send(LIMIT, depth=1000, flags=SampleFlag.MOTOR_RUNNING)
    pen.send(10, depth=1001, flags=SampleFlag.MOTOR_RUNNING)
    assert [raised for raised, _ in pen.changes()] == [True]


def test_resent_samples_raise_nothing():
    pen = Pen()
    pen.send(LIMIT + 10, resent=True)
    assert pen.changes() == []


def test_missing_samples_break_nothing_a_restarted_pen_does():
    pen = Pen()
    pen.send(500)
    pen.index += 200
    pen.clock.advance(0.8)
    pen.send(52)
    assert [raised for raised, _ in pen.changes()] == [True]
    again = Pen()
    again.send(500)
    again.boot_id = 8
    again.send(300)
    assert again.changes() == []


def test_a_hold_ends_it_and_begins_anew():
    pen = Pen()
    pen.send(LIMIT + 10)
    pen.changes()
    pen.watch.obey(WatchOrder("S1", False), pen.clock.monotonic_s())
    assert [raised for raised, _ in pen.changes()] == [False]
    assert pen.board.shown() == (), "a hold does not say that readings change again"
    pen.watch.obey(WatchOrder("S1", True), pen.clock.monotonic_s())
    pen.send(LIMIT)
    assert pen.changes() == []
