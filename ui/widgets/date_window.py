"""A calendar of five weeks with the recommended window tinted."""

from collections.abc import Callable
from datetime import date, timedelta

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QSizePolicy

from ui.fonts import tabular_font, text_font
from ui.paint import CENTRE, PaintedWidget, paint_box, paint_text, rounded_path
from ui.theme import color

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ROW, _HEAD = 42, 34


class DateWindow(PaintedWidget):
    """``date_chosen("2026-12-22")`` on a tap. Days out of the window can be chosen, closed days cannot."""

    date_chosen = Signal(str)

    def __init__(self, closed: Callable[[date], bool] | None = None, weeks: int = 5) -> None:
        super().__init__()
        self._closed = closed or _weekend
        self._weeks = weeks
        self._first, self._last = date(2000, 1, 1), date(2000, 1, 1)
        self._chosen: date | None = None
        self.setFixedHeight(_HEAD + _ROW * weeks)
        self.setMinimumWidth(260)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setObjectName("dateWindow")

    def sizeHint(self) -> QSize:
        return QSize(306, _HEAD + _ROW * self._weeks)

    def show_window(self, first: date, last: date, chosen: date | None = None) -> None:
        """Tint first to last and fill the suggestion."""
        self._first, self._last, self._chosen = first, last, chosen
        days = "" if chosen is None else f", chosen {chosen.isoformat()}"
        self.say("Next session", f"window {first.isoformat()} to {last.isoformat()}{days}")
        self.update()

    def chosen(self) -> date | None:
        """Give the chosen day."""
        return self._chosen

    def choose(self, day: date) -> bool:
        """Choose a day as if tapped; False if it is closed."""
        if self._closed(day):
            return False
        self._chosen = day
        self.show_window(self._first, self._last, day)
        self.date_chosen.emit(day.isoformat())
        return True

    def _start(self) -> date:
        return self._first - timedelta(days=self._first.weekday())

    def rect_of(self, day: date) -> QRectF:
        """Give the box of a day in the widget."""
        number = (day - self._start()).days
        width = self.width() / 7
        return QRectF(number % 7 * width, _HEAD + number // 7 * _ROW, width, _ROW)

    def day_at(self, point: QPointF) -> date | None:
        """Give the day at a point, or None."""
        if point.y() < _HEAD:
            return None
        column, line = int(point.x() // (self.width() / 7)), int((point.y() - _HEAD) // _ROW)
        return self._start() + timedelta(days=line * 7 + min(max(column, 0), 6)) if line < self._weeks else None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        day = self.day_at(event.position())
        if day is not None:
            self.choose(day)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -7, Qt.Key.Key_Down: 7}.get(
            Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        day = (self._chosen or self._first) + timedelta(days=step)
        while self._closed(day):
            day += timedelta(days=1 if step > 0 else -1)
        if self._start() <= day < self._start() + timedelta(days=7 * self._weeks):
            self.choose(day)

    def paint(self, painter: QPainter) -> None:
        width = self.width() / 7
        for number, name in enumerate(_DAYS):
            paint_text(painter, QRectF(number * width, 0, width, 26), name, text_font(14), color("ink2"), CENTRE)
        for line in range(self._weeks):
            self._paint_tint(painter, line, width)
        for number in range(7 * self._weeks):
            self._paint_day(painter, self._start() + timedelta(days=number))

    def _paint_tint(self, painter: QPainter, line: int, width: float) -> None:
        monday = self._start() + timedelta(days=7 * line)
        first, last = max(self._first, monday), min(self._last, monday + timedelta(days=6))
        if first > last:
            return
        left = (first - monday).days * width
        band = QRectF(left, _HEAD + line * _ROW, ((last - first).days + 1) * width, _ROW - 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.fillPath(rounded_path(band, 8), color("live_tint"))

    def _paint_day(self, painter: QPainter, day: date) -> None:
        box = self.rect_of(day).adjusted(0, 0, 0, -2)
        text = f"{day.day} {_MONTHS[day.month - 1]}" if day.day == 1 else str(day.day)
        font = tabular_font(13 if day.day == 1 else 16, 600 if day == self._chosen else 400)
        ink = color("ink3") if self._closed(day) or not self._first <= day <= self._last else color("ink")
        if day == self._chosen:
            filled = QRectF(box.center().x() - 20, box.top() + 1, 40, box.height() - 2)
            paint_box(painter, filled, 8, color("live"))
            ink = color("on_live")
        paint_text(painter, box, text, font, ink, CENTRE, elide=False)


def _weekend(day: date) -> bool:
    return day.weekday() >= 5
