"""A whole console over in-memory ports, for tests of pages: real services, real clinical files.

``make_console`` gives the bundle; its fakes are ``console.clock`` (RigClock), ``console.registry``
(RigRegistry), ``console.recorder`` (RigRecorder) and ``console.station.link`` (ScriptedLink).
Call ``close_console`` at the end: it stops the query thread.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC
from functools import cache
from uuid import UUID

import rig_walk
from rig_audit import RigAudit
from rig_leases import RigLeases
from rig_ports import (  # noqa: F401  tests take the rest of the rig from here
    DAY_S,
    MINUTE_S,
    PEN,
    PIN,
    PRODUCTS,
    START,
    RigClock,
    RigQuality,
    RigReader,
    RigRecorder,
    RigRegistry,
    RigShelf,
    ScriptedLink,
    barcode,
    gtin_of,
)

from console.domain.clinical_edits import ClinicalEdit
from console.domain.people import Appointment
from console.domain.session import Session
from console.domain.workflow import Phase
from console.services import local_time
from console.services.adverse_event_desk import AdverseEventDesk
from console.services.alarm_board import AlarmBoard
from console.services.area_insight import AreaInsightDesk, AreaReading
from console.services.audit_desk import AuditDesk
from console.services.clinical_library import ClinicalLibrary
from console.services.clinical_shelf import ClinicalShelf
from console.services.closing_desk import ClosingDesk
from console.services.console import Console
from console.services.course_desk import CourseDesk
from console.services.day_desk import DayDesk, Place
from console.services.dose_desk import DoseDesk
from console.services.exception_desk import ExceptionDesk
from console.services.follow_up_desk import FollowUpDesk
from console.services.follow_up_reading import FollowUpReading
from console.services.insight_desk import InsightDesk, InsightReading
from console.services.label_desk import LabelDesk
from console.services.lease_desk import LeaseDesk
from console.services.own_secrets import OwnSecrets
from console.services.pen_station import PenStation
from console.services.photo_desk import PhotoDesk
from console.services.pin_guard import PinGuard
from console.services.product_desk import ProductDesk
from console.services.quality_desk import QualityDesk
from console.services.query_thread import QueryThread
from console.services.reading_gate import ReadingGate
from console.services.recall_desk import RecallDesk, RecallReading
from console.services.resources import resource_path
from console.services.review_desk import ReviewDesk
from console.services.ring_turns import RingTurns
from console.services.sample_fanout import Inbox, SampleFanout
from console.services.sample_ring import SampleRing
from console.services.screening_desk import ScreeningDesk
from console.services.session_desk import SessionDesk
from ui.photo_pixels import QtStudio


@cache
def rig_library() -> ClinicalLibrary:
    """Read the shipped clinical files with the demo clinic over them, once."""
    return ClinicalLibrary.load(resource_path(), resource_path("clinical", "demo_clinic.toml"))


def rig_load(edits: Sequence[ClinicalEdit]) -> ClinicalLibrary:
    """Read the same with the clinic's edits over it."""
    if not edits:
        return rig_library()
    return ClinicalLibrary.load(resource_path(), resource_path("clinical", "demo_clinic.toml"), edits=edits)


def make_console(last_visit: bool = True, signed_in: bool = True, marked_as: str = "") -> Console:
    """Give a console at 11:24 on Tue 17 Nov 2026, Room 2, PR-02 signed in.

    ``last_visit``: P-0412 was treated 36 days ago, all answers no but cold sores (with a note).
    """
    local_time.set_zone(UTC)
    clock, recorder, registry = RigClock(), RigRecorder(), RigRegistry()
    console = _wire(clock, recorder, registry, marked_as)
    console.desk.actor = registry.staff()[0]
    if last_visit:
        _treat_before(console, 36)
    _fill_day(console)
    if not signed_in:
        console.desk.actor = None
    return console


def _wire(clock: RigClock, recorder: RigRecorder, registry: RigRegistry, marked_as: str) -> Console:
    reader = RigReader(recorder)
    shelf = ClinicalShelf(rig_load, registry, clock)
    place = Place("Room 2", "station-1", marked_as)
    desk = SessionDesk(clock, recorder)
    pins, gate = PinGuard(registry, clock), ReadingGate(desk, registry)
    inbox = Inbox()
    fanout, board = SampleFanout(recorder, inbox), AlarmBoard(shelf.current.alarms, clock, inbox)
    ring, link = SampleRing(), ScriptedLink(clock)
    link.attach(fanout)
    fanout.add_watcher(ring)
    station = PenStation(desk, fanout, link, board, clock, reader)
    day = DayDesk(desk, registry, reader, shelf, clock, place)
    day.go_by_pen(station.hand_pen_id)
    queries, quality = QueryThread(), RigQuality(registry)
    LabelDesk(desk, shelf.for_session)
    RingTurns(desk, ring)
    return Console(
        clock, clock, registry, recorder, shelf, desk, day, ScreeningDesk(desk, day, shelf, pins),
        ProductDesk(desk, registry, shelf, clock), DoseDesk(desk, registry, reader, shelf, clock),
        ClosingDesk(desk, registry, shelf, clock, station, recorder, reader, pins, queries), station, board, ring,
        queries,
        ReviewDesk(queries, reader, lambda session_id: None, gate), FollowUpDesk(
            desk, registry, reader, shelf, clock, queries, registry, reader, FollowUpReading(quality, reader)),
        AdverseEventDesk(desk, registry, reader, clock),
        PhotoDesk(desk, registry, queries, RigShelf(), QtStudio(), reader, clock),
        CourseDesk(desk, registry, reader, shelf, clock, queries, registry, reader),
        pins, gate, AuditDesk(desk, registry, queries, RigAudit(registry), lambda: None),
        QualityDesk(ExceptionDesk(desk, registry, queries, gate, shelf, clock, reader, quality),
                    InsightDesk(queries, gate, clock, InsightReading(reader, quality)),
                    RecallDesk(desk, registry, queries, gate, RecallReading(reader, quality)),
                    AreaInsightDesk(queries, gate, clock, AreaReading(reader, quality))),
        own_secrets=OwnSecrets(desk, registry, queries, registry, pins),
        leases=LeaseDesk(desk, RigLeases(), lambda one: Session(one, recorder.story.get(one, ()))))


def close_console(console: Console) -> None:
    """Stop the query thread."""
    console.queries.stop()
    local_time.set_zone(None)


def _fill_day(console: Console) -> None:
    start_us = local_time.day_start_us(console.day.today())
    for number, (minutes, patient_id, plan_id, course_id) in enumerate((
        (690, "P-0412", "facial_acne_scars", "C-0412"), (810, "P-0460", "facial_wrinkles", "C-0460"),
        (900, "P-0377", "facial_acne_scars", ""), (990, "P-0231", "facial_acne_scars", ""),
    )):
        console.registry.save_appointment(
            Appointment(f"A-{number}", patient_id, plan_id, course_id, start_us + minutes * 60_000_000, "Room 2"),
            "PR-02")


def _treat_before(console: Console, days: int) -> None:

    clock = console.clock
    assert isinstance(clock, RigClock)
    home = clock.now()
    clock.set((home[0] - round(days * DAY_S * 1_000_000), home[1]))
    appointment = Appointment("A-before", "P-0412", "facial_acne_scars", "C-0412", clock.utc_us(), "Room 2")
    console.day.start("P-0412", "facial_acne_scars", appointment)
    rig_walk.finish_session(console)
    clock.set(home)


def start_session(console: Console, patient_id: str = "P-0412", plan_id: str = "facial_acne_scars") -> UUID:
    """Open a session for a patient of the day list and bring it to front."""
    rows = [row for row in console.day.rows() if row.patient.patient_id == patient_id]
    appointment = rows[0].appointment if rows else None
    if appointment is not None:
        console.day.mark_arrived(appointment)
        appointment = replace(appointment, arrived_us=console.clock.utc_us())
    return console.day.start(patient_id, rows[0].plan.plan_id if rows else plan_id, appointment)


def walk_to(console: Console, phase: Phase) -> None:
    """Carry the front session on by desk commands until it has just entered ``phase``."""
    rig_walk.walk_to(console, phase)


def finish_session(console: Console) -> None:
    """Carry the front session on to its seal, and put it away."""
    rig_walk.finish_session(console)
