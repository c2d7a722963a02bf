"""Draws the window as large as gloves need on the screen it stands on, before Qt is loaded."""

import json
import os
import subprocess
import sys

from console.services.touch_scale import LEAST_MM, ScreenSize, least_mm, touch_scale

SCALE_VARIABLE = "QT_SCALE_FACTOR"
_NEAR_MM = 0.1
_ASK = ("import json; from PySide6.QtGui import QGuiApplication; app = QGuiApplication([]); "
        "one = app.primaryScreen(); px, mm = one.geometry(), one.physicalSize(); "
        "print(json.dumps([px.width(), px.height(), mm.width(), mm.height()]))")


def ask_screen() -> ScreenSize | None:
    """Ask Qt for the first screen in a process of its own: where one is missing, Qt ends the process it is in."""
    asked = subprocess.run([sys.executable, "-c", _ASK], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    try:
        return ScreenSize(*json.loads(asked.stdout)) if asked.returncode == 0 else None
    except (ValueError, TypeError):  # it said something else
        return None


def fit_to(screen: ScreenSize) -> str:
    """Set the scale for a screen unless somebody chose one; say what falls short, empty where nothing does."""
    scale = touch_scale(screen)
    chosen = os.environ.setdefault(SCALE_VARIABLE, f"{scale:g}")
    try:
        scale = float(chosen)
    except ValueError:  # Qt says so itself and draws at its natural size
        scale = 1.0
    least = least_mm(screen, scale)
    if least is None or least >= LEAST_MM - _NEAR_MM:
        return ""
    return f"The smallest buttons are {least:.0f} mm on this screen, gloves need {LEAST_MM:.0f}; take a larger screen."
