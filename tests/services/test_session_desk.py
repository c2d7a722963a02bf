from uuid import UUID

import pytest
from rig_ports import RigClock, RigRecorder
from treatments import FOREHEAD, OPENED, SESSION_ID, walk_to

from console.domain import intake, needling
from console.domain import session_events as ev
from console.domain.errors import Refusal
from console.domain.people import Role, Staff
from console.domain.session import Session
from console.domain.workflow import Phase
from console.services.session_desk import Saving, SessionDesk

OTHER_ID = UUID("0190b1d5-7c00-7000-8000-000000000002")


@pytest.fixture
def clock():
    return RigClock()


@pytest.fixture
def recorder():
    return RigRecorder()


@pytest.fixture
def desk(clock, recorder):
    made = SessionDesk(clock, recorder)
    made.actor = Staff("PR-02", "A. Meyer", Role.PRACTITIONER)
    return made


def at(desk, phase, session_id=SESSION_ID):
    """Take up a session that has just entered a phase, in front."""
    walked = walk_to(phase)
    session = Session(session_id, walked.history)
    desk.take_up(session)
    desk.bring_to_front(session_id)
    return session


def kinds(recorder, session_id=SESSION_ID):
    return [one.what.kind for one in recorder.story.get(session_id, [])]


def test_a_command_s_events_bear_who_and_when_and_go_to_the_recorder(desk, clock, recorder):
    receipt = desk.begin(Session(SESSION_ID), intake.open_session(OPENED))
    event, = recorder.story[SESSION_ID]
    assert (event.actor_id, event.at_us) == ("PR-02", clock.utc_us())
    assert receipt.events == (event,) and receipt.ordinals == (0,)
    assert desk.front is not None and desk.front.session_id == SESSION_ID
    desk.actor = None
    desk.do(needling.mark())
    assert recorder.story[SESSION_ID][-1].actor_id == "console"


def test_a_refusal_changes_nothing(desk, recorder):
    session = at(desk, Phase.CHECK_IN)
    before = list(session.history)
    with pytest.raises(Refusal):
        desk.do(needling.forward())
    assert session.history == before and recorder.story == {}


def test_a_first_command_refused_leaves_no_session_and_the_former_front(desk):
    former = at(desk, Phase.CONSENT)
    with pytest.raises(Refusal):
        desk.begin(Session(OTHER_ID), needling.forward())
    assert desk.sessions == [former] and desk.front is former


def test_without_a_session_in_front_a_command_is_refused_in_a_sentence(desk):
    with pytest.raises(Refusal, match="No session is in front"):
        desk.do(needling.mark())
    with pytest.raises(KeyError):
        desk.bring_to_front(OTHER_ID)


def test_put_away_lets_go_of_the_front_only_if_it_was_it(desk):
    first = at(desk, Phase.CHECK_IN)
    at(desk, Phase.CHECK_IN, OTHER_ID)
    desk.bring_to_front(SESSION_ID)
    desk.put_away(OTHER_ID)
    assert desk.front is first
    desk.put_away(SESSION_ID)
    assert desk.front is None and desk.sessions == []


def test_a_second_session_may_not_needle_beside_the_first(desk):
    first = at(desk, Phase.NEEDLING)
    second = Session(OTHER_ID, walk_to(Phase.NEEDLING).history[:-1])  # one step before
    desk.take_up(second)
    desk.bring_to_front(OTHER_ID)
    with pytest.raises(Refusal, match="Another session is needling"):
        desk.do(intake.enter_phase(Phase.NEEDLING))
    assert desk.needling is first and second.state.phase is Phase.PREPARATION
    desk.do(needling.mark("beside it"))
    desk.do(needling.end_needling("enough"), SESSION_ID)
    desk.do(intake.enter_phase(Phase.NEEDLING))
    assert desk.needling is second


def test_undo_takes_back_exactly_what_a_command_did(desk, recorder):
    session = at(desk, Phase.NEEDLING)
    desk.do(needling.forward())
    first = desk.do(needling.note_endpoint("face.forehead", "erythema"))
    second = desk.do(needling.note_endpoint("face.forehead", "pinpoint_bleeding"))
    assert session.state.areas[FOREHEAD.area_id].endpoints == ["erythema", "pinpoint_bleeding"]
    desk.undo(first)
    assert session.state.areas[FOREHEAD.area_id].endpoints == ["pinpoint_bleeding"]
    assert kinds(recorder)[-1] == "mark_undone", "what was done stays in the record"
    with pytest.raises(Refusal, match="taken back before"):
        desk.undo(first)
    desk.undo(second)
    assert session.state.areas[FOREHEAD.area_id].endpoints == []


def test_undo_reaches_the_session_of_its_receipt_not_the_front(desk):
    session = at(desk, Phase.NEEDLING)
    receipt = desk.do(needling.write_note("first"))
    at(desk, Phase.CHECK_IN, OTHER_ID)
    desk.undo(receipt)
    assert session.history[-1].what == ev.MarkUndone(receipt.ordinals[0], "taken back at once")


def test_saved_is_said_only_once_it_is_committed(desk, recorder):
    at(desk, Phase.NEEDLING)
    assert desk.saving() is Saving.SAVED
    recorder.slow = True
    receipt = desk.do(needling.mark())
    assert desk.saving() is Saving.SAVING and not desk.is_saved(receipt)
    recorder.failing = "The disk is full"
    assert desk.saving() is Saving.NOT_SAVED and not desk.is_saved(receipt)
    recorder.failing = ""
    recorder.catch_up()
    assert desk.saving() is Saving.SAVED and desk.is_saved(receipt)


def test_another_session_s_wait_is_not_this_one_s(desk, recorder):
    at(desk, Phase.CHECK_IN, OTHER_ID)
    at(desk, Phase.CHECK_IN)
    recorder.slow = True
    desk.do(needling.mark(), OTHER_ID)
    assert desk.saving() is Saving.SAVED and desk.saving(OTHER_ID) is Saving.SAVING


def test_a_command_without_events_waits_for_nothing(desk, recorder):
    at(desk, Phase.NEEDLING)
    heard = []
    desk.on_events(heard.append)
    receipt = desk.do(needling.resume())
    assert receipt.events == () and receipt.ordinals == () and desk.is_saved(receipt)
    assert recorder.story == {}
    desk.do(needling.mark())
    assert [one.what.kind for one in heard[-1].events] == ["mark_set"]


def test_listeners_hear_what_was_done_in_order(desk):
    at(desk, Phase.NEEDLING)
    heard = []
    desk.on_events(heard.append)
    made = [desk.do(needling.forward()), desk.do(needling.mark())]
    assert heard == made
    assert heard[1].ordinals[0] == heard[0].ordinals[-1] + 1


# --- time ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("jump_s", [3.0, -3600.0])
def test_a_jump_of_the_wall_clock_is_one_event_in_every_open_session(desk, clock, recorder, jump_s):
    at(desk, Phase.NEEDLING)
    at(desk, Phase.CHECK_IN, OTHER_ID)
    utc_us, steady_s = clock.now()
    clock.set((utc_us + round((jump_s + 1) * 1e6), steady_s + 1))
    for _ in range(3):
        desk.check_clock()
        clock.advance(0.5)
    for session_id in (SESSION_ID, OTHER_ID):
        assert [one.what for one in recorder.story[session_id]] == [ev.ClockJumped(round(jump_s * 1000))]


def test_two_seconds_of_parting_are_no_jump(desk, clock, recorder):
    at(desk, Phase.NEEDLING)
    utc_us, steady_s = clock.now()
    clock.set((utc_us + 2_000_000, steady_s))
    desk.check_clock()
    assert recorder.story == {}
    clock.set((utc_us + 2_000_001, steady_s))
    desk.check_clock()
    assert kinds(recorder) == ["clock_jumped"]


def test_time_never_goes_back_within_a_history(desk, clock, recorder):
    desk.begin(Session(OTHER_ID), intake.open_session(OPENED))
    utc_us, steady_s = clock.now()
    clock.set((utc_us - 5_000_000_000, steady_s + 1))
    desk.do(needling.mark(), OTHER_ID)
    times = [one.at_us for one in recorder.story[OTHER_ID]]
    assert times == sorted(times) and times[-1] == utc_us


def test_turning_to_another_session_is_an_event_and_staying_is_none(desk):
    for session_id in (SESSION_ID, OTHER_ID):
        at(desk, Phase.PREPARATION, session_id)
    desk.turn_to(SESSION_ID)
    desk.turn_to(SESSION_ID)
    desk.turn_to(OTHER_ID)
    desk.turn_to(SESSION_ID)
    kinds = [event.what.kind for event in desk.session(SESSION_ID).history]
    assert kinds.count("turned_to") == 1 and desk.session(SESSION_ID).state.check_again
    assert desk.front is desk.session(SESSION_ID)


def test_a_listener_that_fails_undoes_neither_the_touch_nor_the_others(desk, recorder, caplog):
    heard = []

    def fails(receipt):
        raise RuntimeError("a rule with a bug")

    desk.on_events(fails)
    desk.on_events(heard.append)
    receipt = desk.begin(Session(SESSION_ID), intake.open_session(OPENED))
    assert heard == [receipt] and kinds(recorder) == ["session_opened"]
    assert "a listener failed after session_opened" in caplog.text
    caplog.clear()
