"""The pen of a benchmark in another process, and the console's reader thread at the other end."""

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from console.domain.telemetry import Batch, Gap, LinkCounters, LinkNotice, PenEvent, PenStatus
from console.services.clocks import SystemClock
from console.services.sample_fanout import Inbox, SampleFanout
from console.services.sample_ring import SampleRing
from devices.link import SerialPenLink

ROOT = Path(__file__).parents[1]
LIMIT_S = 120.0


class PenAtWork:
    """A process that plays prepared bytes on a pseudo-terminal; ``port`` is its name."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        assert process.stdout is not None
        self.port = process.stdout.readline().strip()

    def written_ns(self) -> list[int]:
        """Wait for the end of what is played in time; give when each piece was written."""
        assert self._process.stdout is not None
        times: list[int] = json.loads(self._process.stdout.readline())
        return times


@contextmanager
def pen_at_work(
    wire: bytes, hello: bytes = b"", every_s: float | None = None, sizes: list[int] | None = None
) -> Iterator[PenAtWork]:
    """Run a pen that plays ``wire``: flat out, or a piece of ``sizes`` every ``every_s``."""
    with tempfile.TemporaryDirectory() as folder:
        played = Path(folder, "wire")
        played.write_bytes(wire)
        command = [sys.executable, "-m", "benchmarks.stream_pen", str(played), "--hello", hello.hex()]
        if every_s is not None:
            listed = Path(folder, "sizes")
            listed.write_text(json.dumps(sizes))
            command += ["--every", str(every_s), "--sizes", str(listed)]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
        ) as process:
            try:
                yield PenAtWork(process)
            finally:
                process.terminate()


@dataclass(slots=True)
class TakingSink:
    """Takes batches on the reader thread until sample number ``wanted``; notes when and at what cost."""

    wanted: int
    batches: list[Batch] = field(default_factory=list)
    count: int = 0
    first_count: int = 0
    began_s: float = 0.0
    ended_s: float = 0.0
    cpu_began_s: float = 0.0
    cpu_ended_s: float = 0.0
    enough: threading.Event = field(default_factory=threading.Event)

    def on_samples(self, batch: Batch, window: int) -> None:
        self.batches.append(batch)
        self.count += batch.count
        if not self.first_count:
            self.first_count, self.began_s, self.cpu_began_s = self.count, time.perf_counter(), time.thread_time()
        if batch.end_index >= self.wanted:
            self.ended_s, self.cpu_ended_s = time.perf_counter(), time.thread_time()
            self.enough.set()

    def on_gap(self, gap: Gap) -> None: ...
    def on_notice(self, notice: LinkNotice) -> None: ...
    def on_pen_event(self, event: PenEvent) -> None: ...
    def on_pen_status(self, status: PenStatus) -> None: ...

    @property
    def samples_per_s(self) -> float:
        """Give the throughput after the first batch."""
        return (self.count - self.first_count) / (self.ended_s - self.began_s)

    @property
    def cpu_share(self) -> float:
        """Give the reader thread's CPU time against real time."""
        return (self.cpu_ended_s - self.cpu_began_s) / (self.ended_s - self.began_s)


def read_through_link(port: str, sink: TakingSink) -> tuple[TakingSink, LinkCounters]:
    """Let the console's own reader thread read what the pen plays, the recording window open."""
    link = SerialPenLink(sink, SystemClock())
    link.open(port)
    try:
        link.wait_first(LIMIT_S)
        link.begin_recording()
        link.set_streaming(True)
        if not sink.enough.wait(LIMIT_S):
            raise SystemExit(f"only {sink.count} of {sink.wanted} samples came: {link.counters()}")
        return sink, link.counters()
    finally:
        link.close()


@dataclass(slots=True)
class RingArrivals:
    """The window's ring behind the usual fan-out, and when the samples of each batch were in it."""

    wanted: int
    arrived_ns: dict[int, int] = field(default_factory=dict)  # index after the batch -> steady nanoseconds
    enough: threading.Event = field(default_factory=threading.Event)

    def push(self, batch: Batch) -> None:
        self.arrived_ns[batch.end_index] = time.monotonic_ns()
        if batch.end_index >= self.wanted:
            self.enough.set()

    def read(self, port: str, period_us: int) -> None:
        """Read until all samples are in the ring."""
        fanout = SampleFanout(None, Inbox())
        fanout.add_watcher(SampleRing(period_us))
        fanout.add_watcher(self)
        link = SerialPenLink(fanout, SystemClock())
        link.open(port)
        try:
            link.wait_first(LIMIT_S)
            link.set_streaming(True)
            if not self.enough.wait(LIMIT_S):
                raise SystemExit(f"the stream stopped: {link.counters()}")
        finally:
            link.close()
