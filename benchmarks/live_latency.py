"""From the last byte of a frame, written by a pen in another process, to its samples painted."""

import time

import numpy as np
from PySide6.QtCore import QEventLoop, QTimer

from benchmarks.figures import Figure, percentile
from benchmarks.live_frames import Ours, Stream
from benchmarks.pen_at_work import pen_at_work
from benchmarks.pen_stream import make_stream
from console.domain.telemetry import Batch
from console.services.clocks import SystemClock
from console.services.sample_fanout import Inbox, SampleFanout
from devices.link import SerialPenLink
from ui.frame_timer import FrameTimer

RATE_HZ, FRAME_NS = 1_000, 1e9 / 60


class PaintedPlots(Ours):
    """The live plots behind the link; notes when which samples were on the screen."""

    def __init__(self) -> None:
        super().__init__(Stream(RATE_HZ, 0), filled_s=0)
        self.clock, self.newest, self.shown = SystemClock(), 0, 0
        self.painted: list[tuple[int, int]] = []  # index after the newest sample on screen, steady ns

    def push(self, batch: Batch) -> None:
        """Watch what comes in."""
        self.ring.push(batch)
        self.newest = batch.end_index

    def window(self):  # type: ignore[no-untyped-def]
        """Give the columns of now."""
        self.shown = self.newest
        return self.ring.window(self.seconds, self.depth.columns(), self.clock.monotonic_s())

    def paint_and_note(self) -> None:
        """Do what a frame does, until it is painted."""
        self.frame()
        for plot in (self.depth, self.rate):
            plot.repaint(plot._moving())
        self.painted.append((self.shown, time.monotonic_ns()))


def measure_latency(seed: int, rounds: int, seconds: float) -> list[Figure]:
    """Give how long it takes, in frame periods at 60 Hz."""
    late: list[float] = []
    for turn in range(rounds):
        stream = make_stream(int(RATE_HZ * seconds), RATE_HZ, seed + turn)
        late += _one_round(stream)
    return [
        Figure("live.latency_p50", percentile(late, 0.50), "frames", 1.0, lower=True),
        Figure("live.latency_p99", percentile(late, 0.99), "frames", 2.0, lower=True),
        Figure("live.latency_p99_ms", percentile(late, 0.99) * FRAME_NS / 1e6, "ms"),
    ]


def _one_round(stream) -> list[float]:  # type: ignore[no-untyped-def]
    frames = stream.frames()
    plots, fanout = PaintedPlots(), SampleFanout(None, Inbox())
    fanout.add_watcher(plots)
    link, timer = SerialPenLink(fanout, plots.clock), FrameTimer(plots.clock)
    plots.show()
    timer.subscribe(plots.paint_and_note)
    timer.start()
    every_s = stream.per_frame / RATE_HZ
    with pen_at_work(b"".join(frames), stream.hello(), every_s, [len(one) for one in frames]) as pen:
        link.open(pen.port)
        try:
            link.wait_first(30.0)
            link.set_streaming(True)
            until_s = time.monotonic() + stream.count / RATE_HZ + 30
            while plots.shown < stream.count and time.monotonic() < until_s:
                loop = QEventLoop()
                QTimer.singleShot(50, loop.quit)
                loop.exec()
            written_ns = pen.written_ns()
        finally:
            link.close()
            timer.stop()
            plots.close()
    ends = np.array([end for end, _ in plots.painted])
    found = []
    for number, at_ns in enumerate(written_ns, 1):
        place = int(np.searchsorted(ends, number * stream.per_frame))
        found.append((plots.painted[place][1] - at_ns) / FRAME_NS)
    return found
