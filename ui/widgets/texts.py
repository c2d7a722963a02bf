"""Words, cards and lines: the plain parts pages are laid out with."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPalette
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui.fonts import style_font
from ui.icons import paint_icon
from ui.paint import LEFT, PaintedWidget, Surface, paint_text
from ui.theme import TONE_ROLES, color, dress


class Label(QLabel):
    """Plain text in a named style (``ui.fonts.STYLES``) and tone (ink, ink2, ink3, live, done, stop...)."""

    def __init__(self, text: str = "", style: str = "body", tone: str = "ink", wrap: bool = False,
                 align: Qt.AlignmentFlag | None = None) -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(style_font(style))
        self._tone = ""
        self.set_tone(tone)
        self.setWordWrap(wrap)
        if align is not None:
            self.setAlignment(align)

    def set_tone(self, tone: str) -> None:
        """Change the colour's name."""
        if self._tone != tone:
            self._tone = tone
            self.setForegroundRole(TONE_ROLES.get(tone, QPalette.ColorRole.WindowText))

    def show_text(self, text: str, tone: str = "") -> None:
        """Change text, and tone if given; costs nothing when unchanged."""
        if self.text() != text:
            self.setText(text)
        if tone:
            self.set_tone(tone)


class Entry(QLineEdit):
    """A line to type into, 56 px high. Properties: short, bare, fixed, state=bad."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        dress(self, "line")


class TextLine(PaintedWidget):
    """One line of text that is cut with an ellipsis instead of pushing its neighbours."""

    def __init__(self, text: str = "", style: str = "body", tone: str = "ink",
                 align: Qt.AlignmentFlag = LEFT) -> None:
        super().__init__()
        self._text, self._style, self._tone, self._align = text, style, tone, align
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.say(text)

    def text(self) -> str:
        """Give the whole text."""
        return self._text

    def show_text(self, text: str, tone: str = "", style: str = "") -> None:
        """Change text, tone, style; costs nothing when unchanged."""
        wanted = (text, tone or self._tone, style or self._style)
        if wanted != (self._text, self._tone, self._style):
            self._text, self._tone, self._style = wanted
            self.say(text)
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        lines = QFontMetricsF(style_font(self._style))
        return QSize(int(lines.horizontalAdvance(self._text)) + 2, int(lines.height()) + 1)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.sizeHint().width(), 40), self.sizeHint().height())

    def paint(self, painter: QPainter) -> None:
        box = self.rect().toRectF()
        paint_text(painter, box, self._text, style_font(self._style), color(self._tone), self._align)


class IconMark(PaintedWidget):
    """An icon that stands by itself."""

    def __init__(self, name: str, tone: str = "ink", size_px: int = 24) -> None:
        super().__init__()
        self._name, self._tone, self._size_px = name, tone, size_px
        self.setFixedSize(size_px, size_px)

    def show_icon(self, name: str, tone: str = "") -> None:
        """Change the icon, and its tone if given."""
        self._name, self._tone = name, tone or self._tone
        self.update()

    def paint(self, painter: QPainter) -> None:
        if self._name:
            paint_icon(painter, self._name, self.rect().toRectF(), self._tone)


class Card(Surface):
    """A white card with 14 px corners and a layout: ``card.body``. ``look``: true, sunken, stop, caution."""

    def __init__(self, padding: int = 20, spacing: int = 12, across: bool = False, look: str = "true") -> None:
        super().__init__(look)
        self.body: QBoxLayout = QHBoxLayout(self) if across else QVBoxLayout(self)
        self.body.setContentsMargins(padding, padding, padding, padding)
        self.body.setSpacing(spacing)


class Rule(Surface):
    """A hairline, across or down."""

    def __init__(self, down: bool = False) -> None:
        super().__init__("rule")
        if down:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)


def column(*parts: "QWidget | QBoxLayout | int | None", spacing: int = 12, margins: int = 0) -> QVBoxLayout:
    """Stack widgets, layouts, gaps (int, px) and stretches (None) from top to bottom."""
    box = QVBoxLayout()
    _fill(box, parts, spacing, margins)
    return box


def row(*parts: "QWidget | QBoxLayout | int | None", spacing: int = 12, margins: int = 0) -> QHBoxLayout:
    """Line up widgets, layouts, gaps (int, px) and stretches (None) from left to right."""
    box = QHBoxLayout()
    _fill(box, parts, spacing, margins)
    return box


def _fill(box: QBoxLayout, parts: "tuple[QWidget | QBoxLayout | int | None, ...]", spacing: int,
          margins: int) -> None:
    box.setSpacing(spacing)
    box.setContentsMargins(margins, margins, margins, margins)
    for part in parts:
        if part is None:
            box.addStretch(1)
        elif isinstance(part, int):
            box.addSpacing(part)
        elif isinstance(part, QWidget):
            box.addWidget(part)
        else:
            box.addLayout(part)


def fact(name: str, value: str, style: str = "body") -> QHBoxLayout:
    """Give a line with a quiet name left and its value right."""
    return row(Label(name, "label", "ink3"), None, Label(value, style))


def scrolled(inner: QWidget) -> QScrollArea:
    """Put a widget in a quiet vertical scroll area."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidget(inner)
    for ground in (area.viewport(), inner):
        ground.setAutoFillBackground(False)
    dress(area.verticalScrollBar(), "bar")
    return area
