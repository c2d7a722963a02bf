"""A row of a list that is touched to be chosen: its ground, its selection, its focus; what it says is its kind's."""

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter

from ui.paint import paint_focus, paint_line
from ui.theme import color
from ui.widgets.buttons import PaintedButton


class ListRow(PaintedButton):
    """Override ``paint_words``."""

    def __init__(self, name: str, height_px: int, said: str) -> None:
        super().__init__(name)
        self._selected = False
        self.setFixedHeight(height_px)
        self.setAccessibleName(said)

    def set_selected(self, selected: bool) -> None:
        """Show as the chosen one, or not."""
        if selected != self._selected:
            self._selected = selected
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, self.height())

    def paint(self, painter: QPainter) -> None:
        box = self.rect().toRectF()
        if self._selected:
            painter.fillRect(box, color("live_tint"))
            painter.fillRect(QRectF(0, 0, 4, box.height()), color("live"))
        elif self.isDown():
            painter.fillRect(box, color("canvas"))
        paint_line(painter, QPointF(0, box.height() - 0.5), QPointF(box.width(), box.height() - 0.5), color("line"))
        self.paint_words(painter, box)
        if self._ring:
            paint_focus(painter, box.adjusted(2, 2, -2, -2), 8)

    def paint_words(self, painter: QPainter, box: QRectF) -> None:
        """Paint what the row says."""
