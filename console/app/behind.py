"""Slow work of the window's start on a thread of its own, its answers handed over by the frames."""

from collections.abc import Callable
from threading import Event
from typing import TypeVar

from console.services.query_thread import QueryThread
from ui.frame_timer import FrameTimer

T = TypeVar("T")
LONGEST_S = 120.0  # only where a schema is being brought up to date, which is not cut off


class Behind:
    """Does one thing after the other."""

    def __init__(self, frames: FrameTimer) -> None:
        self._thread = QueryThread()
        self._given_up = Event()
        self._frame = frames.subscribe(self._thread.deliver, name="behind")

    def ask(self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[BaseException], None]) -> None:
        """Do this; one of the two is called in a later frame."""
        self._thread.ask(work, done, failed)

    @property
    def given_up(self) -> bool:
        """Tell the work that nobody waits for it any more."""
        return self._given_up.is_set()

    def end(self) -> None:
        """Let what is being done end as soon as that is safe; nobody is told of it any more."""
        self._given_up.set()
        self._frame.cancel()
        self._thread.stop(LONGEST_S)
