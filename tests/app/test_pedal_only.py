"""A whole needling phase with nothing but the foot: real keys into the program's own window."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from console_rig import start_session, walk_to
from fake_clock import FakeClock
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from real_window import RealWindow

from console.domain.pedal import FootAct, PedalPlan
from console.domain.people import Role, Staff
from console.domain.session_state import SessionState
from console.domain.workflow import Phase
from console.services.hands_settings import save_pedal
from ui.theme import apply_theme

MANAGER = Staff("MG-01", "C. Okafor", Role.MANAGER)
PLANS = {
    "one switch, forward first": {},
    "one switch, pause first": {"pedal_order": "pause,mark,forward"},
    "one switch that types a letter": {"pedal_key": "B"},
    "two switches": {"pedal_switches": "2", "pedal_key_pause": "B", "pedal_key_forward": "PgDown"},
    "three switches": {"pedal_switches": "3", "pedal_key_mark": "A", "pedal_key_pause": "B",
                       "pedal_key_forward": "PgDown"},
}
KEYS = {"F13": Qt.Key.Key_F13, "A": Qt.Key.Key_A, "B": Qt.Key.Key_B, "PgDown": Qt.Key.Key_PageDown}


class Foot:
    """One foot on the pedal; nothing else touches the window."""

    def __init__(self, run: RealWindow) -> None:
        self.run, self.time = run, FakeClock()
        self.hands = run.stage.hands
        self.hands._clock = self.time

    @property
    def plan(self) -> PedalPlan:
        return self.hands.plan

    @property
    def state(self) -> SessionState:
        front = self.run.console.desk.front
        assert front is not None
        return front.state

    def wait(self, seconds: float) -> None:
        for _ in range(round(seconds / 0.05)):
            self.time.advance(0.05)
            self.hands.poll()
        self.run.clock.advance(seconds)

    def press(self, key: str, seconds: float = 0.1) -> None:
        target = QApplication.focusWidget() or self.run.window
        QTest.keyPress(target, KEYS[key])
        self.wait(seconds)
        QTest.keyRelease(QApplication.focusWidget() or self.run.window, KEYS[key])
        self.wait(0.05)

    def do(self, act: FootAct) -> None:
        """Do an act as the plan has it."""
        plan = self.plan
        if plan.switches == 2 and act is FootAct.MARK:
            self.press(plan.own_keys[1], 1.2)
        elif plan.several:
            self.press(plan.own_keys[tuple(FootAct).index(act)])
        elif plan.order[0] is act:
            self.press(plan.key)
        elif plan.order[1] is act:
            self.press(plan.key)
            self.press(plan.key)
        else:
            self.press(plan.key, 1.2)
        self.rest()

    def hold(self) -> None:
        self.press(self.plan.keys[0], 1.2)
        self.rest()

    def rest(self) -> None:
        self.wait(0.5)
        self.run.stage.frames.run_frame()
        self.run.window._refresh()
        self.run.stage.chrome.refresh()


@pytest.fixture
def run(qapp: QApplication, tmp_path: Path) -> Iterator[RealWindow]:
    apply_theme(qapp, "light")
    made = RealWindow(qapp, tmp_path / "clinic", FakeClock())
    yield made
    made.close()


@pytest.mark.parametrize("changes", PLANS.values(), ids=PLANS)
def test_the_foot_alone_starts_passes_pauses_answers_marks_and_ends(run: RealWindow, changes: dict[str, str]) -> None:
    save_pedal(run.console.registry, changes, MANAGER)
    start_session(run.console, "P-0412")
    walk_to(run.console, Phase.NEEDLING)
    run.live()
    foot = Foot(run)
    assert foot.state.phase is Phase.NEEDLING and foot.state.active_pass is None

    foot.do(FootAct.FORWARD)
    assert foot.state.active_pass is not None, "started"
    foot.do(FootAct.PAUSE)
    assert foot.state.paused
    foot.do(FootAct.PAUSE)
    assert not foot.state.paused
    foot.do(FootAct.MARK)
    kinds = [event.what.kind for event in run.console.desk.front.history]
    assert kinds.count("mark_set") == 1

    subject = str(run.console.desk.front.session_id)
    run.console.alarms.feed_console("not_saved", True, run.console.alarms.now_s(), subject)
    run.live(5.0)
    assert not run.window.status_line.alarm.answered
    foot.hold()
    assert run.window.status_line.alarm is None or run.window.status_line.alarm.answered, "answered by a hold"
    assert [event.what.kind for event in run.console.desk.front.history].count("mark_set") == 1
    passes = foot.state.active_pass.number

    seen, most = set(), sum(area.plan.passes for area in foot.state.treatable_areas())
    for _ in range(2 * most):  # where forward is a hold, it answers an alarm first
        if foot.state.active_area is not None:
            seen.add(foot.state.active_area)
        if foot.state.active_pass is None:
            break
        foot.do(FootAct.FORWARD)
    assert all(area.finished for area in foot.state.treatable_areas()) and len(seen) == 9 and passes == 1

    foot.hold()
    assert foot.state.phase is Phase.SERUM and run.window.page_key == "serum", "ended by a hold"
    foot.do(FootAct.FORWARD)
    foot.hold()
    assert foot.state.phase is Phase.SERUM, "on no other page does the foot do anything"
