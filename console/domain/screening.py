"""Screening: the rules asked before a treatment, and the verdict on the answers.

A stop blocks; a precaution asks for a note; an anesthetic-only rule closes the anesthetic step.
A stop of scope ``area`` blocks the areas named, and the whole session only if none is left.
A rule with a waiting time is a finding until the wait is over; without a date a yes stands.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from console.domain.areas import labels_of
from console.domain.session_events import RuleRef
from console.domain.sources import Source, cite
from console.domain.waits import Wait, day_words, earlier, later


class RuleClass(StrEnum):
    """What a yes does."""

    STOP = "stop"
    PRECAUTION = "precaution"
    ANESTHETIC_ONLY = "anesthetic_only"


class Scope(StrEnum):
    """Whether a yes speaks of the patient or of areas."""

    PATIENT = "patient"
    AREA = "area"


class Concern(StrEnum):
    """What a yes is shown with again, later in the session."""

    NOTHING = "nothing"
    SKIN_PRODUCT = "skin_product"  # every serum and glide product that meets needled skin


class VerdictKind(StrEnum):
    """Proceed; ask (something is unanswered or lacks its note); stop."""

    PROCEED = "proceed"
    ASK = "ask"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """Rules asked together; all of one group are stops, or none is."""

    group_id: str
    title: str
    hint: str
    rule_class: RuleClass


@dataclass(frozen=True, slots=True)
class FactTest:
    """What the patient's own record answers: younger than an age in years, or one of some skin types."""

    below_age_years: int = 0
    skin_types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A contraindication or precaution as the clinic asks it; a yes is the finding.

    ``only_areas`` empty: asked of every plan. ``conflict`` says how sources differ; ``other_waits``
    are the waits of other sources, from which the clinic may choose. ``both_ways``: the wait also
    counts before something planned. ``ask_again_days``: an older answer is not carried as today's.
    ``closes_anesthetic``: overridden, it still closes the anesthetic step. ``concerns``: where a yes is shown again.
    """

    rule_id: str
    group_id: str
    question: str
    detail: str
    rule_class: RuleClass
    scope: Scope
    override_allowed: bool
    sources: tuple[Source, ...]
    reviewed: date
    wait: Wait | None = None
    other_waits: tuple[Wait, ...] = ()
    conflict: str = ""
    only_areas: tuple[str, ...] = ()
    both_ways: bool = False
    ask_again_days: int | None = None
    fact: FactTest = FactTest()
    closes_anesthetic: bool = False
    concerns: Concern = Concern.NOTHING

    @property
    def source(self) -> str:
        """Give the sources as one line."""
        return cite(self.sources)

    def ref(self) -> RuleRef:
        """Give the rule as a session keeps it."""
        return RuleRef(
            self.rule_id, self.group_id, self.question, self.rule_class.value, self.scope.value,
            self.override_allowed, self.source, self.wait.number if self.wait else 0,
            self.wait.unit if self.wait else "", self.both_ways, self.ask_again_days or 0, self.only_areas,
            self.fact.below_age_years, self.fact.skin_types, self.closes_anesthetic,
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the day ``asked_on``. ``area_ids`` empty on an area rule means every area of the plan.

    ``since``: when it was, or ended; ``about`` where that day was reckoned from «about n weeks ago».
    """

    rule_id: str
    yes: bool
    area_ids: tuple[str, ...] = ()
    note: str = ""
    since: date | None = None
    about: bool = False
    asked_on: date | None = None


@dataclass(frozen=True, slots=True)
class PatientFacts:
    """What the record knows of the patient and some rules ask about."""

    age_years: int | None = None
    skin_type: str = ""  # Fitzpatrick I..VI or empty


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a verdict is what it is: the rule, in its own words, the areas it touches, and its sentence.

    ``until``: the day its wait is over. ``by_record``: the patient's record says so, not an answer.
    """

    rule_id: str
    question: str
    rule_class: str
    area_ids: tuple[str, ...]
    source: str
    overridden: bool = False
    until: date | None = None
    by_record: bool = False
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome. ``blocked_areas`` may not be needled; ``note_missing`` are precautions to explain.

    ``recorded``: yeses that are no finding, as their wait is over or their area is not planned.
    """

    kind: VerdictKind
    reasons: tuple[Reason, ...]
    blocked_areas: tuple[str, ...]
    unanswered: tuple[str, ...]
    note_missing: tuple[str, ...]
    blocks_anesthetic: bool
    recorded: tuple[Reason, ...] = ()

    @property
    def may_proceed(self) -> bool:
        """Tell whether nothing is left to ask and nothing stops."""
        return self.kind is VerdictKind.PROCEED


def rules_for(rules: Sequence[Rule], area_ids: Collection[str]) -> tuple[Rule, ...]:
    """Give the rules to ask for the areas of a plan."""
    return tuple(
        rule for rule in rules if not rule.only_areas or any(a in rule.only_areas for a in area_ids)
    )


def verdict(
    rules: Sequence[RuleRef], answers: Mapping[str, Answer], overrides: Collection[str],
    areas: Sequence[str], patient: PatientFacts = PatientFacts(),
) -> Verdict:
    """Judge today's answers for the areas of the plan.

    ``overrides`` are rule ids overridden with reason and signature; one on a rule that allows none
    is ignored. With no rules asked, the verdict is ``ask``: silence is not a no.
    """
    found = [_Finding(rule, answers.get(rule.rule_id), areas, patient) for rule in rules]
    stands = [one for one in found if one.stands]
    reasons = tuple(one.reason(overrides) for one in stands)
    stops = [one for one, reason in zip(stands, reasons, strict=True)
             if one.rule.rule_class == RuleClass.STOP and not reason.overridden]
    blocked = {area_id for one in stops for area_id in one.area_ids}
    whole = any(one.rule.scope == Scope.PATIENT for one in stops)
    unanswered = tuple(one.rule.rule_id for one in found if one.open)
    note_missing = tuple(one.rule.rule_id for one in stands if one.lacks_note)
    if whole or (stops and blocked.issuperset(areas)):
        kind = VerdictKind.STOP
    elif unanswered or note_missing or not rules:
        kind = VerdictKind.ASK
    else:
        kind = VerdictKind.PROCEED
    return Verdict(
        kind, reasons, tuple(area_id for area_id in areas if area_id in blocked), unanswered, note_missing,
        any(one.closes_anesthetic(overrides) for one in stands),
        tuple(one.reason(overrides) for one in found if one.yes and not one.stands),
    )


class _Finding:
    """One rule met with its answer and the patient's record."""

    def __init__(
        self, rule: RuleRef, answer: Answer | None, areas: Sequence[str], patient: PatientFacts,
    ) -> None:
        self.rule, self.answer = rule, answer
        self.record = by_record(rule, patient)
        self.yes = bool(self.record) or (answer is not None and answer.yes)
        self.open = answer is None and not self.record
        self.area_ids = self._touched(areas)
        self.until = wait_until(rule, answer) if answer is not None else None
        over = answer is not None and is_over(rule, answer)
        self.stands = self.yes and bool(self.area_ids or not areas) and not (over and not self.record)

    def _touched(self, areas: Sequence[str]) -> tuple[str, ...]:
        if self.rule.scope != Scope.AREA:
            return tuple(areas)
        named = self.answer.area_ids if self.answer is not None else ()
        asked = self.rule.only_areas
        return tuple(one for one in areas if (not named or one in named) and (not asked or one in asked))

    @property
    def lacks_note(self) -> bool:
        noted = self.answer is not None and self.answer.yes and self.answer.note.strip()
        return self.rule.rule_class == RuleClass.PRECAUTION and not noted

    def overridden(self, overrides: Collection[str]) -> bool:
        return self.rule.override_allowed and self.rule.rule_id in overrides

    def closes_anesthetic(self, overrides: Collection[str]) -> bool:
        if self.overridden(overrides):
            return self.rule.closes_anesthetic
        return self.rule.closes_anesthetic or self.rule.rule_class == RuleClass.ANESTHETIC_ONLY

    def reason(self, overrides: Collection[str]) -> Reason:
        rule = self.rule
        overridden = self.overridden(overrides)
        return Reason(
            rule.rule_id, rule.question, rule.rule_class, self.area_ids, rule.source, overridden,
            self.until, bool(self.record), f"{self._what()}: {self._means(overridden)}.")

    def _what(self) -> str:
        parts = [self.rule.question]
        if self.rule.scope == Scope.AREA and self.area_ids:
            parts.append(f"({labels_of(self.area_ids)})")
        if self.record:
            parts.append(f"({self.record})")
        answer = self.answer
        if answer is not None and answer.since is not None:
            parts.append(f"({'about' if answer.about else 'on'} {day_words(answer.since)})")
        return " ".join(parts)

    def _means(self, overridden: bool) -> str:
        if not self.stands:
            if not self.area_ids:
                return "recorded; none of the areas named is planned today"
            return f"recorded; the wait was over on {day_words(self.until)}" if self.until else "recorded"
        if overridden:
            numb = "; no topical anesthetic today" if self.rule.closes_anesthetic else ""
            return f"overridden with reason and signature{numb}"
        return {
            RuleClass.STOP: self._stop_words(), RuleClass.PRECAUTION: self._precaution_words(),
            RuleClass.ANESTHETIC_ONLY: "no topical anesthetic today; the treatment may go on without it",
        }[RuleClass(self.rule.rule_class)]

    def _wait_words(self) -> str:
        return f"; the wait is over on {day_words(self.until)}" if self.until else ""

    def _stop_words(self) -> str:
        if self.rule.scope == Scope.AREA:
            many = "these areas are" if len(self.area_ids) > 1 else "this area is"
            return f"{many} not needled today{self._wait_words()}"
        return f"no treatment today{self._wait_words()}"

    def _precaution_words(self) -> str:
        noted = "" if self.lacks_note else ", as noted"
        ask = "a note must say why the treatment goes on" if self.lacks_note else "goes on"
        return f"{ask}{noted}{self._wait_words()}"


def by_record(rule: RuleRef, patient: PatientFacts) -> str:
    """Say what the patient's record answers to a rule, empty where it answers nothing."""
    age, skin = patient.age_years, patient.skin_type
    if rule.below_age_years and age is not None and age < rule.below_age_years:
        return f"{age} years old, the rule is {rule.below_age_years}"
    return f"skin type {skin}" if skin and skin in rule.skin_types else ""


def wait_until(rule: RuleRef, answer: Answer) -> date | None:
    """Give the day a rule's wait is over; None where it has none, or no date is known or it lies ahead."""
    if not rule.wait_number or answer.since is None or not answer.yes:
        return None
    return later(answer.since, rule.wait_number, rule.wait_unit)


def is_over(rule: RuleRef, answer: Answer) -> bool:
    """Tell whether a wait is over on the day of the answer, or what is planned is further off than the wait."""
    until, today = wait_until(rule, answer), answer.asked_on
    if until is None or today is None or answer.since is None:
        return False
    if answer.since > today:
        return rule.both_ways and today < earlier(answer.since, rule.wait_number, rule.wait_unit)
    return until <= today


def why_not_carried(rule: RuleRef, last: Answer | None, today: date | None, patient: PatientFacts) -> str:
    """Say why last time's answer cannot be confirmed as today's in one act, empty if it can."""
    if last is None:
        return "has no answer from last time"
    if rule.ask_again_days and (last.asked_on is None or today is None
                                or (today - last.asked_on).days > rule.ask_again_days):
        return f"was answered more than {rule.ask_again_days} days ago"
    if not last.yes and by_record(rule, patient):
        return "is answered otherwise by the patient's record"
    if last.yes and rule.wait_number and last.since is None:
        return "has no date from last time"
    return ""
