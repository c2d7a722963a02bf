"""The one way to ask for the time. Nothing else in the program reads a clock."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells wall time and steady time. The real one lives in ``console.services.clocks``."""

    def utc_us(self) -> int:
        """Give microseconds since 1970 in UTC, by the wall clock (may jump)."""
        ...

    def monotonic_s(self) -> float:
        """Give seconds of a steady clock with no meaningful zero (never jumps back)."""
        ...


def to_datetime(utc_us: int) -> datetime:
    """Turn microseconds since 1970 into an aware UTC datetime."""
    seconds, micros = divmod(utc_us, 1_000_000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=micros)


def to_utc_us(moment: datetime) -> int:
    """Turn an aware datetime into microseconds since 1970; a naive one is a bug."""
    if moment.tzinfo is None:
        raise ValueError("a datetime without a time zone has no place here")
    delta = moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def iso_utc(utc_us: int) -> str:
    """Write microseconds since 1970 as ``2026-11-17T12:32:05.120000Z``."""
    return to_datetime(utc_us).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
