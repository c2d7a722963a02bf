from dataclasses import replace
from datetime import date

import pytest

from console.domain.erasure import Ground, LastVisit
from console.domain.errors import Refusal
from console.domain.retention import (
    Keeping,
    LegalHold,
    RetentionRule,
    checked_rule,
    hold_of,
    hold_record,
    rule_of,
    rule_text,
    rule_words,
    why_not_erase,
    years_later,
)

RULE = RetentionRule(8, "Guidance of the authority", 18, 7)
TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(("last", "born", "until"), [
    (date(2026, 11, 17), date(1990, 1, 1), date(2034, 11, 17)),
    (date(2026, 11, 17), None, date(2034, 11, 17)),
    (date(2026, 11, 17), date(2010, 5, 4), date(2035, 5, 4)),  # sixteen: until 25
    (date(2026, 11, 17), date(2008, 11, 17), date(2034, 11, 17)),  # eighteen that day
    (date(2026, 11, 17), date(2008, 11, 18), date(2034, 11, 17)),  # a minor, but 25 comes before
    (date(2024, 2, 29), None, date(2032, 2, 29)), (date(2024, 2, 29), date(1990, 1, 1), date(2032, 2, 29)),
])
def test_how_long_a_record_is_kept(last: date, born: date | None, until: date) -> None:
    assert RULE.keep_until(last, born) == until


def test_a_leap_day_never_shortens() -> None:
    assert years_later(date(2024, 2, 29), 1) == date(2025, 3, 1)
    assert years_later(date(9990, 2, 1), 100) == date(9999, 2, 1)


def test_a_rule_is_read_back_and_said_in_words() -> None:
    assert rule_of(rule_text(RULE)) == RULE and rule_of("") is None
    assert rule_words(RULE) == (
        "Records are kept for 8 years after the last visit; of patients treated as minors, until the age of 18 and "
        "7 years more, if that is later (Guidance of the authority).")
    assert rule_words(RetentionRule(1, "Law")) == "Records are kept for 1 year after the last visit (Law)."
    assert "nothing is proposed" in rule_words(None)


@pytest.mark.parametrize("change", [
    {"years": 0}, {"years": 121}, {"source": " "}, {"minor_age": -1}, {"minor_years": 121}, {"minor_age": 0},
])
def test_what_is_no_rule_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(Refusal):
        checked_rule(replace(RULE, **change))  # type: ignore[arg-type]
    assert checked_rule(RULE) is RULE


def keeping(until: date | None, hold: LegalHold | None = None) -> Keeping:
    return Keeping(LastVisit("P-0412", date(2018, 1, 1), None), until, hold)


HOLD = LegalHold("P-0412", "a letter")


@pytest.mark.parametrize(("standing", "ground", "words"), [
    (keeping(date(2026, 11, 22)), Ground.RETENTION_OVER, None),
    (keeping(date(2026, 11, 23)), Ground.RETENTION_OVER, "must be kept until 2026-11-23"),
    (keeping(date(2026, 11, 23)), Ground.REQUEST, "must be kept until 2026-11-23"),
    (keeping(date(2026, 11, 23)), Ground.ORDER, None), (keeping(date(2026, 11, 23)), Ground.UNLAWFUL, None),
    (keeping(None), Ground.REQUEST, "no retention rule"), (keeping(None), Ground.ORDER, None),
    (keeping(date(2020, 1, 1), HOLD), Ground.ORDER, "legal hold: a letter"),
    (keeping(date(2020, 1, 1), HOLD), Ground.RETENTION_OVER, "legal hold: a letter"),
])
def test_what_stands_against_an_erasure(standing: Keeping, ground: Ground, words: str | None) -> None:
    refusal = why_not_erase(standing, ground, TODAY)
    assert refusal is None if words is None else refusal is not None and words in str(refusal)


def test_only_what_is_over_and_not_held_is_proposed() -> None:
    assert keeping(date(2026, 11, 22)).is_over(TODAY)
    assert not any(one.is_over(TODAY) for one in (
        keeping(date(2026, 11, 23)), keeping(None), keeping(date(2020, 1, 1), HOLD)))


def test_a_hold_is_kept_as_a_record() -> None:
    record = hold_record(HOLD)
    assert (record.patient_id, record.record_id, record.state) == ("P-0412", "P-0412", "held")
    assert hold_of(record) == HOLD
