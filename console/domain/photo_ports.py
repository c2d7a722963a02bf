"""What photos need from outside: a shelf in the database, and a studio that turns files into pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Developed:
    """A picture made anew from its pixels alone: nothing of the file's own words is left in it."""

    body: bytes
    thumb: bytes
    width_px: int
    height_px: int
    form: str = "jpeg"


@dataclass(frozen=True, slots=True)
class PhotoRow:
    """A picture as it is stored."""

    photo_id: str
    session_id: UUID
    patient_id: str
    moment: str
    view: str
    taken_us: int
    picture: Developed
    sha256: bytes


@dataclass(frozen=True, slots=True)
class StoredPhoto:
    """Which picture lies there; ``taken_us`` is UTC."""

    photo_id: str
    session_id: str
    moment: str
    view: str
    taken_us: int


class PhotoStudio(Protocol):
    """Reads a file's pixels; called off the GUI thread."""

    def develop(self, raw: bytes, long_edge_px: int) -> Developed:
        """Make a picture from a file's bytes; OperatorError where they are none."""
        ...


class PhotoShelf(Protocol):
    """Stored pictures. Called on the query thread only."""

    def keep(self, rows: Sequence[PhotoRow], actor_id: str) -> None:
        """Store pictures in one commit; OperatorError where that could not be done in time."""
        ...

    def sessions_of(self, patient_id: str) -> list[UUID]:
        """Give the sessions that have pictures of a patient, oldest first."""
        ...

    def thumbs(self, patient_id: str) -> dict[str, bytes]:
        """Give the small pictures of a patient by photo id."""
        ...

    def body(self, photo_id: str) -> bytes | None:
        """Give a picture's bytes, None where it is missing."""
        ...
