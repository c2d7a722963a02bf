"""Where a figure comes from. Nothing clinical is kept without at least one of these."""

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How far a source carries."""

    REGULATOR = "R"  # regulator, drug label, statute
    PEER_REVIEWED = "P"  # peer-reviewed, or a trial registry
    MANUFACTURER = "M"
    SECONDARY = "S"  # clinic, blog, copy of a label
    CLINIC = "C"  # this clinic's own choice
    CONSOLE = "D"  # a design choice of this program, no clinical figure


@dataclass(frozen=True, slots=True)
class Source:
    """A source as cited; ``text`` is what a clinician would look up."""

    source_id: str
    text: str
    grade: Grade


def cite(sources: tuple[Source, ...]) -> str:
    """Give sources as one line for a record or a screen."""
    return "; ".join(f"{source.text} [{source.grade}]" for source in sources)
