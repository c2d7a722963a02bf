"""The scripted practitioner's hands: taps, holds, strokes, scans and pedal presses on real widgets.

Everything is an input event sent to the window system's own queue; nothing reaches behind a widget.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QEventLoop, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from ui.main_window import MainWindow

STEP_LIMIT_S = 60.0  # real seconds a step may wait for what must happen
SETTLE_S = 0.02
NO_MORE_LOOPS = -1  # what Qt answers instead of living on, once it was told to exit
HOLD_S = 1.15  # real seconds a button is held: a little over what it asks for
SCAN_KEY_MS = 2
PEDAL_TAP_S, PEDAL_REST_S = 0.06, 0.42  # a press, and the quiet that tells it from a double press
LEFT = Qt.MouseButton.LeftButton


class StuckError(Exception):
    """A step did not find its widget, or what it waited for did not happen."""


@dataclass(slots=True)
class Effort:
    """What the treatment asked of the practitioner's hands."""

    touches: int = 0
    scans: int = 0
    pedal_presses: int = 0
    typed: int = 0
    needling_touches: int = 0

    def line(self) -> str:
        """Say it in one line."""
        return (f"{self.touches} touches ({self.needling_touches} of them while needling), {self.scans} scans, "
                f"{self.pedal_presses} pedal presses, {self.typed} typed characters")


@dataclass(slots=True)
class Hands:
    """Two hands and a foot on one window."""

    window: MainWindow
    screens: Path
    effort: Effort = field(default_factory=Effort)
    pictures: int = 0
    needling: bool = False

    # --- waiting -----------------------------------------------------------------------------------

    def spin(self, seconds: float) -> None:
        """Let the window live for some real seconds; KeyboardInterrupt once the program was asked to quit."""
        loop = QEventLoop()
        QTimer.singleShot(round(seconds * 1000), loop.quit)
        if loop.exec() == NO_MORE_LOOPS:
            raise KeyboardInterrupt

    def wait(self, done: Callable[[], object], what: str, limit_s: float = STEP_LIMIT_S) -> None:
        """Live until something is true; StuckError naming it when it does not come."""
        until_s = time.monotonic() + limit_s
        while not done():
            if time.monotonic() > until_s:
                raise StuckError(f"waited {limit_s:.0f} s for {what} on {self.window.page_key}")
            self.spin(SETTLE_S)

    # --- touch ---------------------------------------------------------------------------------------

    def find(self, name: str) -> QWidget | None:
        """Find a visible, enabled widget by its object name."""
        for widget in self.window.findChildren(QWidget, name):
            if widget.isVisible() and widget.isEnabled():
                return widget
        return None

    def need(self, name: str) -> QWidget:
        """Wait for a widget that can be touched."""
        self.wait(lambda: self.find(name) is not None, f"«{name}»")
        found = self.find(name)
        if found is None:
            raise StuckError(f"«{name}» went away")
        return found

    def tap(self, name: str) -> None:
        """Tap the middle of a widget."""
        self.tap_at(self.need(name))

    def tap_at(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Tap a point of a widget (its middle by default)."""
        self._count_touch()
        QTest.mouseClick(widget, LEFT, Qt.KeyboardModifier.NoModifier, at or widget.rect().center())
        self.spin(SETTLE_S)

    def hold(self, name: str, done: Callable[[], object] | None = None) -> None:
        """Press a widget and hold it, until ``done`` or as long as a hold takes."""
        widget = self.need(name)
        self._count_touch()
        place = widget.rect().center()
        QTest.mousePress(widget, LEFT, Qt.KeyboardModifier.NoModifier, place)
        until_s = time.monotonic() + HOLD_S
        while time.monotonic() < until_s and not (done and done()):
            self.spin(SETTLE_S)
        if self._alive(widget):
            QTest.mouseRelease(widget, LEFT, Qt.KeyboardModifier.NoModifier, place)
        self.spin(SETTLE_S)

    @staticmethod
    def _alive(widget: QWidget) -> bool:
        try:
            return widget.isVisible()
        except RuntimeError:  # the page took it away while it was held
            return False

    def draw(self, name: str, strokes: list[list[QPointF]]) -> None:
        """Draw strokes on a widget; points are shares of its width and height."""
        widget = self.need(name)
        self._count_touch()
        for stroke in strokes:
            points = [QPoint(round(p.x() * widget.width()), round(p.y() * widget.height())) for p in stroke]
            QTest.mousePress(widget, LEFT, Qt.KeyboardModifier.NoModifier, points[0])
            for point in points[1:]:
                QTest.mouseMove(widget, point)
            QTest.mouseRelease(widget, LEFT, Qt.KeyboardModifier.NoModifier, points[-1])
        self.spin(SETTLE_S)

    def _count_touch(self) -> None:
        self.effort.touches += 1
        if self.needling:
            self.effort.needling_touches += 1

    # --- scanner, foot, keyboard ---------------------------------------------------------------------

    def _target(self) -> QWidget:
        return QApplication.focusWidget() or self.window

    def scan(self, code: str) -> None:
        """Send a code as a wedge scanner types it: a fast burst that ends with Enter."""
        self.effort.scans += 1
        sent_ms = round(time.monotonic() * 1000)  # a scanner's own pace, however busy this machine is
        for character in code:
            self._key(character, sent_ms)
            sent_ms += SCAN_KEY_MS
            time.sleep(SCAN_KEY_MS / 1000)
        self._key("\r", sent_ms)
        self.spin(0.1)

    def _key(self, character: str, sent_ms: int) -> None:
        upper = character.upper()
        key = Qt.Key.Key_Return if upper == "\r" else ord(upper) if upper.isascii() and upper.isprintable() else 0
        for kind in (QKeyEvent.Type.KeyPress, QKeyEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, character)
            event.setTimestamp(sent_ms)
            QApplication.sendEvent(self._target(), event)

    def pedal(self) -> None:
        """Press the pedal once."""
        self.effort.pedal_presses += 1
        self._pedal_down_up(PEDAL_TAP_S)
        self.spin(PEDAL_REST_S)

    def pedal_twice(self) -> None:
        """Press the pedal twice, quickly."""
        self.effort.pedal_presses += 2
        self._pedal_down_up(PEDAL_TAP_S)
        self.spin(PEDAL_TAP_S)
        self._pedal_down_up(PEDAL_TAP_S)
        self.spin(PEDAL_REST_S)

    def pedal_hold(self) -> None:
        """Hold the pedal."""
        self.effort.pedal_presses += 1
        self._pedal_down_up(HOLD_S)
        self.spin(SETTLE_S)

    def _pedal_down_up(self, seconds: float) -> None:
        key = Qt.Key.Key_F13
        QTest.keyPress(self._target(), key)
        self.spin(seconds)
        QTest.keyRelease(self._target(), key)

    def type(self, text: str) -> None:
        """Type on the keyboard, as slowly as people do."""
        for character in text:
            self.effort.typed += 1
            QTest.keyClicks(self._target(), character)
            self.spin(0.08)

    # --- pictures --------------------------------------------------------------------------------------

    def picture(self, name: str) -> None:
        """Keep a picture of the window as ``NN-name.png``."""
        self.spin(0.25)
        self.pictures += 1
        self.screens.mkdir(parents=True, exist_ok=True)
        self.window.grab().save(str(self.screens / f"{self.pictures:02d}-{name}.png"))
