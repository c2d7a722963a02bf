"""Sessions by exception: those that left the plan ranked, a random sample, sign-off, and findings until closed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random, SystemRandom
from typing import TypeVar
from uuid import UUID

from console.domain import quality_reviews as reviews
from console.domain.clinic_records import RecordFilter, RecordKind
from console.domain.clock import Clock
from console.domain.errors import Refusal
from console.domain.people import Staff
from console.domain.ports import Registry, SessionReader, SessionRow
from console.domain.quality_ports import QualityReader
from console.domain.quality_reviews import Finding, Review, Sample
from console.domain.rights import Right
from console.domain.session_fold import fold
from console.domain.session_list import FacetKind, SessionFilter
from console.services.clinical_library import ClinicalLibrary
from console.services.clinical_shelf import ClinicalShelf
from console.services.exception_rule import OVER, Deviation, Ranked, moment_of, rank, shipped_rule
from console.services.incident_desk import next_number
from console.services.list_desk import words_of
from console.services.list_periods import in_month
from console.services.local_time import local_day
from console.services.over_stretches import heaviest, over_stretches
from console.services.query_thread import QueryThread
from console.services.reading_gate import ReadingGate
from console.services.review_desk import read_opening
from console.services.session_desk import SessionDesk
from console.services.session_marks import COMPLETE

SLICE, MOST_READ, MOST_SHOWN = 500, 20_000, 200
JUDGED = ("finished", "stopped")
LEAST_DRAWN = 1

T = TypeVar("T")
Failed = Callable[[BaseException], None]


@dataclass(slots=True)
class Reading:
    """What was read of a period: the ranked, heaviest first, and how far it got."""

    read: int = 0
    ranked: list[Ranked] = field(default_factory=list)
    deviating: int = 0
    more: bool = False  # the period has more sessions than are read
    before: int | None = None
    reviews: dict[str, Review] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SampleView:
    """A month's sample with its sessions and who looked at them."""

    sample: Sample | None
    sessions: tuple[Ranked, ...] = ()
    reviews: Mapping[str, Review] = field(default_factory=dict)
    finished: int = 0  # sessions of the month that can be drawn


class ExceptionReading:
    """Ranks sessions, on whatever thread owns the readers."""

    def __init__(self, reader: SessionReader, quality: QualityReader, intervals: Mapping[str, int],
                 rule: tuple[Deviation, ...] = ()) -> None:
        self._reader, self._quality, self._intervals = reader, quality, intervals
        self.rule = rule or shipped_rule()

    def step(self, wanted: SessionFilter, so_far: Reading) -> bool:
        """Read the next slice of a period; True when there is no more to read."""
        rows = self._reader.rows(wanted, SLICE, so_far.before)
        if rows:
            so_far.before = rows[-1].place
            found = self.judge([row for row in rows if row.standing in JUDGED])
            so_far.read += len(rows)
            so_far.deviating += len(found)
            so_far.ranked = sorted([*so_far.ranked, *found], key=lambda one: (-one.points, -one.row.place))[:MOST_SHOWN]
        so_far.more = len(rows) == SLICE
        return not so_far.more or so_far.read >= MOST_READ

    def judge(self, rows: list[SessionRow]) -> list[Ranked]:
        """Give those of the sessions that left the plan."""
        former = self._quality.former_treatments([row.place for row in rows if row.patient_id])
        found = (rank(row, former.get(row.place), self._intervals, self.rule) for row in rows)
        return [one for one in found if one is not None]

    def whole(self, wanted: SessionFilter) -> Reading:
        """Read a period at once."""
        reading = Reading()
        while not self.step(wanted, reading):
            pass
        reading.reviews = self.reviews()
        return reading

    def reviews(self) -> dict[str, Review]:
        """Give what was looked at, by session."""
        found = map(reviews.review_of, self._quality.records(RecordFilter(RecordKind.REVIEW)))
        return {one.session_id: one for one in found}

    def sample(self, month: int) -> SampleView:
        """Give a month's sample as it stands."""
        found = self._quality.records(RecordFilter(RecordKind.REVIEW_SAMPLE, subject_id=str(month)))
        finished = self._reader.count(_finished(month))
        if not found:
            return SampleView(None, finished=finished)
        sample = reviews.sample_of(found[0])
        rows = [self._reader.row(UUID(one)) for one in sample.session_ids]
        judged = {one.row.session_id: one for one in self.judge(rows)}
        shown = tuple(judged.get(row.session_id) or Ranked(row, ()) for row in rows)
        return SampleView(sample, shown, self.reviews(), finished)

    def draw(self, month: int, percent: int, chance: Random) -> Sample:
        """Draw a month's sample at random, at least one session; Refusal where none is finished or one is drawn."""
        if self._quality.records(RecordFilter(RecordKind.REVIEW_SAMPLE, subject_id=str(month))):
            raise Refusal("This month's sample is drawn", "it stays as it is", "look at its sessions")
        ids: list[str] = []
        before: int | None = None
        while rows := self._reader.rows(_finished(month), SLICE, before):
            ids += [str(row.session_id) for row in rows]
            before = rows[-1].place
        if not ids:
            raise Refusal("No finished treatment lies in this month", "nothing was drawn", "choose another month")
        count = max(LEAST_DRAWN, -(-len(ids) * percent // 100))
        return Sample(month, percent, len(ids), tuple(sorted(chance.sample(ids, count))))

    def moment(self, session_id: UUID, deviation_id: str) -> int:
        """Give when a deviation of a session happened (UTC µs)."""
        if deviation_id == OVER:
            opening = read_opening(self._reader, session_id)
            longest = heaviest(over_stretches(opening.tape))
            return longest.start_us if longest is not None else moment_of(opening.state, deviation_id)
        return moment_of(fold(one.event for one in self._reader.events(session_id)), deviation_id)


def _finished(month: int) -> SessionFilter:
    return in_month(SessionFilter(), month).having(FacetKind.STANDING, "finished")


class ExceptionDesk:
    """Puts the questions to the query thread; sign-off and findings are written here."""

    def __init__(
        self, desk: SessionDesk, registry: Registry, queries: QueryThread, gate: ReadingGate, shelf: ClinicalShelf,
        clock: Clock, reader: SessionReader, quality: QualityReader, chance: Random | None = None,
    ) -> None:
        self._desk, self._registry, self._queries, self._gate = desk, registry, queries, gate
        self._shelf, self._clock = shelf, clock
        self._readers = reader, quality
        self._chance = chance or SystemRandom()
        self._asked = 0

    @property
    def rule(self) -> tuple[Deviation, ...]:
        """Give the ranking rule."""
        return shipped_rule()

    def _reading(self) -> ExceptionReading:
        return ExceptionReading(*self._readers, least_intervals(self._shelf))

    def ask(self, wanted: SessionFilter, answer: Callable[[Reading], None], failed: Failed) -> None:
        """Ask for a period's ranking; read slice by slice, so that other pages are answered between.

        A later question puts this one aside.
        """
        if (refused := self._gate.refused()) is not None:
            failed(refused)
            return
        self._gate.note_list("exceptions", words_of(wanted))
        self._asked += 1
        number, so_far, reading = self._asked, Reading(), self._reading()

        def step() -> bool:
            done = reading.step(wanted, so_far)
            if done:
                so_far.reviews = reading.reviews()
            return done

        def go_on(done: bool) -> None:
            if number != self._asked:
                return
            if done:
                answer(so_far)
            else:
                self._queries.ask(step, go_on, failed)

        self._queries.ask(step, go_on, failed)

    def ask_moment(self, session_id: UUID, deviation_id: str, answer: Callable[[int], None], failed: Failed) -> None:
        """Ask when a deviation happened."""
        reading = self._reading()
        self._ask(lambda: reading.moment(session_id, deviation_id), answer, failed)

    def ask_sample(self, month: int, answer: Callable[[SampleView], None], failed: Failed) -> None:
        """Ask for a month's sample."""
        reading = self._reading()
        self._ask(lambda: reading.sample(month), answer, failed)

    def draw(self, month: int, percent: int, answer: Callable[[Sample], None], failed: Failed) -> None:
        """Draw a month's sample and keep it; it is drawn once."""
        reading, actor_id = self._reading(), self._acting()

        def keep(sample: Sample) -> None:
            self._registry.save_record(reviews.sample_record(sample), actor_id)
            answer(sample)

        self._ask(lambda: reading.draw(month, percent, self._chance), keep, failed)

    def _ask(self, question: Callable[[], T], answer: Callable[[T], None], failed: Failed) -> None:
        refused = self._gate.refused()
        if refused is not None:
            failed(refused)
        else:
            self._queries.ask(question, answer, failed)

    # --- what a person decided ------------------------------------------------------------------------------

    @property
    def may(self) -> bool:
        """Tell whether who acts may sign off and keep findings."""
        return self._desk.access.may(Right.EDIT_CLINIC) and self._gate.refused() is None

    def _acting(self) -> str:
        if self._desk.actor is None or not self.may:
            raise Refusal("Only a manager signs sessions off", "nothing was saved", "sign in as one")
        return self._desk.actor_id

    def sign(self, row: SessionRow, verdict: str, by: Staff) -> Review:
        """Keep that a person, whose PIN was right, looked at a session."""
        actor_id = self._acting()
        if by.staff_id != actor_id:
            raise Refusal("Another person is signed in", "nothing was saved", "sign in first")
        self._gate.note("session_read", str(row.session_id), "signed off")
        ticks = tuple(one for one in row.missing if one == COMPLETE) or tuple(f"no {one}" for one in row.missing)
        made = Review(str(row.session_id), row.patient_id, verdict, by.staff_id, ticks, self._clock.utc_us())
        self._registry.save_record(reviews.review_record(made), by.staff_id)
        return made

    def ask_findings(self, answer: Callable[[list[Finding]], None], failed: Failed) -> None:
        """Ask for all findings: overdue first, closed last."""
        quality, today = self._readers[1], local_day(self._clock.utc_us())

        def read() -> list[Finding]:
            found = map(reviews.finding_of, quality.records(RecordFilter(RecordKind.FINDING)))
            return reviews.in_order(list(found), today)

        self._ask(read, answer, failed)

    def findings(self) -> list[Finding]:
        """Give all findings: overdue first, closed last."""
        self._desk.access.require(Right.READ_RECORDS)
        found = map(reviews.finding_of, self._registry.records(RecordFilter(RecordKind.FINDING)))
        return reviews.in_order(list(found), local_day(self._clock.utc_us()))

    def note_finding(self, row: SessionRow, what: str, owner_id: str, days: int) -> Finding:
        """Keep a finding of a session; it gets its number."""
        actor_id = self._acting()
        due = (local_day(self._clock.utc_us()) + timedelta(days=days)).isoformat()
        number = next_number("F", [one.finding_id for one in self.findings()])
        made = reviews.checked(Finding(number, str(row.session_id), row.patient_id, what, owner_id, due))
        self._registry.save_record(reviews.finding_record(made), actor_id)
        return made

    def close_finding(self, finding_id: str, how: str) -> Finding:
        """Close a finding with what was done."""
        actor_id = self._acting()
        found = next((one for one in self.findings() if one.finding_id == finding_id), None)
        if found is None:
            raise Refusal(f"There is no finding {finding_id}", "nothing was changed", "choose one of the list")
        made = replace(reviews.closed(found, how), changed_us=self._clock.utc_us(), changed_by=actor_id)
        self._registry.save_record(reviews.finding_record(made), actor_id)
        return made

    def owners(self) -> list[Staff]:
        """Give who may own a finding."""
        return [one for one in self._registry.staff() if one.active]


def least_intervals(shelf: ClinicalShelf) -> dict[str, int]:
    """Give the least days between treatments of each plan that names them."""
    return intervals_of(shelf.current)


def intervals_of(library: ClinicalLibrary) -> dict[str, int]:
    """Give the same of a library."""
    return {one.plan_id: one.course.interval_min_days for one in library.plans
            if one.course is not None and one.course.interval_min_days}
