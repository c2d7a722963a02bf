"""Events of photos: a picture kept in the record, a picture struck from it."""

from dataclasses import dataclass
from typing import ClassVar

from console.domain.event_base import Payload


@dataclass(frozen=True, slots=True)
class PhotoTaken(Payload):
    """A picture was kept; the hashes are SHA-256, in hex, of the bytes stored in the database."""

    kind: ClassVar[str] = "photo_taken"
    photo_id: str
    view: str
    moment: str  # before, after, follow_up
    sha256: str
    size_bytes: int
    thumb_sha256: str
    width_px: int
    height_px: int
    form: str  # jpeg
    origin: str  # file, camera


@dataclass(frozen=True, slots=True)
class PhotoStruck(Payload):
    """A picture no longer counts; it stays in the record, marked."""

    kind: ClassVar[str] = "photo_struck"
    photo_id: str
    reason: str
