"""The window's pages are made when they are opened, and end with it."""

import gc
from pathlib import Path

import pytest
from fake_clock import FakeClock
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QWidget
from real_window import RealWindow

from ui.page import Page
from ui.theme import apply_theme

DESK = ("today", "sessions", "follow_up", "exceptions", "incidents", "settings")


def living() -> list[QWidget]:
    gc.collect()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return QApplication.allWidgets()


def test_a_closed_window_leaves_no_widget_behind(qapp: QApplication, tmp_path: Path) -> None:
    """One that stayed would be styled again with each change of theme."""
    apply_theme(qapp, "light")
    before = len(living())
    run = RealWindow(qapp, tmp_path, FakeClock())
    for key in DESK:
        run.window.open_page(key)
        run.live()
    run.stage.lock.by_hand()
    assert run.window.locked
    run.live()
    run.close()
    del run
    left = living()
    assert len(left) == before, f"widgets left behind: {[one for one in left if one.parent() is None]}"


def test_a_page_is_made_when_it_is_first_opened_and_then_kept(qapp: QApplication, tmp_path: Path) -> None:
    apply_theme(qapp, "light")
    run = RealWindow(qapp, tmp_path, FakeClock())
    assert len(run.window.findChildren(Page)) == 1, "of all pages only the one that was opened"
    run.window.open_page("sessions")
    made = run.window.page()
    run.window.open_page("today")
    assert run.window.page("sessions") is made
    assert len(run.window.findChildren(Page)) == 2
    with pytest.raises(KeyError):
        run.window.open_page("no_such_page")
    run.close()
