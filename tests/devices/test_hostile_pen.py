"""A pen that answers RESEND in every wrong way: each sample it held is stored once, byte for byte, and no other."""

import random
import struct
import threading
from pathlib import Path

import pytest
from hostile_pen import KINDS, HostilePen
from hostile_process import HostileProcess
from link_bench import LinkBench
from pen_process import CollectingSink
from rough_pen import RoughLine, RoughPen

from console.domain.telemetry import GapCause
from console.services.clocks import SystemClock
from devices.link import SerialPenLink


def check_true(bench: LinkBench, pen: RoughPen) -> set[int]:
    """Every stored sample is the pen's own and stored once; give what is missing inside, all of it named once."""
    assert bench.twice == 0
    missing_in_all: set[int] = set()
    for (serial, boot), there in bench.stored.items():
        assert serial == pen.serial and boot in pen.taken
        taken, indexes = pen.taken[boot], sorted(there)
        for index in indexes:
            assert there[index] == taken[index - pen.first_index], f"sample {index} was never taken so"
        named: set[int] = set()
        for gap in bench.gaps:
            span = set(range(gap.first_index, gap.first_index + gap.count)) if gap.boot_id == boot else set()
            assert not named & span, "a gap named twice"
            named |= span
        missing = set(range(indexes[0], indexes[-1] + 1)) - set(indexes)
        assert missing == {index for index in named if indexes[0] <= index <= indexes[-1]}
        missing_in_all |= missing
    return missing_in_all


def treat(pen: RoughPen, carry=lambda wire: wire, cuts: int = 2, out_s: float = 3.0) -> LinkBench:
    bench = LinkBench(pen, carry)
    bench.plug_in()
    bench.machine.begin_recording(bench.moment)
    for _ in range(cuts):
        bench.run(2.0)
        bench.pull_out()
        bench.run(out_s, step_s=0.05)
        bench.plug_in()
    bench.run(6.0)
    bench.machine.end_recording(20.0, bench.moment)
    bench.settle()
    return bench


@pytest.mark.parametrize("first_index", [0, 0xFFFFFFFF - 900, 3 * (1 << 32) - 700], ids=["zero", "wrap", "third"])
@pytest.mark.parametrize("kind", KINDS)
def test_whatever_it_answers_nothing_held_is_missing(kind: str, first_index: int) -> None:
    chance = random.Random(f"{kind} {first_index}")
    pen = HostilePen(chance, kind, first_index=first_index % (1 << 32), most_a_frame=12)
    bench = treat(pen)
    assert check_true(bench, pen) == set()
    assert not bench.gaps, bench.gaps


@pytest.mark.parametrize("kind", KINDS)
def test_on_a_rough_line_too(kind: str) -> None:
    chance = random.Random(kind)
    pen = HostilePen(chance, kind, most_a_frame=12)
    bench = treat(pen, RoughLine(chance, 0.02, 0.02, 0.02).carry)
    missing = check_true(bench, pen)
    given_up = {gap.cause for gap in bench.gaps}
    contradicted = {GapCause.NOT_HELD} if kind == "unasked_errors" else set()  # its word, though it had served them
    assert given_up <= {GapCause.NOT_ANSWERED} | contradicted, "only what it would not answer for is given up"
    assert len(missing) < 400


@pytest.mark.parametrize("kind", KINDS)
def test_what_it_no_longer_holds_is_a_gap_of_true_length(kind: str) -> None:
    pen = HostilePen(random.Random(kind), kind, held=600, most_a_frame=12)
    bench = treat(pen, cuts=1, out_s=8.0)
    missing = check_true(bench, pen)
    held_from = 8.0 / 0.004 - 600 - 250
    assert held_from < len(missing) < 8.0 / 0.004, "what it still held was fetched, the rest is named"


@pytest.mark.parametrize("kind", ["shuffled", "partial", "double", "foreign_boot"])
def test_a_boot_change_amid_the_answer_keeps_both_apart(kind: str) -> None:
    pen = HostilePen(random.Random(kind), kind, most_a_frame=12)
    bench = LinkBench(pen)
    bench.plug_in()
    bench.machine.begin_recording(bench.moment)
    bench.run(2.0)
    bench.pull_out()
    bench.run(3.0)
    old, answer = pen.boot, pen.resend

    def restarts_amid(boot: int, first: int, count: int) -> bytes:
        frames = [piece + b"\0" for piece in answer(boot, first, count).split(b"\0")[:-1]]
        pen.resend = answer  # type: ignore[method-assign]
        half = len(frames) // 2
        return b"".join(frames[:half]) + pen.power_up(bench.now_s) + b"".join(frames[half:])

    pen.resend = restarts_amid  # type: ignore[method-assign]
    bench.plug_in()
    bench.run(6.0)
    bench.machine.end_recording(10.0, bench.moment)
    bench.settle()
    assert pen.boot != old
    check_true(bench, pen)
    assert len(bench.indexes(pen.serial, pen.boot)) > 1_000
    assert {gap.cause for gap in bench.gaps if gap.boot_id == old} == {GapCause.PEN_RESTART}


def test_another_pen_with_the_same_boot_id_and_indexes_never_writes_under_the_firsts_name() -> None:
    first, second = RoughPen(random.Random(1), serial="A-1"), RoughPen(random.Random(2), serial="B-2")
    bench = LinkBench(first)
    bench.plug_in()
    bench.machine.begin_recording(bench.moment)
    bench.run(2.0)
    bench.pull_out()
    second.power_up(bench.now_s - 2.5)
    second.taken[first.boot], second.streamed[first.boot] = second.taken.pop(second.boot), set()
    second.boot = first.boot
    second.live(bench.now_s)
    second.sent_to, second.streaming = len(second.taken[second.boot]), True  # before anybody asked it who it is
    bench.pen = second
    bench.plug_in()
    bench.say(second.telemetry(500, 510, kind=2) + second.telemetry(480, 500, kind=5) + second.status())
    bench.run(4.0)
    assert set(bench.stored) == {("A-1", first.boot)}, "not one sample of a pen nobody has accepted"
    assert bench.machine.notice().other_pen is not None
    bench.machine.accept_pen("B-2", bench.moment)
    bench.run(2.0)
    bench.machine.end_recording(5.0, bench.moment)
    bench.settle()
    for pen in (first, second):
        there = bench.stored[pen.serial, pen.boot]
        assert there and all(there[index] == pen.taken[pen.boot][index] for index in there)
    assert [gap.cause for gap in bench.gaps if gap.pen_serial == "A-1"] == [GapCause.PEN_SWAP]


def test_thirty_seconds_out_with_a_pen_that_holds_sixty_loses_nothing() -> None:
    pen = RoughPen(random.Random(3), held=15_000, most_a_frame=10)
    bench = treat(pen, cuts=1, out_s=30.0)
    assert check_true(bench, pen) == set() and not bench.gaps
    assert len(bench.indexes(pen.serial, pen.boot)) > 38 * 250 - 50


# --- the same over a real socket, from another process --------------------------------------------


def settle(link: SerialPenLink) -> None:
    link.end_recording(10.0)
    pause = threading.Event()
    for _ in range(3_000):
        if link.recording_settled():
            break
        pause.wait(0.005)
    assert link.recording_settled(), "the recording never settled"
    link.close()


@pytest.mark.parametrize("kind", ["shuffled", "busy", "wrong_range", "partial"])
def test_over_a_socket_every_sample_it_held_is_stored_once(kind: str, tmp_path: Path) -> None:
    pen, sink = HostileProcess(kind, tmp_path / "log"), CollectingSink()
    link = SerialPenLink(sink, SystemClock())
    link.open(pen.url)
    link.wait_first(20)
    link.begin_recording()
    sink.wait_for(lambda: sink.count() > 200)
    pen.say("cut 0.7")
    sink.wait_for(lambda: sink.count() > 700)
    settle(link)
    (took,) = pen.end()
    (boot_id,) = sink.stored
    there, taken = sink.stored[boot_id], took["boots"][str(boot_id)]
    assert sink.twice == 0 and took["requests"] > 0
    assert all(there[index].hex() == taken[index] for index in there)
    assert len(there) == max(there) - min(there) + 1 and not sink.gaps
    assert link.counters().asked >= link.counters().resent > 100


def test_over_a_socket_another_pen_of_the_same_boot_id_never_writes_under_the_firsts_name(tmp_path: Path) -> None:
    pen, sink = HostileProcess("shuffled", tmp_path / "log"), CollectingSink()
    link = SerialPenLink(sink, SystemClock())
    link.open(pen.url)
    link.wait_first(20)
    link.begin_recording()
    sink.wait_for(lambda: sink.count() > 200)
    pen.say("swap B-2")
    sink.wait_for(lambda: bool(sink.notices) and sink.notices[-1].other_pen is not None)
    first_count = len(sink.batches)
    link.accept_pen("B-2")
    sink.wait_for(lambda: any(batch.pen_serial == "B-2" for batch in sink.batches))
    settle(link)
    for took in pen.end():
        for batch in (one for one in sink.batches if one.pen_serial == took["serial"]):
            taken = took["boots"][str(batch.boot_id)]
            own = "".join(taken[batch.first_index : batch.end_index])
            assert batch.samples.hex() == own, f"samples of another pen under the name of {took['serial']}"
    assert {batch.pen_serial for batch in sink.batches[:first_count]} == {"R-1"}
    assert len({batch.boot_id for batch in sink.batches}) == 1, "the second bears the boot id of the first"
    assert [gap.cause for gap in sink.gaps if gap.pen_serial == "R-1"] == [GapCause.PEN_SWAP]


# --- frames that check but cannot be true ---------------------------------------------------------


def leaping(pen: RoughPen, by: int, count: int = 5) -> bytes:
    """A frame with a good check, the time of now, and an index far from it."""
    at = len(pen.taken[pen.boot])
    index = (at + by + pen.first_index) & 0xFFFFFFFF
    return pen.say(2, struct.pack("<IIQB", pen.boot, index, (at + 1) * pen.period_us, count) + b"\xee" * 10 * count)


@pytest.mark.parametrize("by", [600, 3_000, 1_000_000, 2_000_000_000])
def test_an_index_that_leaps_ahead_of_its_own_time_is_not_believed(by: int) -> None:
    pen = RoughPen(random.Random(by), most_a_frame=12)
    bench = LinkBench(pen)
    bench.plug_in()
    bench.machine.begin_recording(bench.moment)
    for _ in range(3):
        bench.run(2.0)
        bench.say(leaping(pen, by))
    bench.run(2.0)
    bench.machine.end_recording(10.0, bench.moment)
    bench.settle()
    assert check_true(bench, pen) == set() and not bench.gaps
    assert bench.machine.counters().malformed == 3


def test_a_pen_that_stays_with_its_new_index_is_believed() -> None:
    pen = RoughPen(random.Random(1), most_a_frame=1)
    bench = LinkBench(pen)
    bench.plug_in()
    bench.machine.begin_recording(bench.moment)
    bench.run(2.0)
    last = max(bench.indexes(pen.serial, pen.boot))
    pen.first_index = 100_000
    bench.run(4.0)
    bench.machine.end_recording(10.0, bench.moment)
    bench.settle()
    stored = bench.indexes(pen.serial, pen.boot)
    assert len([index for index in stored if index > last]) > 950
    (gap,) = bench.gaps
    assert (gap.first_index, gap.cause) == (last + 1, GapCause.NOT_HELD)
    assert set(range(gap.first_index, gap.first_index + gap.count)).isdisjoint(stored)


def test_a_pen_that_rests_without_counting_is_not_doubted() -> None:
    pen = RoughPen(random.Random(1), most_a_frame=4)
    bench = LinkBench(pen)
    bench.plug_in()
    bench.machine.begin_recording(bench.moment)
    bench.run(2.0)
    before = max(bench.indexes(pen.serial, pen.boot))
    late_us = 40_000_000
    body = struct.pack("<IIQB", pen.boot, before + 1, (before + 1) * 4_000 + late_us, 4) + bytes(40)
    bench.say(pen.say(2, body))
    assert max(bench.indexes(pen.serial, pen.boot)) == before + 4
