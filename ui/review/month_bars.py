"""Bars of a count a month, from zero to the highest; the last month is not over yet and is drawn hollow."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from ui.fonts import tabular_font
from ui.paint import CENTRE, PaintedWidget, paint_box, paint_text
from ui.theme import color

FOOT_PX, HEAD_PX, WIDEST_PX = 22, 20, 56


class MonthBars(PaintedWidget):
    """Shows (label, count) pairs, oldest first."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._bars: tuple[tuple[str, int], ...] = ()

    def show_bars(self, bars: Sequence[tuple[str, int]]) -> None:
        """Show these bars."""
        self._bars = tuple(bars)
        self.setAccessibleName(", ".join(f"{label} {count}" for label, count in self._bars) or "Nothing to show")
        self.update()

    def paint(self, painter: QPainter) -> None:
        if not self._bars:
            return
        most = max(1, *(count for _, count in self._bars))
        step = min(self.width() / len(self._bars), float(WIDEST_PX + 8))
        room = self.height() - FOOT_PX - HEAD_PX
        for place, (label, count) in enumerate(self._bars):
            height = room * count / most
            cell = QRectF(place * step, HEAD_PX + room - height, step, height)
            last = place == len(self._bars) - 1
            paint_box(painter, cell.adjusted(4, 0, -4, 0), 3, color("surface" if last else "live"),
                      color("live"))
            paint_text(painter, QRectF(cell.left(), cell.top() - HEAD_PX, step, HEAD_PX), f"{count:,}",
                       tabular_font(13), color("ink2"), CENTRE)
            paint_text(painter, QRectF(cell.left(), self.height() - FOOT_PX, step, FOOT_PX), label, tabular_font(13),
                       color("ink2"), CENTRE)
