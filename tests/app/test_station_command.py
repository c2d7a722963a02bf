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


def test_a_head_kept_elsewhere_is_compared(folder_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = ["--data", str(folder_path)]
    assert main(["show", "last", *data, "--json"]) == 0
    head = json.loads(capsys.readouterr().out)["head"]
    assert main(["verify", "last", "--head", f"{head[:4]} {head[4:8]}", *data]) == 0
    other = "0000 0000" if head[:8] != "00000000" else "1111 1111"
    assert main(["verify", "last", "--head", other, *data]) == 1
    assert "kept elsewhere is not on this chain" in capsys.readouterr().err
    # A variable that holds nothing proves nothing.
    for words in (["last", "--head", "xyz"], ["--head", head], ["last", "--head", ""], [""]):
        assert main(["verify", *words, *data]) == 1
        assert len(capsys.readouterr().err.splitlines()) == 1
