"""The window and what drives it, from the first page of a start to the last."""

from dataclasses import dataclass

from PySide6.QtWidgets import QApplication

from console.domain.clock import Clock
from console.services.clocks import SystemClock
from ui.frame_timer import FrameTimer
from ui.hands_free import HandsFree
from ui.main_window import MainWindow


@dataclass(frozen=True, slots=True)
class Front:
    """One window with its frames and hands; door and stage stand in it one after the other."""

    window: MainWindow
    frames: FrameTimer
    hands: HandsFree

    def close(self, app: QApplication) -> None:
        """Stop the frames and close the window."""
        self.frames.stop()
        self.hands.remove(app)
        self.window.close()


def make_front(app: QApplication, clock: Clock, motion: bool = True) -> Front:
    """Make the window; fingers and frames go by the machine's own clock, also where life is hastened."""
    pace = SystemClock()
    frames, hands = FrameTimer(pace), HandsFree(pace)
    hands.install(app)
    return Front(MainWindow(clock, frames, hands, motion), frames, hands)
