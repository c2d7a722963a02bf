"""Screening: the rules asked before a treatment, and the verdict on the answers.

A stop blocks; a precaution asks for a note; an anesthetic-only rule closes the anesthetic step.
A stop of scope ``area`` blocks the areas named, and the whole session only if none is left.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from console.domain.session_events import RuleRef
from console.domain.sources import Source, cite


class RuleClass(StrEnum):
    """What a yes does."""

    STOP = "stop"
    PRECAUTION = "precaution"
    ANESTHETIC_ONLY = "anesthetic_only"


class Scope(StrEnum):
    """Whether a yes speaks of the patient or of areas."""

    PATIENT = "patient"
    AREA = "area"


class VerdictKind(StrEnum):
    """Proceed; ask (something is unanswered or lacks its note); stop."""

    PROCEED = "proceed"
    ASK = "ask"
    STOP = "stop"


_LONGEST_DAYS = {"days": 1, "weeks": 7, "months": 31}


@dataclass(frozen=True, slots=True)
class Wait:
    """A waiting time as its source states it, ``6 months``."""

    number: int
    unit: str  # days, weeks, months
    source: Source

    @property
    def days(self) -> int:
        """Give the wait in days; a month counts 31, so that it is never cut short."""
        return self.number * _LONGEST_DAYS[self.unit]

    def __str__(self) -> str:
        return f"{self.number} {self.unit if self.number != 1 else self.unit.removesuffix('s')}"


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """Rules asked together; all of one group are stops, or none is."""

    group_id: str
    title: str
    hint: str
    rule_class: RuleClass


@dataclass(frozen=True, slots=True)
class Rule:
    """A contraindication or precaution as the clinic asks it; a yes is the finding.

    ``only_areas`` empty: asked of every plan. ``conflict`` says how sources differ; ``other_waits``
    are the waits of other sources, from which the clinic may choose.
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

    @property
    def wait_days(self) -> int | None:
        """Give the chosen wait in days, None where the rule has none."""
        return self.wait.days if self.wait else None

    @property
    def source(self) -> str:
        """Give the sources as one line."""
        return cite(self.sources)

    def ref(self) -> RuleRef:
        """Give the rule as a session keeps it."""
        return RuleRef(
            self.rule_id, self.group_id, self.question, self.rule_class.value, self.scope.value,
            self.override_allowed, self.source,
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of today. ``area_ids`` empty on an area rule means every area of the plan."""

    rule_id: str
    yes: bool
    area_ids: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a verdict is what it is: the rule, in its own words, and the areas it touches."""

    rule_id: str
    question: str
    rule_class: str
    area_ids: tuple[str, ...]
    source: str
    overridden: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome. ``blocked_areas`` may not be needled; ``note_missing`` are precautions to explain."""

    kind: VerdictKind
    reasons: tuple[Reason, ...]
    blocked_areas: tuple[str, ...]
    unanswered: tuple[str, ...]
    note_missing: tuple[str, ...]
    blocks_anesthetic: bool

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
    areas: Sequence[str],
) -> Verdict:
    """Judge today's answers for the areas of the plan.

    ``overrides`` are rule ids overridden with reason and signature; one on a rule that allows none
    is ignored. With no rules asked, the verdict is ``ask``: silence is not a no.
    """
    findings = [(rule, answers[rule.rule_id]) for rule in rules
                if rule.rule_id in answers and answers[rule.rule_id].yes]
    reasons = tuple(_reason(rule, answer, overrides, areas) for rule, answer in findings)
    standing = [reason for reason in reasons if not reason.overridden]
    scopes = {rule.rule_id: rule.scope for rule in rules}
    stops = [reason for reason in standing if reason.rule_class == RuleClass.STOP]
    blocked = {area_id for reason in stops for area_id in reason.area_ids}
    whole = any(scopes[reason.rule_id] == Scope.PATIENT for reason in stops)
    unanswered = tuple(rule.rule_id for rule in rules if rule.rule_id not in answers)
    note_missing = tuple(
        rule.rule_id for rule, answer in findings
        if rule.rule_class == RuleClass.PRECAUTION and not answer.note.strip()
    )
    if whole or (stops and blocked.issuperset(areas)):
        kind = VerdictKind.STOP
    elif unanswered or note_missing or not rules:
        kind = VerdictKind.ASK
    else:
        kind = VerdictKind.PROCEED
    return Verdict(
        kind, reasons, tuple(area_id for area_id in areas if area_id in blocked), unanswered,
        note_missing, any(reason.rule_class == RuleClass.ANESTHETIC_ONLY for reason in standing),
    )


def _reason(
    rule: RuleRef, answer: Answer, overrides: Collection[str], areas: Sequence[str]
) -> Reason:
    named = answer.area_ids if rule.scope == Scope.AREA and answer.area_ids else tuple(areas)
    overridden = rule.override_allowed and rule.rule_id in overrides
    return Reason(rule.rule_id, rule.question, rule.rule_class, named, rule.source, overridden)
