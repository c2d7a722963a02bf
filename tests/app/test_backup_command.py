"""The commands of backups, as scripts use them."""

import json
from pathlib import Path

import pytest
from store_kit import StillClock, batch, begin, event, summary

from console.app.cli import main
from console.domain.session_events import MarkSet
from db.data_folder import BENCH, create_folder
from db.recorder_thread import RecorderThread


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = create_folder(tmp_path / "data", BENCH, StillClock())
    recorder = RecorderThread(folder, StillClock(), summary)
    recorder.start()
    session_id = begin(recorder)
    recorder.add_samples(session_id, batch(0, 300))
    recorder.append(session_id, [event(MarkSet("a", "one"))])
    assert recorder.stop(10)
    folder.close()
    return folder.path


def told(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    assert main([str(word) for word in words]) == 0
    return capsys.readouterr().out


def refused(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    assert main([str(word) for word in words]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    return said


def test_a_backup_is_made_listed_proved_and_restored(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = json.loads(told(capsys, "backup", "--data", data, "--to", tmp_path / "disk", "--json"))
    place = Path(made["backup"])
    assert place.parent == tmp_path / "disk" and made["why"] == "by_hand"
    assert "proved and sealed" in told(capsys, "backup", "--data", data, "--to", tmp_path / "disk")
    assert "2 backups" in told(capsys, "backup", "list", "--data", data, "--to", tmp_path / "disk")
    assert "The backup is whole" in told(capsys, "backup", "verify", place)
    proved = json.loads(told(capsys, "backup", "verify", place / "backup.json", "--json"))
    assert proved["counts"]["session_event"] == 2 and proved["faults"] == []
    words = told(capsys, "restore", place, "--data", tmp_path / "new")
    assert "Restored to" in words and "2 events" in words and proved["checksum"] in words
    assert "Every chain in it verifies." in words
    assert "1 session checked" in told(capsys, "verify", "--data", tmp_path / "new")
    assert "restored" in told(capsys, "audit", "--data", tmp_path / "new", "--json")


def test_a_backup_that_was_looked_into_is_restored_with_who_looked(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = Path(json.loads(told(capsys, "backup", "--data", data, "--json"))["backup"])
    assert "1 session" in told(capsys, "sessions", "--data", place)
    assert any((place / "readings").iterdir())
    for name in ("tries.json", "keys.former.json"):
        (place / name).write_text("{}")
    assert "The backup is whole" in told(capsys, "backup", "verify", place)
    told(capsys, "restore", place, "--data", tmp_path / "new")
    assert any((tmp_path / "new" / "readings").iterdir()), "the next start enters who looked"


def test_bad_input_is_one_sentence(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "no whole backup" in refused(capsys, "backup", "verify", tmp_path)
    assert "no whole backup" in refused(capsys, "restore", tmp_path / "nowhere", "--data", tmp_path / "new")
    assert "how many backups to keep" in refused(capsys, "backup", "--data", data, "--keep", "many")
    assert "No backups yet." in told(capsys, "backup", "list", "--data", data)
    place = json.loads(told(capsys, "backup", "--data", data, "--json"))["backup"]
    assert "a restore overwrites nothing" in refused(capsys, "restore", place, "--data", data)
    assert not (tmp_path / "new").exists()


def test_what_was_damaged_when_it_was_kept_is_told(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (data / "heads" / "audit.json").unlink()
    place = json.loads(told(capsys, "backup", "--data", data, "--json"))["backup"]
    assert main(["backup", "verify", place]) == 1
    said = capsys.readouterr()
    assert "1 chain did not verify already when it was made" in said.out and said.err
