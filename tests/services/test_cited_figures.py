"""The shipped plans, depths, courses and scales against the sources as they were read, figure by figure."""

from pathlib import Path

import pytest

from console.domain.areas import AREA_IDS
from console.domain.sources import Grade
from console.services.clinical_library import ClinicalLibrary

LIBRARY = ClinicalLibrary.load(Path(__file__).parents[2] / "resources")
HOME, THIN, THICK, GUIDE, RF = "home_chart", "drpen_thin", "drpen_thick", "before_after_guide", "rf_review"
BY_AREA = {
    "face.forehead": {HOME: (250, 500), THIN: (250, 500), THICK: (500, 750), GUIDE: (250, 500), RF: (1500, None)},
    "face.glabella": {THIN: (250, 500), THICK: (500, 1000), "exceed_510k": (None, 1500)},
    "face.temple_left": {RF: (1500, None)},
    "face.periorbital_left": {HOME: (250, 300), THIN: (250, 250), THICK: (250, 500), GUIDE: (200, 300)},
    "face.cheek_right": {HOME: (500, 1000), THIN: (500, 1000), THICK: (1000, 2000), GUIDE: (500, 1000),
                         RF: (1000, 1000), "skinpen_profile": (None, 1500)},
    "face.nose": {HOME: (250, 500), THIN: (250, 250), THICK: (500, 500), GUIDE: (250, 750), RF: (None, 2000)},
    "face.upper_lip": {HOME: (250, 500), THIN: (250, 250), THICK: (250, 750), GUIDE: (250, 500), RF: (500, 500)},
    "face.perioral": {HOME: (250, 500), THIN: (250, 250), THICK: (250, 750), GUIDE: (250, 500), RF: (500, 500)},
    "face.chin": {HOME: (500, 1000), THIN: (500, 1000), THICK: (1000, 2000), GUIDE: (500, 1000)},
    "face.jawline_left": {HOME: (500, 1000), THIN: (500, 1000), THICK: (1000, 2000), GUIDE: (500, 1000)},
    "neck": {RF: (1500, 1500), "nct03803059": (None, 2500)},
    "scalp.vertex": {"scalp_review": (500, 2500)},
    "body.abdomen": {"drpen_stretch": (1500, 2000), "skinstylus_510k": (None, 2500)},
    "body.decolletage": {}, "body.hand_left": {},
}


@pytest.mark.parametrize("area_id", BY_AREA)
def test_depths_by_area_are_those_of_every_source(area_id):
    scars = {"drpen_scars_thin": (1000, 1250), "drpen_scars_thick": (1500, 2000), "nct02646917": (250, 2000)}
    found = {}
    for plan in LIBRARY.plans:
        for area in plan.areas:
            if area.area_id == area_id:
                found |= {band.source.source_id: (band.low_um, band.high_um) for band in area.cited}
    found = found or {row: None for row in figures_on(area_id)}
    by_area = {source: band for source, band in found.items() if source not in scars}
    if by_area and None not in by_area.values():
        assert by_area == BY_AREA[area_id]
        assert all(found[source] == band for source, band in scars.items() if source in found)
    else:
        assert set(by_area) == set(BY_AREA[area_id])


def figures_on(area_id):
    return {one.sources[0].source_id for one in LIBRARY.figures
            if one.kind == "depth" and one.field == "areas" and area_id in one.value.split("; ")}


def test_only_figures_of_pens_are_followed_and_the_most_careful_of_them():
    for plan_id in ("facial_acne_scars", "facial_wrinkles", "facial_maintenance"):
        for area in LIBRARY.plan(plan_id).areas:
            rivals = [band for band in area.cited if band.for_pens and None not in (band.low_um, band.high_um)
                      and band.low_um != band.high_um]
            assert area.band is not None and area.band.for_pens
            assert area.band.high_um == min(band.high_um for band in rivals), (plan_id, area.area_id)


def test_charts_of_pens_differ_up_to_fourfold_and_both_sides_are_kept():
    cheek = next(one for one in LIBRARY.plan("facial_wrinkles").areas if one.area_id == "face.cheek_left")
    sides = [band for band in cheek.cited if band.for_pens and band.low_um]
    assert max(band.high_um for band in sides) == 4 * min(band.low_um for band in sides)


@pytest.mark.parametrize(("plan_id", "course", "others"), [
    ("facial_acne_scars", (3, 30, 30, "nct02646917"),
     {(0, 30, 61, "brief"), (0, 42, 56, "plasticna"), (0, 28, 42, "skinbysalima")}),
    ("facial_wrinkles", (4, 30, 30, "exceed_ablon"), {(0, 30, 61, "brief"), (0, 28, 42, "skinbysalima")}),
    ("neck_wrinkles", (4, 30, 30, "nct03803059"), set()),
    ("abdominal_scar", (3, None, None, "skinstylus_510k"), set()),
    ("stretch_marks", None, set()),
    ("scalp_density", (6, 14, 14, "scalp_trial"), {(0, 7, 31, "scalp_review")}),
    ("facial_maintenance", (0, 182, 365, "brief"), set()),
])
def test_courses_are_those_of_the_trials_with_the_others_beside(plan_id, course, others):
    def flat(one):
        return one and (one.length, one.interval_min_days, one.interval_max_days, one.source.source_id)
    plan = LIBRARY.plan(plan_id)
    assert flat(plan.course) == course and {flat(one) for one in plan.other_courses} == others


def test_no_depth_is_made_up_where_no_source_gives_one():
    assert not figures_on("body.decolletage") and not figures_on("body.hand_right")
    assert "body.decolletage" in AREA_IDS
    assert {plan.plan_id: (plan.endpoint, {area.passes for area in plan.areas}) for plan in LIBRARY.plans} == {
        "facial_acne_scars": ("pinpoint_bleeding", {3}), "facial_wrinkles": ("erythema", {3}),
        "neck_wrinkles": ("", {None}), "abdominal_scar": ("", {None}), "stretch_marks": ("pinpoint_bleeding", {None}),
        "scalp_density": ("erythema", {None}), "facial_maintenance": ("erythema", {3})}
    assert {area.target_depth_um for area in LIBRARY.plan("scalp_density").areas} == {600}


@pytest.mark.parametrize(("scale_id", "low", "high", "better", "change", "steps"), [
    ("goodman_baron", 1, 4, "lower", None, 4), ("gais", 1, 5, "lower", None, 5), ("vas_pain", 0, 100, "lower", None, 0),
    ("vas_scar", 0, 100, "lower", 10, 0), ("erythema", 0, 4, "lower", None, 5), ("scaling", 0, 4, "lower", None, 5),
    ("fitzpatrick", 1, 6, "none", None, 6),
])
def test_scales_say_their_ends_and_which_is_the_good_one(scale_id, low, high, better, change, steps):
    scale = next(one for one in LIBRARY.scales if one.scale_id == scale_id)
    assert (scale.low, scale.high, scale.better, scale.smallest_change, len(scale.levels)) == (
        low, high, better, change, steps)
    assert scale.version == 1 and scale.sources


def test_gais_runs_as_in_the_skinpen_form():
    scale = next(one for one in LIBRARY.scales if one.scale_id == "gais")
    assert scale.levels[0] == "1 Very much improved" and scale.levels[-1] == "5 Worse"


def test_sunscreen_waits_a_day_as_shipped_and_the_other_side_is_kept():
    sides = {one.option: (one.from_hours, one.until_hours, one.shipped) for one in LIBRARY.aftercare
             if one.choice == "sunscreen_start"}
    assert sides == {"after_24h": (24, 336, True), "at_once": (0, 336, False)}
    assert all(one.conflict for one in LIBRARY.aftercare if one.choice)


def test_no_clinical_figure_rests_on_a_design_choice_alone():
    for one in LIBRARY.figures:
        if one.kind == "photo_set" and not one.is_number:
            continue  # which way to look at a scalp: words, no figure
        if {source.grade for source in one.sources} == {Grade.CONSOLE}:
            assert one.kind in ("alarm", "pen", "use", "exposure") and (
                one.kind in ("alarm", "exposure") or one.file == "aria-m1.toml"), one


def test_a_course_its_source_leaves_open_claims_no_number_of_sessions():
    counts = [one.value for one in LIBRARY.figures if one.field.endswith("length")]
    assert counts and "0" not in counts
    assert [one.length for one in LIBRARY.plan("facial_acne_scars").other_courses] == [0, 0, 0]


def test_needles_commonly_stated_are_not_cited_from_the_regulator():
    needles = next(one for one in LIBRARY.figures
                   if (one.entry_id, one.field) == ("skinpen_precision", "needles"))
    assert [one.grade for one in needles.sources] == [Grade.SECONDARY]
