"""A session as the desk holds it: commands in, events out, state folded from the history."""

from collections.abc import Callable, Collection, Iterable, Sequence
from uuid import UUID

from console.domain import session_events as ev
from console.domain.errors import Refusal
from console.domain.session_events import Payload, SessionEvent
from console.domain.session_fold import apply, fold, undone_ordinals
from console.domain.session_state import SessionState

Command = Callable[[SessionState], list[Payload]]

MARKS = (
    ev.EndpointNoted, ev.MarkSet, ev.NoteWritten, ev.ManualSettings, ev.TargetChanged, ev.OffLabelAccepted,
    ev.OrderChosen, ev.DirectionChosen, ev.PainRated, ev.EmergencyLogged,
)
FLOW = (ev.PassStarted, ev.PassFinished, ev.AreaFinished, ev.NeedlingPaused, ev.NeedlingResumed, ev.PassesChanged)
STEPS = (
    ev.SerumApplied, ev.PrpApplied, ev.SerumSkipped, ev.AnestheticSkipped, ev.GlideChosen, ev.SkinDisinfected,
    ev.AftercareGiven, ev.NextSessionProposed,
)
# All that a closed record takes: amendments, and pictures of how it went on (a set taken again strikes the former).
AFTER_CLOSING = (ev.Amended, ev.PhotoTaken, ev.PhotoStruck)


def why_not_undo(history: Sequence[SessionEvent], ordinals: Collection[int]) -> str:
    """Give the reason why these entries cannot be taken back, empty if they can.

    Marks always can, until the session closes. The flow of passes only from its end backwards, and
    a step only while its phase lasts: else what came after would stand on nothing.
    """
    undone = undone_ordinals(history)
    for ordinal in ordinals:
        what = history[ordinal].what
        later = [
            event.what for place, event in enumerate(history)
            if place > ordinal and place not in undone and place not in ordinals
        ]
        if ordinal in undone:
            return "That entry was taken back before"
        if not isinstance(what, (*MARKS, *FLOW, *STEPS)):
            return "That entry cannot be taken back"
        if isinstance(what, (*FLOW, *STEPS)) and any(isinstance(one, ev.PhaseEntered) for one in later):
            return "Its phase is over"
        if isinstance(what, FLOW) and any(isinstance(one, (*FLOW, ev.SessionStopped)) for one in later):
            return "A later step stands on that entry"
    return ""


class Session:
    """One session's history with the state it folds to."""

    def __init__(self, session_id: UUID, history: Iterable[SessionEvent] = ()) -> None:
        self.session_id = session_id
        self.history: list[SessionEvent] = list(history)
        self.state = fold(self.history)

    def decide(self, command: Command, at_us: int, actor_id: str) -> list[SessionEvent]:
        """Let ``command`` judge the state; give the events it made, already folded in.

        Raises Refusal, with nothing changed, where the rules do not allow it. Time never goes back
        within a history: an event earlier than the last bears the last one's time.
        """
        at_us = max(at_us, self.state.last_at_us)
        events = [SessionEvent(at_us, actor_id, what) for what in command(self.state)]
        if self.state.closed and not all(isinstance(event.what, AFTER_CLOSING) for event in events):
            raise Refusal("The session is closed", "its record is kept", "use an amendment")
        self.accept(events)
        return events

    def accept(self, events: Iterable[SessionEvent]) -> None:
        """Fold events in as they are."""
        for event in events:
            self.history.append(event)
            if isinstance(event.what, ev.MarkUndone):
                self.state = fold(self.history)
            else:
                apply(self.state, event)

    def undo(self, ordinals: Iterable[int], reason: str) -> Command:
        """Give the command that takes back the events at ``ordinals``, newest first."""
        wanted = sorted(ordinals, reverse=True)

        def command(state: SessionState) -> list[Payload]:
            if state.closed:
                raise Refusal("The session is closed", "its record is kept", "use an amendment")
            if why := why_not_undo(self.history, wanted):
                raise Refusal(why, "it stays in the record")
            return [ev.MarkUndone(ordinal, reason) for ordinal in wanted]

        return command
