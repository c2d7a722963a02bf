"""Slow work of the window's start on a thread of its own, its answers handed over by the frames."""

from collections.abc import Callable
from typing import TypeVar

from console.services.query_thread import QueryThread
from ui.frame_timer import FrameTimer

T = TypeVar("T")
LONGEST_S = 120.0


class Behind:
    """Does one thing after the other."""

    def __init__(self, frames: FrameTimer) -> None:
        self._thread = QueryThread()
        self._frame = frames.subscribe(self._thread.deliver, name="behind")

    def ask(self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[BaseException], None]) -> None:
        """Do this; one of the two is called in a later frame."""
        self._thread.ask(work, done, failed)

    def end(self) -> None:
        """Let what is being done end; nobody is told of it any more."""
        self._frame.cancel()
        self._thread.stop(LONGEST_S)
