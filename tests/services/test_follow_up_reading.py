"""The follow-up list a page at a time: overdue ones behind the last, each once, filtered."""

from datetime import timedelta

import pytest
from console_rig import DAY_S, close_console, finish_session, make_console, start_session
from rig_lists import calls

from console.domain.follow_up import contact_record, visit_on
from console.domain.people import Role
from console.services.follow_up_reading import CallFilter, CallList, FollowUpReading


@pytest.fixture
def console():
    made = make_console()
    session_id = start_session(made)
    finish_session(made)
    made.desk.actor = next(one for one in made.registry.staff() if one.role is Role.MANAGER)
    made.follow_up.decide(24, 72)
    for days in range(7):
        day = made.follow_up.today() + timedelta(days=days)
        made.registry.save_record(contact_record(visit_on("P-0412", str(session_id), day)), "PR-02")
    yield made
    close_console(made)


def pages(reading: FollowUpReading, wanted: CallFilter, today, most: int) -> list[CallList]:
    found = [reading.page(wanted, today, None, most)]
    while found[-1].more is not None:
        found.append(reading.page(wanted, today, found[-1].more, most))
    return found


def test_every_line_comes_once_and_the_overdue_ones_by_pages(console):
    calls(console)  # makes the call of the session
    console.clock.advance(5 * DAY_S)
    today, reading = console.follow_up.today(), console.follow_up._reading
    found = pages(reading, CallFilter(), today, 2)
    late = [one.contact.due for page in found for one in page.rows if one.standing == "overdue"]
    assert late == sorted(late) and len(late) == 6, "five visits and the call"
    assert len(found) == 4 and all(len(one.rows) <= 2 for one in found[1:])
    every = [one.contact.contact_id for page in found for one in page.rows]
    assert len(every) == len(set(every)) == 8
    assert reading.csv(CallFilter(), today).count("\n") == 9


@pytest.mark.parametrize(("wanted", "lines"), [
    (CallFilter(kind="call"), 1), (CallFilter(kind="visit"), 7), (CallFilter(practitioner_id="PR-02"), 8),
    (CallFilter(practitioner_id="PR-77"), 0), (CallFilter(due_until="2026-11-18"), 2)])
def test_only_what_is_asked_for_is_listed(console, wanted, lines):
    calls(console)
    assert len(calls(console, wanted)) == lines
