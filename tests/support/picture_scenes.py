"""Every page and its telling states, set up alike each time: clock, ids, pen and clinic are the rig's."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch
from uuid import UUID

import rig_walk
from console_rig import RigClock, ScriptedLink, close_console, finish_session, make_console, start_session, walk_to
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QAbstractButton, QApplication
from rig_leases import HERE, lease_at, rig_leases

from console.app.page_acts import PageActs
from console.app.pages import page_recipes
from console.app.stage import Stage
from console.domain import closing, intake, needling
from console.domain.clinic_ports import LeaseView
from console.domain.erasure import LastVisit, PatientTrace
from console.domain.retention import Keeping, LegalHold, RetentionRule
from console.domain.telemetry import LinkState
from console.domain.workflow import Phase
from console.services.console import Console
from console.services.keeping_desk import RecordStanding
from console.services.record_keeping import DueList
from ui.desk.elsewhere_sheet import open_elsewhere
from ui.desk.first_run import FirstRunPage
from ui.desk.unlock import UnlockPage


@dataclass(slots=True)
class Set:
    """A scene's console with the program's window over it."""

    console: Console
    stage: Stage

    @property
    def link(self) -> ScriptedLink:
        """The pen, as the scene plays it."""
        link = self.console.station.link
        assert isinstance(link, ScriptedLink)
        return link

    def live(self, seconds: float, depth_um: int | None = 600, contact: bool = True) -> None:
        """Let time pass, with readings unless ``depth_um`` is None."""
        clock = self.console.clock
        assert isinstance(clock, RigClock)
        for step in range(round(seconds * 10)):
            clock.advance(0.1)
            if depth_um is not None:
                self.link.push(25, depth_um + 4 * (step % 7), 11_000 + 60 * (step % 5), contact)
            self.show(1)

    def show(self, frames: int = 40) -> None:
        """Run frames; each finds the answers to what the former asked, on a slow machine as on a quick one."""
        for _ in range(frames):
            self.stage.frames.run_frame()
            while self.console.queries.busy:
                time.sleep(0.001)
                self.console.queries.deliver()  # frames are counted: some things are shown every sixth
        for _ in range(4):  # a part's new width reaches the line it stands in by an event of each part between
            QCoreApplication.processEvents()


Scene = Callable[[Set], None]


def _page(key: str) -> Scene:
    return lambda one: one.stage.window.open_page(key)


def _phase(phase: Phase) -> Scene:
    def prepare(one: Set) -> None:
        start_session(one.console)
        walk_to(one.console, phase)
        one.stage.show_front()

    return prepare


def _after_a_session(key: str) -> Scene:
    def prepare(one: Set) -> None:
        start_session(one.console)
        finish_session(one.console)
        one.stage.window.open_page(key)

    return prepare


def _log(one: Set) -> None:
    _after_a_session("sessions")(one)
    one.live(1, depth_um=None)  # a line is opened once the hand rests on it


def _begun(one: Set) -> None:
    start_session(one.console)
    one.link.show_pen(state=LinkState.STREAMING)
    one.console.station.drain()
    walk_to(one.console, Phase.NEEDLING)
    one.stage.show_front()
    one.console.desk.do(needling.forward())


def _needling(one: Set) -> None:
    _begun(one)
    one.live(6)
    one.live(1, contact=False)
    one.live(5)


def _needling_alarm(one: Set) -> None:
    _begun(one)
    one.live(6)
    one.live(3, depth_um=900)


def _needling_lost(one: Set) -> None:
    _begun(one)
    one.live(6)
    one.link.lose()
    one.live(4, depth_um=None)


def _needling_paused(one: Set) -> None:
    _begun(one)
    one.live(6)
    one.console.desk.do(needling.pause())
    one.live(2, contact=False)


def _needling_frozen(one: Set) -> None:
    _needling(one)
    button = one.stage.window.findChild(QAbstractButton, "plot.freeze")
    assert button is not None
    button.click()
    one.live(2)


def _alarm_sheet(one: Set) -> None:
    _needling_alarm(one)
    one.stage.window.alarms_wanted.emit()


def _touch_off(one: Set) -> None:
    _needling(one)
    one.stage.window.turn_touch_off()


def _needling_by_hand(one: Set) -> None:
    start_session(one.console)
    walk_to(one.console, Phase.NEEDLING)
    one.stage.show_front()
    one.console.desk.do(needling.forward())
    one.live(3, depth_um=None)


def _screening_stop(one: Set) -> None:
    _phase(Phase.SCREENING)(one)
    front = one.console.desk.front
    assert front is not None
    stop = next(rule for rule in front.state.rules if rule.rule_class == "stop")
    one.console.desk.do(intake.answer(stop.rule_id, "yes", note="Seen today"))


def _anesthetic_on(one: Set) -> None:
    _phase(Phase.ANESTHETIC)(one)
    rig_walk.apply_anesthetic(one.console)
    clock = one.console.clock
    assert isinstance(clock, RigClock)
    for _ in range(12):
        clock.advance(60)
        one.show(6)


def _stopped(one: Set) -> None:
    _needling(one)
    one.console.desk.do(closing.stop())


def _as_manager(key: str) -> Scene:
    def prepare(one: Set) -> None:
        _sign_in(one, "MG-01")
        one.stage.window.open_page(key)

    return prepare


def _keeping(one: Set) -> None:
    today = date(2026, 11, 17)
    visits = [LastVisit(f"P-03{number:02}", date(2014, 3, number), date(1975, 1, 1)) for number in (2, 9, 17)]
    hold = LegalHold("P-0317", "Letter of the insurer of 3 May", by="MG-01", at_us=one.console.clock.utc_us())
    over, held = [Keeping(visit, date(2026, 3, visit.day.day), None) for visit in visits[:2]], Keeping(
        visits[2], date(2026, 3, 17), hold)
    rule = RetentionRule(12, "The clinic's own rule")
    standing = RecordStanding(over[0], rule, PatientTrace(
        "P-0302", tuple(UUID(int=number) for number in range(4)), (), 212, 8, 1, 3, ()))
    object.__setattr__(one.console, "keeping", SimpleNamespace(
        due=lambda answer, failed: answer(DueList(rule, today, tuple(over), (), (held,))),
        ask=lambda patient_id, answer, failed: answer(standing)))
    _as_manager("keeping")(one)


def _sign_in(one: Set, staff_id: str) -> None:
    one.console.desk.actor = next(who for who in one.console.registry.staff() if who.staff_id == staff_id)


def _session(one: Set) -> None:
    session_id = start_session(one.console)
    finish_session(one.console)
    _sign_in(one, "MG-01")
    one.stage.window.open_page("session", session_id=session_id)


def _compare(one: Set) -> None:
    session_id = start_session(one.console)
    finish_session(one.console)
    _sign_in(one, "MG-01")
    one.stage.window.open_page("compare", with_former=one.console.review._reader.row(session_id))


def _right_patient(one: Set) -> None:
    start_session(one.console)
    walk_to(one.console, Phase.NEEDLING)
    first = one.console.desk.front
    assert first is not None
    start_session(one.console, "P-0460")
    one.console.desk.turn_to(first.session_id)
    one.stage.window.open_page("right_patient")


def _first_run(one: Set) -> None:
    one.stage.window.add_page("first_run", FirstRunPage(lambda: None, lambda wanted: None, lambda: None))
    one.stage.window.open_page("first_run")


def _unlock(one: Set) -> None:
    one.stage.window.add_page("unlock", UnlockPage(lambda phrase: None, "the clinic's folder"))
    one.stage.window.open_page("unlock")


def told_elsewhere(console: Console) -> None:
    """Two sessions at other consoles, one of which was not heard from for a while."""
    now_us = console.clock.utc_us()
    far = [replace(lease_at(UUID(int=7), now_us - 1_800_000_000, until_us=now_us + 1), console_name="Room 3"),
           replace(lease_at(UUID(int=8), now_us - 7_200_000_000, until_us=now_us - 300_000_000), actor_id="PR-04")]
    rig_leases(console).now = LeaseView(
        HERE, {one.session_id: one for one in far}, {}, {}, {UUID(int=7): "P-0415", UUID(int=8): "P-0420"}, now_us)


def _elsewhere(one: Set) -> None:
    told_elsewhere(one.console)
    one.stage.window.open_page("today")
    open_elsewhere(one.stage.window, one.console)


def _needling_elsewhere(one: Set) -> None:
    _begun(one)
    one.live(6)
    front, now_us = one.console.desk.front, one.console.clock.utc_us()
    assert front is not None
    lease = lease_at(front.session_id, now_us)
    rig_leases(one.console).now = LeaseView(
        HERE, {front.session_id: lease}, {}, {front.session_id: "The patient changed rooms"}, {}, now_us)
    one.live(1)


SCENES: dict[str, Scene] = {
    "elsewhere": _elsewhere, "needling_elsewhere": _needling_elsewhere,
    "first_run": _first_run, "unlock": _unlock,
    **{key: _page(key) for key in (
        "sign_in", "today", "patients", "incidents", "imports", "room_log", "competences", "follow_up", "downtime",
        "catalogue", "settings")},
    **{key: _as_manager(key) for key in ("people", "audit", "exceptions", "insights", "areas", "recall")},
    "session": _session, "compare": _compare,
    "sessions": _log, "keeping": _keeping,
    **{phase.value: _phase(phase) for phase in Phase if phase is not Phase.NEEDLING},
    "screening_stop": _screening_stop, "anesthetic_on": _anesthetic_on,
    "needling": _needling, "needling_alarm": _needling_alarm, "needling_lost": _needling_lost,
    "right_patient": _right_patient,
    "needling_paused": _needling_paused, "needling_frozen": _needling_frozen, "alarm_sheet": _alarm_sheet,
    "touch_off": _touch_off, "needling_by_hand": _needling_by_hand, "stopped": _stopped,
}


def made_of(console: Console) -> SimpleNamespace:
    """What the pages' acts are bound to, as far as pages ask for it before they are touched."""
    return SimpleNamespace(console=console, folder=SimpleNamespace(kind="clinic"), query_store=console.review._reader)


@contextmanager
def scene(app: QApplication, name: str) -> Iterator[Set]:
    """Set a scene up; whatever was made is gone afterwards."""
    numbers = count(1)
    start = iter(range(1, 10_000))
    with patch("console.services.ids.uuid7", lambda: UUID(int=(0x019A_0000_7000_8000 << 64) + next(numbers))), \
            patch("rig_walk._cartridges", start):
        console = make_console()
        out, made = Path("exports"), made_of(console)
        acts = PageActs(app, made, out, lambda key: None)  # type: ignore[arg-type]
        stage = Stage(app, console, page_recipes(console, acts), acts.set_theme, motion=False)
        acts.open_page = stage.window.open_page
        one = Set(console, stage)
        try:
            stage.window.open_page("today")
            stage.window.show()
            SCENES[name](one)
            one.show()
            yield one
        finally:
            stage.close()
            stage.window.deleteLater()
            close_console(console)
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
