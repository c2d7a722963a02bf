"""The pen watch: judges readings where they arrive, on the pen-reader thread, not when painted."""

import logging
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from console.domain.alarms import PenLimits, PenReading
from console.domain.telemetry import NOT_MEASURED, Batch, SampleFlag
from console.services.alarm_board import AlarmBoard
from console.services.pen_moments import PenMoments
from console.services.sample_table import WIRE_SAMPLE, judged_depth_um, judged_rate_chz, unbelievable
from console.services.steady_pen import IndexPace, RateSpread
from console.services.stuck_readings import StuckReadings

Numbers = NDArray[np.float64]
_MOTOR, _CONTACT, _CARTRIDGE, _FAULT = (int(one) for one in (
    SampleFlag.MOTOR_RUNNING, SampleFlag.SKIN_CONTACT, SampleFlag.CARTRIDGE_PRESENT, SampleFlag.FAULT))
_NONE = -1.0  # not measured, as a number below every cut
TURNING_CHZ = 1_000  # at ten strokes a second needles move, whatever the motor's flag says

log = logging.getLogger("console.alarms")


@dataclass(frozen=True, slots=True)
class WatchOrder:
    """What to judge by: whose pen, which limits, and whether a pass is running."""

    subject: str = ""
    active: bool = False
    limits: PenLimits = field(default_factory=PenLimits)
    battery_percent: int | None = None


class PenWatch:
    """Feeds the board from batches, by the order the desk gave last."""

    def __init__(self, board: AlarmBoard) -> None:
        self._board = board
        self._stuck, self._moments = StuckReadings(), PenMoments()
        self._spread, self._pace = RateSpread(), IndexPace()
        self._tells: dict[str, tuple[str, int]] = {}  # by rule: the pen's run that told of what it misses
        nothing: Numbers = np.empty(0)
        self._cut_by: tuple[object, PenLimits, tuple[Numbers, Numbers]] = (None, PenLimits(), (nothing, nothing))
        self._lock = threading.Lock()
        self._order = WatchOrder()
        self.last_new_s: float | None = None  # steady clock at the last sample not sent again

    @property
    def order(self) -> WatchOrder:
        """Give what is judged by now."""
        return self._order

    def obey(self, order: WatchOrder, now_s: float) -> None:
        """Judge by another order from now on; what is no longer judged ends its alarms."""
        if order == self._order:
            return
        with self._lock:
            before, self._order = self._order, order
            if before.active and (not order.active or order.subject != before.subject):
                self._stuck.start_over()
                self._spread.start_over()
                self._pace.start_over()
                self._moments.start_over()
                self._board.clear_readings(now_s, before.subject)

    def push(self, batch: Batch) -> None:
        """Judge a batch; resent samples are history and raise nothing. Never raises: the pen must go on being read."""
        if batch.resent:
            return
        self.last_new_s = batch.received_s
        with self._lock:
            order = self._order
            if not order.active or not batch.count:
                return
            try:
                self._judge(batch, order)
            except Exception:  # a rule that fails must end neither the reading nor the other alarms unsaid
                log.exception("the alarm rules failed on a batch")
                self._board.feed("alarms_failing", True, batch.received_s, order.subject)
            else:
                self._board.feed("alarms_failing", False, batch.received_s, order.subject)

    def _judge(self, batch: Batch, order: WatchOrder) -> None:
        raw = np.frombuffer(batch.samples, WIRE_SAMPLE)
        taken_s, after_gap = self._moments.of(batch)
        if after_gap:
            self._spread.start_over()
            self._board.doubt_readings(order.subject)
        alike = readings_of(raw, taken_s, order.battery_percent, self._cuts(order.limits))
        self._board.feed_readings(alike, order.limits, order.subject)
        for judged, since_s, until_s in self._stuck.runs(batch, taken_s, self._board.delay_s("pen_stuck")):
            self._board.feed_lasting("pen_stuck", judged, since_s, until_s, order.subject)
        self._judge_sensors(batch, raw, taken_s, order.subject)

    def _cuts(self, limits: PenLimits) -> tuple[Numbers, Numbers]:
        rules = self._board.rules
        if self._cut_by[0] is not rules or self._cut_by[1] != limits:
            cuts = tuple(np.array(self._board.cuts(limits, name), np.float64) for name in ("depth_um", "rate_chz"))
            self._cut_by = rules, limits, (cuts[0], cuts[1])
        return self._cut_by[2]

    def _judge_sensors(self, batch: Batch, raw: NDArray[np.void], taken_s: Numbers, subject: str) -> None:
        flags, wrong = raw["flags"], unbelievable(raw)
        motor, touching, cartridge, fault = (flags & one != 0 for one in (_MOTOR, _CONTACT, _CARTRIDGE, _FAULT))
        told = raw["rate_chz"] != NOT_MEASURED
        turning = motor | (told & (raw["rate_chz"] >= TURNING_CHZ))
        for rule_id, is_told, missed in (
            ("contact_motor_off", motor | (told & ~turning), touching & ~turning),
            ("rate_missing", told, ~told & motor), ("cartridge_missing", cartridge, ~cartridge & motor),
        ):
            if self._has_told(rule_id, batch, is_told & ~wrong):
                self._feed_runs(rule_id, missed, taken_s, subject)
        self._feed_runs("pen_fault", fault & ~wrong, taken_s, subject)  # of a frame that cannot be true no bit counts
        wrong[0] |= self._pace.is_broken(batch)
        self._feed_runs("bad_sensor", wrong, taken_s, subject)
        spread_chz = self._spread.of(taken_s, judged_rate_chz(raw), motor, batch.period_us)
        self._board.feed_measure("rate_spread_chz", spread_chz, float(taken_s[-1]), subject)

    def _has_told(self, rule_id: str, batch: Batch, is_told: NDArray[np.bool_]) -> bool:
        """Tell whether this run of the pen ever told what a rule misses; one that never did cannot miss it."""
        pen = (batch.pen_serial, batch.boot_id)
        if is_told.any():
            self._tells[rule_id] = pen
        return self._tells.get(rule_id) == pen

    def _feed_runs(self, rule_id: str, wrong: NDArray[np.bool_], taken_s: Numbers, subject: str) -> None:
        """Feed each stretch of a condition at its first and its last sample, so that none between is missed."""
        for start, end in _stretches(wrong[1:] != wrong[:-1], len(wrong)):
            for place in (start, end - 1)[: end - start]:
                if self._board.feed(rule_id, bool(wrong[start]), float(taken_s[place]), subject):
                    break


def readings_of(
    raw: NDArray[np.void], taken_s: Numbers, battery_percent: int | None, cuts: tuple[Numbers, Numbers],
) -> Iterator[Iterator[tuple[float, PenReading]]]:
    """Turn samples to readings with their steady time, by the stretch that is judged alike.

    None of a stretch crosses a cut of depth or rate, and neither motor nor contact changes.
    """
    depth, rate, flags = judged_depth_um(raw), judged_rate_chz(raw), raw["flags"]
    depth[np.isnan(depth)], rate[np.isnan(rate)] = _NONE, _NONE
    sides = (flags & (_MOTOR | _CONTACT)).astype(np.int64)
    for values, at in zip((depth, rate), cuts, strict=True):  # on a cut is neither below nor above it
        sides = sides * (2 * len(at) + 1) + np.searchsorted(at, values) + np.searchsorted(at, values, "right")

    def reading(place: int) -> tuple[float, PenReading]:
        flag, deep, fast = int(flags[place]), int(depth[place]), int(rate[place])
        return float(taken_s[place]), PenReading(
            depth_um=deep if deep >= 0 else None, rate_chz=fast if fast >= 0 else None,
            in_contact=flag & _CONTACT != 0, motor_running=flag & _MOTOR != 0, battery_percent=battery_percent)

    for start, end in _stretches(sides[1:] != sides[:-1], len(raw)):
        yield map(reading, range(start, end))


def _stretches(turns: NDArray[np.bool_], count: int) -> Iterable[tuple[int, int]]:
    """Give first and end of each stretch, by where one sample differs from the one before."""
    return pairwise((0, *(np.flatnonzero(turns) + 1).tolist(), count))
