import numpy as np

from console.domain.telemetry import Batch
from console.services.steady_pen import RateSpread


def of(spread, rates, first, boot=7, motor=True):
    batch = Batch("A1", boot, first, len(rates), 100_000, first * 100_000, 0, 0.0, b"")
    return spread.of(batch, np.array(rates, float), np.full(len(rates), motor))


def test_the_spread_is_known_after_a_whole_second_of_running():
    spread = RateSpread()
    assert of(spread, [10_000] * 9, 0) is None
    assert of(spread, [12_000], 9) == 2000
    assert of(spread, [12_000] * 9, 10) == 0, "what is older than a second does not count"


def test_a_stop_a_gap_a_restart_and_a_missing_speed_begin_the_second_anew():
    for broken in ({"first": 12}, {"first": 10, "boot": 8}, {"first": 10, "motor": False}):
        spread = RateSpread()
        assert of(spread, [10_000] * 10, 0) == 0
        assert of(spread, [12_000] * 9, **broken) is None
    spread = RateSpread()
    of(spread, [10_000] * 10, 0)
    assert of(spread, [np.nan, 12_000], 10) is None
