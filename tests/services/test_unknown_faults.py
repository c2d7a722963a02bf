"""A pen that goes wrong in ways nobody has told: each fault raises its alarms within their limits, and none other.

After the alarm tests of an open ventilator (stuck, not-a-number, erratic timing), with a clock that is told
the time instead of sleeps.
"""

from dataclasses import dataclass, field

import pytest
from fake_clock import FakeClock
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.alarms import PenLimits
from console.domain.telemetry import NOT_MEASURED, Batch, Sample, SampleFlag, pack_samples
from console.services.alarm_board import AlarmBoard
from console.services.clinical_library import ClinicalLibrary
from console.services.pen_watch import PenWatch, WatchOrder
from console.services.resources import resource_path
from console.services.sample_fanout import Inbox

RULES = ClinicalLibrary.load(resource_path()).alarms
DELAYS = {rule.rule_id: rule.delay_s for rule in RULES}
LIMITS = PenLimits(850, 1150, 1500, 10_000, 12_000, 2500)
PERIOD_US = 10_000
LIVING = (SampleFlag.MOTOR_RUNNING | SampleFlag.SKIN_CONTACT | SampleFlag.DEPTH_MEASURED
          | SampleFlag.CARTRIDGE_PRESENT)
REST = LIVING & ~SampleFlag.MOTOR_RUNNING
CALM_SAMPLES, BATCHES = 260, (1, 10)


@dataclass(frozen=True)
class Fault:
    """What a pen does wrong. ``lasts``: samples, one choice below and one above each limit of ``raises``."""

    name: str
    raises: tuple[str, ...]
    values: dict = field(default_factory=dict)
    flags: int = int(LIVING)
    swing: tuple[int, ...] = ()  # speeds taken by turns
    frozen: bool = False
    jump: bool = False
    lasts: tuple[int, ...] = ()

    def lengths(self):
        limits = [round(DELAYS[one] * 1e6 / PERIOD_US) for one in self.raises]
        return self.lasts or tuple(limit + more for limit in limits for more in (0, 2))

    def expected(self, samples):
        if self.lasts:
            return set(self.raises) if samples == self.lasts[-1] else set()
        return {one for one in self.raises if samples > round(DELAYS[one] * 1e6 / PERIOD_US) + 1}


FAULTS = (
    Fault("deep", ("depth_above_band",), {"depth_um": 1151}),
    Fault("past the label", ("depth_above_ceiling", "depth_above_band"), {"depth_um": 1501}),
    Fault("past the pen", ("depth_above_reach", "depth_above_ceiling", "depth_above_band"), {"depth_um": 2501}),
    Fault("shallow", ("depth_below_band",), {"depth_um": 849}),
    Fault("slow", ("rate_out_of_band",), {"rate_chz": 9_999}),
    Fault("fast", ("rate_out_of_band",), {"rate_chz": 12_001}),
    Fault("stalled", ("rate_stalled", "rate_out_of_band"), {"rate_chz": 999}),
    Fault("unsteady", ("rate_unstable",), swing=(9_950, 11_990), lasts=(150, 400)),
    Fault("barely steady", (), swing=(10_000, 12_000), lasts=(400,)),
    Fault("frozen", ("pen_stuck",), frozen=True),
    Fault("not a number", ("bad_sensor",), {"depth_um": NOT_MEASURED}),
    Fault("absurd depth", ("bad_sensor",), {"depth_um": 9_000}),
    Fault("absurd dial", ("bad_sensor",), {"set_depth_um": 40_000}),
    Fault("absurd speed", ("bad_sensor",), {"rate_chz": 65_000}),
    Fault("leaping count", ("bad_sensor",), jump=True, lasts=(1,)),
    Fault("speed gone", ("rate_missing",), {"rate_chz": NOT_MEASURED}),
    Fault("resting", ("contact_motor_off",), {"rate_chz": 0, "depth_um": 0}, flags=int(REST)),
    Fault("no cartridge", ("cartridge_missing",), flags=int(LIVING & ~SampleFlag.CARTRIDGE_PRESENT)),
)
STRETCHES = st.sampled_from(FAULTS).flatmap(
    lambda fault: st.tuples(st.just(fault), st.sampled_from([one for one in fault.lengths() if one])))


class Pen:
    """Sends what it is told to a watch over a running pass."""

    def __init__(self):
        self.clock, self.inbox = FakeClock(), Inbox()
        self.board = AlarmBoard(RULES, self.clock, self.inbox)
        self.watch = PenWatch(self.board)
        self.watch.obey(WatchOrder("S1", True, LIMITS, 80), self.clock.monotonic_s())
        self.taken = self.index = 0

    def send(self, count, fault=None, size=10, late_s=0.0):
        while count:
            now = min(size, count)
            samples = [self._sample(fault, place) for place in range(now)]
            self.clock.advance(now * PERIOD_US / 1e6)
            self.watch.push(Batch(
                "A1", 7, self.index, now, PERIOD_US, self.taken * PERIOD_US, self.clock.utc_us(),
                self.clock.monotonic_s() + late_s, pack_samples(samples)))
            self.taken += now
            self.index += now
            count -= now

    def _sample(self, fault, place):
        turn = self.taken + place
        calm = {"set_depth_um": 1000, "depth_um": 1000 + turn % 5, "rate_chz": 11_000, "load_ma": 300 + turn % 7}
        if fault is None:
            return Sample(**calm, flags=int(LIVING))
        if fault.frozen:
            return Sample(1000, 1007, 11_003, 299, fault.flags)
        if fault.swing:
            calm["rate_chz"] = fault.swing[turn % len(fault.swing)]
        return Sample(**{**calm, **fault.values}, flags=fault.flags)

    def suffer(self, fault, samples, size):
        if fault.jump:
            self.index += 5_000
        self.send(samples, None if fault.jump else fault, size)

    def raised(self):
        return [one for one in self.inbox.take_all() if one.raised]


@settings(max_examples=20, deadline=None)
@given(st.lists(STRETCHES, min_size=1, max_size=4), st.sampled_from((3, 10)))
def test_each_fault_raises_its_alarms_within_their_limits_and_none_other(stretches, size):
    pen = Pen()
    pen.send(CALM_SAMPLES, size=size)
    assert pen.raised() == []
    for fault, samples in stretches:
        pen.suffer(fault, samples, size)
        pen.send(CALM_SAMPLES, size=size)
        raised = pen.raised()
        assert {one.rule_id for one in raised} == fault.expected(samples), (fault.name, samples)
        assert len(raised) == len({one.rule_id for one in raised}), "each once"
        for one in raised:
            late_s = one.at_s - one.arose_s - DELAYS[one.rule_id]
            assert -1e-6 <= late_s <= (size + 1) * PERIOD_US / 1e6 + 1e-6, (fault.name, one.rule_id)
    assert not [one for one in pen.board.shown() if one.lasting]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
@pytest.mark.parametrize("size", BATCHES)
def test_every_fault_at_its_limits(fault, size):
    for samples in fault.lengths():
        pen = Pen()
        pen.send(CALM_SAMPLES, size=size)
        pen.suffer(fault, samples, size)
        pen.send(CALM_SAMPLES, size=size)
        assert {one.rule_id for one in pen.raised()} == fault.expected(samples), samples


@given(st.lists(st.floats(0.0, 0.4), min_size=100, max_size=500))
@settings(max_examples=10, deadline=None)
def test_readings_that_come_late_and_in_bursts_are_no_fault(delays):
    pen = Pen()
    for late_s in delays:
        pen.send(2, size=2, late_s=late_s)
    assert pen.raised() == []


@given(st.binary(min_size=10, max_size=4000))
@settings(max_examples=40, deadline=None)
def test_no_bytes_whatever_stop_the_watch_or_flood_the_record(noise):
    pen = Pen()
    pen.send(100)
    raw = noise[: len(noise) // 10 * 10]
    for _ in range(5):
        count = len(raw) // 10
        pen.clock.advance(count * PERIOD_US / 1e6)
        pen.watch.push(Batch("A1", 7, pen.index, count, PERIOD_US, pen.index * PERIOD_US, 0,
                             pen.clock.monotonic_s(), raw))
        pen.index += count
    seconds = 5 * len(raw) // 10 * PERIOD_US / 1e6
    changes = pen.inbox.take_all()
    assert "alarms_failing" not in {one.rule_id for one in changes}
    assert len(changes) <= len(RULES) * (2 + 2 * seconds / 0.3)
