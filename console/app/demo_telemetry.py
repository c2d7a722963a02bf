"""Believable pen samples for past sessions: ramps, strokes and lifts, load under contact, depth noise."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from console.domain.telemetry import Batch, SampleFlag
from console.services.sample_table import WIRE_SAMPLE, SampleTable

PERIOD_US = 4_000
BATCH_SAMPLES = 125  # half a second: the recorder's longest chunk
RATE_LAG_S = 0.35
UPSET_EDGE_US = 200_000.0
RUNNING = int(SampleFlag.MOTOR_RUNNING)
FITTED = int(SampleFlag.CARTRIDGE_PRESENT | SampleFlag.DEPTH_MEASURED)

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which the motor runs at a dialled depth and rate; the pen works until ``lift_us``."""

    start_us: int
    lift_us: int
    end_us: int
    depth_um: int
    rate_chz: int


@dataclass(frozen=True, slots=True)
class Upset:
    """A short time out of the usual: deeper by ``depth_um``, the rate times ``rate_share``."""

    start_us: int
    end_us: int
    depth_um: int = 0
    rate_share: float = 1.0


@dataclass(frozen=True, slots=True)
class PenLife:
    """A pen between power-up and power-down; sample 0 was taken at ``up_at_us``."""

    serial: str
    boot_id: int
    up_at_us: int

    def index_at(self, at_us: int) -> int:
        """Give the first sample taken at or after a moment."""
        return -(-(at_us - self.up_at_us) // PERIOD_US)

    def taken_us(self, index: int) -> int:
        """Give when a sample was taken."""
        return self.up_at_us + index * PERIOD_US


@dataclass(frozen=True, slots=True)
class Reel:
    """Samples as they came: from ``first`` up to ``end`` of one boot; ``arrived_us`` for resent ones."""

    pen: PenLife
    first: int
    end: int
    arrived_us: int | None = None


def pen_samples(
    start_us: int, count: int, stretches: Sequence[Stretch], upsets: Sequence[Upset], seed: int,
) -> NDArray[np.void]:
    """Give ``count`` samples from ``start_us``, the same ones for the same seed."""
    dice = np.random.default_rng(seed)
    at_us = start_us + np.arange(count, dtype=np.int64) * PERIOD_US
    dial, wanted = _steps(at_us, stretches)
    running = wanted > 0
    contact = _contact(at_us, stretches, dice)
    press = _eased(contact.astype(np.float64), 15) * (0.85 + 0.15 * _drift(count, 1.5, dice))
    rate = _rate(at_us, wanted, press, dice)
    depth = dial - 60.0 * (contact - _eased(contact.astype(np.float64), 40)) * contact
    depth += 16.0 * _drift(count, 3.0, dice) + 9.0 * dice.standard_normal(count)
    for upset in upsets:
        share = np.clip(np.minimum(at_us - upset.start_us, upset.end_us - at_us) / UPSET_EDGE_US, 0.0, 1.0)
        depth += share * upset.depth_um
        rate *= 1.0 - share * (1.0 - upset.rate_share)
    load = _load(rate, wanted, press, dice)
    raw = np.zeros(count, WIRE_SAMPLE)
    raw["set_depth_um"] = dial
    raw["depth_um"] = np.where(running, np.clip(depth, 0, 3_000), 0).round()
    raw["rate_chz"] = np.clip(rate, 0, 20_000).round()
    raw["load_ma"] = np.clip(load, 0, 900).round()
    raw["flags"] = FITTED | running * RUNNING | contact * int(SampleFlag.SKIN_CONTACT)
    return raw


def batches(reel: Reel, raw: NDArray[np.void], raw_start_us: int) -> list[tuple[int, Batch]]:
    """Cut a reel out of samples that begin at ``raw_start_us``; give each batch with its arrival."""
    found = []
    for first in range(reel.first, reel.end, BATCH_SAMPLES):
        count = min(BATCH_SAMPLES, reel.end - first)
        taken_us = reel.pen.taken_us(first)
        place = (taken_us - raw_start_us) // PERIOD_US
        last_us = taken_us + count * PERIOD_US
        arrived_us = last_us if reel.arrived_us is None else reel.arrived_us + (first - reel.first) * 100
        found.append((arrived_us, Batch(
            reel.pen.serial, reel.pen.boot_id, first, count, PERIOD_US, first * PERIOD_US, taken_us,
            arrived_us / 1_000_000, raw[place:place + count].tobytes(), reel.arrived_us is not None)))
    return found


def table_of(reels: Sequence[Reel], raw: NDArray[np.void], raw_start_us: int) -> SampleTable:
    """Lay reels out as the table that reading them back gives; reels of one boot follow each other."""
    boots = tuple(dict.fromkeys((reel.pen.serial, reel.pen.boot_id) for reel in reels))
    ordered = sorted(reels, key=lambda reel: (boots.index((reel.pen.serial, reel.pen.boot_id)), reel.first))
    lengths = [reel.end - reel.first for reel in ordered]
    index = np.concatenate([np.arange(reel.first, reel.end, dtype=np.int64) for reel in ordered])
    up_us = np.repeat(np.array([reel.pen.up_at_us for reel in ordered], np.int64), lengths)
    boot = np.repeat(np.array([boots.index((one.pen.serial, one.pen.boot_id)) for one in ordered], np.int32), lengths)
    resent = np.repeat(np.array([one.arrived_us is not None for one in ordered], np.bool_), lengths)
    utc_us = up_us + index * PERIOD_US
    return SampleTable(
        boots, boot, index, index * PERIOD_US, utc_us, np.full(len(index), PERIOD_US, np.int64), resent,
        raw[(utc_us - raw_start_us) // PERIOD_US])


def _steps(at_us: NDArray[np.int64], stretches: Sequence[Stretch]) -> tuple[Floats, Floats]:
    """Give the dial (it moves between areas) and the rate that is asked for."""
    dial, wanted = np.zeros(len(at_us)), np.zeros(len(at_us))
    turned_us = 0
    for stretch in stretches:
        dial[at_us >= turned_us] = stretch.depth_um
        wanted[(at_us >= stretch.start_us) & (at_us < stretch.end_us)] = stretch.rate_chz
        turned_us = stretch.end_us + 600_000
    return dial, wanted


def _contact(at_us: NDArray[np.int64], stretches: Sequence[Stretch], dice: Generator) -> NDArray[np.bool_]:
    """Give where the pen is on the skin: strokes of some seconds with lifts between."""
    on_skin = np.zeros(len(at_us), np.bool_)
    for stretch in stretches:
        seconds = max(1.0, (stretch.lift_us - stretch.start_us) / 1_000_000)
        turns = int(seconds / 3.0) + 4
        lengths = np.empty(2 * turns)
        lengths[0::2] = dice.uniform(0.5, 1.2, turns)
        lengths[1::2] = dice.uniform(2.6, 5.6, turns)
        edges = stretch.start_us + np.cumsum(lengths) * 1_000_000
        within = np.flatnonzero((at_us >= stretch.start_us) & (at_us < stretch.lift_us))
        on_skin[within] = np.searchsorted(edges, at_us[within], side="right") % 2 == 1
    return on_skin


def _eased(values: Floats, width: int) -> Floats:
    """Give a running mean over the last ``width`` samples."""
    summed = np.cumsum(np.concatenate((np.zeros(width), values)))
    eased: Floats = (summed[width:] - summed[:-width]) / width
    return eased


def _drift(count: int, knots_per_s: float, dice: Generator) -> Floats:
    """Give slow noise of about unit size."""
    spacing = 1_000_000 / PERIOD_US / knots_per_s
    knots = dice.standard_normal(int(count / spacing) + 2)
    return np.interp(np.arange(count), np.arange(len(knots)) * spacing, knots)


def _rate(at_us: NDArray[np.int64], wanted: Floats, press: Floats, dice: Generator) -> Floats:
    """Give the rate: it follows what is asked for with a lag, sags on the skin and is never quite even."""
    rate = np.empty(len(wanted))
    turns = np.flatnonzero(np.diff(wanted)) + 1
    edges = [0, *turns.tolist(), len(wanted)]
    now = 0.0
    for begin, end in pairwise(edges):
        goal = wanted[begin] if end > begin else 0.0
        seconds = np.arange(1, end - begin + 1) * (PERIOD_US / 1_000_000)
        rate[begin:end] = goal + (now - goal) * np.exp(-seconds / RATE_LAG_S)
        now = float(rate[end - 1]) if end > begin else now
    uneven = 0.006 * _drift(len(rate), 4.0, dice) + 0.002 * dice.standard_normal(len(rate))
    wave = 0.003 * np.sin(at_us / 1_000_000 * 2 * np.pi * 1.3)
    rate *= 1.0 + uneven + wave - 0.035 * press
    rate[rate < 150] = 0
    return rate


def _load(rate: Floats, wanted: Floats, press: Floats, dice: Generator) -> Floats:
    turning = rate / 11_000
    surge = np.clip(wanted - rate, 0, None) / 11_000
    load = 95 * turning + 130 * press * turning + 260 * surge
    return load + (4 + 9 * press) * dice.standard_normal(len(rate)) * (rate > 0)
