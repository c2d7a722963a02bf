"""Colours one can read, fonts that are there, numerals that stand still, icons in any colour."""

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QFontDatabase, QFontInfo, QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QApplication

from ui import fonts
from ui.icons import icon_names, icon_pixmap
from ui.theme import THEME_NAMES, Theme, apply_theme, color, current_theme, load_theme, system_theme
from ui.widgets.texts import Entry

TEXT_PAIRS = (
    ("ink", "surface"), ("ink", "canvas"), ("ink", "sunken"), ("ink2", "surface"), ("ink2", "canvas"),
    ("ink2", "sunken"), ("ink3", "surface"), ("ink3", "canvas"), ("ink3", "sunken"), ("on_action", "action"),
    ("live", "surface"), ("live", "live_tint"), ("on_live", "live"), ("ink", "live_tint"), ("done", "surface"),
    ("done", "done_tint"), ("on_done", "done"), ("stop", "stop_tint"), ("stop", "surface"), ("surface", "stop"),
    ("caution", "caution_tint"), ("caution", "surface"), ("on_high", "al_high"), ("on_med", "al_med"),
    ("on_low", "al_low"), ("trace2", "surface"),
)
EDGE_PAIRS = (("border", "surface"), ("border", "sunken"), ("action", "surface"))


def luminance(hue: str) -> float:
    parts = [int(hue[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(theme: Theme, one: str, other: str) -> float:
    first, second = sorted((luminance(theme.colours[one]), luminance(theme.colours[other])), reverse=True)
    return (first + 0.05) / (second + 0.05)


@pytest.mark.parametrize("name", THEME_NAMES)
def test_text_can_be_read_in_every_theme(name: str) -> None:
    theme, need = load_theme(name), 7.0 if name == "contrast" else 4.5
    poor = {pair: contrast(theme, *pair) for pair in TEXT_PAIRS if contrast(theme, *pair) < need}
    assert not poor
    assert all(contrast(theme, *pair) >= 3.0 for pair in EDGE_PAIRS)


@pytest.mark.parametrize("name", THEME_NAMES)
def test_style_sheet_is_filled_and_loads_without_a_warning(qapp: QApplication, name: str) -> None:
    line = Entry()
    apply_theme(qapp, name)
    assert not qapp.styleSheet(), "rules for the whole program are matched against every widget"
    assert "@" not in line.styleSheet() and load_theme(name).colours["border"] in line.styleSheet()
    line.deleteLater()
    assert current_theme().name == name
    assert color("ink").name().upper() == load_theme(name).colours["ink"]
    apply_theme(qapp, "light")


def test_bundled_fonts_are_what_is_painted(qapp: QApplication) -> None:
    assert {"Inter", "Inter Display"} <= set(fonts.load_fonts())
    for style in fonts.STYLES:
        font = fonts.style_font(style)
        assert QFontInfo(font).family() == font.family()
        assert QFontInfo(font).pixelSize() == fonts.STYLES[style][0]
    assert 600 in [QFontDatabase.weight("Inter", style) for style in QFontDatabase.styles("Inter")]


def test_table_digits_have_one_width_and_display_digits_one_cell(qapp: QApplication) -> None:
    fonts.load_fonts()
    lines = QFontMetricsF(fonts.tabular_font(16))
    assert len({round(lines.horizontalAdvance(digit), 3) for digit in "0123456789"}) == 1
    widths = {fonts.numeral_width(f"{digit}.{digit}{digit}", 112) for digit in "0123456789"}
    assert len(widths) == 1


def test_zero_in_codes_is_not_an_o(qapp: QApplication) -> None:
    plain, coded = _drawn("0", fonts.text_font(40, 600)), _drawn("0", fonts.code_font(40, 600))
    assert plain != coded


def _drawn(text: str, font: object) -> QImage:
    image = QImage(60, 60, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    painter.setFont(font)
    painter.setPen(color("surface"))
    painter.drawText(10, 50, text)
    painter.end()
    return image


def test_every_icon_takes_the_colour_asked_for(qapp: QApplication) -> None:
    assert len(icon_names()) == 51
    for name in icon_names():
        image = icon_pixmap(name, "stop", 24, 2.0).toImage()
        inks = {image.pixelColor(x, y).name() for x in range(48) for y in range(48)
                if image.pixelColor(x, y).alpha() == 255}
        assert inks == {color("stop").name()}, name


def test_the_systems_wish_is_asked_and_a_choice_goes_before_it(qapp: QApplication) -> None:
    assert system_theme(qapp, "") in ("light", "contrast")
    assert system_theme(qapp, "dim") == "dim"


def test_what_qt_draws_is_dressed_where_it_is_made() -> None:
    """A plain one would stand there undressed: ``Entry`` and ``scrolled`` (ui.widgets.texts) dress theirs."""
    plain = re.compile(r"\b(QLineEdit|QScrollArea|QPlainTextEdit|QTextEdit|QTableView|QListView|QScrollBar)\(\)")
    sources = (Path(__file__).parents[2] / "ui").rglob("*.py")
    found = {path.name for path in sources if plain.search(path.read_text(encoding="utf-8"))}
    assert found == {"texts.py"}
