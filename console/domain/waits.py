"""Waiting times: how long after something a skin is left alone, reckoned by the calendar."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from console.domain.sources import Source

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class WaitUnit(StrEnum):
    """Units of a waiting time."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Wait:
    """A waiting time as its source states it, ``6 months``."""

    number: int
    unit: str  # a WaitUnit
    source: Source

    def __str__(self) -> str:
        return span_text(self.number, self.unit)


def span_text(number: int, unit: str) -> str:
    """Write ``6 months`` or ``1 day``."""
    return f"{number} {unit if number != 1 else unit.removesuffix('s')}"


def later(day: date, number: int, unit: str) -> date:
    """Give the day ``number`` units after one, never short: a month without that day ends on the next month's first."""
    if unit == WaitUnit.MONTHS:
        return _months_on(day, number)
    return day + timedelta(days=number * (7 if unit == WaitUnit.WEEKS else 1))


def earlier(day: date, number: int, unit: str) -> date:
    """Give the day ``number`` units before one; where a month has no such day, its last."""
    if unit != WaitUnit.MONTHS:
        return later(day, -number, unit)
    months = day.year * 12 + day.month - 1 - number
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _months_on(day: date, number: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + number, 12)
    if day.day > calendar.monthrange(year, month + 1)[1]:
        return _months_on(day.replace(day=1), number + 1)
    return date(year, month + 1, day.day)


def day_words(day: date) -> str:
    """Write ``1 Mar 2027``, the same in every locale."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
