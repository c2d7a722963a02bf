"""A pen that floods: memory stays where it was, through the real link and a pseudo-terminal."""

import threading
import tracemalloc

from benchmarks.pen_at_work import pen_at_work
from benchmarks.pen_stream import damage, make_stream
from console.domain.telemetry import Batch, Gap, LinkNotice, PenEvent, PenStatus
from console.services.clocks import SystemClock
from devices.link import SerialPenLink

RATE_HZ = 1_000
SAMPLES = 400_000  # as fast as the terminal takes them, hundreds of times the pen's rate
LOOK_EVERY = 50_000
MOST_GROWN_BYTES = 200_000
MOST_HOLES_BYTES = 1_500_000  # thousands of holes in the record, each asked for in vain


class ForgettingSink:
    """Keeps nothing; looks at the memory in use every so many samples, on the reader's own thread."""

    def __init__(self, wanted: int) -> None:
        self.wanted, self.count, self.next_look = wanted, 0, LOOK_EVERY
        self.looks: list[int] = []
        self.enough = threading.Event()
        self.gaps = 0

    def on_samples(self, batch: Batch, window: int) -> None:
        self.count += batch.count
        if self.count >= self.next_look:
            self.next_look += LOOK_EVERY
            self.looks.append(tracemalloc.get_traced_memory()[0])
        if self.count >= self.wanted:
            self.enough.set()

    def on_gap(self, gap: Gap) -> None:
        self.gaps += 1

    def on_notice(self, notice: LinkNotice) -> None: ...
    def on_pen_event(self, event: PenEvent) -> None: ...
    def on_pen_status(self, status: PenStatus) -> None: ...


def flood(wire: bytes, hello: bytes, wanted: int) -> tuple[ForgettingSink, SerialPenLink]:
    """Let the link record a flood; give what was seen of it."""
    sink = ForgettingSink(wanted)
    link = SerialPenLink(sink, SystemClock())
    with pen_at_work(wire, hello) as pen:
        tracemalloc.start()
        try:
            link.open(pen.port)
            link.wait_first(20)
            link.begin_recording()
            assert sink.enough.wait(60), link.counters()
        finally:
            link.close()
            tracemalloc.stop()
    return sink, link


def test_a_flood_leaves_no_memory_behind_and_loses_nothing() -> None:
    stream = make_stream(SAMPLES, RATE_HZ, 5)
    sink, link = flood(b"".join(stream.frames()), stream.hello(), SAMPLES)
    assert sink.count == SAMPLES
    assert max(sink.looks) - sink.looks[0] < MOST_GROWN_BYTES
    assert link.counters().crc_errors == 0


def test_a_damaged_flood_with_nobody_answering_is_bounded_too() -> None:
    stream = make_stream(SAMPLES, RATE_HZ, 6)
    wire, _ = damage(b"".join(stream.frames()), 0.0005, 6)
    sink, link = flood(wire, stream.hello(), int(SAMPLES * 0.9))
    assert link.counters().crc_errors > 100
    assert max(sink.looks) - sink.looks[0] < MOST_HOLES_BYTES
