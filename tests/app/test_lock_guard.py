"""The lock on the program's own window: records out of sight, what lives in sight, nobody's place lost."""

import pytest
from console_rig import PIN
from fake_clock import FakeClock
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from real_window import RealWindow
from rig_walk import walk_to

from console.domain import closing
from console.domain.audit import AuditFilter
from console.domain.emergency_access import LASTS_S
from console.domain.errors import Refusal
from console.domain.locking import LockCause
from console.domain.people import Role, Staff
from console.domain.workflow import Phase
from console.services.idle_lock import QUIET_SYSTEM, IdleLock
from db.audit_reader import AuditReader
from ui.room.needling import NeedlingPage
from ui.widgets.texts import Label

NAME, ID = "Anna Keller", "P-0412"


@pytest.fixture
def run(qapp, tmp_path):
    made = RealWindow(qapp, tmp_path / "clinic", FakeClock())
    yield made
    made.close()


def in_sight(run: RealWindow) -> str:
    """Give every word a visible label or control says."""
    words = []
    for one in run.window.findChildren(QWidget):
        if one.isVisible():
            words += [one.accessibleName(), one.text() if isinstance(one, QLabel) else ""]
    return " ".join([run.window.windowTitle(), *words])


def pin(run: RealWindow, name: str, digits: str = PIN) -> None:
    run.click(*(f"{name}.pin.{digit}" for digit in digits))


def audits(run: RealWindow) -> list[tuple[str, str]]:
    assert run.console.recorder.synchronise(5.0)
    reader = AuditReader(run.made.stores[0])
    return [(one.actor, one.action) for one in reversed(reader.entries(AuditFilter(), 200))]


def lock(run: RealWindow) -> None:
    run.stage.lock.by_hand()
    run.live()
    assert run.window.locked


def needle(run: RealWindow) -> None:
    """Needle the first patient, by hand, with a pass under way."""
    run.console.day.start(ID, "facial_acne_scars")
    walk_to(run.console, Phase.NEEDLING)
    run.live()
    run.window._pedal_acted("forward", False)
    run.live()
    assert run.window.page_key == "needling" and run.console.desk.front.state.active_pass is not None


def test_the_lock_hides_a_record_and_gives_it_back_as_it_was(run):
    run.window.open_page("patients", patient_id=ID)
    run.live()
    assert NAME in in_sight(run)
    lock(run)
    assert NAME not in in_sight(run) and ID not in in_sight(run) and "Locked" in in_sight(run)
    pin(run, "lock", "9999")
    assert run.window.locked
    pin(run, "lock")
    assert not run.window.locked and run.window.page_key == "patients" and NAME in in_sight(run)
    assert audits(run)[-4:] == [("PR-02", one) for one in ("locked", "pin_refused", "pin_accepted", "unlocked")]


def test_a_sheet_is_out_of_sight_and_out_of_reach_and_comes_back(run):
    run.window.open_page("patients", patient_id=ID)
    run.window.show_overlay(Label(f"Session for {NAME}"), "A sheet")
    run.live()
    lock(run)
    assert NAME not in in_sight(run) and run.window.overlay is None
    run.scan("P-0412")
    QTest.keyClick(run.window, Qt.Key.Key_Escape)
    assert not run.window._take_key("Esc")
    pin(run, "lock")
    assert run.window.overlay is not None and NAME in in_sight(run)


def test_in_mid_needling_readings_alarm_pause_and_pedal_stay(run):
    needle(run)
    lock(run)
    seen = in_sight(run)
    assert NAME not in seen and ID not in seen and "AK" not in seen.split()
    page = run.window.page("needling")
    assert page is not None and page.live.isVisible() and run.find("lockPanel").isVisible()
    front = run.console.desk.front
    run.click("action.pause")
    assert front.state.paused, "pause stays in reach"
    run.window._pedal_acted("pause", False)
    run.live()
    assert not front.state.paused, "the pedal goes on"
    run.console.alarms.feed_console("not_saved", True, run.console.alarms.now_s(), str(front.session_id))
    run.live(5.0)
    assert run.window.status_line.alarm is not None, "the alarm line stays"
    run.window._take_key("A")
    run.live()
    held = run.find("action.stop")
    assert held.isEnabled(), "stop stays"
    before = front.state.event_count
    pin(run, "lockPanel")
    assert not run.window.locked and run.window.page_key == "needling" and front.state.event_count == before
    assert ID in in_sight(run)


def test_while_locked_no_step_tab_menu_or_pen_sheet_answers(run):
    needle(run)
    lock(run)
    for name in ("appBar.mark", "penChip"):
        QTest.mouseClick(run.find(name), Qt.MouseButton.LeftButton)
        run.live()
    assert run.window._overlays.content is None
    assert {one.objectName() for one in run.window.action_bar.findChildren(QWidget) if one.isVisible()
            and one.objectName().startswith("action.")} <= {f"action.{one}" for one in NeedlingPage.acts_while_locked}


def test_the_end_of_needling_under_the_lock_covers_the_whole_page(run):
    needle(run)
    lock(run)
    run.console.desk.do(closing.stop(), run.console.desk.front.session_id)
    run.live()
    assert run.window.page_key == "stopped" and run.window.locked and run.find("lock").isVisible()
    assert ID not in in_sight(run)
    pin(run, "lock")
    assert run.window.page_key == "stopped" and ID in in_sight(run)


def test_a_colleague_takes_over_from_the_lock_with_their_pin(run):
    run.console.registry.save_staff(Staff("PR-01", "L. Novak", Role.PRACTITIONER), PIN, "AD-01")
    run.console.registry.save_staff(Staff("MG-01", "C. Okafor", Role.MANAGER), PIN, "AD-01")
    needle(run)
    lock(run)
    run.click("lockPanel.other")
    assert not [one for one in run.window.findChildren(QWidget, "staff.MG-01") if one.isVisible()]
    run.click("staff.PR-01")
    pin(run, "lockPanel")
    front = run.console.desk.front
    assert not run.window.locked and run.console.desk.actor_id == "PR-01" and run.window.page_key == "needling"
    handed = [one for one in front.history if one.what.kind == "handed_over"]
    assert [(one.actor_id, one.what.to_id) for one in handed] == [("PR-02", "PR-01")]
    assert ("PR-01", "handed_over") in audits(run)
    assert run.window.notice.text == "L. Novak PR-01 leads this session from now on."


def needle_in_an_emergency(run: RealWindow) -> None:
    """Needle as an administrator whose emergency access then runs out under the lock."""
    run.console.registry.save_staff(Staff("PR-01", "L. Novak", Role.PRACTITIONER), PIN, "AD-01")
    needle(run)
    run.console.desk.actor = Staff("AD-01", "S. Okoro", Role.ADMINISTRATOR)
    run.console.clinic.emergencies.begin("Nobody else is here")
    lock(run)
    run.live(LASTS_S + 1.0)
    assert run.console.desk.access.emergency is None and run.window.locked


def test_emergency_access_that_ends_under_the_lock_stands_in_no_colleague_s_way(run):
    needle_in_an_emergency(run)
    run.click("lockPanel.other", "staff.PR-01")
    pin(run, "lockPanel")
    assert not run.window.locked and run.console.desk.actor_id == "PR-01" and run.window.page_key == "needling"


def test_emergency_access_that_ends_under_the_needle_leaves_pause_and_stop(run):
    needle_in_an_emergency(run)
    front = run.console.desk.front
    run.click("action.pause")
    assert front.state.paused
    run.console.desk.do(closing.stop())
    run.console.desk.bring_to_front(None)
    with pytest.raises(Refusal, match="may not treat"):
        run.console.desk.turn_to(front.session_id)


def test_an_idle_hand_locks_and_a_touch_puts_it_off(run):
    clock = FakeClock()
    guard = run.stage.lock
    guard.lock = IdleLock(run.console.desk, run.console.registry, clock, QUIET_SYSTEM)
    for _ in range(110):
        clock.advance(1.0)
        guard.look()
    run.stage.hands.active_s = clock.monotonic_s()
    clock.advance(20.0)
    guard.look()
    assert not run.window.locked
    for _ in range(100):
        clock.advance(1.0)
        guard.look()
    assert run.window.locked and guard.lock.cause is LockCause.IDLE


def test_new_times_of_the_lock_count_from_the_next_page_on(run):
    run.console.desk.actor = Staff("AD-01", "S. Okoro", Role.ADMINISTRATOR)
    run.window.open_page("people")
    run.live()
    run.click("lock.idle.plus")
    assert run.stage.lock.lock.policy.idle_min == 2
    run.window.open_page("today")
    assert run.stage.lock.lock.policy.idle_min == 3


def test_a_clock_that_jumps_is_in_the_audit_also_without_a_session(run):
    run.clock.jump(-7200.0)
    run.live()
    assert audits(run)[-1] == ("console", "clock_jumped")


def test_every_touch_key_and_press_of_the_foot_is_activity(run):
    hands = run.stage.hands
    for act in (lambda: QTest.mouseClick(run.window, Qt.MouseButton.LeftButton),
                lambda: QTest.keyClick(run.window, Qt.Key.Key_Home),
                lambda: QTest.keyClick(run.window, Qt.Key.Key_F13)):
        hands.active_s = float("-inf")
        act()
        assert hands.active_s > float("-inf")
