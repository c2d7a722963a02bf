"""When the patient comes again: the window of the next session, and the call after this one."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Window:
    """Days from ``earliest`` to ``latest``, both included."""

    earliest: date
    latest: date

    def __contains__(self, day: date) -> bool:
        return self.earliest <= day <= self.latest


def next_window(session_day: date, interval_min_days: int, interval_max_days: int) -> Window:
    """Give the window the plan's interval opens after a session."""
    return Window(
        session_day + timedelta(days=interval_min_days),
        session_day + timedelta(days=interval_max_days),
    )


def propose(session_day: date, window: Window) -> date:
    """Propose a day: the first of the same weekday inside the window, else its first day."""
    ahead = (session_day.weekday() - window.earliest.weekday()) % 7
    same_weekday = window.earliest + timedelta(days=ahead)
    return same_weekday if same_weekday in window else window.earliest


def interval_notice(last_day: date, today: date, min_days: int, max_days: int) -> str:
    """Say how today stands to the plan's interval; empty when inside it or none is set."""
    if max_days <= 0:
        return ""
    window = next_window(last_day, min_days, max_days)
    gone = (today - last_day).days
    if today < window.earliest:
        return f"{gone} days since the last session; the plan waits at least {min_days}"
    if today > window.latest:
        return f"{gone} days since the last session; the plan expects at most {max_days}"
    return ""
