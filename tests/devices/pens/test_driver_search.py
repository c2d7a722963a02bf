"""``auto`` with a profile: every port that may be the pen's is listened to, and no other is touched."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

import pytest
from pen_process import ROOT, CollectingSink, PenProcess

from console.domain.telemetry import LinkState
from console.services.clocks import SystemClock
from console.services.pen_memory import PenMemory
from console.services.resources import resource_path
from devices.byte_port import BytePort, LineSettings, open_byte_port
from devices.driver_search import DriverSearcher
from devices.link import SerialPenLink
from devices.port_way import PortWay
from devices.profile import PenProfile
from devices.profile_reader import read_profile
from devices.registry import PEN_KINDS, make_serial_link


@dataclass(frozen=True)
class Plugged:
    """What the system says of a port."""

    device: str
    vid: int | None = None
    pid: int | None = None
    serial_number: str | None = None
    location: str | None = None


class Pens:
    """Foreign pens in processes of their own, and the ports the system knows."""

    def __init__(self) -> None:
        self.running: list[subprocess.Popen[str]] = []
        self.plugged: list[Plugged] = []

    def start(self, *words: str, vid: int | None = None) -> str:
        pen = subprocess.Popen(
            [sys.executable, ROOT / "tests" / "support" / "foreign_pens.py", *words], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True)
        self.running.append(pen)
        assert pen.stdout is not None
        url = pen.stdout.readline().strip()
        self.plugged.append(Plugged(url, vid, vid))
        return url

    def end(self, place: int) -> None:
        self.running[place].communicate(timeout=20)


@pytest.fixture
def pens(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pens]:
    made = Pens()
    monkeypatch.setattr("serial.tools.list_ports.comports", lambda: list(made.plugged))
    yield made
    for place in range(len(made.running)):
        made.end(place)


def profile_of(name: str) -> PenProfile:
    return read_profile(resource_path("pens") / f"example-{name}.toml")


@pytest.fixture
def sink() -> CollectingSink:
    return CollectingSink()


@pytest.fixture
def links() -> Iterator[list[SerialPenLink]]:
    opened: list[SerialPenLink] = []
    yield opened
    for link in opened:
        link.close()


def search(profile: PenProfile, sink: CollectingSink, links: list[SerialPenLink], only: str = "") -> SerialPenLink:
    memory = PenMemory()
    port = memory.port_of(f"auto:{only}" if only else "auto")
    link = make_serial_link(profile, sink, PortWay(SystemClock()), memory)
    assert link is not None
    links.append(link)
    link.open(port)
    return link


def test_it_is_found_among_others_and_again_on_another_port(pens, sink, links) -> None:
    with PenProcess("--hand") as native:
        pens.plugged.append(Plugged(native.url))
        pens.start("csv")
        first = pens.start("json", "--serial", "J-1", "--unplug-at", "150", "--away", "9999")
        link = search(profile_of("json"), sink, links)
        link.wait_first(30)
        assert (link.state().port, link.pen() and link.pen().serial) == (first, "J-1")
        link.begin_recording()
        sink.wait_for(lambda: sink.count() > 20)
        pens.end(1)
        sink.wait_for_state(LinkState.LOST)
        pens.start("json", "--serial", "J-2")  # another pen is not taken for it
        again = pens.start("json", "--serial", "J-1", "--first", "200")
        held = sink.count()
        sink.wait_for(lambda: sink.count() > held + 20)
        assert link.state().port == again
        assert {batch.pen_serial for batch in sink.batches} == {"J-1"}


def test_one_pen_asked_for_by_name_is_the_only_one(pens, sink, links) -> None:
    pens.start("json", "--serial", "J-1")
    wanted = pens.start("json", "--serial", "J-2")
    link = search(profile_of("json"), sink, links, only="J-2")
    link.wait_first(30)
    assert link.state().port == wanted


def test_only_ports_of_its_usb_ids_are_listened_to(pens, sink, links) -> None:
    pens.start("json", "--serial", "J-1", vid=0x10C4)
    wanted = pens.start("json", "--serial", "J-2", vid=0x1A86)
    profile = replace(profile_of("json"), usb_ids=((0x1A86, 0x1A86),))
    link = search(profile, sink, links)
    link.wait_first(30)
    assert link.state().port == wanted


class SilentTerminal:
    """A port of this machine on which nobody speaks."""

    def __init__(self) -> None:
        self._ours, self._theirs = os.openpty()
        self.name = os.ttyname(self._theirs)

    def close(self) -> None:
        os.close(self._ours)
        os.close(self._theirs)


@pytest.fixture
def silent() -> Iterator[SilentTerminal]:
    terminal = SilentTerminal()
    yield terminal
    terminal.close()


def test_a_pen_that_comes_back_does_not_wait_for_other_ports_to_speak(pens, sink, links, silent, monkeypatch) -> None:
    """What was listened to on the silent port, told by counting, not by a clock."""
    url = pens.start("csv", "--unplug-at", "100", "--away", "60")
    pens.plugged = [Plugged(silent.name)]
    listened: list[str] = []

    def noted(port: str, line: LineSettings) -> BytePort:
        listened.append(port)
        return open_byte_port(port, line)

    monkeypatch.setattr("devices.driver_search.open_byte_port", noted)
    link = make_serial_link(profile_of("csv"), sink, PortWay(SystemClock()))
    assert link is not None
    links.append(link)
    link.open(url)
    link.wait_first(30)
    link.begin_recording()
    sink.wait_for_state(LinkState.LOST)
    held = sink.count()
    sink.wait_for(lambda: sink.count() > held + 10)
    assert listened == []


def test_a_silent_port_rests_and_one_that_comes_is_listened_to_at_once(silent, pens) -> None:
    clock, stop = StepClock(), threading.Event()
    profile = profile_of("csv")
    searcher = DriverSearcher(profile, partial(PEN_KINDS["lines"].make_driver, profile), clock)
    opened: list[str] = []
    pens.plugged = [Plugged(silent.name)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("devices.driver_search.open_byte_port", lambda port, line: opened.append(port) or Mute())
        for _ in range(3):
            assert searcher(None, stop) is None
        assert opened == [silent.name]
        pens.plugged.append(Plugged("new"))
        searcher(None, stop)
        assert opened == [silent.name, "new"]
        clock.now_s += 6.0
        searcher(None, stop)
        assert opened == [silent.name, "new", "new", silent.name] or opened[2:] == [silent.name, "new"]


class StepClock:
    """A clock that goes on a little at each look."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def monotonic_s(self) -> float:
        self.now_s += 0.05
        return self.now_s

    def utc_us(self) -> int:
        return 0


class Mute:
    """A port on which nobody speaks."""

    def read_some(self, wait_s: float) -> bytes:
        return b""

    def write(self, outgoing: bytes) -> None:
        """Nobody hears."""

    def close(self) -> None:
        """Nothing is open."""
