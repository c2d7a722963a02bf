"""Periods a list is looked at by, and moments as they are typed."""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from console.domain.errors import OperatorError
from console.domain.session_list import SessionFilter
from console.services.local_time import day_start_us, local_day, month_start_us

_ISO = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?")
_POINTS = re.compile(r"(?:(\d{1,2})[./])?(\d{1,2})[./](\d{4})")


@dataclass(frozen=True, slots=True)
class Period:
    """One period to choose; ``days`` counts back from today, None: all time."""

    key: str
    text: str
    days: int | None


PERIODS = (
    Period("today", "Today", 1), Period("week", "Last 7 days", 7), Period("month", "Last 30 days", 30),
    Period("year", "Last 12 months", 365), Period("all", "All time", None))
BY_KEY = {period.key: period for period in PERIODS}


def during(wanted: SessionFilter, period: Period, now_us: int) -> SessionFilter:
    """Give a filter limited to a period up to now."""
    if period.days is None:
        return replace(wanted, since_us=None, until_us=None)
    first = local_day(now_us) - timedelta(days=period.days - 1)
    return replace(wanted, since_us=day_start_us(first), until_us=None)


def in_month(wanted: SessionFilter, month: int) -> SessionFilter:
    """Give a filter limited to a month (202611)."""
    return replace(wanted, since_us=month_start_us(month), until_us=month_start_us(month + 1))


def month_words(month: int) -> str:
    """Write ``November 2026``."""
    return f"{date(month // 100, month % 100, 1):%B %Y}"


def read_day(text: str) -> date:
    """Read a day or month as typed: 2026-11-03, 2026-11, 3.11.2026, 11/2026; of a month its last day.

    OperatorError for anything else.
    """
    try:
        if found := _ISO.fullmatch(text.strip()):
            return _day(int(found[1]), int(found[2]), found[3])
        if found := _POINTS.fullmatch(text.strip()):
            return _day(int(found[3]), int(found[2]), found[1])
    except ValueError:
        pass
    raise OperatorError(f"«{text.strip()}» is not a day", "", "type it as 2026-11-03, 3.11.2026 or 2026-11")


def _day(year: int, month: int, day: str | None) -> date:
    if day:
        return date(year, month, int(day))
    within = date(year, month, 28) + timedelta(days=4)  # some day of the month that follows
    return within - timedelta(days=within.day)


def read_days(first: str, last: str) -> tuple[date | None, date | None]:
    """Read two days as typed, both included; a month is all of it, empty is open. OperatorError for anything else."""
    from_day, to_day = (read_day(text) if text.strip() else None for text in (first, last))
    if from_day is not None and _names_no_day(first):
        from_day = from_day.replace(day=1)
    return in_order(from_day, to_day)


def in_order(first: date | None, last: date | None) -> tuple[date | None, date | None]:
    """Give both back; OperatorError where the last day lies before the first."""
    if first is not None and last is not None and last < first:
        raise OperatorError(f"{last} lies before {first}", "nothing was read", "give the earlier day first")
    return first, last


def _names_no_day(text: str) -> bool:
    iso, points = _ISO.fullmatch(text.strip()), _POINTS.fullmatch(text.strip())
    return not ((iso and iso[3]) or (points and points[1]))


def span_us(first: date | None, last: date | None) -> tuple[int | None, int | None]:
    """Give the moments from the first day's beginning to the last day's end, which is excluded."""
    return (None if first is None else day_start_us(first),
            None if last is None else day_start_us(last + timedelta(days=1)))
