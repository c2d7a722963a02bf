"""What all painted widgets share: the base class and a few strokes of the brush."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from ui.theme import color

Align = Qt.AlignmentFlag
LEFT = Align.AlignLeft | Align.AlignVCenter
CENTRE = Align.AlignCenter
RIGHT = Align.AlignRight | Align.AlignVCenter


class PaintedWidget(QWidget):
    """A widget that paints itself: subclasses override ``paint`` and say what they show."""

    def say(self, name: str, value: str = "") -> None:
        """Tell assistive technology what this shows, in words."""
        whole = f"{name} {value}".strip()
        if self.accessibleName() != whole:
            self.setAccessibleName(whole)
            self.setAccessibleDescription(value)

    def paintEvent(self, event: object) -> None:
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.paint(painter)
        finally:
            painter.end()  # a painter left open would silence the whole window

    def paint(self, painter: QPainter) -> None:
        """Paint the widget; the painter smooths edges."""

    def grow(self) -> None:
        """Take spare room both ways."""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)


def text_width(text: str, font: QFont) -> float:
    """Give the width of a line of text in px."""
    return QFontMetricsF(font).horizontalAdvance(text)


def paint_text(
    painter: QPainter,
    box: QRectF,
    text: str,
    font: QFont,
    ink: QColor,
    align: Align | int = LEFT,
    elide: bool = True,
) -> float:
    """Paint one line of text, cut with an ellipsis where it does not fit; give its width."""
    lines = QFontMetricsF(font)
    shown = lines.elidedText(text, Qt.TextElideMode.ElideRight, box.width()) if elide else text
    painter.setFont(font)
    painter.setPen(ink)
    painter.drawText(box, int(align) | Qt.TextFlag.TextSingleLine, shown)
    return lines.horizontalAdvance(shown)


def paint_wrapped(painter: QPainter, box: QRectF, text: str, font: QFont, ink: QColor) -> None:
    """Paint a few words, on two lines where one is too narrow and the box is high enough."""
    lines = QFontMetricsF(font)
    if lines.horizontalAdvance(text) <= box.width() or box.height() < 2 * lines.height() - 1:
        paint_text(painter, box, text, font, ink)
        return
    painter.setFont(font)
    painter.setPen(ink)
    painter.drawText(box, int(LEFT) | Qt.TextFlag.TextWordWrap, text)


def paint_box(
    painter: QPainter,
    box: QRectF,
    radius: float,
    fill: QColor | None = None,
    edge: QColor | None = None,
    width: float = 1.0,
    style: Qt.PenStyle = Qt.PenStyle.SolidLine,
) -> None:
    """Paint a rounded box whose edge lies inside ``box``."""
    painter.setBrush(Qt.BrushStyle.NoBrush if fill is None else fill)
    if edge is None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(box, radius, radius)
        return
    painter.setPen(QPen(edge, width, style))
    half = width / 2
    painter.drawRoundedRect(box.adjusted(half, half, -half, -half), radius - half, radius - half)


def rounded_path(
    box: QRectF, radius: float, left: bool = True, right: bool = True
) -> QPainterPath:
    """Give a box whose left and right corners are rounded or square."""
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    path.addRoundedRect(box, radius, radius)
    half = box.width() / 2
    if not left:
        path.addRect(QRectF(box.left(), box.top(), half, box.height()))
    if not right:
        path.addRect(QRectF(box.left() + half, box.top(), half, box.height()))
    return path.simplified()


def paint_line(painter: QPainter, start: QPointF, end: QPointF, ink: QColor, width: float = 1.0,
               style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> None:
    """Paint a straight line."""
    painter.setPen(QPen(ink, width, style, Qt.PenCapStyle.FlatCap))
    painter.drawLine(start, end)


def paint_focus(painter: QPainter, box: QRectF, radius: float, inverse: bool = False) -> None:
    """Paint the focus ring, 2 px inside the control."""
    inset = box.adjusted(3, 3, -3, -3) if inverse else box
    ring = color("on_action") if inverse else color("live")
    paint_box(painter, inset, max(radius - (3 if inverse else 0), 2), None, ring, 2)


def paint_alarm_sign(painter: QPainter, box: QRectF, marks: int, ink: QColor) -> None:
    """Paint the alarm triangle with one to three marks (low, medium, high)."""
    width = max(box.width() / 14, 1.4)
    line, cap, join = Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    painter.setPen(QPen(ink, width, line, cap, join))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    triangle = QPainterPath(QPointF(box.center().x(), box.top() + width))
    triangle.lineTo(box.right() - width, box.bottom() - 1.5 * width)
    triangle.lineTo(box.left() + width, box.bottom() - 1.5 * width)
    triangle.closeSubpath()
    painter.drawPath(triangle)
    gap = box.width() * 0.15
    first = box.center().x() - gap * (marks - 1) / 2
    for number in range(marks):
        x = first + gap * number
        top = box.top() + box.height() * (0.42 if abs(x - box.center().x()) < gap / 2 else 0.5)
        painter.drawLine(QPointF(x, top), QPointF(x, box.top() + box.height() * 0.64))
        painter.drawPoint(QPointF(x, box.top() + box.height() * 0.77))


def size_of(width: float, height: float) -> QSize:
    """Give a size in whole px, rounded up."""
    return QSize(int(width + 0.999), int(height + 0.999))


_BOXES = {
    "true": ("surface", "line", 14), "sunken": ("sunken", "line", 12), "stop": ("stop_tint", "stop", 12),
    "caution": ("caution_tint", "caution", 12),
}
_FLATS = {"canvas": ("canvas", 0), "rule": ("line", 0), "line below": ("surface", 1), "line above": ("surface", -1)}


class Surface(QFrame):
    """What other widgets stand on, painted: a style sheet would be worked out for each at a change of theme.

    ``look``: true (a white card), sunken, stop, caution; canvas, rule, line below, line above.
    """

    def __init__(self, look: str = "true") -> None:
        super().__init__()
        self.look = look
        if look in _BOXES:
            self.setContentsMargins(1, 1, 1, 1)  # its edge
        else:
            side = _FLATS[look][1]
            self.setContentsMargins(0, int(side < 0), 0, int(side > 0))

    def paintEvent(self, event: object) -> None:
        painter = QPainter(self)
        box = self.rect().toRectF()
        if self.look in _BOXES:
            fill, edge, radius = _BOXES[self.look]
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_box(painter, box, radius, color(fill), color(edge))
        else:
            fill, side = _FLATS[self.look]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color(fill))
            painter.drawRect(box)
            if side:
                top = box.height() - 1 if side > 0 else 0
                painter.setBrush(color("line"))
                painter.drawRect(QRectF(0, top, box.width(), 1))
        painter.end()
