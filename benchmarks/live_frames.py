"""Cost of one frame of the two live traces: the console's way, the usual way, the floor, pyqtgraph's scene."""

import time
from collections.abc import Callable, Iterator
from statistics import median

import numpy as np
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from benchmarks.figures import Figure
from benchmarks.opponents.bare_painter import BarePainter
from benchmarks.opponents.list_plot import ListPlot
from benchmarks.opponents.scene_plot import ScenePlot
from console.domain.telemetry import Batch
from console.services.sample_ring import SampleRing, WindowBins
from ui.plots.target_band import TargetBandPlot

WIDE, DEPTH_PX, RATE_PX = 694, 192, 122
T0_US = 1_795_000_000_000_000
FRAME_S = 1 / 60
DEPTH_AXIS, RATE_AXIS = (0.45, 1.55), (88.0, 132.0)
BAND, RATES = (0.85, 1.15), (100.0, 120.0)
HOUR_S = 3_600


class Stream:
    """A pen's samples without end: wandering, noisy, lifted now and then."""

    def __init__(self, rate_hz: int, seed: int) -> None:
        self.rate_hz, self.period_us, self.at = rate_hz, 1_000_000 // rate_hz, 0
        self._chance = np.random.default_rng(seed)

    def take(self, count: int) -> Batch:
        """Give the next samples as one batch."""
        at = (self.at + np.arange(count)) / self.rate_hz
        rows = np.zeros((count, 5), "<u2")
        rows[:, 0] = 1_000
        rows[:, 1] = 1_000 + 60 * np.sin(at * 2.1) + self._chance.normal(0, 12, count)
        rows[:, 2] = 11_000 + 200 * np.sin(at) + self._chance.normal(0, 40, count)
        rows[:, 4] = np.where(at % 5.4 < 0.7, 0x29, 0x2B)
        first, self.at = self.at, self.at + count
        pen_us = first * self.period_us
        received_s = (pen_us + count * self.period_us) / 1e6
        return Batch("B", 1, first, count, self.period_us, pen_us, T0_US + pen_us, received_s, rows.tobytes())

    def fill(self, seconds: int) -> Iterator[Batch]:
        """Give this much, a second at a time."""
        for _ in range(seconds):
            yield self.take(self.rate_hz)


class Ours(QWidget):
    """Ring and plots as on the needling page."""

    def __init__(self, stream: Stream, seconds: float | None = 30.0, filled_s: int = 40, thick_px: float = 2.0) -> None:
        super().__init__()
        self.stream, self.seconds = stream, seconds
        self.ring = SampleRing(stream.period_us)
        self.depth = TargetBandPlot("Depth", "mm", *DEPTH_AXIS, (0.5, 1.0, 1.5), framed=True, thick_px=thick_px)
        self.rate = TargetBandPlot("Speed", "Hz", *RATE_AXIS, (90, 110, 130), 0, 30, "trace2", False, True, thick_px)
        self.depth.set_band(BAND, 1.0)
        self.rate.set_band(RATES)
        stack(self, self.depth, self.rate)
        for batch in stream.fill(filled_s):
            self.ring.push(batch)

    def window(self) -> WindowBins:
        """Give the columns of now, after a frame's samples came in."""
        batch = self.stream.take(max(round(self.stream.rate_hz * FRAME_S), 1))
        self.ring.push(batch)
        return self.ring.window(self.seconds, self.depth.columns(), batch.received_s)

    def frame(self) -> None:
        """Do what a frame does."""
        bins = self.window()
        for plot in (self.depth, self.rate):
            plot.set_span(bins.seconds)
        self.depth.show_bins(bins.depth_min_um / 1000, bins.depth_max_um / 1000, bins.missing, bins.phase)
        self.rate.show_bins(bins.rate_min_chz / 100, bins.rate_max_chz / 100, bins.missing, bins.phase)


class Floor(QWidget):
    """The same bins by bare QPainter."""

    def __init__(self, source: Ours) -> None:
        super().__init__()
        self.source = source
        self.depth, self.rate = BarePainter(*DEPTH_AXIS), BarePainter(*RATE_AXIS)
        stack(self, self.depth, self.rate)

    def frame(self) -> None:
        """Do what a frame does."""
        bins = self.source.window()
        self.depth.show_bins(bins.depth_min_um / 1000, bins.depth_max_um / 1000)
        self.rate.show_bins(bins.rate_min_chz / 100, bins.rate_max_chz / 100)


class Scene(QWidget):
    """The same bins and painter in pyqtgraph's scene."""

    def __init__(self, source: Ours) -> None:
        super().__init__()
        self.source = source
        self.depth, self.rate = ScenePlot(*DEPTH_AXIS, BAND), ScenePlot(*RATE_AXIS, RATES, "trace2")
        stack(self, self.depth, self.rate)

    def frame(self) -> None:
        """Do what a frame does."""
        bins = self.source.window()
        self.depth.show_bins(bins.depth_min_um / 1000, bins.depth_max_um / 1000, bins.missing, bins.phase)
        self.rate.show_bins(bins.rate_min_chz / 100, bins.rate_max_chz / 100, bins.missing, bins.phase)


class Naive:
    """The usual way, fed the same samples."""

    def __init__(self, stream: Stream) -> None:
        self.stream, self.plot = stream, ListPlot(stream.rate_hz)
        self.plot.resize(WIDE, DEPTH_PX + RATE_PX + 12)
        for batch in stream.fill(40):
            self._add(batch)

    def _add(self, batch: Batch) -> None:
        rows = np.frombuffer(batch.samples, "<u2").reshape(-1, 5)
        times = (batch.pen_time_us + np.arange(batch.count) * batch.period_us) / 1e6
        self.plot.add(times.tolist(), (rows[:, 1] / 1000).tolist(), (rows[:, 2] / 100).tolist())

    def frame(self) -> None:
        """Do what a frame does."""
        self._add(self.stream.take(max(round(self.stream.rate_hz * FRAME_S), 1)))
        self.plot.show_frame()


def stack(place: QWidget, depth: QWidget, rate: QWidget) -> None:
    """Lay two plots out as the page does."""
    box = QVBoxLayout(place)
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(12)
    for one, height in ((depth, DEPTH_PX), (rate, RATE_PX)):
        one.setFixedHeight(height)
        box.addWidget(one)
    place.resize(WIDE, DEPTH_PX + RATE_PX + 12)


def frame_ms(frame: Callable[[], None], frames: int) -> float:
    """Give the median CPU of a frame until it is painted, ms of this thread."""
    costs = []
    for _ in range(frames):
        began = time.thread_time()
        frame()
        QApplication.processEvents()
        costs.append((time.thread_time() - began) * 1000)
    return median(costs)


def measure_frames(seed: int, rounds: int, frames: int, hour_s: int = HOUR_S) -> list[Figure]:
    """Run all contestants by turns."""
    ours = {rate: Ours(Stream(rate, seed)) for rate in (250, 1_000)}
    naive = {rate: Naive(Stream(rate, seed)) for rate in (250, 1_000)}
    floor, scene = Floor(Ours(Stream(1_000, seed))), Scene(Ours(Stream(1_000, seed)))
    thin = Ours(Stream(1_000, seed), thick_px=1.0)
    hour = Ours(Stream(1_000, seed), None, hour_s)
    contestants: dict[str, tuple[QWidget, Callable[[], None]]] = {
        "ours_250": (ours[250], ours[250].frame), "naive_250": (naive[250].plot, naive[250].frame),
        "ours": (ours[1_000], ours[1_000].frame), "naive": (naive[1_000].plot, naive[1_000].frame),
        "floor": (floor, floor.frame), "scene": (scene, scene.frame), "thin": (thin, thin.frame),
        "hour": (hour, hour.frame),
    }
    found: dict[str, list[float]] = {name: [] for name in contestants}
    for widget, _ in contestants.values():
        widget.show()
    QApplication.processEvents()
    for _ in range(rounds):
        for name, (widget, frame) in contestants.items():
            widget.raise_()
            frame_ms(frame, 3)
            found[name].append(frame_ms(frame, frames))
    for widget, _ in contestants.values():
        widget.close()

    def ratio(one: str, other: str) -> float:
        """Give the median over the rounds: what slows the machine for a round slows both."""
        return median(a / b for a, b in zip(found[one], found[other], strict=True))

    return [
        Figure("live.frame_vs_naive_250", ratio("ours_250", "naive_250"), target=0.17, lower=True),
        Figure("live.frame_vs_naive_1000", ratio("ours", "naive"), target=0.09, lower=True),
        Figure("live.frame_vs_floor", ratio("ours", "floor"), target=1.5, lower=True),
        Figure("live.frame_60min_vs_30s", ratio("hour", "ours"), target=1.2, lower=True),
        Figure("live.thick_vs_thin", ratio("ours", "thin"), target=1.2, lower=True),
        Figure("live.scene_vs_floor", ratio("scene", "floor")),
        *(Figure(f"live.frame_{name}", median(costs), "ms") for name, costs in found.items()),
    ]
