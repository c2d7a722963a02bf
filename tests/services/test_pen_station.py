from dataclasses import replace
from uuid import UUID

import pytest
from rig_ports import PEN, RigClock, RigReader, RigRecorder, ScriptedLink
from treatments import CARTRIDGE, SESSION_ID, START_US, walk_to

from console.domain import cartridges, closing, intake, needling
from console.domain import session_events as ev
from console.domain.errors import Refusal
from console.domain.session import Session
from console.domain.telemetry import (
    Batch,
    Gap,
    GapCause,
    LinkNotice,
    LinkState,
    PenDescription,
    PenEvent,
)
from console.domain.workflow import Phase
from console.services.alarm_board import AlarmBoard
from console.services.clinical_library import ClinicalLibrary
from console.services.pen_station import PenStation
from console.services.resources import resource_path
from console.services.sample_fanout import Inbox, SampleFanout
from console.services.session_desk import SessionDesk
from console.services.tally_recall import stored_table

SECOND_ID = UUID(int=99)
RULES = ClinicalLibrary.load(resource_path()).alarms
OTHER = PenDescription("Aria M1", "A1-000043", "1.4.0", 99, 4000, 15_000, 31, 12, "")


class Room:
    """A station over a scripted pen, with one session; a second Room over the same recorder is a restart."""

    def __init__(self, recorder=None, clock=None, sessions=()):
        self.clock, self.recorder = clock or RigClock(), recorder or RigRecorder()
        self.desk = SessionDesk(self.clock, self.recorder)
        self.inbox = Inbox()
        self.fanout = SampleFanout(self.recorder, self.inbox)
        self.board = AlarmBoard(RULES, self.clock, self.inbox)
        self.link = ScriptedLink(self.clock)
        self.link.attach(self.fanout)
        self.station = PenStation(
            self.desk, self.fanout, self.link, self.board, self.clock, RigReader(self.recorder))
        for session in sessions:
            self.desk.take_up(session)
        if sessions:
            self.desk.bring_to_front(sessions[0].session_id)

    @property
    def state(self):
        return self.desk.session(SESSION_ID).state

    def frame(self, seconds=0.1):
        self.clock.advance(seconds)
        self.station.drain()

    def told(self, kind, session_id=SESSION_ID):
        return [one.what for one in self.recorder.story.get(session_id, []) if one.what.kind == kind]

    def alarms(self):
        return {one.alarm.rule.rule_id for one in self.board.shown() if one.lasting}

    def stream(self, state=LinkState.STREAMING, pen=PEN):
        self.link.show_pen(pen, state)
        self.frame()


def needling_room():
    """Give a room whose session has just entered needling, its pen streaming and recorded."""
    recorder = RigRecorder()
    session = walk_to(Phase.NEEDLING)
    recorder.append(SESSION_ID, list(session.history))
    room = Room(recorder, sessions=[session])
    room.stream()
    return room


def restarted(room, first_index, pen=PEN):
    """Kill the console of a room and start it anew; the pen went on to ``first_index``."""
    history = room.recorder.story[SESSION_ID]
    again = Room(room.recorder, room.clock, [Session(SESSION_ID, history)])
    again.link._index = first_index
    again.stream(pen=pen)
    return again


# --- streaming and recording ---------------------------------------------------------------------------


def test_samples_are_asked_for_in_preparation_and_needling_only():
    for phase, wanted in ((Phase.ANESTHETIC, False), (Phase.PREPARATION, True), (Phase.NEEDLING, True),
                          (Phase.SERUM, False)):
        room = Room(sessions=[walk_to(phase)])
        room.stream()
        assert room.link.streaming is wanted, phase
    room = Room(sessions=[walk_to(Phase.PREPARATION)])
    room.desk.do(intake.choose_manual_mode("no pen"))
    room.stream()
    assert not room.link.streaming
    room.station.always_stream = True
    room.frame()
    assert room.link.streaming


def test_recording_runs_with_the_needling_phase():
    room = Room(sessions=[walk_to(Phase.PREPARATION)])
    room.stream()
    room.link.push(25)
    room.frame()
    assert room.recorder.batches == [], "before the needling nothing is recorded"
    room.desk.do(cartridges.bind_cartridge(CARTRIDGE, 12, False))
    for step in (intake.disinfect(), intake.choose_glide(None)):
        room.desk.do(step)
    room.station.take_pen(room.desk.front)
    room.desk.do(intake.enter_phase(Phase.NEEDLING))
    room.frame()
    room.link.push(25)
    room.link.push(25)
    room.frame()
    assert [(one.pen_serial, one.boot_id, one.first_index) for one in room.told("recording_began")] == [
        ("A1-000042", 7, 25)]
    assert room.state.recording and not room.station.settled(SESSION_ID)
    room.desk.do(needling.end_needling("enough"))
    room.frame()
    room.frame()
    ended, = room.told("recording_ended")
    assert (ended.pen_serial, ended.boot_id, ended.last_index, ended.samples, ended.missing) == (
        "A1-000042", 7, 74, 50, 0)
    assert room.station.settled(SESSION_ID) and not room.link.streaming
    room.link.push(25)
    room.frame()
    assert sum(batch.count for _, batch in room.recorder.batches) == 50


def test_the_end_waits_until_the_link_has_settled(monkeypatch):
    room = needling_room()
    room.link.push(25)
    room.frame()
    monkeypatch.setattr(room.link, "recording_settled", lambda window=None: False)
    room.desk.do(needling.end_needling("enough"))
    room.frame()
    assert room.told("recording_ended") == [] and not room.station.settled(SESSION_ID)
    assert room.link.streaming, "what is missing can only be asked for while the pen is spoken to"
    monkeypatch.undo()
    room.frame()
    assert len(room.told("recording_ended")) == 1


def test_the_last_gaps_are_taken_before_the_recording_is_called_over(monkeypatch):
    room = needling_room()
    room.link.push(25)
    room.frame()
    room.desk.do(needling.end_needling("enough"))
    room.frame()
    answers = iter([False, True, True, True])
    late = Gap("A1-000042", 7, 25, 5, GapCause.NOT_HELD)

    def settles_with_a_gap(window=None):
        if (settled := next(answers)) is False:
            monkeypatch.setattr(room.inbox, "take_all", _then(room.inbox, late))
        return settled

    monkeypatch.setattr(room.link, "recording_settled", settles_with_a_gap)
    room.station._ending, room.station._recording = SESSION_ID, None
    room.frame()
    room.frame()
    assert [gap.count for gap in room.told("gap_recorded")] == [5]
    assert room.told("recording_ended")[-1].missing == 5


def _then(inbox, late):
    """Take what is there, and have the reader put its last gap down a moment later."""
    taken = Inbox.take_all

    def take():
        found = taken(inbox)
        if late not in found and not getattr(inbox, "late", False):
            inbox.late = True
            inbox.put(late)
        return found

    return take


def test_a_pen_restarted_in_mid_needling_gives_the_end_its_own_last_index():
    room = needling_room()
    room.link.push(100)
    again = replace(PEN, boot_id=8)
    room.link._index = 0
    room.link.show_pen(again, LinkState.STREAMING)
    room.link.push(30)
    room.frame()
    room.desk.do(needling.end_needling("enough"))
    room.frame()
    room.frame()
    ended, = room.told("recording_ended")
    assert (ended.boot_id, ended.last_index, ended.samples) == (8, 29, 130)


def test_manual_mode_in_mid_needling_ends_the_recording():
    room = needling_room()
    room.link.push(25)
    room.frame()
    room.desk.do(intake.choose_manual_mode("the pen is dead"))
    room.frame()
    room.frame()
    assert len(room.told("recording_ended")) == 1 and not room.link._recording


# --- facts reach the right session ---------------------------------------------------------------------


def test_gaps_pen_events_and_link_changes_go_to_the_session_being_recorded():
    room = needling_room()
    bystander = Session(UUID(int=5))
    room.desk.take_up(bystander)
    room.fanout.on_gap(Gap("A1-000042", 7, 50, 3, GapCause.NOT_HELD))
    room.fanout.on_pen_event(PenEvent("A1-000042", 7, 10, START_US, 42, 1, "odd"))
    room.link.lose()
    room.frame()
    gap, = room.told("gap_recorded")
    event, = room.told("pen_reported")
    change = room.told("link_changed")[-1]
    assert (gap.first_index, gap.count, gap.cause) == (50, 3, "not_held")
    assert (event.code, event.value, event.detail) == (42, 1, "odd")
    assert (change.state, change.pen_serial) == ("lost", "A1-000042")
    assert bystander.history == [] and room.state.link_state == "lost"


def test_trying_to_reopen_is_no_news_for_the_record():
    room = needling_room()
    room.link.lose()
    for _ in range(3):
        room.link.notice(LinkNotice(LinkState.OPENING, "looking", "sim://1", PEN))
        room.link.lose()
    room.stream()
    assert [one.state for one in room.told("link_changed")] == ["lost", "streaming"]


def test_outside_a_recording_nothing_of_the_pen_enters_a_session():
    room = Room(sessions=[walk_to(Phase.PREPARATION)])
    before = len(room.desk.session(SESSION_ID).history)
    room.fanout.on_gap(Gap("A1-000042", 7, 50, 3, GapCause.NOT_HELD))
    room.fanout.on_pen_event(PenEvent("A1-000042", 7, 10, START_US, 1, 0, ""))
    room.link.lose()
    room.frame()
    assert len(room.desk.session(SESSION_ID).history) == before


def test_samples_that_could_not_be_saved_are_a_gap_of_their_session():
    room = needling_room()
    room.station.note_gap(SESSION_ID, Gap("A1-000042", 7, 0, 9, GapCause.NOT_SAVED))
    room.station.note_gap(UUID(int=77), Gap("A1-000042", 7, 0, 9, GapCause.NOT_SAVED))
    assert [(gap.count, gap.cause) for gap in room.told("gap_recorded")] == [(9, "not_saved")]


def test_an_alarm_is_recorded_raised_acknowledged_and_ended_with_its_own_times():
    room = needling_room()
    room.desk.do(needling.forward())
    room.frame()
    for _ in range(15):
        room.clock.advance(0.1)
        room.link.push(25, depth_um=1200)
    room.frame()
    raised, = room.told("alarm_raised")
    assert (raised.rule_id, raised.priority, raised.value, raised.limit, raised.area_id) == (
        "depth_above_band", "medium", 1200, 1150, "face.forehead")
    # it arose with the first reading above, not when its delay was over or the frame came
    assert (room.clock.utc_us() - raised.arose_at_us) / 1e6 == pytest.approx(0.1 + 1.4 + 24 * 0.004)
    room.station.acknowledge("depth_above_band", str(SESSION_ID))
    assert [one.alarm_id for one in room.told("alarm_acknowledged")] == [raised.alarm_id]
    room.link.push(25)
    room.frame()
    ended, = room.told("alarm_ended")
    assert ended.alarm_id == raised.alarm_id
    assert (room.clock.utc_us() - ended.ended_at_us) / 1e6 == pytest.approx(0.1 + 24 * 0.004)
    assert room.state.alarms[raised.alarm_id].ended_at_us == ended.ended_at_us


def test_two_alarms_of_a_rule_bear_two_ids():
    room = needling_room()
    for _ in range(2):
        room.link.lose()
        room.frame()
        room.stream()
    room.frame()
    assert len({one.alarm_id for one in room.told("alarm_raised")}) == 2
    assert len(room.told("alarm_ended")) == 2


# --- silent, stale, lost ---------------------------------------------------------------------------------


def test_a_stale_link_is_not_a_lost_one_and_is_silent_after_two_seconds():
    room = needling_room()
    room.link.push(25)
    last_s = room.clock.monotonic_s()
    room.frame(0.5)
    room.link.show_pen(PEN, LinkState.STALE)
    room.frame(0.0)
    assert room.alarms() == set()
    room.frame(last_s + 1.99 - room.clock.monotonic_s())
    assert room.alarms() == set()
    room.frame(0.011)
    assert room.alarms() == {"pen_silent"}
    assert [one.text for one in room.board.shown()] == ["Pen silent. No readings for 2 s."]
    room.stream()
    assert room.alarms() == set()
    assert [one.text for one in room.board.shown()] == ["Pen sends readings again"]


def test_a_pen_that_sends_in_between_is_never_silent():
    room = needling_room()
    for _ in range(4):
        room.link.push(25)
        room.link.show_pen(PEN, LinkState.STALE)
        room.frame(1.9)
        room.stream()
    assert room.told("alarm_raised") == []


@pytest.mark.parametrize("state", [LinkState.LOST, LinkState.OPENING, LinkState.CLOSED])
def test_a_link_that_is_down_is_lost_at_once_and_hides_the_silence(state):
    room = needling_room()
    room.link.show_pen(PEN, LinkState.STALE)
    room.frame(2.1)
    assert room.alarms() == {"pen_silent"}
    room.link.notice(LinkNotice(state, "gone", "sim://1", PEN))
    room.frame()
    assert room.alarms() == {"link_lost"}
    room.link.show_pen(PEN, LinkState.READY)
    room.frame()
    assert room.alarms() == {"pen_silent"}, "asked for its samples is not sending them"
    room.stream()
    assert room.alarms() == set()


def test_without_a_pen_in_use_nothing_is_lost():
    room = needling_room()
    room.desk.do(intake.choose_manual_mode("the pen is dead"))
    room.link.lose()
    room.frame(5.0)
    assert room.told("alarm_raised") == []
    before = Room(sessions=[walk_to(Phase.PREPARATION)])
    before.link.lose()
    before.frame(5.0)
    assert before.alarms() == set()


def test_the_end_of_needling_ends_its_alarms_without_good_news():
    room = needling_room()
    room.link.lose()
    room.frame()
    assert room.alarms() == {"link_lost"}
    room.desk.do(needling.end_needling("the pen is gone"))
    room.frame()
    room.frame()
    assert room.board.shown() == ()
    assert len(room.told("alarm_ended")) == 1


def test_going_on_by_hand_ends_the_lost_link_without_saying_that_the_pen_is_back():
    room = needling_room()
    room.link.lose()
    room.frame()
    assert [one.alarm.rule.rule_id for one in room.board.shown()] == ["link_lost"]
    room.desk.do(intake.choose_manual_mode("Pen link lost"))
    room.frame()
    assert room.board.shown() == ()
    assert len(room.told("alarm_ended")) == 0
    room.frame()
    assert len(room.told("alarm_ended")) == 1


def test_a_hold_ends_the_alarms_of_readings():
    room = needling_room()
    room.desk.do(needling.forward())
    room.frame()
    for _ in range(15):
        room.clock.advance(0.1)
        room.link.push(25, depth_um=1200)
    room.frame()
    assert room.alarms() == {"depth_above_band"}
    room.desk.do(needling.pause())
    room.frame()
    room.link.push(25, depth_um=1200)
    room.frame()
    assert room.alarms() == set() and len(room.told("alarm_ended")) == 1


# --- another pen -----------------------------------------------------------------------------------------


def test_another_pen_at_the_start_of_needling_is_refused_until_accepted():
    recorder = RigRecorder()
    session = walk_to(Phase.NEEDLING)
    recorder.append(SESSION_ID, list(session.history))
    room = Room(recorder, sessions=[session])
    room.stream(pen=OTHER)
    room.link.push(25)
    room.frame()
    assert recorder.batches == [] and not room.link._recording
    notice = room.station.notice
    assert notice.state is LinkState.LOST and notice.other_pen == OTHER and "A1-000043" in notice.reason
    assert room.station.pen is None and room.alarms() == {"link_lost"}
    with pytest.raises(Refusal):
        room.station.take_pen(room.desk.front)
        room.desk.do(intake.bind_pen(_bound(OTHER, swap=False)))
    room.station.take_pen(room.desk.front, swap=True)
    room.frame()
    assert room.link.accepted == ["A1-000043"]
    assert [(one.serial, one.swap) for one in room.told("pen_bound")] == [("A1-000042", False), ("A1-000043", True)]
    room.link.push(25)
    room.frame()
    assert [batch.pen_serial for _, batch in recorder.batches] == ["A1-000043"]
    assert room.station.notice.other_pen is None


def _bound(pen, swap):
    return ev.PenBound(pen.model, pen.serial, pen.firmware, pen.boot_id, pen.period_us, pen.resend_samples,
                       pen.channels, pen.needles, pen.cartridge, swap)


def test_a_pen_the_link_refuses_is_taken_by_a_swap():
    room = needling_room()
    room.link.notice(LinkNotice(LinkState.LOST, "another pen answers", "sim://1", PEN, other_pen=OTHER))
    room.frame()
    room.station.take_pen(room.desk.front, swap=True)
    assert room.link.accepted == ["A1-000043"] and room.state.pen.serial == "A1-000043"


def test_recording_waits_for_the_pen_to_answer():
    room = Room(sessions=[walk_to(Phase.NEEDLING)])
    room.frame()
    assert not room.link._recording, "the link would hold on to whichever pen answers first"
    room.stream()
    assert room.link._recording


# --- after a restart of the console ------------------------------------------------------------------------


def test_a_restart_names_exactly_what_is_missing_where_the_boot_goes_on():
    room = needling_room()
    room.link.push(100)
    room.frame()
    again = restarted(room, first_index=350)
    again.link.push(25)
    again.frame()
    gap, = again.told("gap_recorded")
    assert (gap.first_index, gap.count, gap.cause) == (100, 250, "console_restart")
    assert [one.first_index for one in again.told("recording_began")] == [0, 350]
    again.link.push(25)
    again.frame()
    assert len(again.told("gap_recorded")) == 1


def test_a_restart_without_loss_names_no_gap():
    room = needling_room()
    room.link.push(100)
    room.frame()
    again = restarted(room, first_index=100)
    again.link.push(25)
    again.frame()
    assert again.told("gap_recorded") == []


def test_a_restart_of_both_leaves_a_gap_of_unknown_length():
    room = needling_room()
    room.link.push(100)
    room.frame()
    again = restarted(room, 0, replace(PEN, boot_id=8))
    again.link.push(25)
    again.frame()
    gap, = again.told("gap_recorded")
    assert (gap.boot_id, gap.first_index, gap.count) == (7, 100, 0)


def test_a_recording_ended_in_order_leaves_no_gap_to_the_next():
    room = needling_room()
    room.link.push(100)
    room.frame()
    room.station.let_go(SESSION_ID)
    room.frame()
    room.frame()
    assert len(room.told("recording_ended")) == 1
    room.link.push(50)
    room.station.let_go(None)
    room.frame()
    room.link.push(25)
    room.frame()
    assert room.told("gap_recorded") == []
    assert [one.first_index for one in room.told("recording_began")] == [0, 150]


def test_killed_before_its_recording_ended_the_record_is_ended_at_the_next_start():
    room = needling_room()
    room.link.push(100)
    room.frame()
    room.desk.do(needling.end_needling("enough"))
    again = restarted(room, 350)
    again.frame()
    ended, = again.told("recording_ended")
    gap, = again.told("gap_recorded")
    assert (ended.last_index, ended.samples) == (99, 100)
    assert (gap.first_index, gap.count, gap.cause) == (100, 0, "console_restart")
    again.frame()
    assert len(again.told("recording_ended")) == 1


# --- closed sessions ---------------------------------------------------------------------------------------


def test_a_closed_session_takes_no_more():
    room = needling_room()
    room.link.push(25)
    room.frame()
    room.desk.do(lambda state: [ev.SessionEnded("unfinished", "enough"), ev.Sealed(25, 0)])
    closed_with = len(room.recorder.story[SESSION_ID])
    room.fanout.on_gap(Gap("A1-000042", 7, 50, 3, GapCause.NOT_HELD))
    room.link.lose()
    room.station.note_gap(SESSION_ID, Gap("A1-000042", 7, 0, 9, GapCause.NOT_SAVED))
    room.frame()
    room.frame()
    assert [one.what.kind for one in room.recorder.story[SESSION_ID][closed_with:]] == []
    assert room.station.settled(SESSION_ID)


def test_a_session_put_away_while_it_is_recorded_stops_the_recording_quietly():
    room = needling_room()
    room.desk.put_away(SESSION_ID)
    room.link.push(25)  # the reader was faster
    room.frame()
    room.frame()
    assert room.station.settled(SESSION_ID) and not room.link._recording


def test_a_stop_keeps_the_recording_until_the_session_is_let_go():
    room = needling_room()
    room.link.push(25)
    room.frame()
    room.desk.do(closing.stop())
    room.frame()
    assert not room.station.settled(SESSION_ID)
    room.station.let_go(SESSION_ID)
    room.frame()
    room.frame()
    assert room.station.settled(SESSION_ID) and len(room.told("recording_ended")) == 1


# --- the live tally ------------------------------------------------------------------------------------------


def test_the_tally_counts_the_area_being_needled_and_not_a_hold():
    room = needling_room()
    room.clock.advance((room.state.last_at_us - room.clock.utc_us()) / 1e6)  # the story is ahead of the rig
    room.desk.do(needling.forward())
    room.frame()
    room.clock.advance(1.0)
    room.link.push(250)
    room.frame()
    assert room.station.tally.contact_s("face.forehead") == pytest.approx(1.0)
    assert room.station.tally.punctures_per_cm2(room.state, "face.forehead") == round(110 * 12 / 40)
    room.desk.do(needling.pause())
    room.frame()
    room.clock.advance(1.0)
    room.link.push(250)
    room.frame()
    assert room.station.tally.contact_s("face.forehead") == pytest.approx(1.0)
    room.desk.do(needling.resume())
    room.frame()
    room.clock.advance(1.0)
    room.link.push(250, depth_um=1200)
    room.frame()
    assert room.station.tally.over_band_s("face.forehead") == pytest.approx(1.0)
    assert room.station.tally.contact_s("face.cheek_left") == 0.0


def test_the_tally_tells_the_depth_and_short_batches_do_not_round_the_punctures_up():
    room = needling_room()
    room.clock.advance((room.state.last_at_us - room.clock.utc_us()) / 1e6)  # the story is ahead of the rig
    room.desk.do(needling.forward())
    room.frame()
    assert room.station.tally.depth_um("face.forehead") == (None, "none")
    for _ in range(50):
        room.clock.advance(0.02)
        room.link.push(5, depth_um=620)  # 2.2 strokes each
        room.frame()
    room.clock.advance(0.02)
    room.link.push(5, depth_um=900)
    room.frame()
    assert room.station.tally.depth_um("face.forehead") == (620, "measured")
    assert room.station.tally.punctures_per_cm2(room.state, "face.forehead") == round(51 * 2.2 * 12 / 40)


def test_the_live_figures_are_unknown_until_what_is_stored_is_recalled_and_then_count_it_once():
    room = needling_room()
    room.clock.advance((room.state.last_at_us - room.clock.utc_us()) / 1e6)  # the story is ahead of the rig
    room.desk.do(needling.forward())
    room.frame()
    room.clock.advance(1.0)
    room.link.push(250)
    room.frame()
    asked = []
    again = Room(room.recorder, room.clock, [Session(SESSION_ID, room.recorder.story[SESSION_ID])])
    again.station.recall_by(lambda *question: asked.append(question))
    again.link._index = 250
    again.stream()
    again.clock.advance(1.0)
    again.link.push(250)
    again.frame()
    figures = again.station.tally
    assert figures.contact_s("face.forehead") is None and figures.strokes("face.forehead") is None
    assert figures.depth_um("face.forehead") == (None, "none") and figures.punctures("face.forehead") is None
    (session_id, runs, take), = asked
    take(stored_table(RigReader(room.recorder), session_id, runs))  # the second 250 are stored too by now
    assert figures.contact_s("face.forehead") == pytest.approx(2.0)
    figures.recall(UUID(int=9), stored_table(RigReader(room.recorder), session_id, runs))
    assert figures.contact_s("face.forehead") == pytest.approx(2.0)


def test_the_inbox_turns_away_what_it_cannot_hold_and_says_so():
    inbox = Inbox(2)
    for number in range(4):
        inbox.put(number)
    assert (inbox.take_all(), inbox.turned_away, inbox.take_all()) == ([0, 1], 2, [])


def test_the_fanout_records_only_what_belongs_to_the_window():
    recorder, seen = RigRecorder(), []
    fanout = SampleFanout(recorder, Inbox())
    fanout.add_watcher(type("Sees", (), {"push": staticmethod(seen.append)})())
    one = Batch("A1", 7, 0, 2, 4000, 0, 0, 0.0, bytes(20))
    fanout.on_samples(one, 1)
    assert fanout.record_into(SESSION_ID) == 1
    fanout.on_samples(one, 0)
    fanout.on_samples(replace(one, first_index=2), 1)
    assert len(seen) == 3 and [batch.first_index for _, batch in recorder.batches] == [2]


def test_the_next_session_is_recorded_at_once_while_the_former_ones_samples_are_fetched(monkeypatch):
    room = needling_room()
    room.link.push(25)
    room.frame()
    seen = []
    room.fanout.add_watcher(type("Sees", (), {"push": staticmethod(seen.append)})())
    monkeypatch.setattr(room.link, "recording_settled", lambda window=None: window != 1)
    room.desk.do(needling.end_needling("enough"))
    room.frame()
    room.desk.take_up(Session(SECOND_ID, walk_to(Phase.NEEDLING).history))
    room.frame()
    room.link.push(10)
    late = room.recorder.batches[0][1]
    room.fanout.on_samples(replace(late, first_index=90, resent=True), 1)
    room.fanout.on_gap(Gap("A1-000042", 7, 115, 4, GapCause.NOT_HELD, 1))
    room.fanout.on_gap(Gap("A1-000042", 7, 140, 2, GapCause.NOT_HELD, 2))
    room.frame()
    assert [(owner, batch.first_index) for owner, batch in room.recorder.batches] == [
        (SESSION_ID, 0), (SECOND_ID, 25), (SESSION_ID, 90)]
    assert [batch.first_index for batch in seen] == [25], "what is fetched for the former is nobody's live reading"
    assert [one.first_index for one in room.told("recording_began", SECOND_ID)][-1:] == [25]
    assert [one.first_index for one in room.told("gap_recorded")] == [115]
    assert [one.first_index for one in room.told("gap_recorded", SECOND_ID)] == [140]
    assert room.told("recording_ended") == []
    monkeypatch.undo()
    room.frame()
    room.frame()
    ended, = room.told("recording_ended")
    assert (ended.samples, ended.missing, ended.last_index) == (50, 4, 114)
    assert room.desk.session(SECOND_ID).state.recording and not room.state.recording


def test_the_same_session_begins_anew_only_when_its_former_recording_is_over(monkeypatch):
    room = needling_room()
    room.link.push(25)
    room.frame()
    monkeypatch.setattr(room.link, "recording_settled", lambda window=None: window != 1)
    room.station.let_go(SESSION_ID)
    room.frame()
    room.station.let_go(None)
    room.frame()
    assert not room.link._recording
    monkeypatch.undo()
    room.frame()
    room.frame()
    assert room.link._recording == 2 and room.state.recordings


def test_a_recording_a_killed_console_left_open_is_not_settled_until_it_is_closed_in_the_record():
    room = needling_room()
    room.link.push(25)
    room.frame()
    again = Room(room.recorder, room.clock, [Session(SESSION_ID, room.recorder.story[SESSION_ID])])
    again.frame()
    assert not again.station.settled(SESSION_ID), "no pen answers, and nobody has ended the recording"
    again.station.let_go(SESSION_ID)
    again.frame()
    assert again.station.settled(SESSION_ID) and len(again.told("recording_ended")) == 1


def test_pausing_the_sounds_is_on_the_record_of_the_session_whose_alarm_it_was():
    room = needling_room()
    room.station.pause_audio(str(SESSION_ID))
    room.station.pause_audio("another")
    assert [one.seconds for one in room.told("audio_paused")] == [120]
    assert room.board.audio_paused_s() == pytest.approx(120)


def test_news_that_found_no_room_is_owned_up_to_once(caplog):
    room = needling_room()
    room.inbox._limit = 0
    room.fanout.on_gap(Gap("A1-000042", 7, 50, 3, GapCause.NOT_HELD))
    room.frame()
    room.frame()
    told = [one.getMessage() for one in caplog.records if "found no room" in one.getMessage()]
    assert told == ["1 news of the pen found no room and are not in the record"]
    caplog.clear()


def test_an_alarm_takes_its_words_from_its_own_session():
    room = needling_room()
    for subject, percent in ((str(SESSION_ID), 14), (str(UUID(int=5)), 9)):
        for _ in range(2):
            room.clock.advance(60)
            room.board.feed("battery_low", True, room.clock.monotonic_s(), subject, percent, 15)
    room.station.drain()
    assert [one.text for one in room.told("alarm_raised")] == ["Pen battery 14%."]


def lasting(room):
    return {one.alarm.rule.rule_id for one in room.board.shown() if one.lasting}


def test_another_cartridge_on_the_pen_is_an_alarm_until_it_is_settled():
    room = Room(sessions=[walk_to(Phase.NEEDLING)])
    room.stream()
    room.desk.do(needling.forward())
    room.frame()
    assert "cartridge_other" not in lasting(room)
    room.desk.do(needling.facts(ev.PenReported("A1-000042", 7, 0, 3, 12, "X-99")))
    room.frame()
    assert "cartridge_other" in lasting(room)
    room.desk.do(cartridges.accept_tag())
    room.frame()
    assert "cartridge_other" not in lasting(room)


def test_what_the_pen_reports_itself_is_an_alarm_too():
    room = needling_room()
    room.desk.do(needling.forward())
    room.frame()
    for code, value in ((8, 11), (7, 3)):
        room.fanout.on_pen_event(PenEvent("A1-000042", 7, 10, START_US, code, value, ""))
    room.frame()
    room.link.push(25)
    room.frame()
    assert room.alarms() >= {"battery_low", "pen_fault"}
    assert "Pen battery 11%." in [one.text for one in room.told("alarm_raised")]
