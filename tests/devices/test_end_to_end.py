"""A real pseudo-terminal or socket, a pen in another process, the real thread: nothing is lost."""

import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pen_process import CollectingSink, PenProcess, sent_by_boot

from console.domain.errors import OperatorError
from console.domain.telemetry import GapCause, LinkState
from console.services.clocks import PacedClock, SystemClock
from devices.link import SerialPenLink

PACE = 8


@pytest.fixture
def sink() -> CollectingSink:
    return CollectingSink()


@pytest.fixture
def link(sink: CollectingSink) -> Iterator[SerialPenLink]:
    base = SystemClock()
    link = SerialPenLink(sink, PacedClock(base, PACE, base))
    yield link
    link.close()


def settle(link: SerialPenLink, sink: CollectingSink, wait_s: float = 5.0) -> None:
    link.end_recording(wait_s)
    pause = threading.Event()
    for _ in range(2_000):
        if link.recording_settled():
            return
        pause.wait(0.005)
    raise AssertionError("the recording never settled")


def record(
    link: SerialPenLink, sink: CollectingSink, url: str, until: Callable[[], bool], wait_s: float = 5.0
) -> None:
    link.open(url)
    link.wait_first(20)
    link.begin_recording()
    sink.wait_for(until)
    settle(link, sink, wait_s)
    link.close()


def check_whole(sink: CollectingSink, log: Path) -> None:
    """Everything sent between the first and the last recorded sample is there, once."""
    assert sink.twice == 0
    for boot_id, sent in sent_by_boot(log).items():
        there = sink.stored.get(boot_id)
        if there:
            first, last = min(there), max(there)
            assert len(there) == last - first + 1 - sum(
                gap.count for gap in sink.gaps if gap.boot_id == boot_id and first <= gap.first_index <= last
            )
            assert {k for k in sent if first <= k <= last} <= set(there)


@pytest.mark.parametrize("where", [(), ("--tcp", "0")], ids=["pty", "tcp"])
def test_250_hz_at_eight_times_the_pace_loses_nothing(where, link, sink, tmp_path) -> None:
    log = tmp_path / "sent.json"
    with PenProcess("--speed", str(PACE), "--sent-log", str(log), *where) as pen:
        record(link, sink, pen.url, lambda: sink.count() > 2_500)
    check_whole(sink, log)
    assert sink.gaps == []
    counted = link.counters()
    assert (counted.crc_errors, counted.frames_missed, counted.frames_repeated) == (0, 0, 0)
    assert counted.latency_median_ms is not None and counted.latency_max_ms is not None
    assert 0 < counted.latency_median_ms <= counted.latency_max_ms
    assert link.state().state is LinkState.CLOSED


def test_damaged_frames_are_asked_for_again(link, sink, tmp_path) -> None:
    log = tmp_path / "sent.json"
    with PenProcess("--speed", str(PACE), "--sent-log", str(log), "--scenario", "noisy-line") as pen:
        record(link, sink, pen.url, lambda: sink.count() > 4_000)
    check_whole(sink, log)
    assert sink.gaps == []
    assert link.counters().crc_errors > 0
    assert link.counters().resent > 0


@pytest.mark.parametrize("tcp", [False, True], ids=["pty", "tcp"])
def test_a_pulled_cable_is_lost_at_once_and_filled_afterwards(tcp, link, sink, tmp_path) -> None:
    log = tmp_path / "sent.json"
    where = ("--tcp", "0") if tcp else ("--link", str(tmp_path / "pen"))
    with PenProcess("--speed", str(PACE), "--sent-log", str(log), "--hand", *where) as pen:
        link.open(pen.url)
        link.wait_first(20)
        link.begin_recording()
        sink.wait_for(lambda: sink.count() > 200)
        pen.say("fault unplug:6")
        sink.wait_for_state(LinkState.LOST)
        sink.wait_for_state(LinkState.STREAMING)
        sink.wait_for(lambda: sink.count() > 3_000)
        settle(link, sink)
        link.close()
    check_whole(sink, log)
    assert sink.gaps == []
    (boot,) = sink.stored.values()
    assert len(boot) == max(boot) - min(boot) + 1


def test_a_pen_killed_and_started_anew_is_a_restart(link, sink, tmp_path) -> None:
    path = str(tmp_path / "pen")
    first = PenProcess("--speed", str(PACE), "--link", path, "--seed", "1")
    link.open(first.url)
    link.wait_first(20)
    link.begin_recording()
    sink.wait_for(lambda: sink.count() > 200)
    first.signal(signal.SIGKILL)
    sink.wait_for_state(LinkState.LOST)
    with PenProcess("--speed", str(PACE), "--link", path, "--seed", "2"):
        sink.wait_for(lambda: len(sink.stored) == 2)
        settle(link, sink)
        link.close()
    assert [gap.cause for gap in sink.gaps] == [GapCause.PEN_RESTART]


def test_another_pen_is_refused_and_then_accepted(link, sink) -> None:
    with PenProcess("--speed", str(PACE), "--hand") as pen:
        link.open(pen.url)
        link.wait_first(20)
        link.begin_recording()
        sink.wait_for(lambda: sink.count() > 100)
        pen.say("fault swap:B-9")
        sink.wait_for(lambda: sink.notices[-1].other_pen is not None)
        assert {batch.pen_serial for batch in sink.batches} == {"A1-000042"}
        link.accept_pen("B-9")
        sink.wait_for(lambda: sink.batches[-1].pen_serial == "B-9")
        settle(link, sink)
        link.close()
    assert GapCause.PEN_SWAP in {gap.cause for gap in sink.gaps}


def test_the_hand_leads_the_pen_and_the_link_hears_of_it(link, sink) -> None:
    with PenProcess("--speed", str(PACE), "--hand") as pen:
        link.open(pen.url)
        link.wait_first(20)
        for line in ("dial 1250", "motor on", "cartridge C-9", "motor off"):
            pen.say(line)
        sink.wait_for(lambda: len(sink.events) >= 5)
        link.close()
    assert [(said.code, said.value, said.detail) for said in sink.events] == [
        (9, 1_250, ""),
        (5, 0, ""),
        (4, 0, ""),
        (3, 12, "C-9"),
        (6, 0, ""),
    ]


def test_the_simulated_pen_ends_when_told(tmp_path) -> None:
    log = tmp_path / "sent.json"
    for number in (signal.SIGTERM, signal.SIGINT):
        pen = PenProcess("--tcp", "0", "--sent-log", str(log))
        assert pen.url.startswith("socket://127.0.0.1:")
        assert pen.signal(number) == 0
        assert log.exists()
    link = tmp_path / "pen"
    assert PenProcess("--link", str(link)).end() == 0
    assert not link.is_symlink()


def test_a_pen_that_never_answers_is_named_and_leaves_no_thread(link, sink) -> None:
    with PenProcess("--speed", str(PACE), "--fault", "freeze@0:1000") as pen:
        link.open(pen.url)
        with pytest.raises(OperatorError) as told:
            link.wait_first(20)
        assert str(told.value).startswith(f"no pen answered on {pen.url}; nothing was recorded; check the cable")
        link.close()
