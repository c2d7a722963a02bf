"""Messages against the page's vectors, byte for byte both ways, and against bodies cut anywhere."""

import dataclasses

import pytest
from rough_pen import frame, text
from spec_vectors import BOOT, CONSOLE_VECTORS, PEN_VECTORS, TWO_SAMPLES

from console.domain.telemetry import Sample, unpack_samples
from devices.framing import FrameReader, WireFrame
from devices.message_reader import MessageReader
from devices.messages import (
    MAX_FRAME_SAMPLES,
    Event,
    FrameType,
    Hello,
    MalformedBody,
    Telemetry,
    UnknownType,
    decode_console_message,
    decode_pen_message,
    describe,
    encode_console_message,
    encode_pen_message,
)


def only_frame(wire: bytes) -> WireFrame:
    (got,) = FrameReader().feed(wire)
    return got


@pytest.mark.parametrize(("message", "seq", "wire"), PEN_VECTORS)
def test_vectors_of_the_pen(message, seq, wire) -> None:
    assert encode_pen_message(message, seq) == bytes.fromhex(wire)
    got = only_frame(bytes.fromhex(wire))
    assert got.seq == seq
    assert decode_pen_message(got) == message


@pytest.mark.parametrize(("message", "seq", "wire"), CONSOLE_VECTORS)
def test_vectors_of_the_console(message, seq, wire) -> None:
    assert encode_console_message(message, seq) == bytes.fromhex(wire)
    assert decode_console_message(only_frame(bytes.fromhex(wire))) == message


def test_the_vector_samples_say_what_the_page_says() -> None:
    assert unpack_samples(TWO_SAMPLES) == [
        Sample(1500, 1480, 11700, 210, 0x002B),
        Sample(1500, 0, 11650, 40, 0x0029),
    ]


def test_resent_is_telemetry_asked_for_again() -> None:
    message = Telemetry(BOOT, 5, 24_000, 2, TWO_SAMPLES, resent=True)
    got = only_frame(encode_pen_message(message, 9))
    assert got.type == FrameType.RESENT
    assert decode_pen_message(got) == message


@pytest.mark.parametrize(("message", "seq", "wire"), PEN_VECTORS)
def test_a_body_cut_anywhere_is_malformed(message, seq, wire) -> None:
    whole = only_frame(bytes.fromhex(wire))
    for cut in range(len(whole.body)):
        with pytest.raises(MalformedBody):
            decode_pen_message(whole._replace(body=whole.body[:cut]))


@pytest.mark.parametrize(("message", "seq", "wire"), PEN_VECTORS)
def test_bytes_after_a_body_are_ignored(message, seq, wire) -> None:
    whole = only_frame(bytes.fromhex(wire))
    assert decode_pen_message(whole._replace(body=whole.body + b"of a later version")) == message


def test_console_bodies_cut_short_are_malformed() -> None:
    for kind, body in ((FrameType.STREAM, b""), (FrameType.RESEND, bytes(9))):
        with pytest.raises(MalformedBody):
            decode_console_message(WireFrame(1, kind, 0, body))
    with pytest.raises(UnknownType):
        decode_console_message(WireFrame(1, 0x84, 0, b""))


def test_bad_text_is_replaced_never_fatal() -> None:
    body = b"\xcd\xab\x34\x12" + bytes(8) + b"\x07" + bytes(4) + b"\x03a\xff\xfe"
    got = decode_pen_message(WireFrame(1, FrameType.EVENT, 0, body))
    assert isinstance(got, Event)
    assert got.detail == "a\ufffd\ufffd"


def test_long_text_is_cut_between_characters() -> None:
    wire = encode_pen_message(Event(BOOT, 0, 7, 0, "ä" * 200), 0)
    got = decode_pen_message(only_frame(wire))
    assert isinstance(got, Event)
    assert got.detail == "ä" * 127


def test_the_greatest_frame_fits() -> None:
    message = Telemetry(BOOT, 0, 0, MAX_FRAME_SAMPLES, bytes(10 * MAX_FRAME_SAMPLES))
    assert MAX_FRAME_SAMPLES == 99
    assert decode_pen_message(only_frame(encode_pen_message(message, 0))) == message


def test_a_pen_without_a_sample_period_is_malformed() -> None:
    hello = dataclasses.replace(PEN_VECTORS[0][0], period_us=0)
    with pytest.raises(MalformedBody):
        decode_pen_message(only_frame(encode_pen_message(hello, 0)))


def test_the_description_is_what_hello_says() -> None:
    hello = PEN_VECTORS[0][0]
    assert isinstance(hello, Hello)
    pen = describe(hello)
    assert pen.identity == ("Aria M1", "A1-000042")
    assert (pen.boot_id, pen.period_us, pen.resend_samples, pen.needles) == (BOOT, 4_000, 15_000, 12)


def test_the_reader_counts_what_makes_no_sense() -> None:
    reader = MessageReader()
    hello = bytes.fromhex(PEN_VECTORS[0][2])
    wire = hello + frame(0x44, 1, b"") + frame(0x02, 2, bytes(16)) + frame(0x02, 3, b"", version=2) + hello
    assert len(reader.feed(wire)) == 2
    assert (reader.unknown_types, reader.malformed, reader.foreign_version) == (1, 1, 2)
    assert (reader.frames.frames, reader.own_frames) == (5, 4)


def test_hello_of_the_page_reads_with_an_independent_encoder() -> None:
    body = b"\xcd\xab\x34\x12" + b"\xa0\x0f\0\0" + b"\x98\x3a\0\0" + b"\x1f\0" + b"\x0c"
    wire = frame(1, 0, body + text("Aria M1") + text("A1-000042") + text("1.4.0") + text(""))
    assert wire == bytes.fromhex(PEN_VECTORS[0][2])
