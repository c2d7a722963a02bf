"""The bundled typefaces, and numerals that do not jitter."""

from functools import cache

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QPainter, QPainterPath

from console.services.resources import resource_path

TEXT_FAMILY, DISPLAY_FAMILY = "Inter", "Inter Display"
DIGIT_CELL_EM = 0.585  # the widest digit of Inter Display is 0.622 em with side bearings, the eye wants less
CAP_HEIGHT_EM = 0.727

# name: size in px, weight, features
STYLES: dict[str, tuple[int, int, str]] = {
    "status": (26, 600, "text"),
    "alarm": (28, 700, "text"),
    "title": (24, 600, "text"),
    "lead": (18, 500, "text"),
    "heading": (18, 600, "text"),
    "strong": (16, 600, "text"),
    "medium": (16, 500, "text"),
    "body": (16, 400, "text"),
    "label": (14, 400, "text"),
    "label_strong": (14, 600, "text"),
    "caption": (13, 400, "text"),
    "caption_strong": (13, 600, "text"),
    "tabular": (16, 400, "tabular"),
    "tabular_strong": (16, 600, "tabular"),
    "tabular_label": (14, 400, "tabular"),
    "clock": (24, 600, "tabular"),
    "code": (16, 600, "code"),
    "code_label": (14, 400, "code"),
    "code_heading": (20, 600, "code"),
    "code_title": (24, 600, "code"),
    "figure": (32, 600, "display"),
    "hero": (40, 600, "display"),
}


@cache
def load_fonts() -> tuple[str, ...]:
    """Load the bundled fonts once and give their families; RuntimeError for a damaged file."""
    families: list[str] = []
    for path in sorted(resource_path("fonts").glob("*.otf")):
        number = QFontDatabase.addApplicationFont(str(path))
        if number < 0:
            raise RuntimeError(f"the font {path.name} cannot be read; install the program again")
        families += QFontDatabase.applicationFontFamilies(number)
    return tuple(dict.fromkeys(families))


@cache
def _font(family: str, px: float, weight: int, features: tuple[str, ...]) -> QFont:
    font = QFont(family)
    font.setPixelSize(round(px))
    font.setWeight(QFont.Weight(weight))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if px >= 22 and not features:
        font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 98.5)  # large text is set a little tighter
    for name in features:
        font.setFeature(QFont.Tag(name), 1)
    return font


def text_font(px: float, weight: int = 400) -> QFont:
    """Give Inter at ``px`` pixels."""
    return _font(TEXT_FAMILY, px, weight, ())


def tabular_font(px: float, weight: int = 400) -> QFont:
    """Give Inter with equal digits, for clocks and tables."""
    return _font(TEXT_FAMILY, px, weight, ("tnum",))


def code_font(px: float, weight: int = 600) -> QFont:
    """Give Inter for ids and lots: 0 and O, 1 and I and l differ."""
    return _font(TEXT_FAMILY, px, weight, ("tnum", "zero", "ss02"))


def display_font(px: float, weight: int = 600) -> QFont:
    """Give Inter Display, for numerals above 40 px."""
    return _font(DISPLAY_FAMILY, px, weight, ())


def style_font(style: str) -> QFont:
    """Give the font of a named style (see ``STYLES``)."""
    px, weight, kind = STYLES[style]
    chosen = {"text": text_font, "tabular": tabular_font, "code": code_font, "display": display_font}[kind]
    return chosen(px, weight)


@cache
def _metrics(px: float, weight: int) -> QFontMetricsF:
    return QFontMetricsF(display_font(px, weight))


@cache
def _glyph(character: str, px: float, weight: int) -> tuple[QPainterPath, float, float]:
    """Give a character's outline, the centre of its ink and its advance, in px."""
    path = QPainterPath()
    path.addText(QPointF(0, 0), display_font(px, weight), character)
    if character == ":":
        path.translate(0, -0.09 * px)  # between digits a colon stands in the middle of their height
    bounds = path.boundingRect()
    return path, bounds.center().x(), _metrics(px, weight).horizontalAdvance(character)


def _cell(character: str, px: float, weight: int) -> float:
    return DIGIT_CELL_EM * px if character.isdigit() else _glyph(character, px, weight)[2]


def numeral_width(text: str, px: float, weight: int = 600) -> float:
    """Give the width of a numeral painted by ``paint_numeral``."""
    return sum(_cell(character, px, weight) for character in text)


def paint_numeral(
    painter: QPainter, left: float, baseline: float, text: str, px: float, ink: QColor, weight: int = 600
) -> float:
    """Paint digits each centred in its own cell, so that they stand still; give the x after the last."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    for character in text:
        path, centre, _advance = _glyph(character, px, weight)
        cell = _cell(character, px, weight)
        painter.translate(left + cell / 2 - centre, baseline)
        painter.drawPath(path)
        painter.translate(-(left + cell / 2 - centre), -baseline)
        left += cell
    painter.restore()
    return left
