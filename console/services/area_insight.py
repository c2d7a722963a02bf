"""Figures of areas over many sessions, and outcomes of courses against their density; finished treatments only.

Both are read in slices, a month or a patient each, so that other pages are answered between.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from console.domain.clock import Clock
from console.domain.errors import OperatorError
from console.domain.outcomes import Grading, change_words
from console.domain.ports import SessionReader, SessionRow
from console.domain.proportions import FEW
from console.domain.quality_ports import AreaSums, QualityReader
from console.domain.session_fold import fold
from console.domain.session_list import FacetKind, SessionFilter
from console.services.list_columns import csv_line
from console.services.local_time import local_day, month_start_us
from console.services.query_thread import Questions
from console.services.reading_gate import ReadingGate

SPANS = {"quarter": 3, "year": 12, "all": 0}  # months up to now; 0: all there are
PAGE_ROWS, MOST_COURSES, MOST_ROWS = 200, 100, 5_000
PATIENTS_A_SLICE = 4

T = TypeVar("T")
Failed = Callable[[BaseException], None]


@dataclass(frozen=True, slots=True)
class AreaFigures:
    """An area over a period, and its months, oldest first."""

    area_id: str
    label: str
    sums: AreaSums
    months: tuple[tuple[int, AreaSums], ...]


@dataclass(frozen=True, slots=True)
class CourseOutcome:
    """A patient's treatments by one plan: mean estimated punctures per cm² and what a scale said first and last."""

    patient_id: str
    plan_id: str
    sessions: int
    density: float | None
    first: Grading
    last: Grading

    @property
    def gained(self) -> int | None:
        """Give steps towards the scale's better end; None where first and last cannot be compared."""
        one, other = self.first.what, self.last.what
        if (one.scale_version, one.low, one.high, one.better) != (
                other.scale_version, other.low, other.high, other.better) or one.better not in ("lower", "higher"):
            return None
        return (one.value - other.value) * (1 if one.better == "lower" else -1)

    @property
    def words(self) -> str:
        """Say what became of it."""
        return change_words(self.first.what, self.last.what) or "Not comparable"


@dataclass(slots=True)
class AreasRead:
    """What was read of a period by area so far."""

    since_us: int | None
    months: list[int]
    sums: dict[str, list[tuple[int, AreaSums]]] = field(default_factory=dict)

    def areas(self) -> tuple[AreaFigures, ...]:
        """Give every area, those treated most first."""
        found = []
        for area_id, told in self.sums.items():
            whole = AreaSums.added([one for _, one in told])
            found.append(AreaFigures(area_id, whole.label, whole, tuple(sorted(told, key=lambda one: one[0]))))
        return tuple(sorted(found, key=lambda one: (-one.sums.sessions, one.label)))


@dataclass(slots=True)
class CoursesRead:
    """What was read of a period's courses so far; ``more``: the newest alone were read."""

    since_us: int | None
    before: int | None = None
    rows: int = 0
    waiting: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    ended: bool = False
    more: bool = False
    courses: list[CourseOutcome] = field(default_factory=list)


class AreaReading:
    """Reads, on whatever thread owns the readers."""

    def __init__(self, reader: SessionReader, quality: QualityReader) -> None:
        self._reader, self._quality = reader, quality

    def begin_areas(self, span: str, today: date) -> AreasRead:
        """Begin with the months of a period that have sessions, newest first."""
        first = _first_month(span, today)
        months = [one.month for one in self._reader.months(FacetKind.ALL, "") if one.month >= first]
        return AreasRead(month_start_us(first) if first else None, months)

    def step_areas(self, so_far: AreasRead) -> bool:
        """Read one month; True when there is no more to read."""
        if so_far.months:
            month = so_far.months.pop(0)
            for one in self._quality.area_sums(month_start_us(month), month_start_us(month + 1)):
                so_far.sums.setdefault(one.area_id, []).append((month, one))
        return not so_far.months

    def begin_courses(self, span: str, today: date) -> CoursesRead:
        """Begin with nothing read."""
        first = _first_month(span, today)
        return CoursesRead(month_start_us(first) if first else None)

    def step_courses(self, so_far: CoursesRead) -> bool:
        """Read the gradings of a few patients, newest treatment first; True when there is no more to read."""
        if not so_far.waiting and not so_far.ended:
            self._next_patients(so_far)
        some, so_far.waiting = so_far.waiting[:PATIENTS_A_SLICE], so_far.waiting[PATIENTS_A_SLICE:]
        for patient_id in some:
            so_far.courses += self._courses(patient_id)
        if len(so_far.courses) >= MOST_COURSES or so_far.rows >= MOST_ROWS:
            so_far.more = bool(so_far.waiting) or not so_far.ended
            return True
        return so_far.ended and not so_far.waiting

    def _next_patients(self, so_far: CoursesRead) -> None:
        wanted = SessionFilter(since_us=so_far.since_us).having(FacetKind.STANDING, "finished")
        rows = self._reader.rows(wanted, PAGE_ROWS, so_far.before)
        so_far.ended = len(rows) < PAGE_ROWS
        so_far.rows += len(rows)
        if rows:
            so_far.before = rows[-1].place
        for row in rows:
            if row.patient_id and row.course_number > 1 and row.patient_id not in so_far.seen:
                so_far.seen.add(row.patient_id)
                so_far.waiting.append(row.patient_id)

    def _courses(self, patient_id: str) -> list[CourseOutcome]:
        """Give a patient's courses that were graded at two visits or more, one for each scale and grader."""
        wanted = SessionFilter(patient_id=patient_id).having(FacetKind.STANDING, "finished")
        plans: dict[str, list[SessionRow]] = {}
        for row in reversed(self._reader.rows(wanted, PAGE_ROWS)):
            plans.setdefault(row.plan_id, []).append(row)
        return [one for plan_id, rows in plans.items() if len(rows) > 1
                for one in self._graded(patient_id, plan_id, rows)]

    def _graded(self, patient_id: str, plan_id: str, rows: list[SessionRow]) -> list[CourseOutcome]:
        told: dict[tuple[str, str], list[Grading]] = {}
        for row in rows:
            state = fold(one.event for one in self._reader.events(row.session_id))
            last = {(what.scale_id, what.graded_by): Grading(at_us, row.course_number, what)
                    for at_us, what in state.outcomes}
            for key, grading in last.items():
                told.setdefault(key, []).append(grading)
        graded = [one for one in told.values() if len(one) > 1]
        if not graded:
            return []
        density = self._quality.mean_density([row.session_id for row in rows])
        return [CourseOutcome(patient_id, plan_id, len(rows), density, one[0], one[-1]) for one in graded]


def _first_month(span: str, today: date) -> int:
    months = SPANS[span]
    if not months:
        return 0
    number = today.year * 12 + today.month - months
    return number // 12 * 100 + number % 12 + 1


def areas_csv(areas: tuple[AreaFigures, ...]) -> str:
    """Write areas as CSV: all their months, then each month."""
    def line(one: AreaFigures, month: str, sums: AreaSums) -> str:
        told = (sums.minutes, sums.depth_mm, sums.density, sums.over_s)
        return csv_line([one.area_id, one.label, month, str(sums.sessions),
                         *("" if value is None else f"{value:.3f}" for value in told)])

    heads = ["area", "label", "month", "treated", "minutes_on_average", "depth_mm", "punctures_per_cm2_estimate",
             "over_band_s_on_average"]
    return "".join([csv_line(heads), *(line(one, "all", one.sums) for one in areas),
                    *(line(one, str(month), sums) for one in areas for month, sums in one.months)])


def courses_csv(courses: list[CourseOutcome]) -> str:
    """Write courses as CSV."""
    heads = ["patient", "plan", "treatments", "punctures_per_cm2_estimate", "scale", "graded_by", "first", "last",
             "steps_better"]
    return "".join([csv_line(heads), *(csv_line([
        one.patient_id, one.plan_id, str(one.sessions), "" if one.density is None else f"{one.density:.0f}",
        one.first.what.scale_name, one.first.what.graded_by, str(one.first.what.value), str(one.last.what.value),
        "" if one.gained is None else str(one.gained)]) for one in courses)])


def few_words(count: int) -> str:
    """Mark a small number."""
    return f"{count:,}, few" if count < FEW else f"{count:,}"


class AreaInsightDesk:
    """Puts the questions to the query thread; a later question puts the one before aside."""

    def __init__(self, queries: Questions, gate: ReadingGate, clock: Clock, reading: AreaReading) -> None:
        self._queries, self._gate, self._clock, self._reading = queries, gate, clock, reading
        self._asked = 0

    def ask_areas(self, span: str, answer: Callable[[AreasRead], None], failed: Failed) -> None:
        """Ask for a period by area."""
        self._ask(lambda: self._reading.begin_areas(span, local_day(self._clock.utc_us())), self._reading.step_areas,
                  answer, failed)

    def ask_courses(self, span: str, answer: Callable[[CoursesRead], None], failed: Failed) -> None:
        """Ask for a period's courses with their outcomes; that patients' records were read is audited."""
        try:
            self._gate.note_list("outcomes", span)
        except OperatorError as refused:
            failed(refused)
            return
        self._ask(lambda: self._reading.begin_courses(span, local_day(self._clock.utc_us())),
                  self._reading.step_courses, answer, failed)

    def _ask(self, begin: Callable[[], T], step: Callable[[T], bool], answer: Callable[[T], None],
             failed: Failed) -> None:
        if (refused := self._gate.refused()) is not None:
            failed(refused)
            return
        self._asked += 1
        number = self._asked

        def go_on(told: tuple[T, bool]) -> None:
            so_far, done = told
            if number != self._asked:
                return
            if done:
                answer(so_far)
            else:
                self._queries.ask(lambda: (so_far, step(so_far)), go_on, failed)

        self._queries.ask(lambda: (begin(), False), go_on, failed)

    def note_written(self, what: str, form: str) -> None:
        """Have it audited that figures are written out; Refusal for who may not."""
        self._gate.note_export(what, form)
