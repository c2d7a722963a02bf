"""The pen's clock mapped to the console's, from when its frames arrived.

A frame arrives after its last sample was taken, never before: of all recent frames the one that
came with the least delay tells the offset between the clocks best. The least is taken over the
last five to ten seconds of pen time, so drift is followed; the offset in use walks towards it, so
mapped times never step back while the pen's go forward.
"""

from typing import NamedTuple

_SPAN_US = 5_000_000
_WALK_PER_S = 0.05  # of the offset in use, seconds a second of pen time
_JUMP_S = 0.5  # an offset further away than this is another clock, not jitter
_JUMP_FRAMES = 5  # as many frames must agree before it is believed


class Moment(NamedTuple):
    """One reading of the console's clocks."""

    steady_s: float
    utc_us: int


class ClockMap:
    """Maps one boot's microseconds to the console's steady seconds."""

    def __init__(self) -> None:
        self._offset_s: float | None = None
        self._least_s = self._least_before_s = float("inf")
        self._span_from_us = self._walked_at_us = 0
        self._strays = 0

    @property
    def known(self) -> bool:
        """Whether any frame has arrived yet."""
        return self._offset_s is not None

    def note(self, pen_time_us: int, arrived_s: float) -> None:
        """Take a frame: the pen's time of its last word and when it arrived."""
        offset_s = arrived_s - pen_time_us / 1e6
        if self._offset_s is None or self._is_jump(offset_s):
            self._start(offset_s, pen_time_us)
            return
        if self._strays:
            return
        if not 0 <= pen_time_us - self._span_from_us < _SPAN_US:
            self._least_before_s, self._least_s = self._least_s, offset_s
            self._span_from_us = pen_time_us
        self._least_s = min(self._least_s, offset_s)
        self._walk(self._offset_s, pen_time_us)

    def steady_s(self, pen_time_us: int) -> float:
        """Give the console's steady time of a pen time; unknown maps to the pen's own seconds."""
        return pen_time_us / 1e6 + (self._offset_s or 0.0)

    def pen_time_us(self, steady_s: float) -> int:
        """Give the pen's time at a steady time of the console."""
        return round((steady_s - (self._offset_s or 0.0)) * 1e6)

    def _start(self, offset_s: float, pen_time_us: int) -> None:
        self._offset_s = self._least_s = offset_s
        self._least_before_s = float("inf")
        self._span_from_us = self._walked_at_us = pen_time_us
        self._strays = 0

    def _is_jump(self, offset_s: float) -> bool:
        # Earlier than possible, or later than any jitter for good: five frames running decide,
        # so one absurd time stamp moves nothing. A late backlog ends within those.
        least_s = min(self._least_s, self._least_before_s)
        early = offset_s < least_s - _JUMP_S
        self._strays = self._strays + 1 if early else 0
        return self._strays >= _JUMP_FRAMES

    def _walk(self, offset_s: float, pen_time_us: int) -> None:
        lived_s = max(0, pen_time_us - self._walked_at_us) / 1e6
        self._walked_at_us = max(self._walked_at_us, pen_time_us)
        away_s = min(self._least_s, self._least_before_s) - offset_s
        if abs(away_s) > _JUMP_S:
            self._offset_s = offset_s + away_s
            return
        step_s = lived_s * _WALK_PER_S
        self._offset_s = offset_s + max(-step_s, min(step_s, away_s))


class UtcAnchor:
    """Turns steady seconds into UTC; holds still unless the wall clock really moved."""

    def __init__(self) -> None:
        self._offset_us: int | None = None

    def note(self, moment: Moment) -> None:
        """Take a reading of both clocks; under a millisecond apart is reading noise."""
        offset_us = moment.utc_us - round(moment.steady_s * 1e6)
        if self._offset_us is None or abs(offset_us - self._offset_us) > 1_000:
            self._offset_us = offset_us

    def utc_us(self, steady_s: float) -> int:
        """Give UTC microseconds of a steady time; ``note`` comes first."""
        return round(steady_s * 1e6) + (self._offset_us or 0)
