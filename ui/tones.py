"""The console's tones, made in code: soft pulses with harmonics, in bursts by priority.

Shapes after the house's sound table and the burst scheme of IEC 60601-1-8 (pulses, spacing, at least
four harmonics near the root's level). Timing values are from general knowledge of that standard; they
are to be checked against a bought copy before any claim.
"""

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 44_100
PEAK = 0.8  # of full scale, so that summed harmonics never clip
HARMONICS = (1.0, 0.6, 0.45, 0.35, 0.25)  # each within 15 dB of the root
ATTACK_SHARE, DECAY_SHARE = 0.15, 0.3  # of a pulse: a soft beginning and end

Samples = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Pulse:
    """One tone of a burst: pitch, length and the silence after it (s)."""

    pitch_hz: float
    length_s: float
    rest_s: float


@dataclass(frozen=True, slots=True)
class Burst:
    """Pulses, and the silence until they come again (s; 0: once)."""

    pulses: tuple[Pulse, ...]
    again_after_s: float


C5_HZ, G4_HZ, G5_HZ, C6_HZ = 523.25, 392.0, 783.99, 1046.5
SHORT_S, LONG_S = 0.12, 0.20


def _high() -> Burst:
    near, apart, halves = 0.08, 0.28, 0.5
    rests = (near, near, apart, near, halves)
    half = tuple(Pulse(C5_HZ, SHORT_S, rest_s) for rest_s in rests)
    return Burst((*half, *half[:-1], Pulse(C5_HZ, SHORT_S, 0.0)), 5.0)


BURSTS = {
    "high": _high(),
    "medium": Burst((Pulse(C5_HZ, LONG_S, 0.2), Pulse(C5_HZ, LONG_S, 0.2), Pulse(C5_HZ, LONG_S, 0.0)), 10.0),
    "low": Burst((Pulse(G4_HZ, LONG_S, 0.2), Pulse(G4_HZ, LONG_S, 0.0)), 30.0),
    "ready": Burst((Pulse(C5_HZ, LONG_S, 0.0), Pulse(G5_HZ, LONG_S, 0.0)), 0.0),  # a rising fifth
    "scan_ok": Burst((Pulse(C6_HZ, 0.06, 0.0),), 0.0),
    "scan_bad": Burst((Pulse(G4_HZ / 2, 0.09, 0.06), Pulse(G4_HZ / 2, 0.09, 0.0)), 0.0),
    "self_test": Burst((Pulse(C5_HZ, 0.15, 0.05), Pulse(G4_HZ, 0.15, 0.05), Pulse(C5_HZ, 0.15, 0.0)), 0.0),
    "area_done": Burst((Pulse(G5_HZ, 0.05, 0.0),), 0.0),
}


@cache
def tone_buffer(priority: str) -> tuple[Samples, int]:
    """Give one burst as 16-bit mono samples, and their rate in Hz (KeyError for an unknown name)."""
    parts: list[NDArray[np.float64]] = []
    for pulse in BURSTS[priority].pulses:
        parts.append(_pulse(pulse))
        parts.append(np.zeros(round(pulse.rest_s * RATE_HZ)))
    wave = np.concatenate(parts)
    samples = (wave * (PEAK * 32_767)).astype(np.int16)
    samples.flags.writeable = False
    return samples, RATE_HZ


def _pulse(pulse: Pulse) -> NDArray[np.float64]:
    count = round(pulse.length_s * RATE_HZ)
    at_s = np.arange(count) / RATE_HZ
    wave = np.zeros(count)
    for number, level in enumerate(HARMONICS, 1):
        wave += level * np.sin(2 * np.pi * pulse.pitch_hz * number * at_s)
    shaped: NDArray[np.float64] = wave / np.abs(wave).max() * _envelope(count)
    return shaped


def _envelope(count: int) -> NDArray[np.float64]:
    shape = np.ones(count)
    rise, fall = round(count * ATTACK_SHARE), round(count * DECAY_SHARE)
    shape[:rise] = np.sin(np.linspace(0, np.pi / 2, rise)) ** 2
    shape[count - fall:] = np.cos(np.linspace(0, np.pi / 2, fall)) ** 2
    return shape


@dataclass(frozen=True, slots=True)
class _Order:
    priority: str = ""
    boost: float = 1.0
    again_s: float = 0.0
    number: int = 0


class ToneMixer:
    """Gives the next samples of what sounds now; called by the sound device's own thread.

    ``ask`` and ``chime`` may be called from any thread: they set one attribute each. A burst comes again
    after its silence, counted in samples played. While ``paused`` says so, all but high is silent.
    """

    def __init__(self) -> None:
        self.gain = 1.0
        self.paused = False
        self.pulls = 0  # how often samples were asked for: a device that asks no more is gone
        self._order = _Order()
        self._chime = ""
        self._playing = _Order()
        self._at = 0
        self._chiming: Samples | None = None
        self._chime_at = 0

    def ask(self, priority: str, boost: float = 1.0, again_s: float = 0.0) -> None:
        """Sound this priority from now on, beginning at once; empty: silence.

        ``boost`` makes it louder than ``gain`` alone, up to full; ``again_s``: the silence between bursts, 0: its own.
        """
        self._order = _Order(priority, boost, again_s, self._order.number + 1)

    def chime(self, name: str) -> None:
        """Play a tone of information once."""
        self._chime = name

    @property
    def busy(self) -> bool:
        """Tell whether anything sounds or will sound again."""
        return bool(self._order.priority or self._chime or self._chiming is not None)

    @property
    def chiming(self) -> bool:
        """Tell whether a tone of information is not yet played to its end."""
        return bool(self._chime) or self._chiming is not None

    @property
    def silence_s(self) -> float:
        """Give the seconds until an alarm's tone: 0 while one sounds, without end where none will."""
        order, at = self._order, self._at
        if not order.priority or (self.paused and order.priority != "high"):
            return math.inf
        burst, rate_hz = tone_buffer(order.priority)
        if order != self._playing or at < len(burst):
            return 0.0
        period = len(burst) + round((order.again_s or BURSTS[order.priority].again_after_s) * rate_hz)
        return (period - at) / rate_hz

    def next_samples(self, count: int) -> Samples:
        """Give the next ``count`` samples and move on."""
        self.pulls += 1
        alarm, chime = np.zeros(count, np.float64), np.zeros(count, np.float64)
        self._add_alarm(alarm)
        self._add_chime(chime)
        mixed = alarm * min(1.0, self.gain * self._playing.boost) + chime * self.gain
        return np.clip(mixed, -32_768, 32_767).astype(np.int16)

    def _add_alarm(self, out: NDArray[np.float64]) -> None:
        order = self._order
        if order != self._playing:
            self._playing, self._at = order, 0
        priority = order.priority
        if not priority:
            return
        burst, rate_hz = tone_buffer(priority)
        period = len(burst) + round((order.again_s or BURSTS[priority].again_after_s) * rate_hz)
        silent = self.paused and priority != "high"
        place = 0
        while place < len(out):
            step = min(len(out) - place, (len(burst) if self._at < len(burst) else period) - self._at)
            if self._at < len(burst) and not silent:
                out[place:place + step] += burst[self._at:self._at + step]
            place, self._at = place + step, (self._at + step) % period

    def _add_chime(self, out: NDArray[np.float64]) -> None:
        name, self._chime = self._chime, ""
        if name:
            self._chiming, self._chime_at = tone_buffer(name)[0], 0
        if self._chiming is None:
            return
        part = self._chiming[self._chime_at:self._chime_at + len(out)]
        out[:len(part)] += part
        self._chime_at += len(part)
        if self._chime_at >= len(self._chiming):
            self._chiming = None
