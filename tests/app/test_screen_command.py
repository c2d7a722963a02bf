"""``main.py screen``: verdicts against the cited labels, strict reading, a schema a stranger can write from."""

import io
import json
from datetime import date
from pathlib import Path

import json_schemas
import pytest

from console.app import cli
from console.services.clinical_library import ClinicalLibrary
from console.services.resources import resource_path
from console.services.screening_answers import answers_schema

LIBRARY = ClinicalLibrary.load(resource_path("."))
DAY = "2026-11-20"
PLAN = {"date": DAY, "plan": "facial_acne_scars", "patient": {"age_years": 34, "fitzpatrick": "III"},
        "unlisted": "no"}


def screen(monkeypatch, capsys, content: object, *more: str) -> tuple[int, str, str]:
    monkeypatch.setattr("sys.stdin", io.StringIO(content if isinstance(content, str) else json.dumps(content)))
    code = cli.main(["screen", "-", *more])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.fixture
def told(monkeypatch, capsys):
    def judge(*answers: dict[str, object], **top: object) -> dict[str, object]:
        code, out, err = screen(monkeypatch, capsys, {**PLAN, "answers": list(answers), **top}, "--json")
        assert (code, err) == (0, "")
        return json.loads(out)

    return judge


def yes(rule: str, **more: object) -> dict[str, object]:
    return {"rule": rule, "yes": True, **more}


# Rows of the contraindication table: rule, what a yes does, the authority that must be named.
STOPS_PATIENT = {
    "keloid": "Exceed", "bleeding_disorder": "SkinPen", "blood_thinners": "Exceed", "metal_allergy": "SkinPen",
    "isotretinoin_now": "SkinPen", "pregnant_nursing": "SkinPen", "uncontrolled_diabetes": "Exceed",
    "cancer_therapy": "Exceed", "systemic_infection": "Exceed", "scleroderma": "Dermapen 4",
}
STOPS_AREA = {
    "active_acne": "Exceed", "open_wounds": "SkinPen", "skin_infection": "SkinPen", "skin_cancer": "SkinPen",
    "active_rosacea": "Exceed", "eczema_psoriasis": "Exceed", "raised_lesions": "Exceed", "young_scar": "Exceed",
    "plastic_surgery": "Exceed",
}
PRECAUTIONS = {
    "filler": "Exceed", "botulinum": "balancedayspa", "deep_peel": "esthetikmtl", "laser": "filtered-skin",
    "sun": "nuanceaesthetics", "self_tan": "elleskinandbeautyco", "active_skincare": "theskinelite",
    "tattoo": "kichi", "darkens_easily": "Chu 2021", "isotretinoin_past": "nuanceaesthetics",
    "immunosuppression": "sisubeautyclinic", "herpes_history": "injx", "pacemaker": "sisubeautyclinic",
    "serum_allergy": "balancedayspa", "non_dermal_product": "Friedmann", "under_label_age": "fda.gov",
}
NUMBING = {"anesthetic_allergy": "SkinPen", "methaemoglobinaemia": "Pliaglis", "liver_cholinesterase": "Dermapen 4",
           "arrhythmia_medicines": "Pliaglis"}


def test_the_tables_below_name_every_shipped_rule():
    named = {*STOPS_PATIENT, *STOPS_AREA, *PRECAUTIONS, *NUMBING, "orbital_rim"}
    assert named == {rule.rule_id for rule in LIBRARY.rules}


@pytest.mark.parametrize(("rule", "source"), STOPS_PATIENT.items())
def test_a_stop_of_the_patient_stops(told, rule, source):
    found = told(yes(rule))
    assert found["verdict"] == "stop" and found["areas_blocked"] == found["areas"]
    assert source in found["reasons"][0]["source"] and found["reasons"][0]["effect"] == "blocks_treatment"


@pytest.mark.parametrize(("rule", "source"), STOPS_AREA.items())
def test_a_stop_of_an_area_blocks_that_area_and_not_the_face(told, rule, source):
    found = told(yes(rule, areas=["face.chin"]))
    assert (found["verdict"], found["areas_blocked"]) == ("proceed", ["face.chin"])
    assert source in found["reasons"][0]["source"] and "Chin" in found["sentence"]
    assert told(yes(rule))["verdict"] == "stop", "where no area is named, all are meant"


@pytest.mark.parametrize(("rule", "source"), PRECAUTIONS.items())
def test_a_precaution_asks_for_its_note(told, rule, source):
    asked, noted = told(yes(rule)), told(yes(rule, note="agreed"))
    assert (asked["verdict"], asked["note_missing"]) == ("ask", [rule])
    assert (noted["verdict"], noted["reasons"][0]["effect"]) == ("proceed", "noted")
    assert source in asked["reasons"][0]["source"] and asked["areas_blocked"] == []


@pytest.mark.parametrize(("rule", "source"), NUMBING.items())
def test_what_speaks_against_the_cream_closes_only_the_cream(told, rule, source):
    found = told(yes(rule))
    assert (found["verdict"], found["anesthetic_blocked"], found["areas_blocked"]) == ("proceed", True, [])
    assert source in found["reasons"][0]["source"]


def test_the_orbital_rim_blocks_the_skin_round_the_eyes_only(told):
    eyes = ["face.periorbital_left", "face.periorbital_right"]
    found = told(yes("orbital_rim"), areas=["face.forehead", *eyes])
    assert (found["verdict"], found["areas_blocked"]) == ("proceed", eyes)
    assert told(yes("orbital_rim"))["not_asked"] == ["orbital_rim"], "no eye is in this plan"


WAITS = [  # rule, last day on which it stands, first day on which it is over
    ("young_scar", "2026-05-21", "2026-05-20"), ("plastic_surgery", "2025-11-21", "2025-11-20"),
    ("cancer_therapy", "2026-10-24", "2026-10-23"), ("filler", "2026-05-21", "2026-05-20"),
    ("botulinum", "2026-08-21", "2026-08-20"), ("deep_peel", "2026-08-21", "2026-08-20"),
    ("laser", "2026-11-07", "2026-11-06"), ("sun", "2026-11-07", "2026-11-06"),
    ("self_tan", "2026-11-19", "2026-11-18"), ("active_skincare", "2026-11-14", "2026-11-13"),
    ("isotretinoin_past", "2026-05-21", "2026-05-20"),
]


def test_the_table_of_waits_names_every_rule_with_one():
    assert {row[0] for row in WAITS} == {rule.rule_id for rule in LIBRARY.rules if rule.wait}


@pytest.mark.parametrize(("rule", "stands", "over"), WAITS)
def test_a_wait_stands_to_its_last_day(told, rule, stands, over):
    still, done = told(yes(rule, since=stands)), told(yes(rule, since=over))
    assert still["verdict"] != "proceed" and still["reasons"][0]["until"] == "2026-11-21"
    assert done["verdict"] == "proceed" and done["reasons"] == []
    assert (done["recorded"][0]["rule"], done["recorded"][0]["until"]) == (rule, DAY)


def test_about_so_long_ago_is_reckoned_from_the_visit(told):
    found = told(yes("botulinum", ago={"number": 10, "unit": "weeks"}))
    assert found["reasons"][0]["since"] == "2026-09-11" and "about 11 Sep 2026" in found["reasons"][0]["sentence"]
    assert told(yes("botulinum", ago={"number": 3, "unit": "months"}))["verdict"] == "proceed"


def test_other_sources_waits_are_told_beside_the_chosen_one(told):
    one = told(yes("filler"))["reasons"][0]
    assert one["wait"] == "6 months" and [other["wait"] for other in one["other_waits"]] == ["12 months", "2 weeks"]
    assert "12 months or 2 weeks" in one["conflict"]


def test_the_clinic_s_own_wait_counts(tmp_path, monkeypatch, capsys):
    shipped = Path(resource_path("clinical/screening.toml")).read_text("utf-8")
    entry = next(part for part in shipped.split("[[rule]]") if 'id = "filler"' in part).split("\n# ---")[0]
    (tmp_path / "clinical").mkdir()
    (tmp_path / "folder.json").write_text('{"kind": "clinic"}', "utf-8")
    (tmp_path / "clinical" / "own.toml").write_text(
        "[[rule]]" + entry.replace('{ number = 6, unit = "months", source = "exceed_manual" }',
                                   '{ number = 2, unit = "weeks", source = "sisu" }'), "utf-8")
    case = {**PLAN, "answers": [yes("filler", since="2026-10-01")]}
    assert json.loads(screen(monkeypatch, capsys, case, "--json", "--data", str(tmp_path))[1])["verdict"] == "proceed"
    assert json.loads(screen(monkeypatch, capsys, case, "--json")[1])["verdict"] == "ask"


@pytest.mark.parametrize(("patient", "rules"), [
    ({"age_years": 21, "fitzpatrick": "II"}, ["under_label_age"]), ({"age_years": 22, "fitzpatrick": "IV"}, []),
    ({"birth_date": "2004-11-21"}, ["under_label_age"]), ({"birth_date": "2004-11-20"}, []),
    ({"age_years": 40, "fitzpatrick": "V"}, ["darkens_easily"]),
    ({"age_years": 40, "fitzpatrick": "VI"}, ["darkens_easily"]),
])
def test_the_record_answers_age_and_skin_type(told, patient, rules):
    found = told(patient=patient)
    assert [one["rule"] for one in found["reasons"]] == rules
    assert all(one["from"] == "record" for one in found["reasons"])
    assert found["verdict"] == ("ask" if rules else "proceed")


def test_a_skin_type_outside_the_pen_s_label_is_a_finding(told):
    fourth = {"age_years": 40, "fitzpatrick": "IV"}
    assert told(patient=fourth, plan="facial_wrinkles", pen="exceed")["note_missing"] == ["darkens_easily"]
    assert told(patient=fourth, plan="facial_wrinkles", pen="rejuvapen_nxt")["note_missing"] == []


def test_an_override_counts_where_allowed_and_is_refused_elsewhere(told):
    signed = {"reason": "approved in writing", "signed_by": "PR-02"}
    found = told(yes("blood_thinners"), overrides=[{"rule": "blood_thinners", **signed}])
    assert found["verdict"] == "proceed" and found["reasons"][0]["effect"] == "overridden"
    refused = told(yes("keloid"), overrides=[{"rule": "keloid", **signed}])
    assert refused["verdict"] == "stop" and refused["overrides_refused"][0]["rule"] == "keloid"
    idle = told(overrides=[{"rule": "blood_thinners", **signed}])
    assert "no finding" in idle["overrides_refused"][0]["sentence"]


def test_pregnancy_overridden_still_closes_the_anesthetic(told):
    found = told(yes("pregnant_nursing"), overrides=[
        {"rule": "pregnant_nursing", "reason": "Dermapen 4 manual", "signed_by": "PR-02"}])
    assert (found["verdict"], found["anesthetic_blocked"]) == ("proceed", True)


def test_silence_and_another_day_s_answer_are_asked(told):
    silent = told(unlisted="unanswered")
    assert silent["verdict"] == "ask" and len(silent["unanswered"]) == 39
    old = told({"rule": "keloid", "yes": False, "answered_on": "2026-11-19"})
    assert (old["verdict"], old["answered_another_day"], old["unanswered"]) == ("ask", ["keloid"], ["keloid"])
    assert told(yes("keloid"), unlisted="unanswered")["verdict"] == "stop"


BAD = [
    ("{", "no JSON"), ("[]", "The file is []"), ({**PLAN, "colour": 1}, "unknown field «colour»"),
    ({"unlisted": "no"}, "neither «plan» nor «areas»"), ({**PLAN, "plan": "nose_job"}, "nose_job"),
    ({**PLAN, "areas": ["face.ear"]}, "face.ear"), ({**PLAN, "areas": [{}]}, "names {}"),
    ({**PLAN, "date": "tomorrow"}, "tomorrow"), ({**PLAN, "date": "2026-02-30"}, "2026-02-30"),
    ({**PLAN, "date": "0001-01-01"}, "a year from 1900"), ({**PLAN, "date": None}, "nothing"),
    ({**PLAN, "patient": {"age_years": "34"}}, "age_years"), ({**PLAN, "patient": {"age_years": -1}}, "age_years"),
    ({**PLAN, "patient": {"age_years": 3, "birth_date": "1990-01-01"}}, "keep one"),
    ({**PLAN, "patient": {"birth_date": "2027-01-01"}}, "after the visit"),
    ({**PLAN, "patient": {"fitzpatrick": "VII"}}, "VII"), ({**PLAN, "pen": "x"}, "«pen»"),
    ({**PLAN, "answers": [{"rule": "acne", "yes": True}]}, "acne"),
    ({**PLAN, "answers": [{"yes": True}]}, "names no «rule»"), ({**PLAN, "answers": {}}, "write a list"),
    ({**PLAN, "answers": [{"rule": "keloid", "yes": 1}]}, "true or false"),
    ({**PLAN, "answers": [yes("keloid"), yes("keloid")]}, "answered twice"),
    ({**PLAN, "answers": [yes("keloid", areas=["face.chin"])]}, "takes no areas"),
    ({**PLAN, "answers": [yes("filler", since="2026-11-21")]}, "after the visit"),
    ({**PLAN, "answers": [yes("filler", since=DAY, ago={"number": 1, "unit": "days"})]}, "«since» and «ago»"),
    ({**PLAN, "answers": [yes("filler", ago={"number": 1.5, "unit": "days"})]}, "whole number"),
    ({**PLAN, "answers": [yes("filler", ago={"number": 1, "unit": "years"})]}, "years"),
    ({**PLAN, "answers": [yes("filler", ago={"number": 1})]}, "has no «unit»"),
    ({**PLAN, "answers": [{"rule": "filler", "yes": False, "since": DAY}]}, "bears a date"),
    ({**PLAN, "answers": [yes("keloid", answered_on="2026-11-21")]}, "after the visit"),
    ({**PLAN, "overrides": [{"rule": "blood_thinners", "reason": "x"}]}, "signed_by"),
    ('{"plan": "facial_acne_scars", "plan": "scalp_density"}', "is there twice"), ('{"date": NaN}', "NaN"),
]


@pytest.mark.parametrize(("content", "words"), BAD, ids=[row[1] for row in BAD])
def test_a_bad_file_is_one_sentence_and_nothing_is_judged(monkeypatch, capsys, content, words):
    code, out, err = screen(monkeypatch, capsys, content)
    assert (code, out) == (1, "") and words in err and "nothing was judged" in err
    assert err.count("\n") == 1


def test_the_schema_takes_what_the_reader_takes():
    schema = answers_schema(LIBRARY)
    good = {**PLAN, "answers": [yes("filler", areas=["face.chin"], ago={"number": 2, "unit": "weeks"})],
            "overrides": [{"rule": "blood_thinners", "reason": "x", "signed_by": "y"}]}
    assert json_schemas.faults(good, schema) == []
    for bad in ({**good, "plan": "x"}, {"date": DAY}, {**good, "answers": [{"rule": "x", "yes": True}]},
                {**good, "colour": 1}):
        assert json_schemas.faults(bad, schema)


def test_rules_and_schema_are_printed(capsys):
    assert cli.main(["screen", "--rules", "--json"]) == 0
    rules = json.loads(capsys.readouterr().out)
    assert all(one["sources"] and date.fromisoformat(one["reviewed"]) for one in rules)
    assert cli.main(["screen", "--rules"]) == 0
    assert "keloid" in capsys.readouterr().out
    assert cli.main(["screen", "--schema"]) == 0
    assert json.loads(capsys.readouterr().out) == answers_schema(LIBRARY)
    assert cli.main(["screen"]) == 1


def test_the_verdict_in_words(monkeypatch, capsys):
    _, out, _ = screen(monkeypatch, capsys, {**PLAN, "answers": [yes("active_acne", areas=["face.chin"])]})
    assert out.startswith("Proceed without Chin.\n- Active acne in the area (Chin): this area is not needled today.")
    assert "Source: " in out
