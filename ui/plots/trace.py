"""What moves in a live plot, painted from the ring's columns: trace, gaps, what lies outside the band, last session."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from ui.fonts import text_font
from ui.paint import CENTRE, paint_line, paint_text
from ui.plots.columns import ColumnBuffer, Floats, LineBuffer, joined, runs
from ui.theme import color
from ui.widgets.status_line import ALARM_LOOKS

TRACE_PX = 2.0
_GHOST_SHARE, _GHOST_LEAST_PX = 0.25, 3.0


def _nothing() -> Floats:
    return np.empty(0)


@dataclass(frozen=True)
class Scale:
    """Where values stand: the box in px and the values at its lower and upper edge."""

    box: QRectF
    low: float
    high: float

    def y(self, values: Floats) -> Floats:
        """Give the height of values, px from the top of the widget."""
        return self.box.bottom() - (values - self.low) * (self.box.height() / (self.high - self.low))


@dataclass
class Columns:
    """Columns of least and most, oldest first; NaN is a gap, ``missing`` was never received.

    ``phase``: how far time has gone into the last column. ``ghost`` least and most of the last session.
    """

    low: Floats = field(default_factory=_nothing)
    high: Floats = field(default_factory=_nothing)
    missing: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, np.bool_))
    phase: float = 1.0
    ghost: tuple[Floats, Floats] | None = None

    def lefts(self, box: QRectF) -> Floats:
        """Give the left edge of each column; the picture glides by the part of a column gone by."""
        count = len(self.low)
        width = box.width() / max(count, 1)
        return box.left() + np.arange(count, dtype=np.float64) * width + (1.0 - self.phase) * width


class TracePainter:
    """Paints columns; its buffers are kept from frame to frame."""

    def __init__(self, token: str) -> None:
        self._token = token
        self._buffer, self._fill_buffer, self._ghost_buffer = ColumnBuffer(), ColumnBuffer(), ColumnBuffer()
        self._lines = LineBuffer()

    def paint(self, painter: QPainter, scale: Scale, columns: Columns, edge: float | None, side: str,
              priority: str) -> None:
        """Paint all; ``edge`` is the band's border beyond which an alarm on ``side`` fills the trace."""
        count = len(columns.low)
        if count == 0:
            return
        lefts, width = columns.lefts(scale.box), scale.box.width() / count
        if columns.ghost is not None:
            self._paint_ghost(painter, scale, lefts, width, *columns.ghost)
        self._paint_missing(painter, scale.box, lefts, width, columns.missing)
        low, high = joined(columns.low, columns.high)
        kept = ~np.isnan(low)
        if not kept.any():
            return
        top, bottom = scale.y(high[kept]), scale.y(low[kept])
        if side and edge is not None:
            hue = color(ALARM_LOOKS[priority][0])
            self._paint_outside(painter, np.floor(lefts[kept]), top, bottom, width, (edge, side == "above"), hue)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_line(painter, scale, columns, lefts, width)
        if kept[-2:].any():
            self._paint_head(painter, scale.box, float((top[-1] + bottom[-1]) / 2))

    def _paint_ghost(self, painter: QPainter, scale: Scale, lefts: Floats, width: float, low: Floats,
                     high: Floats) -> None:
        there = ~np.isnan(low)
        top = scale.y(high[there])
        height = np.maximum(scale.y(low[there]) - top, _GHOST_LEAST_PX)
        left = np.round(lefts)  # columns side by side, not one over the other: each is half seen through
        right = np.round(lefts + width)
        self._ghost_buffer.draw(painter, left[there], top, (right - left)[there], height,
                                color("trace2", _GHOST_SHARE))

    def _paint_missing(self, painter: QPainter, box: QRectF, lefts: Floats, width: float,
                       missing: NDArray[np.bool_]) -> None:
        for first, end in runs(missing):
            left = float(lefts[first])
            right = box.right() if end == len(lefts) else float(lefts[end - 1]) + width
            block = QRectF(left, box.top() - 2, right - left, box.height() + 4)
            painter.fillRect(block, color("canvas") if color("canvas") != color("surface") else color("track"))
            for x in (left, right):
                if x < box.right() - 1:
                    start, stop = QPointF(round(x), block.top()), QPointF(round(x), block.bottom())
                    paint_line(painter, start, stop, color("ink3"), 1, Qt.PenStyle.DashLine)
            if block.width() > 60:
                paint_text(painter, block, "No data", text_font(13), color("ink2"), CENTRE)

    def _paint_line(self, painter: QPainter, scale: Scale, columns: Columns, lefts: Floats, width: float) -> None:
        """Paint columns from least to most, and two hairlines through their middles for smoothness."""
        ink = color(self._token)
        low, high = scale.y(columns.low), scale.y(columns.high)
        middle, x = (low + high) / 2, lefts + width / 2
        for shift in (-TRACE_PX / 4, TRACE_PX / 4):
            self._lines.draw(painter, x, middle + shift, ink)
        empty = np.isnan(low)
        alone = ~empty & np.r_[True, empty[:-1]] & np.r_[empty[1:], True]
        tall = alone | ((low - high) > TRACE_PX)
        self._buffer.draw(painter, lefts[tall], high[tall] - 0.5, width, low[tall] - high[tall] + 1, ink)

    def _paint_outside(self, painter: QPainter, left: Floats, top: Floats, bottom: Floats, width: float,
                       edge: tuple[float, bool], hue: QColor) -> None:
        at, above = edge
        outside = bottom < at if above else top > at
        if above:
            start, height = top[outside], at - top[outside]
        else:
            start, height = np.full(int(outside.sum()), at), bottom[outside] - at
        self._fill_buffer.draw(painter, left[outside], start, np.ceil(width), height, hue)

    def _paint_head(self, painter: QPainter, box: QRectF, y: float) -> None:
        painter.setClipping(False)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("surface"))
        painter.drawEllipse(QPointF(box.right(), y), 6, 6)
        painter.setBrush(color(self._token))
        painter.drawEllipse(QPointF(box.right(), y), 4, 4)
