"""The start: a page that takes PIN and card before anything heavy is imported, and answers when the record is open."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from desk_touch import part, touch
from PySide6.QtWidgets import QApplication

from console.app import window_run
from console.app.cli import parser_for
from console.app.compose import compose
from console.app.first_window import Start, make_app
from console.domain.people import Role, Staff
from console.services.clocks import SystemClock
from console.services.day_desk import Place
from db.data_folder import BENCH, create_folder, open_folder
from db.folder_file import FOLDER_FILE
from ui.desk.sign_in import SignInPage
from ui.widgets.texts import Label

ROOT = Path(__file__).parents[2]
PIN = "4711"
HEAVY = ("sqlalchemy", "sqlcipher3", "alembic", "numpy", "pyqtgraph", "keyring", "serial", "biip", "miniaudio",
         "argon2", "cryptography", "pyarrow", "console.app.compose", "console.app.window_run",
         "console.services.console", "PySide6.QtPrintSupport", "PySide6.QtMultimedia")
LOOK = """
import sys
from pathlib import Path
from console.app.cli import parser_for
words = ["--data", sys.argv[1]]
args = parser_for(words).parse_args(words)
from console.app.first_window import Start, make_app
app = make_app(args)
start = Start(app, args, Path(sys.argv[1]))
start.begin()
start.front.window.grab()
print(start.front.window.page_key, *sys.modules)
start.end()
"""
HURRIED = """
from console.app.run_console import hurry
hurry()
import PySide6.QtWidgets
import linecache, sys
import console.services.console, db.session_store
print(*(name for name in linecache.cache if "/sqlalchemy/" in name or "/console/" in name))
print("biip" in sys.modules, "rapidfuzz" in sys.modules, "sqlalchemy.dialects.postgresql" in sys.modules)
"""
PAUSE = threading.Event()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one member of staff."""
    place, clock = tmp_path / "clinic", SystemClock()
    made = compose(create_folder(place, BENCH, clock), clock, Place("Room 1", "station-1", BENCH))
    made.console.registry.save_staff(Staff("PR-01", "A. Meyer", Role.PRACTITIONER), PIN, "PR-01")
    made.close()
    return place


@pytest.fixture
def start(qapp: QApplication, folder: Path) -> Iterator[Start]:
    words = ["--data", str(folder)]
    args = parser_for(words).parse_args(words)
    made = Start(make_app(args), args, folder)
    yield made
    made.end()


def live_until(app: QApplication, done: Callable[[], object], what: str) -> None:
    for _ in range(24_000):
        app.processEvents()
        if done():
            return
        PAUSE.wait(0.005)
    raise AssertionError(f"waited in vain for {what}")


def begin_before_the_record(start: Start) -> None:
    """Show the first page; until the frames go on nothing is imported or opened behind it."""
    start.begin()
    start.front.frames.stop()


def test_the_first_page_is_painted_before_anything_heavy_is_imported(tmp_path: Path) -> None:
    (tmp_path / FOLDER_FILE).write_text("{}")  # nothing of it is read before the page stands
    ran = subprocess.run([sys.executable, "-c", LOOK, str(tmp_path)], cwd=ROOT, capture_output=True, text=True,
                         check=True, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"})
    said = ran.stdout.split()
    assert said[0] == "sign_in"
    assert [one for one in said[1:] if one.startswith(HEAVY)] == []


def test_no_source_is_read_and_nothing_seldom_imported_at_the_start() -> None:
    ran = subprocess.run([sys.executable, "-c", HURRIED], cwd=ROOT, capture_output=True, text=True, check=True)
    sources, seldom = ran.stdout.split("\n")[:2]
    assert (sources, seldom) == ("", "False False False")


def test_a_pin_entered_ahead_is_answered_when_its_person_is_chosen(qapp: QApplication, start: Start) -> None:
    begin_before_the_record(start)
    window = start.front.window
    for digit in PIN:
        touch(window, f"pinPad.{digit}")
    assert part(window, "pinPad.words", Label).text() == "PIN taken. Who are you?"
    assert part(window, "signIn.opening").isVisible() and start.run is None
    start.front.frames.start()
    live_until(qapp, lambda: start.run is not None and start.run.stands, "the record")
    assert not part(window, "pinPad.1").isEnabled() and window.page_key == "sign_in"
    touch(window, "staff.PR-01")
    live_until(qapp, lambda: window.page_key == "today", "the day")


def test_a_card_scanned_ahead_asks_for_the_pin_and_a_wrong_one_is_refused(qapp: QApplication, start: Start) -> None:
    begin_before_the_record(start)
    window, page = start.front.window, start.front.window.page()
    assert isinstance(page, SignInPage)
    start.front.hands.scanned.emit("PR-01")
    for digit in "9999":
        touch(window, f"pinPad.{digit}")
    start.front.frames.start()
    live_until(qapp, lambda: start.run is not None and start.run.stands, "the record")
    live_until(qapp, lambda: "not right" in part(window, "pinPad.words", Label).text(), "the answer")
    assert window.page_key == "sign_in"
    for digit in PIN:
        touch(window, f"pinPad.{digit}")
    live_until(qapp, lambda: window.page_key == "today", "the day")


def test_what_cannot_be_opened_ends_the_start_with_its_sentence(qapp: QApplication, folder: Path) -> None:
    (folder / FOLDER_FILE).write_text("nonsense")
    args = parser_for([]).parse_args([])
    start = Start(make_app(args), args, folder)
    start.begin()
    live_until(qapp, lambda: start.failure is not None, "the sentence")
    start.end()
    assert "folder.json" in str(start.failure)
    assert not start.run.stands


@pytest.mark.parametrize("broken", ["compose", "page_recipes"])
def test_what_fails_behind_the_first_page_ends_the_start_and_gives_the_folder_back(
        qapp: QApplication, folder: Path, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("it broke")

    monkeypatch.setattr(window_run, broken, fail)
    words = ["--data", str(folder)]
    args = parser_for(words).parse_args(words)
    start = Start(make_app(args), args, folder)
    start.begin()
    live_until(qapp, lambda: start.failure is not None, "the failure")
    assert str(start.failure) == "it broke"
    start.end()
    open_folder(folder, writing=True).close()


def test_a_run_that_cannot_begin_ends_the_start(
        qapp: QApplication, start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("it broke")

    monkeypatch.setattr(window_run, "way_to", fail)
    start.begin()
    live_until(qapp, lambda: start.failure is not None, "the failure")
    assert str(start.failure) == "it broke"


def test_only_the_window_s_own_words_go_without_the_commands() -> None:
    assert parser_for(["--data", "x", "--training", "bad-day", "--theme", "dim"]).parse_args(
        ["--data", "x", "--training", "bad-day", "--theme", "dim"]).training == "bad-day"
    for words in (["sessions"], ["--data", "x", "sessions"], ["--help"], ["--data=x"]):
        assert "COMMAND" in parser_for(words).format_usage(), words
    assert "COMMAND" not in parser_for([]).format_usage()
