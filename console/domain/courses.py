"""Courses: how a planned row of sessions stands, and when its next one is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from console.domain.clinic_records import ClinicRecord, RecordKind
from console.domain.errors import Refusal
from console.domain.follow_up import Window, next_window
from console.domain.people import Course
from console.domain.treatment_plan import TreatmentPlan

RUNNING, PAUSED, ENDED, COMPLETE = "running", "paused", "ended", "complete"
TOLD, NOT_TOLD = "told", "not_told"
DUE_LATER, DUE_NOW, OVERDUE = "later", "now", "overdue"


@dataclass(frozen=True, slots=True)
class CourseStanding:
    """A course as it stands: its state with the reason for it, the last session, the window of the next.

    ``due`` is later, now or overdue; empty where no next one is reckoned.
    """

    course: Course
    state: str
    reason: str
    last_day: date | None
    window: Window | None
    due: str

    @property
    def goes_on(self) -> bool:
        """Tell whether a next session belongs to it."""
        return self.state == RUNNING


def standing(course: Course, mark: ClinicRecord | None, last_day: date | None, today: date) -> CourseStanding:
    """Judge a course; ``mark`` is what was last decided of it, ``last_day`` the patient's last session."""
    state, reason = RUNNING, ""
    if mark is not None:
        state, reason = mark.state, str(mark.fields.get("reason", ""))
    if state == RUNNING and course.length and course.done >= course.length:
        state = COMPLETE
    window = None
    if last_day is not None and course.interval_max_days and state == RUNNING:
        window = next_window(last_day, course.interval_min_days, course.interval_max_days)
    return CourseStanding(course, state, reason, last_day, window, _due(window, today))


def _due(window: Window | None, today: date) -> str:
    if window is None:
        return ""
    if today < window.earliest:
        return DUE_LATER
    return DUE_NOW if today <= window.latest else OVERDUE


def course_mark(course: Course, state: str, reason: str) -> ClinicRecord:
    """Note that a course is paused, ended, or goes on again; all but going on need a reason."""
    if state not in (RUNNING, PAUSED, ENDED):
        raise ValueError(f"{state} is no state to set")
    if state != RUNNING and not reason.strip():
        raise Refusal("A course is not paused or ended without a reason", "nothing was changed", "say why")
    return ClinicRecord(RecordKind.COURSE, course.course_id, state, {"reason": reason.strip()},
                        patient_id=course.patient_id)


def due_mark(course: Course, told: bool, note: str) -> ClinicRecord:
    """Note that the patient was told that the next session is due, or take that back; it holds for that session."""
    return ClinicRecord(RecordKind.DUE_BACK, due_mark_id(course), TOLD if told else NOT_TOLD, {"note": note.strip()},
                        subject_id=course.course_id, patient_id=course.patient_id)


def due_mark_id(course: Course) -> str:
    """Name the mark of a course's next session."""
    return f"{course.course_id} {course.done + 1}"


def new_course(patient_id: str, plan: TreatmentPlan, known: Sequence[Course]) -> Course:
    """Begin a course as the plan lays it out; Refusal where the plan names none, or one of it runs."""
    pattern = plan.course
    if pattern is None:
        raise Refusal(f"{plan.name} names no course", "nothing was begun", "choose another plan, or add its course")
    stem = f"C-{patient_id.removeprefix('P-')}-"
    numbers = [int(tail) for one in known if (tail := one.course_id.removeprefix(stem)).isdecimal()]
    return Course(f"{stem}{max(numbers, default=len(known)) + 1}", patient_id, plan.plan_id, pattern.length, 0,
                  pattern.interval_min_days or 0, pattern.interval_max_days or 0)
