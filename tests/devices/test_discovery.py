"""Ports are asked politely: IDENTIFY and nothing else, and only those nobody else holds."""

import errno
import random
import threading

from rough_pen import RoughPen

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
        assert search(("Rough", "nobody"), stop) is None
    assert bench.opened.count("silent") == 4, "three times in all since it came back"
    assert search(None, stop) == "a"


def test_a_search_ends_when_told() -> None:
    bench, stop = Bench(), threading.Event()
    stop.set()
    assert PenSearcher(bench.clock, bench.ports, bench.open_port)(None, stop) is None
    assert bench.opened == []
