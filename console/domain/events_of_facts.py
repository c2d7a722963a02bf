"""Events of needling's facts: the label, the way through the areas, directions and pain."""

from dataclasses import dataclass
from typing import ClassVar

from console.domain.event_base import Payload


@dataclass(frozen=True, slots=True)
class LabelJudged(Payload):
    """How the plan stood to the pen's label: per area its standing and why; recorded whenever it changed."""

    kind: ClassVar[str] = "label_judged"
    pen: str  # the pen's name, empty where depth and rate are entered by hand
    standing: str  # the worst of all: on_label, off_label, not_evaluated
    area_ids: tuple[str, ...]
    standings: tuple[str, ...]
    reasons: tuple[tuple[str, ...], ...]
    source: str
    why: str  # in one sentence


@dataclass(frozen=True, slots=True)
class OffLabelAccepted(Payload):
    """Gone on off label: what was found on which area, and the reason given."""

    kind: ClassVar[str] = "off_label_accepted"
    area_ids: tuple[str, ...]
    findings: tuple[tuple[str, ...], ...]
    reason: str


@dataclass(frozen=True, slots=True)
class OrderChosen(Payload):
    """All passes of one area before the next (``area``), or one pass of every area, then the next (``rounds``)."""

    kind: ClassVar[str] = "order_chosen"
    order: str


@dataclass(frozen=True, slots=True)
class DirectionChosen(Payload):
    """A pass goes in another direction than planned: horizontal, vertical or oblique."""

    kind: ClassVar[str] = "direction_chosen"
    area_id: str
    pass_number: int
    direction: str


@dataclass(frozen=True, slots=True)
class PainRated(Payload):
    """Pain as the patient gives it, 0 to 100 mm of the visual scale; no area: of the session."""

    kind: ClassVar[str] = "pain_rated"
    area_id: str
    vas_mm: int
