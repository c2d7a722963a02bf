"""Delays from read to hand-over: recent ones in the middle, the greatest for good."""

from devices.delay_watch import DelayWatch


def test_nothing_is_known_before_the_first_read() -> None:
    watch = DelayWatch()
    assert (watch.median_ms, watch.greatest_ms) == (None, None)


def test_the_median_follows_and_the_greatest_stays() -> None:
    watch = DelayWatch()
    for delay_s in (0.001, 0.5, 0.003):
        watch.note(delay_s)
    assert (watch.median_ms, watch.greatest_ms) == (3.0, 500.0)
    for _ in range(1_000):
        watch.note(0.002)
    assert (watch.median_ms, watch.greatest_ms) == (2.0, 500.0)
