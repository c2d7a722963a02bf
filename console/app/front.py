"""The window and what drives it, from the first page of a start to the last."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from console.domain.clock import Clock
from console.services.clocks import SystemClock
from ui.frame_timer import FrameTimer
from ui.main_window import MainWindow

if TYPE_CHECKING:  # the first page stands before a pedal or scanner is listened for
    from ui.hands_free import HandsFree


class Front:
    """One window with its frames and hands; door and stage stand in it one after the other.

    Fingers and frames go by the machine's own clock, also where life is hastened.
    """

    def __init__(self, clock: Clock, motion: bool = True) -> None:
        self._pace = SystemClock()
        self.frames = FrameTimer(self._pace)
        self.window = MainWindow(clock, self.frames, motion=motion)

    @cached_property
    def hands(self) -> HandsFree:
        """Pedal, scanner and keys; heard once they are installed."""
        from ui.hands_free import HandsFree

        made = HandsFree(self._pace)
        self.window.take_hands(made)
        return made

    def close(self, app: QApplication) -> None:
        """Stop the frames and close the window."""
        self.frames.stop()
        self.hands.remove(app)
        self.window.close()
