"""Emergency access at the program's window: from the menu, in sight while it lasts, gone with its time."""

import pytest
from fake_clock import FakeClock
from PySide6.QtTest import QTest
from real_window import RealWindow

from console.domain.emergency_access import LASTS_S
from console.domain.people import Role, Staff
from ui.desk.clinic_due import due_words


@pytest.fixture
def run(qapp, tmp_path):
    made = RealWindow(qapp, tmp_path / "clinic", FakeClock())
    made.console.desk.actor = Staff("AD-01", "S. Okoro", Role.ADMINISTRATOR)
    yield made
    made.close()


def begin(run):
    run.click("appBar.mark", "menu.emergency", "reason.nobody_else_is_here")
    confirm = run.find("reason.confirm")
    QTest.qWait(0)
    confirm.triggered.emit()
    run.live()


def test_it_opens_a_record_for_its_time_and_puts_it_away(run):
    run.window.open_page("patients", patient_id="P-0412")
    run.live()
    assert "may not read patients' records" in run.window.notice.text
    begin(run)
    assert run.console.desk.access.emergency is not None
    run.window.open_page("patients", patient_id="P-0412")
    run.live()
    assert run.window.page("patients")._record.patient.patient_id == "P-0412"
    assert run.window.app_bar._title.text() == "Emergency access"
    assert "15 min left" in run.window.app_bar._second.text()
    run.live(LASTS_S)
    assert run.window.page_key == "today" and run.console.desk.access.emergency is None
    assert run.window.app_bar._title.text() == "Session console"
    run.live()
    assert run.console.clinic.emergencies.unanswered()[0].reason == "Nobody else is here"


def test_the_menu_ends_it_and_who_lacks_nothing_is_not_offered_it(run):
    begin(run)
    run.click("appBar.mark", "menu.emergency")
    assert run.console.desk.access.emergency is None
    run.console.desk.actor = Staff("PR-02", "A. Meyer", Role.PRACTITIONER)
    run.click("appBar.mark")
    assert not [one for one in run.window.findChildren(type(run.find("menu.lock")), "menu.emergency")
                if one.isVisible()]


def test_what_somebody_else_saw_on_the_list_of_sessions_is_gone(run):
    run.console.desk.actor = Staff("PR-02", "A. Meyer", Role.PRACTITIONER)
    run.console.day.start("P-0412", "facial_acne_scars")
    assert run.console.recorder.synchronise(5.0)
    run.window.open_page("sessions")
    page, session_id = run.window.page("sessions"), run.console.desk.front.session_id
    page._open(session_id)
    while run.console.queries.busy:
        run.live()
    assert page._table.isVisible() and page._panel.dossier.row.session_id == session_id
    run.window.open_page("today")
    run.console.desk.actor = Staff("AD-01", "S. Okoro", Role.ADMINISTRATOR)
    run.window.open_page("sessions")
    run.live()
    assert not page._table.isVisible() and page._panel.dossier is None
    assert "may not read patients' records" in run.window.notice.text


def test_a_manager_is_told_at_sign_in_and_on_the_day_until_it_is_answered_for(run):
    begin(run)
    run.console.clinic.emergencies.end()
    run.live()
    run.console.desk.actor = Staff("PR-02", "A. Meyer", Role.PRACTITIONER)
    run.live()
    assert "to answer for" not in run.window.notice.text, "not theirs to answer"
    run.console.desk.actor = Staff("MG-01", "C. Okafor", Role.MANAGER)
    run.live()
    assert run.window.notice.text == "1 emergency access (AD-01) to answer for: Clinic, Audit."
    assert "1 emergency access to answer for" in due_words(run.console)
    (waiting,) = run.console.clinic.emergencies.to_answer()
    run.console.clinic.emergencies.answer(waiting, "Talked it over; it was right")
    assert not run.console.clinic.emergencies.to_answer() and not [
        one for one in due_words(run.console) if "emergency" in one]


def test_a_manager_is_not_told_of_their_own(run):
    begin(run)
    run.console.clinic.emergencies.end()
    run.console.desk.actor = Staff("AD-01", "S. Okoro", Role.ADMINISTRATOR, more_roles=(Role.MANAGER,))
    assert run.console.clinic.emergencies.to_answer() == []
