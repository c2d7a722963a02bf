"""The composition: sessions left open are taken up again, and what became of their record is told."""

import json
import threading
from decimal import Decimal

import printed
import pytest
from fake_clock import FakeClock

from console.app import compose as composing
from console.app.cli import main
from console.app.compose import compose
from console.domain.clinical_edits import THIS_CLINIC
from console.domain.errors import OperatorError
from console.domain.people import Patient, Role, Staff
from console.services.day_desk import Place
from console.services.place_settings import save_place
from db.data_folder import DEMO, create_folder, open_folder

PLACE = Place("Room 2", "station-1", "demo")
CHIEF = Staff("AD-01", "L. Novak", Role.ADMINISTRATOR)
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


def test_the_clinic_s_settings_outlive_the_run_and_change_no_record(left_open, qapp, capsys, tmp_path):
    path, session_id = left_open
    made = compose(open_folder(path, writing=True), FakeClock(), PLACE)
    shelf, neck = made.console.shelf, {"id": "neck", "cm2": Decimal("150.5"), "estimate": False, "source": THIS_CLINIC}
    shelf.save("area_size", "neck", neck, "measured here", CHIEF)
    scars = shelf.current.entries["plan", "facial_acne_scars"].table
    deeper = [{**one, "passes": 5} for one in scars["area"]]
    shelf.save("plan", "facial_acne_scars", {**scars, "area": deeper, "source": THIS_CLINIC}, "our habit", CHIEF)
    before = [event.what for event in made.console.desk.session(session_id).history]
    assert made.close()

    assert main(["clinical", "list", "--data", str(path), "--kind", "area_size", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert ("150.5", "cm²", "the clinic's settings") in {(one["value"], one["unit"], one["file"]) for one in listed}
    assert main(["verify", "--data", str(path)]) == 0
    report = tmp_path / "r.pdf"
    assert main(["export", str(session_id), "--data", str(path), "--format", "pdf", "--out", str(report)]) == 0
    pages = " ".join(printed.pages_of(report))
    assert "Clinical data" in pages and "No settings of the clinic's own" in pages and "our habit" not in pages

    again = compose(open_folder(path, writing=True), FakeClock(), PLACE)
    session = again.console.desk.session(session_id)
    assert {area.passes for area in again.console.shelf.current.plan("facial_acne_scars").areas} == {5}
    assert {area.passes for area in again.console.shelf.for_session(session).plan("facial_acne_scars").areas} != {5}
    assert [event.what for event in session.history][:len(before)] == before
    assert again.close()


def test_room_and_pen_class_set_by_the_clinic_count_at_the_next_start(left_open):
    path, _ = left_open
    made = compose(open_folder(path, writing=True), FakeClock(), PLACE)
    save_place(made.console.day, made.console.registry, {"room": "Room 7", "pen_class": "exceed"}, CHIEF)
    assert made.close()
    again = compose(open_folder(path, writing=True), FakeClock(), PLACE)
    place = again.console.day.place
    assert (place.room, place.station, place.pen_class) == ("Room 7", "station-1", "exceed")
    assert again.close()


def test_a_console_that_cannot_be_wired_leaves_no_writer_behind(left_open, monkeypatch):
    path, _ = left_open
    folder, threads = open_folder(path, writing=True), set(threading.enumerate())
    monkeypatch.setattr(composing, "apply_ledger", lambda *_: (_ for _ in ()).throw(OperatorError("Not trusted")))
    with pytest.raises(OperatorError, match="Not trusted"):
        compose(folder, FakeClock(), PLACE)
    assert set(threading.enumerate()) == threads
    folder.close()
