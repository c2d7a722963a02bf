"""A stream under every harm a line can do: what is read is what was sent and not harmed, in order."""

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st
from rough_pen import frame

from devices.framing import FrameReader, WireFrame
from devices.message_reader import MessageReader

BODIES = st.one_of(st.binary(max_size=40), st.binary(min_size=250, max_size=260), st.just(bytes(300)))


@dataclass(frozen=True)
class Sent:
    """A frame as sent, and what the line makes of it."""

    kind: int
    body: bytes
    harm: tuple


HARMS = st.one_of(
    st.just(("whole",)),
    st.just(("whole",)),
    st.just(("twice",)),
    st.just(("lost",)),
    st.just(("overtaken",)),
    st.tuples(st.just("flipped"), st.lists(st.integers(0, 10_000), min_size=1, max_size=3, unique=True)),
    st.tuples(st.just("cut"), st.integers(0, 400), st.integers(1, 400)),
    st.tuples(st.just("noise after"), st.binary(max_size=60).map(lambda raw: raw.replace(b"\0", b"\x01"))),
)
STREAMS = st.lists(st.builds(Sent, st.integers(0, 255), BODIES, HARMS), max_size=20)


def harm(wire: bytes, how: tuple) -> tuple[bytes, int]:
    """Give what arrives of a frame, and how often it arrives whole; its closing zero always does."""
    inner = wire[:-1]
    match how:
        case ("whole",) | ("overtaken",):
            return wire, 1
        case ("twice",):
            return wire * 2, 2
        case ("lost",):
            return b"", 0
        case ("flipped", bits):
            hurt = bytearray(inner)
            for bit in {bit % (8 * len(inner)) for bit in bits}:
                hurt[bit // 8] ^= 1 << bit % 8
            return bytes(hurt) + b"\0", 0
        case ("cut", first, length):
            first %= len(inner)
            return inner[:first] + inner[first + length :] + b"\0", 0
    return wire + how[1] + b"\0", 1


def arrive(sent: list[Sent]) -> tuple[bytes, list[WireFrame]]:
    """Give the wire as it arrives, and the frames that must be read from it."""
    wire, whole = [b"\0"], []
    for number, one in enumerate(sent):
        arrived, times = harm(frame(one.kind, number, one.body), one.harm)
        read = [WireFrame(1, one.kind, number, one.body)] * times
        place = len(whole) - 1 if one.harm == ("overtaken",) and wire[-1] and whole else len(whole)
        if place < len(whole) and sent[number - 1].harm == ("whole",):
            wire[-1:], whole[-1:] = [arrived, wire[-1]], [*read, whole[-1]]
        else:
            wire.append(arrived)
            whole += read
    return b"".join(wire), whole


@given(STREAMS, st.lists(st.integers(0, 3_000), max_size=30))
@settings(max_examples=300)
def test_what_is_read_is_what_was_sent_and_not_harmed(sent: list[Sent], cuts: list[int]) -> None:
    wire, whole = arrive(sent)
    reader, at, got = FrameReader(), 0, []
    for cut in [*sorted(cut % (len(wire) + 1) for cut in cuts), len(wire)]:
        got += reader.feed(wire[at:cut])
        at = cut
    assert got == whole
    assert reader.frames == len(whole)
    assert reader.bytes_read == len(wire)


@given(STREAMS)
@settings(max_examples=100)
def test_every_byte_a_read_of_its_own_says_the_same(sent: list[Sent]) -> None:
    wire, _ = arrive(sent)
    at_once, by_byte = MessageReader(), MessageReader()
    said = at_once.feed(wire)
    assert [message for byte in wire for message in by_byte.feed(bytes((byte,)))] == said
    for name in ("malformed", "unknown_types", "own_frames", "foreign_version"):
        assert getattr(at_once, name) == getattr(by_byte, name)
    assert vars(at_once.sequence) == vars(by_byte.sequence)
    for name in ("frames", "crc_errors", "oversize", "resyncs"):
        assert getattr(at_once.frames, name) == getattr(by_byte.frames, name)


@given(st.integers(0, 6), st.binary(max_size=400))
@settings(max_examples=300)
def test_any_body_of_any_type_is_a_message_or_counted(kind: int, body: bytes) -> None:
    reader = MessageReader()
    said = reader.feed(b"\0" + frame(kind, 0, body))
    assert len(said) + reader.malformed + reader.unknown_types == reader.own_frames == 1
