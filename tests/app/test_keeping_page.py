"""Who is due for erasure, held and erased from the clinic's page, on the program's own window."""

import treatments
from console_rig import PIN
from fake_clock import FakeClock
from PySide6.QtWidgets import QLabel, QLineEdit
from pytest import fixture
from real_window import MEYER, RealWindow

from console.domain.audit import AuditFilter
from console.domain.people import Role, Staff
from console.domain.retention import RetentionRule
from console.services.audit_words import sentence
from console.services.retention_settings import save_rule
from db.audit_reader import AuditReader
from db.session_store import SessionStore
from db.verify import verify_folder
from ui.desk.keeping import KeepingPage
from ui.widgets.list_row import ListRow

MANAGER = Staff("MG-01", "M. Grau", Role.MANAGER)
DAY_S = 86_400.0


@fixture
def run(qapp, tmp_path):
    made = RealWindow(qapp, tmp_path / "clinic", FakeClock())
    made.console.registry.save_staff(MANAGER, PIN, "MG-01")
    made.console.recorder.append(treatments.SESSION_ID, treatments.walk().history)
    made.console.recorder.synchronise(10)
    made.console.desk.actor = MANAGER
    yield made
    made.close()


def settle(run: RealWindow) -> None:
    run.live()
    while run.console.queries.busy or run.console.pins.busy:
        run.live()
    run.live()


def touch(run: RealWindow, *names: str) -> None:
    for name in names:
        run.click(name)
        settle(run)


def page_of(run: RealWindow) -> KeepingPage:
    page = run.window.page("keeping")
    assert isinstance(page, KeepingPage)
    return page


def listed(run: RealWindow) -> list[str]:
    return [one.objectName().partition(".")[2] for one in run.window.findChildren(ListRow)
            if one.isVisible() and one.objectName().startswith("keeping.")]


def words(run: RealWindow, name: str) -> str:
    found = run.find(name)
    assert isinstance(found, QLabel)
    return found.text()


def open_after_the_time(run: RealWindow) -> None:
    save_rule(run.console.registry, RetentionRule(1, "the clinic's insurer", 18, 3), MANAGER)
    run.live(400 * DAY_S)
    run.window.open_page("people")
    settle(run)
    touch(run, "action.keeping")


def test_without_a_rule_nothing_is_proposed_and_that_is_said(run: RealWindow) -> None:
    run.window.open_page("keeping")
    settle(run)
    assert "no retention rule" in words(run, "keeping.rule") and listed(run) == []
    assert page_of(run)._none.title.text() == "No retention rule is set"


def test_who_is_due_is_held_let_go_and_erased_from_the_list(run: RealWindow) -> None:
    open_after_the_time(run)
    assert listed(run) == ["P-0412", "P-0460"], "the child's record is kept for longer"
    assert words(run, "keeping.title") == "The record of P-0412" and "1 session" in words(run, "keeping.goes")
    touch(run, "keeping.P-0460", "action.hold", "reason.complaint", "reason.confirm")
    assert listed(run) == ["P-0412"] and page_of(run).status().facts == ("1 record may be erased", "1 held")
    touch(run, "keeping.part.held")
    assert listed(run) == ["P-0460"] and not run.find("action.erase").isEnabled()
    touch(run, "action.hold", "reason.settled", "reason.confirm", "keeping.part.over")
    assert listed(run) == ["P-0412", "P-0460"]
    touch(run, "keeping.P-0412", "action.erase", "erase.ground.the_retention_period_is_over", "erase.go_on")
    for name, text in (("erase.reason", "time is over"), ("erase.number", "P-0412")):
        line = run.find(name)
        assert isinstance(line, QLineEdit)
        line.setText(text)
    touch(run, "erase.to_pin", *(f"erase.pin.{digit}" for digit in PIN))
    assert listed(run) == ["P-0460"] and "P-0412 was erased, as number 1" in run.window.notice.text
    assert verify_folder(run.made.folder) == []
    run.console.recorder.synchronise(10)
    store = SessionStore(run.made.folder)
    told = [sentence(one) for one in AuditReader(store).entries(AuditFilter(person="MG-01"), 50)]
    store.close()
    assert "Looked through records due for erasure" in told and "Erased P-0412 for good" in told


def test_what_ends_within_a_year_is_foretold(run: RealWindow) -> None:
    save_rule(run.console.registry, RetentionRule(1, "the clinic's insurer"), MANAGER)
    run.window.open_page("keeping")
    settle(run)
    assert listed(run) == []
    touch(run, "keeping.part.soon")
    assert sorted(listed(run)) == ["P-0231", "P-0412", "P-0460"]


def test_a_practitioner_is_not_offered_the_list_and_not_shown_it(run: RealWindow) -> None:
    open_after_the_time(run)
    run.console.desk.actor = MEYER
    run.window.open_page("people")
    settle(run)
    page = run.window.page("people")
    assert page is not None and "keeping" not in [one.key for one in page.page_actions().left]
    run.window.open_page("keeping")
    settle(run)
    assert listed(run) == [] and "PR-02 may not set retention, hold and erase" in run.window.notice.text
    assert not run.find("action.erase").isEnabled() and not run.find("action.hold").isEnabled()
