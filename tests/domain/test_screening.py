from hypothesis import given
from hypothesis import strategies as st

from console.domain.screening import Answer, VerdictKind, verdict
from console.domain.session_events import RuleRef

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
