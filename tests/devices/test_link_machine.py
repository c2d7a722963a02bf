"""The conversation with a pen, request by request, in the link clock's time."""

import dataclasses
import random
import struct

import pytest
from link_bench import UTC_US, LinkBench
from rough_pen import RoughPen, frame
from spec_vectors import BOOT, PEN_VECTORS

from console.domain.telemetry import GapCause, LinkState
from devices.messages import (
    Event,
    Hello,
    Identify,
    PenError,
    Resend,
    Status,
    Stream,
    Telemetry,
    encode_console_message,
    encode_pen_message,
)
from devices.resend import MOST_HOLES

HELLO = PEN_VECTORS[0][0]
assert isinstance(HELLO, Hello)


class Talk:
    """An exchange in which every byte is expected: wrong, missing and left-over ones fail."""

    def __init__(self) -> None:
        self.bench = LinkBench()
        self.seq_in = self.seq_out = 0

    def says(self, *messages) -> None:
        """The pen says something, all in one read."""
        wire = b""
        for message in messages:
            wire += encode_pen_message(message, self.seq_in)
            self.seq_in += 1
        self.bench.say(wire)

    def expects(self, *messages) -> None:
        """The console has said exactly this since last asked."""
        self.bench.run(0.0001)
        wire = b""
        for message in messages:
            wire += encode_console_message(message, self.seq_out)
            self.seq_out += 1
        assert self.bench.take_sent() == wire

    def silent_for(self, seconds: float) -> None:
        """Time passes, and the console says nothing in it."""
        self.bench.run(seconds)
        assert self.bench.take_sent() == b""

    def plug_in(self) -> None:
        self.seq_out = 0
        self.bench.plug_in()


def samples(first: int, count: int = 10, boot: int = BOOT, resent: bool = False) -> Telemetry:
    raw = b"".join(struct.pack("<HHHHH", 1_000, k & 0x7FFF, 11_700, 200, 0x2B) for k in range(first, first + count))
    return Telemetry(boot, first, (first + 1) * 4_000, count, raw, resent)


def status(next_index: int, boot: int = BOOT, overruns: int = 0) -> Status:
    return Status(boot, next_index * 4_000, next_index, 87, 3_120, overruns)


def recording(first: int = 100) -> Talk:
    """A recording under way: the pen known, one frame of samples received."""
    talk = Talk()
    talk.plug_in()
    talk.expects(Identify())
    talk.says(HELLO)
    talk.bench.machine.begin_recording(talk.bench.moment)
    talk.expects(Stream(True))
    talk.says(samples(first))
    return talk


# --- opening ------------------------------------------------------------------------------------


def test_identify_five_times_then_nobody_answered() -> None:
    talk = Talk()
    talk.plug_in()
    assert talk.bench.state is LinkState.OPENING
    for _ in range(5):
        talk.expects(Identify())
        talk.silent_for(0.495)
        talk.bench.run(0.006)
    assert talk.bench.take_sent() == b""
    assert talk.bench.machine.wants_reopen
    assert talk.bench.state is LinkState.LOST
    told = talk.bench.notices[-1].reason
    assert told.startswith("no pen answered on bench; nothing was recorded; check the cable")


def test_hello_then_ready_and_silence() -> None:
    talk = Talk()
    talk.plug_in()
    talk.expects(Identify())
    talk.says(HELLO)
    assert talk.bench.state is LinkState.READY
    talk.silent_for(2.4)
    pen = talk.bench.machine.pen
    assert pen is not None
    assert pen.serial == "A1-000042"


def test_stream_is_repeated_until_a_sample_arrives() -> None:
    talk = Talk()
    talk.plug_in()
    talk.expects(Identify())
    talk.says(HELLO)
    talk.bench.machine.set_streaming(True, talk.bench.moment)
    talk.expects(Stream(True))
    talk.silent_for(0.45)
    talk.bench.run(0.06)
    talk.expects(Stream(True))
    talk.says(status(0))
    assert talk.bench.state is LinkState.STALE, "STATUS is no sample"
    talk.says(samples(0))
    assert talk.bench.state is LinkState.STREAMING
    talk.silent_for(0.4)
    talk.bench.machine.set_streaming(False, talk.bench.moment)
    talk.expects(Stream(False))
    assert talk.bench.state is LinkState.READY


def test_stream_is_asked_for_five_times_at_most() -> None:
    talk = Talk()
    talk.plug_in()
    talk.expects(Identify())
    talk.says(HELLO)
    talk.bench.machine.set_streaming(True, talk.bench.moment)
    for step in range(8):
        talk.says(status(step * 100))
        talk.bench.run(0.5)
    talk.expects(*[Stream(True)] * 5)


def test_an_empty_frame_is_no_sample() -> None:
    talk = recording()
    talk.bench.run(0.45)
    talk.says(samples(110, 0))
    talk.bench.run(0.06)
    assert talk.bench.state is LinkState.STALE


# --- liveness -----------------------------------------------------------------------------------


def test_stale_after_half_a_second_lost_after_two_and_a_half() -> None:
    talk = recording()
    talk.bench.run(0.48)
    assert talk.bench.state is LinkState.STREAMING
    talk.bench.run(0.03)
    assert talk.bench.state is LinkState.STALE
    talk.bench.run(1.96)
    assert talk.bench.state is LinkState.STALE
    talk.bench.run(0.05)
    assert talk.bench.state is LinkState.LOST


def test_status_keeps_the_link_but_not_the_values() -> None:
    talk = recording()
    for _ in range(10):
        talk.bench.run(0.5)
        talk.says(status(110))
        assert talk.bench.state is LinkState.STALE


def test_repeated_and_resent_samples_are_not_new() -> None:
    talk = recording()
    talk.says(samples(150))
    for _ in range(4):
        talk.bench.run(0.2)
        talk.says(samples(150), samples(110, 20, resent=True))
    assert talk.bench.state is LinkState.STALE
    assert talk.bench.machine.counters().duplicates == 40 + 60


def test_a_lost_pen_is_asked_who_it_is_and_to_go_on() -> None:
    talk = recording()
    talk.bench.run(2.6)
    talk.expects(Identify())
    talk.says(samples(800))
    talk.bench.run(0.1)
    assert talk.bench.state is LinkState.LOST, "samples alone do not say whose they are"
    talk.says(HELLO)
    talk.bench.run(0.2)
    sent = talk.bench.take_sent()
    assert encode_console_message(Stream(True), talk.seq_out) in sent
    assert encode_console_message(Resend(BOOT, 110, 690), talk.seq_out + 1) in sent
    assert talk.bench.indexes("A1-000042", BOOT)[-10:] == list(range(800, 810))


# --- gaps ---------------------------------------------------------------------------------------


def test_a_gap_is_asked_for_and_filled() -> None:
    talk = recording()
    talk.says(samples(135))
    talk.silent_for(0.09)
    talk.bench.run(0.02)
    talk.expects(Resend(BOOT, 110, 25))
    talk.says(samples(110, 7, resent=True), samples(117, 18, resent=True))
    talk.silent_for(0.3)
    assert talk.bench.indexes("A1-000042", BOOT) == list(range(100, 145))
    assert talk.bench.machine.counters().resent == 25
    assert talk.bench.gaps == []
    assert [batch.resent for batch in talk.bench.batches] == [False, False, True]


def test_an_overtaken_frame_is_not_asked_for() -> None:
    talk = recording()
    talk.says(samples(120))
    talk.bench.run(0.05)
    talk.says(samples(110))
    talk.silent_for(0.3)
    assert talk.bench.indexes("A1-000042", BOOT) == list(range(100, 130))


def test_no_answer_is_asked_three_times_in_all() -> None:
    talk = recording()
    talk.says(samples(120))
    talk.bench.run(0.11)
    for step in range(3):
        talk.expects(Resend(BOOT, 110, 10))
        for _ in range(5):
            talk.bench.run(0.1)
            talk.says(samples(130 + step * 50, 0))
        talk.bench.run(0.01)
    lives_on(talk, 4.4)
    assert talk.bench.gaps == []
    lives_on(talk, 1.0)
    (gap,) = talk.bench.gaps
    assert (gap.first_index, gap.count, gap.cause) == (110, 10, GapCause.NOT_ANSWERED)


def lives_on(talk: Talk, seconds: float) -> None:
    """The pen says no sample, and nothing is asked of it."""
    for _ in range(round(seconds / 0.2)):
        talk.silent_for(0.2)
        talk.says(samples(130, 0))


@pytest.mark.parametrize("late_s", [0.4, 4.0])
def test_an_answer_that_comes_when_nobody_waits_for_it_any_more_still_counts(late_s: float) -> None:
    talk = recording()
    talk.says(samples(120))
    talk.bench.run(0.11)
    for _ in range(3):
        talk.expects(Resend(BOOT, 110, 10))
        talk.bench.run(0.3)
        talk.says(samples(130, 0))
        talk.bench.run(0.21)
    talk.says(status(130))
    lives_on(talk, late_s)
    talk.says(samples(110, 10, resent=True))
    lives_on(talk, 6.0)
    assert talk.bench.gaps == []
    assert talk.bench.indexes("A1-000042", BOOT) == list(range(100, 130))


def test_what_was_named_missing_stays_so_and_is_no_duplicate() -> None:
    talk = recording()
    talk.says(samples(120))
    talk.bench.run(0.11)
    talk.expects(Resend(BOOT, 110, 10))
    talk.says(PenError(2, 0x83, 110, 10, "gone"))
    lives_on(talk, 2.0)
    talk.says(samples(105, 20, resent=True))
    assert [(gap.first_index, gap.count) for gap in talk.bench.gaps] == [(110, 10)]
    assert talk.bench.indexes("A1-000042", BOOT) == [*range(100, 110), *range(120, 130)]
    assert talk.bench.machine.counters().duplicates == 10


def test_that_it_knows_no_resend_is_an_answer_to_one() -> None:
    talk = recording()
    talk.says(PenError(1, 0x83, 0, 0, "what"))
    talk.says(samples(120))
    talk.bench.run(0.11)
    talk.expects(Resend(BOOT, 110, 10))
    talk.says(samples(110, 4, resent=True), PenError(1, 0x83, 0, 0, "what"), samples(114, 6, resent=True))
    assert talk.bench.indexes("A1-000042", BOOT) == list(range(100, 130))


def test_the_end_of_a_recording_does_not_wait_for_answers_given_up() -> None:
    talk = recording()
    talk.says(samples(120))
    talk.bench.run(0.11)
    for _ in range(3):
        talk.expects(Resend(BOOT, 110, 10))
        talk.bench.run(0.3)
        talk.says(samples(130, 0))
        talk.bench.run(0.21)
    talk.bench.machine.end_recording(20.0, talk.bench.moment)
    talk.says(Status(BOOT, 8_000_000, 130, 87, 3_120, 0))
    talk.bench.run(1.0)
    assert not talk.bench.machine.recording
    assert [(gap.first_index, gap.count, gap.cause) for gap in talk.bench.gaps] == [(110, 10, GapCause.NOT_ANSWERED)]


def test_busy_is_asked_again_later_three_times_in_all() -> None:
    talk = recording()
    talk.says(samples(120))
    talk.bench.run(0.11)
    for _ in range(3):
        talk.expects(Resend(BOOT, 110, 10))
        talk.says(PenError(3, 0x83, 110, 10, "busy"))
        talk.silent_for(0.48)
        talk.bench.run(0.03)
        talk.says(samples(130, 0))
    lives_on(talk, 5.2)
    assert [(gap.count, gap.cause) for gap in talk.bench.gaps] == [(10, GapCause.NOT_ANSWERED)]


def test_a_busy_pen_is_asked_for_nothing_else_until_the_same_was_asked_again() -> None:
    talk = recording()
    talk.says(samples(120), samples(140))
    talk.bench.run(0.11)
    for _ in range(2):
        talk.expects(Resend(BOOT, 110, 10))
        talk.says(PenError(3, 0x83, 110, 10, "busy"))
        talk.silent_for(0.48)
        talk.bench.run(0.03)
    talk.expects(Resend(BOOT, 110, 10))
    talk.says(samples(110, 10, resent=True))
    talk.expects(Resend(BOOT, 130, 10))
    talk.says(samples(130, 10, resent=True))
    assert talk.bench.indexes("A1-000042", BOOT) == list(range(100, 150))


def test_a_long_gap_is_asked_for_by_two_thousand_one_at_a_time() -> None:
    talk = recording()
    talk.says(samples(4_610))
    talk.bench.run(0.11)
    talk.expects(Resend(BOOT, 110, 2_000))
    for first in range(110, 2_110, 50):
        talk.says(samples(first, 50, resent=True))
    talk.expects(Resend(BOOT, 2_110, 2_000))
    talk.says(PenError(2, 0x83, 2_110, 2_000, "gone"))
    talk.expects(Resend(BOOT, 4_110, 500))
    talk.says(PenError(2, 0x83, 4_110, 100, "gone"), samples(4_210, 99, resent=True))
    talk.says(samples(4_309, 99, resent=True), samples(4_408, 99, resent=True), samples(4_507, 99, resent=True))
    talk.says(samples(4_606, 4, resent=True))
    talk.bench.run(1.6)
    (gap,) = talk.bench.gaps
    assert (gap.first_index, gap.count, gap.cause) == (2_110, 2_100, GapCause.NOT_HELD)


def test_a_damaged_answer_does_not_use_up_the_three() -> None:
    talk = recording()
    talk.says(samples(120))
    talk.bench.run(0.11)
    for step in range(5):
        talk.expects(Resend(BOOT, 110, 10))
        talk.bench.say(b"\x05garbage\0")
        for _ in range(5):
            talk.bench.run(0.1)
            talk.says(samples(130 + step * 50, 0))
        talk.bench.run(0.01)
    assert talk.bench.gaps == []


def test_a_pen_without_memory_is_never_asked() -> None:
    talk = Talk()
    talk.plug_in()
    talk.expects(Identify())
    talk.says(dataclasses.replace(HELLO, resend_samples=0))
    talk.bench.machine.begin_recording(talk.bench.moment)
    talk.expects(Stream(True))
    talk.says(samples(0), samples(30))
    for _ in range(4):
        talk.bench.run(0.4)
        talk.says(samples(40, 0))
    talk.says(samples(20))  # overtaken by far: named as missing before
    assert talk.bench.take_sent() == b""
    assert [(gap.first_index, gap.count, gap.cause) for gap in talk.bench.gaps] == [(10, 20, GapCause.NO_RESEND)]
    assert talk.bench.indexes("A1-000042", BOOT)[-20:] == [*range(10), *range(30, 40)]


def test_a_pen_that_knows_no_resend_says_so_once() -> None:
    talk = recording()
    talk.says(samples(120), samples(140))
    talk.bench.run(0.11)
    talk.expects(Resend(BOOT, 110, 10))
    talk.says(PenError(1, 0x83, 0, 0, "what"))
    talk.silent_for(1.0)
    assert {gap.cause for gap in talk.bench.gaps} == {GapCause.NO_RESEND}
    assert sum(gap.count for gap in talk.bench.gaps) == 20


def test_loss_at_the_very_end_is_seen_by_status() -> None:
    talk = recording()
    talk.says(status(135))
    talk.silent_for(0.45)
    talk.bench.run(0.06)
    talk.expects(Resend(BOOT, 110, 25))


def test_indexes_past_the_end_of_32_bits_go_on() -> None:
    top = 1 << 32
    talk = recording(top - 30)
    talk.says(dataclasses.replace(samples(top + 20), first_index=20))
    talk.bench.run(0.11)
    talk.expects(Resend(BOOT, top - 20, 20))
    talk.says(samples(top - 20, 20, resent=True))
    talk.expects(Resend(BOOT, 0, 20))
    talk.says(dataclasses.replace(samples(top, 20, resent=True), first_index=0))
    assert talk.bench.indexes("A1-000042", BOOT) == list(range(top - 30, top + 30))


# --- the window ---------------------------------------------------------------------------------


def test_samples_before_the_windows_own_stream_are_not_recorded() -> None:
    talk = Talk()
    talk.plug_in()
    talk.expects(Identify())
    talk.says(HELLO)
    talk.bench.machine.set_streaming(True, talk.bench.moment)
    talk.expects(Stream(True))
    talk.says(samples(0))
    assert [batch.first_index for batch in talk.bench.live] == [0]
    talk.bench.machine.begin_recording(talk.bench.moment)
    talk.says(samples(10))
    assert not talk.bench.batches, "its own STREAM 1 is not sent yet"
    talk.expects(Stream(True))
    talk.says(samples(30), samples(20), samples(5))
    talk.bench.run(1.0)
    assert talk.bench.indexes("A1-000042", BOOT) == list(range(30, 40))
    assert talk.bench.take_sent() == b"", "nothing before the window is ever asked for"


def test_samples_on_their_way_at_the_end_still_count() -> None:
    talk = recording(0)
    talk.bench.run(0.04)
    talk.says(samples(10))
    talk.bench.run(0.02)
    talk.bench.machine.end_recording(5.0, talk.bench.moment)
    talk.bench.run(0.02)
    talk.says(samples(20))
    talk.bench.run(0.01)
    assert not talk.bench.machine.recording
    assert talk.bench.indexes("A1-000042", BOOT) == list(range(25)), "the last taken before the end"
    assert talk.bench.live[-1].first_index == 25


def test_the_end_waits_for_what_is_missing() -> None:
    talk = recording(0)
    talk.bench.run(0.1)
    talk.says(samples(25))
    talk.bench.machine.end_recording(5.0, talk.bench.moment)
    talk.bench.run(0.11)
    talk.expects(Resend(BOOT, 10, 15))
    talk.says(status(60))
    assert talk.bench.machine.recording
    talk.says(samples(10, 15, resent=True))
    talk.bench.run(0.01)
    assert not talk.bench.machine.recording
    assert talk.bench.gaps == []


def test_the_end_waits_no_longer_than_it_may() -> None:
    talk = recording(0)
    talk.says(samples(25))
    talk.bench.machine.end_recording(0.3, talk.bench.moment)
    talk.bench.run(0.31)
    assert not talk.bench.machine.recording
    assert [(gap.first_index, gap.count, gap.cause) for gap in talk.bench.gaps] == [
        (10, 15, GapCause.NOT_ANSWERED)
    ]


def test_an_end_while_the_pen_is_lost_says_so() -> None:
    talk = recording(0)
    talk.says(samples(25))
    talk.bench.pull_out()
    talk.bench.machine.end_recording(1.0, talk.bench.moment)
    talk.bench.run(1.1)
    assert [(gap.first_index, gap.count, gap.cause) for gap in talk.bench.gaps] == [
        (10, 15, GapCause.LINK_LOST),
        (35, 0, GapCause.LINK_LOST),
    ]


def test_an_end_before_any_sample_settles_at_once() -> None:
    talk = Talk()
    talk.plug_in()
    talk.says(HELLO)
    talk.bench.machine.begin_recording(talk.bench.moment)
    talk.bench.machine.end_recording(5.0, talk.bench.moment)
    talk.bench.run(0.02)
    assert not talk.bench.machine.recording
    assert talk.bench.gaps == []


# --- restarts and other pens --------------------------------------------------------------------


def test_a_restart_is_the_same_pen_with_a_gap_between() -> None:
    talk = recording(0)
    talk.says(status(17))
    talk.says(dataclasses.replace(HELLO, boot_id=77))
    talk.bench.run(0.0001)
    talk.expects(Stream(True))
    talk.says(samples(3, boot=77))
    talk.bench.run(0.3)
    assert [(gap.boot_id, gap.first_index, gap.count, gap.cause) for gap in talk.bench.gaps] == [
        (BOOT, 10, 7, GapCause.PEN_RESTART)
    ]
    assert talk.bench.indexes("A1-000042", 77) == list(range(3, 13))
    talk.silent_for(0.4)


def test_a_restart_whose_hello_was_lost_is_asked_about_and_loses_nothing() -> None:
    talk = recording(0)
    talk.says(samples(0, boot=77), samples(10, boot=77))
    assert not talk.bench.indexes("A1-000042", 77)
    talk.expects(Identify())
    talk.says(dataclasses.replace(HELLO, boot_id=77))
    talk.bench.run(0.01)
    assert talk.bench.indexes("A1-000042", 77) == list(range(20))


def test_hello_again_in_mid_stream_changes_nothing() -> None:
    talk = recording(0)
    talk.says(samples(10), HELLO, samples(20))
    talk.silent_for(0.3)
    assert talk.bench.indexes("A1-000042", BOOT) == list(range(30))


OTHER = dataclasses.replace(HELLO, serial="B-7", boot_id=99)


def test_another_pen_is_refused_until_accepted() -> None:
    talk = recording(0)
    talk.says(OTHER, samples(0, boot=99), status(10, boot=99), Event(99, 5, 1, 0, ""))
    talk.bench.run(0.2)
    notice = talk.bench.notices[-1]
    assert notice.state is LinkState.LOST
    assert notice.other_pen is not None
    assert notice.other_pen.serial == "B-7"
    assert talk.bench.take_sent() == b""
    assert not talk.bench.indexes("B-7", 99)
    assert talk.bench.events == []
    talk.bench.machine.accept_pen("B-7", talk.bench.moment)
    talk.expects(Stream(True))
    talk.says(samples(50, boot=99))
    assert talk.bench.indexes("B-7", 99) == list(range(50, 60))
    talk.bench.run(0.3)
    assert [(gap.pen_serial, gap.cause) for gap in talk.bench.gaps] == [("A1-000042", GapCause.PEN_SWAP)]
    assert talk.bench.state is LinkState.STREAMING


def test_another_pen_with_the_same_boot_id_writes_nothing_under_the_first_ones_name() -> None:
    talk = recording(0)
    talk.bench.pull_out()
    talk.plug_in()
    talk.bench.take_sent()
    talk.says(samples(10))
    talk.says(dataclasses.replace(HELLO, serial="B-7"), samples(20))
    talk.bench.run(0.5)
    assert talk.bench.indexes("A1-000042", BOOT) == list(range(10))


def test_the_first_pen_may_come_back_after_another() -> None:
    talk = recording(0)
    talk.says(OTHER)
    talk.bench.run(0.1)
    talk.says(HELLO, samples(10))
    talk.bench.run(0.01)
    assert talk.bench.state is LinkState.STREAMING
    assert talk.bench.machine.notice().other_pen is None
    assert talk.bench.indexes("A1-000042", BOOT) == list(range(20))


def test_between_recordings_any_pen_is_welcome() -> None:
    talk = Talk()
    talk.plug_in()
    talk.says(HELLO)
    talk.says(OTHER)
    assert talk.bench.state is LinkState.READY
    assert talk.bench.machine.pen is not None
    assert talk.bench.machine.pen.serial == "B-7"


# --- words, times, hostility ----------------------------------------------------------------------


def test_another_version_is_reported_once() -> None:
    talk = recording(0)
    for seq in range(5):
        talk.bench.say(frame(2, seq, b"", version=2))
    told = [notice for notice in talk.bench.notices if "Pen Link 2" in notice.reason]
    assert len(told) == 1


def test_a_pen_of_another_version_only_is_named_as_such() -> None:
    talk = Talk()
    talk.plug_in()
    talk.bench.say(b"\0" + frame(1, 0, b"", version=3))
    talk.bench.run(2.6)
    assert talk.bench.notices[-1].reason == "the pen on bench speaks Pen Link 3, this console speaks 1"


def test_events_and_status_come_out_once_with_their_times() -> None:
    talk = recording(0)
    event = Event(BOOT, 60_000, 9, 1_250, "")
    talk.says(event, event, dataclasses.replace(event, code=200, detail="odd"))
    talk.says(Status(BOOT, 80_000, 20, 255, -32_768, 0))
    assert [(said.code, said.value, said.detail) for said in talk.bench.events] == [
        (9, 1_250, ""),
        (200, 1_250, "odd"),
    ]
    assert talk.bench.statuses[0].battery_percent is None
    assert talk.bench.statuses[0].temperature_c100 is None
    assert abs(talk.bench.events[0].utc_us - UTC_US) < 100_000


def test_frames_without_a_seam_become_one_batch_and_jitter_closes_it() -> None:
    talk = recording(0)
    jittered = dataclasses.replace(samples(30), t_us=samples(30).t_us + 300)
    talk.says(samples(10), samples(20), jittered, samples(40))
    counts = [(batch.first_index, batch.count, batch.pen_time_us) for batch in talk.bench.batches[1:]]
    assert counts == [(10, 20, 44_000), (30, 10, 124_300), (40, 10, 164_000)]


def test_absurd_times_stay_within_what_a_record_can_hold() -> None:
    talk = recording(0)
    talk.says(dataclasses.replace(samples(10), t_us=2**64 - 1))
    talk.says(samples(20))
    assert all(0 <= batch.pen_time_us < 2**63 for batch in talk.bench.batches)
    assert all(abs(batch.utc_us - UTC_US) < 10_000_000 for batch in talk.bench.batches)


def test_a_leap_of_the_index_is_bounded_work() -> None:
    talk = recording(0)
    talk.says(samples(900_000_000))
    requests = 0
    for _ in range(400):
        talk.bench.run(0.1)
        talk.says(samples(900_000_010, 0))
        requests += bool(talk.bench.take_sent())
    assert 3 * 18 <= requests <= 3 * 19
    assert [gap.cause for gap in talk.bench.gaps] == [GapCause.NOT_HELD, GapCause.NOT_ANSWERED]
    assert sum(gap.count for gap in talk.bench.gaps) == 900_000_000 - 10


def test_a_flood_of_holes_takes_bounded_memory() -> None:
    talk = recording(0)
    for k in range(12_000):
        talk.says(samples(20 + 2 * k, 1))
        if k % 50 == 0:
            talk.bench.run(0.01)
    ledger = talk.bench.machine._recording.current_ledger
    assert ledger is not None
    assert len(ledger._holes) <= MOST_HOLES


def test_a_rough_pen_and_the_bench_agree_on_a_quiet_line() -> None:
    pen = RoughPen(random.Random(0))
    bench = LinkBench(pen)
    bench.plug_in()
    bench.machine.set_streaming(True, bench.moment)
    bench.run(3.0)
    assert bench.state is LinkState.STREAMING
    assert sum(batch.count for batch in bench.live) >= 720
    assert not bench.batches
