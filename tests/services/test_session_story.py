"""A history in lines: kinds, who, what was taken back; phases in turn; gaps where readings are missing."""

from itertools import pairwise

from dossiers import FACE, START_US, make_dossier
from sample_chunks import PERIOD_US, T0_US, chunk, needled, sample

from console.domain import session_events as ev
from console.domain.session_fold import fold
from console.services.area_figures import summarise_areas
from console.services.area_sheet import HEADS, area_sheet, sheet_cells
from console.services.record_words import (
    agreed_lines,
    deviation_lines,
    people_lines,
    product_lines,
    proof_lines,
    signatures_of,
)
from console.services.sample_table import build_table
from console.services.session_story import actors_of, gaps_of, phases_of, story_of

DOSSIER = make_dossier(FACE[:3])


def test_every_entry_is_a_line_and_an_alarm_stands_where_it_arose() -> None:
    story = story_of(DOSSIER.events, DOSSIER.state)
    assert [one.seq for one in story] == [one.seq for one in DOSSIER.events]
    raised = next(one for one in DOSSIER.events if isinstance(one.event.what, ev.AlarmRaised))
    alarm = next(one for one in story if one.priority)
    assert (alarm.at_us, alarm.kind) == (raised.event.what.arose_at_us, "alarm") and alarm.at_us != raised.event.at_us
    back = [one for one in story if one.taken_back]
    assert [one.words.startswith("Mark") for one in back] == [True] and not back[0].flagged
    assert {one.actor_id for one in story} == {"PR-02"}


def test_phases_follow_each_other_without_a_hole() -> None:
    phases = phases_of(DOSSIER.events, DOSSIER.state)
    assert [one.name for one in phases][:3] == ["Check in", "Screening", "Consent"]
    assert phases[0].start_us == START_US and phases[-1].end_us == DOSSIER.state.last_at_us
    assert all(one.end_us == two.start_us for one, two in pairwise(phases))
    assert phases_of((), fold([])) == ()


def test_a_gap_lies_between_the_readings_beside_it() -> None:
    table = build_table([chunk([sample()] * 100), chunk([sample()] * 100, 150, t0_us=T0_US + 150 * PERIOD_US)])
    state = needled()
    for first, count, start, end in ((100, 50, 100, 150), (250, 25, 250, 275)):  # between two, and behind the last
        state.gaps[:] = [ev.GapRecorded("A1-000042", 7, first, count, "not_held")]
        (gap,) = gaps_of(state, table)
        assert (gap.start_us, gap.end_us) == (T0_US + start * PERIOD_US, T0_US + end * PERIOD_US)
    state.gaps[:] = [ev.GapRecorded("A1-000042", 8, 0, 5, "not_held")]
    assert gaps_of(state, table) == (), "of a boot with no reading nobody knows when"


def test_who_acted_is_counted_in_order_of_appearance() -> None:
    ((actor_id, count, first, last),) = actors_of(DOSSIER.events)
    assert (actor_id, count) == ("PR-02", len(DOSSIER.events)) and (first, last) == (
        START_US, DOSSIER.events[-1].event.at_us)


def test_the_sheet_tells_set_and_measured_apart() -> None:
    lines = area_sheet(DOSSIER.state, DOSSIER.table, DOSSIER.areas)
    for line, area in zip(lines, DOSSIER.areas, strict=True):
        cells = dict(zip(HEADS, sheet_cells(line), strict=True))
        assert line.set_um == line.target_um and cells["Set"] == f"{line.target_um / 1000:.2f}"
        assert cells["Measured"] == f"{area.median_depth_um / 1000:.2f}" and cells["Area"] == area.label
        assert cells["Est. per cm²"] == f"{area.punctures_per_cm2:,}"
    dial = build_table([chunk([sample(0, flags=3, dial=900)] * 750)])
    state = needled()
    for line in area_sheet(state, dial, tuple(summarise_areas(state, dial))):
        cells = dict(zip(HEADS, sheet_cells(line), strict=True))
        assert (cells["Set"], cells["Measured"], cells["5 to 95 %"]) == ("0.90", "–", "–"), "only the dial is known"


def test_what_was_used_agreed_signed_and_off_plan_is_told() -> None:
    state = DOSSIER.state
    used = {one.name: one for one in product_lines(state)}
    assert used["Anesthetic"].code == "lot L24-0817" and used["Cartridge"].code == "lot C7-30951, S0018842"
    assert used["Plasma"].code == "tube T-0412-3" and used["Pen"].code == "A1-000042"
    agreed = {one.name: one for one in agreed_lines(state)}
    assert agreed["Treatment"].words == "Given, text version 7" and agreed["Photographs"].tone == "caution"
    assert len(signatures_of(state)) == 1 and signatures_of(state)[0][1] == state.signatures[0][1].strokes
    off = {one.name: one.words for one in deviation_lines(state)}
    assert "Single papule" in off["Overridden"] and "readings missing" in off["Gaps"] and "Off-label serum" in off
    assert any(one.name == "Signed" and "Annika Meyer" in one.words for one in people_lines(DOSSIER.events, state))
    told = {one.name: one for one in proof_lines(DOSSIER)}
    assert told["Record"].tone == "done" and told["Head"].code.replace(" ", "") == DOSSIER.row.head.hex()
