"""Courses: due by the last session and the plan's interval, paused and ended with a reason, begun from the plan."""

import pytest
from console_rig import DAY_S, close_console, make_console

from console.domain.errors import Refusal
from console.domain.people import Appointment
from console.services.local_time import day_start_us


@pytest.fixture
def console():
    made = make_console()  # P-0412: 2 of 6 done, the last one 36 days ago, every 30 to 61 days
    made.registry._appointments.clear()
    yield made
    close_console(made)


def _due(console):
    found = []
    console.courses.ask_due(found.extend, pytest.fail)
    while console.queries.busy:
        console.queries.deliver()
    return [(one.patient.patient_id, one.standing.due) for one in found]


@pytest.mark.parametrize(("days", "due"), [
    (-7, []), (-6, [("P-0412", "now")]), (25, [("P-0412", "now")]), (26, [("P-0412", "overdue")]),
])
def test_who_is_due_follows_from_the_last_session_and_the_interval(console, days, due):
    console.clock.advance(days * DAY_S)
    assert _due(console) == due


def test_who_has_an_appointment_is_not_on_the_due_list(console):
    at_us = day_start_us(console.day.today()) + 5 * DAY_S * 1_000_000
    console.registry.save_appointment(Appointment("A-9", "P-0412", "facial_acne_scars", "C-0412", at_us, "Room 1"), "x")
    assert _due(console) == []


def test_a_course_is_paused_goes_on_and_ends_with_reasons(console):
    course = console.registry.courses("P-0412")[0]
    with pytest.raises(Refusal, match="without a reason"):
        console.courses.pause(course, " ")
    console.courses.pause(course, "on holiday")
    stands = console.courses.of_patient("P-0412")[0]
    assert (stands.state, stands.reason, stands.window) == ("paused", "on holiday", None) and _due(console) == []
    console.courses.go_on(course)
    assert _due(console) == [("P-0412", "now")]
    console.courses.end(course, "moved away")
    assert console.courses.of_patient("P-0412")[0].state == "ended" and _due(console) == []


def test_a_new_course_takes_number_and_interval_from_the_plan(console):
    with pytest.raises(Refusal, match="is running"):
        console.courses.begin("P-0412", "facial_acne_scars")
    made = console.courses.begin("P-0412", "facial_maintenance")
    assert (made.course_id, made.length, made.interval_min_days, made.interval_max_days) == ("C-0412-2", 0, 182, 365)
    course = console.registry.courses("P-0412")[0]
    console.courses.end(course, "goal reached")
    again = console.courses.begin("P-0412", "facial_acne_scars")
    assert (again.course_id, again.length, again.done) == ("C-0412-3", 6, 0)
    assert {one.course.course_id: one.state for one in console.courses.of_patient("P-0412")} == {
        "C-0412": "ended", "C-0412-2": "running", "C-0412-3": "running"}


def test_nobody_signed_in_changes_no_course(console):
    console.desk.actor = None
    with pytest.raises(Refusal, match="Nobody is signed in"):
        console.courses.begin("P-0377", "facial_wrinkles")
