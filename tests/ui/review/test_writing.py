"""The manager's exports: one at a time, said while it lasts, a failure in one sentence."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from console_rig import close_console, make_console
from dossiers import make_dossier

from console.domain.errors import OperatorError
from console.services.console import Console
from ui.main_window import MainWindow
from ui.review.sessions import SessionsPage


@pytest.fixture
def console() -> Iterator[Console]:
    made = make_console()
    yield made
    close_console(made)


def test_one_file_is_written_at_a_time_and_its_button_says_so(
    console: Console, window: Callable[[], MainWindow],
) -> None:
    asked: list[tuple[str, Callable[[Path], None], Callable[[BaseException], None]]] = []
    shown = window()
    page = SessionsPage(console, lambda _, form, written, failed: asked.append((form, written, failed)))
    shown.add_page("sessions", page)
    shown.open_page("sessions")
    page._opened(make_dossier())

    def words() -> dict[str, tuple[str, bool]]:
        return {one.key: (one.text, one.enabled) for one in page.page_actions().right}

    page._write("csv")
    assert words() == {"pdf": ("Session PDF", False), "export": ("Writing Tables CSV…", False)}
    page._write("json")
    assert [form for form, _, _ in asked] == ["csv"], "a second touch writes nothing"
    asked[0][1](Path("readings"))
    assert shown.notice.text == "Written to readings" and words()["export"] == ("Export", True)
    page._write("pdf")
    asked[1][2](OperatorError("The disk is full", "nothing was written", "make room"))
    assert "disk is full" in shown.notice.text and words()["pdf"] == ("Session PDF", True)
    page._write("pdf")
    asked[2][2](ValueError("inner words"))
    assert shown.notice.text == "The file could not be written; the record is untouched."
