"""Pen readings that never change although the motor runs: a frozen sensor, or a pen that repeats itself."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from console.domain.telemetry import NOT_MEASURED, Batch, SampleFlag
from console.services.sample_table import WIRE_SAMPLE

LEAST_MEASURED = 2  # one value alone may well stand still


class StuckReadings:
    """Follows how long rate, load and measured depth have been exactly the same, in pen time.

    A jump in the sample index breaks nothing, a new boot does. Only judged while the motor runs and
    at least two of the three are measured (Pen Link 1, Liveness).
    """

    def __init__(self) -> None:
        self.start_over()

    def start_over(self) -> None:
        """Forget what was seen."""
        self._boot: tuple[str, int] | None = None
        self._last: tuple[int, ...] = ()
        self._since_pen_us, self._since_s = 0, 0.0

    def runs(self, batch: Batch) -> Iterator[tuple[bool, float, float]]:
        """Give each stretch of equal readings of a batch, in order: judged, from when, until when.

        Both moments are seconds of the steady clock: the arrival of the stretch's first sample, and
        that plus the pen time since.
        """
        if (batch.pen_serial, batch.boot_id) != self._boot:
            self.start_over()
            self._boot = (batch.pen_serial, batch.boot_id)
        shown = _shown(np.frombuffer(batch.samples, WIRE_SAMPLE))
        starts = [0, *(np.flatnonzero(np.any(shown[1:] != shown[:-1], axis=1)) + 1).tolist()]
        for start, end in zip(starts, [*starts[1:], batch.count], strict=True):
            row = tuple(shown[start].tolist())
            if row != self._last:
                self._last = row
                self._since_pen_us = batch.pen_time_us + start * batch.period_us
                self._since_s = batch.received_s - (batch.count - 1 - start) * batch.period_us / 1_000_000
            lasted_us = batch.pen_time_us + (end - 1) * batch.period_us - self._since_pen_us
            yield _is_judged(row), self._since_s, self._since_s + lasted_us / 1_000_000


def _shown(raw: NDArray[np.void]) -> NDArray[np.int64]:
    """Give motor, rate, load and measured depth as columns."""
    flags = raw["flags"]
    depth = np.where((flags & SampleFlag.DEPTH_MEASURED) != 0, raw["depth_um"], NOT_MEASURED)
    return np.stack([flags & SampleFlag.MOTOR_RUNNING, raw["rate_chz"], raw["load_ma"], depth], axis=1).astype(np.int64)


def _is_judged(row: tuple[int, ...]) -> bool:
    motor, *values = row
    return bool(motor) and sum(1 for value in values if value != NOT_MEASURED) >= LEAST_MEASURED
