"""``record --capture FILE`` and ``record --port capture:FILE``: recorded, and recorded again from the bytes."""

import json
from pathlib import Path

import pytest
from plain_pen import PlainPen

from console.app.cli import main
from db.data_folder import open_folder
from db.session_store import SessionStore
from devices.capture import CaptureFile


def record(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, dict[str, object], str]:
    code = main(["record", "--json", *map(str, arguments)])
    said = capsys.readouterr()
    return code, json.loads(said.out) if code == 0 else {}, said.err


def stored(place: Path) -> dict[tuple[int, int], bytes]:
    folder = open_folder(place)
    store = SessionStore(folder)
    try:
        (session_id,) = store.session_ids()
        return {
            (chunk.head.boot_id, chunk.head.first_index + number): chunk.samples[10 * number : 10 * number + 10]
            for chunk in store.chunks(session_id) for number in range(chunk.head.count)}
    finally:
        store.close()
        folder.close()


def test_a_recording_is_made_again_from_its_capture(capsys, tmp_path) -> None:
    capture = tmp_path / "pen.capture"
    pen = PlainPen(boot_id=7)
    pen.drop_every, pen.damage_every, pen.lost = 5, 7, frozenset({50, 51, 52})  # of each 500
    with pen:
        code, live, _ = record(
            capsys, "--port", pen.url, "--seconds", 2, "--data", tmp_path / "live", "--capture", capture)
    assert code == 0 and live["samples"] > 300 and live["missing"] in (3, 6)
    code, played, _ = record(
        capsys, "--port", f"capture:{capture}?speed=max", "--seconds", 60, "--data", tmp_path / "again")
    assert code == 0 and played["missing"] >= 3
    first, again = stored(tmp_path / "live"), stored(tmp_path / "again")
    assert {key: again.get(key) for key in first} == first
    assert all(key > max(first) for key in set(again) - set(first))


def test_a_capture_can_be_captured_from_a_playback(capsys, tmp_path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    with PlainPen(boot_id=3) as pen:
        record(capsys, "--port", pen.url, "--seconds", 1, "--data", tmp_path / "a", "--capture", first)
    code, _, _ = record(
        capsys, "--port", f"capture:{first}?speed=max", "--seconds", 9, "--data", tmp_path / "b", "--capture", second)
    assert code == 0
    assert heard(first) == heard(second)


def heard(path: Path) -> bytes:
    file = CaptureFile(path)
    try:
        return b"".join(line.said for line in file.lines() if line.mark == "<")
    finally:
        file.close()


@pytest.mark.parametrize(("port", "capture", "words"), [
    ("capture:none", "new", "The capture none cannot be read"), ("capture:", "new", "names no capture"),
    ("x", "there", "already; it was left as it is"), ("x", "no/where", "cannot be made")])
def test_what_cannot_be_captured_or_played_is_one_sentence(capsys, tmp_path, monkeypatch, port, capture, words) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there").write_text("mine")
    code, _, said = record(capsys, "--port", port, "--seconds", 1, "--data", "d", "--capture", capture)
    assert code == 1 and words in said and said.count("\n") == 1
    assert (tmp_path / "there").read_text() == "mine"


def lines_capture(path: Path, read_as: str) -> Path:
    """Ten seconds of a pen of lines, written by hand."""
    said = "".join(
        f"{1 + n / 50:.6f} < {f'{n},1500,{1_000 + n},117.5,210,1,1,87'.encode().hex()}0a\n" for n in range(500))
    path.write_text(
        'needling-capture 1 {"began": "2026-11-22T10:00:00.000000Z", "port": "x"}\n'
        f"0.000000 = read as {read_as}\n0.000000 = opened x\n{said}12.000000 = closed\n")
    return path


def test_a_capture_is_played_by_the_profile_it_was_read_by(capsys, tmp_path) -> None:
    capture = lines_capture(tmp_path / "csv.capture", "example-csv")
    code, played, _ = record(
        capsys, "--port", f"capture:{capture}?speed=8", "--seconds", 60, "--data", tmp_path / "a")
    assert code == 0 and played["pen"] == "example-csv capture"
    assert played["samples"] > 50 and played["missing"] == 0
    capture = lines_capture(tmp_path / "gone.capture", "no-longer-here")
    code, _, told = record(capsys, "--port", f"capture:{capture}", "--seconds", 60, "--data", tmp_path / "b")
    assert code == 1 and "no-longer-here" in told
    assert main(["pens", "try", "example-csv", "--port", f"capture:{tmp_path / 'csv.capture'}?speed=8",
                 "--seconds", "1", "--data", str(tmp_path / "a")]) == 0
    assert "Speed      117.5 to 117.5 Hz" in capsys.readouterr().out
