"""The pen's clock mapped to the console's from arrival times alone."""

import random
from collections.abc import Callable

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


def worst_error_s(delay_s: Callable[[float, random.Random], float], drift_ppm: float, seconds: float = 240.0,
                  settled_s: float = 5.0) -> tuple[float, ClockMap]:
    """Let frames of 40 ms arrive with a delay; give the greatest error after ``settled_s``, and the map."""
    chance, clock_map, worst_s, last_s, arrived_s = random.Random(9), ClockMap(), 0.0, -1.0, 0.0
    for frame in range(int(seconds * 25)):
        taken_s = 50.0 + frame * 0.04
        pen_us = round((taken_s - 47.0) * (1 + drift_ppm * 1e-6) * 1e6)
        arrived_s = max(arrived_s, taken_s + delay_s(taken_s - 50.0, chance))  # a line keeps the order
        clock_map.note(pen_us, arrived_s)
        mapped_s = clock_map.steady_s(pen_us)
        assert mapped_s > last_s, "mapped time stepped back"
        last_s = mapped_s
        if taken_s - 50.0 > settled_s:
            worst_s = max(worst_s, abs(mapped_s - taken_s))
    return worst_s, clock_map


DELAYS = {
    "20 ms of jitter": lambda at_s, chance: chance.uniform(0, 0.02),
    "a bridge that hands over every 16 ms": lambda at_s, chance: 0.016 - at_s % 0.016,
    "bursts, half a second at a time": lambda at_s, chance: 0.5 - at_s % 0.5,
    "one-sided: seldom prompt": lambda at_s, chance: chance.expovariate(1 / 0.02),
    "half a minute of a busy computer": lambda at_s, chance: chance.uniform(0, 0.02) + 0.06 * (100 < at_s < 130),
}


@pytest.mark.parametrize("drift_ppm", [-100, 100])
@pytest.mark.parametrize("kind", DELAYS)
def test_every_kind_of_delay_stays_under_five_milliseconds(kind: str, drift_ppm: int) -> None:
    worst_s, clock_map = worst_error_s(DELAYS[kind], drift_ppm, settled_s=40.0 if "bursts" in kind else 10.0)
    assert worst_s < (0.045 if "bursts" in kind else 0.005), f"{worst_s * 1000:.2f} ms"
    assert clock_map.drift_ppm == pytest.approx(drift_ppm, abs=40)


def test_the_drift_is_unknown_before_a_line_can_be_drawn() -> None:
    _, clock_map = worst_error_s(DELAYS["20 ms of jitter"], 100, seconds=15.0)
    assert clock_map.drift_ppm is None


def test_a_silence_of_minutes_and_a_changed_drift_are_followed() -> None:
    clock_map, pen_s, worst_s = ClockMap(), 0.0, 0.0
    for frame in range(25 * 600):
        taken_s = frame * 0.04
        pen_s += 0.04 * (1 + (50e-6 if taken_s < 300 else -50e-6))
        if 100 < taken_s < 280:
            continue
        clock_map.note(round(pen_s * 1e6), taken_s + 0.002 * (frame % 5))
        if taken_s > 5 and not 280 < taken_s < 282:
            worst_s = max(worst_s, abs(clock_map.steady_s(round(pen_s * 1e6)) - taken_s))
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
