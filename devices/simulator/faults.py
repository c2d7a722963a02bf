"""Commanded faults of the simulated pen, each beginning at ``T`` seconds of the pen's life.

    drop, corrupt, duplicate, reorder      what the line does to frames
        @T[:N] the next N telemetry frames (1)    @T:P% all frames from then on    @T:S:SHARE all frames for S seconds
    version, absurd, spike                 what the pen says: another protocol, absurd values, one wild depth
        @T[:N] N frames (spike: samples)          @T:S:SHARE a share of them for S seconds
    noise@T[:N] | noise@T:S:N              N bytes (64) of garbage, or N bytes a second for S seconds
    flood@T[:S[:TIMES]]                    the pen lives TIMES (10) as fast for S seconds (5)
    overdepth@T[:S[:UM]]                   the measured depth goes to UM (1800) for S seconds (2)
    stall@T[:S]       no telemetry for S seconds (2); STATUS goes on
    freeze@T[:S]      nothing at all for S seconds (5)
    unplug@T[:S]      the cable is out for S seconds (5)
    restart@T[:S]     power off for S seconds (0.5): a new boot id
    stuck@T[:S]       all values exactly unchanged for S seconds (5)
    swap@T[:SERIAL]   another pen in its place
    overrun@T[:N]     the pen itself loses N samples (5)
    battery@T[:P]     battery low at P percent (10)
    cartridge@T[:ID]  the cartridge is changed for another

A share is 0.02 or 2%.
"""

import math
import random
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace

from console.domain.errors import OperatorError

LINE_FAULTS = ("drop", "corrupt", "duplicate", "reorder")
SPOKEN_FAULTS = ("version", "absurd", "spike")
_SHARED = (*LINE_FAULTS, *SPOKEN_FAULTS)
_WORDED = ("swap", "cartridge")
# What stands behind the start where nothing is written, and what the last of two numbers is.
_DEFAULTS = {
    "drop": "1", "corrupt": "1", "duplicate": "1", "reorder": "1", "version": "1", "absurd": "1", "spike": "1",
    "noise": "64", "stall": "2", "freeze": "5", "flood": "5:10", "unplug": "5", "restart": "0.5", "swap": "",
    "stuck": "5", "overdepth": "2:1800", "overrun": "5", "battery": "10", "cartridge": "",
}
FAULT_NAMES = tuple(_DEFAULTS)
_MOST = 1e6
_MOST_TIMES = 100.0


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of the timeline.

    ``amount`` is its number (frames, samples, bytes, percent, µm, times), ``share`` 0 to 1 of frames or
    samples, ``for_s`` how long it lasts (0: once, or a share for good), ``text`` its word.
    """

    name: str
    at_s: float
    amount: float = 0.0
    share: float = 0.0
    for_s: float = 0.0
    text: str = ""


def parse_fault(written: str) -> Fault:
    """Read ``NAME@T[:…]``; OperatorError says what is wrong and what is allowed."""
    name, at, rest = written.partition("@")
    if name not in _DEFAULTS or not at:
        raise OperatorError(
            f"there is no fault «{written}»", todo=f"write NAME@SECONDS[:…] with one of {', '.join(FAULT_NAMES)}")
    when, _, argument = rest.partition(":")
    try:
        at_s = _number(when, _MOST)
        if name in _WORDED:
            return Fault(name, at_s, text=argument)
        return _measured(name, at_s, (argument or _DEFAULTS[name]).split(":"))
    except ValueError:
        raise OperatorError(
            f"the fault «{written}» cannot be read", todo=f"write it as {' or '.join(_examples(name))}") from None


def _examples(name: str) -> list[str]:
    if name in _WORDED:
        return [f"{name}@30:ID"]
    usual = [f"{name}@30:{_DEFAULTS[name]}"]
    if name in _SHARED:
        usual.append(f"{name}@30:5:0.02")
    return [*usual, f"{name}@30:5:64"] if name == "noise" else usual


def _measured(name: str, at_s: float, words: list[str]) -> Fault:
    first, *more = words
    if len(more) > 1:
        raise ValueError(words)
    if name in _SHARED:
        if more:
            return Fault(name, at_s, share=_share(more[0]), for_s=_number(first, _MOST))
        if first.endswith("%"):
            return Fault(name, at_s, share=_share(first))
    if name in ("flood", "overdepth"):
        most = _MOST_TIMES if name == "flood" else 0xFFFE
        amount = _number(more[0] if more else _DEFAULTS[name].partition(":")[2], most)
        return Fault(name, at_s, amount, for_s=_number(first, _MOST))
    if name == "noise" and more:
        return Fault(name, at_s, _number(more[0], _MOST), for_s=_number(first, _MOST))
    if more:
        raise ValueError(words)
    if name in ("stall", "freeze", "unplug", "restart", "stuck"):
        return Fault(name, at_s, for_s=_number(first, _MOST))
    return Fault(name, at_s, _number(first, 100 if name == "battery" else _MOST))


def _number(word: str, most: float) -> float:
    number = float(word)
    if not (math.isfinite(number) and 0 <= number <= most):
        raise ValueError(word)
    return number


def _share(word: str) -> float:
    return _number(word[:-1], 100) / 100 if word.endswith("%") else _number(word, 1)


class Timeline:
    """Faults in the order of their times; with ``repeat_s`` they begin anew each so many seconds."""

    def __init__(self, faults: Iterable[Fault], repeat_s: float = 0.0) -> None:
        self._waiting = deque(sorted(faults, key=lambda fault: fault.at_s))
        self._repeat_s = repeat_s

    def take_due(self, life_s: float) -> Fault | None:
        """Give the next fault that has come by ``life_s``."""
        if not self._waiting or self._waiting[0].at_s > life_s:
            return None
        fault = self._waiting.popleft()
        if self._repeat_s:
            self._waiting.append(replace(fault, at_s=fault.at_s + self._repeat_s))
        return fault


class Strikes:
    """Which frames or samples are hit: so many of the next, or a share of all for a while."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._counts = dict.fromkeys(_SHARED, 0)
        self._shares = dict.fromkeys(_SHARED, (0.0, 0.0))  # the share, and until when

    def begin(self, fault: Fault, now_s: float) -> None:
        """Let a fault begin."""
        if fault.share or not fault.amount:
            self._shares[fault.name] = (fault.share, now_s + fault.for_s if fault.for_s else math.inf)
        else:
            self._counts[fault.name] += int(fault.amount)

    def hits(self, name: str, now_s: float, counted: bool = True) -> bool:
        """Tell whether this one is hit; numbers of frames are used up by ``counted`` ones only."""
        if counted and self._counts[name] > 0:
            self._counts[name] -= 1
            return True
        share, until_s = self._shares[name]
        return share > 0 and now_s < until_s and self._chance.random() < share


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
        self._strikes = Strikes(chance)
        self._overtaken: OutFrame | None = None

    def strike(self, fault: Fault, now_s: float) -> None:
        """Let a fault of the line begin."""
        self._strikes.begin(fault, now_s)

    def carry(self, frame: OutFrame, now_s: float) -> list[OutFrame]:
        """Give what arrives of a frame, and when it overtakes one, that one too."""
        if self._hits("drop", frame, now_s):
            return []
        if self._hits("corrupt", frame, now_s):
            frame = replace(frame, wire=self._flip(frame.wire))
        frames = [frame, frame] if self._hits("duplicate", frame, now_s) else [frame]
        if self._overtaken is not None:
            frames, self._overtaken = [*frames, self._overtaken], None
        elif self._hits("reorder", frame, now_s):
            self._overtaken = frames.pop()
        return frames

    def _hits(self, name: str, frame: OutFrame, now_s: float) -> bool:
        return self._strikes.hits(name, now_s, frame.telemetry)

    def _flip(self, wire: bytes) -> bytes:
        damaged = bytearray(wire)
        for _ in range(self._chance.randint(1, 3)):
            damaged[self._chance.randrange(len(damaged) - 1)] ^= 1 << self._chance.randrange(8)
        return bytes(damaged)

    def noise(self, count: int) -> OutFrame:
        """Give garbage, with a zero at its end so that it spoils no frame behind it."""
        return OutFrame(self._chance.randbytes(count) + b"\0")
