"""Competences: judged at a session's start by the clinic's rule; nothing is asked where none is kept."""

import pytest
from console_rig import close_console, make_console

from console.domain.competences import Competence, CompetenceRule, CompetenceStanding
from console.domain.errors import Refusal

PLAN = "facial_acne_scars"


@pytest.fixture
def console():
    made = make_console(last_visit=False)
    yield made
    close_console(made)


def keep(console, covers="all", until="", staff_id="PR-02", **more):
    before, console.desk.actor = console.desk.actor, console.registry.staff()[2]
    made = console.clinic.staff.save(Competence("", staff_id, covers, until, **more))
    console.desk.actor = before
    return made


def set_rule(console, rule):
    before, console.desk.actor = console.desk.actor, console.registry.staff()[2]
    console.clinic.staff.save_rule(rule, 30)
    console.desk.actor = before


def test_a_clinic_that_keeps_none_is_not_asked(console):
    assert console.clinic.staff.question(PLAN) is None


@pytest.mark.parametrize(("covers", "until", "found"), [
    ("all", "", None), ("all", "2026-11-17", None), (f"plan:{PLAN}", "2027-01-01", None),
    ("indication:facial_acne_scars", "", None), ("all", "2026-11-16", CompetenceStanding.EXPIRED),
    ("plan:scalp_density", "", CompetenceStanding.MISSING), ("pen:some-pen", "", CompetenceStanding.MISSING)])
def test_what_covers_a_plan_and_until_when(console, covers, until, found):
    keep(console, covers, until)
    question = console.clinic.staff.question(PLAN)
    assert (question.standing if question else None) == found


def test_another_s_competence_is_not_one_s_own(console):
    keep(console, staff_id="PR-01")
    assert console.clinic.staff.question(PLAN).words == "PR-02 holds no competence for Facial acne scars"


def test_the_reason_stands_in_the_history(console):
    keep(console, until="2026-10-31")
    with pytest.raises(Refusal, match="ended on 2026-10-31"):
        console.clinic.staff.start("P-0412", PLAN, None)
    assert console.desk.sessions == []
    console.clinic.staff.start("P-0412", PLAN, None, "Under supervision")
    accepted = console.desk.front.state.competence
    assert (accepted.staff_id, accepted.standing, accepted.until, accepted.reason) == (
        "PR-02", "expired", "2026-10-31", "Under supervision")


def test_blocked_no_reason_helps(console):
    keep(console, staff_id="PR-01")
    set_rule(console, CompetenceRule.BLOCK)
    with pytest.raises(Refusal, match="ask the manager"):
        console.clinic.staff.start("P-0412", PLAN, None, "Please")
    assert console.desk.sessions == []


def test_switched_off_nothing_is_asked(console):
    keep(console, staff_id="PR-01")
    set_rule(console, CompetenceRule.OFF)
    assert console.clinic.staff.question(PLAN) is None


def test_the_manager_sees_what_ends_within_the_notice(console):
    for staff_id, until in (("PR-01", "2026-12-17"), ("PR-02", "2026-12-18"), ("MG-01", "2026-01-01")):
        keep(console, until=until, staff_id=staff_id)
    keep(console)
    assert sorted(one.staff_id for one in console.clinic.staff.ending()) == ["MG-01", "PR-01"]


def test_withdrawn_it_does_not_count(console):
    held = keep(console)
    console.desk.actor = console.registry.staff()[2]
    keep(console, staff_id="MG-01")
    console.clinic.staff.withdraw(held, "Training lapsed")
    assert [one.staff_id for one in console.clinic.staff.held()] == ["MG-01"]
    console.desk.actor = console.registry.staff()[0]
    assert console.clinic.staff.question(PLAN).standing is CompetenceStanding.MISSING


def test_a_date_that_is_none_is_refused(console):
    with pytest.raises(Refusal, match="is not a date"):
        keep(console, until="31.12.2026")
