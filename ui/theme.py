"""The three themes: colours by name, and how they come over the whole program."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from console.services.resources import resource_text
from ui.fonts import load_fonts, text_font

THEME_NAMES = ("light", "dim", "contrast")
CONTRAST_HINT = "#9A9A9A"  # 7.5:1 on black
_PLACEHOLDER = re.compile(r"@([a-z0-9_]+)@")


@dataclass(frozen=True)
class Theme:
    """A theme's name and its colours (``#RRGGBB``) by token."""

    name: str
    colours: Mapping[str, str]

    @property
    def dark(self) -> bool:
        """Tell whether text is light on dark."""
        return self.name != "light"


class ThemeChanges(QObject):
    """Tells of a change of theme, for what is not repainted by Qt itself."""

    changed = Signal(str)


@cache
def load_theme(name: str) -> Theme:
    """Read a theme by name: light, dim or contrast (KeyError for another)."""
    return Theme(name, json.loads(resource_text("tokens.json"))[name])


_current = "light"


@cache
def theme_changes() -> ThemeChanges:
    """Give the one object whose ``changed`` signal tells the new theme's name."""
    return ThemeChanges()


def current_theme() -> Theme:
    """Give the theme in force."""
    return load_theme(_current)


@cache
def _qcolor(value: str, alpha: float) -> QColor:
    made = QColor(value)
    made.setAlphaF(alpha)
    return made


def color(token: str, alpha: float = 1.0) -> QColor:
    """Give the current theme's colour for a token, ``alpha`` from 0 to 1. Do not alter it in place."""
    return _qcolor(current_theme().colours[token], alpha)


def pressed_fill() -> QColor:
    """Give the fill of a quiet thing that is pressed or chosen: it must differ from the surface."""
    return color("canvas") if color("canvas") != color("surface") else color("track")


def mixed(first: str, second: str, share: float) -> QColor:
    """Blend two tokens: ``share`` of the second over the first, opaque."""
    one, two = color(first), color(second)
    keep = 1.0 - share
    return QColor.fromRgbF(
        one.redF() * keep + two.redF() * share,
        one.greenF() * keep + two.greenF() * share,
        one.blueF() * keep + two.blueF() * share,
    )


def _hint_colour(theme: Theme) -> str:
    """Give the colour of a field's example: in high contrast ``ink3`` would look like typed text."""
    return CONTRAST_HINT if theme.name == "contrast" else theme.colours["ink3"]


def style_sheet(theme: Theme) -> str:
    """Fill the style sheet's template with a theme's colours (KeyError for an unknown name)."""
    template = resource_text("theme.qss.in").split("*/", 1)[1]  # the head comment speaks of @name@
    named = {**theme.colours, "hint": _hint_colour(theme)}
    return _PLACEHOLDER.sub(lambda found: named[found.group(1)], template)


def apply_theme(app: QApplication, name: str) -> None:
    """Bring a theme over the whole program: style, palette, fonts, style sheet."""
    global _current
    load_fonts()
    theme = load_theme(name)
    sheet = style_sheet(theme)
    if name == _current and app.styleSheet() == sheet:
        return  # as it is; a new sheet, even the same, is worked out again for every widget there is
    _current = name
    if app.style().objectName() != "fusion":
        app.setStyle("Fusion")
    app.setPalette(_palette(theme))
    app.setFont(text_font(16))
    app.setStyleSheet(sheet)
    theme_changes().changed.emit(name)


def system_theme(app: QApplication, chosen: str) -> str:
    """Give high contrast where the system asks for it and nothing was chosen, else the choice."""
    if chosen:
        return chosen
    # Both are held by names: PySide6 drops the hints with a wrapper that is only passing through.
    hints = app.styleHints()
    accessibility = hints.accessibility()
    wants_contrast = accessibility.contrastPreference() == Qt.ContrastPreference.HighContrast
    return "contrast" if wants_contrast else "light"


_ROLES = (
    (QPalette.ColorRole.Window, "canvas"),
    (QPalette.ColorRole.WindowText, "ink"),
    (QPalette.ColorRole.Base, "surface"),
    (QPalette.ColorRole.AlternateBase, "sunken"),
    (QPalette.ColorRole.Text, "ink"),
    (QPalette.ColorRole.Button, "surface"),
    (QPalette.ColorRole.ButtonText, "ink"),
    (QPalette.ColorRole.Highlight, "live"),
    (QPalette.ColorRole.HighlightedText, "on_live"),
    (QPalette.ColorRole.ToolTipBase, "ink"),
    (QPalette.ColorRole.ToolTipText, "surface"),
    (QPalette.ColorRole.Link, "live"),
)


def _palette(theme: Theme) -> QPalette:
    palette = QPalette()
    for role, token in _ROLES:
        palette.setColor(role, QColor(theme.colours[token]))
    palette.setColor(QPalette.ColorRole.PlaceholderText, QColor(_hint_colour(theme)))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.colours["ink3"]))
    return palette
