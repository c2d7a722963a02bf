"""An independent pen on a rough line: each sample it still held is stored once, byte for byte."""

import random

import pytest
from link_bench import LinkBench
from rough_pen import RoughLine, RoughPen

from console.domain.telemetry import GapCause


def check(bench: LinkBench, pen: RoughPen, allowed_missing: int = 0) -> None:
    """Every stored sample is the pen's own; what is missing inside is named by gaps exactly."""
    assert bench.twice == 0
    for (serial, boot), there in bench.stored.items():
        assert serial == pen.serial
        taken = pen.taken[boot]
        indexes = sorted(there)
        for index in indexes:
            assert there[index] == taken[index - pen.first_index], f"sample {index} is not what the pen took"
        missing = set(range(indexes[0], indexes[-1] + 1)) - set(indexes)
        named = set()
        for gap in bench.gaps:
            if gap.boot_id == boot and gap.count:
                span = set(range(gap.first_index, gap.first_index + gap.count))
                assert not named & span, "a gap named twice"
                named |= span
        inside = {index for index in named if indexes[0] <= index <= indexes[-1]}
        assert missing == inside, f"missing {sorted(missing)[:5]}, named {sorted(inside)[:5]}"
        assert len(missing) <= allowed_missing


@pytest.mark.parametrize("seed", range(12))
def test_a_rough_line_loses_nothing(seed: int) -> None:
    chance = random.Random(seed)
    pen = RoughPen(
        chance,
        jitter_us=chance.choice((0, 0, 900)),
        most_a_frame=chance.choice((1, 3, 10, 99)),
        first_index=chance.choice((0, 0, 0xFFFFFFFF - 700)),
    )
    line = RoughLine(chance, damage=0.05, repeat=0.05, reorder=0.05)
    bench = LinkBench(pen, line.carry)
    bench.plug_in()
    bench.machine.begin_recording(bench.moment)
    bench.run(12.0)
    began = len(bench.batches)
    assert began
    bench.machine.end_recording(20.0, bench.moment)
    end_index = len(pen.taken[pen.boot]) + pen.first_index
    bench.settle()
    check(bench, pen)
    stored = bench.indexes(pen.serial, pen.boot)
    assert stored[-1] >= end_index - 2, "samples taken before the end are missing at the tail"
    assert len(stored) == stored[-1] - stored[0] + 1
    assert stored[0] < pen.first_index + 500
    assert not bench.gaps


@pytest.mark.parametrize("seed", range(4))
def test_a_cable_out_for_half_a_minute_loses_nothing(seed: int) -> None:
    chance = random.Random(seed)
    pen = RoughPen(chance, most_a_frame=20)
    bench = LinkBench(pen, RoughLine(chance, 0.01, 0.01, 0.01).carry)
    bench.plug_in()
    bench.machine.begin_recording(bench.moment)
    bench.run(3.0)
    bench.pull_out()
    bench.run(30.0, step_s=0.05)
    bench.plug_in()
    bench.run(8.0)
    bench.machine.end_recording(10.0, bench.moment)
    bench.settle()
    check(bench, pen)
    assert not bench.gaps
    assert len(bench.indexes(pen.serial, pen.boot)) > 250 * 40


@pytest.mark.parametrize("seed", range(4))
def test_restarts_keep_every_boot_whole(seed: int) -> None:
    chance = random.Random(seed)
    pen = RoughPen(chance, most_a_frame=10)
    bench = LinkBench(pen, RoughLine(chance, 0.03, 0.03, 0.0).carry)
    bench.plug_in()
    bench.machine.begin_recording(bench.moment)
    boots = []
    for _ in range(4):
        boots.append(pen.boot)
        bench.run(4.0)
        pen.power_up(bench.now_s)  # its HELLO is lost: STATUS gives the restart away
    bench.run(3.0)
    bench.machine.end_recording(5.0, bench.moment)
    bench.settle()
    check(bench, pen, allowed_missing=40)
    restarts = [gap for gap in bench.gaps if gap.cause is GapCause.PEN_RESTART]
    assert {gap.boot_id for gap in restarts} == set(boots)
    assert all(len(bench.indexes(pen.serial, boot)) > 400 for boot in boots)


def test_what_the_pen_no_longer_holds_is_one_gap_of_true_length() -> None:
    chance = random.Random(1)
    pen = RoughPen(chance, held=1_000)
    bench = LinkBench(pen)
    bench.plug_in()
    bench.machine.begin_recording(bench.moment)
    bench.run(2.0)
    last = bench.indexes(pen.serial, pen.boot)[-1]
    bench.pull_out()
    bench.run(30.0, step_s=0.05)
    bench.plug_in()
    bench.run(5.0)
    bench.machine.end_recording(5.0, bench.moment)
    bench.settle()
    check(bench, pen, allowed_missing=7_500)
    (gap,) = bench.gaps
    assert gap.cause is GapCause.NOT_HELD
    assert gap.first_index == last + 1
    assert 6_400 < gap.count < 6_700


def test_samples_the_pen_lost_itself_are_named_so() -> None:
    pen = RoughPen(random.Random(2))
    bench = LinkBench(pen)
    bench.plug_in()
    bench.run(1.5)
    bench.machine.begin_recording(bench.moment)
    bench.run(2.0)
    pen.lose(7)
    bench.run(4.0)
    bench.machine.end_recording(5.0, bench.moment)
    bench.settle()
    check(bench, pen, allowed_missing=7)
    (gap,) = bench.gaps
    assert (gap.cause, gap.count) == (GapCause.PEN_OVERRUN, 7)
