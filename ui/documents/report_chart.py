"""Depth and speed of a session on paper: every sample is in one of the bars, nothing is smoothed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPen, QPolygonF

from console.domain.session_events import GapRecorded
from console.domain.session_state import SessionState
from console.domain.telemetry import SampleFlag
from console.services.area_figures import contact_known
from console.services.local_time import clock_text
from console.services.sample_table import SampleTable
from ui.documents.brush import CENTRE, LEFT, RIGHT, face, fill_box, hue, put, rule

BIN_WIDTH = 3.0
AXIS_WIDTH = 76.0
_TICK_MINUTES = (0.25, 0.5, 1, 2, 5, 10, 15, 30, 60)
_ALARM_FILL = {"high": "al_high", "medium": "al_med", "low": "al_low"}


@dataclass(frozen=True, slots=True)
class Trace:
    """One quantity in bins along time: NaN where no sample fell."""

    low: NDArray[np.float64]
    middle: NDArray[np.float64]
    high: NDArray[np.float64]

    def top(self) -> float:
        """Give the highest value, 0 without any."""
        return float(np.nanmax(self.high)) if not np.isnan(self.high).all() else 0.0


def binned(utc_us: NDArray[np.int64], values: NDArray[np.float64], start_us: int, end_us: int, bins: int) -> Trace:
    """Give lowest, mean and highest value of each bin; ``utc_us`` need not be sorted."""
    keep = ~np.isnan(values) & (utc_us >= start_us) & (utc_us < end_us)
    order = np.argsort(utc_us[keep], kind="stable")
    moments, kept = utc_us[keep][order], values[keep][order]
    place = (moments - start_us) * bins // max(1, end_us - start_us)
    full, first = np.unique(place, return_index=True)
    low, middle, high = (np.full(bins, np.nan) for _ in range(3))
    if len(full):
        low[full], high[full] = np.minimum.reduceat(kept, first), np.maximum.reduceat(kept, first)
        middle[full] = np.add.reduceat(kept, first) / np.diff(np.append(first, len(kept)))
    return Trace(low, middle, high)


def gap_span_us(table: SampleTable, gap: GapRecorded) -> tuple[int, int] | None:
    """Give from when to when samples are missing, by their neighbours of the same boot; None if none are near."""
    if (gap.pen_serial, gap.boot_id) not in table.boots:
        return None
    mine = table.boot == table.boots.index((gap.pen_serial, gap.boot_id))
    index, utc, period = table.index[mine], table.utc_us[mine], table.period_us[mine]
    before = int(np.searchsorted(index, gap.first_index)) - 1
    after = int(np.searchsorted(index, gap.first_index + gap.count))
    if before >= 0:
        start = int(utc[before] + period[before])
        length = int(gap.count * period[before])
        return (start, int(utc[after]) if after < len(utc) and gap.count else start + length)
    if after < len(utc):
        return int(utc[after] - gap.count * period[after]), int(utc[after])
    return None


class SessionCharts:
    """What both charts share: the time axis, the passes, the gaps and the alarms."""

    def __init__(self, state: SessionState, table: SampleTable, width: float) -> None:
        self.state, self.table = state, table
        spans = [span for area in state.areas.values() for span in area.passes]
        starts = [span.started_us for span in spans] or table.utc_us[:1].tolist()
        ends = [span.ended_us or state.last_at_us for span in spans] or table.utc_us[-1:].tolist()
        self.start_us = int(min(starts, default=state.opened_at_us))
        self.end_us = max(self.start_us + 1_000_000, int(max(ends, default=state.last_at_us)))
        self.bins = int((width - AXIS_WIDTH) / BIN_WIDTH)
        flags = table.raw["flags"]
        running = (flags & SampleFlag.MOTOR_RUNNING) != 0
        touching = running & table.contact() if contact_known(state) else running
        self.on_skin = contact_known(state) and bool(touching.any())
        if not touching.any():  # a bench capture never touches skin, and is worth seeing all the same
            touching = running
        self.by_sensor = bool(((flags & SampleFlag.DEPTH_MEASURED) != 0)[touching].any())
        self.depth = self._trace(np.where(touching, table.depth_um(), np.nan))
        self.rate = self._trace(np.where(running, table.rate_chz(), np.nan))
        self.gaps = [span for gap in state.gaps if (span := gap_span_us(table, gap)) is not None]

    def _trace(self, values: NDArray[np.float64]) -> Trace:
        return binned(self.table.utc_us, values, self.start_us, self.end_us, self.bins)

    # --- drawing ------------------------------------------------------------------------------

    def paint_depth(self, painter: QPainter, box: QRectF) -> None:
        """Draw depth in mm with the planned band of each area, gaps and alarms."""
        plot = box.adjusted(AXIS_WIDTH, 40, 0, 0)
        bands = [area.plan.band_high_um for area in self.state.areas.values()]
        top = _round_up(max([self.depth.top() * 1.06, *bands, 500]), 250)
        _axis(painter, plot, top, _step(top, (250, 500, 1000)), 1000, 2)
        self._paint_bands(painter, plot, top)
        self._paint_gaps(painter, plot)
        self._paint_trace(painter, plot, self.depth, top, "live")
        self._paint_alarms(painter, plot)

    def paint_rate(self, painter: QPainter, box: QRectF) -> None:
        """Draw speed in strokes per second."""
        plot = box.adjusted(AXIS_WIDTH, 6, 0, 0)
        top = _round_up(max(self.rate.top() * 1.08, 1000), 2500)
        _axis(painter, plot, top, _step(top, (2500, 5000, 10000), 3), 100, 0)
        self._paint_gaps(painter, plot)
        self._paint_trace(painter, plot, self.rate, top, "trace2")

    def paint_strip(self, painter: QPainter, box: QRectF) -> None:
        """Draw which area was needled when, numbered as in the table, over the time axis."""
        plot = box.adjusted(AXIS_WIDTH, 0, 0, 0)
        labels: list[tuple[float, str]] = []
        for number, area in enumerate(self.state.areas.values(), 1):
            spans = [(span.started_us, span.ended_us or self.state.last_at_us) for span in area.passes]
            for start, end in spans:
                bar = QRectF(self._x(plot, start), plot.top(), self._x(plot, end) - self._x(plot, start), 30)
                fill_box(painter, bar, min(5, bar.width() / 2), hue("done", 0.32))
            if spans:
                longest = max(spans, key=lambda span: span[1] - span[0])
                middle = (self._x(plot, longest[0]) + self._x(plot, longest[1])) / 2
                labels.append((middle, str(number)))
        self._paint_pauses(painter, plot)
        for middle, text in labels:
            put(painter, QRectF(middle - 30, plot.top(), 60, 30), text, face(22, 600), hue("ink"), CENTRE)
        self._paint_times(painter, plot.adjusted(0, 36, 0, 0))

    def _x(self, plot: QRectF, utc_us: int) -> float:
        share = (utc_us - self.start_us) / (self.end_us - self.start_us)
        return plot.left() + plot.width() * min(1.0, max(0.0, share))

    def _paint_bands(self, painter: QPainter, plot: QRectF, top: float) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        for area in self.state.areas.values():
            low, high = (_y(plot, one, top) for one in (area.plan.band_low_um, area.plan.band_high_um))
            for span in area.passes:
                left, right = self._x(plot, span.started_us), self._x(plot, span.ended_us or self.state.last_at_us)
                painter.fillRect(QRectF(left, high, right - left, low - high), hue("done_tint"))

    def _paint_gaps(self, painter: QPainter, plot: QRectF) -> None:
        for start, end in self.gaps:
            left, right = self._x(plot, start), self._x(plot, end)
            block = QRectF(left, plot.top(), max(right - left, 5), plot.height())
            paint_hatch(painter, block)

    def _paint_pauses(self, painter: QPainter, plot: QRectF) -> None:
        for start, end in self.state.pauses:
            left = self._x(plot, start)
            right = self._x(plot, end if end is not None else self.state.last_at_us)
            painter.fillRect(QRectF(left, plot.top() + 26, max(right - left, 2), 8), hue("ink2"))

    def _paint_trace(self, painter: QPainter, plot: QRectF, trace: Trace, top: float, token: str) -> None:
        for run in _runs(trace.middle):
            xs = [plot.left() + (place + 0.5) * plot.width() / self.bins for place in run]
            upper = [QPointF(x, _y(plot, trace.high[place], top)) for x, place in zip(xs, run, strict=True)]
            lower = [QPointF(x, _y(plot, trace.low[place], top)) for x, place in zip(xs, run, strict=True)]
            middle = [QPointF(x, _y(plot, trace.middle[place], top)) for x, place in zip(xs, run, strict=True)]
            painter.setPen(QPen(hue(token, 0.28), 1.2))
            painter.setBrush(hue(token, 0.28))
            painter.drawPolygon(QPolygonF([*upper, *reversed(lower)]))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            join = Qt.PenJoinStyle.RoundJoin
            painter.setPen(QPen(hue(token), 3.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, join))
            painter.drawPolyline(QPolygonF(middle))

    def _paint_alarms(self, painter: QPainter, plot: QRectF) -> None:
        for alarm in self.state.alarms.values():
            x = self._x(plot, alarm.raised.arose_at_us)
            painter.setPen(QPen(hue("ink"), 2, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(x, plot.top() - 10), QPointF(x, plot.bottom()))
            paint_alarm_square(painter, QPointF(x, plot.top() - 22), alarm.raised.priority)

    def _paint_times(self, painter: QPainter, row: QRectF) -> None:
        minutes = (self.end_us - self.start_us) / 60_000_000
        step = next((one for one in _TICK_MINUTES if minutes / one <= 12), 120)
        for number in range(int(minutes / step) + 1):
            x = row.left() + row.width() * number * step / minutes
            painter.setPen(QPen(hue("border"), 2))
            painter.drawLine(QPointF(x, row.top()), QPointF(x, row.top() + 8))
            if row.right() - x > 150 or number == 0:
                text = _minutes_text(number * step)
                put(painter, QRectF(x - (0 if number == 0 else 60), row.top() + 10, 120, 30), text,
                    face(23, 400, "tabular"), hue("ink3"), LEFT if number == 0 else CENTRE)
        until = f"{_minutes_text(minutes)} · {clock_text(self.end_us)}"
        put(painter, QRectF(row.right() - 200, row.top() + 10, 200, 30), until, face(23, 400, "tabular"), hue("ink3"),
            RIGHT)


def paint_hatch(painter: QPainter, block: QRectF) -> None:
    """Draw the hatched block that stands for readings that are missing."""
    painter.save()
    painter.setClipRect(block)
    painter.fillRect(block, hue("surface"))
    painter.setPen(QPen(hue("border"), 2.2))
    at = block.left() - block.height()
    while at < block.right():
        painter.drawLine(QPointF(at, block.bottom()), QPointF(at + block.height(), block.top()))
        at += 12
    painter.restore()
    painter.setPen(QPen(hue("border"), 2))
    painter.setBrush(QBrush(Qt.BrushStyle.NoBrush))
    painter.drawRect(block)


def paint_alarm_square(painter: QPainter, centre: QPointF, priority: str) -> None:
    """Draw the small square that stands for an alarm, in its priority's colour."""
    fill = hue(_ALARM_FILL.get(priority, "al_med"))
    fill_box(painter, QRectF(centre.x() - 12, centre.y() - 12, 24, 24), 5, fill, hue("ink"), 2.4)


def _axis(painter: QPainter, plot: QRectF, top: float, step: float, scale: int, decimals: int) -> None:
    value = 0.0
    while value <= top:
        y = _y(plot, value, top)
        rule(painter, plot.left(), plot.right(), y, hue("grid"), 1.6)
        put(painter, QRectF(plot.left() - AXIS_WIDTH, y - 18, AXIS_WIDTH - 14, 36), f"{value / scale:.{decimals}f}",
            face(23, 400, "tabular"), hue("ink3"), RIGHT)
        value += step


def _y(plot: QRectF, value: float, top: float) -> float:
    return plot.bottom() - plot.height() * float(value) / top


def _runs(values: NDArray[np.float64]) -> list[list[int]]:
    """Give the runs of bins that hold something."""
    full = np.flatnonzero(~np.isnan(values))
    if not len(full):
        return []
    return [run.tolist() for run in np.split(full, np.flatnonzero(np.diff(full) > 1) + 1)]


def _round_up(value: float, step: int) -> float:
    return float(-(-value // step) * step)


def _step(top: float, steps: tuple[int, ...], most: int = 6) -> float:
    return float(next((step for step in steps if top / step <= most), steps[-1]))


def _minutes_text(minutes: float) -> str:
    seconds = round(minutes * 60)
    return f"{seconds // 60}:{seconds % 60:02d}"
