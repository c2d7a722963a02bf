"""When a pen's samples were taken, on the console's steady clock: the pen's own time, carried along the least delay.

A line or a bridge that holds readings back and lets them go in one burst must neither shorten nor lengthen what they
tell. The recording maps its times with more care (``devices/clock_map``); alarms need the moment at once.
"""

import numpy as np
from numpy.typing import NDArray

from console.domain.telemetry import Batch

GAP_S = 0.5  # as long without a sample no reading is live: what came before says nothing of what lies between
LATEST_S = 2.0  # later than any backlog: the pen's clock was set back, or runs far too slow
LEAK_PPM = 200  # of the pen's time: lets the least delay follow two clocks that drift apart


class PenMoments:
    """Gives a batch's times; they never step back while one run of a pen lasts."""

    def __init__(self) -> None:
        self.start_over()

    def start_over(self) -> None:
        """Forget the pen."""
        self._run: tuple[str, int] | None = None
        self._offset_s = self._noted_s = 0.0
        self._last_s: float | None = None

    def of(self, batch: Batch) -> tuple[NDArray[np.float64], bool]:
        """Give when each sample was taken (steady seconds), and whether they begin after a gap, or a restart."""
        pen_s = (batch.pen_time_us + np.arange(batch.count, dtype=np.int64) * batch.period_us) / 1_000_000
        newest_s = float(pen_s[-1])
        offset_s = batch.received_s - newest_s
        if (batch.pen_serial, batch.boot_id) != self._run:
            self.start_over()
            self._run, self._offset_s = (batch.pen_serial, batch.boot_id), offset_s
        leaked_s = max(newest_s - self._noted_s, 0.0) * LEAK_PPM / 1e6 if self._last_s is not None else 0.0
        self._noted_s = newest_s
        self._offset_s = min(self._offset_s + leaked_s, offset_s)
        if offset_s - self._offset_s > LATEST_S:
            self._offset_s = offset_s
        before_s, taken_s = self._last_s, pen_s + self._offset_s
        if before_s is not None:
            taken_s = np.maximum(taken_s, before_s)
        self._last_s = float(taken_s[-1])
        return taken_s, before_s is None or float(taken_s[0]) - before_s > GAP_S
