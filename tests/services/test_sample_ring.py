"""The screen's ring: bins as samples come, gaps kept, lifts kept, medians for the numerals."""

import threading
from dataclasses import replace

import numpy as np
import pytest

from console.domain.telemetry import NOT_MEASURED, Batch, Sample, SampleFlag, pack_samples
from console.services.sample_ring import SampleRing

PERIOD_US = 4_000
T0_US = 1_795_000_000_000_000
TOUCH = SampleFlag.SKIN_CONTACT | SampleFlag.DEPTH_MEASURED | SampleFlag.MOTOR_RUNNING


def batch(first: int, samples: list[Sample], boot: int = 1, received_s: float | None = None) -> Batch:
    end_s = (first + len(samples)) * PERIOD_US / 1e6
    return Batch("P1", boot, first, len(samples), PERIOD_US, 500_000 + first * PERIOD_US, T0_US + first * PERIOD_US,
                 end_s + 0.05 if received_s is None else received_s, pack_samples(samples))


def flat(depth_um: int, count: int, flags: int = TOUCH, rate_chz: int = 11_000) -> list[Sample]:
    return [Sample(1_000, depth_um, rate_chz, 120, flags)] * count


def filled(seconds: float = 10.0, **kwargs: object) -> SampleRing:
    ring = SampleRing(PERIOD_US, **kwargs)
    for first in range(0, round(seconds * 250), 10):
        ring.push(batch(first, flat(900 + first // 250 * 10, 10)))
    return ring


def test_least_and_most_of_every_sample_are_in_some_column() -> None:
    ring, rng = SampleRing(PERIOD_US), np.random.default_rng(3)
    depths = rng.integers(600, 1_400, 2_500)
    ring.window(10, 300)
    for first in range(0, 2_500, 7):
        ring.push(batch(first, [Sample(1_000, int(depth), 11_000, 0, TOUCH) for depth in depths[first : first + 7]]))
    window = ring.window(10, 300)
    times_us = T0_US + np.arange(2_500) * PERIOD_US
    bin_us = round(10e6 / 300)
    last = (window.end_us - 1) // bin_us
    for column in range(300):
        inside = depths[times_us // bin_us == last - 299 + column]
        if len(inside):
            assert (window.depth_min_um[column], window.depth_max_um[column]) == (inside.min(), inside.max())


def test_a_window_asked_for_later_is_filled_from_what_is_kept() -> None:
    early, late = SampleRing(PERIOD_US), SampleRing(PERIOD_US)
    early.window(10, 200)
    for first in range(0, 2_000, 10):
        for ring in (early, late):
            ring.push(batch(first, flat(900 + first % 300, 10)))
    one, other = early.window(10, 200), late.window(10, 200)
    np.testing.assert_array_equal(one.depth_max_um, other.depth_max_um)
    np.testing.assert_array_equal(one.missing, other.missing)


def test_lifts_leave_gaps_in_depth_but_not_in_rate() -> None:
    ring = SampleRing(PERIOD_US)
    ring.push(batch(0, flat(1_000, 500)))
    ring.push(batch(500, flat(300, 250, SampleFlag.DEPTH_MEASURED)))
    ring.push(batch(750, flat(1_000, 250)))
    window = ring.window(4, 40)
    lifted = np.isnan(window.depth_min_um)
    assert 8 <= lifted.sum() <= 11
    assert not np.isnan(window.rate_min_chz[lifted]).any()
    assert not window.missing.any()
    assert not window.contact[lifted].any()


def test_without_contact_known_nothing_is_a_lift() -> None:
    ring = SampleRing(PERIOD_US, contact_known=False)
    ring.push(batch(0, flat(1_000, 1_000, SampleFlag.DEPTH_MEASURED)))
    assert not np.isnan(ring.window(4, 40).depth_min_um[1:]).any()
    assert ring.latest().contact is None


def test_missing_samples_are_told_from_lifts_and_filled_when_resent() -> None:
    ring = SampleRing(PERIOD_US)
    ring.push(batch(0, flat(1_000, 250)))
    ring.push(batch(500, flat(1_000, 250)))
    assert 9 <= ring.window(3, 30).missing.sum() <= 11
    ring.push(batch(250, flat(1_000, 250), received_s=9.0))
    window = ring.window(3, 30)
    assert not window.missing.any()
    assert ring.latest(3.05).age_s == pytest.approx(0.0), "a late answer makes nothing newer"


def test_time_goes_on_without_samples_and_says_no_data() -> None:
    ring = filled(10)
    calm, lost = ring.window(10, 100, 10.05), ring.window(10, 100, 14.05)
    assert not calm.missing.any()
    assert 38 <= lost.missing.sum() <= 41
    assert lost.missing[-2]
    assert lost.end_us - calm.end_us == pytest.approx(4_000_000, abs=20_000)


def test_a_frame_between_two_batches_is_not_yet_missing() -> None:
    assert not filled(5).window(5, 100, 5.05 + 0.2).missing.any()


def test_slow_pens_leave_no_holes_in_fine_columns() -> None:
    ring = SampleRing(50_000)
    for number in range(200):
        ring.push(Batch("P1", 1, number, 1, 50_000, number * 50_000, T0_US + number * 50_000, number * 0.05,
                        pack_samples(flat(1_000, 1))))
    window = ring.window(5, 300)
    assert not np.isnan(window.depth_min_um[2:-1]).any()


def test_restart_of_the_pen_goes_on_in_time() -> None:
    ring = filled(2)
    again = Batch("P1", 2, 0, 250, PERIOD_US, 100, T0_US + 4_000_000, 5.05, pack_samples(flat(1_100, 250)))
    ring.push(again)
    window = ring.window(5, 50)
    assert window.depth_max_um[-2] == 1_100
    assert window.missing[-20:-11].all()


def test_whole_session_keeps_its_extremes_while_bins_double() -> None:
    ring = SampleRing(PERIOD_US, keep_s=10)
    for block in range(600):
        depth = 1_900 if block == 17 else 1_000
        ring.push(batch(block * 250, flat(depth, 250)))
    window = ring.window(None, 300)
    assert len(window.depth_max_um) <= 300
    assert window.seconds == pytest.approx(600, rel=0.01)
    assert np.nanmax(window.depth_max_um) == 1_900
    assert int(np.nanargmax(window.depth_max_um)) == pytest.approx(300 * 17 / 600, abs=1)


def test_latest_is_the_median_of_the_last_200_ms_with_its_source() -> None:
    ring = SampleRing(PERIOD_US)
    assert ring.latest(1.0).age_s is None
    ring.push(batch(0, flat(2_000, 250)))
    ring.push(batch(250, [*flat(1_000, 30), *flat(1_040, 20)]))
    latest = ring.latest(1.25)
    assert (latest.depth_um, latest.provenance, latest.rate_chz) == (1_000, "measured", 11_000)
    assert latest.age_s == pytest.approx(0.0)
    dial = SampleRing(PERIOD_US)
    dial.push(batch(0, [Sample(750, NOT_MEASURED, NOT_MEASURED, NOT_MEASURED, 0)] * 50))
    assert (dial.latest().depth_um, dial.latest().provenance, dial.latest().rate_chz) == (750, "set", None)


def test_old_samples_leave_and_a_turn_forgets_all() -> None:
    ring = filled(20, keep_s=5)
    assert 5 * 250 <= sum(len(block.raw) for block in ring._blocks) <= 5 * 250 + 500
    ring.turn_to("another")
    assert ring.latest().depth_um is None
    assert np.isnan(ring.window(10, 50).depth_min_um).all()


def test_reader_and_screen_may_use_it_at_once() -> None:
    ring, failures = SampleRing(PERIOD_US), []

    def read() -> None:
        for first in range(0, 5_000, 5):
            ring.push(batch(first, flat(1_000, 5)))

    def look() -> None:
        try:
            for _ in range(300):
                window = ring.window(10, 120, 1.0)
                assert len(window.depth_min_um) == len(window.missing) == 120
                ring.latest(1.0)
        except Exception as fault:  # noqa: BLE001 - carried to the test's own thread
            failures.append(fault)

    threads = [threading.Thread(target=work) for work in (read, look)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not failures


def test_readings_a_second_count_what_is_here() -> None:
    ring = SampleRing()
    for number in range(40):
        if number not in (20, 21):
            ring.push(_rate_batch(number))
    assert ring.readings_per_s(2.0, 4.05) == 225.0, "50 of 500 are missing; the way's delay loses none"
    assert ring.readings_per_s(2.0, 6.0) < 10.0
    assert SampleRing().readings_per_s(2.0, 1.0) == 0.0


def _rate_batch(number: int) -> Batch:
    first = number * 25
    samples = pack_samples([Sample(1000, 1000, 11_000, 300, 35)] * 25)
    end_us = (first + 25) * 4_000
    return Batch("A1-000042", 7, first, 25, 4_000, first * 4_000, first * 4_000, end_us / 1e6, samples)


def test_another_patients_samples_are_in_no_window_and_come_back_only_with_that_session() -> None:
    ring = filled(4.0)
    ring.turn_to("second")
    assert np.isnan(ring.window(10, 100).rate_max_chz).all()
    assert len(ring.window(None, 100).rate_max_chz) == 0
    assert ring.latest().at_us is None
    ring.push(batch(900, flat(700, 100)))  # asked for again by the first session, in late
    assert len(ring.window(None, 100).rate_max_chz) == 0
    ring.push(batch(1_000, flat(1_200, 250)))
    assert np.nanmin(ring.window(None, 100).depth_min_um) == 1_200
    ring.turn_to("")
    whole = ring.window(None, 1_000)
    assert np.nanmax(whole.depth_max_um) == 930 and np.nanmin(whole.depth_min_um) == 900


def test_another_period_begins_the_plots_anew_and_the_same_changes_nothing() -> None:
    ring = filled(4.0)
    ring.fit(PERIOD_US, True)
    assert len(ring.window(None, 100).rate_max_chz) == 100
    ring.fit(1_000, True)
    assert len(ring.window(None, 100).rate_max_chz) == 0


@pytest.mark.parametrize("rate_hz", [250, 1_000])
@pytest.mark.parametrize("seed", [1, 2])
def test_every_spike_of_one_sample_is_in_every_window(rate_hz: int, seed: int) -> None:
    """An unknown stream of an hour: each spike inside a window stands in a column of its own height."""
    period_us, chance = 1_000_000 // rate_hz, np.random.default_rng(seed)
    count, pieces = 3_600 * rate_hz, 60
    depth = chance.integers(900, 1_000, count)
    spikes = np.sort(chance.choice(count, 200, replace=False))
    spikes = np.unique(np.concatenate((spikes, count - 1 - chance.integers(0, 9 * rate_hz, 20))))
    depth[spikes] = 1_500 + np.arange(len(spikes))
    rows = np.zeros((count, 5), "<u2")
    rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 4] = 1_000, depth, 11_000, int(TOUCH)
    ring = SampleRing(period_us)
    windows: tuple[float | None, ...] = (10.0, 30.0, 120.0, None)
    step = count // pieces
    for first in range(0, count, step):
        at_us = first * period_us
        ring.push(Batch("P1", 1, first, step, period_us, at_us, T0_US + at_us, (at_us + step * period_us) / 1e6,
                        rows[first : first + step].tobytes()))
        for seconds in windows:
            ring.window(seconds, 312)  # as a screen that asks all along
    for seconds in windows:
        shown = ring.window(seconds, 312).depth_max_um
        since = 0 if seconds is None else count - round((seconds * 311 / 312) * rate_hz)
        inside = depth[spikes[spikes >= since]]
        tops = shown[shown >= 1_500]
        assert inside.max() in tops
        bins = _columns_of(spikes[spikes >= since], seconds, count, period_us)
        for column in np.unique(bins):
            assert inside[bins == column].max() in tops, f"a spike is lost in the window of {seconds} s"


def _columns_of(samples: np.ndarray, seconds: float | None, count: int, period_us: int) -> np.ndarray:
    """Give the column of each sample: by time, or by the doubled bins of the whole session."""
    if seconds is not None:
        return (T0_US + samples * period_us) // round(seconds * 1e6 / 312)
    bin_us = period_us
    while (count - 1) * period_us // bin_us >= 4_096:
        bin_us *= 2
    used = (count - 1) * period_us // bin_us + 1
    starts = np.arange(312) * used // 312
    return np.searchsorted(starts, samples * period_us // bin_us, side="right") - 1


def test_what_had_to_be_asked_for_again_keeps_no_number_alive() -> None:
    ring = filled(2.0)
    late = batch(500, flat(1_000, 100))
    ring.push(replace(late, received_s=3.0, resent=True))
    assert ring.latest(3.0).age_s == pytest.approx(0.95)
