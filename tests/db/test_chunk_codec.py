from collections.abc import Callable
from hashlib import sha256

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.telemetry import SAMPLE_BYTES, Sample, pack_samples
from db.chunk_codec import CODEC, PLAIN, BodyFault, decode, encode, encode_plain

samples = st.integers(0, 40).flatmap(lambda n: st.binary(min_size=n * SAMPLE_BYTES, max_size=n * SAMPLE_BYTES))


def plain(raw: bytes) -> bytes:
    return encode_plain(raw, sha256(raw).digest())


CODECS = pytest.mark.parametrize(("codec", "made"), [(CODEC, encode), (PLAIN, plain)])


@CODECS
@given(raw=samples)
def test_any_samples_come_back_exactly(codec: int, made: Callable[[bytes], bytes], raw: bytes) -> None:
    assert decode(codec, made(raw), len(raw) // SAMPLE_BYTES) == raw


@CODECS
@given(raw=samples, data=st.data())
def test_no_byte_of_a_body_can_change_unseen(
    codec: int, made: Callable[[bytes], bytes], raw: bytes, data: st.DataObject,
) -> None:
    body = bytearray(made(raw))
    place = data.draw(st.integers(0, len(body) - 1))
    body[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(BodyFault):
        decode(codec, bytes(body), len(raw) // SAMPLE_BYTES)


def test_a_steady_pen_needs_a_quarter_of_the_wires_bytes() -> None:
    rng = np.random.default_rng(5)
    depths = 1500 + np.rint(rng.normal(0, 4, 1500)).astype(int)
    raw = pack_samples([Sample(1500, int(depth), 10_000, 300, 3) for depth in depths])
    assert len(encode(raw)) < len(raw) / 4


@pytest.mark.parametrize("count", [0, 2, 4])
def test_another_count_is_a_fault(count: int) -> None:
    for codec, body in ((CODEC, encode(bytes(30))), (PLAIN, plain(bytes(30)))):
        with pytest.raises(BodyFault):
            decode(codec, body, count)


def test_an_unknown_codec_is_a_fault() -> None:
    with pytest.raises(BodyFault, match="codec 9 is unknown"):
        decode(9, encode(bytes(10)), 1)


def test_a_ragged_length_is_a_bug() -> None:
    with pytest.raises(ValueError, match="whole records"):
        encode(bytes(11))
