"""A damaged record at the real window: told, left alone, and replaced by its backup only where a hand holds."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from desk_touch import part
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from store_kit import StillClock, batch, begin, event, raw_connection, summary

from console.app import window_run
from console.app.cli import build_parser, main
from console.app.settings import PASSPHRASE_VARIABLE
from console.domain.session_events import MarkSet
from db.data_folder import CLINIC, DataFolder, create_folder
from db.recorder_thread import RecorderThread
from ui.theme import PART, apply_theme
from ui.widgets.buttons import Button
from ui.widgets.lists import EventLog
from ui.widgets.texts import Label

PASSPHRASE = "correct horse battery"
PAGE = 4_096
PAUSE = threading.Event()


def write(folder: DataFolder, sessions: int) -> None:
    recorder = RecorderThread(folder, StillClock(), summary)
    recorder.start()
    for number in range(sessions):
        session_id = begin(recorder)
        recorder.add_samples(session_id, batch(0, 300, boot_id=number))
        recorder.append(session_id, [event(MarkSet("a", "one"))])
    assert recorder.stop(10)


def live_until(app: QApplication, done: Callable[[], object], what: str) -> None:
    for _ in range(6_000):
        app.processEvents()
        if done():
            return
        PAUSE.wait(0.005)
    raise AssertionError(f"waited in vain for {what}")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataFolder:
    """A clinic's record whose body is spoilt in one page, with a backup of its first two sessions."""
    monkeypatch.setenv(PASSPHRASE_VARIABLE, PASSPHRASE)
    monkeypatch.setattr("db.keys._ARGON2", {"memory_kib": 64, "time": 1, "lanes": 1})
    made = create_folder(tmp_path / "c", CLINIC, StillClock(), PASSPHRASE, vault_of=lambda: None)
    write(made, 2)
    made.close()
    assert main(["backup", "--data", str(made.path)]) == 0
    write(DataFolder(made.path, made.kind, made.folder_id, made.keys), 1)
    raw_connection(made).close()
    return made


def spoil(folder: DataFolder) -> bytes:
    content = bytearray(folder.database_path.read_bytes())
    content[-PAGE + 200] ^= 1
    folder.database_path.write_bytes(content)
    return bytes(content)


@pytest.fixture
def run(qapp: QApplication, folder: DataFolder) -> Iterator[window_run.WindowRun]:
    if not qapp.property(PART):
        apply_theme(qapp, "light")
    made = window_run.WindowRun(qapp, build_parser().parse_args([]), folder.path)
    yield made
    made.end()


def test_a_flipped_page_is_told_and_the_backup_waits_for_a_hand(
    qapp: QApplication, folder: DataFolder, run: window_run.WindowRun
) -> None:
    spoiled = spoil(folder)
    run.begin()
    live_until(qapp, lambda: run._damaged is not None, "the door of a damaged record")
    assert run._door is not None and run._stage is None
    window = run._door.window
    put = part(window, "damaged.put_back", Button)
    live_until(qapp, put.isEnabled, "the report")
    assert "HMAC verification failed for page" in part(window, "damaged.wrong", Label).text()
    assert "It holds 2 sessions." in part(window, "damaged.offer", Label).text()
    assert len(part(window, "damaged.sessions", EventLog).rows()) in (0, 3)
    put.click()
    qapp.processEvents()
    assert put.isEnabled() and folder.database_path.read_bytes() == spoiled, "a touch is no hold"

    go = window.findChild(Button, "damaged.open")
    assert not go.isVisible()
    QTest.mousePress(put, Qt.MouseButton.LeftButton)
    live_until(qapp, lambda: not put.isEnabled(), "the hold")
    QTest.mouseRelease(put, Qt.MouseButton.LeftButton)
    live_until(qapp, go.isVisible, "the repair")
    assert "Every chain in it verifies." in part(window, "damaged.offer", Label).text()
    aside, = (folder.path / "damaged").iterdir()
    assert (aside / "needling.db").read_bytes() == spoiled
    go.click()
    live_until(qapp, lambda: run._stage is not None, "the stage")
    assert run._stage is not None and run._stage.window.page_key == "sign_in"


@pytest.mark.parametrize("how", ["emptied", "gone"])
def test_a_database_that_is_gone_or_empty_leads_to_the_same_door(
    qapp: QApplication, folder: DataFolder, run: window_run.WindowRun, how: str
) -> None:
    folder.database_path.write_bytes(b"")
    if how == "gone":
        folder.database_path.unlink()
    run.begin()
    live_until(qapp, lambda: run._damaged is not None, "the door of a damaged record")
    assert run._door is not None
    put = part(run._door.window, "damaged.put_back", Button)
    live_until(qapp, put.isEnabled, "the report")
    assert "It holds 2 sessions." in part(run._door.window, "damaged.offer", Label).text()
    assert folder.database_path.exists() == (how == "emptied")


def test_without_a_backup_nothing_is_offered(
    qapp: QApplication, folder: DataFolder, run: window_run.WindowRun
) -> None:
    (folder.path / "backups").rename(folder.path.parent / "elsewhere")
    spoiled = spoil(folder)
    run.begin()
    live_until(qapp, lambda: run._damaged is not None, "the door of a damaged record")
    assert run._door is not None
    window = run._door.window
    offer = part(window, "damaged.offer", Label)
    live_until(qapp, lambda: "There is none of this record" in offer.text(), "the report")
    assert not window.findChild(Button, "damaged.put_back").isVisible()
    window.findChild(Button, "action.quit").click()
    assert folder.database_path.read_bytes() == spoiled and not (folder.path / "damaged").exists()


def test_damage_found_beside_the_running_window_leads_to_the_same_door(
    qapp: QApplication, folder: DataFolder, run: window_run.WindowRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.app.damage_watch.STILL_S", 0.0)
    run.begin()
    live_until(qapp, lambda: run._stage is not None, "the stage")
    former, composition = run._front, run._composition
    spoiled = spoil(folder)
    composition.console.page_check.damage = "HMAC verification failed for page 70"
    live_until(qapp, lambda: run._damaged is not None, "the door of a damaged record")
    assert run._stage is None and run._front is not former and not former.window.isVisible()
    assert composition.folder.lock is not None and not composition.folder.lock.held
    window = run._door.window
    put, go = part(window, "damaged.put_back", Button), window.findChild(Button, "damaged.open")
    live_until(qapp, put.isEnabled, "the report")
    assert "HMAC verification failed for page" in part(window, "damaged.wrong", Label).text()
    assert folder.database_path.read_bytes()[-PAGE:] == spoiled[-PAGE:], "nothing is repaired unasked"
    QTest.mousePress(put, Qt.MouseButton.LeftButton)
    live_until(qapp, lambda: not put.isEnabled(), "the hold")
    QTest.mouseRelease(put, Qt.MouseButton.LeftButton)
    live_until(qapp, go.isVisible, "the repair")
    go.click()
    live_until(qapp, lambda: run._stage is not None, "the stage over the backup")
    assert run._stage.window.page_key == "sign_in" and run._stage.window.isVisible()
