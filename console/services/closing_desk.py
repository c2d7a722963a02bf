"""Aftercare, the next visit, signature and seal of the session in front."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from console.domain import closing
from console.domain import session_events as ev
from console.domain.aftercare import SheetLine
from console.domain.clock import Clock
from console.domain.errors import OperatorError, Refusal
from console.domain.follow_up import Window, next_window, propose
from console.domain.people import Course, Staff
from console.domain.ports import Recorder, Registry, SessionReader
from console.domain.session import Session
from console.domain.sheet_language import ENGLISH, SheetLanguage
from console.domain.telemetry import Gap
from console.services import second_signature
from console.services.clinical_library import ClinicalLibrary
from console.services.clinical_shelf import ClinicalShelf
from console.services.local_time import local, local_day
from console.services.pen_station import PenStation
from console.services.pin_guard import PinGuard
from console.services.query_thread import QueryThread
from console.services.second_signature import SecondSigner
from console.services.session_desk import Receipt, SessionDesk

MEANING = "I performed and recorded this treatment"
UNSEALED = "nothing was sealed"
SAVE_LIMIT_S = 2.0  # how long a signature may wait for the last readings to be committed


log = logging.getLogger("console.closing")


@dataclass(frozen=True, slots=True)
class _Stored:
    """What a session has in the store, and what could not be kept."""

    samples: int
    unsaved: tuple[tuple[UUID, Gap], ...]


class ClosingDesk:
    """Use cases of the last phases."""

    def __init__(
        self, desk: SessionDesk, registry: Registry, shelf: ClinicalShelf, clock: Clock,
        station: PenStation, recorder: Recorder, reader: SessionReader, pins: PinGuard, queries: QueryThread,
    ) -> None:
        self._desk, self._registry, self._shelf, self._clock = desk, registry, shelf, clock
        self._station, self._recorder, self._pins, self._queries = station, recorder, pins, queries
        self._reader = reader  # the query thread's
        self._signing: UUID | None = None

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

    @property
    def signing(self) -> bool:
        """Tell whether a signature waits for the record to be saved."""
        return self._signing is not None

    def begin_signing(
        self, pin: str, sealed: Callable[[Receipt], None], refused: Callable[[BaseException], None],
        unfinished_reason: str = "", second: SecondSigner | None = None,
    ) -> None:
        """Sign the session in front with a PIN; it is sealed once everything before is saved.

        ``second`` co-signs with a PIN of their own, where the clinic asks for it.

        Refusal at once for an unsettled recording; else one of the callbacks follows in a later frame.
        """
        session, actor = self._ready_to_sign(unfinished_reason)
        colleague = second_signature.second_signer(self._registry, actor, second)
        signed = ev.Signed(actor.staff_id, actor.name, MEANING, "pin")
        co_signed = ev.Signed(colleague.staff_id, colleague.name, second_signature.MEANING,
                              "pin") if colleague is not None else None
        closing.seal(signed, 0, 0, unfinished_reason, co_signed)(session.state)
        self._signing, about = session.session_id, str(session.session_id)

        def seal(stored: _Stored) -> None:
            self._signing = None
            try:
                receipt = self._seal(session, (signed, co_signed), stored, unfinished_reason)
            except OperatorError as error:
                refused(error)
                return
            sealed(receipt)

        def give_up(error: BaseException) -> None:
            self._signing = None
            refused(error)

        def store() -> None:
            self._queries.ask(lambda: self._wait_until_stored(session.session_id), seal, give_up)

        def prove_second() -> None:
            if second is None or colleague is None:
                store()
            else:
                self._pins.prove(colleague.staff_id, second.pin, store, give_up, about, UNSEALED,
                                 whose=f" of {colleague.staff_id}")

        self._pins.prove(actor.staff_id, pin, prove_second, give_up, about, UNSEALED)

    @property
    def wants_second(self) -> bool:
        """Tell whether the clinic asks for a second signature."""
        return second_signature.is_wanted(self._registry)

    def co_signers(self) -> list[Staff]:
        """Give who may give it."""
        return second_signature.may_co_sign(self._registry, self._desk.actor)

    def prove_signer(self, pin: str, proved: Callable[[], None], refused: Callable[[BaseException], None],
                     unfinished_reason: str = "") -> None:
        """Prove who is signed in, before a second signature is asked for; nothing is sealed by it.

        Refusal at once where something else is against it; else one of the callbacks follows in a later frame.
        """
        session, actor = self._ready_to_sign(unfinished_reason)
        self._pins.prove(actor.staff_id, pin, proved, refused, str(session.session_id), UNSEALED)

    def _ready_to_sign(self, unfinished_reason: str) -> tuple[Session, Staff]:
        """Give what is signed and by whom; Refusal where something is against it."""
        session, actor = self._front(), self._desk.actor
        if actor is None:
            raise Refusal("Nobody is signed in", UNSEALED, "sign in first")
        if self.signing:
            raise Refusal("A signature is being saved", "nothing else was sealed", "wait a moment")
        if not self._station.settled(session.session_id):
            raise Refusal("Readings are still being fetched from the pen", UNSEALED, "wait a moment")
        closing.seal(ev.Signed(actor.staff_id, actor.name, MEANING, "pin"), 0, 0, unfinished_reason)(session.state)
        return session, actor

    def _wait_until_stored(self, session_id: UUID) -> _Stored:
        """Wait for the recorder, on the query thread; the seal counts every sample that is stored."""
        if not self._recorder.synchronise(SAVE_LIMIT_S):
            raise Refusal("The record is not saved yet", "nothing was sealed; everything is held",
                          "check the disk and try again")
        unsaved = tuple(self._recorder.take_unsaved())
        return _Stored(sum(run.count for run in self._reader.stored_runs(session_id)), unsaved)

    def _seal(self, session: Session, signatures: tuple[ev.Signed, ev.Signed | None], stored: _Stored,
              unfinished_reason: str) -> Receipt:
        signed, second = signatures
        for session_id, gap in stored.unsaved:  # named before the seal, or never
            self._station.note_gap(session_id, gap)
        if not self._station.settled(session.session_id):
            raise Refusal("Readings are being recorded again", "nothing was sealed", "sign once more")
        if self._desk.actor_id != signed.signer_id:
            raise Refusal("Another person is signed in by now", "nothing was sealed", "sign in and sign once more")
        self._desk.do(closing.hand_over(signed.signer_id), session.session_id)
        receipt = self._desk.do(
            closing.seal(signed, stored.samples, len(session.state.gaps), unfinished_reason, second),
            session.session_id)
        if second is not None:
            self._registry.audit(second.signer_id, "session_co_signed", str(session.session_id))
        self._registry.audit(signed.signer_id, "session_sealed", str(session.session_id))
        self._count_in_course(session, signed.signer_id)
        return receipt

    def close_in_error(self, reason: str) -> Receipt:
        """Close the session in front as opened in error, once nothing of it is recorded any more."""
        if not self._station.settled(self._front().session_id):
            raise Refusal("Readings are still being fetched from the pen", "nothing was closed", "wait a moment")
        return self._desk.do(closing.opened_in_error(reason))

    def _count_in_course(self, session: Session, actor_id: str) -> None:
        course = self._course_of(session)
        if course is None or session.state.outcome != "finished":
            return
        counted = replace(course, done=course.done + 1)
        self._queries.ask(lambda: self._registry.save_course(counted, actor_id), lambda _: None, _log_uncounted)

    def _course(self) -> Course | None:
        return self._course_of(self._front())

    def _course_of(self, session: Session) -> Course | None:
        opened = session.state.opened
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


def _log_uncounted(error: BaseException) -> None:
    log.error("a sealed session was not counted in its course", exc_info=error)
