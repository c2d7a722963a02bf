from collections.abc import Callable
from dataclasses import replace

import pytest
import rig_walk
from console_rig import RigClock, start_session, walk_to
from desk_touch import part, touch
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from console.domain.errors import OperatorError
from console.domain.people import Role, Staff
from console.domain.workflow import Phase
from console.services.console import Console
from ui.desk.today import READ_EVERY, TodayPage
from ui.main_window import MainWindow
from ui.page import Page
from ui.widgets.buttons import PaintedButton
from ui.widgets.texts import Label

Window = Callable[[str, Page], MainWindow]


@pytest.fixture
def page(console: Console) -> TodayPage:
    return TodayPage(console)


@pytest.fixture
def window(desk_window: Window, page: TodayPage) -> MainWindow:
    return desk_window("today", page)


def shown_patient(window: MainWindow) -> str:
    return part(window, "next.patient", Label).text()


def row_words(window: MainWindow, patient_id: str) -> str:
    return part(window, f"row.{patient_id}", PaintedButton).accessibleName()


def test_the_next_due_patient_is_chosen_on_entry(window: MainWindow) -> None:
    assert shown_patient(window) == "P-0412"
    assert window.action_bar.button("start").hint == "P-0412, check-in first"


def test_one_who_waits_comes_before_one_who_is_due(console: Console, page: TodayPage, desk_window: Window) -> None:
    waiting = next(one for one in console.day.rows() if one.patient.patient_id == "P-0377")
    console.day.mark_arrived(waiting.appointment)
    window = desk_window("today", page)
    assert shown_patient(window) == "P-0377"
    assert "Arrived 11:24" in row_words(window, "P-0377")


def test_rows_say_time_plan_course_interval_and_status(window: MainWindow) -> None:
    assert row_words(window, "P-0412") == "11:30, P-0412, Facial acne scars, 3 of 6, 5 wk 1 d, Due"
    assert row_words(window, "P-0460") == (
        "13:30, P-0460, Facial wrinkles, 1 of 4, First session, Consent to sign")


def test_an_early_patient_is_marked_and_told_why(console: Console, desk_window: Window, clock: RigClock) -> None:
    course = console.registry.courses("P-0412")[0]
    console.registry.save_course(replace(course, interval_min_days=50), "PR-02")
    window = desk_window("today", TodayPage(console))
    assert row_words(window, "P-0412").endswith("Early, check")
    words = [one.text() for one in window.findChildren(Label)]
    assert "36 days since the last session; the plan waits at least 50" in words


def test_a_row_touched_is_shown_large(window: MainWindow) -> None:
    touch(window, "row.P-0460")
    assert shown_patient(window) == "P-0460"


def test_marking_arrived_changes_the_row_at_once(window: MainWindow, console: Console) -> None:
    touch(window, "action.arrived")
    assert "Arrived 11:24" in row_words(window, "P-0412")
    assert not part_visible(window, "action.arrived")
    assert console.day.rows()[0].appointment.arrived_us == console.clock.utc_us()


def part_visible(window: MainWindow, name: str) -> bool:
    return any(one.isVisibleTo(window) for one in window.findChildren(PaintedButton, name))


def test_start_opens_the_session_with_its_appointment_on_the_check_in_page(
        window: MainWindow, console: Console) -> None:
    touch(window, "action.start")
    assert window.page_key == "check_in"
    front = console.desk.front
    assert front is not None and front.state.opened is not None
    assert front.state.opened.patient_id == "P-0412"
    assert console.day.rows()[0].session_id == front.session_id


def test_an_open_row_is_continued_by_one_touch(console: Console, page: TodayPage, desk_window: Window) -> None:
    session_id = start_session(console)
    walk_to(console, Phase.SCREENING)
    console.desk.bring_to_front(None)
    window = desk_window("today", page)
    assert row_words(window, "P-0412").endswith("Open, screening")
    touch(window, "row.P-0412")
    assert window.page_key == "screening"
    assert console.desk.front is not None and console.desk.front.session_id == session_id


def test_a_session_left_open_yesterday_stands_first_and_can_be_resumed(
        console: Console, page: TodayPage, desk_window: Window, clock: RigClock) -> None:
    console.day.start("P-0231", "facial_acne_scars")
    console.desk.bring_to_front(None)
    clock.advance(86_400.0)
    window = desk_window("today", page)
    assert "Open since 17 Nov" in row_words(window, "P-0231")
    assert shown_patient(window) == "P-0231"  # the list of the next day is empty
    touch(window, "action.start")
    assert window.page_key == "check_in"


def test_a_session_found_open_at_the_start_is_offered_before_anybody_new(
        console: Console, page: TodayPage, desk_window: Window) -> None:
    start_session(console)
    walk_to(console, Phase.SCREENING)
    console.desk.bring_to_front(None)
    window = desk_window("today", page)
    assert shown_patient(window) == "P-0412"
    touch(window, "action.start")
    assert window.page_key == "screening"
    window.open_page("today")
    assert shown_patient(window) == "P-0460", "later in the day the next patient comes first again"


def test_an_open_session_is_open_since_it_was_opened_not_since_the_patient_came(
        console: Console, page: TodayPage, desk_window: Window, clock: RigClock) -> None:
    waiting = next(one for one in console.day.rows() if one.patient.patient_id == "P-0412")
    console.day.mark_arrived(waiting.appointment)
    clock.advance(600.0)
    start_session(console)
    console.desk.bring_to_front(None)
    assert part(desk_window("today", page), "next.lead", Label).text() == "Open since 11:34"


def test_a_sealed_row_cannot_be_started_again(console: Console, page: TodayPage, desk_window: Window) -> None:
    start_session(console)
    rig_walk.finish_session(console)
    window = desk_window("today", page)
    assert "Sealed" in row_words(window, "P-0412")
    assert "5 wk 1 d" in row_words(window, "P-0412"), "the weeks before this session, not since it"
    touch(window, "row.P-0412")
    assert not window.action_bar.button("start").isEnabled()


def test_nobody_signed_in_locks_the_start(console: Console, window: MainWindow) -> None:
    console.desk.actor = None
    window.update_chrome()
    assert window.action_bar.button("start").hint == "sign in first"
    assert not window.action_bar.button("start").isEnabled()


def test_a_refused_start_is_told_and_nothing_is_opened(console: Console, window: MainWindow) -> None:
    console.day.start("P-0412", "facial_acne_scars")  # elsewhere, since the list was read
    touch(window, "action.start")
    assert len(console.desk.sessions) == 1
    assert "P-0412 has an open session" in window.notice.text


def test_an_empty_day_says_so_and_offers_a_walk_in(console: Console, page: TodayPage, desk_window: Window) -> None:
    console.registry._appointments.clear()  # type: ignore[attr-defined]
    window = desk_window("today", page)
    assert "No patients today" in [one.text() for one in window.findChildren(Label) if one.isVisibleTo(window)]
    assert not window.action_bar.button("start").isEnabled()
    touch(window, "today.empty.walkin")
    assert part(window, "walkin.name")


def test_refresh_reads_the_database_only_now_and_then(
        console: Console, page: TodayPage, window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[int] = []
    rows = console.registry.appointments
    monkeypatch.setattr(console.registry, "appointments", lambda *span: reads.append(1) or rows(*span))
    for _ in range(READ_EVERY - 2):
        page.refresh()
    assert not reads
    page.refresh()
    page.refresh()
    assert len(reads) == 1
    console.day.start("P-0231", "facial_acne_scars")
    page.refresh()
    assert len(reads) == 2


def test_an_unreadable_list_stays_with_its_age_until_it_can_be_read(
        console: Console, page: TodayPage, window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*span: int) -> list[object]:
        raise OperatorError("The record cannot be read", "nothing was changed", "check the disk")

    monkeypatch.setattr(console.registry, "appointments", broken)
    page._changed()
    assert page.status().notice == "caution"
    assert page.status().facts == ("List of 11:24",)
    assert part(window, "row.P-0412")
    monkeypatch.undo()
    touch(window, "action.again")
    assert page.status().title == "Tuesday 17 November"


def test_a_patient_card_chooses_the_row_or_finds_the_patient(
        console: Console, page: TodayPage, window: MainWindow) -> None:
    assert page.on_scan("P-0460")
    assert shown_patient(window) == "P-0460"
    console.day.add_walk_in("Nora Lunde", "1990-05-31")
    assert page.on_scan("P-0461")
    assert part(window, "find.plan.facial_acne_scars")
    assert not page.on_scan("hello")


def test_finding_a_patient_starts_a_session_with_the_chosen_plan(window: MainWindow, console: Console) -> None:
    touch(window, "today.find")
    for key in "tom":
        touch(window, f"find.keys.{key}")
    touch(window, "find.P-0231")
    touch(window, "find.plan.stretch_marks")
    touch(window, "find.plan.start")
    front = console.desk.front
    assert front is not None and front.state.plan is not None
    assert front.state.plan.plan_id == "stretch_marks"
    assert window.page_key == "check_in"
    assert ("PR-02", "patient_read", "P-0231", "") in console.registry.audits  # type: ignore[attr-defined]


def test_the_plan_of_a_running_course_is_chosen_already(window: MainWindow, console: Console) -> None:
    touch(window, "today.find")
    touch(window, "find.P-0412")
    touch(window, "find.plan.start")
    assert console.day.rows()[0].status == "open", "the appointment of the day is used"


def test_no_name_is_shown_in_the_room(window: MainWindow) -> None:
    touch(window, "today.find")
    texts = " ".join(one.accessibleName() for one in window.findChildren(PaintedButton))
    assert "Keller" not in texts and "P-0412" in texts


def test_a_walk_in_needs_three_fields_and_then_a_plan(window: MainWindow, console: Console) -> None:
    touch(window, "action.walkin")
    for key in ("n", "o", "r", "a", "space", "l", "u", "n", "d", "e"):
        touch(window, f"walkin.keys.{key}")
    part(window, "walkin.birth_date").setFocus()
    window.activateWindow()
    for key in "19900531":
        touch(window, f"walkin.keys.{key}")
    touch(window, "walkin.add")
    added = console.registry.patient("P-0461")
    assert (added.name, added.birth_date) == ("Nora Lunde", "1990-05-31")
    assert "P-0461 is added" in window.notice.text
    assert not part(window, "find.plan.start").isEnabled(), "a new patient has no plan yet"
    touch(window, "find.plan.facial_acne_scars")
    touch(window, "find.plan.start")
    assert window.page_key == "check_in"


def test_a_second_record_of_the_same_person_is_refused_and_the_first_offered(
        window: MainWindow, console: Console, qtbot: QtBot) -> None:
    touch(window, "action.walkin")
    qtbot.keyClicks(part(window, "walkin.name"), "anna  keller")
    qtbot.keyClicks(part(window, "walkin.birth_date"), "1992-03-04")
    touch(window, "walkin.add")
    assert "P-0412 has this name and birth date" in part(window, "walkin.words", Label).text()
    touch(window, "walkin.open")
    assert part(window, "find.plan.start").isEnabled()


@pytest.mark.parametrize(("name", "born", "why"), [
    ("Nora Lunde", "1990-13-01", "is not a date"),
    ("N", "1990-05-31", "needs a name and a birth date in the past"),
    ("Nora Lunde", "2030-01-01", "needs a name and a birth date in the past"),
])
def test_a_walk_in_that_cannot_be_is_refused_in_words(
        window: MainWindow, console: Console, qtbot: QtBot, name: str, born: str, why: str) -> None:
    touch(window, "action.walkin")
    qtbot.keyClicks(part(window, "walkin.name"), name)
    qtbot.keyClicks(part(window, "walkin.birth_date"), born)
    touch(window, "walkin.add")
    assert why in part(window, "walkin.words", Label).text()
    assert len(console.registry.patients()) == 4


def test_dim_room_asks_for_the_other_theme(console: Console, desk_window: Window) -> None:
    asked: list[str] = []
    window = desk_window("today", TodayPage(console, asked.append))
    touch(window, "action.dim")
    assert asked == ["dim"]


def test_who_may_not_read_records_sees_no_list(console: Console, page: TodayPage, desk_window: Window) -> None:
    console.desk.actor = Staff("AD-01", "S. Okoro", Role.ADMINISTRATOR)
    window = desk_window("today", page)
    assert not window.findChildren(QWidget, "row.P-0412") and "P-0412" not in window.action_bar.button("start").hint
    assert page._stack.currentIndex() == 2 and not window.action_bar.button("walkin").isEnabled()
    console.desk.actor = console.registry.staff()[0]
    page._changed()
    assert page._stack.currentIndex() == 0
