"""Holding, giving out and erasing a patient's record on the program's own window."""

import pytest
import treatments
from console_rig import PIN
from fake_clock import FakeClock
from PySide6.QtWidgets import QLabel, QLineEdit
from real_window import RealWindow

from console.domain.people import Role, Staff
from console.domain.session import Session
from db.verify import verify_folder
from ui.desk.patients import PatientsPage
from ui.review.sessions import SessionsPage
from ui.widgets.buttons import Button
from ui.widgets.states import EmptyState

MANAGER = Staff("MG-01", "M. Grau", Role.MANAGER)


@pytest.fixture
def run(qapp, tmp_path):
    made = RealWindow(qapp, tmp_path / "clinic", FakeClock())
    made.console.registry.save_staff(MANAGER, PIN, "MG-01")
    made.console.recorder.append(treatments.SESSION_ID, treatments.walk().history)
    made.console.recorder.synchronise(10)
    yield made
    made.close()


def settle(run: RealWindow) -> None:
    """Let what was asked be answered."""
    run.live()
    while run.console.queries.busy or run.console.pins.busy:
        run.live()
    run.live()


def open_record(run: RealWindow) -> None:
    run.window.open_page("patients", patient_id="P-0412")
    settle(run)
    run.click("action.keep")
    settle(run)


def words(run: RealWindow, name: str) -> str:
    found = run.find(name)
    assert isinstance(found, QLabel)
    return found.text()


def write_into(run: RealWindow, name: str, text: str) -> None:
    line = run.find(name)
    assert isinstance(line, QLineEdit)
    line.setText(text)


def enter_pin(run: RealWindow, pin: str = PIN) -> None:
    run.click(*(f"erase.pin.{digit}" for digit in pin))
    settle(run)


def test_a_manager_holds_and_lifts_and_gives_the_record_out(run: RealWindow) -> None:
    page = run.window.page("patients")
    assert isinstance(page, PatientsPage)
    assert "keep" not in [one.key for one in page.page_actions().left]  # a practitioner is not offered it
    run.console.desk.actor = MANAGER
    open_record(run)
    assert words(run, "keep.until") == "Last visit 17 Nov 2026, kept without an end"
    run.click("keep.hold", "reason.complaint", "reason.confirm")
    settle(run)
    run.click("action.keep")
    settle(run)
    assert not run.find("keep.erase").isEnabled()
    run.click("keep.hold", "reason.settled", "reason.confirm")
    settle(run)
    run.click("action.keep")
    settle(run)
    run.click("keep.write")
    settle(run)
    (out,) = run.made.folder.exports_path.glob("patient-P-0412-*")
    assert out.name in words(run, "keep.said") and (out / "SHA256SUMS.txt").exists()


def test_an_erasure_takes_ground_reason_number_and_pin(run: RealWindow) -> None:
    run.console.desk.take_up(Session(treatments.SESSION_ID, treatments.walk().history))
    run.console.desk.actor = MANAGER
    open_record(run)
    run.click("keep.erase")
    assert not run.find("erase.go_on").isEnabled()
    run.click("erase.ground.the_patient_asked_for_it_gdpr_art_17", "erase.go_on")
    write_into(run, "erase.reason", "asked in writing")
    write_into(run, "erase.number", "P-0413")
    assert not run.find("erase.to_pin").isEnabled()
    write_into(run, "erase.number", "p-0412")
    run.click("erase.to_pin")
    enter_pin(run, "0000")
    run.find("erase.pin.1")  # still asked for
    enter_pin(run)
    assert "no retention rule" in words(run, "erase.words")
    run.click("erase.ground.a_court_or_authority_ordered_it", "erase.go_on", "erase.to_pin")
    enter_pin(run)
    assert "P-0412" not in [one.patient_id for one in run.console.registry.patients()]
    assert run.console.keeping is not None and verify_folder(run.made.folder) == []
    assert treatments.SESSION_ID not in [one.session_id for one in run.console.desk.sessions]
    sessions = run.window.page("sessions")
    assert isinstance(sessions, SessionsPage)
    sessions._open(treatments.SESSION_ID)
    settle(run)
    panel = sessions._panel
    assert panel.dossier is None and any(one.isVisibleTo(panel) for one in panel.findChildren(EmptyState))


def test_an_amendment_is_made_from_the_history_and_stands_beside_what_was_sealed(run: RealWindow) -> None:
    run.window.open_page("sessions")
    settle(run)
    sessions = run.window.page("sessions")
    assert isinstance(sessions, SessionsPage)
    sessions._open(treatments.SESSION_ID)
    settle(run)
    run.click("replay.history", "history.amend")
    settle(run)
    write_into(run, "amend.search", "signed by")
    settle(run)
    offered = [one.objectName() for one in run.window.findChildren(Button) if one.isVisible()]
    run.click(next(name for name in offered if name.startswith("amend.entry.")))  # the newest
    assert words(run, "amend.was").startswith("Sealed: «Signed by")
    write_into(run, "amend.text", "Signed at the desk")
    assert not run.find("amend.to_pin").isEnabled()
    write_into(run, "amend.reason", "mistyped")
    run.click("amend.to_pin", *("amend.pin.0",) * 4)
    settle(run)
    run.click(*(f"amend.pin.{digit}" for digit in PIN))
    settle(run)
    dossier = sessions._panel.dossier
    assert dossier is not None and dossier.fault is None and dossier.row.amendments == 1
    ((_, made),) = dossier.state.amendments
    assert (made.text, made.reason, made.author_name, made.method) == (
        "Signed at the desk", "mistyped", "A. Meyer", "pin")
    assert made.was.startswith("Signed by") and made.was in sessions._panel._note.text()
