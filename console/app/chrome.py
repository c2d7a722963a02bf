"""What stands round every page: whose it is, the steps, the pen, the clocks, the alarm line."""

import math
from math import ceil
from uuid import UUID

from console.domain.anesthesia import Dwell, DwellState
from console.domain.people import Patient
from console.domain.session import Session
from console.domain.telemetry import LinkState
from console.domain.workflow import PHASES, RAIL, Phase
from console.services.alarm_board import ShownAlarm
from console.services.console import Console
from console.services.sound_settings import pause_words
from ui.app_bar import Context, SessionClock
from ui.main_window import MainWindow
from ui.page import AlarmText, Page, StatusText
from ui.room.alarm_sheet import AlarmSheet, open_alarms
from ui.widgets.pen_chip import PenLook
from ui.widgets.step_rail import Step

BATTERY_LOW_PERCENT = 20  # the chip's look only; the alarm has its own rule
MARKS = {"demo": "Demo, not clinical", "bench": "Bench, not clinical", "training": "Training, not clinical"}
PEN_KINDS = {
    LinkState.CLOSED: "none", LinkState.OPENING: "looking", LinkState.READY: "ready",
    LinkState.STREAMING: "live", LinkState.STALE: "stale", LinkState.LOST: "lost",
}


class Chrome:
    """Keeps the window's frame true; ``refresh`` is called ten times a second."""

    def __init__(self, window: MainWindow, console: Console) -> None:
        self._window, self._console = window, console
        self._patients: dict[str, Patient] = {}
        window.show_mark(MARKS.get(console.marked_as, ""))
        window.alarm_acknowledged.connect(self._acknowledge)
        window.sound_paused.connect(self._pause_sound)
        window.alarms_wanted.connect(lambda: open_alarms(window, console))
        window.overruled = self._elsewhere
        self._shown_changes = -1

    def refresh(self) -> None:
        """Show the state of now."""
        front = self._console.desk.front
        page = self._window.page()
        in_session = page is not None and page.frame == "session" and front is not None
        if self._window.locked:
            self._window.show_context(Context("Locked", self._console.day.place.room))
        elif in_session and front is not None:
            self._window.show_context(self._session_context(front))
            self._window.show_steps(steps_of(front.state.phase, front.state.closed))
        else:
            self._window.show_context(self._desk_context())
        manual = front is not None and front.state.manual_mode
        self._window.show_pen(self._pen_look(manual))
        shows_own = self._window.page_key == Phase.ANESTHETIC.value and not self._window.locked
        own = front.session_id if front is not None and shows_own else None
        self._window.show_clocks(self._clocks(own))
        self._show_alarms()
        line = self._window.status_line
        line.offer_pause(pause_words(self._console.alarms.pause_s))
        line.show_pause(ceil(self._console.alarms.audio_paused_s()))
        line.show_count(len(front.state.alarms) if in_session and front is not None else 0)
        sheet = self._window.overlay
        if isinstance(sheet, AlarmSheet):
            sheet.refresh()

    def show_news(self) -> None:
        """Show an alarm in the very next frame, not at the next refresh; called every frame."""
        if self._console.alarms.changes != self._shown_changes:
            self._show_alarms()

    def _show_alarms(self) -> None:
        self._shown_changes = self._console.alarms.changes
        self._window.show_alarm(self._alarm(self._console.desk.front))

    # --- whose page -----------------------------------------------------------------------------------

    def _patient(self, patient_id: str) -> Patient | None:
        if patient_id and patient_id not in self._patients:
            self._patients[patient_id] = self._console.registry.patient(patient_id)
        return self._patients.get(patient_id)

    def _session_context(self, session: Session) -> Context:
        opened = session.state.opened
        patient = self._patient(opened.patient_id) if opened else None
        if opened is None or patient is None:
            return Context("Session")
        number = f"Session {opened.course_number}"
        if opened.course_length:
            number += f" of {opened.course_length}"
        plan = session.state.plan
        second = f"{number}, {plan.map_id}" if plan else number
        emergency = self._emergency()
        second = f"Emergency, {emergency}" if emergency else second
        if session.state.afterwards is not None:
            second = f"Entered afterwards, {session.state.afterwards.paper}"
        return Context(patient.patient_id, second, patient.initials, patient.colour, is_code=True)

    def _desk_context(self) -> Context:
        actor = self._console.desk.actor
        who = f", {actor.role.value} {actor.staff_id}" if actor else ""
        if emergency := self._emergency():
            return Context("Emergency access", emergency)
        return Context("Session console", f"{self._console.day.place.room}{who}")

    def _emergency(self) -> str:
        """Say that emergency access runs, and how long yet; empty without."""
        left_s = self._console.desk.access.emergency_left_s
        return f"{math.ceil(left_s / 60)} min left, all is noted" if left_s > 0 else ""

    def _elsewhere(self, page: Page) -> StatusText | None:
        """Say on a session's pages that another console has it."""
        front, leases = self._console.desk.front, self._console.leases
        if leases is None or front is None or page.frame != "session" or self._window.locked:
            return None
        taken, safe = leases.banner(front.session_id)
        return StatusText(taken, notice="caution", detail=safe) if taken else None

    # --- pen, clocks ------------------------------------------------------------------------------------

    def _pen_look(self, manual: bool) -> PenLook:
        if manual:
            return PenLook("manual")
        notice, status = self._console.station.notice, self._console.station.status
        battery = status.battery_percent if status else None
        kind = PEN_KINDS[notice.state]
        low = battery is not None and battery < BATTERY_LOW_PERCENT and kind in ("ready", "live")
        return PenLook("low" if low else kind, pen_name(notice.pen.serial if notice.pen else ""), battery,
                       notice.retries)

    def _clocks(self, front: UUID | None) -> tuple[SessionClock, ...]:
        return tuple(
            SessionClock(str(one.session_id), self._whose_clock(one.patient_id), clock_words(one.dwell),
                         _urgency(one.dwell))
            for one in self._console.doses.running_clocks() if one.session_id != front)

    def _whose_clock(self, patient_id: str) -> str:
        return "Session" if self._window.locked else self._initials(patient_id)

    def _initials(self, patient_id: str) -> str:
        patient = self._patient(patient_id)
        return patient.initials if patient else patient_id

    def scan_goes_to(self) -> str:
        """Give whose a scan is while several sessions are open, else nothing."""
        desk = self._console.desk
        open_now = [one for one in desk.sessions if not one.state.closed]
        opened = desk.front.state.opened if desk.front is not None and len(open_now) > 1 else None
        return f"{opened.patient_id} {self._initials(opened.patient_id)}" if opened is not None else ""

    # --- alarms --------------------------------------------------------------------------------------------

    def _alarm(self, front: Session | None) -> AlarmText | None:
        shown = self._console.alarms.shown()
        if not shown:
            return None
        first = shown[0]
        title, _, advice = first.text.partition(". ")
        answered = not first.alarm.to_answer
        over = "Over now, not acknowledged." if not first.lasting and not answered else ""
        known = "Acknowledged." if first.alarm.acknowledged else "Unanswered." if _is_late(first) else ""
        detail = over or " ".join(part for part in (first.figures, advice, known) if part)
        return AlarmText(
            _alarm_key(first), first.priority, title.rstrip("."), detail, len(shown) - 1, not first.lasting,
            self._whose(first, front), answered)

    def _whose(self, alarm: ShownAlarm, front: Session | None) -> str:
        subject = alarm.alarm.subject
        if front is not None and subject == str(front.session_id):
            return ""
        session = next((one for one in self._console.desk.sessions if str(one.session_id) == subject), None)
        if session is None or session.state.opened is None:
            return ""
        return "another session" if self._window.locked else session.state.opened.patient_id

    def _acknowledge(self, alarm_id: str) -> None:
        rule_id, _, subject = alarm_id.partition("|")
        self._console.station.acknowledge(rule_id, subject)

    def _pause_sound(self, alarm_id: str) -> None:
        self._console.station.pause_audio(alarm_id.partition("|")[2])


def _is_late(shown: ShownAlarm) -> bool:
    return shown.alarm.escalated_s is not None and shown.alarm.to_answer


def _alarm_key(shown: ShownAlarm) -> str:
    return f"{shown.alarm.rule.rule_id}|{shown.alarm.subject}"


def pen_name(serial: str) -> str:
    """Give a pen's short name: «Pen 42» from the last digits of its serial number."""
    digits = "".join(one for one in serial if one.isdigit())
    return f"Pen {digits[-2:]}" if digits else "Pen"


def clock_words(dwell: Dwell) -> str:
    """Give an anesthetic clock in a few characters: to ready, then to removal, then over."""
    seconds = {DwellState.ONSET: dwell.ready_in_s, DwellState.READY: dwell.remove_in_s}.get(dwell.state, dwell.over_s)
    minutes, rest = divmod(round(seconds), 60)
    return f"{'+' if dwell.state is DwellState.OVER else ''}{minutes}:{rest:02d}"


def _urgency(dwell: Dwell) -> str:
    return {DwellState.ONSET: "calm", DwellState.READY: "ready"}.get(dwell.state, "medium")


def steps_of(phase: Phase, closed: bool) -> tuple[Step, ...]:
    """Give the rail's four steps for a phase."""
    steps = []
    for name, phases in RAIL.items():
        if closed or PHASES.index(phase) > PHASES.index(phases[-1]):
            state = "done"
        elif phase in phases:
            state = "current"
        else:
            state = "next"
        steps.append(Step(name.lower(), name, state))
    return tuple(steps)
