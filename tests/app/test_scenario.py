import pytest

from console.app import scenario
from console.app.scenario import load_scenario, scenario_names
from console.domain.clock import iso_utc
from console.domain.errors import OperatorError
from console.services.resources import resource_path


def test_every_scenario_that_ships_can_be_read():
    assert "acne-scars" in scenario_names()
    for name in scenario_names():
        told = load_scenario(name)
        assert told.name == name and told.patient.startswith("P-") and told.pass_s > 0
        assert iso_utc(told.starts_us).startswith("20")


@pytest.mark.parametrize(("damage", "words"), [
    (("name = ", "nom = "), "lacks 'name'"), (("starts = ", "starts = 5 # "), "is wrong"),
    (("[needling]", "[needling"), "is wrong"), (("pass_s = ", 'pass_s = "long" # '), "is wrong")])
def test_a_scenario_that_is_wrong_says_which_field(tmp_path, monkeypatch, damage, words):
    text = resource_path("scenarios", "acne-scars.toml").read_text(encoding="utf-8")
    assert damage[0] in text
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "bent.toml").write_text(text.replace(*damage, 1), encoding="utf-8")
    monkeypatch.setattr(scenario, "resource_path", lambda *parts: tmp_path.joinpath(*parts))
    with pytest.raises(OperatorError, match=words):
        load_scenario("bent")
    with pytest.raises(OperatorError, match="choose one of bent"):
        load_scenario("../bent")
