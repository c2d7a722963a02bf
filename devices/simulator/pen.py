"""A pen without hardware that speaks exactly the bytes of Pen Link 1; no port, no thread, no clock.

Time goes in (seconds of the pen's life), the console's bytes go in, frames come out.
"""

import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from console.domain.telemetry import SAMPLE_BYTES, SAMPLE_STRUCT
from devices.framing import FrameReader, WireFrame, encode_frame
from devices.messages import (
    ErrorCode,
    Event,
    EventCode,
    FrameType,
    Hello,
    Identify,
    MalformedBody,
    PenError,
    PenMessage,
    Resend,
    Status,
    Stream,
    Telemetry,
    UnknownType,
    decode_console_message,
    encode_pen_message,
)
from devices.simulator.faults import SPOKEN_FAULTS, Fault, FaultyLine, OutFrame, Strikes, Timeline
from devices.simulator.physics import Dial, Hand, PenBody
from devices.simulator.speech import PEN_LINK, ForeignSpeech

_STATUS_S = 1.0
_RESENT_FRAME_SAMPLES = 50
_ABSURD = SAMPLE_STRUCT.pack(60_000, 61_000, 65_000, 64_000, 0xFFFF)
_SPIKE_UM = 2_900
_NOISE_S = 0.05  # commanded noise comes in pieces this far apart
_ROOM_TEMPERATURE_C100 = 3_120


@dataclass(frozen=True, slots=True)
class PenMake:
    """What kind of pen it is; ``resend_samples`` is its memory, ``frame_samples`` samples a frame."""

    model: str = "Aria M1"
    serial: str = "A1-000042"
    firmware: str = "1.4.0"
    rate_hz: int = 250
    resend_samples: int = 15_000
    needles: int = 12
    channels: int = 0x1F
    cartridge: str = "CART-77"
    frame_samples: int = 10
    depth_um: int = 1_000
    strokes_hz: float = 117.0
    speaks: str = PEN_LINK

    @property
    def period_us(self) -> int:
        """Give the sample period in microseconds."""
        return 1_000_000 // self.rate_hz


@dataclass(slots=True)
class _Boot:
    """One power-up: its samples since, the last of them held."""

    boot_id: int
    next_index: int = 0
    lived_s: float = 0.0
    status_s: float = _STATUS_S
    streaming: bool = False
    overruns: int = 0
    held: deque[bytes | None] = field(default_factory=deque)  # None: lost by the pen itself
    waiting: list[bytes] = field(default_factory=list)  # of the frame being filled
    waiting_from: int = 0


class SimulatedPen:
    """One pen on its way through a timeline of faults."""

    def __init__(
        self, make: PenMake, seed: int = 1, faults: Sequence[Fault] = (), repeat_s: float = 0.0
    ) -> None:
        self.make = make
        self._chance = random.Random(seed)
        self.line = FaultyLine(random.Random(seed + 1))
        self.hand = Hand(random.Random(seed + 2))
        self.body = PenBody(random.Random(seed + 3), Dial(make.depth_um, make.strokes_hz), self.hand)
        self.body.cartridge = make.cartridge
        self._timeline = Timeline(faults, repeat_s)
        self._strikes = Strikes(random.Random(seed + 4))
        self.life_s = 0.0
        self.battery = 87
        self._stall_s = self._freeze_s = self._flood_s = self._unplug_s = self._power_up_s = 0.0
        self._times = 1.0  # as fast it lives in a flood
        self._noise_s = self._noise_until_s = 0.0
        self._noise_bytes = 0
        self._absurd_frame = False
        self._powered = False
        self._seq = 0
        self._out: list[OutFrame] = []
        self._foreign = ForeignSpeech(make.speaks) if make.speaks != PEN_LINK else None
        self._reader = FrameReader()
        self.boot = self._new_boot()

    # --- time -----------------------------------------------------------------------------------

    def advance(self, life_s: float) -> None:
        """Live on to ``life_s`` seconds since the pen was made; faults strike on their way."""
        while fault := self._timeline.take_due(life_s):
            self._live_until(fault.at_s)
            self.strike(fault)
        self._live_until(life_s)
        self._make_noise()

    def _live_until(self, life_s: float) -> None:
        if not self._powered and life_s >= self._power_up_s:
            self._power_up(max(self.life_s, self._power_up_s))
        calm_from_s = max(self.life_s, min(life_s, self._flood_s))
        step_s = (calm_from_s - self.life_s) * self._times + (life_s - calm_from_s)
        self.life_s = max(self.life_s, life_s)
        if not self._powered:
            return
        boot = self.boot
        boot.lived_s += max(0.0, step_s)
        period_us = self.make.period_us
        while (boot.next_index + 1) * period_us <= boot.lived_s * 1e6:
            self._take_sample(boot, period_us)
            if self._pen_time_us(boot) >= boot.status_s * 1e6:
                boot.status_s += _STATUS_S
                self._say_status(boot)

    def _pen_time_us(self, boot: _Boot) -> int:
        return boot.next_index * self.make.period_us

    def _take_sample(self, boot: _Boot, period_us: int) -> None:
        at_s = boot.next_index * period_us / 1e6
        sample = self.body.sample(at_s, period_us / 1e6)
        if boot.streaming:
            if not boot.waiting:
                boot.waiting_from = boot.next_index
                self._absurd_frame = self._strikes.hits("absurd", self.life_s)
            sample = self._spoilt(sample)
        self._hold(boot, sample)
        if boot.streaming:
            boot.waiting.append(sample)
            if len(boot.waiting) >= self.make.frame_samples:
                self._say_waiting(boot)

    def _spoilt(self, sample: bytes) -> bytes:
        if self._absurd_frame:
            return _ABSURD
        if self._strikes.hits("spike", self.life_s):
            set_depth_um, _, *others = SAMPLE_STRUCT.unpack(sample)
            return SAMPLE_STRUCT.pack(set_depth_um, _SPIKE_UM, *others)
        return sample

    def _make_noise(self) -> None:
        while self._noise_s < min(self.life_s, self._noise_until_s):
            self._noise_s += _NOISE_S
            self._out.append(self.line.noise(self._noise_bytes))

    def _hold(self, boot: _Boot, sample: bytes | None) -> None:
        boot.next_index += 1
        boot.held.append(sample)
        while len(boot.held) > self.make.resend_samples:
            boot.held.popleft()

    # --- what it says ---------------------------------------------------------------------------

    def take_outgoing(self) -> list[OutFrame]:
        """Give the frames that leave the pen, faults of the line applied."""
        leaving, self._out = self._out, []
        if not self.plugged or self.life_s < self._freeze_s:
            return []
        leaving = [frame for frame in leaving if frame.wire]
        return [carried for frame in leaving for carried in self.line.carry(frame, self.life_s)]

    @property
    def plugged(self) -> bool:
        """Whether the cable is in."""
        return self.life_s >= self._unplug_s

    def _say(self, message: PenMessage, samples: tuple[int, int] | None = None) -> None:
        wire = self._words(message)
        if samples and self._strikes.hits("version", self.life_s):
            wire = encode_frame(FrameType.TELEMETRY, self._seq, b"\0" * 20, version=2)
        self._seq = (self._seq + 1) & 0xFFFF
        self._out.append(OutFrame(wire, samples is not None, self.boot.boot_id, samples or (0, 0)))

    def _words(self, message: PenMessage) -> bytes:
        if self._foreign is not None:
            return self._foreign.words(message, self.battery)
        return encode_pen_message(message, self._seq)

    def _say_hello(self) -> None:
        make = self.make
        self._say(
            Hello(
                self.boot.boot_id,
                make.period_us,
                make.resend_samples,
                make.channels,
                make.needles,
                make.model,
                make.serial,
                make.firmware,
                self.body.cartridge,
            )
        )

    def _say_waiting(self, boot: _Boot) -> None:
        first, samples = boot.waiting_from, b"".join(boot.waiting)
        boot.waiting = []
        count = len(samples) // SAMPLE_BYTES
        if self.life_s < self._stall_s:
            return
        t_us = (first + 1) * self.make.period_us
        self._say(Telemetry(boot.boot_id, first, t_us, count, samples), (first, first + count))

    def _say_status(self, boot: _Boot) -> None:
        t_us = self._pen_time_us(boot)
        self._say(
            Status(boot.boot_id, t_us, boot.next_index, self.battery, _ROOM_TEMPERATURE_C100, boot.overruns)
        )

    def _say_event(self, code: int, value: int = 0, detail: str = "") -> None:
        if self._powered:
            self._say(Event(self.boot.boot_id, round(self.boot.lived_s * 1e6), code, value, detail))

    # --- what it hears --------------------------------------------------------------------------

    def receive(self, received: bytes) -> None:
        """Take bytes from the console."""
        if not self.plugged or not self._powered or self.life_s < self._freeze_s:
            return
        if self._foreign is not None:
            self._out.append(OutFrame(self._foreign.hear(received)))
            return
        for frame in self._reader.feed(received):
            self._answer(frame)

    def _answer(self, frame: WireFrame) -> None:
        try:
            request = decode_console_message(frame)
        except MalformedBody:
            return
        except UnknownType:
            self._say(PenError(ErrorCode.UNKNOWN_TYPE, frame.type, 0, 0, "unknown type"))
            return
        match request:
            case Identify():
                self._say_hello()
            case Stream():
                if request.on and not self.boot.streaming:
                    self.boot.waiting = []
                self.boot.streaming = request.on
            case Resend():
                self._resend(request)

    def _resend(self, request: Resend) -> None:
        boot = self.boot
        held_from = boot.next_index - len(boot.held)
        index, end = request.first_index, request.first_index + request.count
        while index < end:
            held = request.boot_id == boot.boot_id and held_from <= index < boot.next_index
            there = held and boot.held[index - held_from] is not None
            stop = self._same_until(request, index, there)
            if there:
                self._say_resent(boot, index, stop, held_from)
            else:
                self._say(
                    PenError(ErrorCode.NOT_HELD, FrameType.RESEND, index, stop - index, "no longer held")
                )
            index = stop

    def _same_until(self, request: Resend, index: int, there: bool) -> int:
        boot, end = self.boot, request.first_index + request.count
        held_from = boot.next_index - len(boot.held)
        if request.boot_id != boot.boot_id:
            return end
        while index < end:
            held = held_from <= index < boot.next_index
            if (held and boot.held[index - held_from] is not None) != there:
                break
            index += 1
        return index

    def _say_resent(self, boot: _Boot, first: int, end: int, held_from: int) -> None:
        while first < end:
            stop = min(end, first + _RESENT_FRAME_SAMPLES)
            held = [boot.held[index - held_from] or b"" for index in range(first, stop)]
            t_us = (first + 1) * self.make.period_us
            self._say(Telemetry(boot.boot_id, first, t_us, stop - first, b"".join(held), resent=True))
            first = stop

    # --- power ----------------------------------------------------------------------------------

    def _new_boot(self) -> _Boot:
        return _Boot(self._chance.getrandbits(32))

    def _power_up(self, at_s: float) -> None:
        self._powered = True
        self.life_s = at_s
        self.boot.streaming = self._foreign is not None  # such a pen waits for nobody's request
        self._say_hello()

    def _power_down(self, for_s: float) -> None:
        self._powered = False
        self._power_up_s = self.life_s + for_s
        self.boot = self._new_boot()
        self._seq = 0
        self._out.clear()
        self._reader = FrameReader()

    # --- the hand on it -------------------------------------------------------------------------

    def set_motor(self, on: bool) -> None:
        """The person switches the motor; no frame of the console ever does."""
        if on != self.body.motor_on:
            self.body.motor_on = on
            self._say_event(EventCode.MOTOR_STARTED if on else EventCode.MOTOR_STOPPED)

    def set_dial(self, depth_um: int) -> None:
        """The person turns the depth dial."""
        self.body.dial.depth_um = depth_um
        self._say_event(EventCode.DIAL_MOVED, depth_um)

    def set_button(self, held: bool) -> None:
        """The person presses or lets go the button."""
        self.body.button_held = held
        self._say_event(EventCode.BUTTON_PRESSED if held else EventCode.BUTTON_RELEASED)

    def set_cartridge(self, cartridge: str) -> None:
        """The person takes the cartridge off and puts another on (none: only off)."""
        if self.body.cartridge:
            self._say_event(EventCode.CARTRIDGE_REMOVED)
        self.body.cartridge = cartridge
        if cartridge:
            self._say_event(EventCode.CARTRIDGE_ATTACHED, self.make.needles, cartridge)

    def press_deeper(self, depth_um: int, for_s: float) -> None:
        """The measured depth goes where it should not, for a while."""
        self.body.dial.forced_um = depth_um
        self.body.dial.forced_until_s = self.boot.lived_s + for_s

    # --- faults ---------------------------------------------------------------------------------

    def strike(self, fault: Fault) -> None:
        """Let a fault begin now."""
        until_s = self.life_s + fault.for_s
        match fault.name:
            case "stall":
                self._stall_s = until_s
            case "freeze":
                self._freeze_s = until_s
            case "flood":
                self._flood_s, self._times = until_s, fault.amount
            case "unplug":
                self._unplug_s = until_s
            case "stuck":
                self.body.stuck_until_s = self.boot.lived_s + fault.for_s
            case "overdepth":
                self.press_deeper(int(fault.amount), fault.for_s)
            case "noise":
                self._begin_noise(fault)
            case _:
                self._strike_rarer(fault)

    def _begin_noise(self, fault: Fault) -> None:
        if not fault.for_s:
            self._out.append(self.line.noise(int(fault.amount)))
            return
        self._noise_s, self._noise_until_s = self.life_s, self.life_s + fault.for_s
        self._noise_bytes = max(1, round(fault.amount * _NOISE_S))

    def _strike_rarer(self, fault: Fault) -> None:
        match fault.name:
            case "restart":
                self._power_down(fault.for_s)
            case "swap":
                self.make = replace(self.make, serial=fault.text or _other_serial(self.make.serial))
                self._power_down(0.5)
            case "overrun":
                for _ in range(int(fault.amount)):
                    self._lose_sample(self.boot)
            case "battery":
                self.battery = int(fault.amount)
                self._say_event(EventCode.BATTERY_LOW, self.battery)
            case "cartridge":
                self.set_cartridge(fault.text or f"CART-{self._chance.randrange(100, 1000)}")
            case name if name in SPOKEN_FAULTS:
                self._strikes.begin(fault, self.life_s)
            case _:
                self.line.strike(fault, self.life_s)

    def _lose_sample(self, boot: _Boot) -> None:
        if boot.waiting:
            self._say_waiting(boot)
        boot.overruns += 1
        self._hold(boot, None)
        boot.lived_s = max(boot.lived_s, boot.next_index * self.make.period_us / 1e6)


def _other_serial(serial: str) -> str:
    return serial.removesuffix("-B") if serial.endswith("-B") else serial + "-B"
