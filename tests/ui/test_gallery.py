"""Every part in every theme can be drawn, differs by theme, and says in words what it shows."""

from pathlib import Path

import gallery
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from ui.paint import PaintedWidget
from ui.theme import THEME_NAMES, apply_theme, color
from ui.widgets import PaintedButton


@pytest.mark.parametrize("sheet", gallery.SHEETS)
def test_sheet_is_drawn_in_every_theme(themed: QApplication, tmp_path: Path, sheet: str) -> None:
    pictures = []
    for theme in THEME_NAMES:
        apply_theme(themed, theme)
        image = QImage(str(gallery.draw(sheet, tmp_path)))
        hues = {image.pixel(x, y) for x in range(0, image.width(), 2) for y in range(0, image.height(), 2)}
        assert len(hues) > 20, "a picture, not a blank"
        assert color("surface").rgb() in hues
        pictures.append(bytes(image.constBits()))
    apply_theme(themed, "light")
    assert len(set(pictures)) == len(THEME_NAMES)


@pytest.mark.parametrize("sheet", gallery.SHEETS)
def test_every_painted_part_has_an_accessible_name(themed: QApplication, sheet: str) -> None:
    ground = gallery.SHEETS[sheet]()
    parts = [*ground.findChildren(PaintedWidget), *ground.findChildren(PaintedButton)]
    silent = {type(part).__name__ for part in parts if not part.accessibleName() and part.isVisibleTo(ground)}
    ground.deleteLater()
    assert not silent - {"IconMark", "_Lead", "_Facts", "TextLine"}, "pictures beside their own words may be silent"
