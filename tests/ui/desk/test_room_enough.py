"""Every page of the desk fits the smallest window, and every touch target fits a glove."""

from collections.abc import Callable

import pytest
from console_rig import start_session
from PySide6.QtWidgets import QAbstractButton, QApplication

from console.services.console import Console
from ui.desk.first_run import FirstRunPage
from ui.desk.patients import PatientsPage
from ui.desk.progress import ProgressPage
from ui.desk.quick_menu import QuickMenu
from ui.desk.sign_in import SignInPage
from ui.desk.today import TodayPage
from ui.desk.unlock import UnlockPage
from ui.main_window import SMALLEST, MainWindow
from ui.page import Page

Window = Callable[[str, Page], MainWindow]
PAGES: dict[str, Callable[[Console], Page]] = {
    "today": TodayPage,
    "patients": PatientsPage,
    "sign_in": lambda console: SignInPage(console, lambda staff: None),
    "first_run": lambda console: FirstRunPage(lambda: None, lambda wanted: None, lambda: None),
    "unlock": lambda console: UnlockPage(lambda phrase, refused: None, "the clinic's folder"),
    "progress": lambda console: ProgressPage(),
}
LEAST_PX = 44


def too_small(window: MainWindow) -> list[str]:
    QApplication.processEvents()
    seen = [one for one in window.findChildren(QAbstractButton) if one.isVisibleTo(window)]
    return [one.objectName() or one.text() for one in seen if min(one.width(), one.height()) < LEAST_PX]


@pytest.mark.parametrize("key", PAGES)
def test_a_page_fits_the_smallest_window_with_targets_for_gloves(
        console: Console, desk_window: Window, key: str) -> None:
    window = desk_window(key, PAGES[key](console))
    window.resize(*SMALLEST)
    QApplication.processEvents()
    assert (window.width(), window.height()) == SMALLEST, "the content pushes the window open"
    assert too_small(window) == []


def test_the_sheets_of_today_have_targets_for_gloves(console: Console, desk_window: Window) -> None:
    start_session(console)
    page = TodayPage(console)
    window = desk_window("today", page)
    for lay in (page.find_patient, lambda: page.find_patient("P-0412"), page._add_walk_in, page._show_pen,
                lambda: window.show_overlay(QuickMenu(console), "Menu", 760)):
        lay()
        assert too_small(window) == []
        sheet = window.overlay
        assert sheet is not None and sheet.height() >= sheet.minimumSizeHint().height(), "the sheet is cut off"
        window.close_overlay()
