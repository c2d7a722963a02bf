"""Which console may go on with a session."""

from uuid import UUID

import pytest

from console.domain import session_events as ev
from console.domain.errors import Refusal
from console.domain.leases import (
    MOST_REASON,
    Lease,
    Standing,
    check_take_over,
    holder_words,
    never_waits,
    refusal_elsewhere,
    standing,
)
from console.domain.people import Role, Staff

HERE, THERE = UUID(int=1), UUID(int=2)


def lease(console_id=THERE, *, held=True, until_us=100):
    return Lease(UUID(int=9), console_id, "Room 2", 3, held, "PR-02", 10, until_us)


def member(role=Role.PRACTITIONER):
    return Staff("PR-02", "A. Meyer", role)


@pytest.mark.parametrize(("one", "now_us", "stands"), [
    (None, 0, Standing.FREE),
    (lease(held=False), 0, Standing.FREE),
    (lease(HERE, until_us=5), 99, Standing.OURS),  # what ran out is still ours until somebody takes it
    (lease(), 100, Standing.THEIRS),
    (lease(), 101, Standing.SILENT),
])
def test_how_a_lease_stands(one, now_us, stands):
    assert standing(one, HERE, now_us) is stands


def test_a_take_over_needs_the_right_to_treat_and_a_reason():
    assert check_take_over(member(), "  Room 2\n is being cleaned ") == "Room 2 is being cleaned"
    for who, why, said in ((None, "x", "signed in"), (member(Role.MANAGER), "x", "may not treat"),
                           (member(), "  ", "No reason"), (member(), "x" * (MOST_REASON + 1), "longer than 200")):
        with pytest.raises(Refusal, match=said):
            check_take_over(who, why)


def test_who_holds_it_is_said():
    assert holder_words("Room 2", "14:02", "PR-02") == "Open at Room 2 since 14:02 by PR-02"
    assert holder_words("Room 2", "14:02", "console") == "Open at Room 2 since 14:02"
    assert str(refusal_elsewhere("Room 2", "14:02", "PR-02")) == (
        "Open at Room 2 since 14:02 by PR-02; nothing was changed here; take it over, or go on there.")


def test_pause_stop_and_answers_never_wait():
    assert never_waits([ev.NeedlingPaused()])
    assert never_waits([ev.AlarmAcknowledged("a")])
    assert never_waits([ev.SessionStopped()])
    assert not never_waits([ev.NeedlingPaused(), ev.MarkSet("a")])
    assert not never_waits([ev.NeedlingResumed()])
