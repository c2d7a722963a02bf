"""From the fields of a line or record to a sample in the house's units.

What is not a number, not finite or not of this world is «not measured»: never wrapped round, never
clipped to a limit, never guessed.
"""

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from console.domain.telemetry import NOT_MEASURED, Sample, SampleFlag
from devices.profile import FLAGS, MEASURED, TEXTS, UNITS, Channel, FieldRule


class Missing:
    """Stands for a field that a line or record does not have at all; None is one without a value."""


MISSING = Missing()
Value = str | int | float | bool | None | Missing

_NUMBER = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*([^\d\s][^\d]{0,15})?", re.ASCII)
_HEX = re.compile(r"0[xX]([0-9a-fA-F]{1,16})", re.ASCII)
_EMPTY = ("", "nan", "inf", "+inf", "-inf", "infinity", "null", "none", "na", "n/a", "-", "--", "---")
_YES, _NO = ("true", "yes", "on", "y", "t"), ("false", "no", "off", "n", "f")
_LONGEST_NUMBER = 40
_LONGEST_TEXT = 64


@dataclass(frozen=True, slots=True)
class Record:
    """What one line or record said. ``sample`` None: nothing of a sample was in it.

    ``counter`` and ``time_us`` are the pen's own, as far as it has them.
    """

    sample: Sample | None = None
    counter: int | None = None
    time_us: int | None = None
    battery_percent: int | None = None
    serial: str = ""
    firmware: str = ""
    cartridge: str = ""


    @property
    def says_anything(self) -> bool:
        """Tell whether any field of the profile was in it."""
        return self != _NOTHING


_NOTHING = Record()


@dataclass(slots=True)
class LineCounts:
    """What was seen on the line: whole records, damaged ones, what was none, absurd values."""

    records: int = 0
    damaged: int = 0
    ignored: int = 0
    absurd: int = 0
    resyncs: int = 0
    bytes_read: int = 0


def read_number(value: Value, decimal: str = ".") -> tuple[int | float | None, str]:
    """Give a value's number and the unit behind it; None where there is no finite number."""
    if isinstance(value, bool):
        return int(value), ""
    if isinstance(value, int):
        return value, ""
    if isinstance(value, float):
        return (value if math.isfinite(value) else None), ""
    return _read_text(value.strip(), decimal) if isinstance(value, str) else (None, "")


def read_flag(value: Value, decimal: str = ".") -> int | float | None:
    """Give a flag's number; words such as «on» and «false» are 1 and 0."""
    word = value.strip().lower() if isinstance(value, str) else ""
    if word in _YES:
        return 1
    return 0 if word in _NO else read_number(value, decimal)[0]


def is_empty(value: Value) -> bool:
    """Tell whether a field says that there is no value: empty, NaN, infinite, null."""
    if isinstance(value, str):
        return value.strip().lower() in _EMPTY
    return value is None or (isinstance(value, float) and not math.isfinite(value))


def _read_text(text: str, decimal: str) -> tuple[int | float | None, str]:
    if len(text) > _LONGEST_NUMBER:
        return None, ""
    if found := _HEX.fullmatch(text):
        return int(found[1], 16), ""
    if decimal != ".":
        text = text.replace(decimal, ".", 1)
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None, ""
    digits, unit = match[1], (match[2] or "").strip()
    if digits.lstrip("+-").isdigit():
        return int(digits), unit
    number = float(digits)
    return (number if math.isfinite(number) else None), unit


class RecordMaker:
    """Turns named values into records by a profile's fields."""

    def __init__(self, rules: Iterable[FieldRule], counts: LineCounts, decimal: str = ".") -> None:
        self._rules = {rule.channel: rule for rule in rules}
        self._counts, self._decimal = counts, decimal
        self._measured = [(place, self._rules.get(channel)) for place, channel in enumerate(MEASURED)]
        self._flags = [(bit, self._rules[channel]) for channel, bit in FLAGS.items() if channel in self._rules]
        self._of_sample = [rule for rule in self._rules.values() if rule.channel in (*MEASURED, *FLAGS)]
        depth = self._rules.get(Channel.DEPTH)
        self._depth_flag = int(SampleFlag.DEPTH_MEASURED) if depth and not depth.derived else 0

    def make(self, value_of: Callable[[FieldRule], Value]) -> Record:
        """Make a record; ``value_of`` gives a field's value. Words where numbers belong make no sample."""
        values = {rule.channel: value_of(rule) for rule in self._rules.values()}
        texts = [_text(values.get(channel, MISSING)) for channel in TEXTS]
        return Record(
            self._sample(values) if self._has_sample(values) else None, self._whole(Channel.COUNTER, values),
            self._whole(Channel.TIME, values), self._battery(values), *texts)

    def _has_sample(self, values: dict[Channel, Value]) -> bool:
        there = [values[rule.channel] for rule in self._of_sample if values[rule.channel] is not MISSING]
        return bool(there) and any(
            is_empty(value) or read_flag(value, self._decimal) is not None for value in there)

    def _sample(self, values: dict[Channel, Value]) -> Sample:
        measured = [NOT_MEASURED] * 4
        for place, rule in self._measured:
            if rule is not None:
                measured[place] = self._in_range(self._house(rule, values[rule.channel]))
        flags = sum(bit for bit, rule in self._flags if self._is_set(rule, values[rule.channel]))
        if measured[1] != NOT_MEASURED:
            flags |= self._depth_flag
        set_depth_um, depth_um, rate_chz, load_ma = measured
        return Sample(set_depth_um, depth_um, rate_chz, load_ma, flags)

    def _house(self, rule: FieldRule, value: Value) -> float | None:
        """Give a field's number in the house's unit; a unit behind the number wins over the profile's."""
        number, unit = read_number(value, self._decimal)
        if number is None:
            return None
        units = UNITS.get(rule.channel, {})
        factor = units.get(unit.lower(), units.get(rule.unit.lower(), 1.0))
        if factor == 1.0 and rule.scale == 1.0 and not rule.offset:
            return number
        try:
            return (number * rule.scale + rule.offset) * factor
        except OverflowError:
            return None

    def _in_range(self, house: float | None) -> int:
        if house is None:
            return NOT_MEASURED
        if not -0.5 <= house < NOT_MEASURED - 0.5:
            self._counts.absurd += 1
            return NOT_MEASURED
        return round(house)

    def _is_set(self, rule: FieldRule, value: Value) -> bool:
        number = read_flag(value, self._decimal)
        if number is None:
            return False
        if rule.bit is not None:
            is_set = bool(int(number) >> rule.bit & 1)
        elif rule.above is not None:
            is_set = number > (rule.above - rule.offset) / rule.scale
        else:
            is_set = number != 0
        return is_set is not rule.inverted

    def _whole(self, channel: Channel, values: dict[Channel, Value]) -> int | None:
        rule = self._rules.get(channel)
        house = self._house(rule, values[channel]) if rule else None
        if house is None or not -(1 << 63) <= house < 1 << 63:
            return None
        return round(house)

    def _battery(self, values: dict[Channel, Value]) -> int | None:
        rule = self._rules.get(Channel.BATTERY)
        house = self._house(rule, values[Channel.BATTERY]) if rule else None
        return round(house) if house is not None and -0.5 <= house <= 100.5 else None


def _text(value: Value) -> str:
    """Give an id as one line of printable text."""
    if value is None or isinstance(value, bool | Missing):
        return ""
    shown = "".join(sign for sign in str(value) if sign.isprintable())
    return shown.strip()[:_LONGEST_TEXT]
