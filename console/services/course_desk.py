"""Courses of patients: how they stand, who is due, and what was decided of them."""

from collections.abc import Callable
from datetime import date

from console.domain import courses
from console.domain.clinic_records import RecordFilter, RecordKind
from console.domain.clock import Clock
from console.domain.courses import CourseStanding
from console.domain.errors import Refusal
from console.domain.outcomes import Grading
from console.domain.people import Course
from console.domain.ports import Registry, SessionReader
from console.domain.rights import Right
from console.domain.session_fold import fold
from console.domain.session_list import SessionFilter
from console.services.clinical_shelf import ClinicalShelf
from console.services.due_back import CourseReader, DuePatient, by_id, due_csv, read_due
from console.services.local_time import local_day
from console.services.query_thread import QueryThread
from console.services.reading_gate import ReadingGate
from console.services.session_desk import SessionDesk

SESSIONS_COMPARED = 60


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
        self._gate = ReadingGate(desk, registry)
        self._queries, self._far_registry, self._far_reader = queries, question_registry, question_reader

    def of_patient(self, patient_id: str) -> list[CourseStanding]:
        """Give a patient's courses as they stand, newest first."""
        self._desk.access.require(Right.READ_RECORDS)
        return self._standings(patient_id)

    def _standings(self, patient_id: str) -> list[CourseStanding]:
        last = self._reader.last_of_patient(patient_id, self._clock.utc_us())
        last_day = local_day(last.opened_us) if last is not None else None
        marks = by_id(self._registry.records(RecordFilter(RecordKind.COURSE, patient_id=patient_id)))
        return [courses.standing(one, marks.get(one.course_id), last_day, self._today())
                for one in self._registry.courses(patient_id)]

    def ask_due(self, answer: Callable[[list[DuePatient]], None], failed: Callable[[BaseException], None]) -> None:
        """Ask who is due and has no appointment, the latest first."""
        try:
            self._gate.note_list("patients due back")
        except Refusal as refused:
            failed(refused)
            return
        today, names = self._today(), self._plan_names()
        self._queries.ask(lambda: read_due(self._far_registry, self._far_reader, today, names), answer, failed)

    def ask_due_csv(self, answer: Callable[[str], None], failed: Callable[[BaseException], None]) -> None:
        """Ask for the same as CSV; that it is written out is audited."""
        self._gate.note_export("patients due back", "csv")
        today, names = self._today(), self._plan_names()
        self._queries.ask(lambda: due_csv(read_due(self._far_registry, self._far_reader, today, names)), answer, failed)

    def mark_due(self, course: Course, told: bool, note: str = "") -> None:
        """Note that a patient was told that the next session is due, or take that back."""
        self._desk.access.require(Right.EDIT_PATIENTS)
        self._registry.save_record(courses.due_mark(course, told, note), self._desk.actor_id)

    def _plan_names(self) -> dict[str, str]:
        return {plan.plan_id: plan.name for plan in self._shelf.current.plans}

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
