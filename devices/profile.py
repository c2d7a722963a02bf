"""A pen profile's part that the link needs: how a pen that speaks something else is read.

The part on its label is ``console.services``'. Read from TOML by ``devices.profile_reader``; the keys
are explained in docs/pen-profiles.md.
"""

from dataclasses import dataclass
from enum import StrEnum

from devices.byte_port import PLAIN_LINE, LineSettings
from devices.checksums import Checksum


class Channel(StrEnum):
    """What a field of a pen's line or record can be."""

    SET_DEPTH = "set_depth"
    DEPTH = "depth"
    RATE = "rate"
    LOAD = "load"
    MOTOR = "motor"
    CONTACT = "contact"
    BUTTON = "button"
    CARTRIDGE = "cartridge"
    FAULT = "fault"
    BATTERY = "battery"
    COUNTER = "counter"
    TIME = "time"
    SERIAL = "serial"
    FIRMWARE = "firmware"
    CARTRIDGE_ID = "cartridge_id"


MEASURED = (Channel.SET_DEPTH, Channel.DEPTH, Channel.RATE, Channel.LOAD)  # in the order of a sample
FLAGS = {Channel.MOTOR: 1, Channel.CONTACT: 2, Channel.BUTTON: 4, Channel.CARTRIDGE: 8, Channel.FAULT: 16}
TEXTS = (Channel.SERIAL, Channel.FIRMWARE, Channel.CARTRIDGE_ID)

_DEPTH_UNITS = {"um": 1.0, "µm": 1.0, "μm": 1.0, "mm": 1e3, "cm": 1e4, "m": 1e6, "in": 25_400.0, "mil": 25.4}
# Unit -> what it is in the house's: µm, strokes/s x 100, mA, percent, µs.
UNITS: dict[Channel, dict[str, float]] = {
    Channel.SET_DEPTH: _DEPTH_UNITS,
    Channel.DEPTH: _DEPTH_UNITS,
    Channel.RATE: {
        "hz": 100.0, "1/s": 100.0, "chz": 1.0, "khz": 1e5, "rpm": 100 / 60, "spm": 100 / 60, "1/min": 100 / 60},
    Channel.LOAD: {"ma": 1.0, "a": 1e3, "ua": 1e-3, "µa": 1e-3},
    Channel.BATTERY: {"%": 1.0, "percent": 1.0},
    Channel.TIME: {"us": 1.0, "µs": 1.0, "μs": 1.0, "ms": 1e3, "s": 1e6},
}


class LineFormat(StrEnum):
    """How a line of text is laid out."""

    DELIMITED = "delimited"
    KEY_VALUE = "key_value"
    JSON = "json"
    TELEPLOT = "teleplot"


@dataclass(frozen=True, slots=True)
class FieldRule:
    """One field and what it becomes: ``(number * scale + offset)`` in ``unit``.

    ``name`` is the column's heading, key, path or variable; ``column`` its place from 0 instead. A flag
    is set where the number is not 0, or its ``bit`` is set, or it lies ``above`` a limit.
    """

    channel: Channel
    name: str = ""
    column: int | None = None
    unit: str = ""
    scale: float = 1.0
    offset: float = 0.0
    bit: int | None = None
    above: float | None = None
    inverted: bool = False
    derived: bool = False  # a depth worked out from the dial, not measured


@dataclass(frozen=True, slots=True)
class LineCheck:
    """A checksum at a line's end, in hexadecimal or decimal digits behind ``mark``."""

    kind: Checksum
    mark: str = "*"
    start: str = ""  # what stands before the checked part
    decimal: bool = False


@dataclass(frozen=True, slots=True)
class LineLayout:
    """How a pen's lines are read. Lengths in bytes."""

    format: LineFormat
    delimiter: str = ""  # empty: a comma for columns, any usual sign for pairs
    header: bool = False
    columns: tuple[str, ...] = ()
    assign: str = "="
    prefix: str = ""
    comment: str = "#"
    decimal: str = "."
    longest: int = 1_024
    check: LineCheck | None = None
    identity_line: str = ""
    opens: str = ""  # Teleplot: the variable each sample begins with


@dataclass(frozen=True, slots=True)
class StructField:
    """One piece of a record: its name and its type's letter in ``struct``; pads have no name."""

    name: str
    code: str


@dataclass(frozen=True, slots=True)
class StructLayout:
    """How a pen's fixed records are read: sync, fields, checksum, end."""

    sync: bytes
    order: str  # < or >
    fields: tuple[StructField, ...]
    check: Checksum | None = None
    check_order: str = "<"
    check_with_sync: bool = False
    end: bytes = b""


@dataclass(frozen=True, slots=True)
class VescLayout:
    """How a VESC motor controller is polled and read."""

    pole_pairs: int
    strokes_per_turn: float = 1.0
    current: str = "motor"  # or input
    running_above_chz: int = 100


Layout = LineLayout | StructLayout | VescLayout


@dataclass(frozen=True, slots=True)
class PenProfile:
    """How one pen is reached and read. ``period_us`` is the time between samples."""

    pen_id: str
    name: str
    kind: str
    model: str
    needles: int = 0
    example: bool = False
    line: LineSettings = PLAIN_LINE
    usb_ids: tuple[tuple[int, int], ...] = ()
    period_us: int = 20_000
    patience_s: float = 5.0
    counter_span: int | None = None
    serial: str = ""  # said by the profile itself, for the one pen it is of
    fields: tuple[FieldRule, ...] = ()
    layout: Layout | None = None

    def maps(self, *channels: Channel) -> bool:
        """Tell whether any of these is read."""
        return any(rule.channel in channels for rule in self.fields)


PEN_LINK = PenProfile("pen-link", "Pen Link 1", "pen-link", "")
MANUAL = PenProfile("manual", "No pen", "manual", "")
