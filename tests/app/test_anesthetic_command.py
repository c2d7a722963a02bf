"""``main.py anesthetic``: plans as strangers write them, good and bad."""

import json
from pathlib import Path

import pytest

from console.app.cli import main
from console.services.clinical_library import ClinicalLibrary

GOOD = {"patient": {"age_years": 34}, "products": [
    {"product": "lmx4", "grams": 30, "cm2": 200, "applied_at": "2026-10-25T02:30:00+02:00"}]}


@pytest.fixture
def ask(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    def run(plan: object, *options: str) -> tuple[int, str, str]:
        path = tmp_path / "plan.json"
        path.write_text(plan if isinstance(plan, str) else json.dumps(plan), encoding="utf-8")
        code = main(["anesthetic", str(path), *options])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def answered(ask, plan):
    code, out, err = ask(plan, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


def product(**fields):
    return {"patient": {"age_years": 34}, "products": [{"product": "lmx4", "grams": 1, "cm2": 10, **fields}]}


def test_limits_and_times_with_their_offset(ask) -> None:
    found = answered(ask, GOOD)
    one = found["products"][0]
    assert found["within_label"] and found["share"] == 0.75
    assert (one["max_cm2"], one["max_g_here"], one["max_contact_min"], one["onset_min"]) == (900, 40, 300, 30)
    assert one["ready_at"] == "2026-10-25T03:00:00+02:00", "half an hour, on the night the clocks go back too"
    assert found["maximum_at"] == "2026-10-25T07:30:00+02:00"
    assert all("LMX4 UK SmPC" in source for source in one["sources"].values())


def test_words_say_the_same(ask) -> None:
    code, out, _ = ask(GOOD)
    assert code == 0 and out.startswith("Within the labels, 75.0% of the tightest limit.")
    assert "Ready at 2026-10-25T03:00:00+02:00" in out


def test_past_the_label_is_an_answer_not_an_error(ask) -> None:
    found = answered(ask, {"patient": {"age_years": 34}, "products": [{"product": "emla", "grams": 61, "cm2": 600}]})
    assert not found["within_label"] and found["findings"][0]["severity"] == "over"
    assert found["ready_at"] is None


def test_areas_are_summed_from_the_map(ask) -> None:
    plan = product()
    plan["products"][0] |= {"areas": ["face.forehead", "face.nose"]}
    del plan["products"][0]["cm2"]
    sizes = ClinicalLibrary.load(Path(__file__).parents[2] / "resources").sizes_mm2()
    assert answered(ask, plan)["products"][0]["cm2"] == (sizes["face.forehead"] + sizes["face.nose"]) / 100


def test_a_birth_date_gives_months_on_the_day_it_is_put_on(ask) -> None:
    plan = {"patient": {"birth_date": "2024-03-31", "weight_kg": 12}, "products": [
        {"product": "emla", "grams": 1, "cm2": 10, "covered": True, "applied_at": "2025-03-30T10:00:00Z"}]}
    assert answered(ask, plan)["age_months"] == 11
    plan["products"][0]["applied_at"] = "2025-03-31T10:00:00Z"
    assert answered(ask, plan)["products"][0]["max_g"] == 10


def test_a_prescription_opens_the_compounded_one(ask) -> None:
    bare = product(product="blt", applied_at="2026-11-22T10:00:00Z")
    assert not answered(ask, bare)["within_label"]
    bare["products"][0]["prescription"] = {"prescriber": "Dr Sato", "date": "2026-11-20", "until": "2026-11-30"}
    assert answered(ask, bare)["within_label"]


def test_an_area_not_given_is_asked_for_and_no_limit_of_it_is_claimed(ask) -> None:
    plan = {"patient": {"age_years": 34}, "products": [{"product": "emla", "grams": 30, "covered": True},
                                                       {"product": "lmx4", "grams": 5}]}
    found = answered(ask, plan)
    emla, lmx4 = found["products"]
    assert (emla["cm2"], emla["max_g_here"], emla["max_g"], emla["share"]) == (None, None, 60, 0.5)
    assert (lmx4["max_g_here"], lmx4["share"], found["share"], found["within_label"]) == (None, None, 0.5, False)
    assert "EMLA: 30 g on an area not given; at most 60 g, at most 600 cm²" in ask(plan)[1]


@pytest.mark.parametrize(("plan", "words"), [
    ("{", "is not JSON"),
    ([], "an object with patient, procedure, products, earlier"),
    ({"products": []}, "one or more of emla, lmx4, pliaglis, blt"),
    ({"product": []}, "unknown field"),
    (product(product="emlax"), "allowed is emla, lmx4"),
    (product(gram=2), "allowed is product, grams, cm2, areas"),
    (product(grams=-1), "a number from 0 to 500"),
    (product(grams="3"), "found the text «3»; nothing was judged; allowed is a number from 0 to 500"),
    (product(grams=True), "a number from 0 to 500"),
    ('{"products": [{"product": "lmx4", "grams": NaN, "cm2": 1}]}', "NaN is no number"),
    ('{"products": [{"product": "lmx4", "grams": 30, "grams": 3, "cm2": 10}]}', "«grams» is there twice"),
    (f'{{"products": [{{"product": "lmx4", "grams": 1{"0" * 400}, "cm2": 1}}]}}', "a number from 0 to 500"),
    (product(applied_at="2026-11-22T10:00:00"), "UTC offset"),
    (product(applied_at="9999-12-31T23:59:59Z"), "UTC offset"),
    (product(applied_at="2026-11-22T10:00:00Z", removed_at="2026-11-22T09:00:00Z"), "a time after applied_at"),
    (product(areas=["face.ear"]), "face.forehead"),
    (product(cm2=None, areas=["body.thigh_left"]), "whose size is not known"),
    (product(covered="yes"), "true or false"),
    (product(prescription={"prescriber": ""}), "prescriber and date"),
    ({**product(), "procedure": "surgery"}, "needling, minor_dermal, major_dermal, filler_laser, tattoo_removal"),
    ({**product(), "patient": {"age_years": 30, "birth_date": "1990-01-01"}}, "one of age_years"),
    ({**product(), "patient": {"birth_date": "soon"}}, "a date such as"),
])
def test_a_bad_plan_is_one_sentence(ask, plan, words) -> None:
    code, out, err = ask(plan)
    assert (code, out) == (1, "")
    assert words in err and err.count("\n") == 1 and "Traceback" not in err


def test_the_schema_fits_what_is_read(ask, capsys) -> None:
    assert main(["anesthetic", "--schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert schema["properties"]["products"]["items"]["properties"]["product"]["enum"][0] == "emla"
    assert schema["additionalProperties"] is False


def test_list_names_every_product_with_its_source(capsys) -> None:
    assert main(["anesthetic", "--list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert {one["product"] for one in listed} >= {"emla", "lmx4", "pliaglis", "blt"}
    assert all(one["source"] and all(band["source"] for band in one["bands"]) for one in listed)


def test_no_plan_and_no_file(capsys, tmp_path) -> None:
    assert main(["anesthetic"]) == 1
    assert "No plan is named" in capsys.readouterr().err
    assert main(["anesthetic", str(tmp_path / "none.json")]) == 1
    assert main(["anesthetic", "--list", "--data", str(tmp_path)]) == 1
    assert "no data folder" in capsys.readouterr().err
