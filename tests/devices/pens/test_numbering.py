"""A sample's index: the pen's counter, its clock, or the count; over lost ports and new beginnings."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as some

from devices.pens.numbering import INDEX_SPAN, Numbering, Place

PERIOD_US = 20_000


def numbering(span: int | None = None) -> Numbering:
    return Numbering(PERIOD_US, span, itertools.count(1).__next__)


def test_a_counter_is_the_index_and_what_it_skips_is_missing() -> None:
    it = numbering()
    assert it.place(70, None, 1.0) == Place(70, 0)
    assert it.place(71, None, 1.02) == Place(71, PERIOD_US)
    assert it.place(75, None, 1.10) == Place(75, 5 * PERIOD_US)
    assert it.place(73, None, 1.11) == Place(73, 3 * PERIOD_US)  # late
    assert it.place(75, None, 1.12) == Place(75, 5 * PERIOD_US)  # twice
    assert it.place(76, None, 1.13) == Place(76, 6 * PERIOD_US)
    assert it.boot_id == 1


def test_a_line_without_its_counter_keeps_the_count() -> None:
    it = numbering()
    places = [it.place(counter, None, 0.0) for counter in (5, 6, None, 8)]
    assert [place and place.index for place in places] == [5, 6, 7, 8]


def test_a_wild_counter_alone_is_no_sample_and_no_gap() -> None:
    it = numbering()
    it.place(10, None, 1.0)
    assert it.place(900_000, None, 1.02) is None
    assert it.place(12, None, 1.04) == Place(12, 2 * PERIOD_US)
    assert it.boot_id == 1


def test_a_counter_that_jumped_for_good_begins_anew() -> None:
    it = numbering()
    it.place(10, None, 1.0)
    places = [it.place(900_000 + k, None, 1.02) for k in range(6)]
    assert places[:4] == [None] * 4
    assert places[4:] == [Place(900_004, 0), Place(900_005, PERIOD_US)]
    assert it.boot_id == 2


def test_a_counter_from_below_is_another_beginning() -> None:
    it = numbering()
    it.place(5_000, None, 1.0)
    assert it.place(0, None, 1.02) == Place(0, 0)
    assert it.boot_id == 2


@pytest.mark.parametrize("span", [1 << 8, 1 << 16, 1 << 32])
def test_a_counter_that_turns_goes_on(span: int) -> None:
    it = numbering(span)
    first = span - 2
    placed = [it.place((first + k) % span, None, 1.0 + k / 50) for k in range(5)]
    assert [place and place.index - first for place in placed] == [0, 1, 2, 3, 4]
    assert it.boot_id == 1


def test_after_a_lost_port_a_counter_that_went_on_is_the_same_beginning() -> None:
    it = numbering(1 << 32)
    it.place(100, None, 1.0)
    it.reopened()
    assert it.place(1_600, None, 31.0) == Place(1_600, 1_500 * PERIOD_US)
    assert it.boot_id == 1


@pytest.mark.parametrize(("span", "counter"), [(None, 3), (1 << 32, 3), (1 << 16, 30_000), (1 << 8, 101)])
def test_after_a_lost_port_any_other_counter_is_another(span, counter) -> None:
    it = numbering(span)
    it.place(100, None, 1.0)
    it.reopened()
    it.place(counter, None, 6.0)
    assert it.boot_id == 2


def test_a_clock_finds_what_is_missing_through_jitter() -> None:
    it = numbering()
    times = [0, 21_000, 39_000, 62_000, 80_000, 140_000, 161_000, 161_000]
    places = [it.place(None, 5_000_000 + t_us, t_us / 1e6) for t_us in times]
    assert [place and place.index for place in places] == [0, 1, 2, 3, 4, 7, 8, 9]
    assert places[5] == Place(7, 5_140_000)


def test_without_either_samples_are_counted_and_damaged_ones_have_their_place() -> None:
    it = numbering()
    assert it.place(None, None, 1.0) == Place(0, 0)
    it.skip()
    assert it.place(None, None, 1.04) == Place(2, 2 * PERIOD_US)
    it.reopened()
    assert it.place(None, None, 9.0) == Place(0, 0)
    assert it.boot_id == 2


def test_a_wrong_rate_in_the_profile_does_not_run_away() -> None:
    it = numbering()
    for k in range(1_000):
        counted = it.place(None, None, k / 40)
        assert counted is not None and abs(counted.t_us - k * 25_000) <= 250_000
    it = numbering()
    for k in range(1_000):
        numbered = it.place(k, None, k / 200)
        assert numbered is not None and numbered.t_us >= 0


NUMBER = some.none() | some.integers(-(1 << 63), (1 << 63) - 1) | some.integers(0, 300)


@given(some.lists(some.tuples(NUMBER, NUMBER, some.floats(0, 1e6))), some.sampled_from([None, 16, 256, INDEX_SPAN]))
def test_anything_gives_an_index_that_is_none_or_sane(numbers, span) -> None:
    it = numbering(span)
    for counter, time_us, arrived_s in numbers:
        place = it.place(counter, time_us, arrived_s)
        assert place is None or (place.index >= 0 and place.t_us >= 0)
