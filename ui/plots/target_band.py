"""The live plot: the last half minute against the plan's band, on an axis that stands still."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPixmap, QResizeEvent

from ui.fonts import tabular_font, text_font
from ui.paint import CENTRE, LEFT, RIGHT, PaintedWidget, paint_box, paint_line, paint_text
from ui.plots.columns import ColumnBuffer, Floats, LineBuffer, joined, runs
from ui.theme import color
from ui.widgets.status_line import ALARM_LOOKS

_HEAD, _FOOT, _AXIS, _EDGE = 34.0, 26.0, 50.0, 16.0
COLUMN_PX = 2
TRACE_PX = 2.0


@dataclass(frozen=True)
class PlotFlag:
    """A mark on the time axis, ``ago_s`` before now."""

    ago_s: float
    text: str = ""


class TargetBandPlot(PaintedWidget):
    """Feed it ``show_bins`` each frame with ``columns()`` columns; all values in the unit of the axis.

    ``trace`` live or trace2. ``foot`` False leaves the time labels out. It paints its own ground: ``framed`` makes
    it a card of its own; within another card leave 5 px around it, for the corners.
    """

    def __init__(self, title: str, unit: str, low: float, high: float, ticks: Sequence[float], decimals: int = 2,
                 seconds: float = 30.0, trace: str = "live", foot: bool = True, framed: bool = False) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._title, self._unit, self._decimals = title, unit, decimals
        self._low, self._high, self._ticks = low, high, tuple(ticks)
        self.seconds, self._trace, self._foot, self._framed = seconds, trace, foot, framed
        self._band: tuple[float, float] | None = None
        self._plan: float | None = None
        self._alarm = ("", "")
        self._flags: tuple[PlotFlag, ...] = ()
        self._minimum: Floats = np.empty(0)
        self._maximum: Floats = np.empty(0)
        self._missing: NDArray[np.bool_] = np.empty(0, np.bool_)
        self._phase = 1.0
        self._ground: QPixmap | None = None
        self._buffer, self._fill_buffer, self._lines = ColumnBuffer(), ColumnBuffer(), LineBuffer()
        self.grow()
        self.setMinimumHeight(96)
        self.say(title, "no readings")

    def sizeHint(self) -> QSize:
        return QSize(692, 182 if self._foot else 132)

    # --- what it shows ------------------------------------------------------------------------------------

    def columns(self) -> int:
        """Give how many columns fit now."""
        return max(int(self._plot_box().width()) // COLUMN_PX, 8)

    def set_axis(self, low: float, high: float, ticks: Sequence[float]) -> None:
        """Set the fixed range and the labelled values."""
        if (low, high, tuple(ticks)) != (self._low, self._high, self._ticks):
            self._low, self._high, self._ticks = low, high, tuple(ticks)
            self._ground = None
            self.update()

    def set_band(self, band: tuple[float, float] | None, plan: float | None = None) -> None:
        """Set the plan's band and its dashed middle; None for no plan."""
        if (band, plan) != (self._band, self._plan):
            self._band, self._plan = band, plan
            self._ground = None
            self.update()

    def set_alarm(self, side: str, priority: str = "medium") -> None:
        """Fill the trace outside the band: side above, below or empty."""
        self._alarm = (side, priority)

    def set_flags(self, flags: Sequence[PlotFlag]) -> None:
        """Set the marks on the time axis."""
        self._flags = tuple(flags)

    def show_bins(self, minimum: Floats, maximum: Floats, missing: NDArray[np.bool_] | None = None,
                  phase: float = 1.0) -> None:
        """Show columns, oldest first; NaN leaves a gap, ``missing`` a no-data block. Repaints."""
        self._minimum, self._maximum, self._phase = minimum, maximum, phase
        self._missing = np.zeros(len(minimum), np.bool_) if missing is None else missing
        self.update()

    # --- geometry -------------------------------------------------------------------------------------------

    def _plot_box(self) -> QRectF:
        foot = _FOOT if self._foot else 10.0
        return QRectF(_EDGE, _HEAD, self.width() - _EDGE - _AXIS - 2, max(self.height() - _HEAD - foot, 20.0))

    def _y(self, value: float) -> float:
        box = self._plot_box()
        return box.bottom() - (value - self._low) / (self._high - self._low) * box.height()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._ground = None

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.PaletteChange):
            self._ground = None

    # --- painting ---------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if self._ground is None or self._ground.devicePixelRatio() != self.devicePixelRatioF():
            self._ground = self._paint_ground()
        painter.drawPixmap(0, 0, self._ground)
        box = self._plot_box()
        painter.save()
        painter.setClipRect(box.adjusted(0, -2, 0, 2))
        self._paint_missing(painter, box)
        self._paint_trace(painter, box)
        painter.restore()
        self._paint_flags(painter, box)

    def _paint_ground(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        ground = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        ground.setDevicePixelRatio(ratio)
        ground.fill(color("canvas") if self._framed else color("surface"))
        painter = QPainter(ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._framed:
            paint_box(painter, QRectF(0, 0, self.width(), self.height()), 14, color("surface"), color("line"))
        used = paint_text(painter, QRectF(_EDGE, 8, 200, 24), self._title, text_font(16, 600), color("ink"))
        paint_text(painter, QRectF(_EDGE + used + 6, 8, 100, 24), self._unit, text_font(14), color("ink2"))
        box = self._plot_box()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._paint_grid(painter, box)
        if self._foot:
            self._paint_time(painter, box)
        painter.end()
        return ground

    def _paint_grid(self, painter: QPainter, box: QRectF) -> None:
        for tick in self._ticks:
            y = round(self._y(tick))
            painter.fillRect(QRectF(box.left(), y, box.width(), 1), color("grid"))
            paint_text(painter, QRectF(box.right() + 8, y - 10, _AXIS - 8, 20), f"{tick:.{self._decimals}f}",
                       tabular_font(13), color("ink3"), LEFT, elide=False)
        if self._band:
            top, bottom = round(self._y(self._band[1])), round(self._y(self._band[0]))
            painter.fillRect(QRectF(box.left(), top, box.width(), bottom - top), color("done_tint"))
            for y in (top, bottom):
                painter.fillRect(QRectF(box.left(), y, box.width(), 1), color("done"))
        if self._plan is not None:
            middle = round(self._y(self._plan)) + 0.5
            paint_line(painter, QPointF(box.left(), middle), QPointF(box.right(), middle), color("done"), 1,
                       Qt.PenStyle.DotLine)

    def _paint_time(self, painter: QPainter, box: QRectF) -> None:
        top, font, ink = box.bottom() + 4, tabular_font(13), color("ink3")
        for share in (0.0, 1 / 3, 2 / 3):
            x = box.left() + box.width() * share
            words = _time_words(self.seconds * (1 - share))
            if share == 0:
                paint_text(painter, QRectF(x, top, 60, 20), words, font, ink, LEFT, elide=False)
            else:
                paint_text(painter, QRectF(x - 40, top, 80, 20), words, font, ink, CENTRE, elide=False)
        paint_text(painter, QRectF(box.right() - 60, top, 60, 20), "now", font, ink, RIGHT, elide=False)

    def _lefts(self, box: QRectF) -> Floats:
        """Give the left edge of each column; the picture glides by the part of a column gone by."""
        count = len(self._minimum)
        width = box.width() / max(count, 1)
        shift = (1.0 - self._phase) * width
        return box.left() + np.arange(count, dtype=np.float64) * width + shift

    def _paint_missing(self, painter: QPainter, box: QRectF) -> None:
        lefts, width = self._lefts(box), box.width() / max(len(self._minimum), 1)
        for first, end in runs(self._missing):
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

    def _paint_trace(self, painter: QPainter, box: QRectF) -> None:
        if not len(self._minimum):
            return
        scale = box.height() / (self._high - self._low)
        low, high = joined(self._minimum, self._maximum)
        kept = ~np.isnan(low)
        if not kept.any():
            return
        top = box.bottom() - (high[kept] - self._low) * scale
        bottom = box.bottom() - (low[kept] - self._low) * scale
        left = np.floor(self._lefts(box)[kept])
        width = box.width() / len(self._minimum)
        self._paint_outside(painter, left, top, bottom, width)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_line(painter, box, scale)
        if kept[-1] or kept[-2:].any():
            self._paint_head(painter, box, float((top[-1] + bottom[-1]) / 2))

    def _paint_line(self, painter: QPainter, box: QRectF, scale: float) -> None:
        """Paint columns from least to most, and two hairlines through their middles for smoothness."""
        width, ink = box.width() / len(self._minimum), color(self._trace)
        low = box.bottom() - (self._minimum - self._low) * scale
        high = box.bottom() - (self._maximum - self._low) * scale
        middle, x = (low + high) / 2, self._lefts(box) + width / 2
        for shift in (-TRACE_PX / 4, TRACE_PX / 4):
            self._lines.draw(painter, x, middle + shift, ink)
        empty = np.isnan(low)
        alone = ~empty & np.r_[True, empty[:-1]] & np.r_[empty[1:], True]
        tall = alone | ((low - high) > TRACE_PX)
        self._buffer.draw(painter, x[tall] - width / 2, high[tall] - 0.5, width, low[tall] - high[tall] + 1, ink)

    def _paint_outside(self, painter: QPainter, left: Floats, top: Floats, bottom: Floats, width: float) -> None:
        side, priority = self._alarm
        if not side or self._band is None:
            return
        hue = color(ALARM_LOOKS[priority][0])
        edge = self._y(self._band[1] if side == "above" else self._band[0])
        outside = bottom < edge if side == "above" else top > edge
        if side == "above":
            start, height = top[outside], edge - top[outside]
        else:
            start, height = np.full(int(outside.sum()), edge), bottom[outside] - edge
        self._fill_buffer.draw(painter, left[outside], start, np.ceil(width), height, hue)

    def _paint_head(self, painter: QPainter, box: QRectF, y: float) -> None:
        painter.setClipping(False)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("surface"))
        painter.drawEllipse(QPointF(box.right(), y), 6, 6)
        painter.setBrush(color(self._trace))
        painter.drawEllipse(QPointF(box.right(), y), 4, 4)

    def _paint_flags(self, painter: QPainter, box: QRectF) -> None:
        for flag in self._flags:
            if not 0 <= flag.ago_s <= self.seconds:
                continue
            x = round(box.right() - flag.ago_s / self.seconds * box.width())
            painter.fillRect(QRectF(x, box.top() - 4, 1, box.height() + 4), color("ink2"))
            painter.fillPath(flag_path(x + 1, box.top() - 4), color("ink2"))
            paint_text(painter, QRectF(x + 12, box.top() - 9, 120, 18), flag.text, text_font(13), color("ink2"),
                       elide=False)


def flag_path(x: float, y: float) -> QPainterPath:
    """Give the little flag at the top of a mark."""
    path = QPainterPath(QPointF(x, y))
    path.lineTo(x + 8, y)
    path.lineTo(x + 6, y + 4)
    path.lineTo(x + 8, y + 8)
    path.lineTo(x, y + 8)
    path.closeSubpath()
    return path


def _time_words(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min"
