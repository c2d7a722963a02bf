"""Touches as a hand makes them, by object name: for tests of the desk's pages."""

from typing import TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

W = TypeVar("W", bound=QWidget)


def part(window: QWidget, name: str, kind: type[W] = QWidget) -> W:  # type: ignore[assignment]
    """Give the one visible part of this name; AssertionError if there is none or two."""
    QApplication.processEvents()  # parts just laid out come into sight with the next event
    found = [one for one in window.findChildren(kind, name) if one.isVisibleTo(window)]
    assert len(found) == 1, f"{name}: {len(found)} found"
    return found[0]


def touch(window: QWidget, name: str) -> None:
    """Click the middle of a part; it must be enabled and large enough for a glove."""
    target = part(window, name)
    assert target.isEnabled(), f"{name} is locked"
    assert min(target.width(), target.height()) >= 44, f"{name} is {target.width()} by {target.height()}"
    QTest.mouseClick(target, Qt.MouseButton.LeftButton, pos=QPoint(target.width() // 2, target.height() // 2))


def enter_pin(window: QWidget, pin: str, name: str = "pinPad") -> None:
    """Touch a PIN."""
    for digit in pin:
        touch(window, f"{name}.{digit}")
