"""How far the whole check of a large database came: kept beside it in ``page-check.json``."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from db.atomic_file import write_atomically
from db.folder_file import PAGE_CHECK_FILE


@dataclass(frozen=True, slots=True)
class CheckState:
    """``completed_us``: when the last whole one ended; ``damage``: what was found, in the library's words."""

    begun_us: int = 0
    completed_us: int = 0
    next_page: int = 1
    pages_later: list[int] = field(default_factory=list)  # newer in the log when they were looked at
    tables_done: list[str] = field(default_factory=list)
    damage: str = ""

    @property
    def unfinished(self) -> bool:
        """Tell whether one was begun and not ended."""
        return self.begun_us > self.completed_us


def read_state(folder: Path) -> CheckState:
    """Read it; from the beginning where it cannot be read."""
    try:
        kept = CheckState(**json.loads((folder / PAGE_CHECK_FILE).read_bytes()))
        numbers = [kept.begun_us, kept.completed_us, kept.next_page, *kept.pages_later]
        whole = all(type(one) is int and one >= 0 for one in numbers) and type(kept.damage) is str
        return kept if whole and all(type(one) is str for one in kept.tables_done) else CheckState()
    except (OSError, ValueError, TypeError):
        return CheckState()


def keep_state(folder: Path, state: CheckState) -> None:
    """Replace it; OSError where the disk refuses."""
    write_atomically(folder / PAGE_CHECK_FILE, json.dumps(asdict(state)).encode() + b"\n")


def forget_state(folder: Path) -> None:
    """Begin from the first page: another database lies there now."""
    (folder / PAGE_CHECK_FILE).unlink(missing_ok=True)
