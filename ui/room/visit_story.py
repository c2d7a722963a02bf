"""What the last visit left: figures in words, for the check-in page."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from console.domain.areas import labels_of
from console.domain.quantities import quantity
from console.domain.session_events import AreaPlan
from console.domain.session_state import SessionState
from console.services.local_time import day_text, local_day

_ASIDES = re.compile(r"\s*\([^)]*\)|\s*\[[^\]]*\]")


@dataclass(frozen=True)
class Setting:
    """Areas that share a depth and a number of passes."""

    areas: str
    depth: str
    passes: int


def settings_of(areas: Sequence[AreaPlan]) -> tuple[Setting, ...]:
    """Give the areas' settings, those that are alike together, deepest first."""
    groups: dict[tuple[int, int], list[str]] = {}
    for area in areas:
        groups.setdefault((area.target_depth_um, area.passes), []).append(area.area_id)
    ordered = sorted(groups.items(), key=lambda one: -one[0][0])
    return tuple(Setting(labels_of(ids), quantity("depth_um").with_unit(depth), passes)
                 for (depth, passes), ids in ordered)


def last_visit_facts(last: SessionState) -> tuple[tuple[str, str], ...]:
    """Give the last visit's facts as (name, value)."""
    done = sum(1 for area in last.areas.values() if area.finished)
    deepest = max((area.plan.target_depth_um for area in last.areas.values()), default=None)
    return (
        ("Last session", f"{day_text(local_day(last.opened_at_us))}, {last.practitioner_id}"),
        ("Areas done", f"{done} of {len(last.areas)}"),
        ("Deepest target", quantity("depth_um").with_unit(deepest)),
        ("Numbing", _numbing(last)),
        ("Reactions", _reactions(last)),
    )


def _numbing(last: SessionState) -> str:
    if last.anesthetic_skipped or not last.anesthetics:
        return "None used"
    first = next(iter(last.anesthetics.values()))
    minutes = ((first.removed_at_us or first.since_us) - first.since_us) // 60_000_000
    return f"{first.applied.product.name}, {minutes} min"


def _reactions(last: SessionState) -> str:
    if not last.reactions:
        return "None reported"
    return f"{len(last.reactions)} reported"


def weeks_text(days: int) -> str:
    """Write days as «5 wk 1 d»."""
    return f"{days // 7} wk {days % 7} d"


def count_of(number: int, word: str, ending: str = "s") -> str:
    """Write «1 area» or «9 areas»."""
    return f"{number} {word}{'' if number == 1 else ending}"


def short_source(source: str) -> str:
    """Give a source without addresses and grades: the source list has them."""
    return _ASIDES.sub("", source)
