"""Competences of staff: what they hold, what ends soon, and the question at a session's start."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from console.domain import competences, emergency
from console.domain.clinic_records import RecordFilter, RecordKind
from console.domain.clock import Clock
from console.domain.competences import Competence, CompetenceRule, CompetenceStanding, Treatment
from console.domain.errors import Refusal
from console.domain.people import Appointment
from console.domain.ports import Registry
from console.domain.rights import Right
from console.services.clinical_shelf import ClinicalShelf
from console.services.day_desk import DayDesk
from console.services.ids import new_id
from console.services.local_time import local_day
from console.services.session_desk import SessionDesk

RULE_SETTING, NOTICE_SETTING = "competence_rule", "competence_notice_days"
NOTICE_DAYS = 30  # the clinic's own setting; this until it says otherwise


@dataclass(frozen=True, slots=True)
class CompetenceQuestion:
    """What stands against a start; ``blocked``: the clinic allows no reason."""

    staff_id: str
    standing: CompetenceStanding
    until: str
    words: str
    blocked: bool


class CompetenceDesk:
    """Use cases of competences. Nothing is asked while the clinic keeps none."""

    def __init__(self, desk: SessionDesk, registry: Registry, clock: Clock, shelf: ClinicalShelf, day: DayDesk,
                 pen_id: str = "") -> None:
        self._desk, self._registry, self._clock, self._shelf, self._day = desk, registry, clock, shelf, day
        self._pen_id = pen_id

    def today(self) -> date:
        """Give the clinic's day."""
        return local_day(self._clock.utc_us())

    @property
    def may_edit(self) -> bool:
        """Tell whether who acts may change competences."""
        return self._desk.access.may(Right.EDIT_CLINIC)

    @property
    def rule(self) -> CompetenceRule:
        """Give what the clinic wants where one is missing."""
        return CompetenceRule(self._registry.setting(RULE_SETTING, CompetenceRule.WARN.value))

    @property
    def notice_days(self) -> int:
        """Give how long before its end a competence is shown to the manager."""
        return int(self._registry.setting(NOTICE_SETTING, str(NOTICE_DAYS)))

    def save_rule(self, rule: CompetenceRule, notice_days: int) -> None:
        """Change the clinic's rule."""
        self._require_editor()
        self._registry.save_setting(RULE_SETTING, rule.value, self._desk.actor_id)
        self._registry.save_setting(NOTICE_SETTING, str(notice_days), self._desk.actor_id)

    def held(self, staff_id: str = "") -> list[Competence]:
        """Give what somebody (empty: everybody) holds, what ends first first."""
        found = self._registry.records(RecordFilter(RecordKind.COMPETENCE, subject_id=staff_id))
        return [one for one in map(competences.from_record, found) if not one.withdrawn]

    def ending(self) -> list[Competence]:
        """Give what has ended or ends within the notice."""
        return [one for one in self.held() if one.ends_within(self.today(), self.notice_days)]

    def save(self, one: Competence) -> Competence:
        """Add a competence (with an empty id) or a new version of one."""
        self._require_editor()
        if not one.staff_id or not one.covers:
            raise Refusal("Who may do what is not said", "nothing was saved", "choose both")
        if one.valid_until:
            try:
                date.fromisoformat(one.valid_until)
            except ValueError:
                raise Refusal(f"«{one.valid_until}» is not a date", "nothing was saved",
                              "write it as 2027-03-31") from None
        made = replace(one, competence_id=one.competence_id or new_id().hex)
        self._registry.save_record(competences.to_record(made), self._desk.actor_id)
        return made

    def withdraw(self, one: Competence, why: str) -> None:
        """Let a competence not count any more, with the reason."""
        self._require_editor()
        self.save(replace(one, withdrawn=why))

    def choices(self) -> list[tuple[str, str]]:
        """Give what a competence may cover, with its words."""
        plans = self._shelf.current.plans
        indications = dict.fromkeys(plan.indication for plan in plans)
        pens = self._shelf.current.pens
        return [(competences.EVERYTHING, "Every treatment"),
                *((f"plan:{plan.plan_id}", plan.name) for plan in plans),
                *((f"indication:{one}", f"Indication: {one.replace('_', ' ')}") for one in indications),
                *((f"pen:{pen.pen_id}", f"Pen: {pen.name}") for pen in pens)]

    def words_of(self, covers: str) -> str:
        """Give what a competence covers, in words."""
        return dict(self.choices()).get(covers, covers)

    # --- at a session's start -----------------------------------------------------------------------------

    def question(self, plan_id: str) -> CompetenceQuestion | None:
        """Give what stands against a treatment by who acts, None where nothing does."""
        actor = self._desk.actor
        if actor is None or self.rule is CompetenceRule.OFF or not self.held():
            return None
        plan = self._shelf.current.plan(plan_id)
        treatment = Treatment(plan_id, plan.indication, self._pen_id)
        found = competences.judge(self.held(actor.staff_id), treatment, self.today())
        if found.standing is CompetenceStanding.VALID:
            return None
        what = (f"{actor.staff_id} holds no competence for {plan.name}"
                if found.standing is CompetenceStanding.MISSING
                else f"The competence of {actor.staff_id} for {plan.name} ended on {found.until}")
        return CompetenceQuestion(actor.staff_id, found.standing, found.until, what,
                                  self.rule is CompetenceRule.BLOCK)

    def start(self, patient_id: str, plan_id: str, appointment: Appointment | None, reason: str = "") -> UUID:
        """Open a session; Refusal where the clinic's rule is against it, or no reason is given."""
        question = self.question(plan_id)
        if question is not None and (question.blocked or not reason.strip()):
            todo = "ask the manager" if question.blocked else "say why it goes on"
            raise Refusal(question.words, "no session was opened", todo)
        session_id = self._day.start(patient_id, plan_id, appointment)
        if question is not None:
            self._desk.do(emergency.accept_competence(
                question.staff_id, question.standing.value, question.until, reason), session_id)
        return session_id

    def _require_editor(self) -> None:
        if not self.may_edit:
            raise Refusal("Only a manager changes competences", "nothing was changed", "sign in as one")
