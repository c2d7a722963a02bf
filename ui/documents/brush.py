"""Strokes of the brush for paper: the light theme's colours, Inter, icons as lines and not as pixels.

One unit is a tenth of a millimetre, so a font of 30 units is 8.5 point.
"""

from PySide6.QtCore import QByteArray, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtSvg import QSvgRenderer

from console.services.resources import resource_text
from ui import fonts
from ui.documents.thread_cache import cache_per_thread
from ui.theme import load_theme

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter
LEADING = 1.38

_KINDS = {"text": fonts.text_font, "tabular": fonts.tabular_font, "code": fonts.code_font,
          "display": fonts.display_font}


@cache_per_thread
def face(size: int, weight: int = 400, kind: str = "text") -> QFont:
    """Give a typeface for paper: ``kind`` is text, tabular, code or display."""
    fonts.load_fonts()
    font = QFont(_KINDS[kind](size, weight))
    # Contextual forms have no code point of their own: what is printed could not be copied or searched.
    font.setFeature(QFont.Tag("calt"), 0)
    return font


def hue(token: str, alpha: float = 1.0) -> QColor:
    """Give a colour of the light theme, whatever theme the screen is in."""
    made = QColor(load_theme("light").colours[token])
    made.setAlphaF(alpha)
    return made


def width_of(text: str, font: QFont) -> float:
    """Give the width of one line of text."""
    return QFontMetricsF(font).horizontalAdvance(text)


def cut(text: str, font: QFont, width: float) -> str:
    """Cut text with an ellipsis where it is too wide."""
    return QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, width)


def wrapped(text: str, font: QFont, width: float) -> list[str]:
    """Break text into lines of a width; a word too long for a line is broken itself."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split():
            while width_of(word, font) > width:
                fits = max(1, next((n for n in range(len(word), 0, -1) if width_of(word[:n], font) <= width), 1))
                lines += [line] if line else []
                lines, line, word = [*lines, word[:fits]], "", word[fits:]
            longer = f"{line} {word}" if line else word
            if line and width_of(longer, font) > width:
                lines, longer = [*lines, line], word
            line = longer
        lines.append(line)
    return lines


def line_height(font: QFont) -> float:
    """Give the distance of two lines of text."""
    return font.pixelSize() * LEADING


def put(
    painter: QPainter, box: QRectF, text: str, font: QFont, colour: QColor, align: Qt.AlignmentFlag = LEFT,
) -> None:
    """Write one line of text into a box, cut where it does not fit."""
    shown = cut(text, font, box.width())
    if font.isFeatureSet(QFont.Tag("tnum")):
        _put_outlined(painter, box, shown, font, colour, align)
        return
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(box, align | Qt.TextFlag.TextSingleLine, shown)


def _put_outlined(
    painter: QPainter, box: QRectF, text: str, font: QFont, colour: QColor, align: Qt.AlignmentFlag,
) -> None:
    """Draw tabular digits as outlines, with clear text over them.

    Their glyphs have no code point: in a PDF they could be neither found, copied nor read aloud.
    """
    lines, wide = QFontMetricsF(font), width_of(text, font)
    spare = box.width() - wide
    left = box.left() + (spare if align & Qt.AlignmentFlag.AlignRight else
                         spare / 2 if align & Qt.AlignmentFlag.AlignHCenter else 0.0)
    baseline = box.center().y() + (lines.ascent() - lines.descent()) / 2
    outline = QPainterPath()
    outline.addText(QPointF(left, baseline), font, text)
    painter.fillPath(outline, colour)
    plain = face(font.pixelSize(), font.weight())
    if not wide:
        return
    painter.save()
    painter.translate(left, baseline)
    painter.scale(wide / width_of(text, plain), 1.0)
    painter.setFont(plain)
    painter.setPen(QColor(0, 0, 0, 0))
    painter.drawText(QPointF(0, 0), text)
    painter.restore()


def put_lines(
    painter: QPainter, corner: QPointF, lines: list[str], font: QFont, colour: QColor, width: float,
) -> float:
    """Write lines below one another from a corner; give the y below the last."""
    top = corner.y()
    for line in lines:
        put(painter, QRectF(corner.x(), top, width + 2, line_height(font)), line, font, colour)
        top += line_height(font)
    return top


def fill_box(
    painter: QPainter, box: QRectF, radius: float, fill: QColor | None, edge: QColor | None = None, width: float = 2,
) -> None:
    """Paint a rounded box."""
    painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(edge, width) if edge is not None else Qt.PenStyle.NoPen)
    painter.drawRoundedRect(box, radius, radius)


def rule(painter: QPainter, left: float, right: float, y: float, colour: QColor, width: float = 2) -> None:
    """Draw a level line."""
    painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    painter.drawLine(QPointF(left, y), QPointF(right, y))


@cache_per_thread
def _drawing(name: str, colour: str) -> QSvgRenderer:
    # Qt does not resolve currentColor by itself.
    return QSvgRenderer(QByteArray(resource_text("icons", f"{name}.svg").replace("currentColor", colour).encode()))


def put_icon(painter: QPainter, name: str, box: QRectF, colour: QColor) -> None:
    """Draw an icon as lines, sharp at any size."""
    _drawing(name, colour.name()).render(painter, box)
