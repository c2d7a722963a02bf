"""Other words than Pen Link in the simulated pen's mouth, so that profiles can be tried without hardware.

Each is what the example profile of the same name in ``resources/pens`` reads: text lines, binary
records, or the answers of a VESC motor controller. Such a pen streams from power-up and says
nothing of lost samples; what it is asked, a VESC alone answers.
"""

import binascii
import json
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import reduce

from console.domain.telemetry import SAMPLE_BYTES, SampleFlag, unpack_samples
from devices.messages import Hello, PenMessage, Telemetry

PEN_LINK = "pen-link"
_POLE_PAIRS = 7
_FIRMWARE, _VALUES = b"\x00", b"\x04"  # what is asked of a VESC
_LONGEST_REQUEST = 512


@dataclass(frozen=True, slots=True)
class _Spoken:
    """One sample to be said."""

    index: int
    t_us: int
    set_um: int
    depth_um: int
    rate_chz: int
    load_ma: int
    flags: int
    serial: str
    battery: int

    @property
    def motor(self) -> bool:
        return bool(self.flags & SampleFlag.MOTOR_RUNNING)

    @property
    def contact(self) -> bool:
        return bool(self.flags & SampleFlag.SKIN_CONTACT)

    @property
    def state(self) -> int:
        return self.motor + 2 * self.contact


def _csv(one: _Spoken) -> bytes:
    return (f"{one.index},{one.set_um},{one.depth_um},{one.rate_chz / 100:.2f},{one.load_ma},"
            f"{one.motor:d},{one.contact:d},{one.battery}\r\n").encode()


def _key_value(one: _Spoken) -> bytes:
    body = (f"n={one.index} set={one.set_um / 1000:.3f} depth={one.depth_um / 1000:.3f} rate={one.rate_chz / 100:.2f} "
            f"load={one.load_ma / 1000:.3f} state={one.state}").encode()
    return b"$%s*%02X\r\n" % (body, reduce(lambda sum_, byte: sum_ ^ byte, body))


def _json(one: _Spoken) -> bytes:
    return json.dumps({
        "t": one.t_us / 1000, "set": one.set_um / 1000, "depth": one.depth_um / 1000, "contact": one.contact,
        "motor": {"on": one.motor, "rpm": one.rate_chz * 60 / 100, "current": one.load_ma / 1000},
        "battery": one.battery / 100, "pen": {"serial": one.serial}}).encode() + b"\n"


def _teleplot(one: _Spoken) -> bytes:
    return (f">depth:{one.depth_um}§um\n>rate:{one.rate_chz / 100:.2f}§Hz\n>load:{one.load_ma}§mA\n"
            f">contact:{one.contact:d}\n").encode()


def _struct(one: _Spoken) -> bytes:
    body = struct.pack("<IHHHHB", one.index, one.set_um, one.depth_um, one.rate_chz, one.load_ma, one.state)
    return b"\xaa\x55" + body + struct.pack("<H", binascii.crc_hqx(body, 0))


_SAY: dict[str, tuple[Callable[[_Spoken], bytes], int]] = {  # and how often, in Hz
    "csv": (_csv, 50), "key-value": (_key_value, 50), "json": (_json, 50), "teleplot": (_teleplot, 50),
    "struct": (_struct, 250), "vesc": (lambda one: b"", 250),
}
SPEECHES = (PEN_LINK, *_SAY)


def usual_rate_hz(speech: str, pen_link_hz: int) -> int:
    """Give how often a pen of this speech samples where nobody says otherwise."""
    return pen_link_hz if speech == PEN_LINK else _SAY[speech][1]


@dataclass(slots=True)
class ForeignSpeech:
    """What a pen says instead of Pen Link."""

    name: str
    serial: str = ""
    _last: _Spoken | None = field(default=None, init=False)
    _heard: bytearray = field(default_factory=bytearray, init=False)

    def words(self, message: PenMessage, battery: int) -> bytes:
        """Give the bytes for what the pen wants to say; empty where this speech has no word for it."""
        if isinstance(message, Hello):
            self.serial = message.serial
            return self._greeting(message)
        if not isinstance(message, Telemetry) or message.resent:
            return b""
        say, _ = _SAY[self.name]
        out = b""
        for number, sample in enumerate(unpack_samples(message.samples[: message.count * SAMPLE_BYTES])):
            self._last = _Spoken(
                message.first_index + number, message.t_us, sample.set_depth_um or 0, sample.depth_um or 0,
                sample.rate_chz or 0, sample.load_ma or 0, sample.flags, self.serial, battery)
            out += say(self._last)
        return out

    def _greeting(self, hello: Hello) -> bytes:
        if self.name == "csv":
            return b"n,set_um,depth_um,rate_hz,load_ma,motor,contact,battery\r\n"
        if self.name == "key-value":
            return f"# pen {hello.serial} firmware {hello.firmware}\r\n".encode()
        return b""

    def hear(self, received: bytes) -> bytes:
        """Give a VESC's answers; every other speech is deaf."""
        if self.name != "vesc":
            return b""
        self._heard += received
        del self._heard[:-_LONGEST_REQUEST]
        answers, look_from = b"", 0
        while (start := self._heard.find(2, look_from)) >= 0:
            end = start + 5 + (self._heard[start + 1] if start + 1 < len(self._heard) else _LONGEST_REQUEST)
            payload, check = bytes(self._heard[start + 2 : end - 3]), self._heard[end - 3 : end - 1]
            if end <= len(self._heard) and binascii.crc_hqx(payload, 0).to_bytes(2, "big") == check:
                del self._heard[:end]
                answers, look_from = answers + self._answer(payload), 0
            else:
                look_from = start + 1
        return answers

    def _answer(self, payload: bytes) -> bytes:
        if payload == _FIRMWARE:
            return _vesc_frame(b"\x00\x06\x02Simulated\x00")
        if payload == _VALUES and self._last is not None:
            return _vesc_frame(_vesc_values(self._last))
        return b""


def _vesc_frame(payload: bytes) -> bytes:
    return bytes((2, len(payload))) + payload + struct.pack(">H", binascii.crc_hqx(payload, 0)) + b"\x03"


def _vesc_values(one: _Spoken) -> bytes:
    """COMM_GET_VALUES: two temperatures, four currents, duty, electrical rpm, volts, counters, fault, position, id."""
    erpm, current = round(one.rate_chz * 60 * _POLE_PAIRS / 100), one.load_ma // 10
    return _VALUES + struct.pack(
        ">2h4ihi h4i2i B iB", 312, 305, current, current // 2, 0, current, 500, erpm, 120, *(0,) * 6, 0, 0, 1)
