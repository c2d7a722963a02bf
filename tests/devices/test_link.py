"""The thread that moves bytes: it dies as «lost», never silently, and says why a port will not open."""

import errno
import logging
import queue
import random
import threading
from collections.abc import Callable, Iterator

import pytest
from pen_process import CollectingSink
from rough_pen import RoughPen, cobs_decode

from console.domain.errors import OperatorError
from console.domain.telemetry import Batch, GapCause, LinkState
from console.services.clocks import PacedClock, SystemClock
from devices.byte_port import open_byte_port
from devices.link import AUTO, SerialPenLink

CLOCK = PacedClock(SystemClock(), 8, SystemClock())


class PenPort:
    """A port with a rough pen behind it; ``break_with`` makes the next read fail."""

    def __init__(self, serial: str = "R-1", deaf: bool = False) -> None:
        self.pen = RoughPen(random.Random(serial), serial=serial)
        self.pen.up_s = CLOCK.monotonic_s()
        self.pen.status_s = self.pen.up_s + 1
        self.deaf = deaf
        self.answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self.break_with: BaseException | None = None
        self.closed = threading.Event()

    def read_some(self, wait_s: float) -> bytes:
        if self.break_with is not None:
            error, self.break_with = self.break_with, None
            raise error
        spoken = b""
        try:
            spoken = self.answers.get(timeout=wait_s)
        except queue.Empty:
            pass
        return b"" if self.deaf else spoken + self.pen.live(CLOCK.monotonic_s())

    def write(self, outgoing: bytes) -> None:
        self.answers.put(self.pen.hear(outgoing))

    def close(self) -> None:
        self.closed.set()


class Ports:
    """Opens what stands at a name: a port, or the error to raise."""

    def __init__(self, **there: PenPort | Exception) -> None:
        self.there = there
        self.opened: list[str] = []

    def __call__(self, url: str) -> PenPort:
        self.opened.append(url)
        found = self.there.get(url, FileNotFoundError(errno.ENOENT, "not there"))
        if isinstance(found, Exception):
            raise found
        return found


@pytest.fixture
def sink() -> CollectingSink:
    return CollectingSink()


@pytest.fixture
def make_link(sink: CollectingSink) -> Iterator[Callable[..., SerialPenLink]]:
    links = []

    def make(ports: Callable[[str], PenPort], **options: object) -> SerialPenLink:
        links.append(SerialPenLink(sink, CLOCK, open_port=ports, **options))
        return links[-1]

    yield make
    for link in links:
        link.close()


def test_a_port_that_is_not_there_is_the_first_failure(make_link, sink) -> None:
    link = make_link(Ports())
    link.open("nowhere")
    with pytest.raises(OperatorError) as told:
        link.wait_first(10)
    assert str(told.value) == (
        "there is no port nowhere; nothing was recorded; plug the pen in and see which ports there are"
        " with «main.py ports»."
    )
    assert link.first_failure is told.value
    sink.wait_for_state(LinkState.LOST)
    assert sink.notices[-1].reason == str(told.value).removesuffix(".")


def test_a_pen_that_comes_later_is_found_and_the_failure_forgotten(make_link, sink) -> None:
    ports = Ports()
    link = make_link(ports)
    link.open("late")
    with pytest.raises(OperatorError):
        link.wait_first(10)
    ports.there["late"] = PenPort()
    sink.wait_for_state(LinkState.READY)
    assert link.first_failure is None
    assert link.wait_first(10).serial == "R-1"


def test_close_asks_for_silence_and_ends_the_thread(make_link, sink) -> None:
    port = PenPort()
    link = make_link(Ports(a=port))
    link.open("a")
    link.wait_first(10)
    link.set_streaming(True)
    sink.wait_for_state(LinkState.STREAMING)
    link.close()
    link.close()
    assert port.closed.is_set()
    assert not port.pen.streaming
    assert link.state().state is LinkState.CLOSED


@pytest.mark.parametrize("error", [OSError(errno.EIO, "gone"), RuntimeError("a bug")])
def test_a_port_that_fails_is_lost_and_opened_again(error, make_link, sink, caplog) -> None:
    caplog.set_level(logging.CRITICAL, "pen.link")
    port = PenPort()
    link = make_link(Ports(a=port))
    link.open("a")
    link.wait_first(10)
    link.begin_recording()
    sink.wait_for(lambda: sink.count() > 50)
    port.break_with = error
    sink.wait_for_state(LinkState.LOST)
    sink.wait_for_state(LinkState.STREAMING)
    sink.wait_for(lambda: sink.count() > 300)
    assert sink.gaps == []


class Death(BaseException):
    pass


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_dead_thread_shows_as_lost_never_as_live(make_link, sink) -> None:
    port = PenPort()
    link = make_link(Ports(a=port))
    link.open("a")
    link.wait_first(10)
    link.set_streaming(True)
    sink.wait_for_state(LinkState.STREAMING)
    port.break_with = Death()
    sink.wait_for_state(LinkState.LOST)
    link._thread.join(5)
    assert link.state().state is LinkState.LOST
    assert "died" in link.state().reason


class BrokenSink(CollectingSink):
    def on_samples(self, batch: Batch, recording: bool) -> None:
        if recording and len(self.batches) == 3:
            self.batches.append(batch)
            raise RuntimeError("a fault beyond the link")
        super().on_samples(batch, recording)


def test_a_fault_beyond_the_link_is_a_named_gap_and_reading_goes_on(caplog) -> None:
    caplog.set_level(logging.CRITICAL, "pen.link")
    sink = BrokenSink()
    link = SerialPenLink(sink, CLOCK, open_port=Ports(a=PenPort()))
    link.open("a")
    link.wait_first(10)
    link.begin_recording()
    sink.wait_for(lambda: sink.count() > 200)
    link.close()
    lost = sink.batches[3]
    assert [(gap.first_index, gap.count) for gap in sink.gaps if gap.cause is GapCause.NOT_SAVED] == [
        (lost.first_index, lost.count)
    ]


def test_nobody_answers_is_said_and_the_port_tried_again(make_link, sink) -> None:
    ports = Ports(a=PenPort(deaf=True))
    link = make_link(ports)
    link.open("a")
    with pytest.raises(OperatorError) as told:
        link.wait_first(10)
    assert "no pen answered on a; nothing was recorded" in str(told.value)
    ports.there["a"] = PenPort()
    sink.wait_for_state(LinkState.READY)
    assert ports.opened.count("a") >= 2


def test_another_port_may_be_chosen_while_recording(make_link, sink) -> None:
    first, second = PenPort(), PenPort()
    second.pen = first.pen
    link = make_link(Ports(a=first, b=second))
    link.open("a")
    link.wait_first(10)
    link.begin_recording()
    sink.wait_for(lambda: sink.count() > 100)
    link.open("b")
    sink.wait_for(lambda: sink.count() > 300)
    (there,) = sink.stored.values()
    assert len(there) == max(there) - min(there) + 1
    assert sink.gaps == []


def test_auto_takes_the_port_the_search_finds(make_link, sink) -> None:
    asked = []

    def search(identity, stop) -> str | None:
        asked.append(identity)
        return "found" if len(asked) > 1 else None

    link = make_link(Ports(found=PenPort()), search=search)
    link.open(AUTO)
    with pytest.raises(OperatorError, match="on any port"):
        link.wait_first(10)
    sink.wait_for_state(LinkState.READY)
    assert sink.notices[-1].port == "found"


def test_another_pen_on_another_port_is_told_while_the_first_is_away(make_link, sink) -> None:
    first = PenPort()
    ports, taken_out = Ports(a=first), []

    def search(identity, stop) -> str | None:
        if taken_out:
            raise OperatorError("the pen is away, and another answers: Rough B on b", "nothing of it is recorded")
        return None

    link = make_link(ports, search=search)
    link.open("a")
    link.wait_first(10)
    link.begin_recording()
    sink.wait_for(lambda: sink.count() > 50)
    del ports.there["a"]
    taken_out.append(True)
    first.break_with = OSError(errno.ENODEV, "gone")
    sink.wait_for(lambda: "another answers: Rough B on b" in sink.notices[-1].reason)
    assert sink.notices[-1].state is LinkState.LOST
    ports.there["a"], first.break_with = first, None
    taken_out.clear()
    sink.wait_for_state(LinkState.STREAMING)


def test_a_lost_pen_is_found_on_another_port_by_its_identity(make_link, sink) -> None:
    first, second = PenPort(), PenPort()
    ports = Ports(a=first)
    asked = []

    def search(identity, stop) -> str | None:
        asked.append(identity)
        return "b" if "b" in ports.there else None

    link = make_link(ports, search=search)
    link.open("a")
    link.wait_first(10)
    link.begin_recording()
    sink.wait_for(lambda: sink.count() > 50)
    del ports.there["a"]
    second.pen = first.pen
    ports.there["b"] = second
    first.break_with = OSError(errno.ENODEV, "gone")
    sink.wait_for(lambda: sink.count() > 300)
    assert asked[-1] == ("Rough", "R-1")
    assert sink.notices[-1].port == "b"
    assert sink.gaps == []


def test_a_window_closed_with_no_port_settles(make_link) -> None:
    link = make_link(Ports())
    link.begin_recording()
    assert not link.recording_settled()
    link.end_recording(5.0)
    assert link.recording_settled()


def test_the_loop_of_pyserial_is_a_port_too() -> None:
    port = open_byte_port("loop://")
    port.write(b"\x03\x00echo")
    assert port.read_some(1.0) == b"\x03\x00echo"
    assert port.read_some(0.01) == b""
    port.close()
    assert cobs_decode(b"\x02a") == b"a"
