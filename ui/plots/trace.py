"""What moves in a live plot, painted from the ring's columns: trace, gaps, what lies outside the band, last session."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from ui.fonts import text_font
from ui.paint import CENTRE, LEFT, paint_line, paint_text
from ui.plots.columns import ColumnBuffer, Floats, LineBuffer, joined, runs
from ui.theme import color
from ui.widgets.status_line import ALARM_LOOKS

TRACE_PX = 2.0
_GHOST_SHARE, _GHOST_LEAST_PX = 0.25, 3.0
_HEAD_PX = 14.0


def _nothing() -> Floats:
    return np.empty(0)


@dataclass(frozen=True)
class Scale:
    """Where values stand: the box in px and the values at its lower and upper edge."""

    box: QRectF
    low: float
    high: float

    def y(self, values: Floats) -> Floats:
        """Give the height of values, px from the top of the widget; what is off the axis stands at its edge."""
        y: Floats = self.box.bottom() - (values - self.low) * (self.box.height() / (self.high - self.low))
        return np.clip(y, self.box.top(), self.box.bottom(), out=y)


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
    """Paints columns, ``thick_px`` wide at the least; its buffers are kept from frame to frame."""

    def __init__(self, token: str, thick_px: float = TRACE_PX) -> None:
        self._token, self._thick_px = token, thick_px
        self._buffer, self._fill_buffer, self._ghost_buffer = ColumnBuffer(), ColumnBuffer(), ColumnBuffer()
        self._lines = LineBuffer()
        self._head, self._head_key = QPixmap(), (0, 0, 0.0)

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
        low, high = scale.y(columns.low), scale.y(columns.high)
        empty = np.isnan(low)
        if empty.all():
            return
        if side and edge is not None:
            hue = color(ALARM_LOOKS[priority][0])
            self._paint_outside(painter, lefts, low, high, width, (edge, side == "above"), hue)
        self._paint_line(painter, lefts, low, high, width, empty)
        if not empty[-2:].all():
            last = -1 if not empty[-1] else -2
            self._paint_head(painter, scale.box, float((low[last] + high[last]) / 2))

    def _paint_ghost(self, painter: QPainter, scale: Scale, lefts: Floats, width: float, low: Floats,
                     high: Floats) -> None:
        there = ~np.isnan(low)
        top = scale.y(high[there])
        height = np.maximum(scale.y(low[there]) - top, _GHOST_LEAST_PX)
        left = np.round(lefts)  # columns side by side, not one over the other: each is half seen through
        right = np.round(lefts + width)
        self._ghost_buffer.draw(painter, left[there], top, (right - left)[there], height,
                                color("trace2", _GHOST_SHARE))

        if there.any():
            words = QRectF(scale.box.left() + 4, scale.box.bottom() - 20, 160, 18)
            paint_text(painter, words, "Grey: last session", text_font(13), color("ink2"), LEFT, elide=False)

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

    def _paint_line(self, painter: QPainter, lefts: Floats, low: Floats, high: Floats, width: float,
                    empty: NDArray[np.bool_]) -> None:
        """Paint columns from least to most, and hairlines through their middles for smoothness: two make 2 px."""
        ink, alone = color(self._token), ~empty
        alone[1:] &= empty[:-1]
        alone[:-1] &= empty[1:]
        tall = alone | (low - high > self._thick_px)
        top = high[tall] - 0.5
        self._buffer.draw(painter, np.round(lefts[tall]), top, width, low[tall] - top + 0.5, ink)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shift = self._thick_px / 4
        self._lines.draw(painter, lefts + width / 2, (low + high) / 2,
                         (-shift, shift) if self._thick_px > 1 else (0.0,), ink)

    def _paint_outside(self, painter: QPainter, lefts: Floats, low: Floats, high: Floats, width: float,
                       edge: tuple[float, bool], hue: QColor) -> None:
        top, bottom = joined(high, low)
        at, above = edge
        outside = bottom < at if above else top > at
        if above:
            start, height = top[outside], at - top[outside]
        else:
            start, height = np.full(int(outside.sum()), at), bottom[outside] - at
        self._fill_buffer.draw(painter, np.floor(lefts[outside]), start, np.ceil(width), height, hue)

    def _paint_head(self, painter: QPainter, box: QRectF, y: float) -> None:
        painter.setClipping(False)
        painter.drawPixmap(QPointF(box.right() - _HEAD_PX / 2, y - _HEAD_PX / 2), self._head_of(painter))

    def _head_of(self, painter: QPainter) -> QPixmap:
        """Give the dot at the trace's head, painted once for a theme and a scale."""
        ratio = painter.device().devicePixelRatioF()
        key = (color("surface").rgba(), color(self._token).rgba(), ratio)
        if key != self._head_key:
            self._head_key = key
            self._head = QPixmap(round(_HEAD_PX * ratio), round(_HEAD_PX * ratio))
            self._head.setDevicePixelRatio(ratio)
            self._head.fill(Qt.GlobalColor.transparent)
            with QPainter(self._head) as inner:
                inner.setRenderHint(QPainter.RenderHint.Antialiasing)
                inner.setPen(Qt.PenStyle.NoPen)
                for radius, token in ((6, "surface"), (4, self._token)):
                    inner.setBrush(color(token))
                    inner.drawEllipse(QPointF(_HEAD_PX / 2, _HEAD_PX / 2), radius, radius)
        return self._head
