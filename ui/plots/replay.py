"""The whole session on one line, to scrub through: trace, bands by area, flags, alarms."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter

from ui.fonts import tabular_font
from ui.paint import LEFT, RIGHT, PaintedWidget, paint_box, paint_text
from ui.plots.columns import ColumnBuffer, Floats, joined
from ui.plots.target_band import flag_path
from ui.theme import color, mixed
from ui.widgets.status_line import ALARM_LOOKS

_TOP, _STRIP, _FOOT, _HIT_PX = 24.0, 12.0, 26.0, 48.0


@dataclass(frozen=True)
class AreaSpan:
    """When an area was treated, from the session's first sample on, with its band (µm, None: no plan)."""

    start_s: float
    end_s: float
    label: str = ""
    band_um: tuple[int, int] | None = None


@dataclass(frozen=True)
class TimelineMark:
    """A flag, or an alarm where ``priority`` is low, medium or high."""

    at_s: float
    text: str = ""
    priority: str = ""


class ReplayTimeline(PaintedWidget):
    """``scrubbed(seconds)`` while the handle is dragged or moved by keys (arrows 1 s, Page keys 10 s)."""

    scrubbed = Signal(float)

    def __init__(self, full_um: int = 2_000) -> None:
        super().__init__()
        self.setObjectName("replayTimeline")
        self._full_um, self._duration_s, self._at_s = full_um, 1.0, 0.0
        self._low: Floats = np.empty(0)
        self._high: Floats = np.empty(0)
        self._spans: tuple[AreaSpan, ...] = ()
        self._marks: tuple[TimelineMark, ...] = ()
        self._dragging = self._ring = False
        self._buffer = ColumnBuffer()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumHeight(140)
        self.show_position(0.0)

    def sizeHint(self) -> QSize:
        return QSize(552, 140)

    def show_session(self, duration_s: float, depth_min_um: Floats, depth_max_um: Floats,
                     spans: Sequence[AreaSpan] = (), marks: Sequence[TimelineMark] = ()) -> None:
        """Show a session: columns of least and most depth over its whole length, areas, marks."""
        self._duration_s = max(duration_s, 0.001)
        self._low, self._high = depth_min_um, depth_max_um
        self._spans, self._marks = tuple(spans), tuple(marks)
        self.show_position(0.0)

    def show_position(self, seconds: float) -> None:
        """Put the handle somewhere without telling."""
        self._at_s = min(max(seconds, 0.0), self._duration_s)
        self.say("Replay", f"{_clock(self._at_s)} of {_clock(self._duration_s)}")
        self.update()

    def position_s(self) -> float:
        """Give where the handle stands."""
        return self._at_s

    def columns(self) -> int:
        """Give how many columns the trace can show."""
        return max(self.width() // 2, 8)

    def _x(self, seconds: float) -> float:
        return self.width() * seconds / self._duration_s

    def handle(self) -> QPointF:
        """Give the middle of the handle."""
        return QPointF(min(max(self._x(self._at_s), 11.0), self.width() - 11.0), self._strip_top() + _STRIP / 2 + 4)

    def _strip_top(self) -> float:
        return self.height() - _FOOT - _STRIP - 8

    # --- hands ------------------------------------------------------------------------------------------------

    def _scrub(self, x: float) -> None:
        self.show_position(x / max(self.width(), 1) * self._duration_s)
        self.scrubbed.emit(self._at_s)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ring = False
        super().focusOutEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragging = True
            if abs(event.position().x() - self.handle().x()) > _HIT_PX / 2:
                self._scrub(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            self._scrub(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragging = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1.0, Qt.Key.Key_Right: 1.0, Qt.Key.Key_PageUp: -10.0, Qt.Key.Key_PageDown: 10.0}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self.show_position(self._at_s + step)
        self.scrubbed.emit(self._at_s)

    # --- painting -----------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter) -> None:
        plot = QRectF(0, _TOP, self.width(), self._strip_top() - _TOP - 8)
        for share in (0.0, 0.5, 1.0):
            painter.fillRect(QRectF(0, round(plot.top() + plot.height() * share), plot.width(), 1), color("grid"))
        self._paint_bands(painter, plot)
        self._paint_trace(painter, plot)
        self._paint_strip(painter)
        self._paint_marks(painter, plot)
        self._paint_handle(painter, plot)
        foot = QRectF(0, self.height() - _FOOT + 2, self.width(), 22)
        paint_text(painter, foot, "0:00", tabular_font(13), color("ink2"), LEFT)
        paint_text(painter, foot, _clock(self._duration_s), tabular_font(13), color("ink2"), RIGHT)

    def _paint_bands(self, painter: QPainter, plot: QRectF) -> None:
        per_um = plot.height() / self._full_um
        for span in self._spans:
            if span.band_um is None:
                continue
            left, right = self._x(span.start_s), self._x(span.end_s)
            top = plot.bottom() - span.band_um[1] * per_um
            height = (span.band_um[1] - span.band_um[0]) * per_um
            painter.fillRect(QRectF(left, top, right - left, height), color("done_tint"))

    def _paint_trace(self, painter: QPainter, plot: QRectF) -> None:
        if not len(self._low):
            return
        low, high = joined(self._low, self._high)
        kept = ~np.isnan(low)
        per_um, width = plot.height() / self._full_um, plot.width() / len(low)
        top = np.clip(plot.bottom() - high[kept] * per_um, plot.top(), plot.bottom())
        bottom = np.clip(plot.bottom() - low[kept] * per_um, plot.top(), plot.bottom())
        left = np.arange(len(low), dtype=np.float64)[kept] * width
        self._buffer.draw(painter, left, top - 0.75, max(width, 1.0), bottom - top + 1.5, color("live"))

    def _active(self) -> AreaSpan | None:
        return next((span for span in self._spans if span.start_s <= self._at_s <= span.end_s), None)

    def _paint_strip(self, painter: QPainter) -> None:
        active, top = self._active(), self._strip_top()
        for span in self._spans:
            left, right = self._x(span.start_s), self._x(span.end_s)
            tone = color("live") if span is active else mixed("done_tint", "done", 0.28)
            paint_box(painter, QRectF(left, top, max(right - left - 2, 2), _STRIP), 3, tone)

    def _paint_marks(self, painter: QPainter, plot: QRectF) -> None:
        for mark in self._marks:
            x = self._x(mark.at_s)
            if not mark.priority:
                painter.fillPath(flag_path(x - 4, 8), color("ink2"))
                continue
            square = QRectF(min(max(x - 6, 0), self.width() - 13), 6, 12, 12)
            paint_box(painter, square, 3, color(ALARM_LOOKS[mark.priority][0]), color("ink"), 1.4)

    def _paint_handle(self, painter: QPainter, plot: QRectF) -> None:
        at = self.handle()
        painter.fillRect(QRectF(at.x() - 1, 18, 2, at.y() - 18), color("ink"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("surface"))
        painter.drawEllipse(at, 13, 13)
        painter.setBrush(color("live") if self._ring else color("ink"))
        painter.drawEllipse(at, 11, 11)


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
