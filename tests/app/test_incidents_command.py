"""``main.py incidents``: the list, its JSON, its PDF, from a real data folder."""

import json

import pytest
from store_kit import StillClock

from console.app import cli
from console.domain import incidents
from console.domain.incidents import Incident, IncidentKind
from console.services.session_row import summarise
from db.data_folder import BENCH, create_folder
from db.recorder_thread import RecorderThread
from db.registry import ClinicRegistry
from db.session_store import SessionStore


@pytest.fixture
def place(tmp_path):
    folder = create_folder(tmp_path / "clinic", BENCH, StillClock())
    recorder = RecorderThread(folder, StillClock(), summarise)
    recorder.start()
    store = SessionStore(folder)
    registry = ClinicRegistry(store, recorder, StillClock())
    for number, due in (("I-0001", "2020-01-01"), ("I-0002", "")):
        made = incidents.reported(
            Incident(IncidentKind.FRAGMENT, ("Cartridge broke",), incident_id=number, owner_id="MG-01", due=due,
                     patient_id="P-0412"), 1_600_000_000_000_000, "PR-02")
        registry.save_record(incidents.to_record(made), "PR-02")
    recorder.stop(10.0)
    store.close()
    folder.close()
    return tmp_path / "clinic"


def test_the_list_says_what_is_overdue(place, capsys):
    assert cli.main(["incidents", "--data", str(place)]) == 0
    first, second, last = capsys.readouterr().out.splitlines()
    assert "I-0001  Overdue" in first and "until 2020-01-01" in first and "Broken piece: cartridge broke" in first
    assert "I-0002  Open" in second and "no deadline" in second
    assert last == "2 incidents"


def test_json_for_programs(place, capsys):
    assert cli.main(["incidents", "--data", str(place), "--json"]) == 0
    first, second = json.loads(capsys.readouterr().out)
    assert first["incident"] == "I-0001" and first["overdue"] is True and first["due"] == "2020-01-01"
    assert second["due"] is None and second["steps"] == [
        {"at": "2020-09-13T12:26:40.000000Z", "by": "PR-02", "what": "reported", "words": "Cartridge broke"}]


def test_the_list_as_pdf(place, tmp_path, qapp):
    out = tmp_path / "incidents.pdf"
    assert cli.main(["incidents", "--data", str(place), "--pdf", str(out)]) == 0
    assert out.read_bytes().startswith(b"%PDF-")


def test_a_place_for_the_pdf_that_is_none_is_one_sentence(place, tmp_path, qapp, capsys):
    assert cli.main(["incidents", "--data", str(place), "--pdf", str(tmp_path)]) == 1
    assert capsys.readouterr().err.count("\n") == 1
