"""``--training``: the real window on a folder of its own, with a pen that fails, marked on everything."""

import gc
import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from printed import pages_of
from PySide6.QtWidgets import QApplication

from console.app import window_run
from console.app.cli import build_parser, main
from console.domain.errors import OperatorError
from console.domain.telemetry import LinkState
from console.services.clocks import SystemClock
from db.data_folder import DEMO, open_folder, open_or_create_folder
from db.session_store import SessionStore
from ui.app_bar import FolderTag

PAUSE = threading.Event()


def live_until(app: QApplication, done: Callable[[], object], what: str) -> None:
    for _ in range(6_000):
        app.processEvents()
        if done():
            return
        PAUSE.wait(0.005)
    raise AssertionError(f"waited in vain for {what}")


def test_a_training_is_marked_and_kept_apart(qapp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(window_run._PAST, "training", (3, 0))
    place, looked_at_no_more = tmp_path / "training", gc.get_freeze_count()
    run = window_run.WindowRun(qapp, build_parser().parse_args(["--training", "noisy-line"]), place)
    try:
        run.begin()
        live_until(qapp, lambda: run._stage is not None or run.failure, "the window")
        composition, stage = run._composition, run._stage
        assert composition is not None and stage is not None
        console = composition.console
        live_until(qapp, lambda: console.station.notice.state is LinkState.STREAMING, "samples")
        assert console.marked_as == "training"
        row = next(one for one in console.day.rows() if one.session_id is None)
        session_id = console.day.start(row.patient.patient_id, row.plan.plan_id, row.appointment)
        assert composition.recorder.synchronise(10.0)
        tag = stage.window.findChild(FolderTag, "folderTag")
        assert tag is not None and tag.isVisible() and "Training, not clinical" in tag.accessibleDescription()
        pen = run._pen
        live_until(qapp, lambda: gc.get_freeze_count() > looked_at_no_more, "what stands being left alone")
    finally:
        run.end()
        gc.unfreeze()
    assert pen is not None and pen.process.poll() is not None
    folder = open_folder(place)
    store = SessionStore(folder)
    try:
        row = store.row(session_id)
        assert (folder.kind, row.kind, row.marked_as) == ("training", "training", "training")
        assert {store.row(one).marked_as for one in store.session_ids()} == {"training"}
    finally:
        store.close()
        folder.close()
    check_exports(place, tmp_path, str(session_id))


def check_exports(place: Path, out: Path, session_id: str) -> None:
    """Every way out of the folder says what it is."""
    for kind, name in (("json", "one.json"), ("csv", "one"), ("pdf", "one.pdf")):
        assert main(["export", session_id, "--data", str(place), "--format", kind, "--out", str(out / name)]) == 0
    assert json.loads((out / "one.json").read_text())["marked_as"] == "training"
    assert "marked_as,training\n" in (out / "one" / "session.csv").read_text()
    pages = pages_of(out / "one.pdf")
    assert pages and all("Training, not clinical" in page for page in pages) and "Training record" in pages[0]


def test_training_never_opens_another_kind_of_folder(qapp, tmp_path: Path) -> None:
    place = tmp_path / "demo"
    open_or_create_folder(place, DEMO, SystemClock()).close()
    run = window_run.WindowRun(qapp, build_parser().parse_args(["--training"]), place)
    with pytest.raises(window_run.OperatorError, match="is a demo folder, not a training folder"):
        run.begin()
    run.end()
    assert json.loads((place / "folder.json").read_text())["kind"] == "demo"


@pytest.mark.parametrize(("arguments", "words"), [
    (("--training", "tattoo"), "There is no scenario «tattoo»; nothing was started; choose one of"),
    (("--training", "--demo"), "Demo and training are two things; nothing was opened"),
    (("--training",), "no screen that Qt can open")])
def test_what_stands_in_the_way_is_one_sentence(capsys: pytest.CaptureFixture[str], arguments, words) -> None:
    assert main(list(arguments)) == 1
    said = capsys.readouterr().err
    assert words in said and said.count("\n") == 1


def test_a_capture_is_never_played_into_a_clinic_s_record(qapp, tmp_path: Path) -> None:
    place = tmp_path / "clinic"
    args = build_parser().parse_args(["--data", str(place), "--port", "capture:some.capture"])
    run = window_run.WindowRun(qapp, args, place)
    try:
        with pytest.raises(OperatorError, match="not played into a clinic's record"):
            run.begin()
    finally:
        run.end()
    assert not place.exists()
