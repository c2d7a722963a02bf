import dataclasses
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.screening import Answer, PatientFacts, VerdictKind, verdict, why_not_carried
from console.domain.session_events import RuleRef
from console.domain.waits import earlier, later

AREAS = ("face.forehead", "face.nose", "face.chin")


def rule(rule_id, rule_class="stop", scope="patient", override=False):
    return RuleRef(rule_id, "g", f"Question {rule_id}", rule_class, scope, override, "a source")


def answers(*given_answers):
    return {answer.rule_id: answer for answer in given_answers}


ACNE = rule("acne", scope="area")
KELOID = rule("keloid")
THINNERS = rule("thinners", override=True)
HERPES = rule("herpes", "precaution")
ALLERGY = rule("allergy", "anesthetic_only")
ALL = (ACNE, KELOID, THINNERS, HERPES, ALLERGY)
ALL_NO = answers(*(Answer(one.rule_id, False) for one in ALL))


def judge(given_answers, overrides=(), rules=ALL, areas=AREAS):
    return verdict(rules, given_answers, overrides, areas)


def test_all_no_proceeds():
    assert judge(ALL_NO).may_proceed
    assert judge(ALL_NO).reasons == ()


def test_silence_is_not_a_no():
    assert judge({}).kind is VerdictKind.ASK
    assert judge({}).unanswered == tuple(one.rule_id for one in ALL)
    assert judge({}, rules=()).kind is VerdictKind.ASK


def test_a_stop_stops_even_with_questions_open():
    result = judge(answers(Answer("keloid", True)))
    assert result.kind is VerdictKind.STOP
    assert result.blocked_areas == AREAS
    assert [reason.rule_id for reason in result.reasons] == ["keloid"]
    assert result.reasons[0].source == "a source"


def test_an_area_stop_blocks_that_area_only():
    result = judge({**ALL_NO, "acne": Answer("acne", True, ("face.chin",))})
    assert result.may_proceed
    assert result.blocked_areas == ("face.chin",)


def test_an_area_stop_on_every_area_or_on_none_named_stops():
    assert judge({**ALL_NO, "acne": Answer("acne", True, AREAS)}).kind is VerdictKind.STOP
    assert judge({**ALL_NO, "acne": Answer("acne", True)}).kind is VerdictKind.STOP


def test_two_area_stops_add_up():
    rosacea = rule("rosacea", scope="area")
    result = judge(
        {**ALL_NO, "acne": Answer("acne", True, AREAS[:2]), "rosacea": Answer("rosacea", True, AREAS[2:])},
        rules=(*ALL, rosacea))
    assert result.kind is VerdictKind.STOP


def test_an_override_counts_only_where_the_rule_allows_one():
    yes = {**ALL_NO, "thinners": Answer("thinners", True), "keloid": Answer("keloid", True)}
    result = judge(yes, overrides={"thinners", "keloid"})
    assert result.kind is VerdictKind.STOP
    assert {reason.rule_id: reason.overridden for reason in result.reasons} == {"keloid": False, "thinners": True}
    assert judge({**ALL_NO, "thinners": Answer("thinners", True)}, {"thinners"}).may_proceed


def test_a_precaution_waits_for_its_note():
    assert judge({**ALL_NO, "herpes": Answer("herpes", True, note="  ")}).note_missing == ("herpes",)
    assert judge({**ALL_NO, "herpes": Answer("herpes", True)}).kind is VerdictKind.ASK
    assert judge({**ALL_NO, "herpes": Answer("herpes", True, note="on aciclovir")}).may_proceed


def test_an_anesthetic_rule_closes_that_step_only():
    result = judge({**ALL_NO, "allergy": Answer("allergy", True)})
    assert result.may_proceed and result.blocks_anesthetic
    assert result.blocked_areas == ()
    assert not judge(ALL_NO).blocks_anesthetic


some_answers = st.dictionaries(
    st.sampled_from([one.rule_id for one in ALL]),
    st.tuples(st.booleans(), st.sets(st.sampled_from(AREAS)), st.sampled_from(["", "note"])),
).map(lambda found: {key: Answer(key, yes, tuple(sorted(ids)), note) for key, (yes, ids, note) in found.items()})
some_overrides = st.sets(st.sampled_from([one.rule_id for one in ALL]))


@given(some_answers, some_overrides)
def test_no_answers_proceed_past_a_standing_stop(given_answers, overrides):
    result = judge(given_answers, overrides)
    if "keloid" in given_answers and given_answers["keloid"].yes:
        assert result.kind is VerdictKind.STOP
    if result.may_proceed:
        assert set(given_answers) == {one.rule_id for one in ALL}
        assert set(result.blocked_areas) != set(AREAS)


@given(some_answers, some_overrides, st.sampled_from([one.rule_id for one in ALL]))
def test_a_further_yes_never_makes_a_verdict_milder(given_answers, overrides, rule_id):
    rank = (VerdictKind.PROCEED, VerdictKind.ASK, VerdictKind.STOP)
    no = judge({**given_answers, rule_id: Answer(rule_id, False)}, overrides)
    yes = judge({**given_answers, rule_id: Answer(rule_id, True)}, overrides)
    assert rank.index(yes.kind) >= rank.index(no.kind)
    assert set(yes.blocked_areas) >= set(no.blocked_areas)


# --- waiting times --------------------------------------------------------------------------------


TODAY = date(2026, 11, 20)
FILLER = RuleRef("filler", "g", "Filler, last 6 months", "precaution", "area", False, "EX", 6, "months")
SCAR = RuleRef("scar", "g", "Scar younger than 6 months", "stop", "area", False, "EX", 6, "months")
CHEMO = RuleRef("chemo", "g", "Chemotherapy", "stop", "patient", False, "EX", 4, "weeks", True)


def yes(rule_id, since=None, areas=(), note="", about=False):
    return answers(Answer(rule_id, True, areas, note, since, about, TODAY))


def test_a_wait_that_still_runs_stands_and_says_until_when():
    result = judge(yes("scar", date(2026, 6, 1), ("face.chin",)), rules=(SCAR,))
    assert result.may_proceed and result.blocked_areas == ("face.chin",)
    assert result.reasons[0].until == date(2026, 12, 1)
    assert result.reasons[0].sentence == (
        "Scar younger than 6 months (Chin) (on 1 Jun 2026): this area is not needled today; "
        "the wait is over on 1 Dec 2026.")


@pytest.mark.parametrize(("since", "stands"), [
    (date(2026, 5, 19), False), (date(2026, 5, 20), False), (date(2026, 5, 21), True), (TODAY, True), (None, True),
])
def test_a_wait_is_over_on_its_last_day_and_a_yes_without_date_stands(since, stands):
    result = judge(yes("filler", since, note="agreed"), rules=(FILLER,))
    assert bool(result.reasons) is stands and bool(result.recorded) is not stands
    assert result.may_proceed


def test_a_wait_that_is_over_is_recorded_and_asks_for_no_note():
    result = judge(yes("filler", date(2025, 1, 31)), rules=(FILLER,))
    assert result.may_proceed and result.note_missing == ()
    assert result.recorded[0].sentence.endswith("recorded; the wait was over on 31 Jul 2025.")


@pytest.mark.parametrize(("since", "stands"), [
    (date(2026, 10, 24), True), (date(2026, 10, 23), False), (date(2026, 10, 20), False),
    (date(2026, 12, 18), True), (date(2026, 12, 19), False),
])
def test_a_wait_may_count_both_ways(since, stands):
    kind = judge(yes("chemo", since), rules=(CHEMO,)).kind
    assert (kind is VerdictKind.STOP) is stands


def test_a_month_is_never_cut_short():
    assert later(date(2026, 8, 31), 6, "months") == date(2027, 3, 1)
    assert later(date(2026, 12, 15), 12, "months") == date(2027, 12, 15)
    assert earlier(date(2026, 3, 31), 1, "months") == date(2026, 2, 28)
    assert later(date(2026, 2, 27), 2, "days") == date(2026, 3, 1)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(1, 36), st.sampled_from(["days", "weeks", "months"]))
def test_counting_back_never_passes_counting_on(day, number, unit):
    assert later(earlier(day, number, unit), number, unit) <= day
    assert later(day, number, unit) > day


# --- what the record answers, and areas -----------------------------------------------------------


YOUNG = RuleRef("young", "g", "Under 22", "precaution", "patient", False, "FDA", below_age_years=22)
DARK = RuleRef("dark", "g", "Darkens easily", "precaution", "patient", False, "P", skin_types=("V", "VI"))
RIM = RuleRef("rim", "g", "Inside the rim", "stop", "area", False, "SP", only_areas=("face.nose",))


def test_the_patient_s_record_answers_for_itself_and_still_wants_its_note():
    patient = PatientFacts(21, "VI")
    silent = verdict((YOUNG, DARK), {}, (), AREAS, patient)
    assert silent.kind is VerdictKind.ASK and silent.unanswered == ()
    assert silent.note_missing == ("young", "dark") and all(one.by_record for one in silent.reasons)
    denied = verdict((YOUNG, DARK), answers(Answer("young", False), Answer("dark", False)), (), AREAS, patient)
    assert len(denied.reasons) == 2, "a no does not undo the record"
    noted = answers(Answer("young", True, (), "agreed"), Answer("dark", True, (), "test spot"))
    assert verdict((YOUNG, DARK), noted, (), AREAS, patient).may_proceed
    assert verdict((YOUNG, DARK), {}, (), AREAS, PatientFacts(22, "IV")).reasons == ()
    assert verdict((YOUNG, DARK), {}, (), AREAS).unanswered == ("young", "dark"), "an unknown age answers nothing"


def test_a_rule_for_some_areas_blocks_no_other():
    assert judge(answers(Answer("rim", True)), rules=(RIM,)).blocked_areas == ("face.nose",)


def test_an_area_named_and_not_planned_is_recorded_only():
    result = judge({**ALL_NO, "acne": Answer("acne", True, ("neck",))})
    assert result.may_proceed and result.reasons == () and len(result.recorded) == 1


@pytest.mark.parametrize(("last", "why"), [
    (None, "no answer"), (Answer("filler", True), "no date"),
    (Answer("filler", True, since=date(2026, 1, 1), asked_on=date(2026, 10, 1)), ""),
    (Answer("filler", False, asked_on=date(2026, 10, 1)), ""),
])
def test_what_is_carried_from_last_time_in_one_act(last, why):
    assert why in why_not_carried(FILLER, last, TODAY, PatientFacts()) if why else (
        why_not_carried(FILLER, last, TODAY, PatientFacts()) == "")


def test_an_answer_older_than_the_rule_allows_is_asked_again():
    rule = dataclasses.replace(FILLER, ask_again_days=90)
    fresh = Answer("filler", False, asked_on=date(2026, 8, 22))
    stale = Answer("filler", False, asked_on=date(2026, 8, 21))
    assert why_not_carried(rule, fresh, TODAY, PatientFacts()) == ""
    assert "more than 90 days" in why_not_carried(rule, stale, TODAY, PatientFacts())
    assert "more than 90 days" in why_not_carried(rule, Answer("filler", False), TODAY, PatientFacts())
    young = dataclasses.replace(YOUNG, ask_again_days=0)
    assert "patient's record" in why_not_carried(young, Answer("young", False), TODAY, PatientFacts(20))
