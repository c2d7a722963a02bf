"""A plan's range of densities: read, entered by a clinic, kept with the session, compared with the estimate."""

import json
from dataclasses import replace

import pytest
import treatments as t
from dossiers import make_dossier

from console.domain import session_events as ev
from console.exports.session_facts import area_fields
from console.services.density_words import against_plan, compared_with_plan

AIMED = replace(t.area("face.forehead", "Forehead"), punctures_low_per_cm2=1000, punctures_high_per_cm2=2500)


@pytest.mark.parametrize(("estimate", "ending"), [
    (999, "2,500 per cm²: below it"), (1000, ": within it"), (2500, ": within it"), (2501, ": above it"),
    (None, "1,000 to 2,500 per cm²")])
def test_an_estimate_is_compared_with_the_range(estimate, ending):
    assert compared_with_plan(AIMED, estimate).endswith(ending)


def test_a_plan_without_a_range_says_so():
    assert compared_with_plan(t.area("face.forehead", "Forehead"), 1000).startswith("The plan gives no range")


def test_the_record_compares_area_by_area_and_tells_the_range():
    dossier = make_dossier()
    assert against_plan(dossier.state, dossier.areas) == ""
    first, second = dossier.areas[:2]
    progress = dossier.state.areas[first.area_id]
    progress.plan = replace(progress.plan, punctures_low_per_cm2=10, punctures_high_per_cm2=20)
    assert against_plan(dossier.state, [replace(first, punctures_per_cm2=21), second]) == (
        f"10 to 20 per cm²: {first.label} above it")
    told = area_fields(first, dossier.state)
    assert (told["planned_punctures_low_per_cm2"], told["planned_punctures_high_per_cm2"]) == (10, 20)
    assert area_fields(second, dossier.state)["planned_punctures_low_per_cm2"] is None


def test_an_older_area_keeps_its_bytes():
    chosen = ev.PlanChosen("p", "Plan", 1, "acne", "face", (t.area("face.forehead", "Forehead"), AIMED))
    plain, aimed = ev.to_payload(chosen)["areas"]
    assert "punctures_low_per_cm2" not in plain and aimed["punctures_high_per_cm2"] == 2500
    assert ev.from_payload("plan_chosen", json.loads(json.dumps(ev.to_payload(chosen)))) == chosen
