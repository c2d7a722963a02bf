"""Approved pictures. `PYTHONPATH=. python tests/support/approved_pictures.py [SCENE...]` approves anew: look first.

Kept at half the window's size, each pixel the mean of four, so that a glyph's edge that falls otherwise
on another machine does not count and everything that moves, vanishes or changes colour does.
"""

import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
from picture_scenes import SCENES, scene
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from ui.theme import THEME_NAMES, apply_theme

APPROVED = Path(__file__).parents[1] / "ui" / "approved"
PIXEL_TOLERANCE = 28  # of 255, in any channel of a half-size pixel
SHARE_TOLERANCE = 0.001  # of all pixels: on 683 x 384 an icon of 16 x 16

Pixels = npt.NDArray[np.uint8]


def drawn(app: QApplication, name: str, theme: str) -> QImage:
    """Draw a scene in a theme, at half size."""
    apply_theme(app, theme)
    with scene(app, name) as one:
        line = one.stage.window.status_line
        line._flash.stop()  # real time: a picture is taken in its lit half
        line._lead.lit = line._flash.interval() > 0
        line._lead.update()
        return halved(one.stage.window)


def halved(window: QWidget) -> QImage:
    """Grab a window at half size."""
    whole = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = _pixels(whole)
    rows, columns = pixels.shape[0] // 2, pixels.shape[1] // 2
    mean = pixels[: 2 * rows, : 2 * columns].reshape(rows, 2, columns, 2, 4).mean(axis=(1, 3)).round().astype(np.uint8)
    return QImage(mean.tobytes(), columns, rows, 4 * columns, QImage.Format.Format_RGB32).copy()


def unlike(now: QImage, approved: QImage) -> float:
    """Give the share of pixels that differ beyond the tolerance; 1 where the sizes differ."""
    if now.size() != approved.size():
        return 1.0
    parting = np.abs(_pixels(now).astype(np.int16) - _pixels(approved).astype(np.int16))[:, :, :3].max(axis=2)
    return float((parting > PIXEL_TOLERANCE).mean())


def path_of(name: str, theme: str) -> Path:
    """Give the file of an approved picture."""
    return APPROVED / f"{name}-{theme}.png"


def load(path: Path) -> QImage:
    """Read a picture; FileNotFoundError where there is none."""
    if not path.is_file():
        raise FileNotFoundError(f"{path.name} was never approved: see tests/support/approved_pictures.py")
    return QImage(str(path)).convertToFormat(QImage.Format.Format_RGB32)


def _pixels(image: QImage) -> Pixels:
    flat = np.frombuffer(image.constBits(), np.uint8)
    return flat.reshape(image.height(), image.bytesPerLine())[:, : 4 * image.width()].reshape(
        image.height(), image.width(), 4)


def main(names: list[str]) -> None:
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setCursorFlashTime(0)
    APPROVED.mkdir(exist_ok=True)
    for theme in THEME_NAMES:
        for name in names or SCENES:
            drawn(app, name, theme).save(str(path_of(name, theme)), "PNG", 0)


if __name__ == "__main__":
    main(sys.argv[1:])
