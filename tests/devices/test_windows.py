"""Two treatments one after the other: the second is recorded while the first one's samples are still fetched."""

import random

import pytest
from link_bench import LinkBench
from rough_pen import RoughLine, RoughPen

from console.domain.telemetry import GapCause, PenDescription
from devices.resend import Range
from devices.windows import Claimed, Windows


def check_apart(bench: LinkBench, pen: RoughPen) -> None:
    """No sample is in two windows, each window is whole but for its gaps, and holds the pen's own bytes."""
    assert bench.twice == 0
    first, second = sorted(bench.windows[1]), sorted(bench.windows[2])
    assert first and second and first[-1] < second[0]
    for number, indexes in ((1, first), (2, second)):
        missing = set(range(indexes[0], indexes[-1] + 1)) - set(indexes)
        named = {index for gap in bench.gaps if gap.window == number
                 for index in range(gap.first_index, gap.first_index + gap.count)}
        assert missing == {index for index in named if indexes[0] <= index <= indexes[-1]}
    taken, there = pen.taken[pen.boot], bench.stored[pen.serial, pen.boot]
    assert all(there[index] == taken[index - pen.first_index] for index in there)


@pytest.mark.parametrize("seed", range(8))
def test_the_next_window_begins_while_the_former_is_being_filled(seed: int) -> None:
    chance = random.Random(seed)
    pen = RoughPen(chance, jitter_us=chance.choice((0, 900)), most_a_frame=chance.choice((1, 10, 60)))
    bench = LinkBench(pen, RoughLine(chance, 0.05, 0.05, 0.05).carry)
    bench.plug_in()
    bench.machine.begin_recording(bench.moment, 1)
    bench.run(3.0)
    pen.busy = 3 if seed % 2 else 0
    bench.pull_out()
    bench.run(8.0, step_s=0.05)
    bench.plug_in()
    bench.run(0.1)
    bench.machine.end_recording(10.0, bench.moment)
    ended_s = bench.now_s
    bench.machine.begin_recording(bench.moment, 2)
    bench.run(3.0)
    first_of_second = min(bench.windows[2])
    assert (first_of_second - pen.first_index) * 0.004 < ended_s + 1.0, "it did not wait for the former"
    bench.machine.end_recording(10.0, bench.moment)
    bench.settle()
    check_apart(bench, pen)
    assert not [gap for gap in bench.gaps if gap.cause is not GapCause.NOT_ANSWERED]


def test_the_former_windows_gaps_are_its_own() -> None:
    pen = RoughPen(random.Random(5), held=250)
    bench = LinkBench(pen)
    bench.plug_in()
    bench.machine.begin_recording(bench.moment, 1)
    bench.run(2.0)
    last = max(bench.windows[1])
    bench.pull_out()
    bench.run(4.0)
    bench.plug_in()
    bench.run(0.05)
    bench.machine.end_recording(5.0, bench.moment)
    bench.machine.begin_recording(bench.moment, 2)
    assert bench.machine.is_recording(1) and bench.machine.is_recording(2)
    bench.run(6.0)
    assert not bench.machine.is_recording(1), "it settled beside the second"
    bench.machine.end_recording(5.0, bench.moment)
    bench.settle()
    check_apart(bench, pen)
    (gap,) = bench.gaps
    assert (gap.window, gap.cause, gap.first_index) == (1, GapCause.NOT_HELD, last + 1)


def test_only_one_request_is_under_way_for_both() -> None:
    pen = RoughPen(random.Random(6))
    bench = LinkBench(pen)
    bench.plug_in()
    bench.machine.begin_recording(bench.moment, 1)
    bench.run(2.0)
    pen.answers = False
    for number in (2, 3):
        bench.pull_out()
        bench.run(1.0)
        bench.plug_in()
        bench.run(0.3)
        if number == 2:
            bench.machine.end_recording(5.0, bench.moment)
            bench.machine.begin_recording(bench.moment, 2)
            bench.run(0.3)
    before = len(pen.requests)
    bench.run(0.45)
    assert len(pen.requests) - before <= 1
    pen.answers = True
    bench.run(3.0)
    bench.machine.end_recording(5.0, bench.moment)
    bench.settle()
    check_apart(bench, pen)


def test_a_third_window_closes_the_first() -> None:
    bench = LinkBench(RoughPen(random.Random(7)))
    bench.plug_in()
    for number in (1, 2, 3):
        bench.machine.begin_recording(bench.moment, number)
        bench.run(1.0)
        bench.pull_out()
        bench.run(0.2)
        bench.machine.end_recording(60.0, bench.moment)
        assert bench.machine.is_recording(number)
        bench.plug_in()
        bench.machine.part()
    assert not bench.machine.is_recording(1)
    bench.machine.closed(bench.moment)
    bench.collect()
    assert not bench.machine.recording


def test_a_time_stamp_that_wavers_gives_the_former_nothing_of_the_next_window() -> None:
    pen = PenDescription("Rough", "R-1", "0.1", 7, 4_000, 15_000, 31, 12, "")
    windows = Windows()
    windows.begin(1)
    windows.arm()
    windows.take(pen, 7, Range(0, 100), 0, False, 1.0)
    windows.end(103 * 4_000, 60.0, True)
    windows.begin(2)
    windows.arm()
    taken = windows.take(pen, 7, Range(100, 110), 400_000, False, 1.1)
    assert taken == [Claimed(Range(100, 104), 1), Claimed(Range(104, 110), 2)]
    windows.note_status(7, 440_000, 110, True, 0, 1.2, lambda end_us: 107)  # by a later frame's own line
    windows.tick(2.5, True)
    assert windows.next_request(7, 2.5) is None
    assert not windows.is_open(1) and windows.is_open(2)
    assert windows.take_gaps() == []
