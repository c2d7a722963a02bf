"""Room log and competences by touch, and what Today says of them."""

from pathlib import Path

import pytest
from desk_touch import part, touch

from console.domain.competences import Competence
from console.domain.room_log import Duty
from ui.desk.competences import CompetencesPage
from ui.desk.room_log import RoomLogPage
from ui.desk.today import TodayPage


@pytest.fixture
def manager(console):
    console.desk.actor = next(one for one in console.registry.staff() if one.role.value == "manager")
    return console


def test_one_touch_notes_a_duty_and_ten_seconds_take_it_back(desk_window, manager):
    manager.clinic.room.save_duties((Duty("wiped", "Surfaces wiped", 1),))
    window = desk_window("room_log", RoomLogPage(manager, lambda: Path("room-log.csv")))
    touch(window, "duty.wiped.done")
    assert [one.by for one in manager.clinic.room.entries()] == ["MG-01"]
    assert manager.clinic.room.due_today() == []
    touch(window, "notice.undo")
    assert len(manager.clinic.room.due_today()) == 1
    touch(window, "action.csv")
    assert "room-log.csv" in window.notice.text


def test_a_reading_is_asked_for(desk_window, manager):
    manager.clinic.room.save_duties((Duty("fridge", "Fridge read", 1, "Temperature"),))
    window = desk_window("room_log", RoomLogPage(manager))
    touch(window, "duty.fridge.done")
    part(window, "duty.value").setText("4.5")
    touch(window, "duty.note")
    assert [one.reading for one in manager.clinic.room.entries()] == ["4.5"]


def test_the_list_is_changed_by_who_leads(desk_window, manager):
    window = desk_window("room_log", RoomLogPage(manager))
    touch(window, "action.duty")
    part(window, "duty.text").setText("Plants watered")
    touch(window, "duty.days.7")
    touch(window, "duty.save")
    assert manager.clinic.room.duties()[-1].text == "Plants watered"
    touch(window, "duty.wiped.edit")
    touch(window, "duty.remove")
    assert "wiped" not in [one.duty_id for one in manager.clinic.room.duties()]


def test_a_competence_by_touch(desk_window, manager):
    window = desk_window("competences", CompetencesPage(manager))
    touch(window, "action.competence")
    touch(window, "who.a_meyer_pr_02")
    touch(window, "covers.every_treatment")
    part(window, "competence.until").setText("2026-11-30")
    touch(window, "competence.save")
    (held,) = manager.clinic.staff.held()
    assert (held.staff_id, held.covers, held.valid_until) == ("PR-02", "all", "2026-11-30")
    touch(window, f"competence.{held.competence_id}")
    touch(window, "competence.withdraw")
    touch(window, "reason.left_the_clinic")
    touch(window, "reason.confirm")
    assert manager.clinic.staff.held() == []


def test_the_rule_is_the_clinic_s(desk_window, manager):
    window = desk_window("competences", CompetencesPage(manager))
    touch(window, "competence.rule.block")
    touch(window, "competence.days.plus")
    assert (manager.clinic.staff.rule.value, manager.clinic.staff.notice_days) == ("block", 31)


def test_today_tells_calmly_what_is_due(desk_window, manager):
    manager.clinic.room.save_duties((Duty("wiped", "Surfaces wiped", 1),))
    manager.clinic.staff.save(Competence("", "PR-02", "all", "2026-11-20"))
    page = TodayPage(manager)
    desk_window("today", page)
    assert page.status().facts[:2] == ("Due here: surfaces wiped", "1 competence ending")


def test_a_start_without_competence_asks_why_and_goes_on(desk_window, manager):
    manager.clinic.staff.save(Competence("", "MG-01", "all"))
    manager.desk.actor = manager.registry.staff()[0]
    window = desk_window("today", TodayPage(manager))
    touch(window, "action.start")
    assert manager.desk.front is None
    touch(window, "reason.under_supervision")
    touch(window, "reason.confirm")
    assert manager.desk.front.state.competence.reason == "Under supervision"
    assert window.page_key == "check_in"
