"""The demo clinic's samples: what a pen could have said."""

import numpy as np
import pytest

from console.app.demo_telemetry import (
    BATCH_SAMPLES,
    PERIOD_US,
    PenLife,
    Reel,
    Stretch,
    Upset,
    batches,
    pen_samples,
)
from console.domain.telemetry import SampleFlag

S = 1_000_000
STRETCH = Stretch(10 * S, 50 * S, 51 * S, 1000, 11_000)
COUNT = 60 * 250


def flags(raw: np.ndarray, flag: SampleFlag) -> np.ndarray:
    return (raw["flags"] & flag) != 0


def test_the_same_seed_gives_the_same_bytes():
    first = pen_samples(0, COUNT, [STRETCH], [], 5)
    assert first.tobytes() == pen_samples(0, COUNT, [STRETCH], [], 5).tobytes()
    assert first.tobytes() != pen_samples(0, COUNT, [STRETCH], [], 6).tobytes()


def test_the_motor_runs_in_its_stretch_and_ramps():
    raw = pen_samples(0, COUNT, [STRETCH], [], 5)
    running = flags(raw, SampleFlag.MOTOR_RUNNING)
    assert not running[: 10 * 250].any() and running[10 * 250 : 51 * 250].all() and not running[51 * 250 :].any()
    assert raw["rate_chz"][10 * 250 + 10] < 5_000 < 9_000 < raw["rate_chz"][12 * 250]
    assert (raw["rate_chz"][-5 * 250 :] == 0).all() and (raw["depth_um"][: 9 * 250] == 0).all()


def test_the_skin_is_touched_in_strokes_that_load_the_motor():
    raw = pen_samples(0, COUNT, [STRETCH], [], 5)
    contact = flags(raw, SampleFlag.SKIN_CONTACT)
    steady = slice(13 * 250, 50 * 250)
    assert 0.6 < contact[steady].mean() < 0.95
    assert 4 <= np.count_nonzero(np.diff(contact.astype(int)) == 1) <= 15
    assert not contact[50 * 250 :].any()
    load, rate = raw["load_ma"][steady].astype(int), raw["rate_chz"][steady].astype(int)
    assert load[contact[steady]].mean() > load[~contact[steady]].mean() + 60
    assert rate[contact[steady]].mean() < rate[~contact[steady]].mean()


def test_depth_keeps_near_the_dial_and_is_never_frozen():
    raw = pen_samples(0, COUNT, [STRETCH], [], 5)
    depth = raw["depth_um"][flags(raw, SampleFlag.SKIN_CONTACT)].astype(int)
    assert abs(np.median(depth) - 1000) < 25
    assert np.percentile(depth, 1) > 900 and np.percentile(depth, 99) < 1080
    assert np.count_nonzero(np.diff(depth)) > 0.9 * len(depth)


@pytest.mark.parametrize(("upset", "column", "sign"), [
    (Upset(20 * S, 24 * S, depth_um=240), "depth_um", 1), (Upset(20 * S, 24 * S, rate_share=0.8), "rate_chz", -1),
])
def test_an_upset_moves_one_column_only(upset: Upset, column: str, sign: int):
    calm, upset_raw = pen_samples(0, COUNT, [STRETCH], [], 5), pen_samples(0, COUNT, [STRETCH], [upset], 5)
    moved = upset_raw[column].astype(int) - calm[column].astype(int)
    assert (np.abs(moved[21 * 250 : 23 * 250]) > 150).all() and (np.sign(moved[21 * 250 : 23 * 250]) == sign).all()
    assert not moved[: 20 * 250].any() and not moved[24 * 250 + 1 :].any()


def test_a_reel_is_cut_to_the_recorders_chunks_with_its_own_times():
    life = PenLife("A1", 7, up_at_us=1_000_000)
    raw = pen_samples(life.taken_us(500), 1000, [], [], 1)
    cut = batches(Reel(life, 600, 900), raw, life.taken_us(500))
    assert [(one.first_index, one.count) for _, one in cut] == [(600, 125), (725, 125), (850, 50)]
    assert b"".join(one.samples for _, one in cut) == raw[100:400].tobytes()
    for arrived_us, one in cut:
        assert one.utc_us == life.taken_us(one.first_index) and one.pen_time_us == one.first_index * PERIOD_US
        assert arrived_us == one.utc_us + one.count * PERIOD_US and not one.resent
    assert BATCH_SAMPLES * PERIOD_US == 500_000


def test_what_was_asked_for_again_arrives_late_and_is_marked():
    life = PenLife("A1", 7, up_at_us=0)
    raw = pen_samples(0, 1000, [], [], 1)
    cut = batches(Reel(life, 0, 250, arrived_us=9 * S), raw, 0)
    assert all(one.resent for _, one in cut)
    assert [arrived_us for arrived_us, _ in cut] == sorted(arrived_us for arrived_us, _ in cut)
    assert cut[0][0] == 9 * S and cut[0][1].utc_us == 0
