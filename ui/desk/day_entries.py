"""The lines of the day: appointments, and open sessions that belong to no appointment of today."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from console.domain.people import Appointment, Course, Patient
from console.domain.session import Session
from console.domain.treatment_plan import TreatmentPlan
from console.domain.workflow import Phase
from console.services.console import Console
from console.services.day_desk import DayRow
from console.services.local_time import clock_text, local_day

MONTHS_FROM_DAYS = 120  # longer intervals read better in months
DAYS_A_MONTH = 30.44


@dataclass(frozen=True)
class DayEntry:
    """A line of the day. ``status``: due, arrived, open, sealed, deferred, unfinished, cut_off."""

    key: str
    patient: Patient
    plan: TreatmentPlan | None
    plan_name: str
    course: Course | None
    days_since_last: int | None
    status: str
    status_us: int | None
    at_us: int
    session_id: UUID | None = None
    appointment: Appointment | None = None
    notice: str = ""
    phase: Phase | None = None

    @property
    def over(self) -> bool:
        """Tell whether nothing more is to be done for it today."""
        return self.status not in ("due", "arrived", "open")

    @property
    def number(self) -> int:
        """The session's number in its course: the one to come, or the one just done."""
        done = self.course.done if self.course else 0
        return done if self.status == "sealed" and done else done + 1


@dataclass(frozen=True)
class TagLook:
    """The words, kind and icon of a status tag."""

    text: str
    kind: str
    icon: str = ""


def read_entries(console: Console) -> list[DayEntry]:
    """Read the day: sessions left open from elsewhere first, then the appointments by time."""
    entries = [_of_row(console, row) for row in console.day.rows()]
    listed = {one.session_id for one in entries}
    others = [
        _of_session(console, one) for one in console.desk.sessions
        if one.session_id not in listed and one.state.opened is not None and not one.state.closed]
    return _with_keys([*others, *entries])


def _with_keys(entries: Iterable[DayEntry]) -> list[DayEntry]:
    """Name each line by its patient; a second line of the same patient gets a number."""
    seen: dict[str, int] = {}
    named = []
    for one in entries:
        seen[one.key] = count = seen.get(one.key, 0) + 1
        named.append(one if count == 1 else replace(one, key=f"{one.key}.{count}"))
    return named


def _of_row(console: Console, row: DayRow) -> DayEntry:
    status, status_us, phase = row.status, row.status_us, None
    if status == "open":
        session = next((one for one in console.desk.sessions if one.session_id == row.session_id), None)
        if session is not None:
            phase = session.state.phase
            status = "sealed" if session.state.closed else "open"
            status_us = row.status_us if session.state.closed else session.state.opened_at_us
    return DayEntry(
        row.patient.patient_id, row.patient, row.plan, row.plan.name, row.course, row.days_since_last, status,
        status_us, row.appointment.starts_us, row.session_id, row.appointment, row.notice, phase)


def _of_session(console: Console, session: Session) -> DayEntry:
    state = session.state
    opened = state.opened
    assert opened is not None
    patient = console.registry.patient(opened.patient_id)
    last = console.day.last_session(patient.patient_id)
    days = (console.day.today() - local_day(last.opened_us)).days if last else None
    plan = next((one for one in console.day.plans() if state.plan and one.plan_id == state.plan.plan_id), None)
    return DayEntry(
        patient.patient_id, patient, plan, state.plan.plan_name if state.plan else "No plan yet",
        console.day.course(patient.patient_id, opened.course_id), days, "open", state.opened_at_us,
        state.opened_at_us, session.session_id, None, "", state.phase)


def next_entry(entries: Iterable[DayEntry]) -> DayEntry | None:
    """Give whom to see next: who waits, else who is due, else an open session, else the last line."""
    lines = list(entries)
    for status in ("arrived", "due", "open"):
        found = next((one for one in lines if one.status == status), None)
        if found is not None:
            return found
    return lines[-1] if lines else None


def early(entry: DayEntry) -> bool:
    """Tell whether the plan's interval has not passed yet."""
    course = entry.course
    return (not entry.over and course is not None and entry.days_since_last is not None
            and entry.days_since_last < course.interval_min_days)


def since_words(days: int | None) -> str:
    """Write days since the last session: «5 wk 1 d», «7 months», «First session»."""
    if days is None:
        return "First session"
    if days >= MONTHS_FROM_DAYS:
        return f"{round(days / DAYS_A_MONTH)} months"
    return f"{days // 7} wk {days % 7} d"


def course_words(entry: DayEntry) -> str:
    """Write the place in the course: «3 of 6», «Maintenance», «Single session»."""
    if entry.course is None:
        return "Single session"
    if not entry.course.length:
        return "Maintenance"
    return f"{entry.number} of {entry.course.length}"


def phase_words(phase: Phase | None) -> str:
    """Write a phase as people say it: «sign-off», «check-in»."""
    if phase is None:
        return ""
    return {Phase.CHECK_IN: "check-in", Phase.SIGN_OFF: "sign-off"}.get(phase, phase.value)


def tag_of(entry: DayEntry, today: date) -> TagLook:
    """Give the status tag of a line."""
    at = clock_text(entry.status_us) if entry.status_us is not None else ""
    if entry.status == "open":
        if entry.status_us is not None and local_day(entry.status_us) != today:
            day = local_day(entry.status_us)
            return TagLook(f"Open since {day.day} {day:%b}", "live", "dot")
        return TagLook(f"Open, {phase_words(entry.phase)}" if entry.phase else "Open", "live", "dot")
    ended = {
        "sealed": TagLook(f"Sealed {at}".strip(), "done", "seal"),
        "deferred": TagLook("Deferred", "stop", "stop"),
        "cut_off": TagLook("Cut off", "caution", "caution"),
    }
    if entry.status in ended:
        return ended[entry.status]
    if entry.status == "arrived":
        return TagLook(f"Arrived {at}", "live", "dot")
    if early(entry):
        return TagLook("Early, check", "caution", "caution")
    if entry.days_since_last is None:
        return TagLook("Consent to sign", "neutral")
    return TagLook("Due", "neutral")
