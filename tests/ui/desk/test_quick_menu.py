from collections.abc import Callable

import pytest
from console_rig import PIN, start_session, walk_to
from desk_touch import enter_pin, part, touch

from console.domain import session_events as ev
from console.domain.people import Staff
from console.domain.workflow import Phase
from console.services.console import Console
from ui.desk.quick_menu import QuickMenu
from ui.desk.today import TodayPage
from ui.main_window import MainWindow
from ui.page import Page
from ui.widgets.buttons import PaintedButton
from ui.widgets.texts import Label

Window = Callable[[str, Page], MainWindow]


@pytest.fixture
def window(desk_window: Window, console: Console) -> MainWindow:
    return desk_window("today", TodayPage(console))


def lay(window: MainWindow, console: Console) -> QuickMenu:
    menu = QuickMenu(console, "light", 3, "1.2.3")
    window.show_overlay(menu, "Menu", 760)
    return menu


def test_theme_and_loudness_are_told(window: MainWindow, console: Console) -> None:
    menu = lay(window, console)
    told: list[object] = []
    menu.theme_chosen.connect(told.append)
    menu.level_chosen.connect(told.append)
    touch(window, "theme.contrast")
    touch(window, "sound.1")
    assert told == ["contrast", 1]
    assert not [one for one in menu.findChildren(PaintedButton) if one.objectName() == "sound.0"]


def test_another_person_acts_after_their_pin(window: MainWindow, console: Console) -> None:
    menu = lay(window, console)
    now: list[Staff] = []
    menu.person_changed.connect(now.append)
    touch(window, "menu.person")
    touch(window, "staff.MG-01")
    enter_pin(window, "4711", "menu.pin")
    assert console.desk.actor_id == "PR-02"
    enter_pin(window, PIN, "menu.pin")
    assert console.desk.actor_id == "MG-01"
    assert now[0].staff_id == "MG-01"


def test_an_open_session_is_handed_over_in_its_history(window: MainWindow, console: Console) -> None:
    start_session(console)
    menu = lay(window, console)
    touch(window, "menu.person")
    tiles = [one.objectName() for one in menu.findChildren(PaintedButton) if one.objectName().startswith("staff.")]
    assert tiles == ["staff.PR-01"], "only a practitioner can take a session over"
    touch(window, "staff.PR-01")
    enter_pin(window, PIN, "menu.pin")
    front = console.desk.front
    assert front is not None
    handed = front.history[-1]
    assert isinstance(handed.what, ev.HandedOver)
    assert (handed.actor_id, handed.what.to_id) == ("PR-02", "PR-01")
    assert front.state.practitioner_id == "PR-01" and console.desk.actor_id == "PR-01"


def test_signing_out_leaves_sessions_open_but_not_in_front(window: MainWindow, console: Console) -> None:
    start_session(console)
    menu = lay(window, console)
    gone: list[bool] = []
    menu.signed_out.connect(lambda: gone.append(True))
    touch(window, "menu.sign_out")
    assert gone == [True]
    assert console.desk.actor is None and console.desk.front is None
    assert len(console.desk.sessions) == 1


def test_nobody_signs_out_of_a_needling_session(window: MainWindow, console: Console) -> None:
    start_session(console)
    walk_to(console, Phase.NEEDLING)
    lay(window, console)
    touch(window, "menu.sign_out")
    assert "is needling" in part(window, "menu.words", Label).text()
    assert console.desk.actor_id == "PR-02"


def test_about_names_version_and_licences(window: MainWindow, console: Console) -> None:
    lay(window, console)
    touch(window, "menu.about")
    assert part(window, "menu.version", Label).text() == "Needling Console 1.2.3"
    assert "LGPL 3" in [one.text() for one in window.findChildren(Label) if one.isVisibleTo(window)]
    touch(window, "menu.about_back")
    assert part(window, "menu.about")


def test_patients_are_one_touch_away(window: MainWindow, console: Console) -> None:
    menu = lay(window, console)
    wanted: list[bool] = []
    menu.patients_wanted.connect(lambda: wanted.append(True))
    touch(window, "menu.patients")
    assert wanted == [True]
