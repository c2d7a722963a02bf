"""The pen's clock mapped to the console's from arrival times alone."""

import random

import pytest

from devices.clock_map import ClockMap, Moment, UtcAnchor


@pytest.mark.parametrize("drift_ppm", [-100, 0, 100])
def test_drift_and_jitter_stay_under_five_milliseconds(drift_ppm: int) -> None:
    chance, clock_map, worst_s, last_s = random.Random(drift_ppm), ClockMap(), 0.0, -1.0
    for frame in range(25 * 120):
        taken_s = 50.0 + frame * 0.04
        pen_us = round((taken_s - 47.0) * (1 + drift_ppm * 1e-6) * 1e6)
        clock_map.note(pen_us, taken_s + 0.002 + chance.uniform(0, 0.02))
        mapped_s = clock_map.steady_s(pen_us)
        assert mapped_s > last_s, "mapped time stepped back"
        last_s = mapped_s
        if frame > 50:
            worst_s = max(worst_s, abs(mapped_s - 0.002 - taken_s))
    assert worst_s < 0.005


def test_a_late_backlog_moves_nothing() -> None:
    clock_map = ClockMap()
    for frame in range(100):
        clock_map.note(frame * 40_000, 10.0 + frame * 0.04)
    for frame in range(100, 200):  # all at once, when the cable is back
        clock_map.note(frame * 40_000, 10.0 + 30.0)
    assert clock_map.steady_s(4_000_000) == pytest.approx(14.0, abs=0.001)


def test_one_absurd_time_stamp_moves_nothing() -> None:
    clock_map = ClockMap()
    for frame in range(100):
        clock_map.note(frame * 40_000, 10.0 + frame * 0.04)
    clock_map.note(10**15, 14.0)
    clock_map.note(100 * 40_000, 14.0)
    assert clock_map.steady_s(4_000_000) == pytest.approx(14.0, abs=0.001)


def test_another_clock_is_believed_after_some_frames() -> None:
    clock_map = ClockMap()
    clock_map.note(1_000_000, 10.0)
    for frame in range(10):
        clock_map.note(50_000_000 + frame * 40_000, 11.0 + frame * 0.04)
    assert clock_map.steady_s(50_360_000) == pytest.approx(11.36, abs=0.001)


def test_the_map_goes_both_ways() -> None:
    clock_map = ClockMap()
    assert not clock_map.known
    clock_map.note(2_000_000, 12.5)
    assert clock_map.known
    assert clock_map.pen_time_us(13.0) == 2_500_000


def test_utc_holds_still_until_the_wall_clock_moves() -> None:
    anchor = UtcAnchor()
    anchor.note(Moment(100.0, 5_000_000_000))
    anchor.note(Moment(101.0, 5_001_000_400))  # 0.4 ms of reading noise
    assert anchor.utc_us(102.0) == 5_002_000_000
    anchor.note(Moment(103.0, 9_003_000_000))
    assert anchor.utc_us(103.0) == 9_003_000_000
