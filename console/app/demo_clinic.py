"""The invented clinic: people, stock, the day's list, and past sessions, written as real ones are.

Every history is made by the real commands and written by the real recorder, so it folds, verifies
and replays like any other. The same now and seed give the same clinic.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import numpy as np

from console.app.demo_book import DemoBook, read_book
from console.app.demo_calendar import MINUTE_US, Calendar, Visit, lay_out, next_appointment_us
from console.app.demo_codes import DemoCodes, demo_codes
from console.app.demo_follow_up import Finished, write_follow_ups
from console.app.demo_records import write_records
from console.app.demo_script import Script
from console.app.demo_telemetry import PERIOD_US, batches, pen_samples, table_of
from console.app.demo_visit import tell
from console.domain.clock import Clock
from console.domain.errors import OperatorError
from console.domain.people import Appointment, Course
from console.domain.photo_ports import PhotoRow
from console.domain.ports import AreaSummary, Recorder, Registry
from console.domain.session_events import SessionEvent
from console.domain.session_state import SessionState
from console.domain.telemetry import Batch
from console.services.area_figures import summarise_areas
from console.services.clinical_library import ClinicalLibrary
from console.services.clinical_shelf import versions_of
from console.services.local_time import day_start_us, local_day
from console.services.resources import resource_path
from console.services.sample_table import SampleTable, build_table
from console.services.session_row import summarise
from db.data_folder import DataFolder
from db.photos import PhotoStore
from db.recorder_thread import RecorderThread
from db.registry import ClinicRegistry, RegistryReader
from db.session_store import SessionStore

Progress = Callable[[str, float], None]
SaveAreas = Callable[[UUID, Sequence[AreaSummary]], None]
SavePhotos = Callable[[Sequence[PhotoRow], str], None]

SESSIONS, WITH_PEN, SEED = 300, 12, 20_261_117
AUTHOR = "AD-01"  # who set the clinic up
MARK = "demo"
WHOLE_SETTING = "demo_clinic"  # set once everything is written
ARRIVED_BEFORE_US = 3 * MINUTE_US
WRITING_TIMEOUT_S = 120.0
LOOK_EVERY_S, GIVING_UP_S = 2.0, 1.0
CALLED_AFTER = 30  # the last sessions, of which those of the last weeks are called after
STEPS = 40  # how often the telling of sessions reports its progress

__all__ = ["DemoCodes", "demo_codes", "is_whole", "renew_day", "seed_demo", "seed_folder", "told_visits"]


@dataclass(frozen=True, slots=True)
class ToldVisit:
    """A visit in full: its history, and the batches of its samples with their arrival times."""

    visit: Visit
    events: tuple[SessionEvent, ...]
    state: SessionState
    batches: tuple[tuple[int, Batch], ...]
    table: SampleTable
    pictures: tuple[PhotoRow, ...] = ()


def seed_folder(
    folder: DataFolder, clock: Clock, now_us: int, sessions: int = SESSIONS, with_telemetry: int = WITH_PEN,
    progress: Progress = lambda words, share: None,
) -> None:
    """Fill an empty demo folder that is open for writing, with a recorder of its own."""
    library = ClinicalLibrary.load(resource_path("."), resource_path("clinical", "demo_clinic.toml"))
    recorder = RecorderThread(folder, clock, summarise)
    recorder.start()
    store = SessionStore(folder)
    try:
        seed_demo(
            ClinicRegistry(store, recorder, clock), recorder, library, now_us, progress, sessions=sessions,
            with_telemetry=with_telemetry, marked_as=folder.marked_as, save_areas=recorder.save_area_summaries,
            save_photos=PhotoStore(store, recorder).keep)
    finally:
        recorder.stop(GIVING_UP_S if recorder.state().failing else WRITING_TIMEOUT_S)
        store.close()


def is_whole(registry: RegistryReader) -> bool:
    """Tell whether the folder was filled to the end; one cut off while filling is best made anew."""
    return registry.setting(WHOLE_SETTING) == "whole"


def seed_demo(
    registry: Registry, recorder: Recorder, library: ClinicalLibrary, now_us: int, progress: Progress, *,
    sessions: int = SESSIONS, with_telemetry: int = WITH_PEN, marked_as: str = MARK, seed: int = SEED,
    save_areas: SaveAreas | None = None, save_photos: SavePhotos | None = None,
) -> None:
    """Fill an empty demo folder as of ``now_us``; ``progress`` gets words and a share from 0 to 1.

    Returns when everything is committed; OperatorError where the recorder could not commit in time.
    """
    progress("Reading the demo clinic", 0.0)
    book = read_book(now_us)
    calendar = lay_out(book, library, now_us, sessions, with_telemetry, seed)
    _write_people(registry, book, progress)
    write_stock(registry, book)
    write_records(registry, book.room, now_us, AUTHOR)
    progress("Laying out courses and the day", 0.12)
    _write_courses(registry, calendar)
    _write_day(registry, book, calendar, now_us)
    total = len(calendar.visits)
    pictures: list[tuple[PhotoRow, ...]] = []
    finished: deque[Finished] = deque(maxlen=CALLED_AFTER)
    for place, told in enumerate(told_visits(book, library, calendar, marked_as, seed, save_photos is not None)):
        write_told(recorder, told)
        pictures.append(told.pictures)
        finished.append(Finished(told.visit.session_id, told.state))
        if save_areas is not None and told.state.sealed is not None:
            save_areas(told.visit.session_id, summarise_areas(told.state, told.table))
        if place % max(1, total // STEPS) == 0:
            progress(f"Writing past sessions, {place + 1} of {total}", 0.15 + 0.75 * place / total)
    progress("Saving", 0.92)
    _wait_until_saved(recorder)
    for rows in filter(None, pictures):
        if save_photos is not None:
            save_photos(rows, AUTHOR)
    write_follow_ups(registry, library, tuple(finished), now_us, AUTHOR)
    registry.save_setting(WHOLE_SETTING, "whole", AUTHOR)
    progress("The demo clinic is ready", 1.0)


def _wait_until_saved(recorder: Recorder) -> None:
    for _ in range(round(WRITING_TIMEOUT_S / LOOK_EVERY_S)):
        if recorder.synchronise(LOOK_EVERY_S):
            return
        if failing := recorder.state().failing:
            why = failing.partition(";")[0]
            raise OperatorError(
                f"The demo clinic could not be made: {why[:1].lower()}{why[1:]}", "no clinic's record was touched",
                "make room there, or choose another place")
    raise OperatorError(
        "The demo clinic could not be saved in time", "the folder holds a part of it",
        "delete the folder and start again")


def told_visits(
    book: DemoBook, library: ClinicalLibrary, calendar: Calendar, marked_as: str, seed: int, pictured: bool = False,
) -> Iterator[ToldVisit]:
    """Tell every visit, oldest first; each goes on from the patient's last finished one. ``pictured``: with photos."""
    last: dict[str, SessionState] = {}
    noted = {plan.plan_id: versions_of(library, plan.plan_id) for plan in library.plans}
    for visit in calendar.visits:
        patient_id = visit.who.patient.patient_id
        script = Script(visit, book, library, last.get(patient_id), marked_as, seed, noted[visit.who.plan_id])
        script.pictured = pictured
        tell(script)
        if script.state.outcome == "finished":
            last[patient_id] = script.state
        yield _told(script)


def _told(script: Script) -> ToldVisit:
    events, state = tuple(script.session.history), script.state
    if not script.reels:
        return ToldVisit(script.visit, events, state, (), build_table(()), tuple(script.pictures))
    start_us = min(reel.pen.taken_us(reel.first) for reel in script.reels)
    end_us = max(reel.pen.taken_us(reel.end) for reel in script.reels)
    seed = int(script.visit.session_id) % (1 << 63)
    count = (end_us - start_us) // PERIOD_US + 1
    raw = pen_samples(start_us, count, script.stretches, script.upsets, seed)
    found = [one for reel in script.reels for one in batches(reel, raw, start_us)]
    found.sort(key=lambda one: one[0])
    return ToldVisit(
        script.visit, events, state, tuple(found), table_of(script.reels, raw, start_us), tuple(script.pictures))


def write_told(recorder: Recorder, told: ToldVisit) -> None:
    """Hand a visit to the recorder as it happened: samples before the events that followed them."""
    if not told.batches:
        recorder.append(told.visit.session_id, told.events)
        return
    ends = np.array([arrived_us for arrived_us, _ in told.batches])
    waiting: list[SessionEvent] = []
    given = 0
    for event in told.events:
        arrived = int(np.searchsorted(ends, event.at_us, side="right"))
        if arrived > given and waiting:
            recorder.append(told.visit.session_id, waiting)
            waiting = []
        _add(recorder, told, range(given, arrived))
        given = max(given, arrived)
        waiting.append(event)
    if given < len(ends):
        raise ValueError("a sample came after the session's last event")
    recorder.append(told.visit.session_id, waiting)


def _add(recorder: Recorder, told: ToldVisit, places: Iterable[int]) -> None:
    for place in places:
        recorder.add_samples(told.visit.session_id, told.batches[place][1])


# --- reference data --------------------------------------------------------------------------------


def _write_people(registry: Registry, book: DemoBook, progress: Progress) -> None:
    progress("Adding staff", 0.01)
    for member in book.staff:
        registry.save_staff(member, book.pin, AUTHOR)
    for place, one in enumerate(book.patients):
        if place % 10 == 0:
            progress(f"Adding patients, {place} of {len(book.patients)}", 0.03 + 0.06 * place / len(book.patients))
        registry.save_patient(one.patient, AUTHOR)


def write_stock(registry: Registry, book: DemoBook) -> None:
    """Write the products and the lots that were recalled."""
    for one in book.products.values():
        registry.save_product(one.product, AUTHOR)
    for product_id, lot in book.recalled:
        registry.save_recalled_lot(product_id, lot, True, AUTHOR)


def _write_courses(registry: Registry, calendar: Calendar) -> None:
    for course in calendar.courses:
        registry.save_course(course, AUTHOR)


def _write_day(registry: Registry, book: DemoBook, calendar: Calendar, now_us: int) -> None:
    today = {visit.who.patient.patient_id: visit for visit in calendar.visits
             if visit.line is not None and visit.line.state == "sealed" and visit.number < 2}
    running = {course.patient_id: course for course in calendar.courses}
    for appointment in _appointments(book, running, now_us):
        visit = today.get(appointment.patient_id)
        if visit is not None:
            appointment = replace(
                appointment, arrived_us=visit.starts_us - ARRIVED_BEFORE_US, session_id=str(visit.session_id))
        registry.save_appointment(appointment, AUTHOR)


def renew_day(registry: Registry, now_us: int) -> None:
    """Give a demo clinic that was made on another day a list for today, if it has none."""
    begin_us = day_start_us(local_day(now_us))
    end_us = day_start_us(local_day(now_us) + timedelta(days=1))
    if registry.appointments(begin_us, end_us):
        return
    book = read_book(now_us)
    running: dict[str, Course] = {}
    for line in book.day:
        courses = registry.courses(line.patient_id)
        if courses and line.state != "sealed":
            running[line.patient_id] = courses[0]
    for appointment in _appointments(book, running, now_us):
        registry.save_appointment(appointment, AUTHOR)


def _appointments(book: DemoBook, running: dict[str, Course], now_us: int) -> list[Appointment]:
    """Give the day's list for those with a course; each id bears the day."""
    day = f"{local_day(now_us):%Y%m%d}"
    found = []
    for line, starts_us in zip(book.day, _starts_us(book, now_us), strict=True):
        course = running.get(line.patient_id)
        if course is not None:
            arrived_us = now_us - ARRIVED_BEFORE_US if line.state == "arrived" else None
            found.append(Appointment(
                f"A-{day}-{line.patient_id.removeprefix('P-')}", line.patient_id, course.plan_id, course.course_id,
                starts_us, book.room, arrived_us))
    return found


def _starts_us(book: DemoBook, now_us: int) -> list[int]:
    """Give each line's time; near midnight the list is drawn together so that it stays within the day."""
    today = local_day(now_us)
    begin_us, next_us = day_start_us(today), next_appointment_us(now_us)
    end_us = day_start_us(today + timedelta(days=1)) - 5 * MINUTE_US
    before = max(1, -min(line.minutes for line in book.day))
    after = max(1, max(line.minutes for line in book.day))
    early = min(1.0, (next_us - begin_us) / MINUTE_US / before)
    late = max(0.0, min(1.0, (end_us - next_us) / MINUTE_US / after))
    steps = [round(line.minutes * (early if line.minutes < 0 else late)) for line in book.day]
    return [min(next_us + step * MINUTE_US, end_us) for step in steps]
