"""How a pen and a hand behave: motor, load, needle depth, strokes, lifts and tremor.

Believable, not clinical: the numbers make traces that look and move like a treatment's. The same
seed gives the same life, sample for sample.
"""

import math
import random
from dataclasses import dataclass

from console.domain.telemetry import SAMPLE_STRUCT, SampleFlag

DEEPEST_UM = 3_000
_SPIN_UP_S = 0.22  # time constant of the motor
_SPIN_DOWN_S = 0.12
_TOUCH_DOWN_S = 0.05  # time constant of the hand's pressure when the needles meet the skin
_SAG_HZ = 1.6  # what contact costs before the regulator catches up
_REGULATOR_S = 0.4
_FREE_LOAD_MA, _CONTACT_LOAD_MA, _IDLE_LOAD_MA = 42.0, 150.0, 9.0
_DEPTH_SHORTFALL = 0.985  # skin gives way: a little less than dialled
_PRESSURE_UM, _PRESSURE_S = 14.0, 0.6  # slow wander of the hand's pressure
_TREMOR_UM, _TREMOR_HZ = 9.0, 8.7
_CONTACT_S, _LIFT_S = (3.0, 6.0), (0.5, 1.0)


class Hand:
    """A practitioner's hand: touches and lifts on command, or strokes by itself."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.auto = False
        self.touching = False
        self._change_s = 0.0
        self._pressure = 0.0
        self._phase = chance.uniform(0, math.tau)

    def work(self, lived_s: float, motor_on: bool) -> None:
        """Stroke by itself while the motor runs: some seconds on the skin, a short lift, again."""
        if not self.auto or lived_s < self._change_s:
            return
        if not motor_on:
            self.touching = False
            self._change_s = lived_s + 0.3
            return
        self.touching = not self.touching
        self._change_s = lived_s + self._chance.uniform(*(_CONTACT_S if self.touching else _LIFT_S))

    def wander_um(self, lived_s: float, step_s: float) -> float:
        """Give how far pressure and tremor carry the depth from the dial's."""
        noise = self._chance.gauss(0.0, math.sqrt(2 * step_s / _PRESSURE_S))
        self._pressure += -self._pressure * step_s / _PRESSURE_S + noise
        tremor = math.sin(math.tau * _TREMOR_HZ * lived_s + self._phase)
        return self._pressure * _PRESSURE_UM + tremor * _TREMOR_UM


@dataclass(slots=True)
class Dial:
    """What is set on the pen, and what a clumsy moment makes of it."""

    depth_um: int
    rate_hz: float
    forced_um: int | None = None
    forced_until_s: float = 0.0


class PenBody:
    """Motor, needles and sensors; ``sample`` gives ten bytes for each sample period."""

    def __init__(self, chance: random.Random, dial: Dial, hand: Hand) -> None:
        self._chance, self.dial, self.hand = chance, dial, hand
        self.motor_on = False
        self.button_held = False
        self.cartridge = ""
        self.stuck_until_s = 0.0
        self._rate_hz = self._sag_hz = 0.0
        self._contact = 0.0  # 0 lifted .. 1 pressed on
        self._last = b""

    def sample(self, lived_s: float, step_s: float) -> bytes:
        """Live one sample period on; give the sample's bytes."""
        self.hand.work(lived_s, self.motor_on)
        if lived_s < self.stuck_until_s and self._last:
            return self._last
        touching = self.hand.touching
        self._turn(step_s, touching)
        self._contact += (touching - self._contact) * min(1.0, step_s / _TOUCH_DOWN_S)
        self._last = SAMPLE_STRUCT.pack(
            self.dial.depth_um, self._depth_um(lived_s, step_s), self._rate_chz(), self._load_ma(), self._flags()
        )
        return self._last

    def _turn(self, step_s: float, touching: bool) -> None:
        wanted_hz = self.dial.rate_hz if self.motor_on else 0.0
        constant_s = _SPIN_UP_S if self.motor_on else _SPIN_DOWN_S
        self._rate_hz += (wanted_hz - self._rate_hz) * min(1.0, step_s / constant_s)
        if self._rate_hz < 0.5 and not self.motor_on:
            self._rate_hz = 0.0
        fresh_contact = touching and self._contact < 0.5
        sag_hz = _SAG_HZ if fresh_contact else 0.0
        pull_s = _TOUCH_DOWN_S if fresh_contact else _REGULATOR_S
        self._sag_hz += (sag_hz - self._sag_hz) * min(1.0, step_s / pull_s)

    def _rate_chz(self) -> int:
        if not self._rate_hz:
            return 0
        noisy_hz = self._rate_hz - self._sag_hz + self._chance.gauss(0.0, 0.35)
        return max(0, round(noisy_hz * 100))

    def _load_ma(self) -> int:
        if not self._rate_hz:
            return max(0, round(_IDLE_LOAD_MA + self._chance.gauss(0.0, 0.8)))
        deeper = self.dial.depth_um / 1_000
        pressed_ma = _CONTACT_LOAD_MA * self._contact * (0.6 + 0.4 * deeper)
        starting_ma = 260.0 * max(0.0, 1 - self._rate_hz / self.dial.rate_hz) * self.motor_on
        return max(0, round(_FREE_LOAD_MA + pressed_ma + starting_ma + self._chance.gauss(0.0, 4.0)))

    def _depth_um(self, lived_s: float, step_s: float) -> int:
        wander_um = self.hand.wander_um(lived_s, step_s)
        if not self._rate_hz or not self.hand.touching:
            return 0  # the first stroke on the skin already reaches as deep as the dial says
        meant_um = self.dial.depth_um * _DEPTH_SHORTFALL
        if self.dial.forced_um is not None and lived_s < self.dial.forced_until_s:
            meant_um = float(self.dial.forced_um)
        depth_um = meant_um + wander_um + self._chance.gauss(0.0, 5.0)
        return min(DEEPEST_UM, max(0, round(depth_um)))

    def _flags(self) -> int:
        flags = int(SampleFlag.DEPTH_MEASURED)
        flags |= SampleFlag.MOTOR_RUNNING if self.motor_on else 0
        flags |= SampleFlag.SKIN_CONTACT if self.hand.touching else 0
        flags |= SampleFlag.BUTTON_HELD if self.button_held else 0
        return flags | (SampleFlag.CARTRIDGE_PRESENT if self.cartridge else 0)
