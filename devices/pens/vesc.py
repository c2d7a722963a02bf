"""A handpiece on a VESC motor controller: asked for its values fifty times a second, read only.

A frame is ``02 length`` or ``03 length length`` (big-endian), the payload, CRC-16/XMODEM of the payload
big-endian, ``03``. COMM_GET_VALUES (4) answers with the motor's current and *electrical* rpm. Answers
bear no number: one request is under way at a time, and one that stays unanswered is a missing sample.
"""

import struct
from dataclasses import dataclass

from console.domain.telemetry import NO_CONTACT_FLAG, NOT_MEASURED, LinkCounters, Sample, SampleFlag
from devices.checksums import crc16_xmodem
from devices.clock_map import Moment
from devices.messages import ConsoleMessage, Identify, PenMessage, Stream
from devices.pens.records import LineCounts, Record
from devices.pens.translator import Translator
from devices.profile import PenProfile, VescLayout

ASK_VERSION, ASK_VALUES = 0, 4
_LONGEST_PAYLOAD = 512
_ANSWER_LIMIT_S = 0.1
_IDLE_EVERY_S = 0.5
# Where in the payload: newer firmware has two temperatures before the currents, older has seven. The change
# came in the course of version 3; there, and where no version was told, only the older answer's length tells.
_NEW_HEAD, _OLD_HEAD = struct.Struct(">x4xiixxxx4x2xi"), struct.Struct(">x14xii2xi")
_NEW_FAULT, _OLD_FAULT = 53, 55
_OLD_LENGTH = 56
_OLD_BEFORE, _NEW_FROM = (3, 0), (3, 33)
_RATE_AND_LOAD_AND_FLAGS = 0b11100 | NO_CONTACT_FLAG


def encode_request(command: int) -> bytes:
    """Give the frame of a request without arguments."""
    payload = bytes((command,))
    return b"\x02\x01" + payload + crc16_xmodem(payload).to_bytes(2, "big") + b"\x03"


class VescFrames:
    """Cuts bytes into payloads; what is no frame is let go byte by byte."""

    def __init__(self, counts: LineCounts) -> None:
        self.counts = counts
        self.start_over()

    def start_over(self) -> None:
        """Forget half a frame."""
        self._rest = b""
        self._stumbled = False

    def feed(self, received: bytes) -> list[bytes]:
        """Give the payloads the bytes complete."""
        self.counts.bytes_read += len(received)
        stream, at = self._rest + received, 0
        payloads = []
        while at < len(stream):
            size = self._size(stream, at)
            if size is None:
                break
            if size and self._holds(stream, at, size):
                payloads.append(self._payload(stream, at, size))
                at += size
            else:
                at += 1
        self._rest = stream[at:]
        return payloads

    def doubt(self) -> None:
        """No answer came in time: what looks like the beginning of a frame may be none."""
        self._rest = self._rest[1:]

    @staticmethod
    def _size(stream: bytes, at: int) -> int | None:
        """Give the length of the frame that may begin here; 0: none can, None: too little is there."""
        start = stream[at]
        if start not in (2, 3):
            return 0
        if len(stream) - at < start:
            return None
        length = int.from_bytes(stream[at + 1 : at + start], "big")
        if not 0 < length <= _LONGEST_PAYLOAD:
            return 0
        size = start + length + 3
        return size if len(stream) - at >= size else None

    def _holds(self, stream: bytes, at: int, size: int) -> bool:
        if stream[at + size - 1] != 3:
            return False
        said = int.from_bytes(stream[at + size - 3 : at + size - 1], "big")
        if crc16_xmodem(stream[at + stream[at] : at + size - 3]) == said:
            return True
        if not self._stumbled:
            self.counts.damaged += 1
        self._stumbled = True
        return False

    def _payload(self, stream: bytes, at: int, size: int) -> bytes:
        self.counts.records += 1
        self.counts.resyncs += self._stumbled
        self._stumbled = False
        return stream[at + stream[at] : at + size - 3]


@dataclass(frozen=True, slots=True)
class MotorValues:
    """What GET_VALUES says of the motor: currents in 0.01 A, electrical rpm, the controller's fault code."""

    motor_ca: int
    input_ca: int
    electrical_rpm: int
    fault: int


def _is_old(payload: bytes, firmware: tuple[int, int] | None) -> bool:
    if firmware is None or _OLD_BEFORE <= firmware < _NEW_FROM:
        return len(payload) == _OLD_LENGTH
    return firmware < _OLD_BEFORE


def read_values(payload: bytes, firmware: tuple[int, int] | None = None) -> MotorValues | None:
    """Read an answer to GET_VALUES; bytes behind what is known are left. None: too short.

    ``firmware`` is the version the controller told, None where it did not.
    """
    old = _is_old(payload, firmware)
    head, fault_at = (_OLD_HEAD, _OLD_FAULT) if old else (_NEW_HEAD, _NEW_FAULT)
    if len(payload) < head.size or payload[0] != ASK_VALUES:
        return None
    motor_ca, input_ca, rpm = head.unpack_from(payload)
    return MotorValues(motor_ca, input_ca, rpm, payload[fault_at] if len(payload) > fault_at else 0)


class VescDriver:
    """Fulfils ``devices.driver.PenDriver``; it can ask for the firmware's version and for values, no more."""

    knows_restarts = False

    def __init__(self, profile: PenProfile, layout: VescLayout) -> None:
        self.patience_s = profile.patience_s
        self._layout, self._period_s = layout, profile.period_us / 1e6
        self._counts = LineCounts()
        self._frames = VescFrames(self._counts)
        self._translator = Translator(profile, self._counts, channels=_RATE_AND_LOAD_AND_FLAGS)
        self._streaming = self._wants_version = False
        self._outgoing = b""
        self._opened_s = self._due_s = 0.0
        self._asked_s: float | None = None  # when the request under way was sent
        self._asked = 0
        self._firmware: tuple[int, int] | None = None

    def start_over(self, place: str, moment: Moment) -> None:
        """Begin anew on a fresh connection."""
        self._frames.start_over()
        self._translator.start_over(place)
        self._outgoing, self._asked_s, self._asked, self._firmware = b"", None, 0, None
        self._opened_s = self._due_s = moment.steady_s
        self._streaming, self._wants_version = False, True

    def ask(self, message: ConsoleMessage) -> None:
        """Poll fast while samples are wanted, slowly else, so that a lost pen is noticed."""
        if isinstance(message, Identify):
            self._translator.who()
        elif isinstance(message, Stream):
            if message.on and not self._streaming:
                self._due_s = float("-inf")
            self._streaming = message.on

    def take_outgoing(self, moment: Moment) -> bytes:
        """Give the next request when it is due and the one before was answered or given up."""
        now_s = moment.steady_s
        if self._asked_s is not None and now_s - self._asked_s < _ANSWER_LIMIT_S:
            return b""
        if now_s < self._due_s:
            return b""
        if self._asked_s is not None:
            self._frames.doubt()
        every_s = self._period_s if self._streaming else _IDLE_EVERY_S
        # Late by more than a period, the beat starts anew: requests are never made up for.
        self._due_s = self._due_s + every_s if now_s - self._due_s < every_s else now_s + every_s
        self._asked_s, self._asked = now_s, self._asked + 1
        version, self._wants_version = self._wants_version, False
        return (encode_request(ASK_VERSION) if version else b"") + encode_request(ASK_VALUES)

    def drop_outgoing(self) -> None:
        """Forget the request under way: its connection is gone."""
        self._asked_s = None

    def feed(self, received: bytes, moment: Moment) -> list[PenMessage]:
        """Give what the answers say."""
        for payload in self._frames.feed(received):
            if payload[0] == ASK_VERSION and len(payload) >= 3:
                self._firmware = payload[1], payload[2]
                self._translator.take(Record(firmware=f"{payload[1]}.{payload[2]:02d}"), moment)
            elif (values := read_values(payload, self._firmware)) is not None:
                self._take(values, moment)
            else:
                self._counts.ignored += 1
        return self._translator.speak(moment)

    def _take(self, values: MotorValues, moment: Moment) -> None:
        asked_s, self._asked_s = self._asked_s, None
        if asked_s is None:
            self._counts.ignored += 1  # an answer given up on before, or nobody's
            return
        time_us = max(0, round((asked_s - self._opened_s) * 1e6))
        self._translator.take(Record(self._sample(values), self._asked, time_us), moment)

    def _sample(self, values: MotorValues) -> Sample:
        layout = self._layout
        strokes_chz = abs(values.electrical_rpm) / layout.pole_pairs / 60 * layout.strokes_per_turn * 100
        load_ma = abs(values.motor_ca if layout.current == "motor" else values.input_ca) * 10
        flags = SampleFlag.FAULT if values.fault else SampleFlag(0)
        if strokes_chz > layout.running_above_chz:
            flags |= SampleFlag.MOTOR_RUNNING
        return Sample(NOT_MEASURED, NOT_MEASURED, self._in_range(strokes_chz), self._in_range(load_ma), int(flags))

    def _in_range(self, house: float) -> int:
        if house < NOT_MEASURED - 0.5:
            return round(house)
        self._counts.absurd += 1
        return NOT_MEASURED

    def tick(self, moment: Moment) -> list[PenMessage]:
        """Give nothing: only answers make words."""
        return []

    @property
    def heard(self) -> int:
        """How many whole frames came."""
        return self._counts.records

    @property
    def damaged(self) -> int:
        """How many frames failed their check."""
        return self._counts.damaged

    @property
    def foreign_version(self) -> int:
        """Any firmware that answers GET_VALUES will do."""
        return 0

    def counts(self) -> LinkCounters:
        """Give what was seen on the line."""
        return self._translator.link_counts()


def make_driver(profile: PenProfile) -> VescDriver:
    """Give the driver of a pen on a VESC."""
    if not isinstance(profile.layout, VescLayout):
        raise TypeError(f"{profile.pen_id} has no motor described")
    return VescDriver(profile, profile.layout)
