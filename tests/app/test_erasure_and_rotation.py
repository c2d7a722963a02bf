"""Erasing and changing keys in turns: the ledger outside stays trusted, backups of either key come back whole."""

import json
from pathlib import Path

import pytest
from store_kit import StillClock, batch, event, opened, summary

from console.app.cli import main
from console.app.settings import PASSPHRASE_VARIABLE
from console.domain.people import Patient, Role, Staff
from console.domain.session_events import BenchEnded
from console.services.ids import new_id
from db.data_folder import CLINIC, DATABASE_FILE, create_folder, open_folder
from db.erasure_ledger import LEDGER_FILE, ErasureLedger
from db.recorder_thread import RecorderThread
from db.registry import ClinicRegistry, RegistryReader
from db.session_store import SessionStore

PASSPHRASE, FIRST, SECOND = "correct horse battery", "P-0412", "P-0413"
PAGE = 4_096


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(PASSPHRASE_VARIABLE, PASSPHRASE)
    monkeypatch.setenv("NEEDLING_PIN", "4711")
    monkeypatch.setattr("db.keys._ARGON2", {"memory_kib": 64, "time": 1, "lanes": 1})
    clock = StillClock()
    folder = create_folder(tmp_path / "c", CLINIC, clock, PASSPHRASE, vault_of=lambda: None)
    recorder = RecorderThread(folder, clock, summary)
    recorder.start()
    store = SessionStore(folder)
    registry = ClinicRegistry(store, recorder, clock)
    registry.save_staff(Staff("MG-01", "M. Manager", Role.MANAGER), "4711", "MG-01")
    for patient in (FIRST, SECOND):
        session_id = new_id()
        registry.save_patient(Patient(patient, f"Name of {patient}", "1990-01-02"), "MG-01")
        recorder.append(session_id, [event(opened(patient))])
        recorder.add_samples(session_id, batch(0, 100))
        recorder.append(session_id, [event(BenchEnded(0, 0, 0, 0, 0))])
    assert recorder.synchronise(10)
    store.close()
    assert recorder.stop(10)
    folder.close()
    return folder.path


def done(*words: str | Path) -> None:
    assert main([str(word) for word in words]) == 0, words


def erase(place: Path, patient: str) -> None:
    done("erase", patient, "--data", place, "--reason", "asked", "--confirm", patient, "--ground", "order",
         "--by", "MG-01")


def rotate(place: Path) -> None:
    done("keys", "rotate", "--data", place)
    done("keys", "rotate", "--station", "--data", place)


def back_up(place: Path, disk: Path) -> Path:
    known = set(disk.glob("*/backup.json"))
    done("backup", "--data", place, "--to", disk)
    made, = set(disk.glob("*/backup.json")) - known
    return made.parent


def is_right(place: Path, erased: list[str]) -> None:
    """Started for writing, examined and verified; the ledger names whom the database calls erased."""
    open_folder(place, PASSPHRASE, writing=True, vault_of=lambda: None).close()
    done("check", "--data", place)
    done("verify", "--data", place)
    folder = open_folder(place, PASSPHRASE, vault_of=lambda: None)
    ledger = ErasureLedger(place, folder.keys.head)
    assert [line.patient for line in ledger.lines()] == [ledger.tag_of(one) for one in erased]
    store = SessionStore(folder)
    try:
        assert {one.patient_id for one in RegistryReader(store).patients()} == {FIRST, SECOND} - set(erased)
    finally:
        store.close()
        folder.close()



def test_erasures_before_and_after_a_rotation_are_vouched_for(place: Path, tmp_path: Path) -> None:
    erase(place, FIRST)
    rotate(place)
    is_right(place, [FIRST])
    backup = back_up(place, tmp_path / "disk")
    done("backup", "verify", backup)
    erase(place, SECOND)
    is_right(place, [FIRST, SECOND])
    rotate(place)
    is_right(place, [FIRST, SECOND])
    done("restore", backup, "--data", tmp_path / "alone")
    is_right(tmp_path / "alone", [FIRST])
    done("restore", backup, "--data", tmp_path / "told", "--ledger", place / LEDGER_FILE)
    is_right(tmp_path / "told", [FIRST, SECOND])


def test_a_backup_of_the_former_key_comes_back_and_is_erased_again(place: Path, tmp_path: Path) -> None:
    former = back_up(place, tmp_path / "disk")
    erase(place, FIRST)
    rotate(place)
    done("restore", former, "--data", tmp_path / "again", "--ledger", place / LEDGER_FILE)
    is_right(tmp_path / "again", [FIRST])
    erase(tmp_path / "again", SECOND)
    is_right(tmp_path / "again", [FIRST, SECOND])


def test_a_backup_of_the_former_key_repairs_under_the_key_of_now(
    place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    former = back_up(place, tmp_path / "disk")
    erase(place, FIRST)
    rotate(place)
    kept = json.loads((place / "keys.json").read_bytes())["fingerprint"]
    database = place / DATABASE_FILE
    content = bytearray(database.read_bytes())
    content[7 * PAGE + 200] ^= 1
    database.write_bytes(content)
    assert main(["check", "--data", str(place)]) == 1
    done("check", "--data", place, "--repair", "--backup", former)
    is_right(place, [FIRST])
    assert json.loads((place / "keys.json").read_bytes())["fingerprint"] == kept
    aside, = (place / "damaged").iterdir()
    assert (aside / DATABASE_FILE).read_bytes() == bytes(content)
    assert not list(place.glob(".*repair*"))
