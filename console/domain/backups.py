"""Backups: which of them a rule keeps, when the next is due, and what the console needs to make one."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol, TypeVar

from console.domain.errors import OperatorError

NIGHTLY, BY_HAND, BEFORE_UPGRADE = "nightly", "by_hand", "before_upgrade"
NIGHT = time(2, 0)  # local: between the last patient and the first
TOO_OLD_DAYS = 3  # two missed nights are a weekend, three are somebody's task

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class KeepRule:
    """How many days, weeks and months keep their newest backup. The house's rule until the clinic sets its own."""

    days: int = 14
    weeks: int = 8
    months: int = 24

    @classmethod
    def parse(cls, text: str) -> "KeepRule":
        """Read «14,8,24»; OperatorError where it is not three numbers of which one is above nought."""
        try:
            days, weeks, months = (int(part) for part in text.split(","))
        except ValueError:
            days = weeks = months = -1
        if min(days, weeks, months) < 0 or days + weeks + months == 0:
            raise OperatorError(
                f"«{text}» does not say how many backups to keep", "nothing was changed",
                "give days, weeks and months, such as 14,8,24")
        return cls(days, weeks, months)

    def __str__(self) -> str:
        return f"{self.days},{self.weeks},{self.months}"


@dataclass(frozen=True, slots=True)
class BackupNote:
    """A whole backup: where it lies, when it was made (UTC), why, and how large it is."""

    place: str
    folder_id: str
    kind: str
    made_us: int
    why: str
    size_bytes: int


class BackupKeeper(Protocol):
    """Makes and finds backups of the folder that is open. Every call may take minutes: never on the window's thread."""

    def make(self, place: str, why: str) -> BackupNote:
        """Make one below ``place`` (empty: the folder's own) and prove it; OperatorError where it fails."""
        ...

    def found(self, place: str) -> list[BackupNote]:
        """Give the whole backups of this folder below ``place``, newest first."""
        ...

    def remove(self, notes: Iterable[BackupNote]) -> None:
        """Delete backups that no rule keeps."""
        ...


def kept(made: Iterable[tuple[Key, date]], rule: KeepRule) -> set[Key]:
    """Give which backups a rule keeps: of each of its days, weeks and months that has any, the newest.

    ``made`` is newest first. The newest of all is always kept.
    """
    known = list(made)
    chosen = {key for key, _ in known[:1]}
    parts: tuple[tuple[int, Callable[[date], Hashable]], ...] = (
        (rule.days, lambda day: day), (rule.weeks, lambda day: day.isocalendar()[:2]),
        (rule.months, lambda day: (day.year, day.month)))
    for most, span_of in parts:
        newest: dict[Hashable, Key] = {}
        for key, day in known:
            newest.setdefault(span_of(day), key)
        chosen |= set(list(newest.values())[:most])
    return chosen


def last_night(now: datetime) -> datetime:
    """Give the newest hour of nightly backups that has passed."""
    tonight = datetime.combine(now.date(), NIGHT, now.tzinfo)
    return tonight if now >= tonight else tonight - timedelta(days=1)


def is_due(now: datetime, last_made: datetime | None) -> bool:
    """Tell whether the nightly backup has still to be made."""
    return last_made is None or last_made < last_night(now)


def is_too_old(now: datetime, last_made: datetime | None) -> bool:
    """Tell whether somebody should see to the backups."""
    return last_made is None or now - last_made > timedelta(days=TOO_OLD_DAYS)
