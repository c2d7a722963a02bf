"""Commanded faults of the simulated pen: ``NAME@T[:ARG]``, ``T`` in seconds of the pen's life.

    drop@T[:N]        N telemetry frames (1) never reach the line; N% of all frames from then on
    corrupt@T[:N]     bits flip in N telemetry frames (1); N% of all frames from then on
    duplicate@T[:N]   N telemetry frames (1), or N%, are sent twice
    reorder@T[:N]     N telemetry frames (1), or N%, change places with the next frame
    noise@T[:N]       N bytes (64) of garbage on the line
    stall@T[:S]       no telemetry for S seconds (2); STATUS goes on
    freeze@T[:S]      nothing at all for S seconds (5)
    flood@T[:S]       the pen lives ten times as fast for S seconds (5)
    unplug@T[:S]      the cable is out for S seconds (5)
    restart@T[:S]     power off for S seconds (0.5): a new boot id
    swap@T[:SERIAL]   another pen in its place
    version@T[:N]     N telemetry frames (1) of protocol version 2
    absurd@T[:N]      N telemetry frames (1) of absurd values with a good checksum
    stuck@T[:S]       all values exactly unchanged for S seconds (5)
    overrun@T[:N]     the pen itself loses N samples (5)
    battery@T[:P]     battery low at P percent (10)
    cartridge@T[:ID]  the cartridge is changed for another
"""

import random
from dataclasses import dataclass

from console.domain.errors import OperatorError

_DEFAULTS = {
    "drop": "1",
    "corrupt": "1",
    "duplicate": "1",
    "reorder": "1",
    "noise": "64",
    "stall": "2",
    "freeze": "5",
    "flood": "5",
    "unplug": "5",
    "restart": "0.5",
    "swap": "",
    "version": "1",
    "absurd": "1",
    "stuck": "5",
    "overrun": "5",
    "battery": "10",
    "cartridge": "",
}
FAULT_NAMES = tuple(_DEFAULTS)
_WORDS = ("swap", "cartridge")
_SHARES = ("drop", "corrupt", "duplicate", "reorder")


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of the timeline; ``text`` and ``amount`` are its argument, ``share`` 0 to 1 of frames."""

    name: str
    at_s: float
    amount: float = 0.0
    share: float = 0.0
    text: str = ""


def parse_fault(written: str) -> Fault:
    """Read ``NAME@T[:ARG]``; OperatorError says what is wrong and what is allowed."""
    name, at, when_and_arg = written.partition("@")
    when, _, arg = when_and_arg.partition(":")
    if name not in _DEFAULTS or not at:
        raise OperatorError(
            f"there is no fault «{written}»", todo=f"write NAME@SECONDS[:ARG] with one of {', '.join(FAULT_NAMES)}"
        )
    arg = arg or _DEFAULTS[name]
    try:
        at_s = float(when)
        if name in _WORDS:
            return Fault(name, at_s, text=arg)
        if arg.endswith("%") and name in _SHARES:
            return Fault(name, at_s, share=float(arg[:-1]) / 100)
        return Fault(name, at_s, amount=float(arg))
    except ValueError:
        raise OperatorError(
            f"the fault «{written}» has no sound number", todo=f"write it as {name}@30:{_DEFAULTS[name] or 'ID'}"
        ) from None


@dataclass(frozen=True, slots=True)
class OutFrame:
    """A frame on its way to the line; ``samples`` are the indexes it carries as telemetry."""

    wire: bytes
    telemetry: bool = False
    boot_id: int = 0
    samples: tuple[int, int] = (0, 0)


class FaultyLine:
    """What the line does to frames that leave the pen."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._counts = dict.fromkeys(_SHARES, 0)
        self._shares = dict.fromkeys(_SHARES, 0.0)
        self._overtaken: OutFrame | None = None

    def strike(self, fault: Fault) -> None:
        """Let a fault of the line begin."""
        if fault.share or not fault.amount:
            self._shares[fault.name] = fault.share
        else:
            self._counts[fault.name] += int(fault.amount)

    def carry(self, frame: OutFrame) -> list[OutFrame]:
        """Give what arrives of a frame, and when it overtakes one, that one too."""
        if self._strikes("drop", frame):
            return []
        if self._strikes("corrupt", frame):
            frame = OutFrame(self._flip(frame.wire), frame.telemetry, frame.boot_id, frame.samples)
        frames = [frame, frame] if self._strikes("duplicate", frame) else [frame]
        if self._overtaken is not None:
            frames, self._overtaken = [*frames, self._overtaken], None
        elif self._strikes("reorder", frame):
            self._overtaken = frames.pop()
        return frames

    def _strikes(self, name: str, frame: OutFrame) -> bool:
        if frame.telemetry and self._counts[name] > 0:
            self._counts[name] -= 1
            return True
        return self._shares[name] > 0 and self._chance.random() < self._shares[name]

    def _flip(self, wire: bytes) -> bytes:
        damaged = bytearray(wire)
        for _ in range(self._chance.randint(1, 3)):
            damaged[self._chance.randrange(len(damaged) - 1)] ^= 1 << self._chance.randrange(8)
        return bytes(damaged)

    def noise(self, count: int) -> OutFrame:
        """Give garbage, with a zero at its end so that it spoils no frame behind it."""
        return OutFrame(self._chance.randbytes(count) + b"\0")
