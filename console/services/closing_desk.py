"""Aftercare, the next visit, signature and seal of the session in front."""

from dataclasses import replace
from datetime import date, timedelta

from console.domain import closing
from console.domain import session_events as ev
from console.domain.aftercare import SheetLine
from console.domain.clock import Clock
from console.domain.errors import Refusal
from console.domain.follow_up import Window, next_window, propose
from console.domain.people import Course
from console.domain.ports import Recorder, Registry, SessionReader
from console.domain.session import Session
from console.domain.sheet_language import ENGLISH, SheetLanguage
from console.services.clinical_library import ClinicalLibrary
from console.services.clinical_shelf import ClinicalShelf
from console.services.local_time import local, local_day
from console.services.pen_station import PenStation
from console.services.pin_guard import PinGuard
from console.services.session_desk import Receipt, SessionDesk

MEANING = "I performed and recorded this treatment"
SAVE_LIMIT_S = 2.0  # how long a signature may wait for the last readings to be committed


class ClosingDesk:
    """Use cases of the last phases."""

    def __init__(
        self, desk: SessionDesk, registry: Registry, shelf: ClinicalShelf, clock: Clock,
        station: PenStation, recorder: Recorder, reader: SessionReader, pins: PinGuard,
    ) -> None:
        self._desk, self._registry, self._shelf, self._clock = desk, registry, shelf, clock
        self._station, self._recorder, self._reader, self._pins = station, recorder, reader, pins

    @property
    def _library(self) -> ClinicalLibrary:
        """Give the clinical data the session in front goes by."""
        return self._shelf.for_session(self._desk.front)

    def sheet(self, language: str = ENGLISH) -> tuple[SheetLine, ...]:
        """Give the aftercare lines with their end dates, counted from the end of needling."""
        return self._library.aftercare_sheet(local(self._finished_us(self._front())), language)

    def language(self) -> SheetLanguage:
        """Give the language of the patient's record; English where there is no sheet in it."""
        return self._library.language(self.language_wanted())

    def language_wanted(self) -> str:
        """Give the code of the language in the patient's record."""
        opened = self._front().state.opened
        patient = self._registry.patient(opened.patient_id) if opened else None
        return patient.language if patient else ENGLISH

    def give(self, how: str, language: str) -> Receipt:
        """Record that the patient has the sheet, and in which language."""
        sheet = self._library.sheet
        return self._desk.do(closing.give_aftercare(ev.AftercareGiven(sheet.sheet_id, sheet.version, language, how)))

    def window(self) -> Window | None:
        """Give the days in which the next session may be, None where the plan has no interval."""
        course = self._course()
        if course is None or not course.interval_max_days:
            return None
        return next_window(self._today(), course.interval_min_days, course.interval_max_days)

    def proposal(self) -> date | None:
        """Give the day proposed: same weekday inside the window."""
        window = self.window()
        return propose(self._today(), window) if window else None

    def ticks(self) -> list[tuple[str, bool, str]]:
        """Give the completeness ticks: what, whether done, detail."""
        state = self._front().state
        done = [area for area in state.treatable_areas() if area.finished and not area.short_reason]
        numb = "skipped" if state.anesthetic_skipped else "removed and cleansed"
        settled = self._station.settled(self._front().session_id)
        missing = sum(gap.count for gap in state.gaps)
        return [
            ("Screening and consent", state.consent_signed, f"{len(state.answers)} answers"),
            ("Anesthetic", not state.anesthetics_on(), numb),
            ("Needling", bool(done), f"{len(done)} of {len(state.areas)} areas"),
            ("Serum", bool(state.serums or state.serum_skipped), "none used" if state.serum_skipped else ""),
            ("Aftercare sheet", state.aftercare is not None, ""),
            ("Readings", settled, f"{missing} missing" if missing else "none missing"),
        ]

    def sign_and_seal(self, pin: str, unfinished_reason: str = "") -> Receipt:
        """Sign with a PIN and seal the session in front; the seal counts every sample that is stored."""
        session, actor = self._front(), self._desk.actor
        if actor is None:
            raise Refusal("Nobody is signed in", "nothing was sealed", "sign in first")
        if not self._station.settled(session.session_id):
            raise Refusal("Readings are still being fetched from the pen", "nothing was sealed", "wait a moment")
        if not self._pins.check(actor.staff_id, pin, str(session.session_id)):
            raise Refusal("That PIN is not right", "nothing was sealed", "try again")
        signed = ev.Signed(actor.staff_id, actor.name, MEANING, "pin")
        samples = self._stored_samples(session)
        self._desk.do(closing.hand_over(actor.staff_id))  # who signs has proved it, and has the session now
        receipt = self._desk.do(closing.seal(signed, samples, len(session.state.gaps), unfinished_reason))
        self._registry.audit(actor.staff_id, "session_sealed", str(session.session_id))
        self._count_in_course(session)
        return receipt

    def close_in_error(self, reason: str) -> Receipt:
        """Close the session in front as opened in error, once nothing of it is recorded any more."""
        if not self._station.settled(self._front().session_id):
            raise Refusal("Readings are still being fetched from the pen", "nothing was closed", "wait a moment")
        return self._desk.do(closing.opened_in_error(reason))

    def _stored_samples(self, session: Session) -> int:
        if not self._recorder.synchronise(SAVE_LIMIT_S):
            raise Refusal("The record is not saved yet", "nothing was sealed; everything is held",
                          "check the disk and try again")
        for session_id, gap in self._recorder.take_unsaved():  # named before the seal, or never
            self._station.note_gap(session_id, gap)
        return sum(run.count for run in self._reader.stored_runs(session.session_id))

    def _count_in_course(self, session: Session) -> None:
        course = self._course()
        if course is not None and session.state.outcome == "finished":
            self._registry.save_course(replace(course, done=course.done + 1), self._desk.actor_id)

    def _course(self) -> Course | None:
        opened = self._front().state.opened
        if opened is None:
            return None
        return next((one for one in self._registry.courses(opened.patient_id) if one.course_id == opened.course_id),
                    None)

    def _finished_us(self, session: Session) -> int:
        ends = [span.ended_us for area in session.state.areas.values() for span in area.passes if span.ended_us]
        return max(ends, default=self._clock.utc_us())

    def _front(self) -> Session:
        if self._desk.front is None:
            raise Refusal("No session is in front")
        return self._desk.front

    def _today(self) -> date:
        return local_day(self._clock.utc_us())

    def days_ahead(self, day: date) -> int:
        """Give the days from today to a day."""
        return (day - self._today()) // timedelta(days=1)
