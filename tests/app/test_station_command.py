"""The station's public keys as a command, and an exported file proved with what it printed."""

import json
from pathlib import Path

import pytest
from store_kit import StillClock, bench_folder
from tampered_records import ask_process, sealed_treatment

from console.app.cli import main
from console.services.session_row import summarise
from db.recorder_thread import RecorderThread


@pytest.fixture
def folder_path(tmp_path: Path) -> Path:
    folder = bench_folder(tmp_path / "folder")
    recorder = RecorderThread(folder, StillClock(), summarise)
    recorder.start()
    sealed_treatment(recorder)
    assert recorder.stop(10)
    folder.close()
    return folder.path


def test_an_exported_file_is_proved_with_the_published_key(
    folder_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["station", "--data", str(folder_path), "--json"]) == 0
    printed = capsys.readouterr().out
    told = json.loads(printed)
    assert told["trusted"] == [told["in_use"]] == [one["key_id"] for one in told["station_keys"]]
    key = tmp_path / "station.json"
    key.write_text(printed, "utf-8")
    out = tmp_path / "session.json"
    assert main(["export", "last", "--data", str(folder_path), "--format", "json", "--out", str(out)]) == 0
    proved = ask_process(out, "--key", str(key))
    assert (proved.returncode, f"signed by station key {told['in_use']}." in proved.stdout) == (0, True), proved.stderr


def test_a_station_that_signed_nothing_yet_has_its_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bench_folder(tmp_path / "folder").close()
    assert main(["station", "--data", str(tmp_path / "folder")]) == 0
    words, key = capsys.readouterr().out.splitlines()
    assert words.endswith("in use, has signed nothing yet") and len(key) == 64
