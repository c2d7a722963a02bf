"""What came after a session, in one line: adverse events, and what the patient told."""

from collections.abc import Sequence

from console.domain.adverse_events import AdverseEvent
from console.services.follow_up_desk import ToldLine

TOLD_NAMED = 2


def after_words(events: Sequence[AdverseEvent], told: Sequence[ToldLine]) -> str:
    """Name the events, then what was told, beyond its expected course first; empty where there is nothing."""
    parts = [f"Adverse event {one.event_id}, {one.state}." for one in events]
    named = sorted(told, key=lambda one: not one.beyond)
    if named:
        words = [f"{one.told.text}, {one.told.severity}{' (beyond its course)' if one.beyond else ''}"
                 for one in named[:TOLD_NAMED]]
        more = f" and {len(named) - TOLD_NAMED} more" if len(named) > TOLD_NAMED else ""
        parts.append(f"Told afterwards: {'; '.join(words)}{more}.")
    return " ".join(parts)
