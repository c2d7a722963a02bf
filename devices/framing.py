"""Frames of Pen Link 1: COBS, a closing zero, CRC-32.

On the wire::

    COBS(decoded) 00

    decoded, little-endian:
    +------------+---------+---------+-------- ... --------+-----------+
    | version u8 | type u8 | seq u16 | body                | crc32 u32 |
    +------------+---------+---------+-------- ... --------+-----------+
    the CRC (zlib's) covers every decoded byte before it; at most 1,024 bytes decoded
"""

import struct
import zlib
from typing import NamedTuple

from cobs import cobs

VERSION = 1
MAX_DECODED_BYTES = 1024
_HEADER = struct.Struct("<BBH")
_CRC = struct.Struct("<I")
MIN_DECODED_BYTES = _HEADER.size + _CRC.size
MAX_BODY_BYTES = MAX_DECODED_BYTES - MIN_DECODED_BYTES
# COBS adds one byte, and one more for each full run of 254 bytes.
MAX_ENCODED_BYTES = MAX_DECODED_BYTES + 1 + (MAX_DECODED_BYTES + 253) // 254
# The CRC of any message followed by its own CRC is this constant.
_CRC_RESIDUE = 0x2144DF1C


class WireFrame(NamedTuple):
    """A frame that checked; of another version the body's meaning is unknown."""

    version: int
    type: int
    seq: int
    body: bytes


def encode_frame(frame_type: int, seq: int, body: bytes, version: int = VERSION) -> bytes:
    """Give the bytes of one frame with its closing zero; a body over 1,016 bytes is a bug."""
    if len(body) > MAX_BODY_BYTES:
        raise ValueError(f"a body of {len(body)} bytes does not fit a frame")
    head = _HEADER.pack(version, frame_type, seq & 0xFFFF) + body
    encoded: bytes = cobs.encode(head + _CRC.pack(zlib.crc32(head)))
    return encoded + b"\0"


def _check(encoded: bytes) -> bytes | None:
    """Decode what lay between two zeros, CRC and all; None when it does not check or is too long."""
    try:
        decoded: bytes = cobs.decode(encoded)
    except cobs.DecodeError:
        return None
    if not MIN_DECODED_BYTES <= len(decoded) <= MAX_DECODED_BYTES:
        return None
    if zlib.crc32(decoded) != _CRC_RESIDUE:
        return None
    return decoded


def parse_frame(decoded: bytes) -> WireFrame:
    """Take a decoded frame that checked apart."""
    version, frame_type, seq = _HEADER.unpack_from(decoded)
    return WireFrame(version, frame_type, seq, decoded[_HEADER.size : -_CRC.size])


def decode_frame(encoded: bytes) -> WireFrame | None:
    """Decode what lay between two zeros; None when it does not check or is too long."""
    decoded = _check(encoded)
    return None if decoded is None else parse_frame(decoded)


def _check_all(pieces: list[bytes]) -> list[bytes] | None:
    """Decode frames all of which must check, with no step of Python for each; None when one does not."""
    try:
        decoded = list(map(cobs.decode, pieces))
    except cobs.DecodeError:
        return None
    if list(map(zlib.crc32, decoded)).count(_CRC_RESIDUE) != len(decoded):
        return None
    lengths = set(map(len, decoded))
    return decoded if min(lengths) >= MIN_DECODED_BYTES and max(lengths) <= MAX_DECODED_BYTES else None


class FrameReader:
    """Cuts a byte stream into frames, whatever the reads' borders; memory is bounded.

    ``frames`` counts frames that checked; ``crc_errors`` pieces that did not (too long ones too,
    of which ``oversize`` counts those longer than any frame); ``resyncs`` how often a good frame
    followed a bad piece. What comes before the first zero is tried, and never counted as an error.
    """

    def __init__(self) -> None:
        self.frames = 0
        self.crc_errors = 0
        self.oversize = 0
        self.resyncs = 0
        self.bytes_read = 0
        self.start_over()

    def start_over(self) -> None:
        """Forget the half frame of a port that went; the counters go on."""
        self._rest = b""
        self._skipping = False
        self._before_first_zero = True
        self._damaged = False

    def feed(self, received: bytes) -> list[WireFrame]:
        """Take bytes as they came; give the frames they complete, in order."""
        return [parse_frame(decoded) for decoded in self.feed_decoded(received)]

    def feed_decoded(self, received: bytes) -> list[bytes]:
        """Take bytes as they came; give the frames they complete decoded, CRC and all, in order."""
        self.bytes_read += len(received)
        pieces = received.split(b"\0")
        last = pieces.pop()
        if not pieces:
            self._keep(last)
            return []
        pieces[0] = b"" if self._skipping else self._rest + pieces[0]
        self._rest, self._skipping = b"", False
        undisturbed = not self._damaged and not self._before_first_zero
        decoded = _check_all(pieces) if undisturbed else None
        if decoded is None:
            decoded = self._check_each(pieces)
        else:
            self.frames += len(decoded)
        self._keep(last)
        return decoded

    def _check_each(self, pieces: list[bytes]) -> list[bytes]:
        checked = []
        for piece in pieces:
            decoded = _check(piece) if 0 < len(piece) <= MAX_ENCODED_BYTES else None
            if decoded is not None:
                checked.append(decoded)
                self.frames += 1
                self.resyncs += self._damaged
                self._damaged = False
            elif piece:
                self._count_damage(len(piece) > MAX_ENCODED_BYTES)
            self._before_first_zero = False
        return checked

    def _keep(self, piece: bytes) -> None:
        if self._skipping:
            return
        self._rest += piece
        if len(self._rest) > MAX_ENCODED_BYTES:
            self._rest = b""
            self._skipping = True
            self._count_damage(True)

    def _count_damage(self, too_long: bool) -> None:
        if self._before_first_zero:
            return
        self.crc_errors += 1
        self.oversize += too_long
        self._damaged = True


class SequenceWatch:
    """Tells line loss by ``seq``: frames missed, repeated and out of order."""

    def __init__(self) -> None:
        self.missed = 0
        self.repeated = 0
        self.reordered = 0
        self._next: int | None = None

    def start_over(self) -> None:
        """Expect any number next: a port was opened or a pen powered up."""
        self._next = None

    def note(self, seq: int) -> None:
        """Take the number of a frame that checked."""
        ahead = 0 if self._next is None else (seq - self._next) & 0xFFFF
        if ahead == 0xFFFF:
            self.repeated += 1
        elif ahead >= 0x8000:
            self.reordered += 1
        else:
            self.missed += ahead
            self._next = (seq + 1) & 0xFFFF

    def note_run(self, first: int, count: int) -> None:
        """Take the numbers of frames that checked and count on from ``first``."""
        self.note(first)
        if self._next == (first + 1) & 0xFFFF:
            self._next = (first + count) & 0xFFFF
            return
        for seq in range(first + 1, first + count):
            self.note(seq & 0xFFFF)
