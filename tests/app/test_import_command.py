"""Imports: read as they come, every bad cell named, duplicates shown, all of it or nothing."""

import json
from pathlib import Path

import pytest
from fake_clock import FakeClock

from console.app.cli import main
from console.app.compose import compose
from console.domain.people import Patient, Role, Staff
from console.services.day_desk import Place
from db.data_folder import DEMO, create_folder, open_folder
from db.registry import RegistryReader
from db.session_store import SessionStore

GERMAN = "Name;Geburtsdatum;Telefon\nJürgen Groß;31.05.1990;030 1\nAnna Keler;04.03.1992;\nAnna Keller;04.03.1992;\n"


@pytest.fixture
def data(tmp_path, qapp, monkeypatch):
    clock, folder = FakeClock(), tmp_path / "clinic"
    made = compose(create_folder(folder, DEMO, clock), clock, Place("Room 2", "station-1", "demo"))
    ada = Staff("AD-01", "Ada", Role.ADMINISTRATOR, more_roles=(Role.MANAGER,))
    made.console.registry.save_staff(ada, "4711", "AD-01")
    made.console.registry.save_patient(Patient("P-0001", "Anna Keller", "1992-03-04"), "AD-01")
    assert made.close()
    monkeypatch.setenv("NEEDLING_PIN", "4711")
    return folder


def run(data: Path, tmp_path: Path, what: str, content: str | bytes, *more: str) -> int:
    file = tmp_path / "list.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return main(["import", what, str(file), "--data", str(data), "--by", "AD-01", *more])


def lists(data: Path):
    folder = open_folder(data, None)
    store = SessionStore(folder)
    registry = RegistryReader(store)
    found = {"patients": registry.patients("", 100), "staff": registry.staff(), "products": registry.products(),
             "appointments": registry.appointments(0, 2**60)}
    store.close()
    folder.close()
    return found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_foreign_list_is_read_as_it_comes(data, tmp_path, capsys, encoding):
    assert run(data, tmp_path, "patients", GERMAN.encode(encoding), "--dry-run", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["standing"] for one in told["rows"]] == ["new", "similar", "known"]
    assert told["rows"][0]["what"] == "Jürgen Groß" and told["written"] == 0
    assert told["rows"][1]["like"] == "P-0001" and "semicolon" in told["read_as"]
    assert len(lists(data)["patients"]) == 1


def test_new_rows_are_written_and_a_second_time_nothing(data, tmp_path, capsys):
    assert run(data, tmp_path, "patients", GERMAN) == 0
    assert {(one.name, one.birth_date) for one in lists(data)["patients"]} == {
        ("Anna Keller", "1992-03-04"), ("Jürgen Groß", "1990-05-31")}
    assert run(data, tmp_path, "patients", GERMAN, "--json") == 0
    assert json.loads(capsys.readouterr().out.partition("\n{")[2].join(["{", ""]))["written"] == 0
    assert len(lists(data)["patients"]) == 2


def test_one_bad_cell_and_nothing_is_written(data, tmp_path, capsys):
    assert run(data, tmp_path, "patients", "name,birth_date\nBea Good,1990-01-01\nCeo Bad,31/31/1990\n") == 1
    told = capsys.readouterr()
    assert "line 3, «birth_date»: found «31/31/1990», allowed is one day" in told.err
    assert len(lists(data)["patients"]) == 1


def test_a_day_with_slashes_is_asked_about(data, tmp_path, capsys):
    text = "name,dob\nBea Good,03/04/1990\n"
    assert run(data, tmp_path, "patients", text, "--dry-run") == 1
    assert run(data, tmp_path, "patients", text, "--dates", "mdy") == 0
    assert "1990-03-04" in {one.birth_date for one in lists(data)["patients"]}


def test_a_column_is_named_by_hand(data, tmp_path, capsys):
    assert run(data, tmp_path, "patients", "Kunde,born\nBea Good,1990-01-01\n") == 1
    assert "No column for name" in capsys.readouterr().err
    assert run(data, tmp_path, "patients", "Kunde,born\nBea Good,1990-01-01\n", "--map", "name=Kunde") == 0


def test_patients_of_a_fhir_bundle(data, tmp_path):
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": {
        "resourceType": "Patient", "name": [{"family": "Okafor", "given": ["Ije"]}], "birthDate": "1988-02-29",
        "telecom": [{"system": "phone", "value": "030 7"}]}}]}
    assert run(data, tmp_path, "patients", json.dumps(bundle)) == 0
    assert ("Ije Okafor", "1988-02-29", "030 7") in {
        (one.name, one.birth_date, one.phone) for one in lists(data)["patients"]}


def test_staff_products_and_the_day_list(data, tmp_path, capsys):
    assert run(data, tmp_path, "staff", "name,role\nDr Who,practitioner\n") == 0
    assert run(data, tmp_path, "products", "name,gtin,role,needles\n12 needles,09506000134369,cartridge,12\n") == 0
    assert run(data, tmp_path, "appointments",
               "patient,date,time,plan,room\nP-0001,2026-12-01,09:30,facial_acne_scars,Room 2\n") == 0
    found = lists(data)
    assert {one.staff_id for one in found["staff"]} == {"AD-01", "PR-01"}
    assert [(one.gtin, one.needles) for one in found["products"]] == [("09506000134369", 12)]
    assert [(one.patient_id, one.room) for one in found["appointments"]] == [("P-0001", "Room 2")]
    assert run(data, tmp_path, "products", "name,gtin,role\nwrong,09506000134368,cartridge\n") == 1
    assert "check digit" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"name,birth_date\n", b"name,name\na,b\n", b"name,birth_date\nA\n", b"{",
                                     b"{}", b'{"resourceType": "Bundle"}', b"\xff\xfe\x00"])
def test_what_is_no_list_is_one_sentence(data, tmp_path, capsys, content):
    assert run(data, tmp_path, "patients", content) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_who_may_not_is_refused(data, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("NEEDLING_PIN", "0815")
    assert run(data, tmp_path, "patients", GERMAN) == 1
    assert len(lists(data)["patients"]) == 1
