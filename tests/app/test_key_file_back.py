"""A folder copied without its key file, at the real window: the recovery sheet brings it back."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from store_kit import StillClock

from console.app import window_run
from console.app.cli import build_parser
from console.app.settings import PASSPHRASE_VARIABLE
from db.data_folder import CLINIC, create_folder
from db.recovery_text import recovery_text
from ui.theme import PART, apply_theme
from ui.widgets.buttons import Button
from ui.widgets.texts import Label

PASSPHRASE = "correct horse battery"
PAUSE = threading.Event()
W = TypeVar("W", bound=QWidget)


def named(run: window_run.WindowRun, name: str, kind: type[W]) -> W:
    page = run._front.window.page()
    assert page is not None
    found = page.findChild(kind, name)
    assert isinstance(found, kind)
    return found


def live_until(app: QApplication, done: Callable[[], object], what: str) -> None:
    for _ in range(6_000):
        app.processEvents()
        if done():
            return
        PAUSE.wait(0.005)
    raise AssertionError(f"waited in vain for {what}")


def test_the_sheet_brings_the_key_file_back(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not qapp.property(PART):
        apply_theme(qapp, "light")
    monkeypatch.delenv(PASSPHRASE_VARIABLE, raising=False)
    monkeypatch.setattr("db.keys._ARGON2", {"memory_kib": 64, "time": 1, "lanes": 1})
    made = create_folder(tmp_path / "c", CLINIC, StillClock(), PASSPHRASE, vault_of=lambda: None)
    made.close()
    code, key_file = recovery_text(made.path), made.path / "keys.json"
    whole = key_file.read_bytes()
    key_file.unlink()
    run = window_run.WindowRun(qapp, build_parser().parse_args([]), made.path)
    try:
        run.begin()
        window = run._front.window
        live_until(qapp, lambda: window.page_key == "recovery_sheet", "the question for the sheet")
        words, go = named(run, "unlock.words", Label), named(run, "unlock.go", Button)
        window._scanned(code[:-2] + "00")
        live_until(qapp, go.isEnabled, "the answer")
        assert "misread" in words.text() and not key_file.exists() and run.failure is None
        window._scanned(code)
        live_until(qapp, lambda: window.page_key == "unlock", "the question for the passphrase")
        assert key_file.read_bytes() == whole
        line = named(run, "unlock.passphrase", QLineEdit)
        for phrase, done, what in (
                ("not this one", lambda: "passphrase is wrong" in named(run, "unlock.words", Label).text(), "no"),
                (PASSPHRASE, lambda: run._stage is not None, "the stage")):
            line.setText(phrase)
            named(run, "unlock.go", Button).click()
            live_until(qapp, done, what)
    finally:
        run.end()
