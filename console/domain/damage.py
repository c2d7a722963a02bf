"""What is known of a record whose database is damaged, before anybody chose what to do."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from console.domain.backups import BackupNote


@dataclass(frozen=True, slots=True)
class SessionLeft:
    """A session of a damaged record; ``wrong`` is empty where it still proves itself."""

    session_id: UUID
    opened_us: int
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class DamageReport:
    """``wrong``: what is damaged; ``sessions``: what can be listed still, newest first, empty where nothing can.

    ``backup`` is the newest whole one, with its ``backup_sessions`` where they could be counted.
    """

    wrong: tuple[str, ...]
    sessions: tuple[SessionLeft, ...] = ()
    backup: BackupNote | None = None
    backup_sessions: int | None = None


@dataclass(frozen=True, slots=True)
class Repaired:
    """A backup stands in the place of the damaged database, which lies in ``aside``; ``faults`` chains do not prove."""

    aside: str
    made_us: int
    faults: int


class PageChecker(Protocol):
    """Checks the whole database of the open folder. ``go_on`` may take minutes: never on the window's thread."""

    def due(self) -> bool:
        """Tell whether a check is to be begun or gone on with."""
        ...

    def go_on(self, may: Callable[[], bool]) -> str:
        """Check until all is checked or ``may`` forbids; give what is damaged, empty where nothing was found."""
        ...
