"""Rates with their denominators: how sure a share is of which only so many were seen."""

from math import sqrt

Z_95 = 1.959964  # the normal distribution's two-sided 95 %
FEW = 20  # of fewer treatments no rate is given: one case more or less would change it by five in a hundred


def wilson(cases: int, of: int) -> tuple[float, float]:
    """Give the 95 % score interval of a share (Wilson, J. Am. Stat. Assoc. 22, 1927, 209-212); of none 0 to 1."""
    if of <= 0:
        return 0.0, 1.0
    share, square = cases / of, Z_95 * Z_95
    middle = share + square / (2 * of)
    half = Z_95 * sqrt(share * (1 - share) / of + square / (4 * of * of))
    scale = 1 + square / of
    return max((middle - half) / scale, 0.0), min((middle + half) / scale, 1.0)


def rate_words(cases: int, of: int) -> str:
    """Write «3 of 120, 2.5 % (0.9 to 7.1)»; of few only the counts."""
    counts = f"{cases:,} of {of:,}"
    if of < FEW:
        return f"{counts}, too few to compare"
    low, high = wilson(cases, of)
    return f"{counts}, {100 * cases / of:.1f} % ({100 * low:.1f} to {100 * high:.1f})"
