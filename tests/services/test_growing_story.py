"""A story folded on is the story folded at once, after every event of a whole treatment."""

from dataclasses import replace

import treatments as t

from console.domain.ports import StoredEvent
from console.domain.session_events import MarkSet, MarkUndone, SessionEnded, SessionEvent
from console.domain.session_fold import fold
from console.services.growing_story import GrowingStory, state_of


def stored(seq: int, event: SessionEvent) -> StoredEvent:
    return StoredEvent(t.SESSION_ID, seq, event, bytes(32))


def test_it_folds_to_the_same_after_each_event() -> None:
    history = list(t.walk().history)
    history.insert(6, replace(history[5], what=MarkSet("face.chin", "here")))
    history.append(replace(history[-1], what=MarkUndone(6, "a slip")))
    story = GrowingStory()
    for seq, event in enumerate(history, 1):
        story.add(stored(seq, event))
        if seq % 3 != 1:  # not asked after each
            assert story.state == fold(history[:seq]) == state_of(list(story))
    assert story.state == fold(history) and len(story) == len(history)
    assert story[2].event == history[2] and [one.seq for one in story[3:5]] == [4, 5]


def test_it_knows_that_it_was_closed() -> None:
    story = GrowingStory()
    assert not story.closed
    story.add(stored(1, SessionEvent(1, "PR-01", SessionEnded("finished", ""))))
    assert story.closed and GrowingStory(list(story)).closed
