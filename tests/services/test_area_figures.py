from dataclasses import replace

import numpy as np
import pytest
from sample_chunks import BY_SENSOR, PEN, PERIOD_US, RUN, SKIN, T0_US, chunk, needled, sample, story
from treatments import PLAN

from console.domain import session_events as ev
from console.domain.telemetry import NO_CONTACT_FLAG, NOT_MEASURED, pack_samples
from console.services.area_figures import (
    Contact,
    Fitting,
    contact_kind,
    contact_known,
    figures_of,
    needles_on,
    punctures_per_cm2,
    summarise_areas,
)
from console.services.sample_table import WIRE_SAMPLE, build_table, judged_depth_um, measured, pen_times_us


def raw(samples):
    return np.frombuffer(pack_samples(samples), WIRE_SAMPLE)


def figures(samples, band_high_um=1150, known=True, period=PERIOD_US):
    contact = Contact("flag" if known else "none")
    return figures_of([(raw(samples), np.full(len(samples), period, np.int64), Fitting(0, contact, 12))], band_high_um,
                      contact)


# --- the table ---------------------------------------------------------------------------------------------


def test_chunks_become_one_table_by_boot_of_arrival_then_index():
    table = build_table([
        chunk([sample(1), sample(2)], 10), chunk([sample(5)], 0, boot=3, t0_us=T0_US + 9_000_000),
        chunk([sample(3), sample(4)], 12), chunk([sample(0)], 9, resent=True, t0_us=T0_US - PERIOD_US)])
    assert table.boots == (("A1-000042", 7), ("A1-000042", 3))
    assert table.boot.tolist() == [0, 0, 0, 0, 0, 1]
    assert table.index.tolist() == [9, 10, 11, 12, 13, 0]
    assert table.raw["depth_um"].tolist() == [0, 1, 2, 3, 4, 5]
    assert table.resent.tolist() == [True, False, False, False, False, False]
    assert len(table) == 6


def test_the_same_boot_id_of_two_pens_is_two_boots():
    table = build_table([chunk([sample()]), chunk([sample()], serial="A1-000043")])
    assert table.boots == (("A1-000042", 7), ("A1-000043", 7)) and table.boot.tolist() == [0, 1]


def test_marks_give_each_sample_its_pen_time_and_its_utc():
    assert pen_times_us([[0, 100], [2, 9000]], 5, PERIOD_US).tolist() == [100, 4100, 9000, 13000, 17000]
    table = build_table([chunk([sample()] * 3, 0, marks=((0, 500), (1, 5000)))])
    assert table.pen_time_us.tolist() == [500, 5000, 9000]
    assert table.utc_us.tolist() == [T0_US, T0_US + 4500, T0_US + 8500]


def test_no_samples_make_an_empty_table():
    table = build_table([])
    assert len(table) == 0 and table.depth_um().tolist() == [] and table.contact().tolist() == []


def test_what_was_not_measured_is_no_number_and_the_dial_stands_in_only_for_depth():
    samples = raw([sample(1200), sample(1200, flags=RUN), sample(NOT_MEASURED), sample(NOT_MEASURED, dial=NOT_MEASURED),
                   sample(rate=NOT_MEASURED)])
    assert judged_depth_um(samples).tolist()[:3] == [1200.0, 900.0, 900.0]
    assert np.isnan(judged_depth_um(samples)[3])
    assert np.isnan(measured(samples["rate_chz"])).tolist() == [False] * 4 + [True]


# --- figures -------------------------------------------------------------------------------------------------


def test_exact_figures_of_made_samples():
    lifted = [sample(2000, 20_000, flags=RUN | BY_SENSOR)] * 50
    samples = [sample(depth, 10_000) for depth in range(1000, 1101)] + lifted
    made = figures(samples, band_high_um=1090)
    assert (made.median_depth_um, made.p5_depth_um, made.p95_depth_um) == (1050, 1005, 1095)
    assert made.contact_s == pytest.approx(101 * 0.004) and made.median_rate_chz == 10_000
    assert made.strokes == round(101 * 0.004 * 100) and made.provenance == "measured"
    assert made.over_band_s == pytest.approx(10 * 0.004), "the band's edge itself is in band; off the skin nothing is"


def test_skin_contact_with_the_motor_off_is_no_needling():
    made = figures([sample(flags=SKIN | BY_SENSOR)] * 10)
    assert (made.contact_s, made.strokes, made.median_depth_um, made.provenance) == (0.0, None, None, "none")


def test_a_pen_that_knows_no_contact_is_judged_by_its_motor_and_claims_no_contact_time():
    made = figures([sample(flags=RUN)] * 250 + [sample(flags=0)] * 50, known=False)
    assert made.contact_s is None and made.strokes is None
    assert (made.median_depth_um, made.provenance) == (900, "set")


def test_unmeasured_values_are_left_out_not_counted_as_zero():
    made = figures([sample(NOT_MEASURED, NOT_MEASURED, dial=NOT_MEASURED)] * 10)
    assert (made.median_depth_um, made.median_rate_chz, made.strokes, made.over_band_s) == (None, None, None, 0.0)
    assert made.contact_s == pytest.approx(0.04) and made.provenance == "none"
    half = figures([sample(1000, 10_000), sample(NOT_MEASURED, NOT_MEASURED, dial=NOT_MEASURED)] * 50)
    assert half.median_depth_um == 1000 and half.strokes == 20


def test_each_sample_counts_for_its_own_period():
    by_flag = Contact("flag")
    part = raw([sample(1200), sample(1200)]), np.array([4000, 1000]), Fitting(0, by_flag, 12)
    made = figures_of([part], 1150, by_flag)
    assert made.contact_s == pytest.approx(0.005) and made.over_band_s == pytest.approx(0.005)


@pytest.mark.parametrize(("punctures", "area_mm2", "expected"), [
    (12_000, 4000, 300), (None, 4000, None), (12_000, None, None), (12_000, 0, None), (0, 4000, 0)])
def test_punctures_need_their_estimate_and_an_area(punctures, area_mm2, expected):
    assert punctures_per_cm2(punctures, area_mm2) == expected


def test_needles_come_from_the_cartridge_else_from_the_pen():
    lot = ev.ProductLot("c", "c", "cartridge")
    assert story((0, PEN), (1, ev.CartridgeBound(lot, 36))).needles == 36
    assert story((0, PEN), (1, ev.CartridgeBound(lot, 0))).needles == 12
    assert story().needles == 0
    assert contact_known(story((0, PEN))) and not contact_known(story((0, replace(PEN, channels=15))))


def swapped(*between):
    """Forehead from 0 to 1 s, and to 2 s after what happened at 1 s; then cheek to 3 s."""
    return story(
        (0, PLAN), (0, PEN), (0, ev.PassStarted("face.forehead", 1)), (1.0, ev.PassFinished("face.forehead", 1)),
        *((1.0, one) for one in between), (1.0, ev.PassStarted("face.forehead", 2)),
        (2.0, ev.PassFinished("face.forehead", 2)), (2.0, ev.PassStarted("face.cheek_left", 1)),
        (3.0, ev.PassFinished("face.cheek_left", 1)))


def test_each_stroke_counts_with_the_needles_bound_when_it_was_made():
    table = build_table([chunk([sample(1000, 10_000)] * 750)])
    state = swapped(ev.CartridgeBound(ev.ProductLot("c", "c", "cartridge"), 36))
    forehead, cheek = summarise_areas(state, table)
    assert forehead.punctures_per_cm2 == (100 * 12 + 100 * 36) / 40 and forehead.strokes == 200
    assert cheek.punctures_per_cm2 == 100 * 36 / 40
    assert [needles_on(state, one) for one in state.areas.values()] == [None, 36]


def test_a_pen_that_tells_no_contact_takes_no_strokes_from_areas_done_before_it():
    dumb = replace(PEN, model="Dumb", channels=PEN.channels | NO_CONTACT_FLAG, swap=True)
    table = build_table([chunk([sample(1000, 10_000)] * 750)])
    forehead, cheek = summarise_areas(swapped(dumb), table)
    assert (forehead.strokes, cheek.strokes) == (None, None), "part of the forehead was done with it"
    state = swapped(replace(dumb, channels=PEN.channels))
    assert [one.strokes for one in summarise_areas(state, table)] == [200, 100]
    late = story(
        (0, PLAN), (0, PEN), (0, ev.PassStarted("face.forehead", 1)), (1.0, ev.PassFinished("face.forehead", 1)),
        (1.0, dumb), (1.0, ev.PassStarted("face.cheek_left", 1)), (2.0, ev.PassFinished("face.cheek_left", 1)))
    forehead, cheek = summarise_areas(late, table)
    assert (forehead.strokes, forehead.contact_s) == (100, pytest.approx(1.0))
    assert (cheek.strokes, cheek.contact_s) == (None, None)
    assert [contact_kind(late, one) for one in late.areas.values()] == ["flag", "none"]


def test_samples_go_to_the_area_they_were_taken_on_and_holds_are_cut_out():
    samples = [sample(depth, 10_000) for depth in [1000] * 125 + [3000] * 125 + [1010] * 250 + [700] * 250 + [50] * 250]
    forehead, cheek = summarise_areas(needled(), build_table([chunk(samples)]))
    assert (forehead.contact_s, forehead.median_depth_um, forehead.over_band_s) == (pytest.approx(1.5), 1010, 0.0)
    assert (cheek.contact_s, cheek.median_depth_um) == (pytest.approx(1.0), 700)
    assert forehead.punctures_per_cm2 == 150 * 12 / 40 and forehead.area_time_s == 1
    assert (forehead.passes_done, forehead.passes_planned, cheek.planned_high_um) == (1, 2, 1150)


def test_a_sample_on_the_border_of_two_passes_belongs_to_the_later():
    table = build_table([chunk([sample(900)], t0_us=T0_US + 2_000_000)])
    forehead, cheek = summarise_areas(needled(), table)
    assert (forehead.median_depth_um, cheek.median_depth_um) == (None, 900)


def test_by_hand_stands_only_where_the_pen_measured_nothing():
    state = story((0, PLAN), (0, ev.PassStarted("face.forehead", 1)),
                  (1, ev.ManualSettings("face.forehead", 800, 9000)), (2, ev.PassFinished("face.forehead", 1)))
    by_hand, none = summarise_areas(state, build_table([]))
    assert (by_hand.median_depth_um, by_hand.median_rate_chz, by_hand.provenance) == (800, 9000, "by_hand")
    assert (by_hand.contact_s, by_hand.strokes, by_hand.punctures_per_cm2) == (None, None, None)
    assert (none.median_depth_um, none.provenance) == (None, "none")
    measured_one, _ = summarise_areas(state, build_table([chunk([sample(1000)])]))
    assert (measured_one.median_depth_um, measured_one.provenance) == (1000, "measured")
