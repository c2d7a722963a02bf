"""The one frame timer: sixty times a second it drains the queues and lets the page draw."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty
from typing import Any, Protocol

from PySide6.QtCore import QObject, Qt, QTimer

from console.domain.clock import Clock
from ui import garbage
from ui.frame_watchdog import FrameWatchdog

_LOG = logging.getLogger("console.frames")
_DRAIN_LIMIT = 2_000  # of one queue in one frame: a flood must not stop the picture


class Source(Protocol):
    """A queue as in the standard library."""

    def get_nowait(self) -> Any:
        """Give the next object; ``queue.Empty`` if there is none."""


@dataclass
class Subscription:
    """A place in the frame; ``cancel`` leaves it."""

    call: Callable[[], object]
    every: int
    name: str
    failures: int = 0
    cancelled: bool = False

    def cancel(self) -> None:
        """Be called no more."""
        self.cancelled = True


class FrameTimer(QObject):
    """Calls drains, then subscribers; a failing one is logged and never stops the others or the clock.

    ``pace`` is the steady clock frames are spaced by: the machine's own, also where life is hastened. Garbage is
    looked for here and on no other thread.
    """

    def __init__(self, pace: Clock, rate_hz: int = 60, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pace, self._period_s = pace, 1.0 / rate_hz
        self._due_s = 0.0
        self._running = False
        self._subscriptions: list[Subscription] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self.frames = 0
        self.watchdog = FrameWatchdog(pace)

    def subscribe(self, call: Callable[[], object], every: int = 1, name: str = "") -> Subscription:
        """Call something every ``every`` frames (6: ten times a second); in order of subscription."""
        made = Subscription(call, max(every, 1), name or getattr(call, "__qualname__", "subscriber"))
        self._subscriptions.append(made)
        return made

    def drain(self, source: Source, take: Callable[[Any], object], name: str = "") -> Subscription:
        """Hand everything a queue holds to ``take``, each frame, ahead of all subscribers."""

        def empty_it() -> None:
            for _ in range(_DRAIN_LIMIT):
                try:
                    thing = source.get_nowait()
                except Empty:
                    return
                take(thing)

        made = Subscription(empty_it, 1, name or "drain")
        self._subscriptions.insert(0, made)
        return made

    def start(self) -> None:
        """Begin; a second call changes nothing."""
        if not self._running:
            self._running = True
            garbage.take_over()
            self.watchdog.start()
            self._due_s = self._pace.monotonic_s()
            self._arm()

    def stop(self) -> None:
        """Stand still."""
        if self._running:
            self.watchdog.stop()
        self._running = False
        self._timer.stop()

    def _arm(self) -> None:
        now_s = self._pace.monotonic_s()
        self._due_s += self._period_s
        if self._due_s < now_s - self._period_s:  # late by more than a frame: do not run after it
            self._due_s = now_s
        self._timer.start(max(round((self._due_s - now_s) * 1000), 0))

    def _tick(self) -> None:
        self.watchdog.beat()
        try:
            self.run_frame()
        finally:
            if self._running:
                self._arm()

    def run_frame(self) -> None:
        """Run one frame now."""
        self.frames += 1
        for subscription in list(self._subscriptions):
            if subscription.cancelled:
                self._subscriptions.remove(subscription)
            elif self.frames % subscription.every == 0:
                self._call(subscription)
        if self.frames % garbage.EVERY_FRAMES == 0:
            garbage.look()

    def _call(self, subscription: Subscription) -> None:
        try:
            subscription.call()
        except Exception:  # noqa: BLE001 - the loop's boundary: one bad frame never stops the clock
            subscription.failures += 1
            if subscription.failures & (subscription.failures - 1) == 0:  # 1, 2, 4, 8...: no flood of logs
                _LOG.exception("frame: %s failed (%d times)", subscription.name, subscription.failures)
