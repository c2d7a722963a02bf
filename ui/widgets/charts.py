"""Figures of the clinic: bars by week, bars by name, alarms by week."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter

from ui.fonts import code_font, tabular_font, text_font
from ui.paint import CENTRE, LEFT, RIGHT, PaintedWidget, paint_alarm_sign, paint_box, paint_text, rounded_path
from ui.theme import color
from ui.widgets.status_line import ALARM_LOOKS


class BarChart(PaintedWidget):
    """Counts by week; the last one may be dashed, since it is not over."""

    def __init__(self) -> None:
        super().__init__()
        self._bars: tuple[tuple[str, int], ...] = ()
        self._unfinished = False
        self.grow()
        self.setMinimumHeight(120)

    def show_bars(self, bars: Sequence[tuple[str, int]], last_unfinished: bool = True) -> None:
        """Show (label, count) pairs; an empty label is left out."""
        self._bars, self._unfinished = tuple(bars), last_unfinished
        self.say("Chart", ", ".join(f"{label} {count}" for label, count in bars if label))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(600, 200)

    def paint(self, painter: QPainter) -> None:
        if not self._bars:
            return
        width, base = self.width() - 36.0, self.height() - 26.0
        top = _round_up(max(count for _, count in self._bars))
        for share in (0.0, 0.5, 1.0):
            y = round(base - (base - 24) * share)
            painter.fillRect(QRectF(0, y, width, 1), color("grid"))
            if share:
                paint_text(painter, QRectF(width, y - 22, 32, 20), f"{top * share:.0f}", tabular_font(13),
                           color("ink3"), RIGHT)
        step = width / len(self._bars)
        for number, (label, count) in enumerate(self._bars):
            bar_width = min(step * 0.58, 44)
            height = (base - 24) * count / top
            left = number * step + (step - bar_width) / 2
            bar = QRectF(left, base - height, bar_width, height)
            last = number == len(self._bars) - 1
            if last and self._unfinished:
                paint_box(painter, bar, 4, color("live_tint"), color("live"), 1, Qt.PenStyle.DashLine)
            elif height > 0:
                painter.fillPath(rounded_path(bar, min(4, height / 2)), color("trace2"))
            if last or count == max(held for _, held in self._bars):
                paint_text(painter, QRectF(left - 10, bar.top() - 20, bar_width + 20, 18), str(count),
                           tabular_font(13, 600), color("ink"), CENTRE)
            paint_text(painter, QRectF(left - 26, base + 6, bar_width + 52, 18), label, text_font(13), color("ink2"),
                       CENTRE)


def _round_up(most: int) -> int:
    for step in (10, 20, 40, 60, 80, 100, 200, 400, 600, 800, 1000):
        if most <= step:
            return step
    return (most // 1000 + 1) * 1000


class Bars(PaintedWidget):
    """A bar by name with its value and a quiet note: (name, share 0..1, value, note)."""

    def __init__(self, name_width: int = 74) -> None:
        super().__init__()
        self._rows: tuple[tuple[str, float, str, str], ...] = ()
        self._name_width = name_width

    def show_rows(self, rows: Sequence[tuple[str, float, str, str]]) -> None:
        """Show these rows, 44 px each."""
        self._rows = tuple(rows)
        self.setFixedHeight(max(len(self._rows), 1) * 44)
        self.say("Bars", ", ".join(f"{name} {value} {note}" for name, _, value, note in rows))
        self.update()

    def paint(self, painter: QPainter) -> None:
        for number, (name, share, value, note) in enumerate(self._rows):
            middle = number * 44 + 22.0
            paint_text(painter, QRectF(0, middle - 14, self._name_width, 28), name, code_font(16), color("ink"))
            track = QRectF(self._name_width, middle - 8, self.width() - self._name_width - 196, 16)
            paint_box(painter, track, 8, color("track"))
            filled = QRectF(track.left(), track.top(), max(track.width() * min(share, 1.0), 16), 16)
            paint_box(painter, filled, 8, color("trace2"))
            paint_text(painter, QRectF(self.width() - 190, middle - 14, 86, 28), value, tabular_font(16, 600),
                       color("ink"), RIGHT)
            paint_text(painter, QRectF(self.width() - 100, middle - 14, 100, 28), note, tabular_font(14),
                       color("ink2"), RIGHT)


class AlarmWeeks(PaintedWidget):
    """Alarms by week: (text, priority, counts by week), the more the fuller the hue."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[tuple[str, str, tuple[int, ...]], ...] = ()

    def show_rows(self, rows: Sequence[tuple[str, str, Sequence[int]]]) -> None:
        """Show these rows, 42 px each."""
        self._rows = tuple((text, priority, tuple(counts)) for text, priority, counts in rows)
        self.setFixedHeight(max(len(self._rows), 1) * 42)
        self.say("Alarms by week", ", ".join(f"{text} {sum(counts)}" for text, _, counts in self._rows))
        self.update()

    def paint(self, painter: QPainter) -> None:
        for number, (text, priority, counts) in enumerate(self._rows):
            top = number * 42 + 8.0
            hue, ink, marks, _half = ALARM_LOOKS[priority]
            sign = QRectF(0, top + 3, 20, 20)
            paint_box(painter, sign, 5, color(hue), color("ink"))
            paint_alarm_sign(painter, sign.adjusted(2, 1, -2, -3), marks, color(ink))
            weeks = len(counts) * 12.0
            left = self.width() - weeks - 44
            paint_text(painter, QRectF(30, top - 1, left - 38, 28), text, text_font(16), color("ink"), LEFT)
            most = max((*counts, 1))
            for week, count in enumerate(counts):
                cell = QRectF(left + week * 12, top + 2, 10, 22)
                paint_box(painter, cell, 3, color("track"))
                if count:
                    paint_box(painter, cell, 3, color(hue, 0.35 + 0.65 * count / most))
            paint_text(painter, QRectF(self.width() - 40, top - 1, 40, 28), str(sum(counts)), tabular_font(16, 600),
                       color("ink"), RIGHT)
