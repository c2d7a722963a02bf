"""The day: who comes, who is here, which sessions are open; finding and adding patients; starting."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from console.domain import intake
from console.domain import session_events as ev
from console.domain.clinic_records import RecordFilter, RecordKind
from console.domain.clock import Clock
from console.domain.courses import RUNNING
from console.domain.errors import OperatorError, Refusal
from console.domain.follow_up import interval_notice
from console.domain.people import Appointment, Course, Patient
from console.domain.ports import Registry, SessionReader, SessionRow
from console.domain.rights import Right
from console.domain.session import Session
from console.domain.session_fold import fold
from console.domain.session_state import SessionState
from console.domain.sources import cite
from console.domain.treatment_plan import TreatmentPlan, area_plans, plan_map, retarget
from console.services.clinical_library import ClinicalLibrary
from console.services.clinical_shelf import ClinicalShelf
from console.services.ids import new_id
from console.services.local_time import day_start_us, local_day
from console.services.reading_gate import ReadingGate
from console.services.session_desk import SessionDesk

PEN_CLASS_DEFAULT = "any"
FEW_FOUND = 5  # so many are named in the audit of a search


@dataclass(frozen=True, slots=True)
class Place:
    """Where this console stands, and what its folder is marked as («demo», «training», «bench» or nothing)."""

    room: str
    station: str
    marked_as: str
    pen_class: str = PEN_CLASS_DEFAULT
    clinic: str = ""  # which of a chain's

    @property
    def session_kind(self) -> str:
        """Give what a session opened here is."""
        return "training" if self.marked_as == "training" else "treatment"


@dataclass(frozen=True, slots=True)
class DayRow:
    """A row of the day list. ``status``: due, arrived, open, sealed, deferred."""

    appointment: Appointment
    patient: Patient
    plan: TreatmentPlan
    course: Course | None
    days_since_last: int | None
    status: str
    status_us: int | None
    session_id: UUID | None
    notice: str  # early or late against the plan's interval, in words


class DayDesk:
    """Use cases before a session's first phase."""

    def __init__(
        self, desk: SessionDesk, registry: Registry, reader: SessionReader, shelf: ClinicalShelf,
        clock: Clock, place: Place,
    ) -> None:
        self._desk, self._registry, self._reader = desk, registry, reader
        self._shelf, self._clock, self.place = shelf, clock, place
        self._gate = ReadingGate(desk, registry)
        self._hand_pen_id: Callable[[], str] = lambda: ""

    def go_by_pen(self, hand_pen_id: Callable[[], str]) -> None:
        """Choose how the pen is found whose dials are entered by hand; its speeds go before the place's."""
        self._hand_pen_id = hand_pen_id

    @property
    def pen_class(self) -> str:
        """Give the kind of pen whose speeds plans go by."""
        return self._hand_pen_id() or self.place.pen_class

    def today(self) -> date:
        """Give the clinic's day."""
        return local_day(self._clock.utc_us())

    def rows(self) -> list[DayRow]:
        """Give today's appointments, earliest first; Refusal for who may not read records."""
        self._desk.access.require(Right.READ_RECORDS)
        self._gate.note_list("the day's list", self.today().isoformat())
        start_us = day_start_us(self.today())
        until_us = day_start_us(self.today() + timedelta(days=1))
        return [self._row(one) for one in self._registry.appointments(start_us, until_us)]

    def _row(self, appointment: Appointment) -> DayRow:
        patient = self._registry.patient(appointment.patient_id)
        plan = self._shelf.current.plan(appointment.plan_id)
        course = self.course(patient.patient_id, appointment.course_id)
        status, status_us, session_id = self._status(appointment)
        last = self._session_before(patient.patient_id, status, session_id)
        days = (self.today() - local_day(last.opened_us)).days if last else None
        notice = ""
        if last and course and course.interval_max_days and status in ("due", "arrived"):
            notice = interval_notice(
                local_day(last.opened_us), self.today(), course.interval_min_days, course.interval_max_days)
        return DayRow(appointment, patient, plan, course, days, status, status_us, session_id, notice)

    def _session_before(self, patient_id: str, status: str, session_id: UUID | None) -> SessionRow | None:
        """Give the treatment before the one of today's row."""
        if session_id is None or status == "open":
            return self.last_session(patient_id)
        return self._reader.last_of_patient(patient_id, self._reader.row(session_id).opened_us)

    def _status(self, appointment: Appointment) -> tuple[str, int | None, UUID | None]:
        if appointment.session_id:
            session_id = UUID(appointment.session_id)
            if any(one.session_id == session_id and not one.state.closed for one in self._desk.sessions):
                return "open", appointment.arrived_us, session_id
            try:
                row = self._reader.row(session_id)
            except OperatorError:
                return "arrived", appointment.arrived_us, None  # its first event is not committed yet
            if row.outcome == "opened_in_error":
                return "arrived", appointment.arrived_us, None  # who is meant may still be treated
            ended = {"abandoned": "deferred"}.get(row.state, row.state)
            return ended, row.closed_us, session_id
        if appointment.arrived_us is not None:
            return "arrived", appointment.arrived_us, None
        return "due", None, None

    # --- patients -----------------------------------------------------------------------------------

    def find_patients(self, text: str) -> list[Patient]:
        """Find patients by name, id or birth date, forgiving of typing; Refusal for who may not read records."""
        if (refused := self._gate.refused()) is not None:
            raise refused
        found = self._registry.patients(text)
        if text.strip():
            few = ", ".join(one.patient_id for one in found[:FEW_FOUND])
            self._gate.note_list("patients", few if 0 < len(found) <= FEW_FOUND else f"{len(found)} found")
        return found

    def patient(self, patient_id: str) -> Patient:
        """Give a patient, and note in the audit that the record was read; Refusal for who may not."""
        self._gate.note("patient_read", patient_id)
        return self._registry.patient(patient_id)

    def add_walk_in(self, name: str, birth_date: str, phone: str = "") -> Patient:
        """Add a patient with three fields; Refusal if one of that name and birth date exists."""
        self._desk.access.require(Right.EDIT_PATIENTS)
        name = " ".join(name.split())
        try:
            born = date.fromisoformat(birth_date)
        except ValueError:
            raise Refusal(f"«{birth_date}» is not a date", "nobody was added", "write it as 1990-05-31") from None
        if len(name) < 2 or born >= self.today():
            raise Refusal("A patient needs a name and a birth date in the past", "nobody was added")
        twins = [one for one in self._registry.patients(name) if one.birth_date == birth_date
                 and one.name.casefold() == name.casefold()]
        if twins:
            raise Refusal(f"{twins[0].patient_id} has this name and birth date", "nobody was added", "open that one")
        patient = Patient(self._registry.next_patient_id(), name, birth_date, phone=phone)
        self._registry.save_patient(patient, self._desk.actor_id)
        return patient

    def change_patient(self, patient: Patient) -> None:
        """Keep a new version of a patient's own facts."""
        self._desk.access.require(Right.EDIT_PATIENTS)
        self._registry.save_patient(patient, self._desk.actor_id)

    def mark_arrived(self, appointment: Appointment) -> None:
        """Note that a patient is here."""
        self._desk.access.require(Right.EDIT_PATIENTS)
        self._registry.save_appointment(
            replace(appointment, arrived_us=self._clock.utc_us()), self._desk.actor_id)

    def course(self, patient_id: str, course_id: str) -> Course | None:
        """Give a course of a patient."""
        return next((one for one in self._registry.courses(patient_id) if one.course_id == course_id), None)

    def last_session(self, patient_id: str) -> SessionRow | None:
        """Give the patient's newest finished treatment."""
        return self._reader.last_of_patient(patient_id, self._clock.utc_us())

    def last_state(self, patient_id: str) -> SessionState | None:
        """Give the folded state of the patient's newest finished treatment."""
        row = self.last_session(patient_id)
        return fold(one.event for one in self._reader.events(row.session_id)) if row else None

    # --- starting --------------------------------------------------------------------------------------

    def plans(self) -> tuple[TreatmentPlan, ...]:
        """Give the plans the clinic offers."""
        return tuple(self._shelf.current.plans)

    def course_pattern(self, plan_id: str) -> str:
        """Give the source of a plan's course and interval; empty where it names none."""
        pattern = self._shelf.current.plan(plan_id).course
        return cite((pattern.source,)) if pattern is not None else ""

    def plan_for(self, library: ClinicalLibrary, plan_id: str, area_ids: tuple[str, ...] = (), patient_id: str = "",
                 reason: str = "") -> ev.PlanChosen:
        """Lay out a plan for areas, with the last visit's settings carried forward."""
        plan = library.plan(plan_id)
        areas = area_plans(plan, area_ids, self.pen_class, library.sizes_mm2())
        last = self.last_state(patient_id) if patient_id else None
        if last is not None and last.plan is not None and last.plan.plan_id == plan_id:
            areas = tuple(self._carried(area, last) for area in areas)
        return ev.PlanChosen(
            plan.plan_id, plan.name, plan.version, plan.indication,
            plan_map([area.area_id for area in areas]), areas, reason)

    @staticmethod
    def _carried(area: ev.AreaPlan, last: SessionState) -> ev.AreaPlan:
        before = last.areas.get(area.area_id)
        if before is None or before.plan.target_depth_um == area.target_depth_um:
            return area
        return retarget(area, before.plan.target_depth_um, "carried forward from the last session")

    def start(self, patient_id: str, plan_id: str, appointment: Appointment | None = None) -> UUID:
        """Open a session for a patient with a plan chosen, and bring it to front."""
        self._desk.access.require(Right.TREAT)
        patient = self._registry.patient(patient_id)
        if any(one.state.opened and one.state.opened.patient_id == patient_id and not one.state.closed
               for one in self._desk.sessions):
            raise Refusal(f"{patient_id} has an open session", "nothing was started", "go on with that one")
        course = self.course(patient_id, appointment.course_id if appointment else self._running(patient_id, plan_id))
        opened = ev.SessionOpened(
            self.place.session_kind, patient_id, self._age(patient), patient.fitzpatrick,
            course.course_id if course else "", course.done + 1 if course else 1, course.length if course else 0,
            self.place.room, self.place.station, self._desk.actor_id, self.place.marked_as,
            self._shelf.current.clinic.adult_age_years, self.place.clinic)
        session = Session(new_id())
        open_now = [one for one in self._desk.sessions if not one.state.closed]
        chosen = self.plan_for(self._shelf.current, plan_id, (), patient_id)
        library = self._shelf.begin(session.session_id, open_now[0] if open_now else None)
        self._desk.begin(session, intake.open_session(opened))
        self._desk.do(intake.choose_plan(chosen, self._shelf.noted(library, plan_id)))
        if appointment is not None:
            self._registry.save_appointment(
                replace(appointment, session_id=str(session.session_id),
                        arrived_us=appointment.arrived_us or self._clock.utc_us()), self._desk.actor_id)
        self._registry.audit(self._desk.actor_id, "session_opened", str(session.session_id))
        return session.session_id

    def _running(self, patient_id: str, plan_id: str) -> str:
        """Give the patient's running course of a plan, for who comes without an appointment; empty: none."""
        marks = self._registry.records(RecordFilter(RecordKind.COURSE, patient_id=patient_id))
        stopped = {one.record_id for one in marks if one.state != RUNNING}
        return next((one.course_id for one in self._registry.courses(patient_id) if one.plan_id == plan_id
                     and (not one.length or one.done < one.length) and one.course_id not in stopped), "")

    def choose_areas(self, plan_id: str, area_ids: tuple[str, ...], reason: str = "") -> None:
        """Choose plan and areas of the session in front."""
        front = self._desk.front
        patient_id = front.state.opened.patient_id if front and front.state.opened else ""
        library = self._shelf.for_session(front)
        chosen = self.plan_for(library, plan_id, area_ids, patient_id, reason)
        self._desk.do(intake.choose_plan(chosen, self._shelf.noted(library, plan_id)))

    def _age(self, patient: Patient) -> int | None:
        if not patient.birth_date:
            return None
        born, today = date.fromisoformat(patient.birth_date), self.today()
        return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
