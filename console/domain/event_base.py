"""What every event is made of: the payload's base, the event itself, and parts shared by payloads."""

from dataclasses import dataclass, field
from typing import ClassVar, TypeVar

_Value = TypeVar("_Value")


def later(default: _Value) -> _Value:
    """Give a field that came to an event kind after it was first recorded.

    It is written only where it differs from its default: an older history then gives the same bytes,
    and so the same hashes, as when it was recorded.
    """
    return field(default=default, metadata={"later": True})


@dataclass(frozen=True, slots=True)
class Payload:
    """Base of every event's payload; ``version`` rises when its fields change meaning."""

    kind: ClassVar[str] = ""
    version: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class SessionEvent:
    """One thing that happened: when (UTC microseconds), by whom, what."""

    at_us: int
    actor_id: str
    what: Payload


@dataclass(frozen=True, slots=True)
class AreaPlan:
    """What is meant to happen on one area; depth in µm, rate in strokes per second x 100."""

    area_id: str
    label: str
    target_depth_um: int
    band_low_um: int
    band_high_um: int
    rate_low_chz: int
    rate_high_chz: int
    passes: int
    endpoint: str
    planned_s: int
    area_mm2: int | None = None
    depth_source: str = ""
    punctures_low_per_cm2: int | None = later(None)  # the plan's range of the estimate; both ends or none
    punctures_high_per_cm2: int | None = later(None)


@dataclass(frozen=True, slots=True)
class RuleRef:
    """A screening rule as it stood when it was asked: class ``stop``, ``precaution`` or ``anesthetic_only``.

    0 or empty: no wait, no age, no skin type; ``only_areas`` empty: asked of every area.
    """

    rule_id: str
    group_id: str
    question: str
    rule_class: str
    scope: str  # "patient" or "area"
    override_allowed: bool
    source: str
    wait_number: int = later(0)
    wait_unit: str = later("")  # days, weeks, months
    both_ways: bool = later(False)  # the wait also counts before something planned
    ask_again_days: int = later(0)
    only_areas: tuple[str, ...] = later(())
    below_age_years: int = later(0)
    skin_types: tuple[str, ...] = later(())
    closes_anesthetic: bool = later(False)  # overridden, it still closes the anesthetic step


@dataclass(frozen=True, slots=True)
class ProductLot:
    """A product as scanned, typed or chosen; ``expiry`` is an ISO date or empty."""

    product_id: str
    name: str
    role: str  # anesthetic, serum, cartridge, glide
    gtin: str = ""
    lot: str = ""
    expiry: str = ""
    serial: str = ""
    entry: str = "scan"  # scan, typed, chosen, tag
