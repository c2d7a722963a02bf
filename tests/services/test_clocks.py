import pytest
from fake_clock import FakeClock

from console.services.clocks import HastenedClock, SystemClock

START_US = 1_795_000_000_000_000


def test_the_system_clock_tells_microseconds_and_steady_seconds():
    clock = SystemClock()
    first_us, first_s = clock.utc_us(), clock.monotonic_s()
    assert 1_700_000_000_000_000 < first_us < 5_000_000_000_000_000
    assert clock.monotonic_s() >= first_s


def test_hastened_life_begins_at_its_date_and_runs_faster():
    base = FakeClock()
    clock = HastenedClock(START_US, 60.0, base)
    assert (clock.utc_us(), clock.monotonic_s(), clock.speed) == (START_US, 0.0, 60.0)
    base.advance(2)
    assert clock.utc_us() == START_US + 120_000_000
    assert clock.monotonic_s() == pytest.approx(120)


def test_a_change_of_speed_never_steps():
    base = FakeClock()
    clock = HastenedClock(START_US, 8.0, base)
    lived_s = 0.0
    for speed in (60.0, 1.0, 600.0, 8.0):
        base.advance(1.5)
        lived_s += 1.5 * clock.speed
        before = clock.monotonic_s(), clock.utc_us()
        clock.set_speed(speed)
        assert (clock.monotonic_s(), clock.utc_us()) == pytest.approx(before)
        assert clock.monotonic_s() == pytest.approx(lived_s) and clock.speed == speed
    base.advance(1)
    assert clock.monotonic_s() == pytest.approx(lived_s + 8)


def test_wall_and_steady_time_never_part():
    base = FakeClock()
    clock = HastenedClock(START_US, 3.0, base)
    for step in range(50):
        base.advance(0.1 + step)
        clock.set_speed(1.0 + step)
        assert clock.utc_us() - START_US == pytest.approx(clock.monotonic_s() * 1e6, abs=1)


def test_a_paced_view_keeps_its_pace_whatever_the_life_does():
    base = FakeClock()
    clock = HastenedClock(START_US, 8.0, base)
    paced = clock.paced(8.0)
    begun_s = paced.monotonic_s()
    for speed in (600.0, 1.0):
        clock.set_speed(speed)
        base.advance(1)
    assert paced.monotonic_s() - begun_s == pytest.approx(16)
    assert paced.utc_us() == clock.utc_us() == START_US + 601_000_000
