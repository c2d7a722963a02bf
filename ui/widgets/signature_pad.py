"""The signature: finger or stylus, kept as strokes, never as a picture."""

from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QSizePolicy

from ui.fonts import text_font
from ui.paint import PaintedWidget, paint_box, paint_line, paint_text
from ui.theme import color
from ui.widgets.buttons import Button

Strokes = tuple[tuple[int, ...], ...]
_UNIT = 1000


class SignaturePad(PaintedWidget):
    """196 px high. ``changed`` after each stroke and after clearing; ``strokes()`` in 1/1000 of the width."""

    changed = Signal()

    def __init__(self, prompt: str = "Patient signs here", name: str = "signature") -> None:
        super().__init__()
        self.setObjectName(name)
        self._prompt, self._signed = prompt, ""
        self._strokes: list[list[QPointF]] = []
        self._drawing = False
        self.setFixedHeight(196)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self._clear = Button("Clear", kind="plain", size="s", name=f"{name}.clear")
        self._clear.setParent(self)
        self._clear.triggered.connect(self.clear)
        self._clear.hide()
        self._say()

    def sizeHint(self) -> QSize:
        return QSize(346, 196)

    def strokes(self) -> Strokes:
        """Give pen-down runs of x, y in 1/1000 of the pad's width; empty while unsigned."""
        return tuple(tuple(round(part) for point in stroke for part in (point.x(), point.y()))
                     for stroke in self._strokes if len(stroke) > 1)

    def set_strokes(self, strokes: Strokes) -> None:
        """Show a recorded signature."""
        self._strokes = [[QPointF(run[at], run[at + 1]) for at in range(0, len(run), 2)] for run in strokes]
        self._clear.setVisible(bool(self._strokes) and not self._signed)
        self._say()
        self.update()

    def show_prompt(self, words: str) -> None:
        """Say who is to sign."""
        self._prompt = words
        self._say()
        self.update()

    def show_signed(self, words: str) -> None:
        """Lock the pad and say who signed and when; empty unlocks it."""
        self._signed = words
        self._clear.setVisible(bool(self._strokes) and not words)
        self._say()
        self.update()

    def clear(self) -> None:
        """Wipe the signature."""
        self._strokes = []
        self._clear.hide()
        self._say()
        self.update()
        self.changed.emit()

    def _say(self) -> None:
        self.say("Signature", self._signed or ("drawn" if self.strokes() else "empty"))

    def _spot(self, event: QMouseEvent) -> QPointF:
        at, width = event.position(), max(self.width(), 1)
        x = min(max(at.x(), 0.0), float(width))
        y = min(max(at.y(), 0.0), float(self.height()))
        return QPointF(x * _UNIT / width, y * _UNIT / width)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self._signed and self.isEnabled():
            self._drawing = True
            self._strokes.append([self._spot(event)])
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drawing:
            self._strokes[-1].append(self._spot(event))
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._drawing:
            return
        self._drawing = False
        if len(self._strokes[-1]) == 1:
            dot = self._strokes[-1][0]
            self._strokes[-1].append(dot + QPointF(1, 0))
        self._clear.show()
        self._say()
        self.update()
        self.changed.emit()

    def resizeEvent(self, event: object) -> None:
        self._clear.move(self.width() - self._clear.sizeHint().width() - 8, 8)

    def paint(self, painter: QPainter) -> None:
        box = self.rect().toRectF()
        edge = "live" if self._drawing else "line" if self._signed else "border"
        paint_box(painter, box, 12, color("sunken") if self._signed else color("surface"), color(edge))
        base = box.height() - 38
        paint_line(painter, QPointF(24, base), QPointF(box.width() - 24, base), color("line"))
        paint_text(painter, QRectF(24, base + 6, box.width() - 48, 22), self._signed or self._prompt, text_font(14),
                   color("ink2"))
        pen = QPen(color("ink"), 2.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for stroke in self._strokes:
            painter.drawPath(stroke_path(stroke, box.width() / _UNIT))


def stroke_path(points: list[QPointF], scale: float) -> QPainterPath:
    """Give one pen-down run as a smooth path, scaled (also for documents)."""
    path = QPainterPath(points[0] * scale)
    for before, after in pairwise(points[1:]):
        path.quadTo(before * scale, (before + after) * scale / 2)
    path.lineTo(points[-1] * scale)
    return path
