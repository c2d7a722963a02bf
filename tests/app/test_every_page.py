"""Every page can be touched with gloves and read in every theme, measured on what is drawn."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fake_clock import FakeClock
from page_walk import every_page
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QApplication, QLabel, QLineEdit, QScrollBar, QWidget
from real_window import RealWindow

from ui.theme import THEME_NAMES, apply_theme
from ui.widgets.buttons import Button
from ui.widgets.texts import TextLine

PRIMARY_PX, LEAST_PX = 64, 44  # 16 and 11 mm at the quarter of a millimetre a pixel is at least
SIZES = ((1366, 768), (1536, 864), (1706, 960))  # 1366 x 768, 1920 x 1080 at 125 %, 2560 x 1440 at 150 %
DRIVEN_BY_HAND = (QAbstractButton, QLineEdit, QAbstractSlider)


@pytest.fixture
def run(qapp: QApplication, tmp_path: Path) -> Iterator[RealWindow]:
    apply_theme(qapp, "light")
    made = RealWindow(qapp, tmp_path / "clinic", FakeClock())
    yield made
    apply_theme(qapp, "light")
    made.close()


def controls(run: RealWindow) -> list[QWidget]:
    return [one for one in run.window.findChildren(QWidget)
            if isinstance(one, DRIVEN_BY_HAND) and not isinstance(one, QScrollBar) and one.isVisible()]


def too_small(run: RealWindow) -> list[str]:
    bar = run.window.action_bar
    low = [f"{one.objectName()} {one.width()}x{one.height()}" for one in controls(run)
           if min(one.width(), one.height()) < LEAST_PX]
    return low + [one.objectName() for one in bar.findChildren(Button) if one.isVisible() and one.height() < PRIMARY_PX]


def test_every_control_of_every_page_is_large_enough_for_a_glove(run: RealWindow) -> None:
    poor, seen = [], 0
    for where in every_page(run):
        for width, height in SIZES if run.window.overlay is None else SIZES[:1]:
            run.window.resize(width, height)
            QApplication.processEvents()
            assert (run.window.width(), run.window.height()) == (width, height), f"{where} pushes the window open"
            poor += [f"{where} at {width}: {name}" for name in too_small(run)]
            seen += len(controls(run))
    assert not poor
    assert seen > 500, "the walk has met what it should measure"


def luminance(hue: int) -> float:
    parts = [(hue >> shift & 255) / 255 for shift in (16, 8, 0)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: int, other: int) -> float:
    first, second = sorted((luminance(one), luminance(other)), reverse=True)
    return (first + 0.05) / (second + 0.05)


def read_contrast(pixels: np.ndarray, box: QRect) -> float | None:
    """Give the contrast of the strongest ink in a box against what covers most of it; None where nothing is drawn."""
    found, counts = np.unique(pixels[box.top():box.bottom() + 1, box.left():box.right() + 1], return_counts=True)
    if len(found) < 2:
        return None
    ground = int(found[counts.argmax()])
    return max((contrast(int(ink), ground) for ink in found[counts > 2] if ink != ground), default=None)


def pixels_of(run: RealWindow) -> np.ndarray:
    picture = run.window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    raw = np.frombuffer(picture.constBits(), np.uint32).reshape(picture.height(), picture.bytesPerLine() // 4)
    return raw[:, :picture.width()] & 0xFFFFFF


def texts(run: RealWindow) -> list[tuple[str, QRect]]:
    """Give each line of text in sight with its place in the window; what a sheet or a scroll area hides is left out."""
    window, found = run.window, []
    for one in window.findChildren(QWidget):
        words = one.text() if isinstance(one, QLabel | TextLine | QAbstractButton) else ""
        if not words or not one.isVisible() or not one.isEnabled():
            continue
        box = QRect(one.mapTo(window, QPoint(0, 0)), one.size())
        on_top = window.childAt(box.center())
        if words in ".,:":
            continue  # a key's: its few pixels of full ink are no measure
        if one.visibleRegion().boundingRect() == one.rect() and on_top in (one, one.parentWidget()):
            found.append((words, box))
    return found


@pytest.mark.parametrize("theme", THEME_NAMES)
def test_every_text_drawn_stands_out_from_what_is_behind_it(qapp: QApplication, run: RealWindow, theme: str) -> None:
    apply_theme(qapp, theme)
    need, poor, seen = 7.0 if theme == "contrast" else 4.5, [], 0
    for where in every_page(run):
        pixels = pixels_of(run)
        for words, box in texts(run):
            ratio = read_contrast(pixels, box)
            seen += ratio is not None
            if ratio is not None and ratio < need:
                poor.append(f"{where}: «{words}» {ratio:.1f}")
    assert not poor
    assert seen > 300
