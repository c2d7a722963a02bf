"""The console's own settings from the command line: listed, changed by who may, and never by halves."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from store_kit import StillClock

from console.app.cli import main
from console.domain.people import Role, Staff
from console.services.session_row import summarise
from db.data_folder import DEMO, create_folder
from db.recorder_thread import RecorderThread
from db.registry import ClinicRegistry
from db.session_store import SessionStore


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    folder, clock = create_folder(tmp_path / "data", DEMO, StillClock()), StillClock()
    recorder = RecorderThread(folder, clock, summarise)
    recorder.start()
    store = SessionStore(folder)
    registry = ClinicRegistry(store, recorder, clock)
    registry.save_staff(Staff("MG-01", "M. Manager", Role.MANAGER), "4711", "MG-01")
    registry.save_staff(Staff("PR-02", "P. Practitioner", Role.PRACTITIONER), "4711", "MG-01")
    assert recorder.synchronise(10)
    store.close()
    assert recorder.stop(10)
    folder.close()
    monkeypatch.setenv("NEEDLING_PIN", "4711")
    yield ["--data", str(tmp_path / "data")]


def listed(folder: list[str], capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    assert main(["settings", *folder, "--json"]) == 0
    return {name: one["value"] for name, one in json.loads(capsys.readouterr().out).items()}


def test_settings_are_listed_and_changed(folder: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    before = listed(folder, capsys)
    assert (before["alarm_level"], before["alarm_pause_s"], before["spoken_cues"]) == ("3", "120", "off")
    assert main(["settings", "set", "alarm_level=5", "alarm_pause_s=60", *folder, "--by", "MG-01"]) == 0
    assert "alarm_pause_s = 60   (30, 60, 120)" in capsys.readouterr().out
    assert main(["settings", "set", "pedal_key=F16", *folder, "--by", "MG-01", "--json"]) == 0
    capsys.readouterr()
    after = listed(folder, capsys)
    assert {name: value for name, value in after.items() if value != before[name]} == {
        "alarm_level": "5", "alarm_pause_s": "60", "pedal_key": "F16"}


@pytest.mark.parametrize(("words", "said"), [
    (["alarm_level"], "names no value"), (["loudness=3"], "There is no setting «loudness»"),
    (["alarm_level=4", "alarm_pause_s=7"], "cannot be «7»"), (["alarm_level=4", "pedal_key=F16"], "several kinds"),
    (["pedal_key=Tab"], "cannot be the pedal's"),
])
def test_what_cannot_be_is_one_sentence_and_changes_nothing(
        folder: list[str], capsys: pytest.CaptureFixture[str], words: list[str], said: str) -> None:
    before = listed(folder, capsys)
    assert main(["settings", "set", *words, *folder, "--by", "MG-01"]) == 1
    told = capsys.readouterr().err
    assert said in told and len(told.strip().splitlines()) == 1
    assert listed(folder, capsys) == before


def test_only_who_may_edit_the_clinic_changes_them(folder: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["settings", "set", "alarm_level=1", *folder, "--by", "PR-02"]) == 1
    capsys.readouterr()
    assert listed(folder, capsys)["alarm_level"] == "3"
