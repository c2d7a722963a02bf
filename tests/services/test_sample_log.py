"""Kept samples: what went in comes out, from any place on, in little more than their own bytes."""

import numpy as np
import pytest

from console.services.sample_log import MOST_STEP_US, ROOM, SampleLog
from console.services.sample_table import WIRE_SAMPLE

EVER = [(-(1 << 62), 1 << 62)]


def made(count, seed=0):
    raw = np.zeros(count, WIRE_SAMPLE)
    raw["depth_um"] = np.random.default_rng(seed).integers(0, 3_000, count)
    return raw


def as_depths(column):
    return column["depth_um"] if column.dtype == WIRE_SAMPLE else column


def all_of(log, place=0, spans=EVER):
    pieces = list(log.since(place, spans))
    return [as_depths(np.concatenate(column)) for column in zip(*pieces, strict=True)] if pieces else [np.empty(0)] * 3


@pytest.mark.parametrize("seed", range(4))
def test_what_went_in_comes_out_from_any_place_on(seed):
    chance, log, at_us = np.random.default_rng(seed), SampleLog(), 0
    times, periods, raws = [], [], []
    while sum(map(len, raws)) < 2.5 * ROOM:
        count, period = int(chance.choice([1, 10, 400, 9_000])), int(chance.choice([1_000, 4_000]))
        at_us += int(chance.choice([0, 0, 7, 100_000, 2 * MOST_STEP_US]))  # evenly, walking, over a gap, a long one
        raw = made(count, seed)
        log.add(at_us, period, raw)
        times.append(at_us + np.arange(count) * period)
        periods.append(np.full(count, period))
        raws.append(raw)
        at_us = int(times[-1][-1]) + period
    expected = [np.concatenate(one) for one in (times, periods, raws)]
    assert log.count == len(expected[0])
    for place in (0, 1, ROOM - 1, ROOM, ROOM + 5, log.count - 1, log.count):
        for found, wanted in zip(all_of(log, place), expected, strict=True):
            np.testing.assert_array_equal(found, as_depths(wanted)[place:])
    again = SampleLog()
    again.add_uneven(*expected)
    for found, wanted in zip(all_of(again), expected, strict=True):
        np.testing.assert_array_equal(found, as_depths(wanted))


def test_pieces_outside_the_spans_are_left_out_and_none_inside_is():
    log = SampleLog()
    for first in range(0, 5 * ROOM, 512):
        log.add(first * 1_000, 1_000, made(512))
    times, _, _ = all_of(log, 0, [(2 * ROOM * 1_000 + 5, 2 * ROOM * 1_000 + 6_000)])
    assert len(times) == ROOM and times[0] == 2 * ROOM * 1_000
    assert not list(log.since(0, [])) and not list(log.since(0, [(-50, 0), (5 * ROOM * 1_000, 1 << 62)]))


@pytest.mark.parametrize("walk_us", [0, 3, 70_000])
def test_ten_minutes_at_1_khz_take_their_bytes_and_six_for_each_batch(walk_us):
    log, raw = SampleLog(), made(10)
    for number in range(60_000):
        log.add(number * (10_000 + walk_us), 1_000, raw)
    split = 600_000 // ROOM  # batches that lie in two rooms
    assert 0 <= log.size_bytes - 10 * log.count - 6 * 60_000 <= 6 * split
