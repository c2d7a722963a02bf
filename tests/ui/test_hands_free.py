"""Scanner bursts, the pedal, single keys: told apart by time alone."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from ui.page import Action, Actions, Page
from ui.widgets import ScanField, column

PEDAL = Qt.Key.Key_F13


class KeyPage(Page):
    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []
        self.line, self.field = QLineEdit(), ScanField(name="scan")
        self.setLayout(column(self.line, self.field))
        self.field.scanned.connect(lambda text: self.done.append(f"field {text}"))

    def page_actions(self) -> Actions:
        return Actions([], [Action("mark", "Mark", lambda: self.done.append("mark"), shortcut="M")])

    def on_scan(self, text: str) -> bool:
        self.done.append(f"scan {text}")
        return True

    def on_pedal(self, press: str) -> bool:
        self.done.append(press)
        return True


@pytest.fixture
def room(window: Callable[[], object]) -> tuple[object, KeyPage]:
    shown, page = window(), KeyPage()
    shown.add_page("keys", page)
    shown.open_page("keys")
    QApplication.processEvents()
    shown.setFocus()
    return shown, page


def type_keys(shown: object, text: str, gap_s: float, onto: QWidget | None = None) -> None:
    """Type as a person or a scanner would, with poll running meanwhile."""
    for character in text:
        target = onto or QApplication.focusWidget() or shown
        QTest.keyClick(target, character)
        shown.clock.advance(gap_s)
        shown.feet.poll()


def test_burst_becomes_a_scan_and_presses_no_key(room: tuple) -> None:
    shown, page = room
    type_keys(shown, "MMLMM", 0.005)
    QTest.keyClick(shown, Qt.Key.Key_Return)
    assert page.done == ["scan MMLMM"]
    shown.live(0.2)
    assert page.done == ["scan MMLMM"]


def test_burst_taken_late_by_a_busy_window_is_still_one_scan(room: tuple) -> None:
    shown, page = room
    for number, character in enumerate("01040\r"):
        key = Qt.Key.Key_Return if character == "\r" else ord(character)
        press = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, character)
        press.setTimestamp(5_000 + 4 * number)
        QApplication.sendEvent(shown, press)
        shown.clock.advance(0.050)
    assert page.done == ["scan 01040"]


def test_burst_without_enter_ends_in_quiet(room: tuple) -> None:
    shown, page = room
    type_keys(shown, "010401", 0.005)
    assert page.done == []
    shown.live(0.06)
    assert page.done == ["scan 010401"]


def test_burst_never_types_into_a_focused_line(room: tuple) -> None:
    shown, page = room
    page.line.setFocus()
    type_keys(shown, "0104012345", 0.01)
    QTest.keyClick(page.line, Qt.Key.Key_Return)
    assert page.line.text() == ""
    assert page.done == ["scan 0104012345"]


def test_scan_field_with_the_focus_takes_the_scan(room: tuple) -> None:
    shown, page = room
    page.field.setFocus()
    type_keys(shown, "L24-0871", 0.01)
    shown.live(0.1)
    assert page.done == ["field L24-0871"]


def test_group_separator_stays_in_the_scan(room: tuple) -> None:
    shown, page = room
    type_keys(shown, "10AB", 0.005)
    press = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_BracketRight, Qt.KeyboardModifier.ControlModifier, "\x1d")
    QApplication.sendEvent(shown, press)
    type_keys(shown, "21X", 0.005)
    shown.live(0.1)
    assert page.done == ["scan 10AB\x1d21X"]


def test_hand_typing_reaches_the_line_in_order(room: tuple) -> None:
    shown, page = room
    page.line.setFocus()
    type_keys(shown, "Mole 3", 0.08)
    shown.live(0.1)
    assert page.line.text() == "Mole 3"
    assert page.done == []


def test_single_key_acts_only_after_quiet(room: tuple) -> None:
    shown, page = room
    QTest.keyClick(shown, Qt.Key.Key_M)
    shown.live(0.055)
    assert page.done == []
    shown.live(0.01)
    assert page.done == ["mark"]


def test_backspace_and_arrows_reach_the_line_at_once(room: tuple) -> None:
    _shown, page = room
    page.line.setText("abc")
    page.line.setFocus()
    QTest.keyClick(page.line, Qt.Key.Key_Backspace)
    assert page.line.text() == "ab"


def test_short_press_goes_forward_when_it_cannot_be_a_double_any_more(room: tuple) -> None:
    shown, page = room
    foot(shown, 0.1)
    shown.live(0.2)
    assert page.done == []
    shown.live(0.06)
    assert page.done == ["press"]


def test_two_presses_pause_and_withdraw_the_step(room: tuple) -> None:
    shown, page = room
    foot(shown, 0.1)
    shown.live(0.1)
    foot(shown, 0.1)
    shown.live(1.0)
    assert page.done == ["double"]


def test_slow_second_press_is_a_second_step(room: tuple) -> None:
    shown, page = room
    foot(shown, 0.1)
    shown.live(0.3)
    foot(shown, 0.1)
    shown.live(0.4)
    assert page.done == ["press", "press"]


def test_hold_fills_and_acts_once(room: tuple) -> None:
    shown, page = room
    shares: list[float] = []
    shown.feet.pedal_hold_progress.connect(shares.append)
    QTest.keyPress(shown, PEDAL)
    for _ in range(12):
        shown.live(0.1)
    QTest.keyRelease(shown, PEDAL)
    shown.live(0.5)
    assert page.done == ["hold"]
    assert shares[4] == pytest.approx(0.5)
    assert shares[-1] == 0.0


def test_letting_go_early_cancels_the_hold(room: tuple) -> None:
    shown, page = room
    foot(shown, 0.8)
    shown.live(1.0)
    assert page.done == []


def test_pedal_right_after_a_touch_is_ignored(room: tuple) -> None:
    shown, page = room
    QTest.mouseClick(page, Qt.MouseButton.LeftButton)
    shown.clock.advance(0.2)
    foot(shown, 0.1)
    shown.live(0.5)
    assert page.done == []
    foot(shown, 0.1)
    shown.live(0.5)
    assert page.done == ["press"]


def foot(shown: object, seconds: float) -> None:
    """Press the pedal for some time."""
    QTest.keyPress(shown, PEDAL)
    shown.live(seconds)
    QTest.keyRelease(shown, PEDAL)


@pytest.mark.parametrize(("key", "modifiers"), [
    (Qt.Key.Key_F8, Qt.KeyboardModifier.NoModifier), (Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier),
    (Qt.Key.Key_Dollar, Qt.KeyboardModifier.ControlModifier)])
def test_the_separator_comes_through_other_layouts_within_a_scan(room: tuple, key, modifiers) -> None:
    shown, page = room
    type_keys(shown, "10AB", 0.005)
    QApplication.sendEvent(shown, QKeyEvent(QEvent.Type.KeyPress, key, modifiers, ""))
    type_keys(shown, "21X", 0.005)
    QTest.keyClick(shown, Qt.Key.Key_Return)
    assert page.done == ["scan 10AB\x1d21X"]
