from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.products import (
    Recall,
    SkinProduct,
    check_digit,
    dermis_warning,
    expiry_problem,
    gtin14,
    gtin_problem,
    is_tube_of,
    plasma_problem,
    recall_problem,
)


@pytest.mark.parametrize("gtin", ["09506000134352", "9506000134352", "4006381333931", "96385074", "036000291452"])
def test_good_product_numbers(gtin):
    assert gtin_problem(gtin) == ""


@pytest.mark.parametrize("gtin", ["09506000134353", "", "123", "00000000000000", "950600013435X", "９506000134352"])
def test_bad_product_numbers_get_a_sentence(gtin):
    assert gtin_problem(gtin)


@given(st.text("0123456789", min_size=13, max_size=13).filter(int), st.integers(0, 13), st.integers(1, 9))
def test_any_single_wrong_digit_is_caught(body, place, shift):
    good = body + check_digit(body)
    bad = good[:place] + str((int(good[place]) + shift) % 10) + good[place + 1:]
    assert gtin_problem(good) == "" and gtin_problem(bad)


def test_equal_numbers_of_different_length_compare_equal():
    assert gtin14("9506000134352") == gtin14("09506000134352")
    assert gtin14("") == ""


@pytest.mark.parametrize(("expiry", "problem"), [
    ("2026-11-21", "Expired on 2026-11-21"), ("2026-11-22", ""), ("", ""),
])
def test_expiry_counts_its_own_day(expiry, problem):
    assert expiry_problem(expiry, date(2026, 11, 22)) == problem


def test_recalls_by_lot_by_serial_and_of_everything():
    gtin = "09506000134352"
    assert recall_problem([Recall(gtin, "L1")], "9506000134352", "L1") == "Lot L1 is recalled"
    assert recall_problem([Recall(gtin, "L1")], gtin, "L2") == ""
    assert recall_problem([Recall(gtin, serial="7")], gtin, "L2", "7") == "This product is recalled"
    assert recall_problem([Recall(gtin)], gtin, "") and not recall_problem([], gtin, "")


def test_only_a_product_meant_for_the_dermis_passes_without_a_word():
    def product(meant, warning=""):
        return SkinProduct("x", "X", ("serum",), meant, warning, (), date(2026, 11, 22))
    assert dermis_warning(product(True, "unused")) == ""
    assert dermis_warning(product(False, "Granulomas")) == "Granulomas"
    assert "No source says" in dermis_warning(product(None))
    assert "do not know this product" in dermis_warning(None)


@pytest.mark.parametrize(("tube", "patient", "same"), [
    ("T-0412-3", "P-0412", True), ("T-0412-3", "P-3", False), ("T-0460-1", "P-0412", False),
    ("T-0412", "P-0412", False), ("P-0412-3", "P-0412", False), ("T--3", "", False),
])
def test_a_tube_bears_its_patients_number(tube, patient, same) -> None:
    assert is_tube_of(tube, patient) is same


@pytest.mark.parametrize(("minutes", "longest", "words"), [
    (20, None, ""), (600, None, ""), (30, 30, ""), (31, 30, "31 min ago"), (-1, None, "future")])
def test_plasma_is_too_old_only_by_the_clinics_own_rule(minutes, longest, words) -> None:
    problem = plasma_problem(0, minutes * 60_000_000, longest)
    assert (words in problem) if words else problem == ""
