"""After the seal: whom to call or see and by when, what they told, and what of it goes beyond its expected course."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from console.domain import follow_up
from console.domain import session_events as ev
from console.domain.clinic_records import RecordFilter, RecordKind
from console.domain.clock import Clock
from console.domain.errors import OperatorError, Refusal
from console.domain.follow_up import Attempt, CallRule, Contact
from console.domain.people import Patient
from console.domain.ports import Registry, SessionReader, SessionRow
from console.domain.reactions import ExpectedReaction, Told, beyond_course, expected_reactions
from console.domain.rights import Right
from console.domain.session_list import FacetKind, SessionFilter
from console.services.clinical_shelf import ClinicalShelf
from console.services.follow_up_reading import LOOK_BACK, After, CallFilter, CallList, FollowUpReading
from console.services.local_time import day_start_us, local, local_day
from console.services.query_thread import QueryThread
from console.services.reading_gate import ReadingGate
from console.services.session_desk import Receipt, SessionDesk

CALL_SETTING, OFF = "follow_up.call", "off"
PAGE = 500

Failed = Callable[[BaseException], None]

log = logging.getLogger("console.follow_up")


@dataclass(frozen=True, slots=True)
class ToldLine:
    """An entry of the diary with why it goes beyond its expected course, empty where it does not."""

    told: Told
    beyond: str


@dataclass(frozen=True, slots=True)
class ContactView:
    """All a caller needs: whom, after what, what to ask for, what was told so far."""

    contact: Contact
    patient: Patient
    session: SessionRow
    expected: tuple[ExpectedReaction, ...]
    told: tuple[ToldLine, ...]
    finished_local: datetime


class FollowUpDesk:
    """Use cases of the follow-up list. Calls are made by the clinic's own rule, never by a shipped one.

    ``far``, ``far_reader`` and ``reading`` belong to the query thread.
    """

    def __init__(
        self, desk: SessionDesk, registry: Registry, reader: SessionReader, shelf: ClinicalShelf, clock: Clock,
        queries: QueryThread, far: Registry, far_reader: SessionReader, reading: FollowUpReading,
    ) -> None:
        self._desk, self._registry, self._reader = desk, registry, reader
        self._shelf, self._clock = shelf, clock
        self._gate = ReadingGate(desk, registry)
        self._queries, self._far, self._far_reader, self._reading = queries, far, far_reader, reading
        desk.on_events(self._on_receipt)

    # --- the clinic's rule -----------------------------------------------------------------------------

    @property
    def rule(self) -> CallRule | None:
        """Give when the clinic calls; None where it does not, or has not said."""
        return follow_up.read_call_rule(self._registry.setting(CALL_SETTING))

    @property
    def undecided(self) -> bool:
        """Tell whether the clinic has not said yet whether it calls."""
        return not self._registry.setting(CALL_SETTING)

    @property
    def may_decide(self) -> bool:
        """Tell whether who acts may set the rule."""
        return self._desk.access.may(Right.EDIT_CLINIC)

    def decide(self, from_hours: int, until_hours: int) -> None:
        """Let the clinic call so many hours after each session from now on."""
        self._desk.access.require(Right.EDIT_CLINIC)
        self._set(follow_up.make_call_rule(from_hours, until_hours).words)

    def decide_none(self) -> None:
        """Let the clinic make no calls."""
        self._desk.access.require(Right.EDIT_CLINIC)
        self._set(OFF)

    def _set(self, words: str) -> None:
        self._registry.save_setting(CALL_SETTING, words, self._desk.actor_id)

    # --- making contacts ---------------------------------------------------------------------------------

    def _on_receipt(self, receipt: Receipt) -> None:
        """Make the call of a session that has just been sealed."""
        if any(isinstance(event.what, ev.Sealed) for event in receipt.events):
            session = self._desk.session(receipt.session_id)
            state, ended_us = session.state, receipt.events[-1].at_us
            if state.needling_begun and state.opened is not None:
                try:
                    self._make(state.opened.patient_id, receipt.session_id, ended_us)
                except OperatorError:  # the seal stands; the call is made when the list is opened
                    log.exception("the call after a session was not noted")

    def _catch_up(self, rule: CallRule, today: date, actor_id: str) -> None:
        """Make the calls of sessions sealed while no rule stood or the console was cut off behind the seal."""
        recent = RecordFilter(RecordKind.FOLLOW_UP, due_from=_iso(today - LOOK_BACK))
        known = {one.session_id for one in self._far.records(recent) if one.fields["kind"] == follow_up.CALL}
        wanted = SessionFilter(since_us=day_start_us(today - LOOK_BACK)).having(
            FacetKind.KIND, "treatment", "training")
        for row in self._far_reader.rows(wanted, PAGE):
            if row.closed_us is not None and _was_needled(row) and str(row.session_id) not in known \
                    and local_day(row.closed_us) >= today - LOOK_BACK:
                call = follow_up.call_after(row.patient_id, str(row.session_id), local(row.closed_us), rule)
                self._far.save_record(follow_up.contact_record(call), actor_id)

    def _make(self, patient_id: str, session_id: UUID, ended_us: int) -> None:
        rule = self.rule
        if rule is not None:
            self._save(follow_up.call_after(patient_id, str(session_id), local(ended_us), rule))

    def agree_visit(self, session_id: str, day: date) -> Contact:
        """Note a visit agreed with the patient."""
        self._desk.access.require(Right.EDIT_PATIENTS)
        if day < self.today():
            raise Refusal("That day is past", "nothing was noted", "choose one to come")
        row = self._reader.row(UUID(session_id))
        visit = follow_up.visit_on(row.patient_id, session_id, day)
        self._save(visit)
        return visit

    # --- the list -----------------------------------------------------------------------------------------

    def ask_list(self, wanted: CallFilter, answer: Callable[[CallList], None], failed: Failed,
                 after: After | None = None) -> None:
        """Ask for the list's beginning, or for the overdue ones behind ``after``; missing calls are made first."""
        self._gate.note_list("calls and visits")
        today, rule, actor_id = self.today(), self.rule, self._desk.actor_id

        def read() -> CallList:
            if rule is not None and after is None:
                self._catch_up(rule, today, actor_id)
            return self._reading.page(wanted, today, after)

        self._queries.ask(read, answer, failed)

    def ask_csv(self, wanted: CallFilter, answer: Callable[[str], None], failed: Failed) -> None:
        """Ask for the whole list as CSV; that it is written out is audited."""
        self._gate.note_export("calls and visits", "csv")
        today = self.today()
        self._queries.ask(lambda: self._reading.csv(wanted, today), answer, failed)

    def open(self, contact_id: str) -> ContactView:
        """Give a contact with all a caller needs; that it was read is noted in the audit."""
        self._desk.access.require(Right.READ_RECORDS)
        contact = self._contact(contact_id)
        self._gate.note("patient_read", contact.patient_id)
        row = self._reader.row(UUID(contact.session_id))
        finished = local(row.closed_us or row.opened_us)
        return ContactView(contact, self._registry.patient(contact.patient_id), row, self.expected(),
                           tuple(self._told_of(contact.session_id, finished)), finished)

    def expected(self) -> tuple[ExpectedReaction, ...]:
        """Give what to ask for, from the clinic's aftercare sheet."""
        return expected_reactions(self._shelf.current.aftercare_items())

    # --- what was told --------------------------------------------------------------------------------------

    def record(self, contact_id: str, reached: bool, told: Sequence[Told] = (), note: str = "") -> Contact:
        """Note a try and what was told; the contact is done once the patient was reached."""
        self._desk.access.require(Right.EDIT_PATIENTS)
        now_us, actor_id = self._clock.utc_us(), self._desk.actor_id
        stamped = [Told(one.day, one.response_id, one.text.strip(), one.severity, one.note, now_us, actor_id)
                   for one in told]
        self._refuse_days(contact_id, stamped)
        changed = follow_up.spoken(
            self._contact(contact_id), Attempt(now_us, actor_id, reached, note.strip()), stamped)
        self._save(changed)
        return changed

    def give_up(self, contact_id: str, reason: str) -> Contact:
        """Stop trying, with a reason."""
        self._desk.access.require(Right.EDIT_PATIENTS)
        attempt = Attempt(self._clock.utc_us(), self._desk.actor_id, False, reason.strip())
        changed = follow_up.given_up(self._contact(contact_id), attempt)
        self._save(changed)
        return changed

    def take_back(self, contact_id: str) -> Contact:
        """Undo what was noted last of a contact; both versions are kept."""
        self._desk.access.require(Right.EDIT_PATIENTS)
        versions = self._registry.record_versions(follow_up.contact_record(self._contact(contact_id)))
        if len(versions) < 2:
            raise Refusal("Nothing was noted yet", "nothing was changed", "note what came of the call")
        before = follow_up.contact_of(versions[-2])
        self._save(before)
        return before

    def _refuse_days(self, contact_id: str, told: Sequence[Told]) -> None:
        row = self._reader.row(UUID(self._contact(contact_id).session_id))
        first, last = _iso(local_day(row.opened_us)), _iso(self.today())
        if any(not first <= one.day <= last for one in told):
            raise Refusal("A day lies before the session or ahead", "nothing was recorded", "choose another day")

    def told_after(self, session_id: str) -> list[ToldLine]:
        """Give all that was told after a session, oldest day first."""
        self._desk.access.require(Right.READ_RECORDS)
        return self.told_after_row(self._reader.row(UUID(session_id)))

    def told_after_row(self, row: SessionRow) -> list[ToldLine]:
        """Give the same for a session whose line was read already."""
        self._desk.access.require(Right.READ_RECORDS)
        return self._told_of(str(row.session_id), local(row.closed_us or row.opened_us))

    def told_after_last(self, patient_id: str) -> list[ToldLine]:
        """Give what was told after the patient's last finished treatment, for the next check-in."""
        self._desk.access.require(Right.READ_RECORDS)
        last = self._reader.last_of_patient(patient_id, self._clock.utc_us())
        return self.told_after(str(last.session_id)) if last is not None else []

    def _told_of(self, session_id: str, finished: datetime) -> list[ToldLine]:
        expected = self.expected()
        told = [one for contact in self._contacts(session_id) for one in contact.told]
        return [ToldLine(one, beyond_course(one, expected, finished)) for one in sorted(told, key=lambda one: one.day)]

    # --- records --------------------------------------------------------------------------------------------

    def today(self) -> date:
        """Give the clinic's day."""
        return local_day(self._clock.utc_us())

    def _contacts(self, session_id: str = "", state: str = "", due_from: str = "") -> list[Contact]:
        wanted = RecordFilter(RecordKind.FOLLOW_UP, state=state, session_id=session_id, due_from=due_from)
        return [follow_up.contact_of(one) for one in self._registry.records(wanted)]

    def _contact(self, contact_id: str) -> Contact:
        of_session = self._contacts(follow_up.session_of(contact_id))
        found = next((one for one in of_session if one.contact_id == contact_id), None)
        if found is None:
            raise OperatorError("There is no such call or visit", "nothing was changed", "open the list again")
        return found

    def _save(self, contact: Contact) -> None:
        self._registry.save_record(follow_up.contact_record(contact), self._desk.actor_id)


def _iso(day: date) -> str:
    return day.isoformat()


def _was_needled(row: SessionRow) -> bool:
    return row.state == "sealed" and row.outcome in ("finished", "unfinished") and row.areas_done > 0
