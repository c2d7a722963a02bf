"""A window closed while its record is still being opened: it ends as soon as that is safe, whatever is waited for."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from store_kit import StillClock, raw_connection

from console.app import opening, window_run
from console.app.cli import build_parser
from console.app.settings import PASSPHRASE_VARIABLE
from console.domain.errors import OperatorError
from db.data_folder import CLINIC, DataFolder, create_folder, open_folder
from db.start_check import StartCheck
from ui.theme import PART, apply_theme

PASSPHRASE = "correct horse battery"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataFolder:
    monkeypatch.setenv(PASSPHRASE_VARIABLE, PASSPHRASE)
    monkeypatch.setattr("db.keys._ARGON2", {"memory_kib": 64, "time": 1, "lanes": 1})
    made = create_folder(tmp_path / "c", CLINIC, StillClock(), PASSPHRASE, vault_of=lambda: None)
    made.close()
    return made


def is_free(folder: DataFolder) -> bool:
    """Tell whether the next console may have the folder."""
    again = open_folder(folder.path, PASSPHRASE, writing=True, vault_of=lambda: None)
    again.close()
    return True


def test_a_foreign_lock_is_waited_for_no_longer(
    qapp: QApplication, folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not qapp.property(PART):
        apply_theme(qapp, "light")
    monkeypatch.setattr("db.start_check.LOCK_TRIES", 1_000_000)
    tried = threading.Event()
    check = StartCheck.__init__

    def trying(self: StartCheck, *args: object, **kwargs: object) -> None:
        tried.set()
        check(self, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(StartCheck, "__init__", trying)
    other = raw_connection(folder)
    other.execute("BEGIN IMMEDIATE")
    run = window_run.WindowRun(qapp, build_parser().parse_args([]), folder.path)
    run.begin()
    assert tried.wait(30)
    behind = run._behind
    run.end()
    assert behind is not None and behind.given_up and not behind._thread._thread.is_alive()
    assert not run._front.window.isVisible() and run._composition is None
    other.close()
    assert is_free(folder)


@pytest.mark.parametrize("looks", [0, 1, 3])
def test_a_check_is_given_up_and_the_folder_given_back(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch, looks: int
) -> None:
    monkeypatch.setattr("db.start_check._OPCODES", 1)
    left = [looks]

    def given_up() -> bool:
        left[0] -= 1
        return left[0] < 0

    with pytest.raises(OperatorError):
        opening.open_for_writing(folder.path, PASSPHRASE, given_up=given_up)
    assert is_free(folder)


def test_no_upgrade_is_begun_for_a_window_that_is_gone(folder: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    backups: list[object] = []
    monkeypatch.setattr(opening, "make_backup", lambda *args: backups.append(args))
    upgrades: list[Callable[[DataFolder], object]] = []

    def caught(*args: object, before_upgrade: Callable[[DataFolder], object], **kwargs: object) -> DataFolder:
        upgrades.append(before_upgrade)
        return folder

    monkeypatch.setattr(opening, "open_folder", caught)
    opening.open_for_writing(folder.path)
    upgrades[0](folder)
    assert len(backups) == 1
    with pytest.raises(OperatorError, match="was closed"):
        opening.open_for_writing(folder.path, given_up=lambda: True)
    with pytest.raises(OperatorError, match="was closed"):
        upgrades[1](folder)
    assert len(backups) == 1
