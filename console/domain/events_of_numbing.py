"""Events of the anesthetic that come beside putting it on and taking it off (``events_of_intake``)."""

from dataclasses import dataclass
from typing import ClassVar

from console.domain.event_base import Payload, later


@dataclass(frozen=True, slots=True)
class WeightTaken(Payload):
    """The patient's weight, asked where a label's limits go by it."""

    kind: ClassVar[str] = "weight_taken"
    weight_g: int


@dataclass(frozen=True, slots=True)
class AnestheticRemovedFrom(Payload):
    """Taken off some areas and those cleansed; ``disinfected`` where that was confirmed with it."""

    kind: ClassVar[str] = "anesthetic_removed_from"
    application_id: str
    area_ids: tuple[str, ...]
    early_reason: str = ""
    disinfected: bool = False


@dataclass(frozen=True, slots=True)
class DwellDoubted(Payload):
    """The console was started again and cannot tell whether the wall clock was changed meanwhile."""

    kind: ClassVar[str] = "dwell_doubted"


@dataclass(frozen=True, slots=True)
class DwellConfirmed(Payload):
    """Since when it is on the skin, confirmed by hand after the clock was in doubt (wall clock as it goes now)."""

    kind: ClassVar[str] = "dwell_confirmed"
    application_id: str
    since_us: int
    wall_less_steady_ms: int | None = later(None)  # at the confirming: tells after a restart whether there is new doubt
