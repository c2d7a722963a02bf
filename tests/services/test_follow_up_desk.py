"""Calls after a session: made by the clinic's rule alone, listed, told, and judged against the expected course."""

from datetime import date, timedelta

import pytest
from console_rig import DAY_S, close_console, finish_session, make_console, start_session
from rig_lists import calls

from console.domain.errors import Refusal
from console.domain.people import Role
from console.domain.reactions import OTHER, Told


@pytest.fixture
def console():
    made = make_console()
    yield made
    close_console(made)


def _as(console, role):
    console.desk.actor = next(one for one in console.registry.staff() if one.role is role)


def _called(console, days=0):
    """Let the clinic call 24 to 72 h after, treat P-0412, and let some days go by."""
    _as(console, Role.MANAGER)
    console.follow_up.decide(24, 72)
    _as(console, Role.PRACTITIONER)
    start_session(console)
    finish_session(console)
    console.clock.advance(days * DAY_S)
    return calls(console)[0].contact


def _told(console, response_id, days_ago=0, severity="mild"):
    day = (console.follow_up.today() - timedelta(days=days_ago)).isoformat()
    text = next((one.text for one in console.follow_up.expected() if one.response_id == response_id), "Numb chin")
    return Told(day, response_id, text, severity)


def test_no_call_is_made_until_the_clinic_says_when_it_calls(console):
    start_session(console)
    finish_session(console)
    assert console.follow_up.undecided and calls(console) == []
    with pytest.raises(Refusal, match="may not change the clinic"):
        console.follow_up.decide(24, 72)
    _as(console, Role.MANAGER)
    console.follow_up.decide_none()
    calls(console)
    assert not console.follow_up.undecided and calls(console) == []


@pytest.mark.parametrize("hours", [(72, 24), (-1, 24), (24, 24), (24, 900)])
def test_hours_that_do_not_follow_each_other_are_refused(console, hours):
    _as(console, Role.MANAGER)
    with pytest.raises(Refusal, match="is no span"):
        console.follow_up.decide(*hours)
    assert console.follow_up.rule is None


def test_a_sealed_session_is_called_after_in_the_clinics_window(console):
    contact = _called(console)
    assert contact.patient_id == "P-0412"
    assert date.fromisoformat(contact.first) == console.follow_up.today() + timedelta(days=1)
    assert date.fromisoformat(contact.due) == console.follow_up.today() + timedelta(days=3)


def test_calls_of_sessions_sealed_before_the_rule_are_made_up_for_once(console):
    start_session(console)
    finish_session(console)
    _as(console, Role.MANAGER)
    console.follow_up.decide(24, 72)
    calls(console)
    calls(console)
    assert [one.contact.patient_id for one in calls(console)] == ["P-0412"]  # 36 days ago: too long gone


@pytest.mark.parametrize(("days", "standing"), [(0, "coming"), (1, "due"), (3, "due"), (4, "overdue")])
def test_a_call_comes_falls_due_and_is_overdue(console, days, standing):
    _called(console, days)
    assert [one.standing for one in calls(console)] == [standing]


def test_who_was_not_reached_stays_on_the_list_and_who_was_leaves_it(console):
    contact = _called(console, 2)
    console.follow_up.record(contact.contact_id, reached=False, note="voicemail")
    assert calls(console)[0].standing == "due"
    done = console.follow_up.record(contact.contact_id, True, [_told(console, "redness", 1)])
    assert [one.reached for one in done.attempts] == [False, True]
    assert calls(console)[0].standing == "done"
    view = console.follow_up.open(contact.contact_id)
    assert [(one.told.text, one.told.told_to, one.beyond) for one in view.told] == [
        ("Redness for 1 to 3 days", "PR-02", "")]
    assert ("PR-02", "patient_read", "P-0412", "") in console.registry.audits


@pytest.mark.parametrize(("response_id", "days", "words"), [
    ("redness", 3, ""), ("redness", 4, "Expected until 20 Nov 2026"), ("scabs", 10, ""),
    ("blisters", 1, "asked to call about"), (OTHER, 1, "Not among the expected"),
])
def test_what_goes_beyond_its_expected_course_is_said_so(console, response_id, days, words):
    contact = _called(console, days)
    console.follow_up.record(contact.contact_id, True, [_told(console, response_id)])
    line = console.follow_up.told_after(contact.session_id)[0]
    assert (words in line.beyond) if words else line.beyond == ""
    assert console.follow_up.told_after_last("P-0412") == [line]
    assert console.adverse.all() == []  # never by itself


def test_a_diary_entry_lies_between_the_session_and_today(console):
    contact = _called(console, 2)
    for days_ago in (-1, 3):
        with pytest.raises(Refusal, match="before the session or ahead"):
            console.follow_up.record(contact.contact_id, True, [_told(console, "redness", days_ago)])
    with pytest.raises(Refusal, match="has no severity"):
        console.follow_up.record(contact.contact_id, True, [_told(console, "redness", severity="")])
    with pytest.raises(Refusal, match="Nobody was reached"):
        console.follow_up.record(contact.contact_id, False, [_told(console, "redness")])
    assert console.follow_up.open(contact.contact_id).told == ()


def test_giving_up_needs_a_reason(console):
    contact = _called(console, 5)
    with pytest.raises(Refusal, match="needs a reason"):
        console.follow_up.give_up(contact.contact_id, " ")
    assert console.follow_up.give_up(contact.contact_id, "moved away").state == "given_up"
    assert calls(console)[0].standing == "done"


def test_a_visit_is_agreed_for_a_day_to_come(console):
    contact = _called(console, 1)
    day = console.follow_up.today() + timedelta(days=13)
    with pytest.raises(Refusal, match="day is past"):
        console.follow_up.agree_visit(contact.session_id, console.follow_up.today() - timedelta(days=1))
    console.follow_up.agree_visit(contact.session_id, day)
    assert [(one.contact.kind, one.standing) for one in calls(console)] == [
        ("call", "due"), ("visit", "coming")]


def test_nobody_signed_in_records_nothing(console):
    contact = _called(console, 1)
    console.desk.actor = None
    with pytest.raises(Refusal, match="Nobody is signed in"):
        console.follow_up.record(contact.contact_id, True)
