"""The screen a tour plays on: its pixels and the scale people read it at, as ``1920x1080@1.25``."""

import argparse
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.app.screen_scale import SCALE_VARIABLE

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

_WORDS = re.compile(r"(\d{3,5})x(\d{3,5})(?:@([1-4](?:\.\d{1,2})?))?")


@dataclass(frozen=True, slots=True)
class TourScreen:
    """A screen of ``width_px`` by ``height_px``, drawn ``scale`` times as large."""

    width_px: int = 1366
    height_px: int = 768
    scale: float = 1.0

    def prepare(self) -> None:
        """Tell Qt the scale; before Qt is loaded."""
        os.environ[SCALE_VARIABLE] = f"{self.scale:g}"

    def fill(self, window: "QWidget") -> None:
        """Make a window as large as the screen."""
        window.resize(round(self.width_px / self.scale), round(self.height_px / self.scale))


def tour_screen(words: str) -> TourScreen:
    """Read ``WIDTHxHEIGHT[@SCALE]``; argparse says what is wrong with another."""
    found = _WORDS.fullmatch(words)
    if found is None:
        raise argparse.ArgumentTypeError(f"{words} is no screen, write 1366x768 or 1920x1080@1.25")
    return TourScreen(int(found[1]), int(found[2]), float(found[3] or 1))
