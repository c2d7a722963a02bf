import numpy as np

from console.services.steady_pen import RateSpread


def of(spread, rates, first, motor=True):
    taken_s = (first + np.arange(len(rates))) / 10
    return spread.of(taken_s, np.array(rates, float), np.full(len(rates), motor), 100_000)


def test_the_spread_is_known_after_a_whole_second_of_running():
    spread = RateSpread()
    assert of(spread, [10_000] * 9, 0) is None
    assert of(spread, [12_000], 9) == 2000
    assert of(spread, [12_000] * 9, 10) == 0, "what is older than a second does not count"


def test_a_stop_and_a_missing_speed_begin_the_second_anew():
    spread = RateSpread()
    assert of(spread, [10_000] * 10, 0) == 0
    assert of(spread, [12_000] * 9, 10, motor=False) is None
    assert of(spread, [12_000] * 9, 19) is None
    spread = RateSpread()
    of(spread, [10_000] * 10, 0)
    assert of(spread, [np.nan, 12_000], 10) is None


def test_a_lost_frame_leaves_a_hole_that_hides_no_unsteady_speed():
    spread = RateSpread()
    assert of(spread, [10_000] * 10, 0) == 0
    assert of(spread, [12_500] * 3, 13) == 2_500
