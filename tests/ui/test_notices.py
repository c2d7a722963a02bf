"""Where a notice stands: in the bars' free room, never on what a page shows."""

from collections.abc import Callable

import pytest
from fake_clock import FakeClock
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QApplication, QWidget

from ui.main_window import MainWindow
from ui.notices import Notice
from ui.page import Action, Actions, AlarmText, Page, StatusText
from ui.widgets.buttons import Button


class _Busy(Page):
    """A page whose bar is as full as the test wants it."""

    def __init__(self, left: int, right: int) -> None:
        super().__init__()
        self._left, self._right = left, right

    def status(self) -> StatusText:
        return StatusText("Cheek, left: pass 2 of 3", ("Saved", "250 readings a second, none lost"))

    def page_actions(self) -> Actions:
        def make(side: str, count: int) -> list[Action]:
            return [Action(f"{side}{number}", "Mark", _nothing, width=200) for number in range(count)]

        return Actions(make("left", self._left), make("right", self._right))


def _nothing() -> None:
    return None


@pytest.fixture
def shown(window: Callable[[], MainWindow]) -> MainWindow:
    one = window()
    one.add_page("roomy", _Busy(1, 1))
    one.add_page("full", _Busy(3, 3))
    return one


def _place(part: QWidget, shown: MainWindow) -> QRect:
    return QRect(part.mapTo(shown, QPoint(0, 0)), part.size())


def _open(shown: MainWindow, key: str) -> None:
    shown.open_page(key)
    shown.live()  # type: ignore[attr-defined]


def _clear_of_all(shown: MainWindow) -> bool:
    buttons = [one for one in shown.findChildren(Button) if one.isVisible() and one.objectName() != "notice.undo"]
    notice = _place(shown.notice, shown)
    page = shown.page()
    assert page is not None
    return not any(notice.intersects(_place(part, shown)) for part in (*buttons, page))


def test_a_notice_stands_between_the_buttons(shown: MainWindow) -> None:
    _open(shown, "roomy")
    shown.tell("Hyaluronic gliding gel, sterile, 5 ml glides.", "done", undo=_nothing)
    assert _place(shown.action_bar, shown).contains(_place(shown.notice, shown))
    assert _clear_of_all(shown)


def test_where_the_bar_is_full_it_stands_on_the_status_line(shown: MainWindow) -> None:
    _open(shown, "full")
    shown.tell("Cheek, left: pass 2 begun.", "done", undo=_nothing)
    assert _place(shown.status_line, shown).contains(_place(shown.notice, shown))
    assert _clear_of_all(shown)


def test_it_makes_way_for_an_alarm_and_keeps_the_undo(shown: MainWindow) -> None:
    _open(shown, "full")
    shown.tell("Cheek, left: pass 2 begun.", "done", undo=_nothing)
    detail = "1.32 mm, limit 1.15 mm. Lift the pen now. " * 2
    shown.show_alarm(AlarmText("a1", "medium", "Depth above plan", detail))
    shown.live()  # type: ignore[attr-defined]
    undo = shown.findChild(Button, "notice.undo")
    assert undo is not None and undo.isVisible() and undo.height() >= 44
    assert not any(_place(shown.notice, shown).intersects(_place(one, shown))
                   for one in shown.findChildren(Button) if one.objectName().startswith("alarm.") and one.isVisible())


def test_it_leaves_a_sheet_alone(shown: MainWindow) -> None:
    _open(shown, "roomy")
    shown.tell("Marked.", "done", undo=_nothing)
    sheet = QWidget()
    sheet.setMinimumHeight(560)
    shown.show_overlay(sheet, "Areas", 1300)
    shown.live()  # type: ignore[attr-defined]
    assert _place(shown.status_line, shown).contains(_place(shown.notice, shown))


def test_a_held_pedal_fills_acknowledge_while_an_alarm_stands(shown: MainWindow) -> None:
    _open(shown, "roomy")
    shown.show_alarm(AlarmText("a1", "medium", "Depth above plan"))
    shown._pedal_progress(0.5, "mark")
    button = shown.findChild(Button, "alarm.acknowledge")
    assert button is not None and button.held_share == 0.5
    shown.show_alarm(AlarmText("a1", "medium", "Depth above plan", ended=True, answered=True))
    shown._pedal_progress(0.6, "mark")
    assert button.held_share == 0.0


def test_every_way_back_is_offered_for_ten_seconds_in_all(qapp: QApplication) -> None:
    ground, clock, undone = QWidget(), FakeClock(), []
    ground.resize(900, 600)
    ground.show()
    notice = Notice(ground, clock)
    for name in ("one", "two"):
        notice.tell(name, "done", undo=lambda name=name: undone.append(name))
        clock.advance(3.0)
    notice.tell("a scan came", "info")
    assert not notice.can_undo
    clock.advance(6.1)
    notice.poll()
    assert notice.text == "two" and notice.can_undo, "what covered it has left"
    notice.findChild(Button, "notice.undo").click()
    assert (notice.text, undone) == ("one", ["two"]), "the one before is still in reach"
    clock.advance(3.7)
    notice.poll()
    assert notice.text == "one"
    clock.advance(0.3)
    notice.poll()
    assert notice.text == "" and not notice.can_undo
    notice.tell("three", undo=lambda: undone.append("three"))
    notice.tell("four")
    notice.dismiss()
    clock.advance(10.0)
    notice.poll()
    assert notice.text == "", "behind us with its page"
    ground.deleteLater()
