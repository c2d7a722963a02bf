"""A session's events so far with the state they fold to, so that one more event costs one step of the fold."""

from collections.abc import Iterable, Iterator, Sequence
from typing import overload

from console.domain.ports import StoredEvent
from console.domain.session_events import MarkUndone
from console.domain.session_fold import apply, fold
from console.domain.session_state import SessionState
from console.domain.station_proof import closes


class GrowingStory(Sequence[StoredEvent]):
    """Events in order; ``state`` is folded on, anew where one was taken back; ``closed`` once one closed it."""

    def __init__(self, events: Iterable[StoredEvent] = ()) -> None:
        self._events = list(events)
        self.closed = any(closes(one.event) for one in self._events)
        self._state: SessionState | None = None
        self._folded = 0

    def __len__(self) -> int:
        return len(self._events)

    def __iter__(self) -> Iterator[StoredEvent]:
        return iter(self._events)

    @overload
    def __getitem__(self, place: int) -> StoredEvent: ...

    @overload
    def __getitem__(self, place: slice) -> list[StoredEvent]: ...

    def __getitem__(self, place: int | slice) -> StoredEvent | list[StoredEvent]:
        return self._events[place]

    def add(self, stored: StoredEvent) -> None:
        """Put an event behind the others."""
        self._events.append(stored)
        self.closed = self.closed or closes(stored.event)

    @property
    def state(self) -> SessionState:
        """Give the state all events fold to; whoever asks changes nothing of it."""
        fresh = [one.event for one in self._events[self._folded:]]
        if self._state is None or any(isinstance(event.what, MarkUndone) for event in fresh):
            self._state = fold(one.event for one in self._events)
        else:
            for event in fresh:
                apply(self._state, event)
        self._folded = len(self._events)
        return self._state


def state_of(story: Sequence[StoredEvent]) -> SessionState:
    """Give the state a story folds to."""
    return story.state if isinstance(story, GrowingStory) else fold(one.event for one in story)
