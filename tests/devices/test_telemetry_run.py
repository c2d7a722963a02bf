"""Joined telemetry says exactly what its frames say one by one, and refuses whatever is uneven."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from devices.framing import FrameReader, SequenceWatch, encode_frame, parse_frame
from devices.message_reader import MessageReader
from devices.messages import Event, Hello, PenMessage, Status, Telemetry, encode_pen_message
from devices.telemetry_run import join_telemetry

BOOT, PERIOD_US = 0xB007, 4_000
HELLO = Hello(BOOT, PERIOD_US, 0, 0x1F, 12, "M", "S", "1", "")


def telemetry(first: int, count: int = 2, t_us: int | None = None, boot_id: int = BOOT, resent: bool = False):
    samples = bytes((first + k) & 0xFF for k in range(10 * count))
    return Telemetry(boot_id, first, first * PERIOD_US if t_us is None else t_us, count, samples, resent)


def decoded(*messages: PenMessage, first_seq: int = 5) -> list[bytes]:
    wire = b"".join(encode_pen_message(message, first_seq + k) for k, message in enumerate(messages))
    return FrameReader().feed_decoded(wire)


def one_by_one(wire: bytes) -> MessageReader:
    """Give a reader that got each frame in a read of its own, so that nothing can be joined."""
    reader = MessageReader()
    reader.said = [message for piece in wire.split(b"\0")[:-1] for message in reader.feed(piece + b"\0")]
    return reader


def spread(messages: list[PenMessage]) -> list[object]:
    """Spell telemetry out by sample: boot, index, pen time, bytes, whether asked for again."""
    spelled: list[object] = []
    for message in messages:
        if not isinstance(message, Telemetry):
            spelled.append(message)
            continue
        for k in range(message.count):
            at_us = message.t_us + k * PERIOD_US
            raw = message.samples[10 * k : 10 * k + 10]
            spelled.append((message.boot_id, message.first_index + k, at_us, raw, message.resent))
    return spelled


MANY = pytest.mark.parametrize("number", [3, 200], ids=["few", "many"])


@MANY
def test_frames_without_a_seam_are_one_message(number: int) -> None:
    for resent in (False, True):
        said = [telemetry(10 + 2 * k, resent=resent) for k in range(number)]
        whole = b"".join(message.samples for message in said)
        joined = join_telemetry(decoded(*said), BOOT, PERIOD_US)
        assert joined == (5, Telemetry(BOOT, 10, 40_000, 2 * number, whole, resent))


@MANY
def test_what_is_uneven_is_not_joined(number: int) -> None:
    even = [telemetry(2 * k) for k in range(number)]
    last = 2 * number - 2
    uneven = {
        "index": [*even[:-1], telemetry(last + 1, t_us=last * PERIOD_US)],
        "time": [*even[:-1], telemetry(last, t_us=last * PERIOD_US + 1)],
        "boot": [*even[:-1], telemetry(last, boot_id=1)],
        "kind": [*even[:-1], telemetry(last, resent=True)],
        "all of another kind": [Status(BOOT, 0, 0, 0, 0, 0)] * number,
    }
    for what, messages in uneven.items():
        assert join_telemetry(decoded(*messages), BOOT, PERIOD_US) is None, what
    assert join_telemetry(decoded(*even), BOOT, PERIOD_US + 1) is None
    assert join_telemetry(decoded(*even), BOOT + 1, PERIOD_US) is None
    assert join_telemetry(decoded(*even)[::2], BOOT, PERIOD_US) is None
    for version, kind in ((2, 0x02), (1, 0x44)):
        bodies = [parse_frame(frame).body for frame in decoded(*even)]
        wire = b"".join(encode_frame(kind, 5 + k, body, version) for k, body in enumerate(bodies))
        assert join_telemetry(FrameReader().feed_decoded(wire), BOOT, PERIOD_US) is None
    unnumbered = [encode_pen_message(message, 5) for message in even]
    assert join_telemetry(FrameReader().feed_decoded(b"".join(unnumbered)), BOOT, PERIOD_US) is None
    assert join_telemetry(decoded(*even), BOOT, PERIOD_US) is not None


SAYINGS = st.one_of(
    st.builds(
        lambda count, frames, skip, resent: ("run", count, frames, skip, resent),
        st.integers(0, 12), st.one_of(st.integers(1, 9), st.just(120)), st.sampled_from((0, 0, 0, 1, 5)), st.booleans(),
    ),
    st.just(("status",)), st.just(("event",)), st.just(("hello",)), st.just(("jump",)), st.just(("late",)),
)  # fmt: skip


def wire_of(sayings: list[tuple]) -> bytes:
    """Let a pen say these things, with leaps in its numbers and times."""
    seq, index, shift_us, wire = 65_530, 0, 0, b""
    for saying in sayings:
        match saying:
            case ("run", count, frames, skip, resent):
                index += skip
                for _ in range(frames):
                    said = telemetry(index, count, index * PERIOD_US + shift_us, resent=resent)
                    wire, seq, index = wire + encode_pen_message(said, seq), seq + 1, index + count
            case ("status",):
                wire, seq = wire + encode_pen_message(Status(BOOT, 0, index, 90, 20, 0), seq), seq + 1
            case ("event",):
                wire, seq = wire + encode_pen_message(Event(BOOT, 0, 1, 0, ""), seq), seq + 1
            case ("hello",):
                wire, seq = wire + encode_pen_message(HELLO, seq), seq + 1
            case ("jump",):
                shift_us, seq = shift_us + 777, seq + 3
            case ("late",):
                seq -= 2
    return wire


@given(st.lists(SAYINGS, max_size=12), st.integers(1, 60_000))
@example([("hello",), ("run", 10, 9, 0, False), ("late",), ("run", 10, 9, 0, False)], 4_096)
@settings(max_examples=200)
def test_joined_or_one_by_one_is_the_same(sayings, read_bytes) -> None:
    wire = b"\0" + wire_of([("hello",), *sayings])
    by_read, by_frame = MessageReader(), one_by_one(wire)
    said = [m for k in range(0, len(wire), read_bytes) for m in by_read.feed(wire[k : k + read_bytes])]
    assert spread(said) == spread(by_frame.said)
    assert vars(by_read.sequence) == vars(by_frame.sequence)
    assert (by_read.own_frames, by_read.frames.frames) == (by_frame.own_frames, by_frame.frames.frames)


@given(st.lists(st.tuples(st.integers(0, 0xFFFF), st.integers(1, 40)), max_size=8))
def test_a_run_of_numbers_counts_as_its_numbers_do(runs) -> None:
    by_run, by_number = SequenceWatch(), SequenceWatch()
    for first, count in runs:
        by_run.note_run(first, count)
        for seq in range(first, first + count):
            by_number.note(seq & 0xFFFF)
    assert vars(by_run) == vars(by_number)
