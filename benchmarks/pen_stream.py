"""One stream of samples in the forms the measured programs read: Pen Link frames, or text lines."""

from dataclasses import dataclass

import numpy as np

from devices.messages import Hello, Telemetry, encode_pen_message

BOOT_ID = 0x0BE7C4ED
SAMPLE_FIELDS = 5
SAMPLE_BYTES = 2 * SAMPLE_FIELDS


@dataclass(frozen=True, slots=True)
class PenStream:
    """Samples as the wire's ten bytes each, framed ``per_frame`` together; ``rate_hz`` is the pen's own."""

    samples: bytes
    rate_hz: int
    per_frame: int = 10

    @property
    def count(self) -> int:
        """How many samples there are."""
        return len(self.samples) // SAMPLE_BYTES

    def hello(self) -> bytes:
        """Give the frame in which the pen says who it is."""
        period_us = 1_000_000 // self.rate_hz
        return encode_pen_message(Hello(BOOT_ID, period_us, 0, 0x1F, 12, "Bench", "B-1", "1", ""), 0)

    def frames(self) -> list[bytes]:
        """Give the TELEMETRY frames as on the wire, numbered from 1."""
        period_us, step = 1_000_000 // self.rate_hz, self.per_frame * SAMPLE_BYTES
        frames = []
        for seq, offset in enumerate(range(0, len(self.samples), step), 1):
            piece, first = self.samples[offset : offset + step], offset // SAMPLE_BYTES
            telemetry = Telemetry(BOOT_ID, first, first * period_us, len(piece) // SAMPLE_BYTES, piece)
            frames.append(encode_pen_message(telemetry, seq))
        return frames

    def lines(self, count: int) -> list[bytes]:
        """Give the first ``count`` samples as comma-separated text."""
        rows = np.frombuffer(self.samples, "<u2").reshape(-1, SAMPLE_FIELDS)[:count].tolist()
        return [(",".join(map(str, row)) + "\n").encode() for row in rows]


def make_stream(count: int, rate_hz: int, seed: int) -> PenStream:
    """Make a pen's samples: depth, rate and load that wander, flags that change now and then."""
    chance = np.random.default_rng(seed)
    rows = np.empty((count, SAMPLE_FIELDS), "<u2")
    rows[:, 0] = 1_500
    rows[:, 1] = 1_400 + chance.integers(0, 150, count)
    rows[:, 2] = 11_500 + chance.integers(0, 400, count)
    rows[:, 3] = 180 + chance.integers(0, 90, count)
    rows[:, 4] = np.where(chance.random(count) < 0.1, 0x29, 0x2B)
    return PenStream(rows.tobytes(), rate_hz)


def damage(wire: bytes, share: float, seed: int) -> tuple[bytes, np.ndarray]:
    """Change this share of the bytes; give the damaged wire and the places hit."""
    chance = np.random.default_rng(seed)
    hurt = np.frombuffer(wire, np.uint8).copy()
    places = np.flatnonzero(chance.random(len(hurt)) < share)
    hurt[places] ^= chance.integers(1, 256, len(places), dtype=np.uint8)
    return hurt.tobytes(), places
