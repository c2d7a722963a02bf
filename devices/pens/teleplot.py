"""Teleplot's lines, ``>name:value`` or ``>name:time:value``, gathered into samples.

A sample is complete when all its variables have come, and at the latest when one of them comes again,
when the time stamp changes, or when the variable that opens each sample comes.
"""

from collections.abc import Callable
from dataclasses import dataclass

from devices.pens.records import MISSING, Value
from devices.profile import FLAGS, MEASURED, Channel, FieldRule

_MOST_POINTS = 64  # in one line
_OF_SAMPLE = (*MEASURED, *FLAGS, Channel.COUNTER)


@dataclass(frozen=True, slots=True)
class Point:
    """One value of one variable; ``stamp`` is the line's time as written, empty where it has none."""

    name: str
    stamp: str
    value: str


def read_points(text: str) -> list[Point]:
    """Give the points of a line; none where it is not Teleplot's."""
    body, _, flags = text.removeprefix(">").partition("|")
    body, _, unit = body.partition("§")
    name, colon, rest = body.partition(":")
    if not colon or "xy" in flags:
        return []
    name = name.partition(",")[0].strip().casefold()
    # «|mm» is a unit to some senders; Teleplot's own flags are of lower case and no unit.
    said = unit.strip() or flags.strip()
    points = []
    for piece in rest.split(";")[:_MOST_POINTS]:
        stamp, colon, value = piece.rpartition(":")
        if value.strip():
            points.append(Point(name, stamp.strip() if colon else "", f"{value.strip()} {said}".strip()))
    return points


class TeleplotSets:
    """Gathers points into samples."""

    def __init__(self, fields: tuple[FieldRule, ...], opens: str = "") -> None:
        self._opens = opens.casefold()
        self._known = {rule.name.casefold() for rule in fields if rule.name}
        self._complete = {rule.name.casefold() for rule in fields if rule.name and rule.channel in _OF_SAMPLE}
        self.start_over()

    def start_over(self) -> None:
        """Forget a sample half said."""
        self._values: dict[str, str] = {}
        self._stamp = ""

    def add(self, point: Point) -> list[Callable[[FieldRule], Value]]:
        """Take a point; give the samples it completes."""
        if point.name not in self._known:
            return []
        done = []
        if self._values and self._begins(point):
            done.append(self._close())
        self._values[point.name] = point.value
        self._stamp = point.stamp or self._stamp
        if self._complete and self._complete <= self._values.keys():
            done.append(self._close())
        return done

    def _begins(self, point: Point) -> bool:
        if point.name in self._values or point.name == self._opens:
            return True
        return bool(point.stamp and self._stamp and point.stamp != self._stamp)

    def _close(self) -> Callable[[FieldRule], Value]:
        values, stamp = self._values, self._stamp
        self.start_over()

        def look_up(rule: FieldRule) -> Value:
            if rule.channel is Channel.TIME and not rule.name:
                return stamp or MISSING
            return values.get(rule.name.casefold(), MISSING)

        return look_up
