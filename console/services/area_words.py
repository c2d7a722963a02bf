"""What was noted on areas beside their figures, in words: pain and directions."""

from console.domain.quantities import quantity
from console.domain.session_state import SessionState


def pain_words(state: SessionState) -> str:
    """Give the last pain rated on each area and of the session; empty where none was."""
    pain = quantity("pain_vas_mm")
    rated = [(area.plan.label, area.pain) for area in state.areas.values()] + [("Session", state.pain)]
    return "; ".join(f"{label} {pain.with_unit(ratings[-1][1])}" for label, ratings in rated if ratings)


def direction_words(state: SessionState) -> str:
    """Give the directions of the passes; areas gone over alike are told together."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for area in state.areas.values():
        if any(area.directions):
            alike.setdefault(area.directions, []).append(area.plan.label)
    return "; ".join(
        f"{', '.join(one for one in directions if one)}: {' and '.join(labels)}" if len(labels) < 3
        else f"{', '.join(one for one in directions if one)}: {len(labels)} areas"
        for directions, labels in alike.items())
