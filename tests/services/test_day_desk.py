from dataclasses import replace
from datetime import timedelta

import pytest
from console_rig import DAY_S, close_console, finish_session, make_console, start_session, walk_to

from console.domain import closing, needling
from console.domain.errors import Refusal
from console.domain.workflow import Phase


@pytest.fixture
def console():
    made = make_console()
    yield made
    close_console(made)


def row_of(console, patient_id):
    return next(row for row in console.day.rows() if row.patient.patient_id == patient_id)


def test_a_row_goes_from_due_over_arrived_and_open_to_sealed(console):
    row = row_of(console, "P-0412")
    assert (row.status, row.days_since_last, row.session_id) == ("due", 36, None)
    console.day.mark_arrived(row.appointment)
    assert row_of(console, "P-0412").status == "arrived"
    assert row_of(console, "P-0412").status_us == console.clock.utc_us()
    session_id = start_session(console)
    assert (row_of(console, "P-0412").status, row_of(console, "P-0412").session_id) == ("open", session_id)
    finish_session(console)
    sealed = row_of(console, "P-0412")
    assert sealed.status == "sealed" and sealed.status_us is not None
    assert sealed.days_since_last == 36, "counted from the treatment before today's"


def test_a_deferred_session_shows_as_such(console):
    session_id = start_session(console, "P-0460")
    console.desk.do(closing.defer("a cold sore"))
    console.desk.put_away(session_id)
    assert row_of(console, "P-0460").status == "deferred"


def test_a_row_opened_in_error_can_be_started_again(console):
    session_id = start_session(console, "P-0460")
    console.desk.do(closing.opened_in_error("the wrong row"))
    assert console.day.start("P-0460", row_of(console, "P-0460").plan.plan_id) != session_id, "closed, still held"
    console.desk.put_away(session_id)
    row = row_of(console, "P-0460")
    assert (row.status, row.session_id) == ("arrived", None)


def test_too_early_is_said_in_words_only_while_it_can_be_heeded(console):
    early = replace(console.registry.courses("P-0412")[0], interval_min_days=42, interval_max_days=60)
    console.registry.save_course(early, "PR-02")
    assert row_of(console, "P-0412").notice
    start_session(console)
    assert row_of(console, "P-0412").notice == ""


def test_a_walk_in_needs_a_name_and_a_birth_date_in_the_past(console):
    bad = (("A", "1990-01-01"), ("Ada King", "31.12.1990"), ("Ada King", "2026-11-17"), ("  ", "1990-01-01"))
    for name, born in bad:
        with pytest.raises(Refusal, match="nobody was added"):
            console.day.add_walk_in(name, born)
    added = console.day.add_walk_in("  Ada   King ", "1990-12-31", "1")
    assert (added.name, added.patient_id) == ("Ada King", "P-0461")
    with pytest.raises(Refusal, match="P-0461 has this name and birth date"):
        console.day.add_walk_in("ada king", "1990-12-31")
    assert console.day.add_walk_in("Ada King", "1990-12-30").birth_date == "1990-12-30"


def test_starting_opens_one_session_with_age_course_and_mark(console):
    session_id = start_session(console)
    opened = console.desk.front.state.opened
    assert (opened.age_years, opened.course_number, opened.course_length) == (34, 3, 6)
    assert (opened.room, opened.station, opened.practitioner_id) == ("Room 2", "station-1", "PR-02")
    with pytest.raises(Refusal, match="P-0412 has an open session"):
        start_session(console)
    assert [one.session_id for one in console.desk.sessions] == [session_id]
    assert ("PR-02", "session_opened", str(session_id), "") in console.registry.audits


def test_age_turns_on_the_birthday(console):
    patient = console.registry.patient("P-0460")
    today = console.day.today()
    for shift, age in ((0, 41), (1, 40)):
        born = (today + timedelta(days=shift)).replace(year=today.year - 41)
        console.registry.save_patient(replace(patient, birth_date=born.isoformat()), "PR-02")
        assert console.day._age(console.registry.patient("P-0460")) == age


def test_targets_of_the_last_visit_are_carried_forward_with_their_band(console):
    start_session(console)
    walk_to(console, Phase.NEEDLING)
    area_id, plan = next((area_id, area.plan) for area_id, area in console.desk.front.state.areas.items())
    raised = plan.target_depth_um + 250
    console.desk.do(needling.change_target(area_id, raised, "thick skin"))
    finish_session(console)
    console.clock.advance(40 * DAY_S)
    chosen = console.day.plan_for(console.library, "facial_acne_scars", (), "P-0412")
    carried = next(one for one in chosen.areas if one.area_id == area_id)
    assert carried.target_depth_um == raised
    assert carried.band_high_um - carried.band_low_um == plan.band_high_um - plan.band_low_um
    assert console.day.plan_for(console.library, "facial_acne_scars").areas[0].target_depth_um == plan.target_depth_um


def test_reading_a_patient_s_record_is_noted(console):
    console.day.patient("P-0377")
    assert console.registry.audits[-1] == ("PR-02", "patient_read", "P-0377", "")


def test_who_comes_without_an_appointment_goes_on_with_the_running_course_of_that_plan(console):
    console.day.start("P-0412", "facial_acne_scars")
    opened = console.desk.front.state.opened
    assert (opened.course_id, opened.course_number, opened.course_length) == ("C-0412", 3, 6)


@pytest.mark.parametrize(("decide", "course_id"), [
    (lambda courses, course: courses.pause(course, "on holiday"), ""),
    (lambda courses, course: (courses.pause(course, "on holiday"), courses.go_on(course)), "C-0412"),
])
def test_a_paused_course_is_not_gone_on_with_by_the_way(console, decide, course_id):
    decide(console.courses, console.registry.courses("P-0412")[0])
    console.day.start("P-0412", "facial_acne_scars")
    assert console.desk.front.state.opened.course_id == course_id
