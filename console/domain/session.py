"""A session as the desk holds it: commands in, events out, state folded from the history."""

from collections.abc import Callable, Iterable
from uuid import UUID

from console.domain import session_events as ev
from console.domain.errors import Refusal
from console.domain.session_events import Payload, SessionEvent
from console.domain.session_state import SessionState, apply, fold

Command = Callable[[SessionState], list[Payload]]

UNDOABLE = (
    ev.PassStarted, ev.PassFinished, ev.AreaFinished, ev.EndpointNoted, ev.MarkSet, ev.NoteWritten,
    ev.NeedlingPaused, ev.NeedlingResumed, ev.ManualSettings, ev.TargetChanged, ev.PassesChanged,
    ev.SerumApplied, ev.PrpApplied, ev.SerumSkipped, ev.AnestheticSkipped, ev.GlideChosen,
    ev.SkinDisinfected, ev.AftercareGiven, ev.NextSessionProposed,
)


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
            for ordinal in wanted:
                if not isinstance(self.history[ordinal].what, UNDOABLE):
                    raise Refusal("That entry cannot be taken back", "it stays in the record")
            return [ev.MarkUndone(ordinal, reason) for ordinal in wanted]

        return command
