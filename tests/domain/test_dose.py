"""What lies on the skin against its labels: one summed exposure, repeats, covers, prescriptions, ages."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.dose import Application, Severity, check_dose
from console.services.clinical_library import ClinicalLibrary

LIBRARY = ClinicalLibrary.load(Path(__file__).parents[2] / "resources")
EMLA, LMX4, PLIAGLIS, BLT = (LIBRARY.anesthetic(one) for one in ("emla", "lmx4", "pliaglis", "blt"))
RULES = LIBRARY.exposure
ADULT, HOUR_US, START_US = 480, 3_600_000_000, 1_794_914_640_000_000

amounts = st.builds(
    Application, st.sampled_from(LIBRARY.anesthetics), st.integers(0, 120_000), st.integers(1, 120_000),
    occluded=st.booleans(), authorised=st.booleans())


def texts(check, severity=Severity.OVER):
    return [one.text for one in check.findings if one.severity is severity]


@given(st.lists(amounts, min_size=1, max_size=4), st.integers(0, 1200))
def test_the_sum_is_never_below_any_single_product(applications, months) -> None:
    together = check_dose(applications, months, 30_000, RULES).share
    for one in applications:
        alone = check_dose([one], months, 30_000, RULES).share
        assert alone is None or (together is not None and together >= alone - 1e-9)


@given(st.lists(amounts, max_size=3), amounts, st.booleans())
def test_another_product_never_lowers_the_share_nor_heals_a_breach(applications, more, earlier) -> None:
    before = check_dose(applications, ADULT, None, RULES)
    after = check_dose([*applications, replace(more, earlier=earlier)], ADULT, None, RULES)
    assert before.share is None or (after.share is not None and after.share >= before.share - 1e-9)
    assert before.within_label or not after.within_label


@given(st.sampled_from(LIBRARY.anesthetics), st.integers(0, 1200), st.one_of(st.none(), st.integers(500, 150_000)))
def test_the_band_is_the_labels_for_age_and_weight(product, months, weight_g) -> None:
    found = check_dose([Application(product, 1, 100)], months, weight_g, RULES).each[0].band
    fitting = [band for band in product.bands
               if band.from_months <= months and (band.min_weight_g is None or (weight_g or 0) > band.min_weight_g)]
    if found is not None:
        assert found == fitting[-1], "the highest band whose age and weight are reached"
        assert found.min_weight_g is None or weight_g is not None
    elif fitting and fitting[-1].to_months is not None and weight_g is not None:
        assert months >= fitting[-1].to_months


def test_shares_of_unlike_ceilings_add_up() -> None:
    pliaglis = Application(PLIAGLIS, 26_000, 20_000)  # half of 400 cm²
    cream = Application(LMX4, 90_000, 54_000)  # six tenths of 900 cm²
    both = check_dose([pliaglis, cream], ADULT, None, RULES)
    assert both.share == pytest.approx(1.1)
    assert "together come to 110%" in texts(both)[-1]


def test_a_share_just_past_the_limit_does_not_read_as_the_limit() -> None:
    both = check_dose([Application(EMLA, 60_000, 60_000), Application(LMX4, 100, 100)], ADULT, None, RULES)
    assert texts(both) == ["All products together come to 100.1% of their labels' limits"]


@pytest.mark.parametrize(("hours_ago", "counts"), [(2, True), (23, True), (30, False)])
def test_a_former_visit_counts_for_the_hours_of_the_file(hours_ago, counts) -> None:
    before = Application(EMLA, 40_000, 40_000, applied_at_us=START_US - hours_ago * HOUR_US, earlier=True)
    now = Application(EMLA, 30_000, 30_000, applied_at_us=START_US)
    assert bool(texts(check_dose([now, before], ADULT, None, RULES))) is counts


@pytest.mark.parametrize(("gap_hours", "earlier", "allowed", "refused"), [
    (23, True, False, True), (24, True, False, False), (2, False, False, True), (2, False, True, False),
    (23, True, True, False),
])
def test_compounded_products_are_not_repeated_within_a_day(gap_hours, earlier, allowed, refused) -> None:
    first = Application(BLT, 1000, 1000, applied_at_us=START_US, removed_at_us=START_US + HOUR_US // 2,
                        authorised=True, earlier=earlier)
    again = Application(BLT, 1000, 1000, applied_at_us=START_US + gap_hours * HOUR_US, authorised=True,
                        repeat_allowed=allowed)
    found = texts(check_dose([again, first], ADULT, None, RULES))
    assert any("within 24 h" in one for one in found) is refused


def test_one_application_in_stages_on_other_areas_is_no_repeat() -> None:
    first = Application(BLT, 1000, 1000, area_ids=("face.nose",), applied_at_us=START_US, authorised=True)
    second = replace(first, area_ids=("face.chin",), applied_at_us=START_US + 600_000_000)
    assert texts(check_dose([first, second], ADULT, None, RULES)) == []
    same = replace(second, area_ids=("face.nose",))
    assert texts(check_dose([first, same], ADULT, None, RULES)) != []


def test_a_compounded_product_asks_for_its_prescription() -> None:
    bare = check_dose([Application(BLT, 1000, 1000)], ADULT, None, RULES)
    assert not bare.within_label and "who prescribed it" in texts(bare, Severity.ASK)[0]
    assert check_dose([Application(BLT, 1000, 1000, authorised=True)], ADULT, None, RULES).within_label


def test_more_than_four_percent_lidocaine_needs_a_prescription() -> None:
    strong = replace(LMX4, lidocaine_permille=50)
    assert "FDA" in texts(check_dose([Application(strong, 1500, 1000)], ADULT, None, RULES))[0]
    assert texts(check_dose([Application(LMX4, 1500, 1000)], ADULT, None, RULES)) == []
    assert texts(check_dose([Application(replace(strong, prescription=True), 1500, 1000)], ADULT, None, RULES)) == []


def test_emla_stays_away_from_the_eyes() -> None:
    near = Application(EMLA, 1000, 1000, True, ("face.periorbital_left",))
    assert "Periorbital" in texts(check_dose([near], ADULT, None, RULES))[0]


@pytest.mark.parametrize(("product", "use", "onset", "longest"), [
    (EMLA, "", 60, 300), (EMLA, "minor_dermal", 60, 300), (EMLA, "major_dermal", 120, 300), (LMX4, "", 30, 300),
    (PLIAGLIS, "", 20, 30), (PLIAGLIS, "filler_laser", 20, 30), (PLIAGLIS, "tattoo_removal", 60, 60), (BLT, "", 15, 60),
])
def test_onset_and_longest_time_go_by_the_procedure(product, use, onset, longest) -> None:
    one = check_dose([Application(product, 1000, 1000, use_id=use)], ADULT, None, RULES).each[0]
    assert (one.onset_s, one.max_contact_s) == (onset * 60, longest * 60)


@pytest.mark.parametrize(("months", "longest"), [(1, 60), (2, 60), (3, 240), (11, 240), (12, 300), (ADULT, 300)])
def test_lmx4_longest_time_by_age(months, longest) -> None:
    assert check_dose([Application(LMX4, 150, 100)], months).max_contact_s == longest * 60


@pytest.mark.parametrize(("in2", "grams"), [(2, 1), (6, 5), (12, 11), (16, 13), (23, 20), (31, 26), (39, 33), (47, 40),
                                            (54, 46), (62, 53)])
def test_every_row_of_the_pliaglis_table(in2, grams) -> None:
    area_mm2 = 40_000 if in2 == 62 else round(in2 * 645.16)
    assert texts(check_dose([Application(PLIAGLIS, grams * 1000, area_mm2)], ADULT)) == []
    assert texts(check_dose([Application(PLIAGLIS, grams * 1000 + 500, area_mm2)], ADULT)) != []


@pytest.mark.parametrize(("minutes", "severity"), [(29, Severity.NOTE), (30, None), (300, None), (301, Severity.OVER)])
def test_time_on_the_skin_is_judged(minutes, severity) -> None:
    one = Application(LMX4, 1500, 1000, applied_at_us=START_US, removed_at_us=START_US + minutes * 60_000_000)
    found = check_dose([one], ADULT).findings
    assert [finding.severity for finding in found] == ([severity] if severity else [])


def test_sources_that_differ_are_both_kept() -> None:
    child = check_dose([Application(EMLA, 1000, 1000)], 60, 20_000).each[0]
    assert child.max_contact_s == 4 * 3600
    assert [(other.max_contact_s, other.source.source_id) for other in child.band.others] == [
        (5 * 3600, "emla_uk_leaflet")]
