"""How long records are kept: the clinic's own rule with its source, legal holds, and what may be erased when."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from console.domain.clinic_records import ClinicRecord, RecordKind
from console.domain.erasure import GROUND_WORDS, GROUNDS_OF_LAW, Ground, LastVisit
from console.domain.errors import Refusal
from console.domain.history import JsonValue, canonical_json

HELD, LIFTED = "held", "lifted"
_LONGEST_YEARS = 120


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """Years a record is kept after the last visit; of who was below ``minor_age``, until then and ``minor_years`` more.

    ``minor_age`` 0: no rule of its own for minors. None ships: the clinic sets it, and says by what law.
    """

    years: int
    source: str
    minor_age: int = 0
    minor_years: int = 0

    def keep_until(self, last_visit: date, born: date | None) -> date:
        """Give the first day on which the record need no longer be kept."""
        until = years_later(last_visit, self.years)
        if self.minor_age and born is not None and last_visit < years_later(born, self.minor_age):
            until = max(until, years_later(born, self.minor_age + self.minor_years))
        return until


def checked_rule(rule: RetentionRule) -> RetentionRule:
    """Give a rule back; Refusal where it is none."""
    if not 1 <= rule.years <= _LONGEST_YEARS:
        raise Refusal(f"A record is kept 1 to {_LONGEST_YEARS} years, not {rule.years}", "nothing was changed")
    if not rule.source.strip():
        raise Refusal("A retention rule needs its source", "nothing was changed", "name the law or the guidance")
    if not 0 <= rule.minor_age <= _LONGEST_YEARS or not 0 <= rule.minor_years <= _LONGEST_YEARS:
        raise Refusal(f"The rule for minors takes ages and years up to {_LONGEST_YEARS}", "nothing was changed")
    if rule.minor_years and not rule.minor_age:
        raise Refusal("The rule for minors lacks the age until which it counts", "nothing was changed")
    return rule


def rule_text(rule: RetentionRule) -> str:
    """Give a rule as its setting."""
    return canonical_json({
        "years": rule.years, "source": rule.source, "minor_age": rule.minor_age, "minor_years": rule.minor_years,
    }).decode()


def rule_of(text: str) -> RetentionRule | None:
    """Read a setting; None where the clinic has set no rule."""
    if not text:
        return None
    kept: Mapping[str, int | str] = json.loads(text)
    return RetentionRule(
        int(kept["years"]), str(kept["source"]), int(kept["minor_age"]), int(kept["minor_years"]))


def rule_words(rule: RetentionRule | None) -> str:
    """Say a rule in one sentence."""
    if rule is None:
        return "The clinic has set no retention rule: nothing is proposed for erasure."
    minors = ""
    if rule.minor_age:
        until = f" and {_years(rule.minor_years)} more" if rule.minor_years else ""
        minors = f"; of patients treated as minors, until the age of {rule.minor_age}{until}, if that is later"
    return f"Records are kept for {_years(rule.years)} after the last visit{minors} ({rule.source})."


@dataclass(frozen=True, slots=True)
class LegalHold:
    """Nothing of this patient may be erased, whatever the rule says."""

    patient_id: str
    reason: str
    state: str = HELD
    by: str = ""
    at_us: int = 0


def hold_record(hold: LegalHold) -> ClinicRecord:
    """Give a hold as the registry keeps it."""
    return ClinicRecord(
        RecordKind.LEGAL_HOLD, hold.patient_id, hold.state, {"reason": hold.reason}, patient_id=hold.patient_id)


def hold_of(record: ClinicRecord) -> LegalHold:
    """Read a hold back."""
    fields: Mapping[str, JsonValue] = record.fields
    return LegalHold(record.patient_id, str(fields["reason"]), record.state, record.changed_by, record.changed_us)


@dataclass(frozen=True, slots=True)
class Keeping:
    """How one patient's record stands: kept until when, and whether held. ``keep_until`` None: no rule."""

    visit: LastVisit
    keep_until: date | None
    hold: LegalHold | None

    def is_over(self, today: date) -> bool:
        """Tell whether the record may be proposed for erasure."""
        return self.hold is None and self.keep_until is not None and self.keep_until <= today


def why_not_erase(keeping: Keeping, ground: Ground, today: date) -> Refusal | None:
    """Give what forbids an erasure now: a hold always, the duty to keep where the ground is not one of law."""
    patient_id = keeping.visit.patient_id
    if keeping.hold is not None:
        return Refusal(f"{patient_id} is under a legal hold: {keeping.hold.reason}", "nothing was erased",
                       "have the hold lifted first, with its reason")
    if ground in GROUNDS_OF_LAW:
        return None
    if keeping.keep_until is None:
        return Refusal("The clinic has set no retention rule, so that nobody can tell whether the record must be kept",
                       "nothing was erased", "set the rule with its source first")
    if keeping.keep_until > today:
        return Refusal(
            f"The record of {patient_id} must be kept until {keeping.keep_until.isoformat()}, which «"
            f"{GROUND_WORDS[ground]}» does not change", "nothing was erased",
            "wait until then, or name a ground of law")
    return None


def years_later(day: date, years: int) -> date:
    """Give the same day so many years on; 29 February becomes 1 March where there is none."""
    try:
        return day.replace(year=min(day.year + years, 9999))
    except ValueError:
        return date(day.year + years, 3, 1)


def _years(number: int) -> str:
    return f"{number} year" if number == 1 else f"{number} years"
