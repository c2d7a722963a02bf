"""What a pen says of itself: samples, batches, gaps, link states.

A sample is kept as the ten bytes of the wire (Pen Link 1), little-endian:
``set_depth u16 µm | depth u16 µm | rate u16 strokes/s x 100 | load u16 mA | flags u16``.
0xFFFF in the first four means not measured. Nothing is ever smoothed or filled in.
"""

import struct
from dataclasses import dataclass, field
from enum import IntFlag, StrEnum
from typing import Final, NamedTuple

SAMPLE_BYTES = 10
NOT_MEASURED = 0xFFFF
NO_CONTACT_FLAG = 1 << 15  # beside the channel bits of Pen Link: these flags never tell contact
SAMPLE_STRUCT = struct.Struct("<HHHHH")


class SampleFlag(IntFlag):
    """Bits of a sample's ``flags``; the rest are kept as sent."""

    MOTOR_RUNNING = 1
    SKIN_CONTACT = 2
    BUTTON_HELD = 4
    CARTRIDGE_PRESENT = 8
    FAULT = 16
    DEPTH_MEASURED = 32


class Sample(NamedTuple):
    """One sample; the pen's own integers (``NOT_MEASURED`` where it has none)."""

    set_depth_um: int
    depth_um: int
    rate_chz: int
    load_ma: int
    flags: int


def unpack_samples(raw: bytes) -> list[Sample]:
    """Split canonical sample bytes into samples; a ragged length is a bug."""
    return [Sample(*fields) for fields in SAMPLE_STRUCT.iter_unpack(raw)]


def pack_samples(samples: list[Sample]) -> bytes:
    """Join samples into their canonical bytes."""
    return b"".join(SAMPLE_STRUCT.pack(*sample) for sample in samples)


class LinkState(StrEnum):
    """State of the way to the pen. ``READY`` is connected and silent by request."""

    CLOSED = "closed"
    OPENING = "opening"
    READY = "ready"
    STREAMING = "streaming"
    STALE = "stale"
    LOST = "lost"


class GapCause(StrEnum):
    """Why samples are missing."""

    NOT_HELD = "not_held"  # the pen answered that it no longer holds them
    NOT_ANSWERED = "not_answered"  # three requests without an answer
    PEN_OVERRUN = "pen_overrun"  # the pen itself lost them
    PEN_RESTART = "pen_restart"  # a new boot id: the rest of the old boot is unknown
    PEN_SWAP = "pen_swap"
    LINK_LOST = "link_lost"  # the recording ended before the pen came back
    NO_RESEND = "no_resend"  # this pen holds no past samples
    NOT_SAVED = "not_saved"  # neither database nor spill file could take them
    CONSOLE_RESTART = "console_restart"


@dataclass(frozen=True, slots=True)
class PenDescription:
    """What HELLO says. ``serial`` with ``model`` is the pen's identity."""

    model: str
    serial: str
    firmware: str
    boot_id: int
    period_us: int
    resend_samples: int
    channels: int
    needles: int
    cartridge: str

    @property
    def identity(self) -> tuple[str, str]:
        """Give the pair that tells one pen from another."""
        return self.model, self.serial


@dataclass(slots=True)  # Final: as fixed as frozen to the type checker, made in a quarter of the time
class Batch:
    """Samples of one boot with consecutive indexes, linear in pen time.

    ``pen_time_us`` and ``utc_us`` belong to the first sample; sample ``k`` was taken at
    ``pen_time_us + k * period_us``. ``samples`` is ``count * SAMPLE_BYTES`` bytes.
    ``received_s`` is the console's steady clock at arrival. ``resent`` marks samples that were
    asked for again.
    """

    pen_serial: Final[str]
    boot_id: Final[int]
    first_index: Final[int]
    count: Final[int]
    period_us: Final[int]
    pen_time_us: Final[int]
    utc_us: Final[int]
    received_s: Final[float]
    samples: Final[bytes]
    resent: Final[bool] = False

    @property
    def end_index(self) -> int:
        """Give the index after the last sample."""
        return self.first_index + self.count


@dataclass(frozen=True, slots=True)
class Gap:
    """Samples known to be missing: ``count`` from ``first_index`` (0: length unknown).

    ``window`` is the number of the recording window they are missing from.
    """

    pen_serial: str
    boot_id: int
    first_index: int
    count: int
    cause: GapCause
    window: int = field(default=0, compare=False)


CARTRIDGE_ATTACHED, CARTRIDGE_REMOVED, PEN_FAULT, BATTERY_LOW = 3, 4, 7, 8  # codes of PenEvent


@dataclass(frozen=True, slots=True)
class PenEvent:
    """EVENT of the pen: ``code`` as in Pen Link 1, ``value`` and ``detail`` as sent."""

    pen_serial: str
    boot_id: int
    pen_time_us: int
    utc_us: int
    code: int
    value: int
    detail: str


@dataclass(frozen=True, slots=True)
class PenStatus:
    """STATUS of the pen: ``battery_percent`` None on mains, ``temperature_c100`` None if unknown."""

    pen_serial: str
    boot_id: int
    next_index: int
    battery_percent: int | None
    temperature_c100: int | None
    overruns: int


@dataclass(frozen=True, slots=True)
class LinkCounters:
    """What the link has seen since it was opened (samples, except where said)."""

    frames: int = 0
    crc_errors: int = 0  # frames
    resyncs: int = 0
    malformed: int = 0  # frames
    unknown_types: int = 0  # frames
    duplicates: int = 0
    lost: int = 0
    resent: int = 0
    bytes_read: int = 0
    frames_missed: int = 0  # skipped in the pen's own count; one that came late is in frames_reordered too
    frames_repeated: int = 0
    frames_reordered: int = 0
    samples: int = 0  # taken, each once
    asked: int = 0  # asked for again
    drift_ppm: float | None = None  # how much faster the pen's clock runs than the console's; None: not known yet
    latency_median_ms: float | None = None  # from bytes read to samples handed on, recent reads; None: no read
    latency_max_ms: float | None = None  # the same, since opened


@dataclass(frozen=True, slots=True)
class LinkNotice:
    """A change of the link: new state, why in one sentence, and which pen (None: none yet)."""

    state: LinkState
    reason: str
    port: str
    pen: PenDescription | None
    retries: int = 0
    other_pen: PenDescription | None = None  # another pen answers; refused until accepted
