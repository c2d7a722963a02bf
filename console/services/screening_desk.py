"""Screening and consent as the pages show them: groups, last visit's answers, texts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from console.domain import consenting, intake
from console.domain.consent import ConsentText
from console.domain.errors import OperatorError, Refusal
from console.domain.screening import Rule, RuleGroup
from console.domain.session_state import AnswerGiven, SessionState
from console.domain.workflow import Phase
from console.services.clinical_library import ClinicalLibrary
from console.services.clinical_shelf import ClinicalShelf
from console.services.day_desk import DayDesk
from console.services.pin_guard import Failed, PinGuard
from console.services.session_desk import Receipt, SessionDesk


@dataclass(frozen=True, slots=True)
class RuleView:
    """One question with today's and the last visit's answer."""

    rule: Rule
    today: AnswerGiven | None
    last: AnswerGiven | None
    overridden: bool
    ask_why: str = ""  # why last visit's answer cannot be confirmed with its group; empty if it can
    until: date | None = None  # the wait of today's yes is over on this day
    waits: bool = True  # False: today's yes is recorded and no finding


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group of questions. ``can_confirm``: the rest may be confirmed as last time by one hold."""

    group: RuleGroup
    rules: tuple[RuleView, ...]
    can_confirm: bool

    @property
    def answered(self) -> int:
        """Count today's answers."""
        return sum(1 for view in self.rules if view.today is not None)


class ScreeningDesk:
    """Use cases of screening and consent, for the session in front."""

    def __init__(self, desk: SessionDesk, day: DayDesk, shelf: ClinicalShelf, pins: PinGuard) -> None:
        self._desk, self._day, self._shelf, self._pins = desk, day, shelf, pins
        self._last: dict[UUID, SessionState | None] = {}  # by session: read once in each

    @property
    def _library(self) -> ClinicalLibrary:
        """Give the clinical data the session in front goes by."""
        return self._shelf.for_session(self._desk.front)

    def begin(self) -> Receipt:
        """Enter screening with the rules for the chosen areas."""
        state = self._state()
        rules = self._library.rule_refs(tuple(state.areas))
        return self._desk.do(intake.enter_phase(Phase.SCREENING, self._library.ruleset_version, rules))

    def groups(self) -> list[GroupView]:
        """Give the questions of the session in front, in the library's order."""
        state, last = self._state(), self._last_answers()
        verdict = state.screening_verdict()
        reasons = {one.rule_id: one for one in (*verdict.reasons, *verdict.recorded)}
        recorded = {one.rule_id for one in verdict.recorded}
        asked = {ref.rule_id: ref for ref in state.rules}

        def view(rule: Rule) -> RuleView:
            one, reason = rule.rule_id, reasons.get(rule.rule_id)
            return RuleView(
                rule, state.answers.get(one), last.get(one), one in state.overrides,
                intake.carried_not(state, asked[one], last.get(one), self._today()),
                reason.until if reason is not None else None, one not in recorded)

        views = []
        for group in self._library.rule_groups:
            rules = tuple(view(one) for one in self._library.rules
                          if one.rule_id in asked and one.group_id == group.group_id)
            if rules:
                open_ones = [one for one in rules if one.today is None]
                can = group.rule_class.value != "stop" and bool(open_ones) and not any(
                    one.ask_why for one in open_ones)
                views.append(GroupView(group, rules, can))
        return views

    def answer(self, rule_id: str, given: str, area_ids: tuple[str, ...] = (), note: str = "", reason: str = "",
               since: str = "", since_about: bool = False) -> Receipt:
        """Answer a question today; ``since`` (ISO) for a rule with a waiting time."""
        return self._desk.do(intake.answer(
            rule_id, given, area_ids, note, reason, since=since, since_about=since_about, asked_on=self._today()))

    def confirm_group(self, group_id: str) -> Receipt:
        """Confirm the rest of a group as last time."""
        return self._desk.do(intake.confirm_group(group_id, self._last_answers(), self._today()))

    def override(self, rule_id: str, reason: str, pin: str, done: Callable[[Receipt], None], failed: Failed) -> None:
        """Go on in spite of a finding, signed by who is signed in; in a later frame, once their PIN is proved."""
        actor, front = self._desk.actor, self._desk.front
        if actor is None or front is None:
            failed(Refusal("Nobody is signed in" if actor is None else "No session is in front", "nothing was changed",
                           "sign in first" if actor is None else ""))
            return

        def sign() -> None:
            try:
                if self._desk.actor_id != actor.staff_id:
                    raise Refusal("Another person is signed in by now", "nothing was changed", "sign once more")
                receipt = self._desk.do(
                    intake.override(rule_id, reason, actor.staff_id, actor.name), front.session_id)
            except OperatorError as error:
                failed(error)
                return
            done(receipt)

        self._pins.prove(actor.staff_id, pin, sign, failed, rule_id)

    def expire(self) -> None:
        """Drop answers that are no longer today's, in every open session."""
        for session in self._desk.sessions:
            self._desk.do(intake.expire_screening(self._today()), session.session_id)

    def _today(self) -> str:
        return self._day.today().isoformat()

    def consents(self) -> tuple[ConsentText, ...]:
        """Give the texts for treatment, photos and serum."""
        return tuple(self._library.consent(kind) for kind in ("treatment", "photos", "serum"))

    def decide_consent(self, kind: str, given: bool, reason: str = "") -> Receipt:
        """Record one consent with the hash of the text that was shown."""
        return self._desk.do(consenting.record_consent(self._library.consent(kind).decided(given, reason)))

    def _state(self) -> SessionState:
        if self._desk.front is None:
            raise Refusal("No session is in front")
        return self._desk.front.state

    def _last_answers(self) -> dict[str, AnswerGiven]:
        front = self._desk.front
        if front is None:
            raise Refusal("No session is in front")
        if front.session_id not in self._last:
            opened = front.state.opened
            self._last[front.session_id] = self._day.last_state(opened.patient_id if opened else "")
        last = self._last[front.session_id]
        return last.answers if last else {}
