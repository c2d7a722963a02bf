"""The real clocks: the system's, and one that hastens life for the scripted practitioner."""

import threading
import time

from console.domain.clock import Clock


class SystemClock:
    """The machine's own clocks."""

    def utc_us(self) -> int:
        """Give UTC microseconds by the wall clock."""
        return time.time_ns() // 1_000

    def monotonic_s(self) -> float:
        """Give seconds of the steady clock."""
        return time.monotonic()


class HastenedClock:
    """A clock that starts at a fixed date and runs ``speed`` times faster than real time.

    The speed may change while it runs; time never steps. ``paced`` gives a second view on the same
    life whose steady clock keeps one constant pace: the pen link's, which must tick as the pen does
    even while waiting elsewhere is hastened further.
    """

    def __init__(self, start_utc_us: int, speed: float = 1.0, base: Clock | None = None) -> None:
        self._base = base or SystemClock()
        self._lock = threading.Lock()
        self._speed = speed
        self._since_s = self._base.monotonic_s()
        self._lived_s = 0.0
        self._start_utc_us = start_utc_us

    @property
    def speed(self) -> float:
        """How many times faster than real time life runs now."""
        return self._speed

    def set_speed(self, speed: float) -> None:
        """Run ``speed`` times faster than real time from now on."""
        with self._lock:
            now_s = self._base.monotonic_s()
            self._lived_s += (now_s - self._since_s) * self._speed
            self._since_s, self._speed = now_s, speed

    def monotonic_s(self) -> float:
        """Give seconds lived."""
        with self._lock:
            return self._lived_s + (self._base.monotonic_s() - self._since_s) * self._speed

    def utc_us(self) -> int:
        """Give the start date plus the time lived."""
        return self._start_utc_us + round(self.monotonic_s() * 1_000_000)

    def paced(self, pace: float) -> "PacedClock":
        """Give a view whose steady clock always runs at ``pace`` times real time."""
        return PacedClock(self, pace, self._base)


class PacedClock:
    """The wall time of another clock, with a steady clock of constant pace."""

    def __init__(self, wall: Clock, pace: float, base: Clock) -> None:
        self._wall, self._pace, self._base = wall, pace, base

    def utc_us(self) -> int:
        """Give the other clock's wall time."""
        return self._wall.utc_us()

    def monotonic_s(self) -> float:
        """Give seconds at the constant pace."""
        return self._base.monotonic_s() * self._pace
