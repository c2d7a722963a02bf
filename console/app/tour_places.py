"""Where the tour leaves what it made."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class TourPlaces:
    """The folder named by ``--out`` and what lies in it."""

    out: Path

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.out / "data"

    @property
    def screens(self) -> Path:
        """The pictures."""
        return self.out / "screens"

    @property
    def sent_log(self) -> Path:
        """The pen's own account of what it sent."""
        return self.out / "pen-sent.json"
