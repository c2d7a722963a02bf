from pathlib import Path

import pytest

from console.domain.errors import OperatorError
from console.domain.treatment_plan import area_plans, missing, plan_map, retarget
from console.services.clinical_library import ClinicalLibrary

RESOURCES = Path(__file__).parents[2] / "resources"
SHIPPED = ClinicalLibrary.load(RESOURCES)
DEMO = ClinicalLibrary.load(RESOURCES, RESOURCES / "clinical" / "demo_clinic.toml")


def test_a_plan_becomes_what_a_session_keeps():
    plan = SHIPPED.plan("facial_acne_scars")
    areas = area_plans(plan, ["face.cheek_left", "face.forehead"], "exceed", SHIPPED.sizes_mm2())
    assert [area.area_id for area in areas] == ["face.forehead", "face.cheek_left"]  # the plan's order
    forehead = areas[0]
    assert (forehead.band_low_um, forehead.band_high_um, forehead.target_depth_um) == (250, 500, 375)
    assert (forehead.rate_low_chz, forehead.rate_high_chz, forehead.passes) == (10_000, 15_000, 3)
    assert forehead.area_mm2 == 4040 and "glow-refinery.com" in forehead.depth_source


def test_no_area_named_means_all():
    plan = DEMO.plan("facial_acne_scars")
    assert len(area_plans(plan, (), "aria-m1", DEMO.sizes_mm2())) == len(plan.areas) == 9


@pytest.mark.parametrize(("plan_id", "pen_id", "lacks"), [
    ("neck_wrinkles", "exceed", "depth of Neck, passes of Neck"),
    ("facial_acne_scars", "dr_pen", "speed for this pen"),
    ("abdominal_scar", "skinstylus", "depth of Abdomen, passes of Abdomen, speed for this pen"),
])
def test_what_no_source_gives_is_named_and_refused(plan_id, pen_id, lacks):
    plan = SHIPPED.plan(plan_id)
    assert ", ".join(missing(plan, pen_id)) == lacks
    with pytest.raises(OperatorError, match=lacks):
        area_plans(plan, (), pen_id, {})


def test_the_demo_clinic_s_plans_lack_nothing():
    assert [missing(plan, "aria-m1") for plan in DEMO.plans] == [()] * len(DEMO.plans)


def test_a_figure_missing_on_an_area_left_out_does_not_matter():
    plan = SHIPPED.plan("stretch_marks")
    assert missing(plan, "exceed", ["body.abdomen"]) == ("passes of Abdomen",)


def test_a_stranger_among_the_areas_is_refused():
    with pytest.raises(OperatorError, match="Neck is not part"):
        area_plans(SHIPPED.plan("facial_acne_scars"), ["neck"], "exceed", {})


def test_radiofrequency_depths_are_kept_but_never_chosen():
    plan = SHIPPED.plan("facial_wrinkles")
    forehead = next(area for area in plan.areas if area.area_id == "face.forehead")
    review = [band for band in forehead.cited if not band.for_pens]
    assert len(review) == 1 and len(forehead.cited) >= 4
    assert all(area.band is None or area.band.for_pens for one in SHIPPED.plans for area in one.areas)


def test_scalp_targets_the_depth_that_did_better():
    assert {area.target_depth_um for area in SHIPPED.plan("scalp_density").areas} == {600}


def test_a_target_moves_with_its_band():
    areas = area_plans(DEMO.plan("facial_acne_scars"), (), "aria-m1", {})
    moved = retarget(areas[2], areas[2].target_depth_um + 100, "practitioner")
    assert (moved.target_depth_um, moved.band_low_um, moved.band_high_um) == (1100, 950, 1250)
    assert moved.depth_source == "practitioner"


@pytest.mark.parametrize(("areas", "map_id"), [
    ((), "face"), (("neck",), "face"), (("scalp.mid",), "scalp"), (("body.abdomen",), "body"),
])
def test_the_map_to_draw(areas, map_id):
    assert plan_map(areas) == map_id
