"""QR codes as vectors: dark on light in every theme, with the quiet margin a reader needs."""

from functools import lru_cache

import segno
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath

QUIET = 4  # modules of margin, as the standard asks
_DARK, _LIGHT = QColor("#000000"), QColor("#FFFFFF")

Modules = tuple[tuple[bool, ...], ...]


@lru_cache(maxsize=32)
def modules_of(text: str) -> Modules:
    """Give the code's modules row by row, dark ones true, without the margin; correction L or better."""
    code = segno.make(text, error="l", micro=False, encoding="utf-8")
    return tuple(tuple(bool(module) for module in line) for line in code.matrix)


def side_modules(text: str) -> int:
    """Give the code's width in modules, margin included."""
    return len(modules_of(text)) + 2 * QUIET


def paint_code(painter: QPainter, box: QRectF, text: str) -> None:
    """Paint the code into a square box, margin included."""
    pitch = box.width() / side_modules(text)
    dark = QPainterPath()
    for down, line in enumerate(modules_of(text)):
        for first, last in _runs(line):
            dark.addRect(box.left() + (QUIET + first) * pitch, box.top() + (QUIET + down) * pitch,
                         (last - first) * pitch, pitch)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.fillRect(box, _LIGHT)
    painter.fillPath(dark, _DARK)
    painter.restore()


def _runs(line: tuple[bool, ...]) -> list[tuple[int, int]]:
    """Give the dark stretches of a row: first module, and the one behind the last."""
    edges = [at for at in range(len(line) + 1) if (at > 0 and line[at - 1]) != (at < len(line) and line[at])]
    return list(zip(edges[::2], edges[1::2], strict=True))
