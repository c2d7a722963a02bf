"""The whole session on one line, to scrub through: trace, bands by area, flags, alarms."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QFocusEvent, QKeyEvent, QMouseEvent, QPainter

from ui.fonts import tabular_font, text_font
from ui.paint import LEFT, RIGHT, PaintedWidget, paint_box, paint_text, text_width
from ui.plots.columns import ColumnBuffer, Floats, joined
from ui.plots.target_band import flag_path
from ui.theme import color, mixed
from ui.widgets.status_line import ALARM_LOOKS

_TOP, _STRIP, _FOOT, _HIT_PX = 24.0, 12.0, 26.0, 48.0
_LANE, _MARK_PX = 24.0, 16.0  # the lane of phases above the marks; how near a touch means a mark


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


@dataclass(frozen=True)
class TimelineSpan:
    """A phase with its name, or a hole in the readings."""

    start_s: float
    end_s: float
    label: str = ""


class ReplayTimeline(PaintedWidget):
    """``scrubbed(seconds)`` while the handle is dragged or moved by keys (arrows 1 s, Page keys 10 s).

    A touch on a mark goes to its very moment.
    """

    scrubbed = Signal(float)

    def __init__(self, full_um: int = 2_000) -> None:
        super().__init__()
        self.setObjectName("replayTimeline")
        self._full_um, self._duration_s, self._at_s = full_um, 1.0, 0.0
        self._low: Floats = np.empty(0)
        self._high: Floats = np.empty(0)
        self._spans: tuple[AreaSpan, ...] = ()
        self._marks: tuple[TimelineMark, ...] = ()
        self._phases: tuple[TimelineSpan, ...] = ()
        self._gaps: tuple[TimelineSpan, ...] = ()
        self._foot, self._scaled = ("", ""), False
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

    def show_lanes(self, phases: Sequence[TimelineSpan], gaps: Sequence[TimelineSpan],
                   foot: tuple[str, str] = ("", "")) -> None:
        """Show a lane of phases above the marks, holes in the readings, and what the ends are called."""
        self._phases, self._gaps, self._foot = tuple(phases), tuple(gaps), foot
        self.update()

    def show_scale(self, full_um: int) -> None:
        """Let the depth axis end there."""
        self._full_um, self._scaled = full_um, True
        self.update()

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

    def _lane_px(self) -> float:
        return _LANE if self._phases else 0.0

    def mark_at(self, x: float, y: float) -> TimelineMark | None:
        """Give the mark a touch means, None where none is near; an alarm goes before a flag."""
        lane = self._lane_px()
        if not lane <= y <= lane + _TOP + _MARK_PX:
            return None
        near = [mark for mark in self._marks if abs(self._x(mark.at_s) - x) <= _MARK_PX]
        return min(near, key=lambda mark: (not mark.priority, abs(self._x(mark.at_s) - x)), default=None)

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
            mark = self.mark_at(event.position().x(), event.position().y())
            if mark is not None:
                self.show_position(mark.at_s)
                self.scrubbed.emit(self._at_s)
                return
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
        top = _TOP + self._lane_px()
        plot = QRectF(0, top, self.width(), self._strip_top() - top - 8)
        self._paint_phases(painter)
        for share in (0.0, 0.5, 1.0):
            painter.fillRect(QRectF(0, round(plot.top() + plot.height() * share), plot.width(), 1), color("grid"))
        if self._scaled:
            words, font = f"{self._full_um / 1000:g} mm", text_font(13)
            paint_text(painter, QRectF(plot.right() - 80, plot.top() + 1, 78, 18), words, font, color("ink3"), RIGHT)
        self._paint_bands(painter, plot)
        self._paint_gaps(painter, plot)
        self._paint_trace(painter, plot)
        self._paint_strip(painter)
        self._paint_marks(painter, plot)
        self._paint_handle(painter, plot)
        foot = QRectF(0, self.height() - _FOOT + 2, self.width(), 22)
        first, last = self._foot if any(self._foot) else ("0:00", _clock(self._duration_s))
        paint_text(painter, foot, first, tabular_font(13), color("ink2"), LEFT)
        paint_text(painter, foot, last, tabular_font(13), color("ink2"), RIGHT)

    def _paint_phases(self, painter: QPainter) -> None:
        for phase in self._phases:
            left, right = max(self._x(phase.start_s), 0.0), min(self._x(phase.end_s), float(self.width()))
            if right <= left:
                continue
            box = QRectF(left, 0, right - left, _LANE - 4)
            now = phase.start_s <= self._at_s < phase.end_s
            painter.fillRect(box.adjusted(0, 0, -1, 0), color("live_tint" if now else "canvas"))
            ink, font = color("live" if now else "ink2"), text_font(13, 600 if now else 400)
            if box.width() > text_width(phase.label, font) + 12:
                paint_text(painter, box.adjusted(6, 0, -6, 0), phase.label, font, ink)

    def _paint_gaps(self, painter: QPainter, plot: QRectF) -> None:
        for gap in self._gaps:
            left = self._x(gap.start_s)
            box = QRectF(left, plot.top(), max(self._x(gap.end_s) - left, 3.0), plot.height())
            painter.fillRect(box, color("track"))
            painter.fillRect(box, QBrush(color("ink3"), Qt.BrushStyle.BDiagPattern))

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
        lane = self._lane_px()
        for mark in self._marks:
            x = self._x(mark.at_s)
            if not mark.priority:
                painter.fillPath(flag_path(x - 4, lane + 8), color("ink2"))
                continue
            square = QRectF(min(max(x - 6, 0), self.width() - 13), lane + 6, 12, 12)
            paint_box(painter, square, 3, color(ALARM_LOOKS[mark.priority][0]), color("ink"), 1.4)

    def _paint_handle(self, painter: QPainter, plot: QRectF) -> None:
        at = self.handle()
        top = 18 + self._lane_px()
        painter.fillRect(QRectF(at.x() - 1, top, 2, at.y() - top), color("ink"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("surface"))
        painter.drawEllipse(at, 13, 13)
        painter.setBrush(color("live") if self._ring else color("ink"))
        painter.drawEllipse(at, 11, 11)


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
