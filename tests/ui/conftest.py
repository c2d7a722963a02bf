"""What the window's tests share: the theme, and windows that must leave nothing behind."""

import gc
import threading
from collections.abc import Callable, Iterator

import pytest
from fake_clock import FakeClock
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from ui.frame_timer import FrameTimer
from ui.hands_free import HandsFree
from ui.main_window import MainWindow
from ui.theme import apply_theme


@pytest.fixture
def themed(qapp: QApplication) -> Iterator[QApplication]:
    """The application in the light theme."""
    apply_theme(qapp, "light")
    yield qapp
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


class DrivenWindow(MainWindow):
    """A window whose clock and frames a test moves by hand."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.frames = FrameTimer(self.clock)
        self.feet = HandsFree(self.clock)
        super().__init__(self.clock, self.frames, self.feet, motion=False)

    def live(self, seconds: float = 0.1, frames: int = 6) -> None:
        """Let time pass and run frames."""
        self.clock.advance(seconds)
        for _ in range(frames):
            self.frames.run_frame()
        self.feet.poll()
        QCoreApplication.processEvents()


@pytest.fixture
def window(themed: QApplication) -> Iterator[Callable[[], DrivenWindow]]:
    """A factory of shown windows; leaked widgets and threads fail the test."""
    before, threads = set(map(id, QApplication.topLevelWidgets())), set(threading.enumerate())
    made: list[DrivenWindow] = []

    def make() -> DrivenWindow:
        one = DrivenWindow()
        one.feet.install(themed)
        one.show()
        one.activateWindow()
        made.append(one)
        return one

    yield make
    for one in made:
        one.feet.remove(themed)
        one.frames.stop()
        one.close()
        one.deleteLater()
        one.frames.deleteLater()
        one.feet.deleteLater()
    made.clear()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    left = [widget for widget in QApplication.topLevelWidgets() if id(widget) not in before]
    assert not left, f"widgets left behind: {left}"
    assert set(threading.enumerate()) <= threads, "threads left behind"
