"""Damaged frames by the hundred thousand: made as arrays, read by the console's own frame reader.

Frames of Pen Link get one, two or three bits flipped anywhere (closing zero included), lose a stretch,
or are spliced from two; and there is garbage that never was a frame. Between the batches one whole
frame is read, so that a reader that takes nothing at all is found out.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from rough_pen import frame

from devices.framing import FrameReader

Rows = NDArray[np.uint8]
SHARES = {"1 bit": 0.25, "2 bits": 0.2, "3 bits": 0.2, "cut": 0.1, "spliced": 0.1, "garbage": 0.15}
ROWS_A_BATCH = 10_000
READ_BYTES = 65_536
WHOLE = frame(0x04, 7, b"whole and undamaged")
_KINDS = ((0x01, 58), (0x02, 17 + 10), (0x02, 17 + 100), (0x03, 24), (0x04, 23), (0x06, 12))  # type, body's length


def whole_frames(chance: np.random.Generator) -> list[Rows]:
    """Give frames of each kind and size, each kind an array of a frame a row, as on the wire."""
    groups = []
    for kind, length in _KINDS:
        bodies = chance.integers(0, 256, (64, length), dtype=np.uint8)
        bodies[:32, ::3] = 0  # COBS has most to do where there are zeros
        wires = [frame(kind, int(chance.integers(0, 65_536)), body.tobytes()) for body in bodies]
        groups.append(np.array([list(wire) for wire in wires], np.uint8))
    return groups


def flip_bits(rows: Rows, bits: int, chance: np.random.Generator) -> Rows:
    """Flip so many different bits of each frame, wherever they lie."""
    length = 8 * rows.shape[1]
    places = np.sort(chance.integers(0, length - bits + 1, (len(rows), bits)), axis=1) + np.arange(bits)
    hurt = rows.copy()
    for column in places.T:
        hurt[np.arange(len(rows)), column // 8] ^= (1 << column % 8).astype(np.uint8)
    return hurt


def cut_out(rows: Rows, chance: np.random.Generator) -> bytes:
    """Leave a stretch out of each frame: its head, its tail, the closing zero too, or something within."""
    length = rows.shape[1]
    ends = np.sort(chance.integers(0, length, (len(rows), 2)), axis=1) + np.array([0, 1])
    column = np.arange(length)
    kept = (column < ends[:, :1]) | (column >= ends[:, 1:])
    return rows[kept].tobytes()


def splice(heads: Rows, tails: Rows, chance: np.random.Generator) -> bytes:
    """Go on with another frame's end somewhere in each frame."""
    both = np.concatenate((heads, tails), axis=1)
    column, length = np.arange(both.shape[1]), heads.shape[1]
    cut = chance.integers(1, length, (len(heads), 1))
    resume = length + chance.integers(1, tails.shape[1], (len(heads), 1))
    return both[(column < cut) | (column >= resume)].tobytes()


@dataclass(slots=True)
class FuzzTally:
    """How many damaged frames were read, by kind, and which were taken for good."""

    seed: int = 1
    tried: Counter[str] = field(default_factory=Counter)
    false: list[tuple[str, bytes]] = field(default_factory=list)
    held_back: list[str] = field(default_factory=list)  # batches after which a whole frame was not read

    @property
    def total(self) -> int:
        """How many damaged frames were read."""
        return self.tried.total()

    def read(self, frames: int) -> None:
        """Read at least so many damaged frames."""
        chance = np.random.default_rng(self.seed)
        goal = self.total + frames
        while self.total < goal:
            for rows in whole_frames(chance):
                sent = {wire.tobytes() for wire in rows}
                for kind, count, wire in _damage(rows, chance):
                    self.tried[kind] += count
                    self._read_batch(kind, wire, sent)

    def _read_batch(self, kind: str, wire: bytes, sent: set[bytes]) -> None:
        reader = FrameReader()
        accepted = reader.feed(b"\0" + WHOLE)
        for offset in range(0, len(wire), READ_BYTES):
            accepted += reader.feed(wire[offset : offset + READ_BYTES])
        accepted += reader.feed(b"\0" + WHOLE)
        whole = [got for got in accepted if got.body == b"whole and undamaged"]
        if len(whole) != 2 or reader.frames != len(accepted):
            self.held_back.append(kind)
        for got in accepted:
            again = frame(got.type, got.seq, got.body, got.version)
            # What is left of two frames may be a whole one again; of flipped bits nothing ever is.
            if again != WHOLE and not (kind in ("cut", "spliced") and again in sent):
                self.false.append((kind, again))


def _damage(rows: Rows, chance: np.random.Generator) -> Iterator[tuple[str, int, bytes]]:
    for kind, share in SHARES.items():
        picked = rows[chance.integers(0, len(rows), int(ROWS_A_BATCH * share))]
        match kind:
            case "cut":
                yield kind, len(picked), cut_out(picked, chance)
            case "spliced":
                yield kind, len(picked), splice(picked, rows[chance.integers(0, len(rows), len(picked))], chance)
            case "garbage":
                yield kind, len(picked), _garbage(len(picked), rows.shape[1], chance)
            case _:
                yield kind, len(picked), flip_bits(picked, int(kind[0]), chance).tobytes()


def _garbage(count: int, length: int, chance: np.random.Generator) -> bytes:
    """Give random bytes in pieces of the length of frames, so that each is tried."""
    pieces = chance.integers(1, 256, (count, length), dtype=np.uint8)
    pieces[:, -1] = 0
    return pieces.tobytes()
