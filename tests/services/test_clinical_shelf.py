from dataclasses import replace
from decimal import Decimal

import pytest
from console_rig import DAY_S, close_console, finish_session, make_console, rig_load, start_session, walk_to

from console.domain.clinical_edits import THIS_CLINIC, ClinicalEdit
from console.domain.errors import OperatorError, Refusal
from console.domain.people import Role, Staff
from console.domain.session import Session
from console.domain.session_events import ClinicalVersionsNoted
from console.domain.workflow import Phase
from console.services.clinical_shelf import ClinicalShelf, kept_library, versions_of

MANAGER = Staff("MG-01", "C. Okafor", Role.MANAGER)
PLAN = "facial_acne_scars"


@pytest.fixture
def console():
    made = make_console(last_visit=False)
    yield made
    close_console(made)


def with_passes(console, passes):
    table = dict(console.shelf.current.entries["plan", PLAN].table)
    table["source"] = THIS_CLINIC
    table["area"] = [{**area, "passes": passes} for area in table["area"]]
    return table


def passes_of(library):
    return {area.passes for area in library.plan(PLAN).areas}


def test_an_edit_counts_from_the_next_session_on(console):
    shelf = console.shelf
    start_session(console)
    before = console.library
    shelf.save("plan", PLAN, with_passes(console, 4), "our habit", MANAGER)
    assert passes_of(shelf.current) == {4}
    assert console.library is before and passes_of(console.library) != {4}
    planned = {area.plan.passes for area in console.desk.front.state.areas.values()}
    console.day.choose_areas(PLAN, ("face.forehead",))
    assert {area.plan.passes for area in console.desk.front.state.areas.values()} <= planned
    start_session(console, "P-0377")
    assert {area.plan.passes for area in console.desk.front.state.areas.values()} == {4}


def test_what_the_clinic_decides_is_cited_as_its_own(console):
    console.shelf.save("plan", PLAN, with_passes(console, 4), "our  habit", MANAGER)
    plan = console.shelf.current.plan(PLAN)
    assert plan.sources[0].text == "This clinic, MG-01, 2026-11-17: our habit"
    assert plan.sources[0].grade == "C" and plan.reviewed == console.day.today()


def test_a_session_notes_what_it_goes_by(console):
    console.shelf.save("plan", PLAN, with_passes(console, 4), "our habit", MANAGER)
    start_session(console)
    state = console.desk.front.state
    assert state.clinical == versions_of(console.library, PLAN)
    assert state.clinical.edits == (f"plan/{PLAN}@1",)
    plan = state.clinical.versions[0]
    assert (plan.entry_kind, plan.entry_id, plan.entries, len(plan.sha256)) == ("plan", PLAN, 1, 64)
    console.day.choose_areas(PLAN, ("face.forehead",))
    noted = [one for one in console.desk.front.history if isinstance(one.what, ClinicalVersionsNoted)]
    assert len(noted) == 1  # the same data is not noted again


def test_a_hash_tells_an_edited_entry_from_the_shipped(console):
    before = {one.entry_kind: one.sha256 for one in versions_of(console.library, PLAN).versions}
    console.shelf.save("plan", PLAN, with_passes(console, 4), "our habit", MANAGER)
    after = {one.entry_kind: one.sha256 for one in versions_of(console.shelf.current, PLAN).versions}
    assert {kind for kind in before if before[kind] != after[kind]} == {"plan"}


def test_nothing_edited_changes_a_past_session(console):
    start_session(console)
    walk_to(console, Phase.NEEDLING)
    finish_session(console)
    session_id, events = next((one, console.recorder.story[one]) for one in console.recorder.story)
    state, said = Session(session_id, events).state, [one.what for one in events]
    rule = dict(console.shelf.current.entries["rule", "keloid"].table)
    console.shelf.save("plan", PLAN, with_passes(console, 4), "our habit", MANAGER)
    console.shelf.save("rule", "keloid", {**rule, "question": "Keloids here", "source": THIS_CLINIC}, "words", MANAGER)
    again = Session(session_id, console.recorder.story[session_id])
    assert [one.what for one in again.history] == said and again.state == state
    assert "Keloids here" not in {one.question for one in again.state.rules}
    assert {area.plan.passes for area in again.state.areas.values()} != {4}


def test_after_a_restart_an_open_session_goes_by_what_it_began_with(console):
    shelf = console.shelf
    shelf.save("plan", PLAN, with_passes(console, 4), "our habit", MANAGER)
    start_session(console)
    front = console.desk.front
    shelf.save("plan", PLAN, with_passes(console, 5), "on second thoughts", MANAGER)
    restarted = ClinicalShelf(rig_load, console.registry, console.clock)
    assert passes_of(restarted.current) == {5} and passes_of(restarted.for_session(front)) == {4}
    assert versions_of(restarted.for_session(front), PLAN) == front.state.clinical


def test_every_version_is_kept_and_the_files_can_be_gone_back_to(console):
    shelf, shipped = console.shelf, passes_of(console.library)
    shelf.save("plan", PLAN, with_passes(console, 4), "our habit", MANAGER)
    shelf.save("plan", PLAN, with_passes(console, 5), "deeper scars", MANAGER)
    shelf.withdraw("plan", PLAN, "the trial says three", MANAGER)
    assert passes_of(shelf.current) == shipped and shelf.edits() == ()
    assert [(one.rev, one.in_force, one.reason) for one in shelf.versions("plan", PLAN)] == [
        (3, False, "the trial says three"), (2, True, "deeper scars"), (1, True, "our habit")]
    with pytest.raises(Refusal, match="as the files have it"):
        shelf.withdraw("plan", PLAN, "again", MANAGER)


@pytest.mark.parametrize(("change", "told"), [
    ({"passes": 30}, "field «passes»: found 30"), ({"colour": "red"}, "field «colour»"),
    ({"source": "my_memory"}, "field «source»: found my_memory"), ({"endpoint": "blood"}, "field «endpoint»"),
])
def test_a_bad_edit_is_one_sentence_and_nothing_is_saved(console, change, told):
    table = {**console.shelf.current.entries["plan", PLAN].table, **change}
    with pytest.raises(OperatorError, match=f"{told}.*nothing was saved"):
        console.shelf.save("plan", PLAN, table, "why not", MANAGER)
    assert console.shelf.edits() == () and console.shelf.versions("plan", PLAN) == ()


@pytest.mark.parametrize("editor", [None, Staff("PR-02", "A. Meyer", Role.PRACTITIONER)])
def test_only_managers_and_administrators_change_clinical_data(console, editor):
    with pytest.raises(Refusal, match="by a manager or an administrator"):
        console.shelf.save("plan", PLAN, with_passes(console, 4), "our habit", editor)


def test_a_change_needs_a_reason(console):
    with pytest.raises(Refusal, match="needs a reason"):
        console.shelf.save("plan", PLAN, with_passes(console, 4), "  ", MANAGER)


def test_an_edit_that_no_longer_fits_is_left_out_and_told(console):
    registry = console.registry
    good = ClinicalEdit("plan", PLAN, with_passes(console, 4), "our habit").record()
    bad = ClinicalEdit("plan", "old", {"id": "old", "depth": 3}, "an older program's").record()
    for record in (good, bad):
        registry.save_record(record, "MG-01")
    registry.save_record(replace(good, record_id="opinion/1", subject_id="opinion"), "MG-01")
    shelf = ClinicalShelf(rig_load, registry, console.clock)
    assert passes_of(shelf.current) == {4}
    assert {edit.name for edit, _ in shelf.rejected} == {"plan/old", "opinion/1"}
    assert [edit.name for edit in shelf.edits()] == [f"plan/{PLAN}"]
    assert passes_of(kept_library(rig_load, registry)) == {4}


def test_an_alarm_s_delay_waits_for_a_session_that_opens_alone(console):
    shelf = console.shelf
    table = dict(shelf.current.entries["alarm", "depth_above_band"].table)
    start_session(console)
    slower = {**table, "delay_s": Decimal("2.5"), "source": THIS_CLINIC}
    shelf.save("alarm", "depth_above_band", slower, "calm", MANAGER)
    start_session(console, "P-0377")
    delay_s = {rule.rule_id: rule.delay_s for rule in console.library.alarms}["depth_above_band"]
    assert delay_s == 1.0  # one board rings for both sessions
    changed = {rule.rule_id: rule.delay_s for rule in shelf.current.alarms}["depth_above_band"]
    assert changed == 2.5


def test_an_edit_is_cited_with_the_day_it_was_made(console):
    console.clock.advance(3 * DAY_S)
    console.shelf.save("area_size", "neck", {"id": "neck", "cm2": Decimal("150.5"), "estimate": False,
                                             "source": THIS_CLINIC}, "measured", MANAGER)
    size = console.shelf.current.area_size("neck")
    assert size.area_mm2 == 15_050 and size.source == "This clinic, MG-01, 2026-11-20: measured [C]"
    entry = console.shelf.current.entries["area_size", "neck"]
    assert entry.edit is not None and entry.below is not None and entry.below["cm2"] == 180
