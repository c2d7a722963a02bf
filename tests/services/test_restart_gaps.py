import pytest

from console.domain import session_events as ev
from console.domain.ports import StoredRun
from console.domain.session_state import SessionState
from console.services.restart_gaps import restart_gaps

SERIAL = "A1-000042"


def began(first_index, boot_id=7, serial=SERIAL):
    return ev.RecordingBegan(serial, boot_id, first_index)


def run(first_index, end_index, boot_id=7):
    return StoredRun(SERIAL, boot_id, first_index, end_index)


def named(stored, goes_on, recordings=(100,), gaps=()):
    state = SessionState()
    state.recordings = [one if isinstance(one, ev.RecordingBegan) else began(one) for one in recordings]
    state.gaps = [ev.GapRecorded(SERIAL, 7, first, count, "not_held") for first, count in gaps]
    made = restart_gaps(state, stored, goes_on)
    assert all(gap.cause == "console_restart" for gap in made)
    return [(gap.boot_id, gap.first_index, gap.count) for gap in made]


@pytest.mark.parametrize(("stored", "goes_on", "expected"), [
    ([run(100, 600)], began(900), [(7, 600, 300)]),
    ([run(100, 600)], began(601), [(7, 600, 1)]),
    ([run(100, 600)], began(600), []),
    ([], began(900), [(7, 100, 800)]),
    ([run(110, 600)], began(600), [(7, 100, 10)]),
    ([run(100, 600)], began(5, boot_id=8), [(7, 600, 0)]),
    ([run(100, 600)], began(900, serial="A1-000043"), [(7, 600, 0)]),
    ([run(100, 600)], None, [(7, 600, 0)]),
])
def test_what_lies_between_the_last_stored_sample_and_the_new_beginning(stored, goes_on, expected):
    assert named(stored, goes_on) == expected


def test_holes_still_asked_for_when_it_was_killed_are_named_too():
    assert named([run(100, 200), run(220, 300)], began(310)) == [(7, 200, 20), (7, 300, 10)]


def test_a_hole_with_a_name_of_its_own_is_not_named_twice():
    assert named([run(100, 200), run(220, 300)], began(300), gaps=[(200, 20)]) == []
    assert named([run(100, 200), run(220, 300)], began(300), gaps=[(205, 5)]) == [(7, 200, 5), (7, 210, 10)]


def test_only_the_last_window_counts_what_lay_between_two_was_never_wanted():
    assert named([run(100, 200), run(500, 600)], began(610), recordings=(100, 500)) == [(7, 600, 10)]


def test_a_boot_that_came_later_in_the_window_goes_on():
    stored = [run(100, 200), run(0, 50, boot_id=8)]
    assert named(stored, began(60, boot_id=8)) == [(8, 50, 10)]
    assert named(stored, began(3, boot_id=9)) == [(8, 50, 0)]


def test_without_a_recording_nothing_is_missing():
    assert named([], began(10), recordings=()) == []
