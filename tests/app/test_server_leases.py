"""Sessions of the clinic's consoles at the command line: listed, taken over, given back."""

import json

import pytest
from clinic_rooms import reopened, rooms

from console.app.cli import main
from console.domain.people import Role, Staff
from console.services import local_time


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr("db.sync.clinic_key._MEMORY_KIB", 64)
    monkeypatch.setenv("NEEDLING_PIN", "4711")


def server(*words):
    return main(["server", *map(str, words)])


def opened_rooms(tmp_path, address):
    """Two rooms with staff, and a session the first one opened; both closed again."""
    with rooms(tmp_path, address) as (one, two):
        for room in (one, two):
            room.registry.save_staff(Staff("PR-02", "A. Meyer", Role.PRACTITIONER), "4711", "PR-02")
            room.registry.save_staff(Staff("MG-01", "B. Weiss", Role.MANAGER), "4711", "MG-01")
        one.register("P-0001", "A")
        session_id = one.session("P-0001")
        one.push()
    return one, two, session_id


def test_a_session_is_listed_taken_over_and_given_back(tmp_path, server_address, capsys):
    one, two, session_id = opened_rooms(tmp_path, server_address)
    here, there = ("--data", two.folder.path), ("--data", one.folder.path)
    short = str(session_id)
    assert server("sessions", *here) == 0
    told = capsys.readouterr().out
    assert f"{session_id}  P-0001    Open at Room 1 since" in told and "this console" not in told
    assert server("sessions", *there, "--json") == 0
    line, = json.loads(capsys.readouterr().out)
    assert (line["console"], line["lease"], line["stands"], line["patient"]) == ("Room 1", 1, "ours", "P-0001")
    for by, reason, said in (("MG-01", "why", "may not treat"), ("PR-02", " ", "No reason was given"),
                             ("XX-01", "why", "no member of staff")):
        assert server("take-over", short, *here, "--reason", reason, "--by", by) == 1
        assert said in capsys.readouterr().err
    assert server("release", short, *here, "--by", "PR-02") == 1
    assert "Room 1 holds the session" in capsys.readouterr().err
    assert server("take-over", short, *here, "--reason", "Room 1 is wet", "--by", "PR-02") == 0
    assert "this console's now (lease 2)" in capsys.readouterr().out
    assert main(["audit", *map(str, here)]) == 0
    told = capsys.readouterr().out
    assert "Took a session of P-0001 over from another console, Room 1: Room 1 is wet" in told
    assert server("sessions", *here) == 0
    assert f"Open at Room 2 since {local_time.clock_text(_since(here, capsys))} by PR-02, this console" in _told(
        here, capsys)
    assert server("release", short, *here, "--by", "PR-02") == 0
    capsys.readouterr()
    assert server("sessions", *here) == 0
    assert capsys.readouterr().out == "No session is open at any console.\n"
    assert server("release", short, *here, "--by", "PR-02") == 1
    assert "No console has that session" in capsys.readouterr().err
    again = reopened(one)
    assert again.push().told.aside == {}  # nothing was entered there since
    again.close()


def test_a_console_of_no_clinic_has_no_such_sessions(tmp_path, server_address, capsys):
    one, _, session_id = opened_rooms(tmp_path, server_address)
    assert server("leave", "--data", one.folder.path) == 0
    capsys.readouterr()
    for words in (("sessions",), ("take-over", session_id, "--reason", "why", "--by", "PR-02"),
                  ("release", session_id, "--by", "PR-02")):
        assert server(*words, "--data", one.folder.path) == 1
        assert capsys.readouterr().err.startswith("main.py: This console belongs to no clinic server")


def _told(here, capsys):
    capsys.readouterr()
    assert server("sessions", *here) == 0
    return capsys.readouterr().out


def _since(here, capsys):
    from datetime import datetime

    capsys.readouterr()
    assert server("sessions", *here, "--json") == 0
    return round(datetime.fromisoformat(json.loads(capsys.readouterr().out)[0]["since"]).timestamp() * 1e6)
