"""While a change waits for the disk the window lives on: frames, depth and alarms run, and no hand is taken."""

from PySide6.QtCore import QEventLoop, Qt, QTimer

from db.recorder_thread import TICK_S
from ui.main_window import MainWindow

SAVING = "Saving: the disk is slow to take this change. What you touch meanwhile is taken after it."
TELL_AFTER_S = 0.4
WHOLE = 1  # the moment was lived to its end


class LiveWaits:
    """Given to the recorder for the window's thread; a fast disk never asks for it."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._told = False

    def live(self, waited_s: float) -> bool:
        """Live for a moment, touches and keys kept for later; False where the program is ending and nothing runs."""
        if waited_s < TELL_AFTER_S:
            self._told = False
        elif not self._told:
            self._told = True
            self._window.tell(SAVING, "caution")
        loop = QEventLoop()
        moment = QTimer()
        moment.setSingleShot(True)
        moment.setTimerType(Qt.TimerType.PreciseTimer)
        moment.timeout.connect(lambda: loop.exit(WHOLE))
        moment.start(round(1000 * TICK_S))
        return loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents) == WHOLE
