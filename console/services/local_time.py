"""UTC is stored; local time is only shown. One place knows which zone the clinic is in."""

from datetime import date, datetime, time, tzinfo
from functools import lru_cache

from console.domain.clock import to_datetime, to_utc_us

_zone: tzinfo | None = None


def set_zone(zone: tzinfo | None) -> None:
    """Show times in ``zone``; None is the machine's own."""
    global _zone
    _zone = zone
    month_start_us.cache_clear()


def local(utc_us: int) -> datetime:
    """Give a moment in the clinic's zone."""
    return to_datetime(utc_us).astimezone(_zone)


def local_day(utc_us: int) -> date:
    """Give the clinic's calendar day of a moment."""
    return local(utc_us).date()


def day_start_us(day: date) -> int:
    """Give the first moment of a local day."""
    return moment_us(day, time())


def moment_us(day: date, clock: time) -> int:
    """Give the moment of a clock time on a local day; of an hour told twice its first."""
    moment = datetime.combine(day, clock.replace(tzinfo=None))
    return to_utc_us(moment.astimezone() if _zone is None else moment.replace(tzinfo=_zone))


@lru_cache(maxsize=2_000)
def month_start_us(month: int) -> int:
    """Give the first moment of a local month (202611); 202613 is the January that follows."""
    year, number = divmod(month, 100)
    return day_start_us(date(year + (number - 1) // 12, (number - 1) % 12 + 1, 1))


def clock_text(utc_us: int) -> str:
    """Write ``12:32``."""
    return local(utc_us).strftime("%H:%M")


def clock_seconds_text(utc_us: int) -> str:
    """Write ``12:32:05``."""
    return local(utc_us).strftime("%H:%M:%S")


def day_text(day: date) -> str:
    """Write ``Tue 17 Nov``."""
    return f"{day:%a} {day.day} {day:%b}"


def long_day_text(day: date) -> str:
    """Write ``Tuesday 17 November``."""
    return f"{day:%A} {day.day} {day:%B}"
