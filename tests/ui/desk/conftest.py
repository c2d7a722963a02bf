"""A window on a rig's console, for the pages of the desk."""

import gc
from collections.abc import Callable, Iterator

import pytest
from console_rig import RigClock, close_console, make_console
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.services.clocks import SystemClock
from console.services.console import Console
from ui.frame_timer import FrameTimer
from ui.main_window import MainWindow
from ui.page import Page
from ui.theme import PART, apply_theme


@pytest.fixture
def console() -> Iterator[Console]:
    made = make_console()
    yield made
    close_console(made)


@pytest.fixture
def clock(console: Console) -> RigClock:
    assert isinstance(console.clock, RigClock)
    return console.clock


class Placeholder(Page):
    """Stands for a page of the room."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.title = key


@pytest.fixture
def desk_window(qtbot: QtBot, qapp: QApplication, console: Console) -> Iterator[Callable[[str, Page], MainWindow]]:
    """Give a factory: a window with one page on stage and placeholders for the room's pages."""
    if not qapp.property(PART):
        apply_theme(qapp, "light")
    before = set(map(id, QApplication.topLevelWidgets()))
    made: list[MainWindow] = []

    def open_on(key: str, page: Page) -> MainWindow:
        window = MainWindow(console.clock, FrameTimer(SystemClock()), motion=False)
        window.add_page(key, page)
        for other in ("check_in", "screening", "needling", "patients"):
            if other != key:
                window.add_page(other, Placeholder(other))
        window.open_page(key)
        window.show()
        made.append(window)
        return window

    yield open_on
    for window in made:
        for page in window.findChildren(Page):  # what a page lends the status line is the page's again
            lent = page.status_right()
            if lent is not None:
                lent.setParent(page)
        window.close()
        window.deleteLater()
    made.clear()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    left = [widget for widget in QApplication.topLevelWidgets() if id(widget) not in before]
    assert not left, f"widgets left behind: {left}"
