"""The messages of Pen Link 1 as plain records, with pure functions to and from bytes.

Bodies, little-endian; ``text`` is a length byte and that many bytes of UTF-8::

    pen to console
    01 HELLO      boot_id u32, period_us u32, resend_samples u32, channels u16, needles u8,
                  model text, serial text, firmware text, cartridge text
    02 TELEMETRY  boot_id u32, first_index u32, t_us u64, n u8, n samples of 10 bytes
    03 EVENT      boot_id u32, t_us u64, code u8, value u32, detail text
    04 STATUS     boot_id u32, t_us u64, next_index u32, battery u8, temperature i16, overruns u32
    05 RESENT     as TELEMETRY
    06 ERROR      code u8, type u8, first_index u32, count u16, detail text
    console to pen
    81 IDENTIFY   empty
    82 STREAM     on u8
    83 RESEND     boot_id u32, first_index u32, count u16

A short body is malformed; bytes after a body's end are ignored (room for later versions).
"""

import struct
from dataclasses import dataclass
from enum import IntEnum

from console.domain.telemetry import SAMPLE_BYTES, PenDescription
from devices.framing import MAX_BODY_BYTES, WireFrame, encode_frame


class FrameType(IntEnum):
    """Every type of frame there is. None of them controls the pen."""

    HELLO = 0x01
    TELEMETRY = 0x02
    EVENT = 0x03
    STATUS = 0x04
    RESENT = 0x05
    ERROR = 0x06
    IDENTIFY = 0x81
    STREAM = 0x82
    RESEND = 0x83


class ErrorCode(IntEnum):
    """Codes of ERROR."""

    UNKNOWN_TYPE = 1
    NOT_HELD = 2
    BUSY = 3


class EventCode(IntEnum):
    """Codes of EVENT this version names; others are kept as they come."""

    BUTTON_PRESSED = 1
    BUTTON_RELEASED = 2
    CARTRIDGE_ATTACHED = 3
    CARTRIDGE_REMOVED = 4
    MOTOR_STARTED = 5
    MOTOR_STOPPED = 6
    FAULT = 7
    BATTERY_LOW = 8
    DIAL_MOVED = 9


class MalformedBody(ValueError):
    """A known type with too short a body."""


class UnknownType(ValueError):
    """A type this version does not know."""


@dataclass(frozen=True, slots=True)
class Hello:
    """Who the pen is; ``period_us`` is the sample period, ``needles`` 0 unknown."""

    boot_id: int
    period_us: int
    resend_samples: int
    channels: int
    needles: int
    model: str
    serial: str
    firmware: str
    cartridge: str


@dataclass(frozen=True, slots=True)
class Telemetry:
    """Samples as the wire's bytes, of one frame or several joined; ``t_us`` is the pen's time of the first."""

    boot_id: int
    first_index: int
    t_us: int
    count: int
    samples: bytes
    resent: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on the pen at ``t_us`` of its own clock."""

    boot_id: int
    t_us: int
    code: int
    value: int
    detail: str


@dataclass(frozen=True, slots=True)
class Status:
    """The heartbeat; ``battery`` percent (255 mains), ``temperature`` 0.01 °C (-32768 unknown)."""

    boot_id: int
    t_us: int
    next_index: int
    battery: int
    temperature: int
    overruns: int


@dataclass(frozen=True, slots=True)
class PenError:
    """A request the pen could not serve: its type and the range not served."""

    code: int
    request_type: int
    first_index: int
    count: int
    detail: str


@dataclass(frozen=True, slots=True)
class Identify:
    """Who are you?"""


@dataclass(frozen=True, slots=True)
class Stream:
    """Send samples from now on, or stop sending."""

    on: bool


@dataclass(frozen=True, slots=True)
class Resend:
    """Send these samples of this boot again."""

    boot_id: int
    first_index: int
    count: int


PenMessage = Hello | Telemetry | Event | Status | PenError
ConsoleMessage = Identify | Stream | Resend

_HELLO = struct.Struct("<IIIHB")
_TELEMETRY = struct.Struct("<IIQB")
_EVENT = struct.Struct("<IQBI")
_STATUS = struct.Struct("<IQIBhI")
_ERROR = struct.Struct("<BBIH")
_RESEND = struct.Struct("<IIH")
TELEMETRY_HEAD_BYTES = _TELEMETRY.size
MAX_FRAME_SAMPLES = (MAX_BODY_BYTES - _TELEMETRY.size) // SAMPLE_BYTES


def _put_text(text: str) -> bytes:
    raw = text.encode()[:255]
    raw = raw.decode(errors="ignore").encode()  # never half a character at the cut
    return bytes((len(raw),)) + raw


def _take_texts(body: bytes, offset: int, count: int) -> list[str]:
    texts = []
    for _ in range(count):
        if offset >= len(body):
            raise MalformedBody("a text is missing")
        end = offset + 1 + body[offset]
        if end > len(body):
            raise MalformedBody("a text is cut short")
        texts.append(body[offset + 1 : end].decode(errors="replace"))
        offset = end
    return texts


# --- pen to console -----------------------------------------------------------------------------


def decode_telemetry(body: bytes, resent: bool = False) -> Telemetry:
    """Decode TELEMETRY or RESENT; the samples stay bytes."""
    if len(body) < _TELEMETRY.size:
        raise MalformedBody("telemetry without its head")
    boot_id, first_index, t_us, count = _TELEMETRY.unpack_from(body)
    end = _TELEMETRY.size + count * SAMPLE_BYTES
    if len(body) < end:
        raise MalformedBody("telemetry with fewer samples than it says")
    return Telemetry(boot_id, first_index, t_us, count, body[_TELEMETRY.size : end], resent)


def _decode_hello(body: bytes) -> Hello:
    fixed = _HELLO.unpack_from(body)
    if not fixed[1]:
        raise MalformedBody("a sample period of nothing")
    return Hello(*fixed, *_take_texts(body, _HELLO.size, 4))


def _decode_event(body: bytes) -> Event:
    fixed = _EVENT.unpack_from(body)
    return Event(*fixed, *_take_texts(body, _EVENT.size, 1))


def _decode_status(body: bytes) -> Status:
    return Status(*_STATUS.unpack_from(body))


def _decode_error(body: bytes) -> PenError:
    fixed = _ERROR.unpack_from(body)
    return PenError(*fixed, *_take_texts(body, _ERROR.size, 1))


_PEN_DECODERS = {
    FrameType.HELLO: _decode_hello,
    FrameType.TELEMETRY: decode_telemetry,
    FrameType.EVENT: _decode_event,
    FrameType.STATUS: _decode_status,
    FrameType.RESENT: lambda body: decode_telemetry(body, resent=True),
    FrameType.ERROR: _decode_error,
}


def decode_pen_message(frame: WireFrame) -> PenMessage:
    """Give what the pen said; MalformedBody or UnknownType where it makes no sense."""
    decoder = _PEN_DECODERS.get(frame.type)  # type: ignore[call-overload]  # a plain int finds its enum
    if decoder is None:
        raise UnknownType(f"type 0x{frame.type:02x}")
    try:
        message: PenMessage = decoder(frame.body)
    except struct.error as too_short:
        raise MalformedBody(str(too_short)) from None
    return message


def describe(hello: Hello) -> PenDescription:
    """Turn a HELLO into the pen it speaks of."""
    return PenDescription(
        hello.model,
        hello.serial,
        hello.firmware,
        hello.boot_id,
        hello.period_us,
        hello.resend_samples,
        hello.channels,
        hello.needles,
        hello.cartridge,
    )


def _telemetry_body(message: Telemetry) -> bytes:
    head = _TELEMETRY.pack(message.boot_id, message.first_index, message.t_us, message.count)
    return head + message.samples


def encode_pen_message(message: PenMessage, seq: int) -> bytes:
    """Give the frame a pen would send."""
    match message:
        case Hello():
            fixed = _HELLO.pack(
                message.boot_id, message.period_us, message.resend_samples, message.channels, message.needles
            )
            texts = (message.model, message.serial, message.firmware, message.cartridge)
            return encode_frame(FrameType.HELLO, seq, fixed + b"".join(map(_put_text, texts)))
        case Telemetry():
            kind = FrameType.RESENT if message.resent else FrameType.TELEMETRY
            return encode_frame(kind, seq, _telemetry_body(message))
        case Event():
            fixed = _EVENT.pack(message.boot_id, message.t_us, message.code, message.value)
            return encode_frame(FrameType.EVENT, seq, fixed + _put_text(message.detail))
        case Status():
            return encode_frame(FrameType.STATUS, seq, _status_body(message))
        case PenError():
            fixed = _ERROR.pack(message.code, message.request_type, message.first_index, message.count)
            return encode_frame(FrameType.ERROR, seq, fixed + _put_text(message.detail))


def _status_body(message: Status) -> bytes:
    return _STATUS.pack(
        message.boot_id, message.t_us, message.next_index, message.battery, message.temperature, message.overruns
    )


# --- console to pen -----------------------------------------------------------------------------


def encode_console_message(message: ConsoleMessage, seq: int) -> bytes:
    """Give the frame the console sends: one of three, and none that controls."""
    match message:
        case Identify():
            return encode_frame(FrameType.IDENTIFY, seq, b"")
        case Stream():
            return encode_frame(FrameType.STREAM, seq, bytes((message.on,)))
        case Resend():
            body = _RESEND.pack(message.boot_id, message.first_index, message.count)
            return encode_frame(FrameType.RESEND, seq, body)


def decode_console_message(frame: WireFrame) -> ConsoleMessage:
    """Give what the console asked (the simulated pen's side); raises as ``decode_pen_message``."""
    match frame.type:
        case FrameType.IDENTIFY:
            return Identify()
        case FrameType.STREAM:
            if not frame.body:
                raise MalformedBody("STREAM says neither on nor off")
            return Stream(frame.body[0] != 0)
        case FrameType.RESEND:
            if len(frame.body) < _RESEND.size:
                raise MalformedBody("RESEND without its range")
            return Resend(*_RESEND.unpack_from(frame.body))
    raise UnknownType(f"type 0x{frame.type:02x}")
