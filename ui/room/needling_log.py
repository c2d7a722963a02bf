"""The events of one area as short lines, newest first; what was taken back stays, struck through."""

from collections.abc import Callable, Sequence
from typing import Any

from console.domain import session_events as ev
from console.domain.quantities import quantity
from console.domain.session_events import Payload, SessionEvent
from console.domain.session_fold import undone_ordinals
from console.domain.session_state import SessionState
from console.services.event_words import EventWords, after, missing_words, plain
from console.services.local_time import clock_seconds_text
from ui.widgets.lists import EventRow

MOST_ROWS = 60


def _target(e: ev.TargetChanged) -> str:
    return f"Target {quantity('depth_um').with_unit(e.target_depth_um)}{after(e.reason)}"


def _by_hand(e: ev.ManualSettings) -> str:
    rate = f", {quantity('rate_chz').with_unit(e.rate_chz)}" if e.rate_chz is not None else ""
    return f"By hand {quantity('depth_um').with_unit(e.depth_um)}{rate}"


_SHORT: dict[type[Payload], Callable[[Any], str]] = {
    ev.PassStarted: lambda e: f"Pass {e.pass_number} started",
    ev.PassFinished: lambda e: f"Pass {e.pass_number} done",
    ev.AreaFinished: lambda e: f"Area done{after(e.short_reason, ', short: ')}",
    ev.NeedlingPaused: lambda e: "Paused",
    ev.NeedlingResumed: lambda e: "Resumed",
    ev.ManualSettings: _by_hand,
    ev.TargetChanged: _target,
    ev.PassesChanged: lambda e: f"{e.passes} passes planned",
    ev.EndpointNoted: lambda e: f"{plain(e.endpoint).capitalize()}{'' if e.seen else ' not seen'}",
    ev.MarkSet: lambda e: f"Mark{after(e.text)}",
    ev.NoteWritten: lambda e: e.text,
    ev.AlarmRaised: lambda e: e.text.partition(". ")[0].rstrip("."),
    ev.GapRecorded: lambda e: missing_words(e.count).capitalize(),
}
_WHEREVER = (ev.NeedlingPaused, ev.NeedlingResumed, ev.GapRecorded, ev.PenBound, ev.ManualModeChosen)


def area_events(history: Sequence[SessionEvent], area_id: str, state: SessionState) -> list[EventRow]:
    """Give the lines of one area; what names no area belongs to the one needled then."""
    undone, words = undone_ordinals(history), EventWords(state)
    rows: list[EventRow] = []
    active = ""
    for ordinal, event in enumerate(history):
        what = event.what
        if isinstance(what, ev.PassStarted) and ordinal not in undone:
            active = what.area_id
        where = getattr(what, "area_id", "") or active
        if where == area_id and isinstance(what, (*_SHORT, *_WHEREVER)):
            rows.append(_row(event, ordinal in undone, words))
    return rows[:-MOST_ROWS - 1:-1]


def _row(event: SessionEvent, struck: bool, words: EventWords) -> EventRow:
    what = event.what
    at_us = what.arose_at_us if isinstance(what, ev.AlarmRaised) else event.at_us
    say = _SHORT.get(type(what))
    priority = what.priority if isinstance(what, ev.AlarmRaised) else ""
    return EventRow(clock_seconds_text(at_us), say(what) if say else words.say(what), priority, struck=struck)
