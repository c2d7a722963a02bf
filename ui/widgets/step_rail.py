"""The step rail: where the treatment stands, and the way back to look at done steps."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter

from ui.fonts import text_font
from ui.icons import paint_icon
from ui.paint import CENTRE, LEFT, PaintedWidget, paint_box, paint_line, paint_text, size_of, text_width
from ui.theme import color

_RING, _GAP, _LINK = 28, 10, 24


@dataclass(frozen=True)
class Step:
    """A step of the rail; ``state`` done, current, next or locked."""

    key: str
    text: str
    state: str = "next"


class StepRail(PaintedWidget):
    """Four steps in a row. ``step_chosen(key)`` when a done or the current step is tapped."""

    step_chosen = Signal(str)

    def __init__(self, steps: tuple[Step, ...] = ()) -> None:
        super().__init__()
        self.setObjectName("stepRail")
        self._steps: tuple[Step, ...] = ()
        self._boxes: list[QRectF] = []
        self.setFixedHeight(64)
        self.set_steps(steps)

    def set_steps(self, steps: tuple[Step, ...]) -> None:
        """Show these steps."""
        if steps == self._steps:
            return
        self._steps = steps
        current = next((step.text for step in steps if step.state == "current"), "none")
        done = ", ".join(step.text for step in steps if step.state == "done") or "none"
        self.say("Steps", f"current {current}, done {done}")
        self.updateGeometry()
        self.update()

    def steps(self) -> tuple[Step, ...]:
        """Give the steps shown."""
        return self._steps

    def _label_width(self, step: Step, compact: bool) -> float:
        if compact and step.state != "current":
            return 0.0
        return _GAP + text_width(step.text, text_font(15, 600))

    def _width(self, compact: bool) -> float:
        labels = sum(self._label_width(step, compact) for step in self._steps)
        return labels + len(self._steps) * _RING + (len(self._steps) - 1) * (_LINK + 2 * _GAP)

    def sizeHint(self) -> QSize:
        return size_of(self._width(False) + 2, 64)

    def minimumSizeHint(self) -> QSize:
        return size_of(self._width(True) + 2, 64)

    def paint(self, painter: QPainter) -> None:
        compact = self._width(False) > self.width()
        left, middle = (self.width() - self._width(compact)) / 2, self.height() / 2
        self._boxes = []
        for number, step in enumerate(self._steps, 1):
            start = left
            ring = QRectF(left, middle - _RING / 2, _RING, _RING)
            self._paint_ring(painter, ring, step, number)
            left = ring.right()
            if label := self._label_width(step, compact):
                self._paint_label(painter, QRectF(left + _GAP, 0, label, self.height()), step)
                left += label
            self._boxes.append(QRectF(start, 0, left - start, self.height()))
            if number < len(self._steps):
                left += _GAP
                paint_line(painter, QPointF(left, middle), QPointF(left + _LINK, middle), color("line"))
                left += _LINK + _GAP

    def _paint_ring(self, painter: QPainter, ring: QRectF, step: Step, number: int) -> None:
        if step.state == "done":
            paint_box(painter, ring, _RING / 2, color("done_tint"))
            paint_icon(painter, "check", QRectF(ring.x() + 5, ring.y() + 5, 18, 18), "done")
            return
        fill, edge, ink = color("surface"), color("border"), color("ink2")
        if step.state == "current":
            fill, edge, ink = color("live"), color("live"), color("on_live")
        paint_box(painter, ring, _RING / 2, fill, edge)
        if step.state == "locked":
            paint_icon(painter, "lock", QRectF(ring.x() + 6, ring.y() + 6, 16, 16), "ink3")
        else:
            paint_text(painter, ring, str(number), text_font(14, 600), ink, CENTRE, elide=False)

    def _paint_label(self, painter: QPainter, box: QRectF, step: Step) -> None:
        current = step.state == "current"
        ink = color("ink") if current else color("ink2")
        paint_text(painter, box, step.text, text_font(15, 600 if current else 500), ink, LEFT, elide=False)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        for box, step in zip(self._boxes, self._steps, strict=False):
            if box.contains(event.position()) and step.state in ("done", "current"):
                self.step_chosen.emit(step.key)
        if event.button() == Qt.MouseButton.LeftButton:
            event.accept()
