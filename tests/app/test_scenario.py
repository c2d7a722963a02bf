import pytest

from console.app.scenario import load_scenario, scenario_names
from console.domain.clock import iso_utc
from console.domain.errors import OperatorError
from console.services.resources import resource_path


def test_every_scenario_that_ships_can_be_read():
    assert {"acne-scars", "calm", "noisy-line"} <= set(scenario_names())
    for name in scenario_names():
        told = load_scenario(name)
        assert told.name == name and told.patient.startswith("P-") and told.pass_s > 0
        assert iso_utc(told.starts_us).startswith("20")


@pytest.mark.parametrize(("damage", "words"), [
    (("name = ", "# "), "lacks 'name'"), (("name = ", "nom = "), "an unknown field «nom»"),
    (("starts = ", "starts = 5 # "), "is wrong"),
    (("[needling]", "[needling"), "is wrong"), (("pass_s = ", 'pass_s = "long" # '), "is wrong"),
    (("patient = ", "# "), "lacks 'patient'")])
def test_a_scenario_that_is_wrong_says_which_field(tmp_path, damage, words):
    text = resource_path("scenarios", "acne-scars.toml").read_text(encoding="utf-8")
    assert damage[0] in text
    bent = tmp_path / "bent.toml"
    bent.write_text(text.replace(*damage, 1), encoding="utf-8")
    with pytest.raises(OperatorError, match=words):
        load_scenario(str(bent))


def test_a_scenario_that_cannot_be_played_names_those_that_can():
    with pytest.raises(OperatorError, match="is a pen's only; nothing was started; choose one of acne-scars, calm"):
        load_scenario("frozen-pen")
    with pytest.raises(OperatorError, match=r"There is no scenario «\.\./bent».*choose one of acne-scars, bad-day"):
        load_scenario("../bent")


def test_a_treatment_can_be_borrowed_for_another_pen():
    borrowed, own = load_scenario("noisy-line"), load_scenario("short")
    assert (borrowed.name, borrowed.patient, borrowed.pass_s) == ("noisy-line", own.patient, own.pass_s)
