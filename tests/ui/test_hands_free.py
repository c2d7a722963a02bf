"""Scanner bursts, the pedal, single keys: told apart by time alone."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from console.domain.pedal import FootAct, PedalPlan
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

    def on_pedal(self, act: str, held: bool) -> bool:
        self.done.append(f"{act}, held" if held else act)
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
    assert page.done == ["forward"]


def test_two_presses_pause_and_withdraw_the_step(room: tuple) -> None:
    shown, page = room
    foot(shown, 0.1)
    shown.live(0.1)
    foot(shown, 0.1)
    shown.live(1.0)
    assert page.done == ["pause"]


def test_slow_second_press_is_a_second_step(room: tuple) -> None:
    shown, page = room
    foot(shown, 0.1)
    shown.live(0.3)
    foot(shown, 0.1)
    shown.live(0.4)
    assert page.done == ["forward", "forward"]


def test_hold_fills_and_acts_once(room: tuple) -> None:
    shown, page = room
    shares: list[float] = []
    shown.feet.pedal_hold_progress.connect(lambda share, _act: shares.append(share))
    QTest.keyPress(shown, PEDAL)
    for _ in range(12):
        shown.live(0.1)
    QTest.keyRelease(shown, PEDAL)
    shown.live(0.5)
    assert page.done == ["mark, held"]
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
    assert page.done == ["forward"]


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


# --- a pedal that types a letter, and scanners ----------------------------------------------------------------

SHORTCUTS = "MELBNFDAS+- "  # every key a page or the window acts on by itself
CODES = (*(f"{key}{key}" for key in SHORTCUTS), SHORTCUTS, SHORTCUTS[::-1], "MB", "BBM", "(01)04012345678901")


class EagerPage(KeyPage):
    """Does something at every key it is offered."""

    def on_key(self, key: str) -> bool:
        self.done.append(f"key {key}")
        return True

    def on_scan(self, text: str) -> bool:
        return True


@pytest.fixture
def eager(window: Callable[[], object]) -> tuple[object, EagerPage]:
    shown, page = window(), EagerPage()
    shown.add_page("keys", page)
    shown.open_page("keys")
    QApplication.processEvents()
    shown.setFocus()
    return shown, page


def send(shown: object, code: str, end: Qt.Key | None, gap_ms: int) -> None:
    """Type as a scanner does: each key down and up, all in its own rhythm."""
    keys = [(ord(one.upper()), one) for one in code]
    keys += [(end.value, "\t" if end == Qt.Key.Key_Tab else "\r")] if end is not None else []
    for number, (key, text) in enumerate(keys):
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text)
            event.setTimestamp(10_000 + gap_ms * number)
            QApplication.sendEvent(QApplication.focusWidget() or shown, event)
        shown.clock.advance(gap_ms / 1000)
        shown.feet.poll()


@pytest.mark.parametrize("pedal", ["F13", "B", "M", "Space"])
@pytest.mark.parametrize("end", [None, Qt.Key.Key_Return, Qt.Key.Key_Tab])
@pytest.mark.parametrize("gap_ms", [1, 8, 25])
def test_no_code_presses_a_shortcut_or_the_pedal(eager: tuple, pedal: str, end: Qt.Key | None, gap_ms: int) -> None:
    shown, page = eager
    shown.feet.plan = PedalPlan(key=pedal)
    for code in CODES:
        send(shown, code, end, gap_ms)
        shown.live(1.5)
        assert page.done == [], code
    if end is not None:
        for letter in SHORTCUTS:
            send(shown, letter, end, gap_ms)
            shown.live(1.5)
            assert page.done == [], letter


def test_a_pedal_that_types_a_letter_presses_doubles_and_holds(eager: tuple) -> None:
    shown, page = eager
    shown.feet.plan = PedalPlan(key="B")
    for _ in range(2):
        QTest.keyPress(shown, Qt.Key.Key_B)
        shown.live(0.1)
        QTest.keyRelease(shown, Qt.Key.Key_B)
        shown.live(0.5)
    assert page.done == ["forward", "forward"]
    for _ in range(2):
        QTest.keyClick(shown, Qt.Key.Key_B)
        shown.live(0.1)
    shown.live(0.5)
    assert page.done[2:] == ["pause"]
    QTest.keyPress(shown, Qt.Key.Key_B)
    for _ in range(12):
        repeat = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_B, Qt.KeyboardModifier.NoModifier, "b", True)
        QApplication.sendEvent(shown, repeat)
        shown.live(0.1)
    QTest.keyRelease(shown, Qt.Key.Key_B)
    shown.live(0.5)
    assert page.done[3:] == ["mark, held"]


def test_a_letter_of_the_foot_types_where_a_field_has_the_focus(eager: tuple) -> None:
    shown, page = eager
    shown.feet.plan = PedalPlan(key="B")
    page.line.setFocus()
    type_keys(shown, "abb", 0.1)
    shown.live(1.0)
    assert page.line.text() == "abb" and page.done == []


def test_three_switches_act_as_they_are_let_go_and_hold(eager: tuple) -> None:
    shown, page = eager
    shown.feet.plan = PedalPlan(switches=3, own_keys=("F15", "PgUp", "A"))
    for key in (Qt.Key.Key_F15, Qt.Key.Key_PageUp, Qt.Key.Key_A):
        QTest.keyPress(shown, key)
        shown.live(0.1)
        QTest.keyRelease(shown, key)
        shown.live(0.1)
    assert page.done == ["forward", "pause", "mark"]
    QTest.keyPress(shown, Qt.Key.Key_PageUp)
    shown.live(1.1)
    QTest.keyRelease(shown, Qt.Key.Key_PageUp)
    shown.live(1.0)
    assert page.done[3:] == ["pause, held"]


def test_an_order_of_the_clinic_s_own(eager: tuple) -> None:
    shown, page = eager
    shown.feet.plan = PedalPlan(order=(FootAct.PAUSE, FootAct.MARK, FootAct.FORWARD))
    foot(shown, 0.1)
    shown.live(0.5)
    foot(shown, 1.1)
    shown.live(0.5)
    assert page.done == ["pause", "forward, held"]


def test_a_key_is_learned_once_it_stayed_alone(eager: tuple) -> None:
    shown, page = eager
    learned: list[tuple[str, str]] = []
    shown.feet.learn_key(lambda key, why_not: learned.append((key, why_not)))
    foot(shown, 0.1)
    shown.live(0.2)
    assert learned == [("F13", "")] and page.done == []
    shown.feet.learn_key(lambda key, why_not: learned.append((key, why_not)))
    send(shown, "L24", Qt.Key.Key_Return, 8)
    shown.live(0.2)
    assert learned[1][0] == "" and "scanner" in learned[1][1]
    foot(shown, 0.1)
    shown.live(0.5)
    assert page.done == ["forward"], "it ends with the key"
