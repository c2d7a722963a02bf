"""The rig the pages are tested on: it walks a whole treatment on the real services."""

import pytest
from console_rig import ScriptedLink, close_console, finish_session, make_console, start_session, walk_to

from console.domain.errors import Refusal
from console.domain.workflow import Phase
from console.services.session_desk import Saving


@pytest.fixture
def console():
    made = make_console()
    yield made
    close_console(made)


@pytest.mark.parametrize("phase", list(Phase))
def test_it_walks_to_every_phase(console, phase: Phase) -> None:
    start_session(console)
    walk_to(console, phase)
    assert console.desk.front.state.phase is phase


def test_with_a_pen_it_records_and_seals(console) -> None:
    link = console.station.link
    assert isinstance(link, ScriptedLink)
    link.show_pen()
    session_id = start_session(console)
    walk_to(console, Phase.NEEDLING)
    console.station.drain()
    link.push(25)
    console.station.drain()
    finish_session(console)
    kinds = [event.what.kind for event in console.recorder.story[session_id]]
    assert {"pen_bound", "recording_began", "recording_ended", "sealed"} <= set(kinds)
    assert sum(batch.count for owner, batch in console.recorder.batches if owner == session_id) == 25


def test_the_last_visit_and_the_day_are_there(console) -> None:
    rows = console.day.rows()
    assert [row.appointment.patient_id for row in rows] == ["P-0412", "P-0460", "P-0377", "P-0231"]
    assert rows[0].days_since_last == 36 and rows[0].course.done == 2


def test_a_slow_or_failing_recorder_shows(console) -> None:
    console.recorder.slow = True
    start_session(console)
    assert console.desk.saving() is Saving.SAVING
    console.recorder.catch_up()
    assert console.desk.saving() is Saving.SAVED
    console.recorder.failing = "The disk is full"
    assert console.desk.saving() is Saving.NOT_SAVED


def test_nobody_signed_in_starts_nothing() -> None:
    console = make_console(last_visit=False, signed_in=False)
    with pytest.raises(Refusal):
        start_session(console)
    close_console(console)
