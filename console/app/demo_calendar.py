"""When the invented clinic saw whom: visits placed backwards from a given now, the same ones each time."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from uuid import UUID

from console.app.demo_book import DayLine, DemoBook, DemoPatient
from console.domain.people import Course, Staff
from console.services.clinical_library import ClinicalLibrary
from console.services.local_time import day_start_us, local_day

MINUTE_US = 60_000_000
SLOTS = (510, 600, 690, 810, 900, 990)  # minutes of the clinic's day
ROOMS = ("Room 1", "Room 2", "Room 3")
REACH_DAYS = 430
WIDEST_PACE = 1.8  # of the usual time between visits; drawn together until there are enough
SUNDAY = 6

# What befalls a visit beside the usual. A recorded pen first, newest first; then by chance.
PEN_TWISTS = (
    "", "", "depth_alarm", "", "cable_out", "undo", "pen_restart", "", "stopped_for_good", "few_lost",
    "rate_alarm", "handed_over",
)
TWISTS = (
    "stopped_for_good", "stopped_and_went_on", "deferred_skin", "deferred_reaction", "opened_in_error",
    "removed_late", "removed_early", "no_anesthetic", "no_serum", "serum_refused", "photos_declined", "amended",
    "amended", "handed_over", "undo", "answer_corrected", "cartridge_dropped", "restarted", "blocked_area",
    "left_out", "pen_failed", "pen_failed", "clock_jumped", "target_changed", "off_label_serum", "prp", "witness",
)
PLAIN_SHARE = 0.55
NEVER_NUMB = "anesthetic_allergy"
NUMBING_TWISTS = ("deferred_reaction", "removed_late", "removed_early", "no_anesthetic")
NO_COURSE_COUNT = ("stopped_for_good", "deferred_skin", "deferred_reaction", "opened_in_error")


@dataclass(frozen=True, slots=True)
class Visit:
    """One past session to be told: who, when, where, and what befell it."""

    number: int  # 0 is the newest
    session_id: UUID
    who: DemoPatient
    practitioner: Staff
    room: str
    starts_us: int
    course: Course  # as it stood before this visit
    twist: str
    with_pen: bool
    line: DayLine | None = None
    clinic: str = ""

    @property
    def day(self) -> date:
        """Give the clinic's day."""
        return local_day(self.starts_us)


@dataclass(frozen=True, slots=True)
class Calendar:
    """All visits, oldest first, with the courses as they stand after them."""

    visits: tuple[Visit, ...]
    courses: tuple[Course, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A visit before it is told: who comes when, and where to."""

    who: DemoPatient
    starts_us: int
    room: str
    line: DayLine | None = None
    clinic: str = ""
    practitioner: Staff | None = None  # None: any


def session_id_at(at_us: int, chance: Random) -> UUID:
    """Give a UUIDv7 of a past moment, so that ids rise with time as real ones do."""
    bits = (at_us // 1_000) << 80 | 0x7 << 76 | chance.getrandbits(12) << 64 | 0b10 << 62 | chance.getrandbits(62)
    return UUID(int=bits)


def next_appointment_us(now_us: int) -> int:
    """Give the quarter of an hour that comes next."""
    quarter_us = 15 * MINUTE_US
    return (now_us // quarter_us + 1) * quarter_us


def lay_out(book: DemoBook, library: ClinicalLibrary, now_us: int, sessions: int, with_pen: int, seed: int) -> Calendar:
    """Place ``sessions`` visits before ``now_us``; the newest ``with_pen`` recorded a pen.

    Those the day's list speaks of are always there, so there may be more than asked for.
    """
    chance = Random(f"{seed} calendar")
    next_us = next_appointment_us(now_us)
    taken: set[tuple[date, int, str]] = set()
    fixed = [place for line in book.day for place in _of_line(book, line, now_us, next_us, taken, chance)]
    others = _others(book, now_us, max(0, sessions - len(fixed)), taken, chance)
    placed = sorted([*fixed, *others], key=lambda place: place.starts_us)
    return count_courses(book, library, placed, with_pen, chance)


def _of_line(
    book: DemoBook, line: DayLine, now_us: int, next_us: int, taken: set[tuple[date, int, str]], chance: Random,
) -> Iterator[Place]:
    who = next(one for one in book.patients if one.patient.patient_id == line.patient_id)
    if line.state == "sealed":
        yield Place(who, next_us + line.minutes * MINUTE_US, book.room, line)
    today = local_day(now_us)
    for days in line.last_days:
        yield _placed(who, today - timedelta(days=days), taken, chance, line)


def _others(
    book: DemoBook, now_us: int, wanted: int, taken: set[tuple[date, int, str]], chance: Random,
) -> list[Place]:
    """Give the other patients' visits, the newest ``wanted`` of all their usual paces make."""
    listed = {line.patient_id for line in book.day}
    today, pace = local_day(now_us), WIDEST_PACE
    days: list[tuple[date, DemoPatient]] = []
    while len(days) < wanted or not days:
        days = [
            (day, who) for who in book.patients if who.patient.patient_id not in listed
            for day in _days_back(who, today, pace, chance)
        ]
        pace *= 0.96
    days.sort(key=lambda one: one[0], reverse=True)
    return [_placed(who, day, taken, chance) for day, who in days[:wanted]]


def _days_back(who: DemoPatient, today: date, pace: float, chance: Random) -> Iterator[date]:
    usual = max(7.0, who.pace_days * pace)
    ago = 1 + chance.random() * usual
    while ago < REACH_DAYS:
        day = today - timedelta(days=round(ago))
        yield day - timedelta(days=1) if day.weekday() == SUNDAY else day
        ago += usual * (0.9 + 0.25 * chance.random())


def _placed(
    who: DemoPatient, day: date, taken: set[tuple[date, int, str]], chance: Random, line: DayLine | None = None,
) -> Place:
    free = [(slot, room) for slot in SLOTS for room in ROOMS if (day, slot, room) not in taken]
    slot, room = chance.choice(free or [(SLOTS[-1] + 90, ROOMS[0])])
    taken.add((day, slot, room))
    return Place(who, day_start_us(day) + slot * MINUTE_US, room, line)


def count_courses(
    book: DemoBook, library: ClinicalLibrary, placed: Sequence[Place], with_pen: int, chance: Random,
    plain_share: float = PLAIN_SHARE,
) -> Calendar:
    """Count the courses through the visits placed, and let befall each what befalls it."""
    running: dict[str, Course] = {}
    ended: list[Course] = []
    opened: Counter[str] = Counter()
    visits = []
    for place, what in enumerate(placed):
        patient_id, number = what.who.patient.patient_id, len(placed) - 1 - place
        course = running.get(patient_id)
        if course is None or (course.length and course.done >= course.length):
            ended += [course] if course else []
            opened[patient_id] += 1
            course = _new_course(what.who, library, opened[patient_id], what.line)
        twist = _twist(number, what, with_pen, chance, plain_share)
        at_us = what.starts_us + chance.randrange(20, 150) * 1_000_000
        visits.append(Visit(
            number, session_id_at(at_us, chance), what.who, what.practitioner or _practitioner(book, what, chance),
            what.room, at_us, course, twist, number < with_pen, what.line, what.clinic))
        running[patient_id] = _counted(course, twist)
    for line in book.day:
        who = next(one for one in book.patients if one.patient.patient_id == line.patient_id)
        running.setdefault(line.patient_id, _new_course(who, library, 1, line))
    return Calendar(tuple(visits), (*ended, *running.values()))


def _counted(course: Course, twist: str) -> Course:
    done = course.done + (0 if twist in NO_COURSE_COUNT else 1)
    return Course(
        course.course_id, course.patient_id, course.plan_id, course.length, done, course.interval_min_days,
        course.interval_max_days)


def _new_course(who: DemoPatient, library: ClinicalLibrary, number: int, line: DayLine | None) -> Course:
    patient_id = who.patient.patient_id
    course_id = f"C-{patient_id.removeprefix('P-')}-{number}"
    if line is not None:
        return Course(
            course_id, patient_id, who.plan_id, line.course_length, 0, line.interval_min_days, line.interval_max_days)
    pattern = library.plan(who.plan_id).course
    if pattern is None:
        return Course(course_id, patient_id, who.plan_id, 0, 0)
    return Course(
        course_id, patient_id, who.plan_id, pattern.length, 0, pattern.interval_min_days or 0,
        pattern.interval_max_days or 0)


def _practitioner(book: DemoBook, what: Place, chance: Random) -> Staff:
    if what.line is not None and what.line.state == "sealed":
        return next(one for one in book.practitioners if one.staff_id == "PR-02")
    return chance.choice(book.practitioners)


def _twist(number: int, what: Place, with_pen: int, chance: Random, plain_share: float) -> str:
    by_chance = "" if chance.random() < plain_share else chance.choice(TWISTS)
    if NEVER_NUMB in what.who.answers and by_chance in NUMBING_TWISTS:
        by_chance = ""
    if number < with_pen:
        wanted = PEN_TWISTS[number % len(PEN_TWISTS)]
        return "" if what.line is not None and wanted in NO_COURSE_COUNT else wanted
    return "" if what.line is not None else by_chance
