"""The composition: sessions left open are taken up again, and what became of their record is told."""

import pytest
from fake_clock import FakeClock

from console.app.compose import compose
from console.domain.people import Patient, Role, Staff
from console.services.day_desk import Place
from db.data_folder import DEMO, create_folder, open_folder

PLACE = Place("Room 2", "station-1", "demo")
MEYER = Staff("PR-02", "A. Meyer", Role.PRACTITIONER)


@pytest.fixture
def left_open(tmp_path):
    """A folder with one session that a former run left in check-in."""
    clock = FakeClock()
    made = compose(create_folder(tmp_path / "demo", DEMO, clock), clock, PLACE)
    made.console.registry.save_patient(Patient("P-0412", "Anna Keller", "1992-03-04"), "PR-02")
    made.console.desk.actor = MEYER
    session_id = made.console.day.start("P-0412", "facial_acne_scars")
    assert made.close()
    return tmp_path / "demo", session_id


def test_an_open_session_is_taken_up_with_a_note_of_the_restart(left_open):
    path, session_id = left_open
    again = compose(open_folder(path, writing=True), FakeClock(), PLACE)
    (session,) = again.console.desk.sessions
    assert session.session_id == session_id and session.state.restarts == 1
    assert again.console.desk.front is None, "whose it is is asked first"
    assert again.console.damaged == ()
    assert again.close()


def test_an_open_session_whose_record_was_cut_is_told_and_not_only_logged(left_open, caplog):
    path, session_id = left_open
    head = path / "heads" / f"{session_id}.json"
    head.write_text(head.read_text().replace('"seq":', '"seq":1'))
    again = compose(open_folder(path, writing=True), FakeClock(), PLACE)
    assert [one.session_id for one in again.console.damaged] == [session_id]
    again.close()
    caplog.clear()
