"""A session's history as a timeline shows it: its phases, its entries in words, its alarms and its gaps."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from console.domain import session_events as ev
from console.domain.ports import StoredEvent
from console.domain.session_fold import undone_ordinals
from console.domain.session_state import SessionState
from console.services.event_words import EventWords, missing_words, plain
from console.services.sample_table import SampleTable

# What a line is about, for choosing among them; every other entry is «step».
ALARM, GAP, NEEDLING, MARK, DECISION, STEP = "alarm", "gap", "needling", "mark", "decision", "step"
OVER = "over"  # read from the samples, no entry: ``over_stretches``
KINDS: dict[type[ev.Payload], str] = {
    ev.AlarmRaised: ALARM, ev.AlarmEnded: ALARM, ev.AlarmAcknowledged: ALARM, ev.AlarmEscalated: ALARM,
    ev.AudioPaused: ALARM, ev.GapRecorded: GAP, ev.LinkChanged: GAP, ev.ConsoleRestarted: GAP, ev.ClockJumped: GAP,
    ev.PassStarted: NEEDLING, ev.PassFinished: NEEDLING, ev.AreaFinished: NEEDLING, ev.NeedlingPaused: NEEDLING,
    ev.NeedlingResumed: NEEDLING, ev.MarkSet: MARK, ev.NoteWritten: MARK, ev.EndpointNoted: MARK, ev.PainRated: MARK,
    ev.ReactionReported: MARK, ev.ScreeningOverridden: DECISION, ev.OffLabelAccepted: DECISION,
    ev.TargetChanged: DECISION, ev.PassesChanged: DECISION, ev.MarkUndone: DECISION, ev.SessionStopped: DECISION,
    ev.CompetenceAccepted: DECISION, ev.ConsentWithdrawn: DECISION, ev.Amended: DECISION, ev.HandedOver: DECISION,
}
FLAGGED = (ev.MarkSet, ev.NoteWritten, ev.NeedlingPaused, ev.ReactionReported, ev.SessionStopped, ev.TargetChanged)


@dataclass(frozen=True, slots=True)
class StoryLine:
    """An entry of the history; ``at_us`` is when it happened (an alarm: when it arose)."""

    at_us: int
    seq: int
    words: str
    actor_id: str
    kind: str = STEP
    priority: str = ""
    taken_back: bool = False
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class PhaseSpan:
    """A phase and when it ran."""

    name: str
    start_us: int
    end_us: int


@dataclass(frozen=True, slots=True)
class GapSpan:
    """Readings that are missing, and between which moments."""

    start_us: int
    end_us: int
    count: int
    words: str


def story_of(events: Sequence[StoredEvent], state: SessionState) -> tuple[StoryLine, ...]:
    """Give every entry in words, in their order."""
    undone, words = undone_ordinals([one.event for one in events]), EventWords(state)
    return tuple(_line(one, words, ordinal in undone) for ordinal, one in enumerate(events))


def _line(stored: StoredEvent, words: EventWords, taken_back: bool) -> StoryLine:
    event, what = stored.event, stored.event.what
    raised = what if isinstance(what, ev.AlarmRaised) else None
    return StoryLine(
        raised.arose_at_us if raised is not None else event.at_us, stored.seq, words.say(what), event.actor_id,
        KINDS.get(type(what), STEP), raised.priority if raised is not None else "", taken_back,
        isinstance(what, FLAGGED) and not taken_back)


def phases_of(events: Sequence[StoredEvent], state: SessionState) -> tuple[PhaseSpan, ...]:
    """Give the phases in turn, each until the next, the last until the last entry."""
    begun = [(one.event.at_us, one.event.what.phase) for one in events if isinstance(one.event.what, ev.PhaseEntered)]
    if not events:
        return ()
    begun.insert(0, (state.opened_at_us, "check_in"))
    ends = [*(at_us for at_us, _ in begun[1:]), state.last_at_us]
    return tuple(PhaseSpan(plain(name).capitalize(), at_us, end_us)
                 for (at_us, name), end_us in zip(begun, ends, strict=True) if end_us > at_us)


def gaps_of(state: SessionState, table: SampleTable) -> tuple[GapSpan, ...]:
    """Give where readings are missing, by the readings before and after; one at the edge reaches as far as is known."""
    words, found = EventWords(state), []
    for gap in state.gaps:
        span = _gap_span(gap, table)
        if span is not None:
            found.append(GapSpan(*span, gap.count, words.say(gap)))
    return tuple(sorted(found, key=lambda one: one.start_us))


def _gap_span(gap: ev.GapRecorded, table: SampleTable) -> tuple[int, int] | None:
    boot = next((place for place, name in enumerate(table.boots) if name == (gap.pen_serial, gap.boot_id)), None)
    if boot is None:
        return None
    mine = np.flatnonzero(table.boot == boot)
    cut = int(np.searchsorted(table.index[mine], gap.first_index))
    period_us = int(table.period_us[mine[0]])
    length_us = gap.count * period_us
    if cut:
        start_us = int(table.utc_us[mine[cut - 1]]) + period_us
        after = int(table.utc_us[mine[cut]]) if cut < len(mine) else start_us + length_us
        return start_us, max(after, start_us)
    end_us = int(table.utc_us[mine[0]])
    return end_us - length_us, end_us


def gap_total_words(state: SessionState) -> str:
    """Say how many readings are missing in all; empty where none is."""
    return missing_words(sum(one.count for one in state.gaps)) if state.gaps else ""


def actors_of(events: Sequence[StoredEvent]) -> tuple[tuple[str, int, int, int], ...]:
    """Give who wrote how many entries, from when until when, in order of appearance."""
    found: dict[str, tuple[int, int, int]] = {}
    for one in events:
        count, first, _ = found.get(one.event.actor_id, (0, one.event.at_us, 0))
        found[one.event.actor_id] = (count + 1, first, one.event.at_us)
    return tuple((actor_id, *told) for actor_id, told in found.items())
