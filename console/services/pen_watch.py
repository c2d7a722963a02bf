"""The pen watch: judges readings where they arrive, on the pen-reader thread, not when painted."""

import logging
import threading
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from console.domain.alarms import PenLimits, PenReading
from console.domain.telemetry import NOT_MEASURED, Batch, SampleFlag
from console.services.alarm_board import AlarmBoard
from console.services.sample_table import WIRE_SAMPLE, judged_depth_um, judged_rate_chz, unbelievable
from console.services.steady_pen import IndexPace, RateSpread
from console.services.stuck_readings import StuckReadings

MOST_JUDGED = 50  # readings judged of one batch; a longer one is judged by its worst in each slice

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
        self._stuck = StuckReadings()
        self._spread, self._pace = RateSpread(), IndexPace()
        self._tells: dict[str, tuple[str, int]] = {}  # by rule: the pen's run that told of what it misses
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
        for at_s, reading in readings_of(batch, order.battery_percent):
            self._board.feed_reading(reading, order.limits, at_s, order.subject)
        for judged, since_s, until_s in self._stuck.runs(batch):
            self._board.feed_lasting("pen_stuck", judged, since_s, until_s, order.subject)
        self._judge_sensors(batch, raw, order.subject)

    def _judge_sensors(self, batch: Batch, raw: NDArray[np.void], subject: str) -> None:
        flags = raw["flags"]
        motor, touching, cartridge = ((flags & one) != 0 for one in (
            SampleFlag.MOTOR_RUNNING, SampleFlag.SKIN_CONTACT, SampleFlag.CARTRIDGE_PRESENT))
        told = raw["rate_chz"] != NOT_MEASURED
        wrong = unbelievable(raw)
        wrong[0] |= self._pace.is_broken(batch)
        self._feed_runs("bad_sensor", wrong, batch, subject)
        for rule_id, is_told, missed in (
            ("contact_motor_off", motor, touching & ~motor), ("rate_missing", told, ~told & motor),
            ("cartridge_missing", cartridge, ~cartridge & motor),
        ):
            if self._has_told(rule_id, batch, is_told):
                self._feed_runs(rule_id, missed, batch, subject)
        self._board.feed_measure(
            "rate_spread_chz", self._spread.of(batch, judged_rate_chz(raw), motor), batch.received_s, subject)

    def _has_told(self, rule_id: str, batch: Batch, is_told: NDArray[np.bool_]) -> bool:
        """Tell whether this run of the pen ever told what a rule misses; one that never did cannot miss it."""
        pen = (batch.pen_serial, batch.boot_id)
        if is_told.any():
            self._tells[rule_id] = pen
        return self._tells.get(rule_id) == pen

    def _feed_runs(self, rule_id: str, wrong: NDArray[np.bool_], batch: Batch, subject: str) -> None:
        """Feed each stretch of a condition at its first and its last sample, so that none between is missed."""
        edges = [0, *(np.flatnonzero(wrong[1:] != wrong[:-1]) + 1).tolist(), batch.count]
        for start, end in pairwise(edges):
            for place in (start, end - 1)[: end - start]:
                self._board.feed(rule_id, bool(wrong[start]), _taken_s(batch, place), subject)


def readings_of(batch: Batch, battery_percent: int | None) -> list[tuple[float, PenReading]]:
    """Turn a batch to readings with their steady time; slices of a long one give their deepest."""
    raw = np.frombuffer(batch.samples, WIRE_SAMPLE)
    depth, rates = (np.nan_to_num(judge(raw), nan=-1.0) for judge in (judged_depth_um, judged_rate_chz))
    places = list(range(batch.count))
    if batch.count > MOST_JUDGED:
        edges = np.linspace(0, batch.count, MOST_JUDGED + 1, dtype=int).tolist()
        places = [start + int(np.argmax(depth[start:end])) for start, end in pairwise(edges)]
    readings = []
    for place in places:
        rate, flags = rates[place], int(raw["flags"][place])
        readings.append((
            _taken_s(batch, place),
            PenReading(
                depth_um=int(depth[place]) if depth[place] >= 0 else None,
                rate_chz=int(rate) if rate >= 0 else None,
                in_contact=bool(flags & SampleFlag.SKIN_CONTACT),
                motor_running=bool(flags & SampleFlag.MOTOR_RUNNING), battery_percent=battery_percent,
            ),
        ))
    return readings


def _taken_s(batch: Batch, place: int) -> float:
    """Give when a sample of a batch was taken, on the steady clock."""
    return batch.received_s - (batch.count - 1 - place) * batch.period_us / 1_000_000
