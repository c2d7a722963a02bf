"""Frames: whatever the reads' borders, nothing false gets in and nothing whole gets lost."""

import random
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rough_pen import frame
from spec_vectors import CONSOLE_VECTORS, PEN_VECTORS

from devices.framing import (
    MAX_BODY_BYTES,
    MAX_ENCODED_BYTES,
    FrameReader,
    SequenceWatch,
    WireFrame,
    decode_frame,
    encode_frame,
)

ALL_WIRES = [bytes.fromhex(wire) for _, _, wire in PEN_VECTORS + CONSOLE_VECTORS]


def read(wire: bytes) -> tuple[FrameReader, list[WireFrame]]:
    reader = FrameReader()
    return reader, reader.feed(wire)


def test_the_checksum_is_the_one_of_the_page() -> None:
    assert zlib.crc32(b"123456789") == 0xCBF43926


@given(st.integers(0, 255), st.integers(0, 0xFFFF), st.binary(max_size=MAX_BODY_BYTES))
@settings(max_examples=100)
def test_a_frame_comes_back_as_it_went(kind: int, seq: int, body: bytes) -> None:
    wire = encode_frame(kind, seq, body)
    assert wire == frame(kind, seq, body)
    assert wire.count(0) == 1
    assert len(wire) - 1 <= MAX_ENCODED_BYTES
    assert read(wire)[1] == [WireFrame(1, kind, seq, body)]


def test_both_ways_to_end_a_full_run_are_read() -> None:
    body = bytes(range(1, 247))  # 254 bytes decoded, not one of them zero
    theirs, ours = frame(2, 0x0101, body), encode_frame(2, 0x0101, body)
    assert theirs != ours, "one of the two closes the run with an empty block"
    assert read(theirs)[1] == read(ours)[1] == [WireFrame(1, 2, 0x0101, body)]


def test_a_body_too_long_is_a_bug() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        encode_frame(1, 0, bytes(MAX_BODY_BYTES + 1))


def test_every_split_gives_the_same_frames() -> None:
    wire = b"".join(ALL_WIRES)
    whole = read(wire)[1]
    assert len(whole) == len(ALL_WIRES)
    for cut in range(len(wire) + 1):
        reader = FrameReader()
        assert reader.feed(wire[:cut]) + reader.feed(wire[cut:]) == whole
        assert reader.crc_errors == 0
    reader = FrameReader()
    assert [got for byte in wire for got in reader.feed(bytes((byte,)))] == whole


def test_half_a_frame_at_the_start_is_dropped_without_counting() -> None:
    for cut in range(1, len(ALL_WIRES[0]) - 1):
        reader, frames = read(ALL_WIRES[0][cut:] + ALL_WIRES[1])
        assert len(frames) == 1
        assert (reader.crc_errors, reader.resyncs) == (0, 0)


def test_a_whole_frame_at_the_start_counts() -> None:
    assert len(read(ALL_WIRES[0])[1]) == 1


def test_empty_frames_are_legal() -> None:
    reader, frames = read(b"\0\0\0" + ALL_WIRES[0] + b"\0\0" + ALL_WIRES[1])
    assert (len(frames), reader.crc_errors) == (2, 0)


def test_damage_is_counted_and_the_next_frame_is_a_resync() -> None:
    hurt = bytearray(ALL_WIRES[1])
    hurt[5] ^= 0x10
    reader, frames = read(ALL_WIRES[0] + bytes(hurt) + bytes(hurt) + ALL_WIRES[2] + ALL_WIRES[3])
    assert len(frames) == 3
    assert (reader.crc_errors, reader.resyncs, reader.frames) == (2, 1, 3)


@pytest.mark.parametrize("decoded_bytes", [1_025, 1_030, 2_000])
def test_a_frame_over_the_limit_is_garbage(decoded_bytes: int) -> None:
    wire = frame(2, 0, bytes(decoded_bytes - 8))
    reader, frames = read(ALL_WIRES[0] + wire + ALL_WIRES[1])
    assert len(frames) == 2
    assert reader.crc_errors == 1
    assert len(read(frame(2, 0, bytes(1_016)))[1]) == 1


def test_garbage_without_end_takes_no_memory() -> None:
    reader = FrameReader()
    reader.feed(ALL_WIRES[0])
    for _ in range(1_000):
        assert reader.feed(b"\x55" * 4_096) == []
        assert len(reader._rest) <= MAX_ENCODED_BYTES
    assert reader.oversize == 1
    assert reader.feed(b"\0" + ALL_WIRES[1])[0].type == 4 or reader.frames == 2


def test_flips_of_one_bit_are_never_accepted() -> None:
    for wire in ALL_WIRES:
        for bit in range(8 * len(wire)):
            hurt = bytearray(wire)
            hurt[bit // 8] ^= 1 << bit % 8
            accepted = read(bytes(hurt) + b"\0")[1]
            # The closing zero may be hit: then the frame before it is whole only by accident.
            assert accepted == []


def test_flips_of_two_and_three_bits_are_never_accepted() -> None:
    chance = random.Random(5)
    wires = [*ALL_WIRES, encode_frame(2, 7, chance.randbytes(1_000)), encode_frame(2, 7, bytes(500))]
    for _ in range(60_000):
        wire = chance.choice(wires)
        hurt = bytearray(wire)
        for bit in chance.sample(range(8 * (len(wire) - 1)), chance.choice((2, 3))):
            hurt[bit // 8] ^= 1 << bit % 8
        for piece in bytes(hurt).split(b"\0"):
            assert decode_frame(piece) is None


@given(st.binary(max_size=600))
@settings(max_examples=200)
def test_random_bytes_are_no_frames(garbage: bytes) -> None:
    assert read(garbage + b"\0")[1] == []


def test_the_sequence_tells_loss_repeats_and_overtaking() -> None:
    watch = SequenceWatch()
    for seq in (65_534, 65_535, 0, 0, 3, 2, 4):
        watch.note(seq)
    assert (watch.missed, watch.repeated, watch.reordered) == (2, 1, 1)
    watch.start_over()
    watch.note(900)
    assert watch.missed == 2
