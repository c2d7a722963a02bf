"""Tells in the log where the GUI thread was whenever it was blocked too long to paint."""

import logging
import sys
import threading
import traceback
from pathlib import Path

from console.domain.clock import Clock

_LOG = logging.getLogger("console.frames")
BLOCKED_S, LOOK_S = 0.1, 0.02
_DEEPEST = 12  # frames of the stack that are told, innermost


class FrameWatchdog:
    """Looks from its own thread whether frames go on; ``beat`` is called by the watched thread in each.

    Only files, lines and functions are logged: no values, so nobody's treatment is in it.
    """

    def __init__(self, pace: Clock, blocked_s: float = BLOCKED_S) -> None:
        self._pace, self._blocked_s = pace, blocked_s
        self._watched = threading.get_ident()
        self._beat_s: float | None = None
        self._told_of: float | None = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.stalls, self.worst_s = 0, 0.0

    def start(self) -> None:
        """Begin to look; called on the thread to be watched."""
        self._watched = threading.get_ident()
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, name="frame-watchdog", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the looking."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._beat_s = None

    def beat(self) -> None:
        """Note that a frame begins; costs a reading of the clock."""
        now_s, before_s = self._pace.monotonic_s(), self._beat_s
        self._beat_s = now_s
        if before_s is not None and now_s - before_s > self._blocked_s:
            self.stalls += 1
            self.worst_s = max(self.worst_s, now_s - before_s)
            _LOG.warning("the window was blocked for %.0f ms", (now_s - before_s) * 1000)

    def look(self) -> None:
        """Tell once of each stall where the watched thread is."""
        beat_s = self._beat_s
        if beat_s is None or beat_s == self._told_of or self._pace.monotonic_s() - beat_s <= self._blocked_s:
            return
        frame = sys._current_frames().get(self._watched)
        if frame is None:
            return
        self._told_of = beat_s
        stack = traceback.StackSummary.extract(traceback.walk_stack(frame), limit=_DEEPEST, lookup_lines=False)
        lines = [f"{'/'.join(Path(one.filename).parts[-3:])}:{one.lineno} {one.name}" for one in stack]
        _LOG.warning("the window is blocked in:\n  %s", "\n  ".join(lines))

    def _run(self) -> None:
        while not self._stop.wait(LOOK_S):
            self.look()
