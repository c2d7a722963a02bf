"""A clinic's keys at the command line: status, rotation, passphrase, sheet and back."""

import json
import os
from pathlib import Path

import pytest
from printed import pages_of
from store_kit import StillClock

from console.app.cli import main
from console.app.settings import PASSPHRASE_VARIABLE
from db.data_folder import BENCH, CLINIC, create_folder
from db.keys import WRAPPED_FILE
from db.recovery_text import recovery_text

PASSPHRASE = "correct horse battery"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(PASSPHRASE_VARIABLE, PASSPHRASE)
    monkeypatch.setattr("db.keys._ARGON2", {"memory_kib": 64, "time": 1, "lanes": 1})
    folder = create_folder(tmp_path / "c", CLINIC, StillClock(), PASSPHRASE, vault_of=lambda: None)
    folder.close()
    return folder.path


def keys(place: Path, *words: str) -> int:
    return main(["keys", *words, "--data", str(place)])


def status(place: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    capsys.readouterr()
    assert keys(place, "status", "--json") == 0
    return json.loads(capsys.readouterr().out)  # type: ignore[no-any-return]


def pipe_with(text: str) -> int:
    reading, writing = os.pipe()
    os.write(writing, text.encode() + b"\n")
    os.close(writing)
    return reading


def test_rotation_changes_what_it_says_and_is_audited(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = status(place, capsys)
    assert keys(place, "rotate") == 0
    rotated = status(place, capsys)
    assert rotated["check_words"] != before["check_words"] and rotated["station_key"] == before["station_key"]
    assert keys(place, "rotate", "--station") == 0
    again = status(place, capsys)
    assert again["station_key"] != before["station_key"]
    assert main(["verify", "--data", str(place)]) == 0
    capsys.readouterr()
    assert main(["audit", "--data", str(place)]) == 0
    told = capsys.readouterr().out
    assert f"Another key for the database, {rotated['check_words']}" in told
    assert "Another signing key for the station, station key" in told
    assert main(["station", "--data", str(place), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["trusted"]) == 2


def test_another_passphrase(place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert keys(place, "passphrase", "--new-passphrase-fd", str(pipe_with("battery staple"))) == 0
    assert keys(place, "status") == 1
    assert "The passphrase is wrong" in capsys.readouterr().err
    monkeypatch.setenv(PASSPHRASE_VARIABLE, "battery staple")
    assert keys(place, "status") == 0
    assert keys(place, "passphrase") == 1
    assert "no new passphrase" in capsys.readouterr().err


def test_the_sheet_holds_no_key_unless_asked_and_brings_the_key_file_back(
    place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], qapp: object
) -> None:
    words, code = status(place, capsys)["check_words"], recovery_text(place)
    plain, shown = tmp_path / "sheet.pdf", tmp_path / "shown.pdf"
    assert keys(place, "sheet", "--out", str(plain)) == 0
    assert keys(place, "sheet", "--show-key", "--out", str(shown)) == 0
    text = "".join(pages_of(plain))
    assert words in text and "The database key itself" not in text
    assert "The database key itself" in "".join(pages_of(shown))
    (place / WRAPPED_FILE).unlink()
    assert keys(place, "status") == 1
    assert "keys recover" in capsys.readouterr().err
    assert keys(place, "recover", "--sheet", code) == 0
    assert status(place, capsys)["check_words"] == words


def test_a_folder_whose_key_lies_beside_it_has_none_to_change(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = create_folder(tmp_path / "b", BENCH, StillClock())
    folder.close()
    assert "in the clear" in status(folder.path, capsys)["key_file"]
    for words in (("rotate",), ("sheet", "--out", str(tmp_path / "x.pdf")), ("recover", "--sheet", "x")):
        assert keys(folder.path, *words) == 1
        assert "is no clinic's folder" in capsys.readouterr().err


def test_the_keys_are_changed_with_the_passphrase_only(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(PASSPHRASE_VARIABLE)
    assert keys(place, "rotate") == 1
    assert "with the passphrase only" in capsys.readouterr().err
