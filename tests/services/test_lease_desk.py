"""What a console may do with a session that another one has."""

import pytest
from rig_leases import HERE, THERE, RigLeases, lease_at
from rig_ports import RigClock, RigRecorder
from treatments import SESSION_ID, walk_to

from console.domain import closing, needling
from console.domain import session_events as ev
from console.domain.clinic_ports import LeaseView
from console.domain.errors import OperatorError, Refusal
from console.domain.people import Role, Staff
from console.domain.session import Session
from console.domain.workflow import Phase
from console.services.lease_desk import LeaseDesk
from console.services.local_time import clock_text
from console.services.session_desk import SessionDesk

TAKEN_US = 1_763_000_000_000_000
SINCE = clock_text(TAKEN_US)


def lease(console_id=THERE, until_us=None):
    return lease_at(SESSION_ID, TAKEN_US, console_id, until_us)


@pytest.fixture
def leases():
    return RigLeases()


@pytest.fixture
def recorder():
    return RigRecorder()


@pytest.fixture
def desk(recorder):
    made = SessionDesk(RigClock(), recorder)
    made.actor = Staff("PR-02", "A. Meyer", Role.PRACTITIONER)
    made.take_up(Session(SESSION_ID, walk_to(Phase.NEEDLING).history))
    made.bring_to_front(SESSION_ID)
    return made


@pytest.fixture
def shared(desk, leases):
    return LeaseDesk(desk, leases, lambda one: Session(one, walk_to(Phase.NEEDLING).history))


def taken(leases):
    leases.now = LeaseView(HERE, {SESSION_ID: lease()}, {}, {SESSION_ID: "Room 1 is wet"}, {SESSION_ID: "P-0412"},
                           TAKEN_US + 1)


def test_with_no_word_of_a_server_all_goes_on(desk, shared):
    assert shared.elsewhere() == [] and shared.banner(SESSION_ID) == ("", "")
    desk.do(needling.mark())


def test_one_s_own_lease_hinders_nothing(desk, shared, leases):
    leases.now = LeaseView(HERE, {SESSION_ID: lease(HERE)})
    desk.do(needling.mark())
    assert shared.elsewhere() == []


def test_a_session_of_another_console_takes_nothing_but_what_must_never_wait(desk, shared, leases, recorder):
    taken(leases)
    with pytest.raises(Refusal, match=f"Open at Room 2 since {SINCE} by PR-07; nothing was changed here"):
        desk.do(needling.mark())
    desk.do(needling.pause())
    desk.do(needling.facts(ev.AudioPaused(60)), SESSION_ID)
    with pytest.raises(Refusal):
        desk.do(needling.resume())
    desk.do(closing.stop())
    assert [one.what.kind for one in recorder.story[SESSION_ID]] == [
        "needling_paused", "audio_paused", "session_stopped"]
    assert shared.banner(SESSION_ID) == (
        f"Room 2 took this session over at {SINCE}",
        "All entered here is kept; pause, stop and alarms work. PR-07: Room 1 is wet")


def test_what_was_taken_before_the_server_went_away_stays_taken(desk, shared, leases):
    leases.now = LeaseView(HERE, {}, {SESSION_ID: lease()})
    with pytest.raises(Refusal, match="Open at Room 2"):
        desk.do(needling.mark())


def test_turning_to_it_shows_it_and_enters_nothing(desk, shared, leases, recorder):
    desk.bring_to_front(None)
    taken(leases)
    desk.turn_to(SESSION_ID)
    assert desk.front is not None and recorder.story.get(SESSION_ID, []) == []


def test_who_is_silent_is_told_apart(shared, leases):
    taken(leases)
    one, = shared.elsewhere()
    assert (one.words, one.patient_id, one.silent_s) == (f"Open at Room 2 since {SINCE} by PR-07", "P-0412", 0)
    leases.now = LeaseView(HERE, {SESSION_ID: lease(until_us=TAKEN_US)}, now_us=TAKEN_US + 240_000_000)
    assert shared.elsewhere()[0].silent_s == 240


def test_a_take_over_brings_the_record_and_the_session_to_front(desk, shared, leases, recorder):
    desk.put_away(SESSION_ID)
    taken(leases)
    said = []
    shared.take_over(lease(), " its  screen broke", lambda: said.append("here"), said.append)
    assert leases.asked == [(2, "PR-02", "its screen broke")]
    shared.deliver()
    assert said == [] and desk.front is None
    leases.now = LeaseView(HERE, {SESSION_ID: lease(HERE)})
    leases.done(None)
    shared.deliver()
    assert said == ["here"] and desk.front.session_id == SESSION_ID
    assert [one.what.kind for one in recorder.story[SESSION_ID]] == ["turned_to"]


def test_a_take_over_that_fails_changes_nothing_and_says_why(desk, shared, leases):
    taken(leases)
    said = []
    shared.take_over(lease(), "why", lambda: said.append("here"), said.append)
    leases.done(OperatorError("The clinic server cannot be reached"))
    shared.deliver()
    assert [str(one) for one in said] == ["The clinic server cannot be reached."]


def test_who_may_not_treat_takes_nothing_over_and_who_may_not_read_sees_nothing(desk, shared, leases):
    desk.actor = Staff("MA-01", "B. Weiss", Role.MANAGER)
    with pytest.raises(Refusal, match="may not treat"):
        shared.take_over(lease(), "why", lambda: None, lambda _: None)
    shared.look(SESSION_ID, lambda: None, lambda _: None)
    assert leases.asked == [(SESSION_ID, "MA-01")]
    desk.actor = Staff("AD-01", "C. Roth", Role.ADMINISTRATOR)
    with pytest.raises(Refusal, match="may not read"):
        shared.look(SESSION_ID, lambda: None, lambda _: None)
