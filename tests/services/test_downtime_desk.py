"""Paper forms: numbered, used once; what is entered goes by the same gates, with the paper's times."""

from dataclasses import replace

import pytest
import rig_walk
from console_rig import close_console, make_console

from console.domain import session_events as ev
from console.domain.downtime import NEEDED
from console.domain.errors import OperatorError, Refusal
from console.domain.workflow import Phase
from console.services.downtime_desk import PaperAnesthetic, PaperArea, PaperVisit
from console.services.local_time import clock_text, local_day

LOT = ev.ProductLot("cart-12", "12-needle cartridge", "cartridge", "", "C7", "2028-01-31", "S99999", "typed")
VISIT = PaperVisit(
    "D-0001", "P-0460", "facial_wrinkles", "PR-01", "2026-11-16", "09:00", "09:10", "10:00",
    (PaperArea("face.forehead", 600, 2, "09:20", "09:31"), PaperArea("face.cheek_left", 800, 1, "09:31", "09:45")),
    LOT, 12, "patient's wish", "none wished", frozenset(NEEDED) | {"no_glide", "consent_serum"})


@pytest.fixture
def console():
    made = make_console(last_visit=False)
    made.clinic.papers.issue()
    yield made
    close_console(made)


def enter(console, **changes):
    plan = console.library.plan(VISIT.plan_id)
    rows = tuple(replace(one, area_id=area) for one, area in zip(VISIT.areas, plan.area_ids, strict=False))
    return console.clinic.papers.enter(replace(VISIT, **{"areas": rows, **changes}))


def test_numbers_follow_each_other(console):
    assert console.clinic.papers.issue().number == "D-0002"
    assert [one.number for one in console.clinic.papers.papers()] == ["D-0002", "D-0001"]


def test_it_is_told_with_the_paper_s_times_and_marked_with_both(console):
    session_id = enter(console)
    session = console.desk.session(session_id)
    state = session.state
    assert state.phase is Phase.SIGN_OFF and state.manual_mode and console.desk.front is session
    mark = state.afterwards
    assert (mark.paper, mark.written_by, mark.entered_by) == ("D-0001", "PR-01", "PR-02")
    assert mark.entered_at_us == console.clock.utc_us()
    assert (local_day(state.opened_at_us).isoformat(), clock_text(state.opened_at_us)) == ("2026-11-16", "09:00")
    first, second = (state.areas[one] for one in state.areas)
    assert [clock_text(first.passes[0].started_us), clock_text(first.passes[-1].ended_us)] == ["09:20", "09:31"]
    assert (first.passes_done, second.passes_done) == (2, 1)
    assert first.manual[-1][1].depth_um == 600
    assert state.area_time_us(first.plan.area_id, state.last_at_us) == 11 * 60_000_000
    assert {event.actor_id for event in session.history if event.what.kind == "pass_started"} == {"PR-01"}


def test_it_is_signed_and_sealed_now(console):
    session_id = enter(console)
    rig_walk.sign_and_seal(console)
    state = console.desk.session(session_id).state
    assert state.sealed is not None and state.sealed.samples == 0
    assert state.sealed_at_us == console.clock.utc_us()


CREAM = PaperAnesthetic(ev.ProductLot("numb-lmx4", "Lidocaine cream 4 %", "anesthetic", "", "L1", "", "", "typed"), "",
                        20_000, 20_000, "09:10", "09:19")


def cream(console, **changes):
    found = next(one for one in console.registry.products() if one.product_id == "numb-lmx4")
    return replace(CREAM, clinical_id=found.clinical_id, **changes)


def test_the_anesthetic_has_the_paper_s_times(console):
    enter(console, anesthetic=cream(console), no_anesthetic="")
    (on,) = console.desk.front.state.anesthetics.values()
    assert (clock_text(on.applied.applied_at_us), clock_text(on.removed_at_us)) == ("09:10", "09:19")
    assert on.early_reason == "as on paper" and on.applied.onset_s > 0


@pytest.mark.parametrize("changes", [{"mass_mg": 900_000}, {"until": "09:25"}, {"since": "09:05"}, {"since": ""}])
def test_an_anesthetic_past_label_or_order_is_refused(console, changes):
    with pytest.raises(Refusal):
        enter(console, anesthetic=cream(console, **changes))
    assert console.desk.sessions == []


@pytest.mark.parametrize("missing", [*NEEDED, "no_glide"])
def test_nothing_is_recorded_that_is_not_said_to_stand_on_the_paper(console, missing):
    with pytest.raises(Refusal, match="is not marked as written on the paper"):
        enter(console, written=VISIT.written - {missing})
    assert console.desk.sessions == [] and console.clinic.papers.papers()[0].state == "issued"


def test_a_consent_that_is_not_on_the_paper_is_recorded_as_not_given(console):
    enter(console)
    given = {kind: one.given for kind, one in console.desk.front.state.consents.items()}
    assert given == {"treatment": True, "photos": False, "serum": True}


def test_a_compounded_cream_needs_its_prescription_on_the_paper(console):
    compounded = next(one for one in console.registry.products() if one.product_id == "numb-blt")
    blt = replace(CREAM, lot=replace(CREAM.lot, product_id="numb-blt"), clinical_id=compounded.clinical_id)
    with pytest.raises(Refusal, match="was prescribed"):
        enter(console, anesthetic=blt, no_anesthetic="")


def test_a_form_is_used_once(console):
    enter(console)
    with pytest.raises(Refusal, match="D-0001 is entered"):
        enter(console)
    assert len(console.desk.sessions) == 1


def test_a_void_form_and_an_unknown_one_are_refused(console):
    console.clinic.papers.void("D-0001", "Torn")
    for number in ("D-0001", "D-0077", ""):
        with pytest.raises(Refusal):
            enter(console, paper=number)
    assert console.desk.sessions == []


@pytest.mark.parametrize("changes", [
    {"opened": "09:15"}, {"ended": "09:40"}, {"day": "2026-11-18"}, {"opened": "nine"}, {"day": "16.11.2026"},
    {"written_by": ""}, {"areas": ()}, {"no_anesthetic": ""}, {"no_serum": " "}, {"patient_id": "P-9999"}])
def test_what_does_not_fit_is_refused_and_nothing_is_kept(console, changes):
    with pytest.raises(OperatorError):
        enter(console, **changes)
    assert console.desk.sessions == [] and console.clinic.papers.papers()[0].state == "issued"


def test_a_stop_of_screening_holds_on_paper_too(console):
    rule = next(one for one in console.library.rules if one.rule_class.value == "stop" and not one.override_allowed
                and one.scope.value == "patient")
    with pytest.raises(Refusal):
        enter(console, yes={rule.rule_id: "written"})
    assert console.desk.sessions == []


def test_a_cartridge_of_another_session_is_refused(console):
    console.registry.used_cartridges[LOT.product_id, LOT.lot, LOT.serial] = console.desk.actor
    with pytest.raises(Refusal, match="used in another session"):
        enter(console)
