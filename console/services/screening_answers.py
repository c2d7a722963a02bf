"""Answers to the screening as a file: its JSON Schema, and reading it strictly. Nothing in it is guessed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from console.domain.areas import AREA_IDS, labels_of
from console.domain.errors import OperatorError
from console.domain.label_matrix import SKIN_TYPES
from console.domain.screening import Answer, PatientFacts, Rule
from console.domain.waits import WaitUnit, earlier
from console.services.clinical_library import ClinicalLibrary
from console.services.strict_json import strict_json

FORMAT = "needling-console/screening-answers"
UNLISTED = ("unanswered", "no")
_TOP = ("schema", "date", "patient", "plan", "pen", "areas", "unlisted", "answers", "overrides")
_PATIENT = ("id", "age_years", "birth_date", "fitzpatrick")
_ANSWER = ("rule", "yes", "areas", "note", "since", "ago", "answered_on")
_OVERRIDE = ("rule", "reason", "signed_by")
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


@dataclass(frozen=True, slots=True)
class SignedOverride:
    """An override as a file states it: which rule, why, and who signed."""

    rule_id: str
    reason: str
    signed_by: str


@dataclass(frozen=True, slots=True)
class ScreeningCase:
    """One patient's screening as a file states it. ``stale``: rules whose answer is of another day."""

    day: date
    patient: PatientFacts
    plan_id: str
    pen_id: str
    area_ids: tuple[str, ...]
    answers: Mapping[str, Answer]
    stale: tuple[str, ...]
    overrides: tuple[SignedOverride, ...]


def read_case(text: str, library: ClinicalLibrary, today: date) -> ScreeningCase:
    """Read a file of answers; the first fault raises OperatorError. ``today`` where it names no date."""
    try:
        content = strict_json(text)
    except (ValueError, RecursionError) as error:
        raise _fault(f"The answers are no JSON ({error})", "write them as --schema says") from None
    return _Reader(library, today).case(content)


def _fault(what: str, todo: str = "correct the file") -> OperatorError:
    return OperatorError(what, "nothing was judged", todo)


class _Reader:
    """Reads one file with the rules of one library."""

    def __init__(self, library: ClinicalLibrary, today: date) -> None:
        self._library, self._today = library, today
        self._rules = {rule.rule_id: rule for rule in library.rules}

    def case(self, content: object) -> ScreeningCase:
        top = _table(content, "the file", _TOP)
        if top.get("schema", FORMAT) != FORMAT:
            raise _fault(f"«schema» is «{top['schema']}»", f"write {FORMAT} or leave it out")
        day = _day(top, "date", "the file") or self._today
        plan_id = _word(top, "plan", "the file", [one.plan_id for one in self._library.plans])
        pen_id = _word(top, "pen", "the file", [one.pen_id for one in self._library.pens])
        area_ids = self._areas(top, plan_id)
        answers, stale = self._answers(top, day)
        if _word(top, "unlisted", "the file", UNLISTED) == "no":
            listed = {*answers, *stale}
            answers |= {rule.rule_id: Answer(rule.rule_id, False, asked_on=day)
                        for rule in self._library.rules_for(area_ids) if rule.rule_id not in listed}
        return ScreeningCase(day, _patient(top, day), plan_id, pen_id, area_ids, answers, stale, self._overrides(top))

    def _areas(self, top: Mapping[str, object], plan_id: str) -> tuple[str, ...]:
        named = _words(top, "areas", "the file", AREA_IDS)
        if named or not plan_id:
            if not named:
                raise _fault("The file names neither «plan» nor «areas»", "name one of them")
            return named
        return self._library.plan(plan_id).area_ids

    def _answers(self, top: Mapping[str, object], day: date) -> tuple[dict[str, Answer], tuple[str, ...]]:
        answers: dict[str, Answer] = {}
        stale: list[str] = []
        for place, content in enumerate(_list(top, "answers"), 1):
            where = f"answer {place}"
            one = _table(content, where, _ANSWER)
            rule = self._rule(one, where)
            where = f"the answer to {rule.rule_id}"
            if rule.rule_id in answers or rule.rule_id in stale:
                raise _fault(f"{rule.rule_id} is answered twice")
            given = self._answer(one, rule, where, day)
            asked_on = _day(one, "answered_on", where) or day
            if asked_on > day:
                raise _fault(f"«answered_on» of {rule.rule_id} is after the visit, {asked_on}")
            if asked_on < day:
                stale.append(rule.rule_id)
            else:
                answers[rule.rule_id] = given
        return answers, tuple(stale)

    def _answer(self, one: Mapping[str, object], rule: Rule, where: str, day: date) -> Answer:
        yes = one.get("yes")
        if not isinstance(yes, bool):
            raise _fault(f"«yes» of {where} is {_shown(yes)}", "write true or false")
        areas = _words(one, "areas", where, AREA_IDS)
        if areas and rule.scope.value != "area":
            raise _fault(f"{rule.rule_id} speaks of the patient and takes no areas", "leave «areas» out")
        since, about = self._since(one, where, day)
        if since is not None and not yes:
            raise _fault(f"{where.capitalize()} is no and bears a date", "leave the date out or answer yes")
        if since is not None and since > day and not rule.both_ways:
            raise _fault(f"The date of {where}, {since}, is after the visit", "give a day up to the visit")
        return Answer(rule.rule_id, yes, areas, _text(one, "note", where), since, about, day)

    def _since(self, one: Mapping[str, object], where: str, day: date) -> tuple[date | None, bool]:
        since = _day(one, "since", where)
        if "ago" not in one:
            return since, False
        if since is not None:
            raise _fault(f"{where.capitalize()} has «since» and «ago»", "keep one of them")
        ago = _table(one["ago"], f"«ago» of {where}", ("number", "unit"))
        number = ago.get("number")
        if type(number) is not int or not 0 <= number <= 1200:
            raise _fault(f"«number» in «ago» of {where} is {_shown(number)}", "write a whole number from 0 to 1200")
        unit = _word(ago, "unit", f"«ago» of {where}", tuple(WaitUnit))
        if not unit:
            raise _fault(f"«ago» of {where} has no «unit»", f"write one of: {', '.join(WaitUnit)}")
        return earlier(day, number, unit), True

    def _rule(self, one: Mapping[str, object], where: str) -> Rule:
        rule_id = _word(one, "rule", where, tuple(self._rules))
        if not rule_id:
            raise _fault(f"{where.capitalize()} names no «rule»", "see --rules for their ids")
        return self._rules[rule_id]

    def _overrides(self, top: Mapping[str, object]) -> tuple[SignedOverride, ...]:
        found: list[SignedOverride] = []
        for place, content in enumerate(_list(top, "overrides"), 1):
            where = f"override {place}"
            one = _table(content, where, _OVERRIDE)
            rule = self._rule(one, where)
            reason, signer = _text(one, "reason", where), _text(one, "signed_by", where)
            if not reason or not signer:
                raise _fault(f"The override of {rule.rule_id} needs «reason» and «signed_by»", "add what is missing")
            if any(other.rule_id == rule.rule_id for other in found):
                raise _fault(f"{rule.rule_id} is overridden twice")
            found.append(SignedOverride(rule.rule_id, reason, signer))
        return tuple(found)


def _patient(top: Mapping[str, object], day: date) -> PatientFacts:
    one = _table(top.get("patient", {}), "«patient»", _PATIENT)
    _text(one, "id", "«patient»")
    born, age = _day(one, "birth_date", "«patient»"), one.get("age_years")
    if age is not None and (type(age) is not int or not 0 <= age <= 120):
        raise _fault(f"«age_years» is {_shown(age)}", "write a whole number from 0 to 120")
    if born is not None:
        if age is not None:
            raise _fault("«patient» has «age_years» and «birth_date»", "keep one of them")
        if born > day:
            raise _fault(f"The patient's birth date, {born}, is after the visit")
        age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    return PatientFacts(age, _word(one, "fitzpatrick", "«patient»", SKIN_TYPES))


# --- fields -------------------------------------------------------------------------------------------


def _shown(value: object) -> str:
    text = "nothing" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _table(value: object, where: str, allowed: Sequence[str]) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _fault(f"{where[:1].upper()}{where[1:]} is {_shown(value)}", "write an object as --schema says")
    if stranger := next((name for name in value if name not in allowed), None):
        raise _fault(f"{where[:1].upper()}{where[1:]} has the unknown field «{stranger}»",
                     f"allowed are: {', '.join(allowed)}")
    return value


def _list(top: Mapping[str, object], name: str) -> list[object]:
    value = top.get(name, [])
    if not isinstance(value, list):
        raise _fault(f"«{name}» is {_shown(value)}", "write a list")
    return value


def _text(table: Mapping[str, object], name: str, where: str) -> str:
    value = table.get(name, "")
    if not isinstance(value, str):
        raise _fault(f"«{name}» of {where} is {_shown(value)}", "write text")
    return value.strip()


def _word(table: Mapping[str, object], name: str, where: str, allowed: Sequence[str]) -> str:
    if name not in table:
        return ""
    value = table[name]
    if not isinstance(value, str) or value not in allowed:
        raise _fault(f"«{name}» of {where} is {_shown(value)}", f"choose one of: {', '.join(allowed)}")
    return value


def _words(table: Mapping[str, object], name: str, where: str, allowed: Sequence[str]) -> tuple[str, ...]:
    value = table.get(name, [])
    if not isinstance(value, list):
        raise _fault(f"«{name}» of {where} is {_shown(value)}", "write a list")
    for one in value:
        if one not in allowed:
            raise _fault(f"«{name}» of {where} names {_shown(one)}", f"choose from: {', '.join(allowed)}")
    if len(set(value)) != len(value):
        raise _fault(f"«{name}» of {where} names one twice")
    return tuple(value)


def _day(table: Mapping[str, object], name: str, where: str) -> date | None:
    if name not in table:
        return None
    value = table[name]
    try:
        if not isinstance(value, str) or len(value) != 10:
            raise ValueError
        day = date.fromisoformat(value)
    except ValueError:
        raise _fault(f"«{name}» of {where} is {_shown(value)}", "write a date as 2026-11-30") from None
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise _fault(f"«{name}» of {where} is {value}", f"write a year from {_FIRST_YEAR} to {_LAST_YEAR}")
    return day


# --- the schema ---------------------------------------------------------------------------------------


def answers_schema(library: ClinicalLibrary) -> dict[str, object]:
    """Give the JSON Schema of the file, with every rule, area, plan and pen of this library in it."""
    day = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema", "title": FORMAT,
        "description": "One patient's answers to the screening before one treatment. Give «plan» or «areas».",
        "type": "object", "additionalProperties": False, "anyOf": [{"required": ["plan"]}, {"required": ["areas"]}],
        "properties": {
            "schema": {"const": FORMAT},
            "date": {**day, "description": "Day of the visit; waits are reckoned up to it. Left out: today."},
            "patient": _patient_schema(day),
            "plan": _enum([(one.plan_id, one.name) for one in library.plans],
                          "Treatment plan; without «areas» all its areas are meant."),
            "areas": {"type": "array", "minItems": 1, "uniqueItems": True, "items": {"$ref": "#/$defs/area"},
                      "description": "The areas to be treated; they count before the plan's."},
            "pen": _enum([(one.pen_id, one.name) for one in library.pens],
                         "The pen in hand, for its label's skin types. Left out: every label on file."),
            "unlisted": {"enum": list(UNLISTED), "default": UNLISTED[0], "description":
                         "What is meant by a rule not in «answers»: not asked (the verdict is then ask, unless a stop "
                         "stands), or asked and answered no."},
            "answers": {"type": "array", "items": _answer_schema(day)},
            "overrides": {"type": "array", "items": _override_schema(library)},
        },
        "$defs": {
            "rule": _enum([(one.rule_id, _rule_words(one)) for one in library.rules], "The rule answered."),
            "area": _enum([(one, labels_of([one])) for one in AREA_IDS], "An area of the map."),
        },
    }


def _enum(choices: Sequence[tuple[str, str]], description: str) -> dict[str, object]:
    return {"description": description, "oneOf": [{"const": key, "title": words} for key, words in choices]}


def _rule_words(rule: Rule) -> str:
    wait = f"; a yes counts until {rule.wait} after «since»" if rule.wait else ""
    both = " and before it" if rule.both_ways else ""
    detail = f" ({rule.detail})" if rule.detail else ""
    return f"{rule.question}{detail}: {rule.rule_class}, of the {rule.scope}{wait}{both}"


def _patient_schema(day: Mapping[str, object]) -> dict[str, object]:
    return {
        "type": "object", "additionalProperties": False,
        "description": "What the record knows. Age and skin type answer their own rules with yes where they apply.",
        "not": {"required": ["age_years", "birth_date"]},
        "properties": {
            "id": {"type": "string"},
            "age_years": {"type": "integer", "minimum": 0, "maximum": 120,
                          "description": "Age on the day of the visit."},
            "birth_date": {**day, "description": "In place of age_years."},
            "fitzpatrick": {"enum": list(SKIN_TYPES), "description": "Skin type after Fitzpatrick."},
        },
    }


def _answer_schema(day: Mapping[str, object]) -> dict[str, object]:
    return {
        "type": "object", "additionalProperties": False, "required": ["rule", "yes"],
        "not": {"required": ["since", "ago"]},
        "properties": {
            "rule": {"$ref": "#/$defs/rule"},
            "yes": {"type": "boolean", "description": "true: the condition is there (the finding); false: it is not."},
            "areas": {"type": "array", "uniqueItems": True, "items": {"$ref": "#/$defs/area"}, "description":
                      "Only for rules of areas: where it is. Left out or empty: on every area of the plan."},
            "note": {"type": "string", "description":
                     "Why the treatment goes on. A precaution answered yes is an ask until it has one."},
            "since": {**day, "description":
                      "When it was, or ended (last dose, treatment, sunburn). For rules with a wait: a yes without a "
                      "date stands; over its wait it is recorded and no finding."},
            "ago": {"type": "object", "additionalProperties": False, "required": ["number", "unit"],
                    "description": "In place of «since»: about so long before the visit.",
                    "properties": {"number": {"type": "integer", "minimum": 0, "maximum": 1200},
                                   "unit": {"enum": list(WaitUnit)}}},
            "answered_on": {**day, "description":
                            "Day of the answer. Left out: the visit. An earlier day's is asked again."},
        },
    }


def _override_schema(library: ClinicalLibrary) -> dict[str, object]:
    allowed = [rule.rule_id for rule in library.rules if rule.override_allowed]
    return {
        "type": "object", "additionalProperties": False, "required": list(_OVERRIDE),
        "properties": {
            "rule": {"$ref": "#/$defs/rule", "description":
                     f"Allowed only for: {', '.join(allowed)}. On others it is refused and the finding stands."},
            "reason": {"type": "string", "minLength": 1},
            "signed_by": {"type": "string", "minLength": 1, "description": "Who takes responsibility."},
        },
    }


