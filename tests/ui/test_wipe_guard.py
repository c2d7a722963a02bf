"""Touch off: what a cloth does is nothing, what foot, scanner and alarms do goes on."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from ui.page import Action, Actions, AlarmText, Page
from ui.widgets import Button, column
from ui.wipe_guard import HOLD_MS

HIGH, MEDIUM = AlarmText("a1", "high", "Record not saved"), AlarmText("a2", "medium", "Pen link lost")


class WetPage(Page):
    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []
        self.key = Button("Big", name="big")
        self.key.triggered.connect(lambda: self.done.append("big"))
        self.setLayout(column(self.key))

    def page_actions(self) -> Actions:
        return Actions([], [Action("mark", "Mark", lambda: self.done.append("mark"), shortcut="M")])

    def on_pedal(self, act: str, held: bool) -> bool:
        self.done.append(act)
        return True

    def on_scan(self, text: str) -> bool:
        self.done.append(text)
        return True


@pytest.fixture
def wet(window: Callable[[], object]) -> tuple[object, WetPage]:
    shown, page = window(), WetPage()
    shown.add_page("wet", page)
    shown.open_page("wet")
    QApplication.processEvents()
    shown.turn_touch_off()
    shown.live()
    return shown, page


def press_at(shown: object, point: QPoint) -> None:
    """Press where a finger would: on whatever lies on top there."""
    hit = shown.childAt(point)
    QTest.mouseClick(hit, Qt.MouseButton.LeftButton, pos=hit.mapFrom(shown, point))
    shown.live()


def middle(shown: object, control: QWidget) -> QPoint:
    return control.mapTo(shown, control.rect().center())


def test_no_touch_reaches_anything(wet: tuple) -> None:
    shown, page = wet
    told: list[str] = []
    shown.mark_pressed.connect(lambda: told.append("menu"))
    for x in range(8, shown.width(), 60):
        for y in range(8, shown.height(), 40):
            press_at(shown, QPoint(x, y))
    press_at(shown, middle(shown, shown.action_bar.button("mark")))
    assert page.done == [] and told == [] and shown.wipe_guard.on


def test_no_key_reaches_anything_and_the_focus_stays(wet: tuple) -> None:
    shown, page = wet
    for key in (Qt.Key.Key_M, Qt.Key.Key_Space, Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_Escape):
        QTest.keyClick(QApplication.focusWidget() or shown, key)
        shown.live(0.2)
    assert page.done == [] and shown.wipe_guard.on
    page.key.setFocus()
    assert shown.focusWidget() is shown.wipe_guard


def test_foot_and_scanner_go_on_under_the_cloth(wet: tuple) -> None:
    shown, page = wet
    press_at(shown, QPoint(400, 400))
    QTest.keyPress(shown, Qt.Key.Key_F13)
    shown.live(0.1)
    QTest.keyRelease(shown, Qt.Key.Key_F13)
    shown.live(0.5)
    shown.feet.scanned.emit("0104")
    assert page.done == ["forward", "0104"]


def test_it_lies_over_sheets_notices_and_the_next_page(wet: tuple) -> None:
    shown, page = wet
    shown.add_page("next", WetPage())
    shown.open_page("next")
    shown.show_overlay(Button("On a sheet", name="sheetKey"), "Sheet")
    shown.tell("Told", undo=lambda: page.done.append("undone"))
    shown.live()
    for name in ("sheetKey", "notice.undo"):
        press_at(shown, middle(shown, shown.findChild(QWidget, name)))
    assert page.done == [] and shown.wipe_guard.on and shown.notice.can_undo


@pytest.mark.parametrize(("alarm", "reached"), [(HIGH, ["a1"]), (MEDIUM, [])])
def test_only_a_high_alarm_s_button_is_in_reach(wet: tuple, alarm: AlarmText, reached: list[str]) -> None:
    shown, _page = wet
    told: list[str] = []
    shown.alarm_acknowledged.connect(told.append)
    shown.show_alarm(alarm)
    shown.live()
    button = shown.findChild(QWidget, "alarm.acknowledge")
    press_at(shown, middle(shown, button))
    assert told == reached and shown.wipe_guard.on
    QTest.mousePress(shown.wipe_guard, Qt.MouseButton.LeftButton, pos=QPoint(300, 300))
    QTest.mouseMove(shown.wipe_guard, middle(shown, button))
    QTest.mouseRelease(shown.wipe_guard, Qt.MouseButton.LeftButton, pos=middle(shown, button))
    assert told == reached, "a stroke over it is no press"
    QTest.keyClick(shown, Qt.Key.Key_A)
    shown.live(0.2)
    assert told[len(reached):] == [alarm.alarm_id], "the key goes on"


def test_a_tap_does_not_end_it_but_a_hold_does(wet: tuple) -> None:
    shown, page = wet
    button = shown.findChild(Button, "wipeGuard.end")
    button._clock = shown.clock  # fingers go by the machine's own, which no test waits for
    press_at(shown, middle(shown, button))
    assert shown.wipe_guard.on and shown.childAt(middle(shown, button)) is button
    QTest.mousePress(button, Qt.MouseButton.LeftButton)
    shown.clock.advance(HOLD_MS / 1000 - 0.01)
    button.poll()
    assert shown.wipe_guard.on
    shown.clock.advance(0.02)
    button.poll()
    assert not shown.wipe_guard.on
    QTest.mouseRelease(button, Qt.MouseButton.LeftButton)
    press_at(shown, middle(shown, page.key))
    assert page.done == ["big"]


def test_it_grows_with_the_window(wet: tuple) -> None:
    shown, _page = wet
    shown.resize(1536, 864)
    shown.live()
    assert shown.wipe_guard.size() == shown.size()
