"""Ports are asked politely: IDENTIFY and nothing else, and only those nobody else holds."""

import errno
import random
import threading

import pytest
from rough_pen import RoughPen

from console.domain.errors import OperatorError
from console.domain.pen_ports import PortState
from console.services.pen_memory import PenMemory
from devices.discovery import PenSearcher, SeenPort, list_ports


class StepClock:
    """A clock that goes on a little at each look."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def monotonic_s(self) -> float:
        self.now_s += 0.01
        return self.now_s

    def utc_us(self) -> int:
        return 0


class QuietPort:
    def __init__(self, pen: RoughPen | None) -> None:
        self.pen, self.waiting, self.closed = pen, b"", False

    def read_some(self, wait_s: float) -> bytes:
        waiting, self.waiting = self.waiting, b""
        return waiting

    def write(self, outgoing: bytes) -> None:
        if self.pen:
            self.waiting += b"\x07half a frame\0" + self.pen.hear(outgoing)

    def close(self) -> None:
        self.closed = True


class Bench:
    def __init__(self) -> None:
        self.clock = StepClock()
        self.pens = {"a": RoughPen(random.Random(1), serial="A"), "b": RoughPen(random.Random(2), serial="B")}
        self.names = ["silent", "a", "b", "held"]
        self.opened: list[str] = []
        self.given: list[QuietPort] = []

    def ports(self) -> list[SeenPort]:
        return [SeenPort(name, f"{name} bridge") for name in self.names]

    def open_port(self, name: str) -> QuietPort:
        self.opened.append(name)
        if name == "held":
            raise OSError(errno.EBUSY, "held")
        self.given.append(QuietPort(self.pens.get(name)))
        return self.given[-1]


def test_the_list_says_what_answered_and_why_not() -> None:
    bench = Bench()
    reports = {report.port: report for report in list_ports(bench.ports, bench.open_port, bench.clock)}
    assert reports["a"].pen is not None
    assert reports["a"].pen.serial == "A"
    assert reports["silent"].pen is None
    assert reports["silent"].failure is None
    assert reports["held"].failure is not None
    assert reports["held"].failure.happened == "another program is using held"
    assert reports["b"].description == "b bridge"
    assert [report.state for report in reports.values()] == [
        PortState.SILENT, PortState.PEN, PortState.PEN, PortState.BUSY]
    assert all(port.closed for port in bench.given)
    assert set(bench.pens["a"].heard) == {0x81}


def test_a_search_finds_the_pen_by_its_identity_and_does_not_pester_the_silent() -> None:
    bench = Bench()
    search, stop = PenSearcher(bench.clock, bench.ports, bench.open_port), threading.Event()
    assert search(("Rough", "B"), stop) == "b"
    assert search(("Rough", "B"), stop) == "b"
    assert bench.opened.count("silent") == 1
    bench.names.remove("silent")
    search(("Rough", "B"), stop)
    bench.names.insert(0, "silent")
    search(("Rough", "B"), stop)
    assert bench.opened.count("silent") == 2, "it came back, so it is asked anew"
    for _ in range(30):
        with pytest.raises(OperatorError, match=r"another answers: Rough A on a, Rough B on b; nothing of it"):
            search(("Rough", "nobody"), stop)
    assert bench.opened.count("silent") == 5, "now, at the fifth and tenth search, and then every thirtieth"
    assert set(bench.pens["a"].heard) | set(bench.pens["b"].heard) == {0x81}, "a search only asks who is there"


def test_of_several_pens_the_one_used_last_is_taken_and_no_other_is_guessed() -> None:
    bench, memory, stop = Bench(), PenMemory(), threading.Event()
    search = PenSearcher(bench.clock, bench.ports, bench.open_port, memory)
    with pytest.raises(OperatorError, match=r"2 pens answer: Rough A on a, Rough B on b.*auto:SERIAL"):
        search(None, stop)
    opened = len(bench.opened)
    with pytest.raises(OperatorError, match="2 pens answer"):
        search(None, stop)
    assert set(bench.opened[opened:]) <= {"held"}, "who has answered is not asked again at once"
    memory.serial = "B"
    assert search(None, stop) == "b"
    bench.names.remove("b")
    assert search(None, stop) == "a", "with one pen there is nothing to choose"


def test_when_only_one_pen_will_do_no_other_is_taken() -> None:
    bench, stop = Bench(), threading.Event()
    search = PenSearcher(bench.clock, bench.ports, bench.open_port, PenMemory("B", only=True))
    bench.names.remove("b")
    assert search(None, stop) is None
    bench.names.append("b")
    assert search(None, stop) == "b"


def test_a_port_that_has_just_come_is_asked_at_the_next_look() -> None:
    bench, stop = Bench(), threading.Event()
    bench.names = ["silent"]
    search = PenSearcher(bench.clock, bench.ports, bench.open_port)
    assert search(None, stop) is None
    bench.names.append("b")
    before_s = bench.clock.now_s
    assert search(None, stop) == "b"
    assert bench.clock.now_s - before_s < 1.0, "seen within a second, the silent port beside it or not"


def test_a_port_whose_rights_come_a_moment_later_is_tried_again() -> None:
    bench, stop = Bench(), threading.Event()
    bench.names, refusals = ["b"], 2

    def open_port(name: str) -> QuietPort:
        nonlocal refusals
        refusals -= 1
        if refusals >= 0:
            raise PermissionError(errno.EACCES, "not yet")
        return bench.open_port(name)

    search = PenSearcher(bench.clock, bench.ports, open_port)
    assert [search(None, stop) for _ in range(3)] == [None, None, "b"]


def test_the_port_this_console_itself_has_open_is_left_alone() -> None:
    bench = Bench()
    reports = list_ports(bench.ports, bench.open_port, bench.clock, ours={"a": None})
    assert "a" not in bench.opened
    assert reports[1].state is PortState.OURS


def test_a_search_ends_when_told() -> None:
    bench, stop = Bench(), threading.Event()
    stop.set()
    assert PenSearcher(bench.clock, bench.ports, bench.open_port)(None, stop) is None
    assert bench.opened == []
