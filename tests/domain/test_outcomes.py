"""Gradings: kept with their scale's version and direction, refused off the scale, compared only where alike."""

from dataclasses import replace

import pytest
from console_rig import close_console, finish_session, make_console, start_session

from console.domain.errors import Refusal
from console.domain.outcomes import change_words, grade_outcome, graded


@pytest.fixture
def console():
    made = make_console()
    yield made
    close_console(made)


def _scale(console, scale_id):
    return next(one for one in console.library.scales if one.scale_id == scale_id)


def test_a_grading_keeps_the_scale_as_it_stood(console):
    start_session(console)
    console.desk.do(grade_outcome(graded(_scale(console, "gais"), 2, "patient")))
    console.desk.do(grade_outcome(graded(_scale(console, "gais"), 2, "patient")))  # said twice, recorded once
    [(_, what)] = console.desk.front.state.outcomes
    assert (what.scale_id, what.scale_version, what.value, what.low, what.high, what.better, what.graded_by) == (
        "gais", 1, 2, 1, 5, "lower", "patient")


@pytest.mark.parametrize(("value", "by", "words"), [
    (0, "patient", "off the scale"), (6, "patient", "off the scale"), (2, "", "Who graded")])
def test_what_is_off_the_scale_is_refused(console, value, by, words):
    with pytest.raises(Refusal, match=words):
        graded(_scale(console, "gais"), value, by)


def test_better_goes_by_the_scales_direction_and_versions_are_not_mixed(console):
    first = graded(_scale(console, "gais"), 4, "patient")
    last = replace(first, value=2)
    assert change_words(first, last) == "Better" and change_words(last, first) == "Worse"
    turned = [replace(one, better="higher") for one in (first, last)]
    assert change_words(*turned) == "Worse"
    assert change_words(first, first) == "Unchanged"
    assert change_words(first, replace(last, scale_version=2)) == ""
    assert change_words(replace(first, better="none"), replace(last, better="none")) == ""


def test_gradings_line_up_across_a_course_and_none_follows_the_seal(console):
    scale = _scale(console, "goodman_baron")
    for value in (3, 2):
        start_session(console)
        console.desk.do(grade_outcome(graded(scale, 4, "practitioner")))
        console.desk.do(grade_outcome(graded(scale, value, "practitioner")))
        finish_session(console)
        console.registry._appointments.clear()
    found = []
    console.courses.ask_gradings("P-0412", found.extend, pytest.fail)
    while console.queries.busy:
        console.queries.deliver()
    assert [[(one.session_number, one.what.value) for one in line] for line in found] == [[(3, 3), (4, 2)]]
