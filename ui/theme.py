"""The three themes: colours by name, and how they come over the whole program."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from console.services.resources import resource_text
from ui.fonts import load_fonts, text_font

FUSION = "drawnByFusion"  # the program's property: Qt draws with Fusion, by its words or by us
THEME_NAMES = ("light", "dim", "contrast")
CONTRAST_HINT = "#9A9A9A"  # 7.5:1 on black
_PLACEHOLDER = re.compile(r"@([a-z0-9_]+)@")
_PARTS = re.compile(r"/\* (\w+) \*/")
PART = "themePart"  # the property that names a widget's part of the style sheet; the program's own: its theme


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


@cache
def style_sheet(theme_name: str, part: str) -> str:
    """Give a part of the style sheet in a theme's colours (KeyError for an unknown name): line, bar, table or list."""
    theme = load_theme(theme_name)
    named = {**theme.colours, "hint": _hint_colour(theme)}
    rules = _PARTS.split(resource_text("theme.qss.in").split("*/", 1)[1])  # the head comment speaks of @name@
    parts = dict(zip(rules[1::2], rules[2::2], strict=True))
    whole = parts[part] + (parts["bar"] if part in ("table", "list") else "")
    return _PLACEHOLDER.sub(lambda found: named[found.group(1)], whole)


def dress(widget: QWidget, part: str) -> None:
    """Give a widget its part of the style sheet, in the theme of now and in each that comes."""
    widget.setProperty(PART, part)
    widget.setStyleSheet(style_sheet(_current, part))


def apply_theme(app: QApplication, name: str) -> None:
    """Bring a theme over the whole program: style, palette, fonts, the parts of the style sheet."""
    global _current
    load_fonts()
    theme = load_theme(name)
    if name == _current and app.property(PART) == name:
        return  # as it is
    _current = name
    app.setProperty(PART, name)
    if not app.property(FUSION):  # asking Qt for its style makes a dozen classes of it
        app.setStyle("Fusion")
        app.setProperty(FUSION, True)
    app.setPalette(_palette(theme))
    app.setFont(text_font(16))
    for widget in app.allWidgets():
        part = widget.property(PART)
        if part:
            widget.setStyleSheet(style_sheet(name, part))
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
)


# Labels take their colour from the palette: a sheet's rule would be worked out for each of them, whichever its tone.
TONE_ROLES = {
    "ink": QPalette.ColorRole.WindowText, "ink2": QPalette.ColorRole.BrightText, "ink3": QPalette.ColorRole.Mid,
    "live": QPalette.ColorRole.Link, "done": QPalette.ColorRole.LinkVisited, "stop": QPalette.ColorRole.Dark,
    "caution": QPalette.ColorRole.Shadow, "on_action": QPalette.ColorRole.Light,
}


def _palette(theme: Theme) -> QPalette:
    palette = QPalette()
    for role, token in _ROLES:
        palette.setColor(role, QColor(theme.colours[token]))
    for token, role in TONE_ROLES.items():
        palette.setColor(role, QColor(theme.colours[token]))
    palette.setColor(QPalette.ColorRole.PlaceholderText, QColor(_hint_colour(theme)))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.colours["ink3"]))
    return palette
