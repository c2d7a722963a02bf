"""An unknown stream with spikes of one sample: each is on the screen, at every zoom and width, gaps stay gaps."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from console.domain.telemetry import Batch, SampleFlag
from console.services.sample_ring import SampleRing, WindowBins
from console.services.sample_table import WIRE_SAMPLE
from ui.plots import TargetBandPlot
from ui.plots.target_band import COLUMN_PX
from ui.theme import color

T0_US = 1_795_000_000_000_000
ZOOMS = (10.0, 30.0, 120.0, None)
TOUCH = int(SampleFlag.SKIN_CONTACT | SampleFlag.DEPTH_MEASURED | SampleFlag.MOTOR_RUNNING)
LOW, HIGH = 0.5, 1.5


class Stream:
    """Noisy samples with spikes, pushed in batches of any length while windows of any kind are asked for."""

    def __init__(self, rate_hz: int, seconds: float, seed: int, spikes: dict[int, int], gap: tuple[int, int]) -> None:
        self.period_us, self.count = 1_000_000 // rate_hz, int(rate_hz * seconds)
        self.ring, chance = SampleRing(self.period_us), np.random.default_rng(seed)
        raw = np.zeros(self.count, WIRE_SAMPLE)
        raw["depth_um"], raw["rate_chz"], raw["flags"] = 1_000, 11_000, TOUCH
        raw["depth_um"] += chance.integers(0, 40, self.count).astype("<u2")
        for place, depth_um in spikes.items():
            raw["depth_um"][place] = depth_um
        at = 0
        while at < self.count:
            count = int(chance.choice([1, 7, 10, 25, 400]))
            for first, end in self._outside(at, min(at + count, self.count), gap):
                self.push(first, raw[first:end])
            at += count
            if chance.random() < 0.05:
                self.ring.window(ZOOMS[chance.integers(0, 4)], int(chance.integers(8, 700)))

    @staticmethod
    def _outside(first: int, end: int, gap: tuple[int, int]) -> list[tuple[int, int]]:
        parts = [(first, min(end, gap[0])), (max(first, gap[1]), end)]
        return [one for one in parts if one[1] > one[0]] if gap[1] > gap[0] else [(first, end)]

    def push(self, first: int, raw: np.ndarray) -> None:
        end_s = (first + len(raw)) * self.period_us / 1e6
        self.ring.push(Batch("P1", 1, first, len(raw), self.period_us, first * self.period_us,
                             T0_US + first * self.period_us, end_s, raw.tobytes()))

    def time_us(self, place: int) -> int:
        return T0_US + place * self.period_us


def column_of(stream: Stream, window: WindowBins, zoom: float | None, place: int) -> tuple[int, int]:
    """Give the columns in which a sample may stand; one where the axis is not the whole session's."""
    columns, at_us = len(window.depth_max_um), stream.time_us(place)
    if zoom is None:
        first = (at_us - T0_US) / 1e6 / window.seconds * columns
        return int(first) - 1, int(first) + 2
    bin_us = max(round(zoom * 1e6 / columns), 1)
    column = columns - 1 - ((window.end_us - 1) // bin_us - at_us // bin_us)
    return column, column + 1


spikes_of = st.dictionaries(st.integers(0, 9_999), st.sampled_from([560, 800, 1_250, 1_440]), min_size=1, max_size=6)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from([250, 1_000]), st.floats(2.0, 40.0), st.integers(0, 99), spikes_of, st.integers(8, 900))
def test_every_spike_is_in_its_column_at_every_zoom_and_width(rate_hz, seconds, seed, shares, columns) -> None:
    count = int(rate_hz * seconds)
    spikes = {share * count // 10_000: depth_um for share, depth_um in shares.items()}
    stream = Stream(rate_hz, seconds, seed, spikes, (0, 0))
    for zoom in ZOOMS:
        window = stream.ring.window(zoom, columns)
        for place, depth_um in spikes.items():
            first, end = column_of(stream, window, zoom, place)
            if end <= 0:
                continue  # older than the axis reaches
            column = slice(max(first, 0), end)
            if depth_um > 1_040:
                assert np.nanmax(window.depth_max_um[column]) >= depth_um, (zoom, place)
            else:
                assert np.nanmin(window.depth_min_um[column]) <= depth_um, (zoom, place)


def painted(stream: Stream, zoom: float | None, width: int) -> tuple[TargetBandPlot, WindowBins, np.ndarray]:
    """Give the plot, its columns and where its trace's colour stands in the picture."""
    plot = TargetBandPlot("Depth", "mm", LOW, HIGH, (0.5, 1.0, 1.5), framed=True)
    plot.resize(width, 192)
    window = stream.ring.window(zoom, plot.columns())
    plot.set_span(window.seconds)
    plot.show_bins(window.depth_min_um / 1000, window.depth_max_um / 1000, window.missing, window.phase)
    image = plot.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.array(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)[:, :, 2::-1].astype(int)
    ink = color("live")
    return plot, window, np.abs(pixels - (ink.red(), ink.green(), ink.blue())).sum(axis=2) < 60


@pytest.mark.parametrize("zoom", ZOOMS)
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.integers(3_000, 9_800), seed=st.integers(0, 99), width=st.integers(300, 1_500),
       depth_um=st.sampled_from([600, 1_440]))
def test_every_spike_is_painted_to_its_tip(themed: QApplication, zoom, share, seed, width, depth_um) -> None:
    seconds = 12.0 if zoom == 10.0 else 30.0
    place = share * int(250 * seconds) // 10_000
    stream = Stream(250, seconds, seed, {place: depth_um}, (0, 0))
    plot, window, is_trace = painted(stream, zoom, width)
    box = plot._plot_box()
    tip = round(box.bottom() - (depth_um / 1000 - LOW) / (HIGH - LOW) * box.height())
    first, end = column_of(stream, window, zoom, place)
    px = box.width() / len(window.depth_max_um)
    left = box.left() + first * px + (1 - window.phase) * px
    near = is_trace[tip - 2:tip + 3, max(round(left) - COLUMN_PX, 0):round(left + (end - first) * px) + COLUMN_PX]
    assert near.any(), (zoom, place, width)


@pytest.mark.parametrize("zoom", ZOOMS)
@pytest.mark.parametrize("width", [420, 692, 1_300])
def test_a_gap_is_painted_as_one_at_every_zoom(themed: QApplication, zoom, width) -> None:
    gap = (250 * 22, 250 * 26)
    stream = Stream(250, 30.0, 3, {}, gap)
    plot, window, is_trace = painted(stream, zoom, width)
    box, (_, first), (last, _) = plot._plot_box(), *(column_of(stream, window, zoom, one) for one in gap)
    px = box.width() / len(window.depth_max_um)
    left, right = round(box.left() + (first + 1) * px) + 1, round(box.left() + last * px) - 1
    assert right > left and window.missing[first:last].all()
    assert not is_trace[:, left:right].any(), "nothing is drawn across it"
    assert is_trace[:, left - round(12 * px):left].any() and is_trace[:, right:right + round(12 * px)].any()
