"""What commands read is in the audit: noted sealed beside the database, entered once by the next who writes."""

import argparse
import getpass
import json

import pytest
from fake_clock import FakeClock

from console.app.cli import main
from console.app.compose import compose
from console.app.reading_notes import enter_told, tell
from console.domain.audit import AuditFilter
from console.domain.errors import OperatorError
from console.services.audit_words import sentence, who_words
from console.services.day_desk import Place
from db.audit_reader import AuditReader
from db.data_folder import open_folder
from db.session_store import SessionStore
from db.told_readings import FOLDER, waiting_readings

ME = f"os:{getpass.getuser()}"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reading") / "clinic"
    assert main(["seed", "--data", str(folder), "--sessions", "3"]) == 0
    return folder


@pytest.fixture
def newest(data, capsys):
    capsys.readouterr()
    assert main(["sessions", "--data", str(data), "--json", "--limit", "1"]) == 0
    forget(data)
    return json.loads(capsys.readouterr().out)[0]


def waiting(data):
    folder = open_folder(data, None)
    try:
        return waiting_readings(folder.path, folder.keys.readings)
    finally:
        folder.close()


def forget(data):
    for one in (data / FOLDER).iterdir():
        one.unlink()


def entries_after_a_start(data, wanted):
    """Start a console on the folder and close it; give what its audit holds that a user of the computer did."""
    compose(open_folder(data, None, writing=True), FakeClock(), Place("Room 1", "station-1", "demo")).close()
    folder = open_folder(data, None)
    store = SessionStore(folder)
    try:
        return [one for one in AuditReader(store).entries(wanted, 100) if one.actor == ME]
    finally:
        store.close()
        folder.close()


@pytest.mark.parametrize(("words", "action", "subject"), [
    (["show", "last"], "session_read", "session"),
    (["sessions", "--search", "Quillfeather", "--since", "2020-01-01"], "list_read", "sessions"),
    (["recall", "L123"], "recall_read", "L123"),
    (["retention"], "list_read", "retention"),
    (["exceptions"], "list_read", "exceptions"),
    (["insights"], "list_read", "insights"),
    (["incidents"], "list_read", "incidents"),
    (["adverse-event"], "list_read", "adverse events"),
    (["audit"], "audit_read", ""),
    (["export", "last", "--format", "json", "--out", "OUT"], "exported", "session"),
    (["export-patient", "PATIENT", "--out", "OUT"], "patient_exported", "patient"),
    (["erase", "PATIENT"], "patient_read", "patient"),
])
def test_a_command_that_reads_is_noted_with_who_and_what(data, newest, tmp_path, capsys, words, action, subject):
    words = [{"OUT": str(tmp_path / "out"), "PATIENT": newest["patient"]}.get(one, one) for one in words]
    assert main([*words, "--data", str(data)]) == 0
    ((actor, told, about, detail),) = waiting(data)
    assert (actor, told, about) == (ME, action, newest.get(subject, subject))
    assert json.loads(detail)["command"] == words[0] and "Quillfeather" not in detail
    sealed = b"".join(one.read_bytes() for one in (data / FOLDER).iterdir())
    assert ME.encode() not in sealed and newest["patient"].encode() not in sealed


@pytest.mark.parametrize("words", [["verify"], ["staff", "list"], ["backup", "list"]])
def test_a_command_that_shows_no_record_notes_nothing(data, newest, words):
    assert main([*words, "--data", str(data)]) == 0
    assert waiting(data) == []


def test_the_next_console_enters_them_once_and_tells_them_in_words(data, newest, capsys):
    assert main(["show", newest["session"][:13], "--data", str(data)]) == 0
    capsys.readouterr()
    assert main(["audit", "--data", str(data)]) == 0
    assert "1 reading by commands wait to be entered" in capsys.readouterr().out
    of_patient = entries_after_a_start(data, AuditFilter(patient_id=newest["patient"]))
    assert [one.action for one in of_patient] == ["session_read"]
    assert sentence(of_patient[0]).startswith(f"Opened a session of {newest['patient']}, by the command show")
    assert who_words(of_patient[0], {}) == f"Computer user {getpass.getuser()}"
    assert waiting(data) == []
    assert len(entries_after_a_start(data, AuditFilter(patient_id=newest["patient"]))) == 1


def test_a_note_somebody_touched_is_told_and_not_read(data, newest):
    assert main(["show", "last", "--data", str(data)]) == 0
    (note,) = (data / FOLDER).iterdir()
    note.write_bytes(note.read_bytes()[:-1] + b"\0")
    assert [one[:2] for one in waiting(data)] == [("console", "reading_unreadable")]
    forget(data)


def test_where_the_disk_refuses_it_is_said_and_the_reading_goes_on(data, newest, capsys):
    folder = open_folder(data, None)
    place = data / FOLDER
    place.rmdir()
    place.write_bytes(b"")
    try:
        args = argparse.Namespace(command="show")
        tell(folder, None, args, lambda args, store: [("session_read", "x", "")], FakeClock())
        assert "could not be noted for the audit" in capsys.readouterr().err
    finally:
        place.unlink()
        place.mkdir()
        folder.close()


def test_what_cannot_be_entered_now_keeps_no_console_closed_and_waits_on(data, newest):
    assert main(["show", "last", "--data", str(data)]) == 0
    folder = open_folder(data, None)

    def refused(*_, **__):
        raise OperatorError("The change is not confirmed as saved")

    try:
        enter_told(folder, refused)
    finally:
        folder.close()
    assert len(waiting(data)) == 1
    forget(data)
