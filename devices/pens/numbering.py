"""Which index and which time of its own a sample bears, where the pen does not speak in indexes.

A counter in the pen's lines is the index; failing that its time is divided by the sample period;
failing that samples are counted, and a new count begins with each opening of the port. A counter or
clock that goes on after a lost port, as far as the time away lets it, is the same power-up going on;
one that begins again is another.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

INDEX_SPAN = 1 << 32
_LATE = 64  # samples; further back is no late line but a pen that began again
_SLACK_S = 2.0  # of the pen's time against the console's
_STRAYS = 5  # as many in a row must agree before an impossible jump is believed
_REANCHOR_COUNTED_US, _REANCHOR_NUMBERED_US = 250_000, 1_000_000
_SHORTEST_TURN_S = 60.0  # a counter that turns faster says nothing over a lost port


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sample belongs: an index that goes on past 2**32, and the pen's microseconds."""

    index: int
    t_us: int


def _random_boot() -> int:
    return secrets.randbits(32)


class Numbering:
    """Numbers the samples of one pen; ``boot_id`` changes where a count begins anew."""

    def __init__(
        self, period_us: int, counter_span: int | None = None, new_boot: Callable[[], int] = _random_boot
    ) -> None:
        self._period_us, self._span, self._new_boot = period_us, counter_span, new_boot
        self.boot_id = new_boot()
        self._last: Place | None = None
        self._counter: int | None = None
        self._clock_us: int | None = None
        self._arrived_s = self._began_s = 0.0
        self._reopened = False
        self._strays = 0

    def begin_anew(self) -> None:
        """Begin another count: another pen, or the same without a memory of its own."""
        self.boot_id = self._new_boot()
        self._last = self._counter = self._clock_us = None
        self._reopened, self._strays = False, 0

    def reopened(self) -> None:
        """A port was opened: only a pen with a counter or clock can go on where it was."""
        turn_s = (self._span or INDEX_SPAN) * self._period_us / 1e6
        if (self._counter is None and self._clock_us is None) or turn_s < _SHORTEST_TURN_S:
            self.begin_anew()
        self._reopened = True

    def skip(self) -> None:
        """A sample came damaged; where nothing else counts, it still had its place."""
        if self._last is not None and self._counter is None and self._clock_us is None:
            self._last = Place(self._last.index + 1, self._last.t_us + self._period_us)

    def place(self, counter: int | None, time_us: int | None, arrived_s: float) -> Place | None:
        """Give a sample's place; None for one whose number cannot be believed."""
        step = self._step(counter, time_us, arrived_s)
        if step is None:
            return None
        last = self._last
        if last is None:
            index = counter % INDEX_SPAN if counter is not None else 0
            t_us = max(0, time_us) if time_us is not None else 0
            placed = Place(index, t_us)
            self._began_s = arrived_s
        elif last.index + step < 0:
            return None
        else:
            placed = Place(last.index + step, self._time_us(last, step, time_us, arrived_s))
        self._reopened = False
        if last is None or placed.index > last.index:
            self._last, self._arrived_s = placed, arrived_s
            self._counter = _went_on(self._counter, counter, 1)
            self._clock_us = _went_on(self._clock_us, time_us, self._period_us)
        return placed

    def _step(self, counter: int | None, time_us: int | None, arrived_s: float) -> int | None:
        """Give how many indexes lie between the newest sample and this one."""
        if self._last is None:
            return 1
        away_s = max(0.0, arrived_s - self._arrived_s)
        if counter is not None and self._counter is not None:
            step = self._counted(counter - self._counter, away_s)
        elif time_us is not None and self._clock_us is not None:
            step = self._clocked(time_us - self._clock_us)
        else:
            return 1
        if -_LATE <= step <= (away_s + _SLACK_S) * 2e6 / self._period_us and not (self._reopened and step <= 0):
            self._strays = 0
            return step
        return self._doubt(step)

    def _doubt(self, step: int) -> int | None:
        """A pen that began again counts from below; a wild number alone is damage."""
        self._strays += 1
        if step > 0 and self._strays < _STRAYS and not self._reopened:
            return None
        self.begin_anew()
        return 1

    def _counted(self, step: int, away_s: float) -> int:
        if self._span is None:
            return step
        step %= self._span
        if step > self._span - min(_LATE, self._span // 4) and not self._reopened:
            return step - self._span
        unseen = away_s * 1e6 / self._period_us - step  # whole turns of the counter passed unseen
        return step + self._span * max(0, int(unseen / self._span + 0.25))

    def _clocked(self, elapsed_us: int) -> int:
        # A quarter of a period is jitter: three quarters more than one period is a missing sample.
        step = (elapsed_us + self._period_us // 4) // self._period_us
        return max(1, step) if step >= 0 else step

    def _time_us(self, last: Place, step: int, time_us: int | None, arrived_s: float) -> int:
        if time_us is not None:
            return max(0, time_us)
        t_us = max(0, last.t_us + step * self._period_us)
        if step <= 0:
            return t_us
        # The profile's rate may be wrong, and a pen that only counts may pause: arrivals bound the error.
        late_us = round((arrived_s - self._began_s) * 1e6) - t_us
        bound_us = _REANCHOR_COUNTED_US if self._counter is None else _REANCHOR_NUMBERED_US
        return max(last.t_us + 1, t_us + late_us) if abs(late_us) > bound_us else t_us


def _went_on(before: int | None, now: int | None, step: int) -> int | None:
    """Give a pen's own number; where one sample bore none, it went on by its step."""
    return now if now is not None or before is None else before + step
