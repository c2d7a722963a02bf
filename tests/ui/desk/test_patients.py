from collections.abc import Callable

import pytest
from desk_touch import part, touch
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from console.services.console import Console
from console.services.review_desk import ListPage
from ui.desk.patients import PatientsPage
from ui.main_window import MainWindow
from ui.page import Page
from ui.widgets.buttons import PaintedButton
from ui.widgets.texts import Label, TextLine

Window = Callable[[str, Page], MainWindow]


@pytest.fixture
def opened() -> list[object]:
    return []


@pytest.fixture
def window(desk_window: Window, console: Console, opened: list[object]) -> MainWindow:
    return desk_window("patients", PatientsPage(console, opened.append))


def listed(window: MainWindow) -> list[str]:
    rows = [one for one in window.findChildren(PaintedButton) if one.objectName().startswith("patient.P-")]
    return sorted(one.objectName().removeprefix("patient.") for one in rows)


def deliver(qtbot: QtBot, console: Console) -> None:
    def answered() -> bool:
        console.queries.deliver()
        return not console.queries.busy

    qtbot.waitUntil(answered)


def test_the_list_narrows_as_one_types(window: MainWindow, qtbot: QtBot) -> None:
    assert len(listed(window)) == 4
    qtbot.keyClicks(part(window, "patients.search"), "becker")
    assert listed(window) == ["P-0231"]
    qtbot.keyClicks(part(window, "patients.search"), "xx")
    assert "Nobody is found" in [one.text() for one in window.findChildren(Label) if one.isVisibleTo(window)]


def test_the_keys_on_screen_type_into_the_search(window: MainWindow) -> None:
    touch(window, "action.keys")
    for key in "ines":
        touch(window, f"patients.keys.{key}")
    assert listed(window) == ["P-0377"]


def test_a_record_shows_identity_course_and_past_sessions(
        window: MainWindow, console: Console, qtbot: QtBot, opened: list[object]) -> None:
    touch(window, "patient.P-0412")
    deliver(qtbot, console)
    assert part(window, "patient.name", TextLine).text() == "Anna Keller"
    assert part(window, "patient.note", QLineEdit).text() == "Type 2 diabetes"
    texts = [one.text() for one in window.findChildren(Label) if one.isVisibleTo(window)]
    assert "2 of 6" in texts
    assert "born 4 Mar 1992, 34 years" in texts
    past = [one for one in window.findChildren(PaintedButton) if one.objectName().startswith("past.")]
    assert [one.accessibleName() for one in past] == ["12 Oct 2026, Facial acne scars, Sealed"]
    touch(window, past[0].objectName())
    assert f"past.{opened[0]}" == past[0].objectName()
    assert ("PR-02", "patient_read", "P-0412", "") in console.registry.audits  # type: ignore[attr-defined]


def test_an_answer_for_a_patient_no_longer_shown_is_dropped(
        window: MainWindow, console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    answers: list[Callable[[ListPage], None]] = []
    monkeypatch.setattr(console.review, "list_page", lambda *asked: answers.append(asked[3]))
    touch(window, "patient.P-0412")
    touch(window, "patient.P-0231")
    last = console.day.last_session("P-0412")
    assert last is not None
    answers[1](ListPage((), 0))
    answers[0](ListPage((last,), 1))
    assert not [one for one in window.findChildren(PaintedButton) if one.objectName().startswith("past.")]


def test_note_phone_and_language_are_saved(window: MainWindow, console: Console, qtbot: QtBot) -> None:
    touch(window, "patient.P-0460")
    assert not part(window, "patient.save").isEnabled()
    qtbot.keyClicks(part(window, "patient.note"), "Latex allergy")
    part(window, "patient.language", QLineEdit).setText("sv")
    touch(window, "patient.save")
    patient = console.registry.patient("P-0460")
    assert (patient.note, patient.language) == ("Latex allergy", "sv")
    assert "P-0460 is changed" in window.notice.text
    assert not part(window, "patient.save").isEnabled()


def test_a_language_that_is_none_is_refused(window: MainWindow, console: Console) -> None:
    touch(window, "patient.P-0460")
    part(window, "patient.language", QLineEdit).setText("Swedish")
    touch(window, "patient.save")
    assert "two or three letters" in part(window, "patient.words", Label).text()
    assert console.registry.patient("P-0460").language == "en"


def test_a_session_starts_with_a_plan(window: MainWindow, console: Console) -> None:
    assert not window.action_bar.button("start").isEnabled()
    touch(window, "patient.P-0231")
    touch(window, "action.start")
    touch(window, "plan.scalp_density")
    touch(window, "plan.start")
    assert window.page_key == "check_in"
    front = console.desk.front
    assert front is not None and front.state.plan is not None and front.state.plan.plan_id == "scalp_density"


def test_a_card_opens_its_record_and_an_unknown_one_is_told(
        window: MainWindow, console: Console) -> None:
    page = window.page("patients")
    assert page is not None and page.on_scan("P-0377")
    assert part(window, "patient.name", TextLine).text() == "Ines Duarte"
    assert page.on_scan("P-9999")
    assert "There is no patient P-9999" in window.notice.text


def test_a_course_is_paused_with_a_reason_and_goes_on(desk_window, console: Console) -> None:
    window = desk_window("patients", PatientsPage(console))
    window.page("patients").choose("P-0412")
    touch(window, "course.pause.C-0412")
    touch(window, "reason.goal_reached")
    touch(window, "reason.confirm")
    assert console.courses.of_patient("P-0412")[0].state == "paused"
    touch(window, "course.go_on.C-0412")
    assert console.courses.of_patient("P-0412")[0].state == "running"


def test_a_new_course_takes_two_touches(desk_window, console: Console) -> None:
    window = desk_window("patients", PatientsPage(console))
    window.page("patients").choose("P-0412")
    window.action_bar.trigger("new_course")
    touch(window, "new_course.facial_maintenance")
    assert [one.plan_id for one in console.registry.courses("P-0412")][-1] == "facial_maintenance"
