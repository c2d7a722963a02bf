"""The pen's clock mapped to the console's, from when its frames arrived.

A frame arrives after its last sample was taken, never before: of all recent frames the one that
came with the least delay tells the offset between the clocks best. The least of each five seconds of
pen time is kept for two minutes. The line under all of them that lies closest gives the drift; carried
along it, the lowest of them gives the offset, so that half a minute of late frames moves nothing. The
offset in use walks towards that, so mapped times never step back while the pen's go forward.

The line under the points is the way of Moon, Skelly and Towsley, «Estimation and removal of clock skew
from network delay measurements» (INFOCOM 1999).
"""

from collections import deque
from typing import NamedTuple

_SPAN_US = 5_000_000
_SPANS_KEPT = 24
_DRIFT_FROM_SPANS = 4  # fewer are too short a line
_MOST_DRIFT = 500e-6  # a quartz of 100 ppm, several times over
_WALK_PER_S = 0.05  # of the offset in use, seconds a second of pen time
_JUMP_S = 0.5  # an offset further away than this is another clock, not jitter
_JUMP_FRAMES = 5  # as many frames must agree before it is believed


class Moment(NamedTuple):
    """One reading of the console's clocks."""

    steady_s: float
    utc_us: int


class _Least(NamedTuple):
    """The frame of a span that came with the least delay."""

    pen_us: int
    offset_s: float


class ClockMap:
    """Maps one boot's microseconds to the console's steady seconds."""

    def __init__(self) -> None:
        self._offset_s: float | None = None
        self._spans: deque[_Least] = deque(maxlen=_SPANS_KEPT)  # finished ones, oldest first
        self._least = _Least(0, float("inf"))  # of the span under way
        self._slope: float | None = None
        self._span_from_us = self._walked_at_us = 0
        self._strays = 0

    @property
    def known(self) -> bool:
        """Whether any frame has arrived yet."""
        return self._offset_s is not None

    @property
    def drift_ppm(self) -> float | None:
        """Give how much faster the pen's clock runs than the console's; None until a line can be drawn."""
        return None if self._slope is None else -self._slope * 1e6

    def note(self, pen_time_us: int, arrived_s: float) -> None:
        """Take a frame: the pen's time of its last word and when it arrived."""
        offset_s = arrived_s - pen_time_us / 1e6
        if self._offset_s is None or self._is_jump(offset_s):
            self._start(offset_s, pen_time_us)
            return
        if self._strays:
            return
        if not 0 <= pen_time_us - self._span_from_us < _SPAN_US:
            self._end_span(pen_time_us)
        if offset_s < self._least.offset_s:
            self._least = _Least(pen_time_us, offset_s)
        self._walk(self._offset_s, pen_time_us)

    def steady_s(self, pen_time_us: int) -> float:
        """Give the console's steady time of a pen time; unknown maps to the pen's own seconds."""
        return pen_time_us / 1e6 + (self._offset_s or 0.0)

    def pen_time_us(self, steady_s: float) -> int:
        """Give the pen's time at a steady time of the console."""
        return round((steady_s - (self._offset_s or 0.0)) * 1e6)

    def _start(self, offset_s: float, pen_time_us: int) -> None:
        self._offset_s, self._slope = offset_s, None
        self._least = _Least(pen_time_us, offset_s)
        self._spans.clear()
        self._span_from_us = self._walked_at_us = pen_time_us
        self._strays = 0

    def _end_span(self, pen_time_us: int) -> None:
        """Keep the least of the span; draw the line anew."""
        if self._least.offset_s != float("inf") and (not self._spans or self._least.pen_us > self._spans[-1].pen_us):
            self._spans.append(self._least)
        self._least = _Least(pen_time_us, float("inf"))
        self._span_from_us = pen_time_us
        while self._spans and pen_time_us - self._spans[0].pen_us > _SPANS_KEPT * _SPAN_US:
            self._spans.popleft()
        if len(self._spans) >= _DRIFT_FROM_SPANS:
            self._slope = _slope_below(self._spans)

    def _expected_s(self, pen_time_us: int) -> float:
        """Give the offset the least delays speak for, at a pen time."""
        slope = self._slope
        if slope is None:  # too short for a line: the last span and the present one
            return min([self._least.offset_s, *(one.offset_s for one in list(self._spans)[-1:])])
        carried = (one.offset_s + slope * (pen_time_us - one.pen_us) / 1e6 for one in self._spans)
        return min(self._least.offset_s, min(carried, default=float("inf")))

    def _is_jump(self, offset_s: float) -> bool:
        # Earlier than possible, or later than any jitter for good: five frames running decide,
        # so one absurd time stamp moves nothing. A late backlog ends within those.
        early = offset_s < min([self._least.offset_s, *(one.offset_s for one in self._spans)]) - _JUMP_S
        self._strays = self._strays + 1 if early else 0
        return self._strays >= _JUMP_FRAMES

    def _walk(self, offset_s: float, pen_time_us: int) -> None:
        lived_s = max(0, pen_time_us - self._walked_at_us) / 1e6
        self._walked_at_us = max(self._walked_at_us, pen_time_us)
        away_s = self._expected_s(pen_time_us) - offset_s
        if abs(away_s) > _JUMP_S:
            self._offset_s = offset_s + away_s
            return
        step_s = lived_s * _WALK_PER_S
        self._offset_s = offset_s + max(-step_s, min(step_s, away_s))


def _slope_below(points: deque[_Least]) -> float:
    """Give the slope (seconds a second) of the line under all points that lies closest to them."""
    hull: list[_Least] = []
    for point in points:
        while len(hull) >= 2 and _is_above(hull[-1], hull[-2], point):
            hull.pop()
        hull.append(point)
    middle_us = sum(point.pen_us for point in points) / len(points)
    right = next(place for place, point in enumerate(hull) if point.pen_us >= middle_us)
    left, after = hull[max(0, right - 1)], hull[max(1, right)]
    slope = (after.offset_s - left.offset_s) / ((after.pen_us - left.pen_us) / 1e6)
    return max(-_MOST_DRIFT, min(_MOST_DRIFT, slope))


def _is_above(point: _Least, before: _Least, after: _Least) -> bool:
    """Tell whether a point lies on or above the line from its neighbour before to the one after."""
    run = (point.pen_us - before.pen_us) / (after.pen_us - before.pen_us)
    return point.offset_s >= before.offset_s + run * (after.offset_s - before.offset_s)


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
