"""``main.py seed``: an invented clinic with as many sessions as are wanted."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from random import Random

from console.app.demo_book import read_book
from console.app.demo_clinic import AUTHOR, WHOLE_SETTING, WITH_PEN, ToldVisit, told_visits, write_stock, write_told
from console.app.demo_follow_up import adverse_event_of
from console.app.demo_records import write_records
from console.app.seed_clinic import grown_book, lay_out
from console.app.settings import default_data_folder
from console.domain.adverse_events import AdverseEvent, event_record
from console.domain.clock import Clock
from console.domain.errors import OperatorError
from console.services.area_figures import summarise_areas
from console.services.clinical_library import ClinicalLibrary
from console.services.clocks import SystemClock
from console.services.local_time import local_day
from console.services.resources import resource_path
from console.services.session_row import summarise
from db.bulk_writer import BulkWriter, add_people
from db.data_folder import DEMO, DataFolder, create_folder, holds_folder
from db.recorder_thread import RecorderThread
from db.registry import ClinicRegistry
from db.session_store import SessionStore

MOST = 5_000_000
ADVERSE_SHARE = 0.005  # of treatments
WRITING_TIMEOUT_S = 600.0
TELL_EVERY = 1_000

Progress = Callable[[int, int], None]


def run(args: argparse.Namespace) -> int:
    """Make the clinic; print how many sessions a second were written."""
    sessions = int(args.sessions)
    with_pen = min(WITH_PEN, sessions) if args.with_telemetry is None else int(args.with_telemetry)
    if not 1 <= sessions <= MOST or not 0 <= with_pen <= sessions:
        raise OperatorError(
            f"{sessions} sessions, {with_pen} of them with a pen, cannot be made", "nothing was made",
            f"ask for 1 to {MOST:,}, and for no more pens than sessions")
    path: Path = getattr(args, "data", None) or default_data_folder()
    if holds_folder(path):
        raise OperatorError(
            f"There is a data folder at {path} already", "it was left as it is", "name a folder that is not there yet")
    clock = SystemClock()
    folder = create_folder(path, DEMO, clock)
    begun_s = clock.monotonic_s()
    try:
        made = seed(folder, clock, clock.utc_us(), sessions, with_pen, int(args.random_seed), _say)
    finally:
        folder.close()
    seconds = clock.monotonic_s() - begun_s
    facts = {"folder": str(path), "seconds": round(seconds, 1), **made,
             "sessions_per_s": round(made["sessions"] / seconds, 1)}
    print(json.dumps(facts) if args.json else
          f"{made['sessions']:,} sessions of {made['patients']:,} patients in {seconds:.0f} s, "
          f"{made['sessions'] / seconds:.0f} a second, in {path}")
    return 0


def _say(told: int, sessions: int) -> None:
    if told % TELL_EVERY == 0:
        print(f"{told:,} of {sessions:,} sessions", file=sys.stderr)


def seed(
    folder: DataFolder, clock: Clock, now_us: int, sessions: int, with_pen: int, random_seed: int,
    progress: Progress = lambda told, sessions: None,
) -> dict[str, int]:
    """Fill an empty demo folder; give how much of what was made."""
    library = ClinicalLibrary.load(resource_path("."), resource_path("clinical", "demo_clinic.toml"))
    book = grown_book(read_book(now_us), sessions, local_day(now_us), random_seed)
    calendar = lay_out(book, library, now_us, sessions, with_pen, random_seed)
    told = told_visits(book, library, calendar, folder.marked_as, random_seed)
    with _registry(folder, clock) as (registry, recorder):
        for member in book.staff:
            registry.save_staff(member, book.pin, AUTHOR)
        write_stock(registry, book)
        patients = [one.patient for one in book.patients]
        recorder.write(lambda connection: add_people(connection, patients, calendar.courses, now_us, AUTHOR),
                       (AUTHOR, "seeded", f"{len(patients)} patients", ""), timeout_s=WRITING_TIMEOUT_S)
    made = {"sessions": len(calendar.visits), "patients": len(patients), "events": 0}
    adverse: list[AdverseEvent] = []
    chance = Random(f"{random_seed} adverse events")
    with BulkWriter(folder, summarise) as bulk:
        for number, one in enumerate(islice(told, sessions - with_pen), 1):
            sealed = one.state.sealed is not None
            bulk.add(one.visit.session_id, one.events, summarise_areas(one.state, one.table) if sealed else ())
            made["events"] += len(one.events)
            if sealed and one.state.needling_begun and chance.random() < ADVERSE_SHARE:
                adverse.append(adverse_event_of(len(adverse) + 1, one.visit.session_id, one.state, chance))
            progress(number, sessions)
    with _registry(folder, clock) as (registry, recorder):
        for one in told:
            made["events"] += len(one.events)
            _write_with_pen(recorder, one)
        for event in adverse:
            registry.save_record(event_record(event), AUTHOR)
        write_records(registry, book.room, now_us, AUTHOR)
        registry.save_setting(WHOLE_SETTING, "whole", AUTHOR)
    return {**made, "adverse_events": len(adverse)}


@contextmanager
def _registry(folder: DataFolder, clock: Clock) -> Iterator[tuple[ClinicRegistry, RecorderThread]]:
    recorder = RecorderThread(folder, clock, summarise)
    recorder.start()
    store = SessionStore(folder)
    try:
        yield ClinicRegistry(store, recorder, clock), recorder
    finally:
        recorder.stop(WRITING_TIMEOUT_S)
        store.close()


def _write_with_pen(recorder: RecorderThread, told: ToldVisit) -> None:
    write_told(recorder, told)
    if told.batches and told.state.sealed is not None:
        recorder.save_area_summaries(told.visit.session_id, summarise_areas(told.state, told.table))
        recorder.merge_bodies(told.visit.session_id)
