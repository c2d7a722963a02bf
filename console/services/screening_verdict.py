"""The verdict on a file of answers, as plain values for programs and as sentences for people."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from console.domain.areas import labels_of
from console.domain.label_matrix import SKIN_TYPES
from console.domain.screening import Answer, Reason, Rule, RuleClass, Scope, Verdict, VerdictKind, verdict
from console.domain.session_events import RuleRef
from console.domain.sources import Source
from console.services.clinical_library import ClinicalLibrary
from console.services.screening_answers import ScreeningCase, SignedOverride

FORMAT = "needling-console/screening-verdict"


def judge_case(case: ScreeningCase, library: ClinicalLibrary) -> dict[str, Any]:
    """Judge a case by the library's rules; the answer is ready for JSON."""
    rules = {rule.rule_id: rule for rule in library.rules_for(case.area_ids)}
    refs = tuple(_with_labels(rule.ref(), rule, case, library) for rule in rules.values())
    found = verdict(refs, case.answers, {one.rule_id for one in case.overrides}, case.area_ids, case.patient)
    return {
        "schema": FORMAT, "date": case.day.isoformat(), "ruleset_version": library.ruleset_version,
        "verdict": found.kind.value, "sentence": _sentence(found, case),
        "reasons": [_reason(one, rules[one.rule_id], found, case.answers) for one in found.reasons],
        "recorded": [_reason(one, rules[one.rule_id], found, case.answers) for one in found.recorded],
        "areas": list(case.area_ids), "areas_blocked": list(found.blocked_areas),
        "anesthetic_blocked": found.blocks_anesthetic,
        "unanswered": list(found.unanswered), "answered_another_day": list(case.stale),
        "note_missing": list(found.note_missing),
        "not_asked": [one for one in case.answers if one not in rules],
        "overrides_refused": [
            {"rule": one.rule_id, "sentence": why}
            for one in case.overrides if (why := _why_refused(one, rules, found))],
    }


def _with_labels(ref: RuleRef, rule: Rule, case: ScreeningCase, library: ClinicalLibrary) -> RuleRef:
    """Add the skin types that lie outside the labels of this use to the rule that asks about skin types."""
    if not rule.fact.skin_types:
        return ref
    indication = library.plan(case.plan_id).indication if case.plan_id else ""
    uses = [use for pen in library.pens if case.pen_id in ("", pen.pen_id) for use in pen.uses
            if indication in ("", use.indication) and set(use.area_ids) & set(case.area_ids)]
    outside = {one for one in SKIN_TYPES if uses and all(use.skin_types and one not in use.skin_types for use in uses)}
    return replace(ref, skin_types=tuple(one for one in SKIN_TYPES if one in {*ref.skin_types, *outside}))


def _reason(one: Reason, rule: Rule, found: Verdict, answers: Mapping[str, Answer]) -> dict[str, Any]:
    answer = answers.get(one.rule_id)
    return {
        "rule": one.rule_id, "question": one.question, "class": one.rule_class, "scope": rule.scope.value,
        "effect": "recorded" if one in found.recorded else _effect(one, rule, found), "sentence": one.sentence,
        "areas": list(one.area_ids) if rule.scope is Scope.AREA else [],
        "since": answer.since.isoformat() if answer is not None and answer.since else None,
        "until": one.until.isoformat() if one.until else None,
        "from": "record" if one.by_record else "answer", "note": answer.note if answer is not None else "",
        "source": one.source, "sources": [_source(source) for source in rule.sources],
        "conflict": rule.conflict, "wait": str(rule.wait) if rule.wait else None,
        "other_waits": [{"wait": str(wait), "source": wait.source.text} for wait in rule.other_waits],
        "override_allowed": rule.override_allowed, "overridden": one.overridden,
    }


def _effect(one: Reason, rule: Rule, found: Verdict) -> str:
    if one.overridden:
        return "overridden"
    if one.rule_class == RuleClass.STOP:
        return "blocks_areas" if rule.scope is Scope.AREA else "blocks_treatment"
    if one.rule_class == RuleClass.ANESTHETIC_ONLY:
        return "blocks_anesthetic"
    return "needs_note" if one.rule_id in found.note_missing else "noted"


def _source(source: Source) -> dict[str, str]:
    return {"id": source.source_id, "text": source.text, "grade": source.grade.value}


def _why_refused(one: SignedOverride, rules: Mapping[str, Rule], found: Verdict) -> str:
    rule = rules.get(one.rule_id)
    if rule is None or all(reason.rule_id != one.rule_id for reason in found.reasons):
        return "There is no finding of this rule to override."
    return "" if rule.override_allowed else f"«{rule.question}» allows no override; the finding stands."


def _sentence(found: Verdict, case: ScreeningCase) -> str:
    left_out = f" without {labels_of(found.blocked_areas)}" if found.blocked_areas else ""
    numb = ", with no topical anesthetic" if found.blocks_anesthetic else ""
    if found.kind is VerdictKind.STOP:
        return "Stop: no treatment today."
    if found.kind is VerdictKind.PROCEED:
        return f"Proceed{left_out}{numb}."
    open_ones, notes = len(found.unanswered), len(found.note_missing)
    parts = [f"{open_ones} question{'s are' if open_ones > 1 else ' is'} not answered"] if open_ones else []
    parts += [f"{notes} precaution{'s need a note' if notes > 1 else ' needs a note'}"] if notes else []
    return f"Ask: {' and '.join(parts)}; then{left_out or ' all areas'}{numb}."


def verdict_lines(told: Mapping[str, Any]) -> Iterator[str]:
    """Give the verdict as lines for a person."""
    yield told["sentence"]
    for one in told["reasons"]:
        yield f"- {one['sentence']} [{one['rule']}]"
        yield f"  Source: {one['source']}"
        if one["conflict"]:
            yield f"  Sources differ: {one['conflict']}"
    for one in told["recorded"]:
        yield f"- {one['sentence']} [{one['rule']}]"
    for one in told["overrides_refused"]:
        yield f"- {one['sentence']} [{one['rule']}]"
    if told["areas_blocked"]:
        yield f"Blocked: {labels_of(told['areas_blocked'])}."
    if told["unanswered"]:
        yield f"Not answered: {', '.join(told['unanswered'])}."
    if told["answered_another_day"]:
        yield f"Answered on another day, to be asked again: {', '.join(told['answered_another_day'])}."


def rule_lines(rules: list[dict[str, Any]]) -> Iterator[str]:
    """Give the rules as lines for a person."""
    for one in rules:
        both = " before and after" if one["wait_before_too"] else ""
        wait = f", wait {one['wait']}{both}" if one["wait"] else ""
        override = ", override allowed" if one["override_allowed"] else ""
        yield f"{one['rule']:22} {one['class']}, {one['scope']}{wait}{override}: {one['question']}"
        yield f"{'':22} Source: {'; '.join(source['text'] for source in one['sources'])}"


def rules_listing(library: ClinicalLibrary) -> list[dict[str, Any]]:
    """Give every rule with what it does, asks and cites, in the order it is asked."""
    return [{
        "rule": rule.rule_id, "group": rule.group_id, "question": rule.question, "detail": rule.detail,
        "class": rule.rule_class.value, "scope": rule.scope.value, "override_allowed": rule.override_allowed,
        "wait": str(rule.wait) if rule.wait else None, "wait_source": rule.wait.source.text if rule.wait else None,
        "wait_before_too": rule.both_ways,
        "other_waits": [{"wait": str(wait), "source": wait.source.text} for wait in rule.other_waits],
        "ask_again_days": rule.ask_again_days, "only_areas": list(rule.only_areas),
        "closes_anesthetic": rule.closes_anesthetic, "concerns": rule.concerns.value,
        "below_age_years": rule.fact.below_age_years or None, "skin_types": list(rule.fact.skin_types),
        "conflict": rule.conflict, "reviewed": rule.reviewed.isoformat(),
        "sources": [_source(source) for source in rule.sources],
    } for rule in library.rules]
