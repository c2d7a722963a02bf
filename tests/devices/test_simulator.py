"""The simulated pen: exact bytes, believable numbers, the same life for the same seed."""

import statistics

import pytest
from link_bench import LinkBench
from simulated_peer import OnBench

from console.domain.errors import OperatorError
from console.domain.telemetry import GapCause, LinkState, Sample, SampleFlag, unpack_samples
from devices.message_reader import MessageReader
from devices.messages import Hello, Identify, Status, Stream, Telemetry, encode_console_message
from devices.simulator.faults import FAULT_NAMES, parse_fault
from devices.simulator.hand_words import obey
from devices.simulator.pen import PenMake, SimulatedPen
from devices.simulator.serve import build_parser, make_pen


def pen_with(*faults: str, **make: object) -> SimulatedPen:
    pen = SimulatedPen(PenMake(**make), seed=3, faults=[parse_fault(fault) for fault in faults])
    pen.hand.auto = pen.body.motor_on = True
    return pen


def heard(pen: SimulatedPen, seconds: float, *asked: object) -> list:
    reader, messages = MessageReader(), []
    bench = OnBench(pen)
    messages += reader.feed(bench.live(0.0))
    for number, message in enumerate(asked):
        messages += reader.feed(bench.hear(encode_console_message(message, number)))
    for step in range(1, round(seconds * 100) + 1):
        messages += reader.feed(bench.live(step / 100))
    assert reader.malformed == reader.unknown_types == reader.frames.crc_errors == 0
    return messages


def run(seconds: float, *faults: str, **make: object) -> LinkBench:
    bench = LinkBench(OnBench(pen_with(*faults, **make)))
    bench.plug_in()
    bench.machine.begin_recording(bench.moment)
    bench.run(seconds)
    bench.machine.end_recording(5.0, bench.moment)
    bench.settle()
    return bench


def all_samples(bench: LinkBench) -> list[Sample]:
    (there,) = bench.stored.values()
    return unpack_samples(b"".join(there[k] for k in sorted(there)))


def test_it_says_hello_unasked_status_every_second_and_streams_only_when_asked() -> None:
    quiet = heard(pen_with(), 3.0)
    assert [type(message) for message in quiet] == [Hello, Status, Status, Status]
    asked = heard(pen_with(), 1.0, Identify(), Stream(True))
    telemetry = [message for message in asked if isinstance(message, Telemetry)]
    assert sum(message.count for message in telemetry) == 250
    assert [message.first_index for message in telemetry] == list(range(0, 250, 10))


def test_the_same_seed_is_the_same_life() -> None:
    first, again = heard(pen_with(), 5.0, Stream(True)), heard(pen_with(), 5.0, Stream(True))
    assert first == again


def test_its_numbers_are_believable() -> None:
    samples = all_samples(run(30.0, depth_um=1_000))
    running = samples[500:]
    contact = [sample for sample in running if sample.flags & SampleFlag.SKIN_CONTACT]
    lifted = [sample for sample in running if not sample.flags & SampleFlag.SKIN_CONTACT]
    assert 0.6 < len(contact) / len(running) < 0.97
    assert 930 < statistics.median(sample.depth_um for sample in contact) < 1_030
    assert 5 < statistics.stdev(sample.depth_um for sample in contact[50:400]) < 200
    assert 11_400 < statistics.median(sample.rate_chz for sample in running) < 11_900
    assert statistics.median(s.load_ma for s in contact) > 2 * statistics.median(s.load_ma for s in lifted)
    assert {sample.set_depth_um for sample in samples} == {1_000}
    assert len({(s.rate_chz, s.load_ma, s.depth_um) for s in running[:250]}) > 200


def test_the_motor_runs_up_and_down() -> None:
    pen = SimulatedPen(PenMake(), seed=1)
    bench = LinkBench(OnBench(pen))
    bench.plug_in()
    bench.machine.begin_recording(bench.moment)
    bench.run(0.5)
    pen.set_motor(True)
    bench.run(2.0)
    pen.set_motor(False)
    bench.run(2.0)
    rates = [sample.rate_chz for sample in all_samples(bench)]
    assert rates[100] == 0
    assert 0 < rates[150] < 9_000
    assert 11_000 < rates[550] < 12_200
    assert rates[-1] == 0
    assert [event.code for event in bench.events] == [5, 6]


@pytest.mark.parametrize(
    ("fault", "expect"),
    [
        ("drop@3:4", lambda bench: bench.machine.counters().resent == 40),
        ("corrupt@3:4", lambda bench: bench.machine.counters().crc_errors == 4),
        ("duplicate@3:4", lambda bench: bench.machine.counters().duplicates == 40),
        ("reorder@3:4", lambda bench: bench.machine.counters().resent == 0),
        ("noise@3:100", lambda bench: bench.machine.counters().crc_errors >= 1),
        ("stall@3:2", lambda bench: LinkState.STALE in states(bench) and LinkState.LOST not in states(bench)),
        ("freeze@3:4", lambda bench: LinkState.LOST in states(bench)),
        ("flood@3:1", lambda bench: len(all_samples(bench)) > 250 * 17),
        ("version@3:2", lambda bench: any("Pen Link 2" in notice.reason for notice in bench.notices)),
        ("corrupt@3:4:0.1", lambda bench: 4 <= bench.machine.counters().crc_errors <= 20),
        ("noise@3:2:400", lambda bench: bench.machine.counters().crc_errors >= 20),
        ("flood@3:2:2", lambda bench: 250 * 11 < len(all_samples(bench)) < 250 * 13),
        ("spike@3:4:0.05", lambda bench: 20 < sum(s.depth_um == 2_900 for s in all_samples(bench)) < 90),
        ("overdepth@3:2:1700", lambda bench: sum(s.depth_um > 1_600 for s in all_samples(bench)) > 100),
        ("absurd@3:2", lambda bench: 10 < sum(s.depth_um == 61_000 for s in all_samples(bench)) <= 20),
        ("stuck@3:4", lambda bench: longest_stillness(bench) >= 4 * 250),
        ("battery@3:8", lambda bench: (8, 8) in [(event.code, event.value) for event in bench.events]),
        ("cartridge@3:X-1", lambda bench: [event.code for event in bench.events] == [4, 3]),
    ],
)
def test_faults_do_what_they_say_and_lose_nothing(fault, expect) -> None:
    bench = run(10.0, fault)
    assert expect(bench)
    assert bench.gaps == []
    assert bench.twice == 0
    (there,) = bench.stored.values()
    assert len(there) == max(there) - min(there) + 1


def states(bench: LinkBench) -> set[LinkState]:
    return {notice.state for notice in bench.notices}


def longest_stillness(bench: LinkBench) -> int:
    longest = current = 0
    before = None
    for sample in all_samples(bench):
        current = current + 1 if sample[:4] == before else 0
        longest, before = max(longest, current), sample[:4]
    return longest


@pytest.mark.parametrize(
    ("fault", "cause"),
    [("overrun@3:6", GapCause.PEN_OVERRUN), ("restart@3", GapCause.PEN_RESTART)],
)
def test_faults_that_lose_samples_are_named(fault: str, cause: GapCause) -> None:
    assert {gap.cause for gap in run(8.0, fault).gaps} == {cause}


def test_a_swap_shows_another_pen() -> None:
    bench = run(8.0, "swap@3:Z-1")
    assert any(notice.other_pen and notice.other_pen.serial == "Z-1" for notice in bench.notices)


def test_the_hand_is_led_by_words() -> None:
    pen = SimulatedPen(PenMake(), seed=1)
    for line in ("motor on", "dial 1200", "touch", "overdepth 1300 2.0", "button down", "fault battery:5", ""):
        obey(pen, line)
    pen.advance(1.0)
    assert (pen.body.motor_on, pen.hand.touching, pen.body.button_held, pen.battery) == (True, True, True, 5)
    deep = unpack_samples(b"".join(sample for sample in pen.boot.held if sample))[-1]
    assert deep.set_depth_um == 1_200
    assert deep.depth_um > 1_230
    obey(pen, "lift")
    assert not pen.hand.touching
    for line in ("dance", "motor", "motor maybe", "dial deep", "fault nonsense"):
        with pytest.raises(OperatorError):
            obey(pen, line)


@pytest.mark.parametrize("name", FAULT_NAMES)
def test_every_fault_has_a_default(name: str) -> None:
    pen = pen_with(f"{name}@0.5")
    pen.advance(2.0)
    assert parse_fault(f"{name}@30").at_s == 30


@pytest.mark.parametrize("written", [
    "", "drop", "drop@", "drop@x", "drop@3:many", "boil@3", "stall@3:5%", "drop@-3", "drop@nan", "stall@3:inf",
    "stall@3:5:2", "drop@3:5:1.5", "drop@3:5:0.1:7", "battery@3:101", "flood@3:5:1000", "corrupt@3:101%", "noise@3:-1",
])
def test_a_bad_fault_gets_a_sentence(written: str) -> None:
    with pytest.raises(OperatorError, match=r"^(there is no fault .* with one of drop|the fault .* write it as )"):
        parse_fault(written)


def test_the_options_make_the_pen() -> None:
    options = build_parser().parse_args(
        ["--serial", "Q", "--rate", "1000", "--depth-um", "750", "--fault", "drop@1:2%", "--seed", "9"]
    )
    pen = make_pen(options)
    assert (pen.make.serial, pen.make.period_us, pen.make.resend_samples) == ("Q", 1_000, 60_000)
    assert pen.body.dial.depth_um == 750
    assert pen.body.motor_on
    assert not make_pen(build_parser().parse_args(["--hand"])).body.motor_on


@pytest.mark.parametrize("bad", [["--rate", "0"], ["--rate", "5000"], ["--speed", "0"], ["--fault", "x@1"]])
def test_bad_options_end_with_a_usage_line(bad: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        build_parser().parse_args(bad)
    assert ended.value.code == 2
    assert "usage" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("fault", "missed", "repeated", "reordered"),
    [("drop@3:4", 4, 0, 0), ("corrupt@3:4", 4, 0, 0), ("duplicate@3:4", 0, 4, 0), ("reorder@3:1", 1, 0, 1)],
)
def test_the_link_counts_what_the_line_did_to_its_frames(fault, missed, repeated, reordered) -> None:
    counted = run(10.0, fault).machine.counters()
    assert (counted.frames_missed, counted.frames_repeated, counted.frames_reordered) == (missed, repeated, reordered)
