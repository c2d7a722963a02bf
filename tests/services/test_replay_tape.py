"""The tape of a replay: what is stored, where it lies, and nothing where nothing is."""

import numpy as np
from sample_chunks import BY_SENSOR, PERIOD_US, RUN, T0_US, chunk, needled, sample, story

from console.domain import session_events as ev
from console.domain.telemetry import NOT_MEASURED
from console.services.replay_tape import ReplayTape
from console.services.sample_table import build_table


def test_the_envelope_never_loses_a_spike_of_one_sample():
    for place in (0, 1, 333, 749):
        moved = [sample(1000)] * place + [sample(2500)] + [sample(1000)] * (750 - place)
        tape = ReplayTape(needled(), build_table([chunk(moved)]))
        for columns in (1, 7, 100, 2000):
            low, high = tape.envelope_um(columns)
            assert np.nanmax(high) == 2500 and np.nanmin(low) == 1000
            assert int(np.nanargmax(high)) == int(place * PERIOD_US / 3_000_000 * columns)


def test_the_envelope_is_empty_where_nothing_was_on_the_skin():
    samples = [sample(1000)] * 250 + [sample(4000, flags=RUN | BY_SENSOR)] * 250 + [sample(1100)] * 250
    low, high = ReplayTape(needled(), build_table([chunk(samples)])).envelope_um(3)
    assert high[0] == 1000 and np.isnan(high[1]) and np.isnan(low[1]) and high[2] == 1100
    empty_low, empty_high = ReplayTape(needled(), build_table([])).envelope_um(4)
    assert np.isnan(empty_low).all() and np.isnan(empty_high).all()


def test_the_tape_shows_the_last_sample_near_a_moment_and_nothing_in_a_gap():
    samples = [sample(1000 + place) for place in range(250)]
    later = chunk([sample(700, NOT_MEASURED, flags=RUN | BY_SENSOR)], 600, t0_us=T0_US + 2_400_000)
    tape = ReplayTape(needled(), build_table([chunk(samples), later]))
    assert tape.length_s == 3.0 and (tape.start_us, tape.end_us) == (T0_US, T0_US + 3_000_000)
    first = tape.at(0.1)
    assert (first.depth_um, first.rate_chz, first.in_contact) == (1025.0, 11_000.0, True)
    assert first.area_id == "face.forehead"
    assert tape.at(0.1039).depth_um == 1025.0 and tape.at(0.104).depth_um == 1026.0
    assert tape.at(0.996 + 0.5).depth_um == 1249.0
    assert (tape.at(0.996 + 0.501).depth_um, tape.at(2.399).depth_um) == (None, None)
    found = tape.at(2.5)
    assert (found.depth_um, found.rate_chz, found.in_contact, found.area_id) == (700.0, None, False, "face.cheek_left")
    assert tape.at(-1).depth_um is None and tape.at(-1).area_id == "" and tape.at(3.5).area_id == ""


def test_a_session_without_samples_still_has_its_passes_on_the_tape():
    tape = ReplayTape(needled(), build_table([]))
    assert tape.length_s == 3.0 and tape.at(2.5).area_id == "face.cheek_left" and tape.at(2.5).depth_um is None


def test_a_hole_in_the_samples_is_missing_and_a_lift_is_not():
    lifted = [sample(1000)] * 250 + [sample(1000, flags=RUN | BY_SENSOR)] * 250
    later = chunk([sample(1000)] * 250, 500, t0_us=T0_US + 2_500_000)
    tape = ReplayTape(needled(), build_table([chunk(lifted), later]))
    found = tape.window(0.0, 3.5, 35)
    assert not found.missing[:20].any() and found.missing[20:25].all() and not found.missing[25:].any()
    assert np.isnan(found.depth_min_um[10:25]).all() and (found.depth_max_um[25:] == 1000).all()
    assert (found.rate_min_chz[10:20] == 11_000).all(), "the rate is known in the air too"


def test_columns_finer_than_the_samples_lack_nothing():
    found = ReplayTape(needled(), build_table([chunk([sample(1000)] * 750)])).window(0.0, 0.1, 400)
    assert not found.missing.any() and np.isnan(found.depth_min_um).any()


def test_the_tape_steps_from_reading_to_reading_and_across_a_hole():
    tape = ReplayTape(needled(), build_table([
        chunk([sample()] * 250), chunk([sample()] * 250, 500, t0_us=T0_US + 2_000_000)]))
    assert tape.stepped(0.0, 1) == 0.004 and tape.stepped(0.1, -1) == 0.096 and tape.stepped(0.102, -1) == 0.1
    assert tape.stepped(0.996, 1) == 2.0 and tape.stepped(2.0, -1) == 0.996
    assert tape.stepped(0.0, -1) == 0.0 and tape.stepped(2.996, 1) == 2.996
    bare = ReplayTape(needled(), build_table([]))
    assert (bare.stepped(1.0, 1), bare.stepped(0.5, -1), bare.stepped(3.0, 1)) == (2.0, 0.0, 3.0)


def test_the_whole_visit_begins_with_its_first_entry_and_ends_with_its_last():
    tape = ReplayTape(needled(), build_table([chunk([sample()] * 250, t0_us=T0_US + 500_000)]), whole=True)
    assert tape.start_us == min(tape.state.opened_at_us, T0_US) and tape.end_us >= tape.state.last_at_us
    assert ReplayTape(needled(), build_table([])).pass_at(T0_US - 1) is None


def test_a_moment_tells_pass_hold_and_whose_depth_it_is():
    samples = [sample(1000)] * 250 + [sample(NOT_MEASURED, flags=RUN, dial=800)] * 500
    tape = ReplayTape(needled(), build_table([chunk(samples)]))
    first, second = tape.at(0.4), tape.at(1.5)
    assert (first.pass_number, first.provenance, first.paused) == (1, "measured", False)
    assert (second.provenance, second.depth_um) == ("set", 800.0)
    assert tape.at(0.5).paused and tape.at(0.9).paused and not second.paused


def test_where_nothing_was_recorded_the_tape_tells_what_was_entered_by_hand():
    told = story(
        (0, ev.SessionOpened("treatment", "P-1", 30, "II", "", 1, 1, "Room 2", "s", "PR-02")),
        (0, ev.PlanChosen("p", "Plan", 1, "scars", "face", (
            ev.AreaPlan("face.nose", "Nose", 500, 350, 650, 10_000, 12_000, 1, "", 60, 2_000, "x"),))),
        (1, ev.PassStarted("face.nose", 1)), (2, ev.ManualSettings("face.nose", 450, None)),
        (5, ev.PassFinished("face.nose", 1)))
    tape = ReplayTape(told, build_table([]))
    assert tape.at(0.5).depth_um is None
    found = tape.at(2.0)
    assert (found.depth_um, found.rate_chz, found.provenance) == (450, None, "by_hand")
    assert [tape.passes_done("face.nose", T0_US + second * 1_000_000) for second in (4, 5)] == [0, 1]
