"""Wilson's interval against published figures, and no rate of few."""

import pytest

from console.domain.proportions import FEW, rate_words, wilson


@pytest.mark.parametrize(("cases", "of", "low", "high"), [
    (81, 263, 0.2553, 0.3662),  # Newcombe, Statistics in Medicine 17, 1998, 857-872, table I
    (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)])
def test_the_interval_is_the_published_one(cases: int, of: int, low: float, high: float) -> None:
    assert wilson(cases, of) == pytest.approx((low, high), abs=5e-5)


def test_of_few_only_the_counts_are_given() -> None:
    assert rate_words(1, FEW - 1) == f"1 of {FEW - 1}, too few to compare"
    assert rate_words(1, FEW).startswith(f"1 of {FEW}, 5.0 % (0.9 to ")
    assert wilson(0, 0) == (0.0, 1.0)
