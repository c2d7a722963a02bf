"""Every page and telling state looks as approved, in three themes: bundled font, 96 dpi, 1366 x 768, half size."""

from pathlib import Path

import pytest
from approved_pictures import APPROVED, SHARE_TOLERANCE, drawn, load, path_of, unlike
from picture_scenes import SCENES, scene
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from ui.theme import THEME_NAMES, apply_theme


@pytest.fixture(autouse=True)
def still(qapp: QApplication):
    """No cursor blinks in a picture, and the next test finds the light theme."""
    flash_ms = qapp.cursorFlashTime()
    qapp.setCursorFlashTime(0)
    yield
    qapp.setCursorFlashTime(flash_ms)
    apply_theme(qapp, "light")


@pytest.mark.parametrize("theme", THEME_NAMES)
@pytest.mark.parametrize("name", SCENES)
def test_a_page_looks_as_approved(qapp: QApplication, tmp_path: Path, name: str, theme: str) -> None:
    now = drawn(qapp, name, theme)
    share = unlike(now, load(path_of(name, theme)))
    kept = tmp_path / f"{name}-{theme}.png"
    if share > SHARE_TOLERANCE:
        now.save(str(kept))
    assert share <= SHARE_TOLERANCE, f"{share:.2%} of the picture is unlike the approved one; it is now as in {kept}"


def test_every_page_has_its_picture(qapp: QApplication) -> None:
    with scene(qapp, "today") as one:
        pages = set(one.stage.window._recipes)
    assert pages <= set(SCENES), "a page nobody looked at is not done"
    assert {path.stem for path in APPROVED.glob("*.png")} == {f"{name}-{theme}" for name in SCENES
                                                             for theme in THEME_NAMES}


def test_what_is_the_size_of_an_icon_is_seen(qapp: QApplication) -> None:
    approved = load(path_of("today", "light"))
    changed = QImage(approved)
    painter = QPainter(changed)
    painter.fillRect(100, 100, 17, 17, QColor("#123456"))
    painter.end()
    assert unlike(changed, approved) > SHARE_TOLERANCE >= unlike(QImage(approved), approved) == 0
