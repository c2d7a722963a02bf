"""The composition root: builds the services over a data folder and a pen link, and ends them."""

import logging
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import UUID

from console.app.clinic_link import ClinicLink, clinic_of
from console.app.patient_export import give_out
from console.app.pen_shelf import PenChooser, find_profile, load_shelf, remembered
from console.app.reading_notes import enter_told
from console.domain import closing
from console.domain import session_events as ev
from console.domain.alarms import PenLimits
from console.domain.clinical_edits import ClinicalEdit
from console.domain.clock import Clock
from console.domain.errors import Refusal
from console.domain.label_matrix import PenLabel, ceiling_um
from console.domain.labelling import pen_in_use
from console.domain.ports import Registry
from console.domain.session import Session
from console.services.adverse_event_desk import AdverseEventDesk
from console.services.alarm_board import AlarmBoard
from console.services.amend_desk import AmendDesk
from console.services.amending_desk import AmendingDesk
from console.services.area_figures import summarise_areas
from console.services.area_insight import AreaInsightDesk, AreaReading
from console.services.audit_desk import AuditDesk
from console.services.backup_desk import BackupDesk
from console.services.clinical_library import ClinicalLibrary
from console.services.clinical_shelf import ClinicalShelf, kept_library
from console.services.closing_desk import ClosingDesk
from console.services.console import Console
from console.services.course_desk import CourseDesk
from console.services.day_desk import DayDesk, Place
from console.services.dose_desk import DoseDesk
from console.services.exception_desk import ExceptionDesk
from console.services.follow_up_desk import FollowUpDesk
from console.services.follow_up_reading import FollowUpReading
from console.services.import_desk import ImportDesk
from console.services.insight_desk import InsightDesk, InsightReading
from console.services.keeping_desk import KeepingDesk
from console.services.label_desk import LabelDesk, contact_load_of
from console.services.lease_desk import LeaseDesk
from console.services.own_secrets import OwnSecrets
from console.services.page_check_desk import PageCheckDesk
from console.services.pen_memory import PenMemory
from console.services.pen_station import PenStation
from console.services.photo_desk import PhotoDesk
from console.services.pin_guard import PinGuard
from console.services.place_settings import kept_place
from console.services.product_desk import ProductDesk
from console.services.quality_desk import QualityDesk
from console.services.query_thread import QueryThread
from console.services.reading_gate import ReadingGate
from console.services.recall_desk import RecallDesk, RecallReading
from console.services.record_keeping import RecordKeeping
from console.services.resources import resource_path
from console.services.review_desk import ReviewDesk
from console.services.ring_turns import RingTurns
from console.services.sample_fanout import Inbox, SampleFanout
from console.services.sample_ring import SampleRing
from console.services.sample_table import build_table
from console.services.screening_desk import ScreeningDesk
from console.services.session_desk import Receipt, SessionDesk
from console.services.session_row import summarise
from console.services.tally_recall import recall_later
from db.audit_reader import AuditReader
from db.backup import FolderBackups
from db.data_folder import CLINIC, INVENTED, DataFolder
from db.disk_space import FolderSpace
from db.erasure import StoreEraser, apply_ledger
from db.page_check import FolderPageCheck
from db.passphrase_tries import tell_refused
from db.photos import PhotoStore
from db.quality_reader import QualityReader
from db.rebuild import enter_sessions, not_entered
from db.recorder_thread import RecorderThread
from db.registry import ClinicRegistry, RegistryReader
from db.session_store import SessionStore
from db.verify import check_open_tails, verify_audit, verify_session
from devices.chosen_link import ChosenLink
from devices.discovery import SystemSurvey
from devices.port_way import PortWay
from devices.profile import PenProfile
from devices.registry import make_link
from ui.photo_pixels import QtStudio

STOP_LIMIT_S = 10.0
BACKUP_LIMIT_S = 1.0  # one cut off leaves nothing that looks whole, and is made again by the next start
SWITCH_S = 0.0005
ENTERED_AT_ONCE = 10

log = logging.getLogger("console")


@dataclass(frozen=True, slots=True)
class Composition:
    """A running console without its window."""

    folder: DataFolder
    console: Console
    recorder: RecorderThread
    fanout: SampleFanout
    stores: tuple[SessionStore, ...]
    clinic: ClinicLink | None = None

    @property
    def query_store(self) -> SessionStore:
        """Give the store of the query thread; no other thread reads by it."""
        return self.stores[1]

    def close(self) -> bool:
        """Stop the reader, flush, stop the recorder behind all writes; False if something had to spill."""
        self.console.station.disconnect()
        if self.clinic is not None:
            self.clinic.close()
        self.console.queries.stop()
        if self.console.secrets is not None:
            self.console.secrets.stop()
        if self.console.backups is not None:
            self.console.backups.stop(BACKUP_LIMIT_S)
        if self.console.page_check is not None:
            self.console.page_check.stop(BACKUP_LIMIT_S)
        everything_saved = self.recorder.stop(STOP_LIMIT_S)
        for store in self.stores:
            store.close()
        self.folder.close()
        return everything_saved


def load_library(folder_kind: str, folder: Path, edits: Sequence[ClinicalEdit] = ()) -> ClinicalLibrary:
    """Load the clinical data: shipped, then the demo clinic's or the clinic's own over it, then its settings."""
    resources, own, pens = resource_path("."), folder / "clinical", folder / "pens"
    if folder_kind in INVENTED:
        return ClinicalLibrary.load(resources, resources / "clinical" / "demo_clinic.toml", pens, edits=edits)
    return ClinicalLibrary.load(resources, own if own.is_dir() else None, pens, edits=edits)


def folder_library(folder: DataFolder, registry: RegistryReader) -> ClinicalLibrary:
    """Load the clinical data of a folder with its clinic's settings, for who only reads."""
    return kept_library(lambda edits: load_library(folder.kind, folder.path, edits), registry)


def shelf_of(
    folder: DataFolder, registry: Registry, clock: Clock, files: ClinicalLibrary | None = None,
) -> ClinicalShelf:
    """Give the clinical data of a folder with the edits its registry holds."""
    return ClinicalShelf(lambda edits: load_library(folder.kind, folder.path, edits), registry, clock, files)


def compose(
    folder: DataFolder, clock: Clock, place: Place, way: PortWay | None = None, pen: str | None = None,
) -> Composition:
    """Wire everything over an opened folder; sessions left open are taken up again.

    Threads hand the interpreter over every half millisecond, not every five: a commit asks for it a
    dozen times, and must not wait behind a page that paints.

    ``way`` leads to the pen: its clock is the pen's pace where life is hastened or a capture is played.
    ``pen`` is the profile to read it by, an id or a file; None: the one chosen last.
    """
    sys.setswitchinterval(SWITCH_S)
    files = load_library(folder.kind, folder.path)  # a bad file is told before anything is begun
    asked_for = find_profile(pen, folder.path / "pens") if pen else None
    recorder = RecorderThread(folder, clock, summarise)
    recorder.start()
    try:
        return _wire(folder, clock, place, way or PortWay(clock), files, asked_for, recorder)
    except BaseException:
        recorder.stop(STOP_LIMIT_S)  # no writer may go on behind a folder that its opener gives back
        raise


def _wire(
    folder: DataFolder, clock: Clock, place: Place, way: PortWay, files: ClinicalLibrary, asked_for: PenProfile | None,
    recorder: RecorderThread,
) -> Composition:
    tell_refused(folder.path, clock, recorder.audit, folder.folder_id)
    recorder.synchronise(STOP_LIMIT_S)  # what an earlier run left in a spill file is folded in before it is read
    enter_told(folder, recorder.write)
    apply_ledger(folder, recorder)
    store, query_store = SessionStore(folder), SessionStore(folder)
    registry = ClinicRegistry(store, recorder, clock)
    shelf = shelf_of(folder, registry, clock, files)
    inbox, quality = Inbox(), QualityReader(query_store)
    fanout = SampleFanout(recorder, inbox)
    pen_clock = way.clock
    board, ring = AlarmBoard(shelf.current.alarms, pen_clock, inbox), SampleRing()
    fanout.add_watcher(ring)
    memory = PenMemory()
    memory.keep_in(registry)
    pens = load_shelf(folder.path / "pens", shelf.current)
    for bad in pens.refused:
        log.warning("a pen profile was left out: %s", bad.why)
    link = ChosenLink(asked_for or remembered(pens, registry), partial(make_link, sink=fanout, way=way, memory=memory))
    desk = SessionDesk(clock, recorder)
    secrets = QueryThread("secrets")
    pins, gate = PinGuard(registry, clock, secrets), ReadingGate(desk, registry)
    station = PenStation(desk, fanout, link, board, pen_clock, store, memory)
    queries, far = QueryThread(), ClinicRegistry(query_store, recorder, clock)
    station.recall_by(recall_later(queries, query_store))

    clinic = clinic_of(folder, clock, recorder)
    leases = LeaseDesk(desk, clinic.leases, partial(_read_back, store)) if clinic is not None else None
    day = DayDesk(desk, registry, store, shelf, clock, kept_place(registry, place))
    console = Console(
        clock, pen_clock, registry, recorder, shelf, desk, day, ScreeningDesk(desk, day, shelf, pins),
        ProductDesk(desk, registry, shelf, clock), DoseDesk(desk, registry, store, shelf, clock),
        ClosingDesk(desk, registry, shelf, clock, station, recorder, query_store, pins, queries), station, board, ring,
        queries, ReviewDesk(queries, query_store, lambda one: verify_session(folder, one), gate),
        FollowUpDesk(desk, registry, store, shelf, clock, queries, far, query_store,
                     FollowUpReading(quality, query_store)), AdverseEventDesk(desk, registry, store, clock),
        PhotoDesk(desk, registry, queries, PhotoStore(query_store, recorder), QtStudio(), query_store, clock),
        CourseDesk(desk, registry, store, shelf, clock, queries, RegistryReader(query_store), query_store),
        pins, gate, AuditDesk(desk, registry, queries, AuditReader(query_store), lambda: verify_audit(folder),
                              lambda: enter_told(folder, recorder.write)),
        QualityDesk(ExceptionDesk(desk, registry, queries, gate, shelf, clock, query_store,
                                  quality),
                    InsightDesk(queries, gate, clock, InsightReading(query_store, quality)),
                    RecallDesk(desk, registry, queries, gate, RecallReading(query_store, quality)),
                    AreaInsightDesk(queries, gate, clock, AreaReading(query_store, quality))),
        SystemSurvey(), BackupDesk(desk, registry, FolderBackups(folder, clock), clock, nightly=folder.kind == CLINIC),
        tuple(check_open_tails(folder, store.open_sessions())), FolderSpace(folder.path),
        KeepingDesk(desk, queries, RecordKeeping(
            far, StoreEraser(folder, query_store, recorder, clock), clock),
            pins, lambda one: give_out(folder, query_store, one, shelf.current.clinic.name, clock.utc_us())),
        AmendingDesk(desk, queries, AmendDesk(recorder, query_store, clock), pins),
        ImportDesk(desk, registry, queries, far, shelf, clock), OwnSecrets(desk, registry, queries, far, pins),
        PageCheckDesk(desk, registry, FolderPageCheck(folder, clock), clock), leases,
        clinic.sync.state if clinic is not None else None, secrets)
    if clinic is not None:
        clinic.start()
    LabelDesk(desk, shelf.for_session)
    RingTurns(desk, ring)
    station.tell_contact_by(lambda model: contact_load_of(shelf.current, model))
    station.judge_by(_limits_by(shelf.current))
    station.offer(PenChooser(pens, link, registry))
    day.go_by_pen(station.hand_pen_id)
    desk.on_events(_alarms_by_the_only(console))
    desk.on_events(memory.on_receipt)
    desk.on_events(_settle_after_seal(console, recorder, query_store))
    for fault in console.damaged:
        log.critical("session %s, entry %d: %s", fault.session_id, fault.seq, fault.what)
    _take_up_open(console, store)
    _enter_lists(console, recorder, query_store)
    if desk.sessions:
        board.use_rules(shelf.for_session(desk.sessions[0]).alarms)
        station.restore_alarms()
    return Composition(folder, console, recorder, fanout, (store, query_store), clinic)


def _alarms_by_the_only(console: Console) -> Callable[[Receipt], None]:
    """Let a session that opens with no other beside it bring the alarm rules it began with."""

    def on_receipt(receipt: Receipt) -> None:
        alone = all(one.state.closed or one.session_id == receipt.session_id for one in console.desk.sessions)
        if alone and any(isinstance(event.what, ev.SessionOpened) for event in receipt.events):
            console.alarms.use_rules(console.shelf.for_session(console.desk.session(receipt.session_id)).alarms)

    return on_receipt


def _limits_by(library: ClinicalLibrary) -> Callable[[Session], PenLimits]:
    labels = {label.pen_id: label for label in library.pens}

    def limits_of(session: Session) -> PenLimits:
        state = session.state
        if state.active_area is None or state.plan is None:
            return PenLimits()
        plan = state.areas[state.active_area].plan
        label = labels.get(pen_in_use(state))
        return PenLimits(
            plan.band_low_um, plan.band_high_um, _ceiling(label, state.plan.indication, plan.area_id),
            plan.rate_low_chz, plan.rate_high_chz, label.depth_high_um if label is not None else None)

    return limits_of


def _ceiling(label: PenLabel | None, indication: str, area_id: str) -> int | None:
    return ceiling_um(label, indication, area_id) if label is not None else None


def settle_session(recorder: RecorderThread, reader: SessionStore, session_id: UUID) -> None:
    """Sum up a closed session's areas from the stored samples, and merge its bodies."""
    recorder.synchronise(STOP_LIMIT_S)
    session = Session(session_id, (one.event for one in reader.events(session_id)))
    table = build_table(reader.chunks(session_id))
    recorder.save_area_summaries(session_id, summarise_areas(session.state, table))
    recorder.merge_bodies(session_id)


def _settle_after_seal(
    console: Console, recorder: RecorderThread, reader: SessionStore,
) -> Callable[[Receipt], None]:
    """After a seal: settle the session, off this thread."""

    def on_receipt(receipt: Receipt) -> None:
        if any(isinstance(event.what, ev.Sealed) for event in receipt.events):
            console.queries.ask(
                lambda: settle_session(recorder, reader, receipt.session_id), lambda _: None, _log_failure)

    return on_receipt


def _enter_lists(console: Console, recorder: RecorderThread, reader: SessionStore) -> None:
    """After a migration: enter the sessions into the lists a few at a time, while pages get their answers between."""

    def missing() -> list[UUID]:
        with reader.reading() as connection:
            return not_entered(connection)

    def go_on(waiting: list[UUID]) -> None:
        if waiting:
            some, rest = waiting[:ENTERED_AT_ONCE], waiting[ENTERED_AT_ONCE:]
            console.queries.ask(lambda: enter_sessions(recorder, summarise, some), lambda _: go_on(rest), _log_failure)

    console.queries.ask(missing, go_on, _log_failure)


def _log_failure(error: BaseException) -> None:
    log.error("lists or area figures were not brought up to date", exc_info=error)


def _read_back(store: SessionStore, session_id: UUID) -> Session:
    return Session(session_id, (one.event for one in store.events(session_id)))


def _take_up_open(console: Console, store: SessionStore) -> None:
    """Hold the sessions a former run left open, each at its phase with its true clocks."""
    for session_id in store.open_sessions():
        session = _read_back(store, session_id)
        if session.state.kind == "bench":
            continue
        console.desk.take_up(session)
        try:
            console.desk.do(closing.restart(store.last_sample_us(session_id)), session_id)
            console.doses.after_restart(session)
        except Refusal:
            log.exception("an open session could not be taken up")
