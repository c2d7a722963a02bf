"""The audit page: sentences, filters, old and new values, and emergency access answered for."""

import time

import pytest
from desk_touch import part, touch
from PySide6.QtWidgets import QLineEdit

from console.domain.audit import detail_of
from console.domain.people import Role, Staff
from ui.desk.audit import AuditLogPage
from ui.widgets.texts import Label

BOSS = Staff("MG-01", "C. Okafor", Role.MANAGER)


@pytest.fixture
def manager(console):
    registry = console.registry
    registry.audits.clear()
    registry.audit("PR-02", "patient_read", "P-0412")
    registry.audit("MG-01", "save_setting", "room", '{"changed":{"value":["Room 1","Room 2"]},"rev":2}')
    registry.audit("AD-01", "patient_read", "P-0460", detail_of(why="Fainted"))
    registry.audit("PR-01", "pin_refused", "PR-01")
    console.desk.actor = BOSS
    return console


@pytest.fixture
def saved():
    return []


@pytest.fixture
def window(desk_window, manager, saved, tmp_path):
    def save(text):
        saved.append(text)
        return tmp_path / "audit.csv"

    made = desk_window("audit", AuditLogPage(manager, save))
    answered(manager)
    return made


def answered(console):
    until_s = time.monotonic() + 10.0
    while console.queries.busy:
        assert time.monotonic() < until_s
        console.queries.deliver()


def rows(window):
    return [one.accessibleName() for one in window.page("audit")._list.rows]


def test_the_newest_first_in_sentences_and_the_reading_itself_among_them(window):
    told = rows(window)
    assert told[0].startswith("Read the audit, C. Okafor MG-01")
    assert told[1].startswith("A PIN was refused, L. Novak PR-01")
    assert told[2].startswith("Read the record of P-0460, AD-01") and len(told) == 5


def test_old_and_new_values_beside_the_entry(window, manager):
    touch(window, "audit.2")
    answered(manager)
    assert part(window, "audit.title", Label).text() == "Changed the setting room"
    assert any(one.text() == "value: Room 1 -> Room 2" for one in window.findChildren(Label) if one.isVisible())


def test_by_patient_person_and_kind(window, manager):
    page = window.page("audit")
    for text, count in (("p-0412", 1), ("MG-01", 2), ("", 5)):
        page._search.setText(text)
        page._ask()
        answered(manager)
        assert len(rows(window)) == count, text
    touch(window, "audit.kind.change")
    answered(manager)
    assert len(rows(window)) == 1
    touch(window, "audit.kind.export")
    answered(manager)
    assert rows(window) == [] and page._none.isVisible()


def test_verify_and_csv(window, manager, saved):
    touch(window, "action.verify")
    answered(manager)
    assert "as it was written" in window.notice.text
    touch(window, "action.csv")
    answered(manager)
    assert len(saved) == 1 and saved[0].count("\r\n") == 6 and "Fainted" in saved[0]


def choose_days(window, manager, first, last):
    touch(window, "audit.period.days")
    part(window, "audit.span.from", QLineEdit).setText(first)
    part(window, "audit.span.to", QLineEdit).setText(last)
    touch(window, "audit.span.show")
    answered(manager)


def test_days_are_chosen_counted_and_written_out_as_shown(window, manager, saved):
    manager.registry.audit("PR-01", "signed_in", "station-1")  # written after the page was read
    choose_days(window, manager, "16.11.2026", "2026-11")
    page = window.page("audit")
    assert len(rows(window)) == 6 and page.status().facts == ("6 entries", "from 2026-11-16 to 2026-11-30")
    touch(window, "action.csv")
    answered(manager)
    assert saved[0].count("\r\n") == 7 and "signed_in" in saved[0], "what is shown, no line more"
    assert manager.registry.audits[-1][3] == detail_of(form="csv", asked="from 2026-11-16 to 2026-11-30")
    choose_days(window, manager, "", "2026-11-16")
    assert rows(window) == [] and page._none.isVisible()


def test_a_wrong_day_is_told_in_the_sheet_and_the_list_stays(window, manager):
    choose_days(window, manager, "yesterday", "")
    assert "«yesterday» is not a day" in part(window, "audit.span.words", Label).text()
    choose_days_again(window, "2026-11-18", "2026-11-17")
    assert "lies before" in part(window, "audit.span.words", Label).text()
    window.close_overlay()
    assert len(rows(window)) == 5 and window.page("audit")._period.choice() == "30"


def choose_days_again(window, first, last):
    part(window, "audit.span.from", QLineEdit).setText(first)
    part(window, "audit.span.to", QLineEdit).setText(last)
    touch(window, "audit.span.show")


def test_emergency_access_waits_for_an_answer(window, manager):
    manager.desk.actor = Staff("AD-01", "S. Okoro", Role.ADMINISTRATOR)
    made = manager.clinic.emergencies.begin("Fainted at the door")
    manager.desk.actor = BOSS
    window.open_page("audit")
    answered(manager)
    touch(window, f"emergency.{made.access_id}")
    touch(window, "reason.talked_it_over_it_was_right")
    touch(window, "reason.confirm")
    assert manager.clinic.emergencies.unanswered() == []
    assert not window.page("audit")._emergencies.isVisible()


def test_who_may_not_sees_nothing_and_is_told_why(desk_window, manager):
    manager.desk.actor = Staff("PR-02", "A. Meyer", Role.PRACTITIONER)
    window = desk_window("audit", AuditLogPage(manager, lambda text: None))
    answered(manager)
    assert "PR-02 may not read the audit" in window.notice.text and rows(window) == []
    assert not part(window, "action.csv").isEnabled()
