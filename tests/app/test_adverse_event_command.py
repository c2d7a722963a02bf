"""``main.py adverse-event`` on a real folder: the list, the form in both formats, and what is missing."""

import json
from pathlib import Path

import pytest
from console_rig import close_console, make_console
from PySide6.QtWidgets import QApplication
from store_kit import StillClock

from console.app import cli
from console.domain.adverse_events import AdverseEvent, event_record
from console.domain.people import Patient, Role, Staff
from console.services.session_row import summarise
from db.data_folder import BENCH, create_folder
from db.recorder_thread import RecorderThread
from db.registry import ClinicRegistry
from db.session_store import SessionStore


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with one session and one adverse event after it."""
    console = make_console()
    last = console.day.last_session("P-0412")
    story = [one.event for one in console.review._reader.events(last.session_id)]
    suspects = console.adverse.suspects(AdverseEvent("", "P-0412", str(last.session_id), "x", "2026-11-16", "mild"))
    close_console(console)
    path = tmp_path_factory.mktemp("clinic") / "data"
    clock = StillClock()
    made = create_folder(path, BENCH, clock)
    recorder = RecorderThread(made, clock, summarise)
    recorder.start()
    store = SessionStore(made)
    registry = ClinicRegistry(store, recorder, clock)
    registry.save_patient(Patient("P-0412", "Anna Keller", "1992-03-04"), "PR-02")
    registry.save_staff(Staff("PR-02", "A. Meyer", Role.PRACTITIONER), "1234", "PR-02")
    recorder.append(last.session_id, story)
    registry.save_record(event_record(AdverseEvent(
        "AE-0001", "P-0412", str(last.session_id), "Blisters", "2026-11-16", "severe",
        suspects=(suspects[0].key,), owner_id="PR-02")), "PR-02")
    recorder.stop(30)
    store.close()
    made.close()
    return path


def _run(capsys: pytest.CaptureFixture[str], folder: Path, *arguments: str) -> tuple[int, str, str]:
    code = cli.main(["adverse-event", "--data", str(folder), *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_the_events_are_listed(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    code, out, _ = _run(capsys, folder)
    assert code == 0 and "AE-0001  2026-11-16  open" in out and out.endswith("1 adverse event\n")
    assert json.loads(_run(capsys, folder, "--json")[1])[0]["severity"] == "severe"


def test_the_form_is_written_and_what_is_missing_is_said(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path, qapp: QApplication,
) -> None:
    out_json, out_pdf = tmp_path / "form.json", tmp_path / "form.pdf"
    code, out, _ = _run(capsys, folder, "ae-0001", "--format", "json", "--out", str(out_json))
    form = json.loads(out_json.read_text())
    assert code == 0 and "  A. Patient information: Sex" in out
    assert form["adverse_event"] == "AE-0001" and len(form["missing"]) == out.count("\n  ")
    assert _run(capsys, folder, "AE-0001", "--format", "pdf", "--out", str(out_pdf))[0] == 0
    assert out_pdf.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(("arguments", "words"), [
    (("AE-0009", "--format", "json", "--out", "x.json"), "There is no adverse event AE-0009"),
    (("AE-0001",), "Format and file are missing"),
    (("--format", "json", "--out", "x.json"), "No adverse event is named"),
])
def test_what_cannot_be_done_is_one_sentence(
    capsys: pytest.CaptureFixture[str], folder: Path, arguments: tuple[str, ...], words: str,
) -> None:
    code, _, err = _run(capsys, folder, *arguments)
    assert code == 1 and words in err and err.count("\n") == 1
