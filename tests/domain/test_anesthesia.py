from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.anesthesia import DwellState, band_for, dwell, table_limit_mg
from console.domain.dose import Application, Severity, check_dose
from console.services.clinical_library import ClinicalLibrary

LIBRARY = ClinicalLibrary.load(Path(__file__).parents[2] / "resources")
EMLA, LMX4 = LIBRARY.anesthetic("emla"), LIBRARY.anesthetic("lmx4")
PLIAGLIS, BLT = LIBRARY.anesthetic("pliaglis"), LIBRARY.anesthetic("blt")
ADULT = 40 * 12


def over(check):
    return [finding.text for finding in check.findings if finding.severity is Severity.OVER]


def asks(check):
    return [finding.text for finding in check.findings if finding.severity is Severity.ASK]


@pytest.mark.parametrize(("product", "g", "cm2", "ok"), [
    (EMLA, 60, 600, True), (EMLA, 61, 600, False), (EMLA, 60, 601, False),  # UK SmPC: 60 g, 600 cm²
    (LMX4, 30, 200, True), (LMX4, 40, 200, True), (LMX4, 41, 200, False),  # face 200 cm²: 30 to 40 g
    (LMX4, 150, 900, True), (LMX4, 150, 901, False),  # 900 cm²
    (PLIAGLIS, 53, 400, True), (PLIAGLIS, 54, 400, False), (PLIAGLIS, 26, 200, True), (PLIAGLIS, 27, 200, False),
    (BLT, 40, 200, True), (BLT, 41, 200, False),  # about 2 g on 10 cm²
])
def test_adult_doses_at_and_past_the_label(product, g, cm2, ok):
    check = check_dose([Application(product, g * 1000, cm2 * 100)], ADULT)
    assert (over(check) == []) is ok
    assert (check.share is not None and check.share <= 1) is ok


@pytest.mark.parametrize(("months", "kg", "max_g", "hours"), [
    (2, 4, 1, 1), (2, 6, None, None), (6, 6, 2, 4), (6, 5, 1, 1), (36, 12, 10, 4), (36, 9, 2, 4), (100, 25, 20, 4),
    (100, 15, 10, 4), (ADULT, None, 60, 5),
])
def test_emla_bands_drop_with_low_weight(months, kg, max_g, hours):
    band, obstacle = band_for(EMLA, months, kg * 1000 if kg else None)
    assert obstacle == "" and band is not None
    assert band.max_mass_mg == (max_g if max_g is not None else 1) * 1000
    assert band.max_contact_s == (hours or 1) * 3600


def test_what_the_label_does_not_say_is_asked():
    assert "date of birth" in asks(check_dose([Application(EMLA, 1000, 1000)], None))[0]
    assert "weight" in asks(check_dose([Application(EMLA, 1000, 1000)], 36))[0]
    assert "no limits for this age" in asks(check_dose([Application(EMLA, 1000, 2000)], 15 * 12))[0]
    assert "under 18 years" in over(check_dose([Application(PLIAGLIS, 1000, 2000)], 17 * 12))[0]
    assert "under 1 month" in over(check_dose([Application(LMX4, 100, 1000)], 0))[0]
    assert "enter the area" in asks(check_dose([Application(LMX4, 1000, 0)], ADULT))[0]


def test_products_are_summed_as_shares_of_their_own_limits():
    half_emla = Application(EMLA, 30_000, 30_000)
    half_lmx = Application(LMX4, 75_000, 45_000)  # half of 900 cm²; LMX4's label names no most grams
    assert check_dose([half_emla], ADULT).share == pytest.approx(0.5)
    together = check_dose([half_emla, half_lmx], ADULT)
    assert together.share == pytest.approx(1.0) and over(together) == []
    too_much = check_dose([half_emla, Application(LMX4, 76_000, 45_600)], ADULT)
    assert len(over(too_much)) == 1 and "together" in over(too_much)[0]
    twice = [Application(LMX4, 20_000, 10_000)] * 2  # full amount per cm² on two areas is no excess
    assert over(check_dose(twice, ADULT)) == [] and check_dose(twice, ADULT).share == 1


def test_cover_follows_the_label():
    assert over(check_dose([Application(BLT, 1000, 1000, occluded=True)], ADULT)) != []
    assert over(check_dose([Application(EMLA, 1000, 1000, occluded=True)], ADULT)) == []
    uncovered = check_dose([Application(EMLA, 1000, 1000)], ADULT)
    assert any("dressing" in finding.text for finding in uncovered.findings)
    assert uncovered.within_label


def test_every_finding_has_a_source():
    check = check_dose([Application(BLT, 90_000, 10_000, True), Application(EMLA, 90_000, 90_000)], None)
    assert check.findings and all(finding.source for finding in check.findings)


def test_no_ceiling_by_body_weight_for_adults():
    heavy, light = (check_dose([Application(LMX4, 40_000, 20_000)], ADULT, kg * 1000) for kg in (120, 40))
    assert heavy == light and heavy.within_label


def test_pliaglis_table_is_read_in_straight_lines():
    assert table_limit_mg(PLIAGLIS, 3871) == 5000
    assert table_limit_mg(PLIAGLIS, 1290) == 1000
    assert 1000 < table_limit_mg(PLIAGLIS, 2500) < 5000
    assert table_limit_mg(PLIAGLIS, 99_999) == 53_000
    assert table_limit_mg(LMX4, 100) is None


@given(st.integers(1, 60_000), st.integers(1, 60_000))
def test_pliaglis_limit_never_falls_with_area(one, other):
    low, high = sorted((one, other))
    assert table_limit_mg(PLIAGLIS, low) <= table_limit_mg(PLIAGLIS, high)


@pytest.mark.parametrize(("minute", "state", "ready_in", "remove_in", "over_by"), [
    (0, DwellState.ONSET, 30, 300, 0), (29, DwellState.ONSET, 1, 271, 0), (30, DwellState.READY, 0, 270, 0),
    (299, DwellState.READY, 0, 1, 0), (300, DwellState.OVER, 0, 0, 0), (310, DwellState.OVER, 0, 0, 10),
    (-5, DwellState.ONSET, 30, 300, 0),
])
def test_dwell_clock(minute, state, ready_in, remove_in, over_by):
    start = 1_000_000_000_000
    clock = dwell(start, 30 * 60, 300 * 60, start + minute * 60_000_000)
    assert clock.state is state
    assert (clock.ready_in_s, clock.remove_in_s, clock.over_s) == (ready_in * 60, remove_in * 60, over_by * 60)
    assert 0 <= clock.share <= 1


@given(st.integers(1, 40_000), st.integers(0, 40_000), st.integers(-10**6, 10**11))
def test_dwell_is_ready_only_between_onset_and_longest(onset_s, more_s, now_us):
    clock = dwell(0, onset_s, onset_s + more_s, now_us)
    ready = onset_s * 1_000_000 <= now_us < (onset_s + more_s) * 1_000_000
    assert (clock.state is DwellState.READY) is ready
    assert (clock.ready_in_s > 0) is (clock.state is DwellState.ONSET)
