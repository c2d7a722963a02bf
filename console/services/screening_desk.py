"""Screening and consent as the pages show them: groups, last visit's answers, texts."""

from dataclasses import dataclass

from console.domain import intake
from console.domain import session_events as ev
from console.domain.consent import ConsentText
from console.domain.errors import Refusal
from console.domain.screening import Rule, RuleGroup
from console.domain.session_state import AnswerGiven, SessionState
from console.domain.workflow import Phase
from console.services.clinical_library import ClinicalLibrary
from console.services.day_desk import DayDesk
from console.services.session_desk import Receipt, SessionDesk


@dataclass(frozen=True, slots=True)
class RuleView:
    """One question with today's and the last visit's answer."""

    rule: Rule
    today: AnswerGiven | None
    last: AnswerGiven | None
    overridden: bool


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

    def __init__(self, desk: SessionDesk, day: DayDesk, library: ClinicalLibrary) -> None:
        self._desk, self._day, self._library = desk, day, library
        self._last: dict[str, SessionState | None] = {}

    def begin(self) -> Receipt:
        """Enter screening with the rules for the chosen areas."""
        state = self._state()
        rules = self._library.rule_refs(tuple(state.areas))
        return self._desk.do(intake.enter_phase(Phase.SCREENING, self._library.ruleset_version, rules))

    def groups(self) -> list[GroupView]:
        """Give the questions of the session in front, in the library's order."""
        state, last = self._state(), self._last_answers()
        asked = {ref.rule_id for ref in state.rules}
        by_id = {rule.rule_id: rule for rule in self._library.rules}
        views = []
        for group in self._library.rule_groups:
            rules = tuple(
                RuleView(by_id[one], state.answers.get(one), last.get(one), one in state.overrides)
                for one in by_id if one in asked and by_id[one].group_id == group.group_id)
            if rules:
                open_ones = [view for view in rules if view.today is None]
                can = group.rule_class.value != "stop" and bool(open_ones) and all(view.last for view in open_ones)
                views.append(GroupView(group, rules, can))
        return views

    def confirm_group(self, group_id: str) -> Receipt:
        """Confirm the rest of a group as last time."""
        last = {rule_id: (given.answer, given.note) for rule_id, given in self._last_answers().items()}
        return self._desk.do(intake.confirm_group(group_id, last))

    def consents(self) -> tuple[ConsentText, ...]:
        """Give the texts for treatment, photos and serum."""
        return tuple(self._library.consent(kind) for kind in ("treatment", "photos", "serum"))

    def decide_consent(self, kind: str, given: bool, reason: str = "") -> Receipt:
        """Record one consent with the hash of the text that was shown."""
        text = self._library.consent(kind)
        return self._desk.do(intake.record_consent(ev.ConsentRecorded(
            kind, text.form_id, text.version, text.text_sha256, given, reason)))

    def _state(self) -> SessionState:
        if self._desk.front is None:
            raise Refusal("No session is in front")
        return self._desk.front.state

    def _last_answers(self) -> dict[str, AnswerGiven]:
        state = self._state()
        patient_id = state.opened.patient_id if state.opened else ""
        if patient_id not in self._last:
            self._last[patient_id] = self._day.last_state(patient_id)
        last = self._last[patient_id]
        return last.answers if last else {}
