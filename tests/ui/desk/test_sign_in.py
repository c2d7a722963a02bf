import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from console_rig import PIN, RigClock
from desk_touch import enter_pin, part, touch
from PySide6.QtWidgets import QLineEdit
from rig_ports import PASSWORD

from console.domain.people import Staff
from console.services.console import Console
from ui.desk.sign_in import SignInPage
from ui.main_window import MainWindow
from ui.page import Page
from ui.widgets.texts import Label

Window = Callable[[str, Page], MainWindow]


@pytest.fixture
def signed() -> list[Staff]:
    return []


@pytest.fixture
def page(console: Console, signed: list[Staff]) -> SignInPage:
    console.desk.actor = None
    return SignInPage(console, signed.append)


@pytest.fixture
def window(desk_window: Window, page: SignInPage) -> MainWindow:
    return desk_window("sign_in", page)


def words(window: MainWindow) -> str:
    return part(window, "pinPad.words", Label).text()


def test_a_tile_and_the_right_pin_sign_in(window: MainWindow, console: Console, signed: list[Staff]) -> None:
    assert not part(window, "pinPad.1").isEnabled(), "no PIN before a person"
    touch(window, "staff.MG-01")
    enter_pin(window, PIN)
    assert [one.staff_id for one in signed] == ["MG-01"]
    assert console.desk.actor_id == "MG-01"
    assert ("MG-01", "signed_in", "station-1", "") in console.registry.audits  # type: ignore[attr-defined]


def test_a_wrong_pin_says_so_and_is_noted(window: MainWindow, console: Console, signed: list[Staff]) -> None:
    touch(window, "staff.PR-02")
    enter_pin(window, "9999")
    assert "not right" in words(window)
    assert signed == [] and console.desk.actor is None
    assert ("PR-02", "pin_refused", "PR-02", "") in console.registry.audits  # type: ignore[attr-defined]


def test_after_three_wrong_pins_the_next_waits_longer_and_longer(
        window: MainWindow, page: SignInPage, clock: RigClock, signed: list[Staff]) -> None:
    touch(window, "staff.PR-02")
    for _ in range(3):
        enter_pin(window, "9999")
    assert words(window) == "3 wrong PINs. Wait 5 s."
    assert not part(window, "pinPad.1").isEnabled()
    clock.advance(5.1)
    page._gate.show_wait()
    enter_pin(window, "9999")
    assert words(window) == "4 wrong PINs. Wait 10 s."
    clock.advance(10.1)
    page._gate.show_wait()
    enter_pin(window, PIN)
    assert len(signed) == 1


def test_leaving_and_coming_back_is_no_way_round_the_wait(window: MainWindow, signed: list[Staff]) -> None:
    touch(window, "staff.PR-02")
    for _ in range(3):
        enter_pin(window, "9999")
    window.open_page("sign_in")
    touch(window, "staff.PR-02")
    assert "Wait" in words(window)
    touch(window, "staff.PR-01")
    enter_pin(window, PIN)
    assert [one.staff_id for one in signed] == ["PR-01"], "a colleague is not held up"


def test_a_staff_card_chooses_its_person(window: MainWindow, page: SignInPage, signed: list[Staff]) -> None:
    assert page.on_scan("PR-01")
    assert words(window) == "PIN of L. Novak"
    enter_pin(window, PIN)
    assert signed[0].staff_id == "PR-01"


def test_a_card_of_nobody_is_told(window: MainWindow, page: SignInPage) -> None:
    assert page.on_scan("PR-77")
    assert "PR-77 is not a card" in window.notice.text
    assert not page.on_scan("P-0412")


def test_who_has_a_password_signs_in_with_it_and_wrong_ones_wait(window: MainWindow, console: Console,
                                                                 signed: list[Staff]) -> None:
    boss = next(one for one in console.registry.staff() if one.staff_id == "MG-01")
    console.registry.save_staff(replace(boss, has_password=True), "", "AD-01")
    window.open_page("sign_in")
    touch(window, "staff.MG-01")
    line = part(window, "password.line", QLineEdit)
    for _ in range(3):
        line.setText("a guess")
        touch(window, "password.go")
        answer(console)
    assert signed == [] and console.pins.wrong("MG-01") == 3
    line.setText(PASSWORD)
    touch(window, "password.go")
    assert not console.queries.busy, "nothing is asked while it waits"
    assert isinstance(console.clock, RigClock)
    console.clock.advance(5.1)
    touch(window, "password.go")
    answer(console)
    assert [one.staff_id for one in signed] == ["MG-01"] and console.desk.actor_id == "MG-01"


def answer(console: Console) -> None:
    until_s = time.monotonic() + 10.0
    while console.queries.busy:
        assert time.monotonic() < until_s
        console.queries.deliver()
