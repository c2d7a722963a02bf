"""Photos for tests of pages: files in a folder, and sets kept without touching the sheet."""

import os
from pathlib import Path

from camera_files import encoded, two_tone
from PySide6.QtGui import QImage

from console.domain.photos import VIEW_IDS
from console.services.console import Console
from console.services.photo_desk import Negative
from console.services.session_desk import Receipt
from ui.photo_pixels import read_picture

FACE_VIEWS = VIEW_IDS[:5]


def picture_files(folder: Path, count: int = 5) -> list[Path]:
    """Write pictures, each a second newer than the one before."""
    made = []
    for number in range(count):
        path = folder / f"IMG_{number:04d}.jpg"
        path.write_bytes(encoded(two_tone(200, 260 + number)))
        os.utime(path, (1_000_000 + number, 1_000_000 + number))
        made.append(path)
    return made


def developed(console: Console, paths: list[Path]) -> list[Negative[QImage]]:
    """Develop files and wait for them."""
    found: list[Negative[QImage]] = []
    failed: list[BaseException] = []
    console.photos.develop(paths, read_picture, found.extend, failed.append)
    _wait(console)
    assert not failed, failed
    return found


def keep_set(console: Console, folder: Path, moment: str = "before", count: int = 5) -> Receipt:
    """Keep a set with the session in front and wait for it."""
    front = console.desk.front
    assert front is not None
    laid = dict(zip(FACE_VIEWS, developed(console, picture_files(folder, count)), strict=False))
    kept: list[Receipt] = []
    failed: list[BaseException] = []
    console.photos.keep(front, moment, laid, kept.append, failed.append)
    _wait(console)
    assert not failed, failed
    return kept[0]


def _wait(console: Console) -> None:
    while console.queries.busy:
        console.queries.deliver()
