"""Reads printed PDFs back with poppler, as a stranger's reader would."""

import subprocess
from pathlib import Path

from PySide6.QtGui import QImage


def run_poppler(tool: str, *arguments: str) -> str:
    """Run one of poppler's tools and give what it prints."""
    return subprocess.run([tool, *arguments], check=True, capture_output=True, text=True).stdout


def pages_of(path: Path) -> list[str]:
    """Give the text of each page, spaces run together."""
    text = run_poppler("pdftotext", "-layout", str(path), "-")
    return [" ".join(page.split()) for page in text.split("\f")[:-1]]


def fonts_of(path: Path) -> list[tuple[str, str, str]]:
    """Give each font's name, whether it is embedded, and whether its letters can be copied."""
    lines = run_poppler("pdffonts", str(path)).splitlines()[2:]
    return [(cells[0], cells[-5], cells[-3]) for cells in (line.split() for line in lines)]


def pictures_of(path: Path, folder: Path, dpi: int = 40) -> list[QImage]:
    """Draw each page."""
    run_poppler("pdftoppm", "-r", str(dpi), "-png", str(path), str(folder / "page"))
    return [QImage(str(one)) for one in sorted(folder.glob("page*.png"))]


def ink_outside(picture: QImage, margin_mm: float, dpi: int = 40) -> int:
    """Count dots that are not white in the margin left and right of a page."""
    wide = int(margin_mm / 25.4 * dpi)
    columns = [*range(wide), *range(picture.width() - wide, picture.width())]
    return sum(
        picture.pixelColor(x, y).lightness() < 245 for y in range(picture.height()) for x in columns)
