"""``main.py audit`` over a real data folder: sentences, JSON, CSV, and a chain somebody touched."""

import csv
import json
from datetime import timedelta

import pytest
import sqlcipher3.dbapi2 as sqlcipher
from store_kit import StillClock

from console.app import cli
from console.domain.audit import detail_of
from console.domain.people import Patient, Role, Staff
from console.services.local_time import local_day
from console.services.session_row import summarise
from db.data_folder import BENCH, create_folder, open_folder
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
    registry.save_staff(Staff("PR-02", "A. Meyer", Role.PRACTITIONER), "4711", "AD-01")
    registry.save_patient(Patient("P-0412", "Anna Keller", "1992-03-04"), "PR-02")
    registry.save_patient(Patient("P-0412", "Anna Kehl", "1992-03-04"), "PR-02")
    registry.audit("PR-02", "patient_read", "P-0412")
    registry.audit("AD-01", "patient_read", "P-0412", detail_of(why="Fainted at the door"))
    recorder.stop(10.0)
    store.close()
    folder.close()
    return tmp_path / "clinic"


def test_who_saw_and_changed_a_patient_in_sentences(place, capsys):
    assert cli.main(["audit", "--data", str(place), "--patient", "P-0412"]) == 0
    emergency, read, changed, old_new, *_, last = capsys.readouterr().out.splitlines()
    assert "AD-01" in emergency and emergency.endswith("Read the record of P-0412 (emergency: Fainted at the door)")
    assert "A. Meyer PR-02" in read and changed.endswith("Changed the patient P-0412")
    assert old_new.strip() == "name: Anna Keller -> Anna Kehl"
    assert last == "4 entries"


def test_json_for_programs(place, capsys):
    assert cli.main(["audit", "--data", str(place), "--json", "--person", "PR-02", "--kind", "change"]) == 0
    newest, _ = json.loads(capsys.readouterr().out)
    assert newest["changes"] == [{"field": "name", "old": "Anna Keller", "new": "Anna Kehl"}]
    assert (newest["person"], newest["patient"], newest["why"]) == ("PR-02", "P-0412", None)


def test_csv_with_one_header_line(place, tmp_path, capsys):
    out = tmp_path / "audit.csv"
    assert cli.main(["audit", "--data", str(place), "--csv", str(out)]) == 0
    with out.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 5 and rows[0]["why"] == "Fainted at the door" and rows[-1]["name"] == ""
    assert all(len(row["hash"]) == 64 for row in rows)


def test_nothing_matches_and_a_wrong_day(place, capsys):
    assert cli.main(["audit", "--data", str(place), "--since", "2099-01-01"]) == 0
    assert capsys.readouterr().out == "Nothing matches.\n"
    assert cli.main(["audit", "--data", str(place), "--since", "yesterday"]) == 1
    assert capsys.readouterr().err == "main.py: «yesterday» is not a date; nothing was read; write it as 2026-11-30.\n"


def test_a_page_at_a_time_and_the_same_in_the_file(place, tmp_path, capsys):
    out = tmp_path / "audit.csv"
    assert cli.main(["audit", "--data", str(place), "--limit", "2", "--csv", str(out)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "2 of 5 entries; older ones: --before 4"
    with out.open(newline="", encoding="utf-8") as lines:
        assert [row["seq"] for row in csv.DictReader(lines)] == ["5", "4"]
    assert cli.main(["audit", "--data", str(place), "--limit", "9", "--before", "4"]) == 0
    assert "3 entries" in capsys.readouterr().out.splitlines()


def test_from_and_to_are_both_included_and_in_order(place, capsys):
    def asked(*days):
        assert cli.main(["audit", "--data", str(place), "--json", *days]) == 0
        return json.loads(capsys.readouterr().out)

    whole = asked()
    day = local_day(StillClock().utc_us())
    before, after = str(day - timedelta(days=1)), str(day + timedelta(days=1))
    assert asked("--from", str(day), "--to", str(day)) == whole and len(whole) == 5
    assert asked("--to", before) == asked("--from", after) == []
    for wrong in (("--from", "2026-11-19", "--to", "2026-11-18"), ("--to", "9999-12-31"), ("--limit", "0")):
        assert cli.main(["audit", "--data", str(place), *wrong]) == 1
        assert capsys.readouterr().err.count("nothing was read") == 1


def test_a_chain_somebody_touched_is_told(place, capsys):
    folder = open_folder(place)
    key = folder.keys.database.hex()
    folder.close()
    by_hand = sqlcipher.connect(str(place / "needling.db"))
    by_hand.execute(f"PRAGMA key=\"x'{key}'\"")
    by_hand.execute("DROP TRIGGER audit_entry_no_update")
    by_hand.execute("UPDATE audit_entry SET actor = 'PR-09' WHERE seq = 4")
    by_hand.commit()
    by_hand.close()
    assert cli.main(["audit", "--data", str(place)]) == 1
    assert "Entry 4 of the audit does not verify" in capsys.readouterr().err
    assert cli.main(["verify", "--data", str(place)]) == 1
