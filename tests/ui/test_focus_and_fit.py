"""Who gets the focus ring, how a field makes room for long words, and where the rail stands."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from ui.app_bar import Context
from ui.main_window import MainWindow
from ui.page import Page
from ui.widgets import Button, ScanField, Step, column, row
from ui.widgets.step_rail import StepRail


def _stage(shown: MainWindow, *parts: QWidget) -> None:
    page = Page()
    page.frame = "session"
    page.setLayout(column(row(*parts), None, margins=16))
    shown.add_page("page", page)
    shown.open_page("page")
    shown.live()  # type: ignore[attr-defined]


def test_a_button_that_locks_under_the_finger_gives_no_other_the_ring(window: Callable[[], MainWindow]) -> None:
    first, second = Button("Confirm"), Button("Report")
    _stage(window(), first, second)
    first.setFocus(Qt.FocusReason.MouseFocusReason)
    first.setEnabled(False)
    assert not first.hasFocus() and not second.hasFocus()


def test_the_keyboard_still_moves_the_ring(window: Callable[[], MainWindow]) -> None:
    first, second = Button("Confirm"), Button("Report")
    _stage(window(), first, second)
    first.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(first, Qt.Key.Key_Tab)
    assert second.hasFocus() and second._ring and not first._ring


def test_a_scan_field_grows_with_long_words(window: Callable[[], MainWindow]) -> None:
    field = ScanField(name="product")
    field.setFixedWidth(318)
    _stage(window(), field)
    field.show_state("ok", "LMX4 cream 30 g", "Lot L26-033, exp 2028-05-15")
    assert field.height() == 64
    field.show_state("ok", "Hyaluronic gliding gel, sterile, 5 ml", "Lot GG-2605, exp 2028-08-28")
    assert field.height() == 64, "two lines and the lot still fit"
    field.show_state("bad", "The code is damaged or no product code", "Scan it again, or enter the product by hand")
    assert field.height() > 64


def test_the_rail_stands_in_the_middle_beside_the_demo_tag(window: Callable[[], MainWindow]) -> None:
    shown = window()
    shown.show_steps(tuple(Step(name, name) for name in ("Screening", "Anesthetic", "Needling", "Serum")))
    shown.show_context(Context("P-0412", "Session 3 of 6, face", "LH", "#5B4DB2", is_code=True))
    shown.show_mark("Demo, not clinical")
    _stage(shown)
    rail = shown.findChild(StepRail)
    assert rail is not None
    middle = rail.mapTo(shown, QPoint(0, 0)).x() + rail.width() / 2
    assert abs(middle - shown.width() / 2) <= 1
