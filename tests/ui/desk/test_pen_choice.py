from collections.abc import Callable, Sequence

import pytest
from console_rig import start_session, walk_to
from desk_touch import part, touch

from console.domain.errors import OperatorError
from console.domain.link_ports import PenChoice
from console.domain.workflow import Phase
from console.services.console import Console
from ui.desk.pen_sheet import open_pen_sheet
from ui.desk.today import TodayPage
from ui.main_window import MainWindow
from ui.page import Page
from ui.widgets.buttons import Button
from ui.widgets.texts import Label

CHOICES = (
    PenChoice("pen-link", "Pen Link 1", "pen-link", False),
    PenChoice("manual", "No pen", "manual", False),
    PenChoice("ours", "Our own pen", "lines", False))


class Shelf:
    """Fulfils PenProfiles; ``refuses`` while something records."""

    def __init__(self) -> None:
        self.pen_id, self.refuses, self.by = "pen-link", False, ""

    def choices(self) -> Sequence[PenChoice]:
        return CHOICES

    def chosen(self) -> PenChoice:
        return next(one for one in CHOICES if one.pen_id == self.pen_id)

    def choose(self, pen_id: str, actor_id: str) -> None:
        if self.refuses:
            raise OperatorError("Another kind of pen cannot be chosen while readings are recorded")
        self.pen_id, self.by = pen_id, actor_id


@pytest.fixture
def shelf(console: Console) -> Shelf:
    made = Shelf()
    console.station.offer(made)
    return made


@pytest.fixture
def window(desk_window: Callable[[str, Page], MainWindow], console: Console) -> MainWindow:
    return desk_window("today", TodayPage(console))


def test_another_kind_of_pen_is_chosen_by_a_touch(window: MainWindow, console: Console, shelf: Shelf) -> None:
    open_pen_sheet(window, console)
    assert part(window, "penSheet.choice", Button).accessibleDescription() == "Pen Link 1"
    touch(window, "penSheet.choice")
    assert part(window, "penChoice.ours", Button).accessibleDescription() == "sends lines of text"
    touch(window, "penChoice.ours")
    assert shelf.pen_id == "ours" and shelf.by == console.desk.actor_id


def test_a_refusal_is_said_and_nothing_changes(window: MainWindow, console: Console, shelf: Shelf) -> None:
    shelf.refuses = True
    open_pen_sheet(window, console)
    touch(window, "penSheet.choice")
    touch(window, "penChoice.manual")
    told = [one.text() for one in part(window, "penChoice").findChildren(Label)]
    assert any("cannot be chosen while readings are recorded" in one for one in told)
    assert shelf.pen_id == "pen-link"


def test_while_needling_no_other_can_be_chosen(window: MainWindow, console: Console, shelf: Shelf) -> None:
    start_session(console)
    walk_to(console, Phase.NEEDLING)
    open_pen_sheet(window, console)
    touch(window, "penSheet.choice")
    assert not part(window, "penChoice.manual").isEnabled()
    assert part(window, "penChoice.pen-link").isEnabled()
