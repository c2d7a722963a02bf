"""The program's own icons, drawn in any colour of the theme."""

from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from console.services.resources import resource_path, resource_text
from ui.theme import color


@cache
def icon_names() -> tuple[str, ...]:
    """Give the names of all icons."""
    return tuple(sorted(path.stem for path in resource_path("icons").glob("*.svg")))


@lru_cache(maxsize=512)
def _pixmap(name: str, hue: str, alpha: int, size_px: int, ratio: float) -> QPixmap:
    # Qt does not resolve currentColor by itself.
    drawing = resource_text("icons", f"{name}.svg").replace("currentColor", hue)
    pixmap = QPixmap(round(size_px * ratio), round(size_px * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setOpacity(alpha / 255)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter)
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def icon_pixmap(name: str, hue: str | QColor = "ink", size_px: int = 24, ratio: float = 1.0) -> QPixmap:
    """Give an icon in a token's colour (or a colour), ``size_px`` wide (FileNotFoundError if unknown)."""
    ink = color(hue) if isinstance(hue, str) else hue
    return _pixmap(name, ink.name(), ink.alpha(), size_px, ratio)


def paint_icon(painter: QPainter, name: str, box: QRectF, hue: str | QColor = "ink") -> None:
    """Paint an icon into a square box, sharp at any scale."""
    ratio = painter.device().devicePixelRatio()
    pixmap = icon_pixmap(name, hue, round(box.width()), float(ratio))
    painter.drawPixmap(box.topLeft(), pixmap)
