"""The live plot: the last seconds or minutes against the plan's band, on an axis that stands still."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPainterPath, QPixmap, QResizeEvent
from PySide6.QtWidgets import QWidget

from ui.fonts import tabular_font, text_font
from ui.paint import CENTRE, LEFT, RIGHT, PaintedWidget, paint_box, paint_line, paint_text, text_width
from ui.plots.columns import Floats
from ui.plots.trace import TRACE_PX, Columns, Scale, TracePainter
from ui.theme import color
from ui.widgets.status_line import ALARM_LOOKS

_HEAD, _FOOT, _AXIS, _EDGE = 34.0, 26.0, 50.0, 16.0
_TOOLS_TOP, _TOOLS_HEAD = 6, 62.0  # of a plot that carries its buttons at its head
_ABOVE, _BELOW, _BESIDE = 10, 4, 8  # px around the box that flags and the head of the trace reach into
COLUMN_PX = 2
_FLAG_LEFT, _FLAG_TOP, _FLAG_WIDE, _FLAG_HIGH = 8, 10, 144, 20  # where a mark's foot stands in its picture
_MOST_FLAG_LOOKS = 64


@dataclass(frozen=True)
class PlotFlag:
    """A mark on the time axis, ``ago_s`` before its right edge; an alarm's has its ``priority``."""

    ago_s: float
    text: str = ""
    priority: str = ""


@dataclass(frozen=True)
class PlotCursor:
    """A line to read at: ``share`` of the axis from the left, with its words; ``chosen`` is the one that moves."""

    share: float
    text: str
    chosen: bool = False


@dataclass
class _Over:
    """What lies over the trace."""

    flags: tuple[PlotFlag, ...] = ()
    cursors: tuple[PlotCursor, ...] = field(default=())


class TargetBandPlot(PaintedWidget):
    """Feed it ``show_bins`` each frame with ``columns()`` columns; all values in the unit of the axis.

    ``trace`` live or trace2. ``foot`` False leaves the time labels out. It paints its own ground: ``framed`` makes
    it a card of its own; within another card leave 5 px around it, for the corners. ``touched(share)`` tells where
    on the axis a finger is, ``taken`` first whether it was just put there.
    """

    touched = Signal(float, bool)

    def __init__(self, title: str, unit: str, low: float, high: float, ticks: Sequence[float], decimals: int = 2,
                 seconds: float = 30.0, trace: str = "live", foot: bool = True, framed: bool = False,
                 thick_px: float = TRACE_PX) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._title, self._unit, self._decimals = title, unit, decimals
        self._low, self._high, self._ticks = low, high, tuple(ticks)
        self._seconds, self._foot, self._framed = seconds, foot, framed
        self._end_words, self._note, self._frozen = "now", "", False
        self._band: tuple[float, float] | None = None
        self._plan: float | None = None
        self._alarm = ("", "")
        self._over, self._columns = _Over(), Columns()
        self._tools: QWidget | None = None
        self._ground: QPixmap | None = None
        self._painter = TracePainter(trace, thick_px)
        self._flag_looks: dict[tuple[object, ...], QPixmap] = {}
        self._measured: tuple[int, int, QWidget | None] | None = None
        self._box, self._moving_part = QRectF(), QRect()
        self.grow()
        self.setMinimumHeight(96)
        self.say(title, "no readings")

    def sizeHint(self) -> QSize:
        return QSize(692, 182 if self._foot else 132)

    # --- what it shows ------------------------------------------------------------------------------------

    @property
    def seconds(self) -> float:
        """Give the length of the time axis."""
        return self._seconds

    def columns(self) -> int:
        """Give how many columns fit now."""
        return max(int(self._plot_box().width()) // COLUMN_PX, 8)

    def set_tools(self, tools: QWidget) -> None:
        """Carry a row of buttons at the right of the head."""
        tools.setParent(self)
        self._tools = tools
        self._lay_tools()
        self._renew()

    def set_axis(self, low: float, high: float, ticks: Sequence[float]) -> None:
        """Set the fixed range and the labelled values."""
        if (low, high, tuple(ticks)) != (self._low, self._high, self._ticks):
            self._low, self._high, self._ticks = low, high, tuple(ticks)
            self._renew()

    def set_span(self, seconds: float, end_words: str = "now") -> None:
        """Set the length of the time axis and what its right edge is called."""
        seconds = max(seconds, 1.0)
        if (seconds, end_words) == (self._seconds, self._end_words):
            return
        before = (_time_labels(self._seconds), self._end_words)
        self._seconds, self._end_words = seconds, end_words
        if before != (_time_labels(seconds), end_words):
            self._renew()

    def set_band(self, band: tuple[float, float] | None, plan: float | None = None) -> None:
        """Set the plan's band and its dashed middle; None for no plan."""
        if (band, plan) != (self._band, self._plan):
            self._band, self._plan = band, plan
            self._renew()

    def set_alarm(self, side: str, priority: str = "medium") -> None:
        """Fill the trace outside the band: side above, below or empty."""
        self._alarm = (side, priority)

    def set_flags(self, flags: Sequence[PlotFlag]) -> None:
        """Set the marks on the time axis."""
        self._over.flags = tuple(flags)

    def set_cursors(self, cursors: Sequence[PlotCursor]) -> None:
        """Set the lines to read at."""
        self._over.cursors = tuple(cursors)

    def set_note(self, note: str, frozen: bool = False) -> None:
        """Say something in the head; ``frozen`` says so plainly."""
        if (note, frozen) != (self._note, self._frozen):
            self._note, self._frozen = note, frozen
            self._renew()

    def show_bins(self, minimum: Floats, maximum: Floats, missing: NDArray[np.bool_] | None = None,
                  phase: float = 1.0, ghost: tuple[Floats, Floats] | None = None) -> None:
        """Show columns, oldest first; NaN leaves a gap, ``missing`` a no-data block. Repaints what moves.

        ``ghost``: least and most of another time, as faint columns behind.
        """
        missing = np.zeros(len(minimum), np.bool_) if missing is None else missing
        self._columns = Columns(minimum, maximum, missing, phase, ghost)
        self.update(self._moving())

    # --- hands ----------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.touched.emit(self._share(event.position()), True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.touched.emit(self._share(event.position()), False)

    def _share(self, at: QPointF) -> float:
        box = self._plot_box()
        return min(max((at.x() - box.left()) / box.width(), 0.0), 1.0)

    # --- geometry -------------------------------------------------------------------------------------------

    def _plot_box(self) -> QRectF:
        self._measure()
        return self._box

    def _moving(self) -> QRect:
        """Give the part that changes from frame to frame; the head with its buttons is not painted anew."""
        self._measure()
        return self._moving_part

    def _measure(self) -> None:
        wide, high = self.width(), self.height()
        if self._measured == (wide, high, self._tools):
            return
        self._measured = wide, high, self._tools
        foot, head = _FOOT if self._foot else 10.0, _HEAD if self._tools is None else _TOOLS_HEAD
        self._box = QRectF(_EDGE, head, wide - _EDGE - _AXIS - 2, max(high - head - foot, 20.0))
        self._moving_part = self._box.adjusted(-_BESIDE, -_ABOVE, _BESIDE, _BELOW).toAlignedRect()

    def _lay_tools(self) -> None:
        if self._tools is not None:
            width = min(self._tools.sizeHint().width(), self.width())
            self._tools.setGeometry(self.width() - width - 8, _TOOLS_TOP, width, self._tools.sizeHint().height())

    def _y(self, value: float) -> float:
        box = self._plot_box()
        return box.bottom() - (value - self._low) / (self._high - self._low) * box.height()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_tools()
        self._ground = None

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.PaletteChange):
            self._ground = None

    def _renew(self) -> None:
        self._ground = None
        self.update()

    # --- painting ---------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if self._ground is None or self._ground.devicePixelRatio() != self.devicePixelRatioF():
            self._ground = self._paint_ground()
        painter.drawPixmap(0, 0, self._ground)
        box = self._plot_box()
        painter.save()
        painter.setClipRect(box.adjusted(0, -2, 0, 2), Qt.ClipOperation.IntersectClip)
        side, priority = self._alarm
        edge = None if self._band is None else self._y(self._band[1] if side == "above" else self._band[0])
        scale = Scale(box, self._low, self._high)
        self._painter.paint(painter, scale, self._columns, edge, side, priority)
        painter.restore()
        self._paint_flags(painter, box)
        self._paint_cursors(painter, box)

    def _paint_ground(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        ground = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        ground.setDevicePixelRatio(ratio)
        ground.fill(color("canvas") if self._framed else color("surface"))
        painter = QPainter(ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._framed:
            paint_box(painter, QRectF(0, 0, self.width(), self.height()), 14, color("surface"), color("line"))
        self._paint_title(painter)
        box = self._plot_box()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._paint_grid(painter, box)
        if self._foot:
            self._paint_time(painter, box)
        painter.end()
        return ground

    def _paint_title(self, painter: QPainter) -> None:
        top = 8.0 if self._tools is None else _TOOLS_TOP + 10.0
        used = paint_text(painter, QRectF(_EDGE, top, 200, 24), self._title, text_font(16, 600), color("ink"))
        unit = QRectF(_EDGE + used + 6, top, 100, 24)
        used += 6 + paint_text(painter, unit, self._unit, text_font(14), color("ink2"))
        if self._frozen:
            font = text_font(14, 600)
            pill = QRectF(_EDGE + used + 12, top, text_width("Frozen", font) + 20, 24)
            paint_box(painter, pill, 12, color("ink"))
            paint_text(painter, pill, "Frozen", font, color("surface"), CENTRE, elide=False)
        elif self._note:
            left = _EDGE + used + 16
            paint_text(painter, QRectF(left, top, self.width() - left - _EDGE, 24), self._note, tabular_font(14),
                       color("ink"), RIGHT)

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
        for share, words in zip((0.0, 1 / 3, 2 / 3), _time_labels(self._seconds), strict=True):
            x = box.left() + box.width() * share
            if share == 0:
                paint_text(painter, QRectF(x, top, 60, 20), words, font, ink, LEFT, elide=False)
            else:
                paint_text(painter, QRectF(x - 40, top, 80, 20), words, font, ink, CENTRE, elide=False)
        paint_text(painter, QRectF(box.right() - 90, top, 90, 20), self._end_words, font, ink, RIGHT, elide=False)

    def _paint_flags(self, painter: QPainter, box: QRectF) -> None:
        for flag in self._over.flags:
            if not 0 <= flag.ago_s <= self._seconds:
                continue
            x = round(box.right() - flag.ago_s / self._seconds * box.width())
            painter.fillRect(QRectF(x, box.top() - 4, 1, box.height() + 4), color("ink2"))
            painter.drawPixmap(QPointF(x - _FLAG_LEFT, box.top() - _FLAG_TOP), self._flag_look(flag))

    def _flag_look(self, flag: PlotFlag) -> QPixmap:
        """Give a mark's head and words, painted once for a theme and a scale."""
        ratio = self.devicePixelRatioF()
        key = (flag.text, flag.priority, color("ink").rgba(), color("ink2").rgba(), ratio)
        look = self._flag_looks.get(key)
        if look is None:
            if len(self._flag_looks) >= _MOST_FLAG_LOOKS:
                self._flag_looks.clear()
            look = self._flag_looks[key] = _paint_flag(flag, ratio)
        return look

    def _paint_cursors(self, painter: QPainter, box: QRectF) -> None:
        font = tabular_font(13)
        for number, cursor in enumerate(self._over.cursors):
            x = box.left() + cursor.share * box.width()
            ink = color("ink") if cursor.chosen else color("ink2")
            painter.fillRect(QRectF(round(x) - 1, box.top() - 4, 2, box.height() + 6), ink)
            width = text_width(cursor.text, font) + 14
            left = min(max(x + 4 if number else x - width - 4, box.left()), box.right() - width)
            tag = QRectF(left, box.bottom() - 22, width, 22)
            paint_box(painter, tag, 6, color("surface"), ink, 2.0 if cursor.chosen else 1.0)
            paint_text(painter, tag, cursor.text, font, color("ink"), CENTRE, elide=False)


def _paint_flag(flag: PlotFlag, ratio: float) -> QPixmap:
    look = QPixmap(round(_FLAG_WIDE * ratio), round(_FLAG_HIGH * ratio))
    look.setDevicePixelRatio(ratio)
    look.fill(Qt.GlobalColor.transparent)
    with QPainter(look) as painter:
        if flag.priority:
            hue = color(ALARM_LOOKS[flag.priority][0])
            paint_box(painter, QRectF(_FLAG_LEFT - 5.5, _FLAG_TOP - 8, 12, 12), 3, hue, color("ink"), 1.4)
        else:
            painter.fillPath(flag_path(_FLAG_LEFT + 1, _FLAG_TOP - 4), color("ink2"))
            words = QRectF(_FLAG_LEFT + 12, _FLAG_TOP - 9, 120, 18)
            paint_text(painter, words, flag.text, text_font(13), color("ink2"), elide=False)
    return look


def flag_path(x: float, y: float) -> QPainterPath:
    """Give the little flag at the top of a mark."""
    path = QPainterPath(QPointF(x, y))
    path.lineTo(x + 8, y)
    path.lineTo(x + 6, y + 4)
    path.lineTo(x + 8, y + 8)
    path.lineTo(x, y + 8)
    path.closeSubpath()
    return path


def _time_labels(seconds: float) -> tuple[str, ...]:
    return tuple(_time_words(seconds * share) for share in (1.0, 2 / 3, 1 / 3))


def _time_words(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min"
