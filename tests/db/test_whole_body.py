"""A session's body with what its chunks are: exact, and no byte of it changes unseen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.ports import StoredSamples
from console.domain.telemetry import SAMPLE_BYTES
from console.services.sample_table import ChunkFacts, gather
from db.chunk_codec import WHOLE, BodyFault, checked
from db.whole_body import decode_any, encode_whole, open_whole, outline_of

whole = st.integers(-(2**62), 2**62)
marks = st.lists(st.tuples(st.integers(0, 500), whole), min_size=1, max_size=3)
chunk = st.tuples(
    st.sampled_from(["A-1", "B «2»", ""]), st.integers(0, 2**32 - 1), whole, st.integers(1, 5), whole, marks, whole,
    st.booleans())


@st.composite
def sessions(draw: st.DrawFn) -> StoredSamples:
    facts: list[ChunkFacts] = draw(st.lists(chunk, max_size=6))
    size = sum(one[3] for one in facts) * SAMPLE_BYTES
    return gather(facts, draw(st.binary(min_size=size, max_size=size)))


@given(stored=sessions())
def test_any_session_comes_back_exactly(stored: StoredSamples) -> None:
    body = encode_whole(stored)
    assert open_whole(body) == stored
    assert decode_any(WHOLE, body, sum(stored.count)) == stored.samples


@given(stored=sessions(), change=st.data())
def test_no_byte_of_it_can_change_unseen(stored: StoredSamples, change: st.DataObject) -> None:
    body = bytearray(encode_whole(stored))
    body[change.draw(st.integers(0, len(body) - 1))] ^= change.draw(st.integers(1, 255))
    with pytest.raises(BodyFault):
        open_whole(bytes(body))


@given(rest=st.binary(max_size=60))
def test_noise_behind_a_right_checksum_is_a_fault(rest: bytes) -> None:
    with pytest.raises(BodyFault):
        open_whole(checked(rest))


def test_another_count_is_a_fault() -> None:
    stored = gather([("A", 1, 0, 2, 4_000, [(0, 0)], 0, False)], bytes(20))
    with pytest.raises(BodyFault, match="2 samples instead of 3"):
        decode_any(WHOLE, encode_whole(stored), 3)
    assert outline_of(stored) != outline_of(gather([("A", 1, 0, 2, 4_000, [(0, 1)], 0, False)], b""))
