"""Courses of patients: how they stand, who is due, and what was decided of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from console.domain import courses
from console.domain.clinic_records import ClinicRecord, RecordFilter, RecordKind
from console.domain.clock import Clock
from console.domain.courses import CourseStanding
from console.domain.errors import Refusal
from console.domain.outcomes import Grading
from console.domain.people import Appointment, Course, Patient
from console.domain.ports import Registry, SessionReader
from console.domain.rights import Right
from console.domain.session_fold import fold
from console.domain.session_list import SessionFilter
from console.services.clinical_shelf import ClinicalShelf
from console.services.local_time import day_start_us, local_day
from console.services.query_thread import QueryThread
from console.services.session_desk import SessionDesk

SESSIONS_COMPARED = 60
BOOKED_AHEAD = timedelta(days=400)


class CourseReader(Protocol):
    """Reads what the due list is made of, on the query thread."""

    def running_courses(self) -> list[Course]: ...
    def records(self, wanted: RecordFilter) -> list[ClinicRecord]: ...
    def appointments(self, from_us: int, until_us: int) -> list[Appointment]: ...
    def patient(self, patient_id: str) -> Patient: ...


@dataclass(frozen=True, slots=True)
class DuePatient:
    """A patient whose next session may be now, or is late, and who has no appointment."""

    patient: Patient
    standing: CourseStanding
    plan_name: str


def read_gradings(reader: SessionReader, patient_id: str) -> list[list[Grading]]:
    """Read a patient's gradings, oldest first: one list for each scale and grader."""
    rows = [one for one in reader.rows(SessionFilter(patient_id=patient_id), SESSIONS_COMPARED)
            if one.kind in ("treatment", "training")]
    found: dict[tuple[str, str], list[Grading]] = {}
    for row in reversed(rows):
        state = fold(one.event for one in reader.events(row.session_id))
        last = {(what.scale_id, what.graded_by): Grading(at_us, row.course_number, what)
                for at_us, what in state.outcomes}
        for key, grading in last.items():
            found.setdefault(key, []).append(grading)
    return list(found.values())


class CourseDesk:
    """Use cases of courses."""

    def __init__(
        self, desk: SessionDesk, registry: Registry, reader: SessionReader, shelf: ClinicalShelf, clock: Clock,
        queries: QueryThread, question_registry: CourseReader, question_reader: SessionReader,
    ) -> None:
        self._desk, self._registry, self._reader, self._shelf, self._clock = desk, registry, reader, shelf, clock
        self._queries, self._far_registry, self._far_reader = queries, question_registry, question_reader

    def of_patient(self, patient_id: str) -> list[CourseStanding]:
        """Give a patient's courses as they stand, newest first."""
        self._desk.access.require(Right.READ_RECORDS)
        return self._standings(patient_id)

    def _standings(self, patient_id: str) -> list[CourseStanding]:
        last = self._reader.last_of_patient(patient_id, self._clock.utc_us())
        last_day = local_day(last.opened_us) if last is not None else None
        marks = _marks(self._registry.records(RecordFilter(RecordKind.COURSE, patient_id=patient_id)))
        return [courses.standing(one, marks.get(one.course_id), last_day, self._today())
                for one in self._registry.courses(patient_id)]

    def ask_due(self, answer: Callable[[list[DuePatient]], None], failed: Callable[[BaseException], None]) -> None:
        """Ask who is due and has no appointment, the latest first."""
        if (refused := self._desk.access.refused(Right.READ_RECORDS)) is not None:
            failed(refused)
            return
        today, names = self._today(), {plan.plan_id: plan.name for plan in self._shelf.current.plans}
        self._queries.ask(lambda: self._due(today, names), answer, failed)

    def _due(self, today: date, names: dict[str, str]) -> list[DuePatient]:
        marks = _marks(self._far_registry.records(RecordFilter(RecordKind.COURSE)))
        booked = {one.patient_id for one in self._far_registry.appointments(
            day_start_us(today), day_start_us(today + BOOKED_AHEAD))}
        last = self._far_reader.last_treatments()
        found = []
        for course in self._far_registry.running_courses():
            opened_us = last.get(course.patient_id)
            if course.patient_id in booked or opened_us is None:
                continue
            stands = courses.standing(course, marks.get(course.course_id), local_day(opened_us), today)
            if stands.due in (courses.DUE_NOW, courses.OVERDUE):
                patient = self._far_registry.patient(course.patient_id)
                found.append(DuePatient(patient, stands, names.get(course.plan_id, course.plan_id)))
        return sorted(found, key=_latest_day)

    def ask_gradings(
        self, patient_id: str, answer: Callable[[list[list[Grading]]], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        """Ask for a patient's gradings, oldest first: one list for each scale and grader."""
        if (refused := self._desk.access.refused(Right.READ_RECORDS)) is not None:
            failed(refused)
            return
        self._queries.ask(lambda: read_gradings(self._far_reader, patient_id), answer, failed)

    # --- decisions -----------------------------------------------------------------------------------------

    def begin(self, patient_id: str, plan_id: str) -> Course:
        """Begin a course of a plan; Refusal where one of it is running."""
        self._desk.access.require(Right.EDIT_PATIENTS)
        plan = self._shelf.current.plan(plan_id)
        if any(one.course.plan_id == plan_id and one.state in (courses.RUNNING, courses.PAUSED)
               for one in self._standings(patient_id)):
            raise Refusal(f"A course of {plan.name} is running", "nothing was begun", "go on with that one")
        made = courses.new_course(patient_id, plan, self._registry.courses(patient_id))
        self._registry.save_course(made, self._desk.actor_id)
        return made

    def pause(self, course: Course, reason: str) -> None:
        """Pause a course: it is not due until it goes on."""
        self._mark(course, courses.PAUSED, reason)

    def end(self, course: Course, reason: str) -> None:
        """End a course before its last session."""
        self._mark(course, courses.ENDED, reason)

    def go_on(self, course: Course) -> None:
        """Let a course go on again."""
        self._mark(course, courses.RUNNING, "")

    def _mark(self, course: Course, state: str, reason: str) -> None:
        self._desk.access.require(Right.EDIT_PATIENTS)
        self._registry.save_record(courses.course_mark(course, state, reason), self._desk.actor_id)

    def _today(self) -> date:
        return local_day(self._clock.utc_us())


def _marks(records: Iterable[ClinicRecord]) -> dict[str, ClinicRecord]:
    return {one.record_id: one for one in records}


def _latest_day(one: DuePatient) -> tuple[date, str]:
    window = one.standing.window
    return (window.latest if window else date.max, one.patient.patient_id)
