"""The pen watch: judges readings where they arrive, on the pen-reader thread, not when painted."""

import threading
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from console.domain.alarms import PenLimits, PenReading
from console.domain.telemetry import NOT_MEASURED, Batch, SampleFlag
from console.services.alarm_board import AlarmBoard
from console.services.sample_table import WIRE_SAMPLE, judged_depth_um
from console.services.stuck_readings import StuckReadings

MOST_JUDGED = 50  # readings judged of one batch; a longer one is judged by its worst in each slice


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
        self._tells_cartridge: tuple[str, int] | None = None  # the pen's run whose samples told of one
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
                self._board.clear_readings(now_s, before.subject)

    def push(self, batch: Batch) -> None:
        """Judge a batch; resent samples are history and raise nothing."""
        if batch.resent:
            return
        self.last_new_s = batch.received_s
        with self._lock:
            order = self._order
            if order.active and batch.count:
                for at_s, reading in readings_of(batch, order.battery_percent):
                    self._board.feed_reading(reading, order.limits, at_s, order.subject)
                for judged, since_s, until_s in self._stuck.runs(batch):
                    self._board.feed_lasting("pen_stuck", judged, since_s, until_s, order.subject)
                self._judge_cartridge(batch, order.subject)

    def _judge_cartridge(self, batch: Batch, subject: str) -> None:
        """Judge by the last sample; a pen that never told of a cartridge cannot tell that it is gone."""
        flags = np.frombuffer(batch.samples, WIRE_SAMPLE)["flags"]
        pen = (batch.pen_serial, batch.boot_id)
        if np.any(flags & SampleFlag.CARTRIDGE_PRESENT):
            self._tells_cartridge = pen
        last = int(flags[-1])
        gone = not last & SampleFlag.CARTRIDGE_PRESENT and bool(last & SampleFlag.MOTOR_RUNNING)
        self._board.feed("cartridge_missing", gone and self._tells_cartridge == pen, batch.received_s, subject)


def readings_of(batch: Batch, battery_percent: int | None) -> list[tuple[float, PenReading]]:
    """Turn a batch to readings with their steady time; slices of a long one give their deepest."""
    raw = np.frombuffer(batch.samples, WIRE_SAMPLE)
    depth = np.nan_to_num(judged_depth_um(raw), nan=-1.0)
    period_s = batch.period_us / 1_000_000
    places = list(range(batch.count))
    if batch.count > MOST_JUDGED:
        edges = np.linspace(0, batch.count, MOST_JUDGED + 1, dtype=int).tolist()
        places = [start + int(np.argmax(depth[start:end])) for start, end in pairwise(edges)]
    readings = []
    for place in places:
        rate, flags = int(raw["rate_chz"][place]), int(raw["flags"][place])
        readings.append((
            batch.received_s - (batch.count - 1 - place) * period_s,
            PenReading(
                depth_um=int(depth[place]) if depth[place] >= 0 else None,
                rate_chz=None if rate == NOT_MEASURED else rate,
                in_contact=bool(flags & SampleFlag.SKIN_CONTACT),
                motor_running=bool(flags & SampleFlag.MOTOR_RUNNING), battery_percent=battery_percent,
            ),
        ))
    return readings
