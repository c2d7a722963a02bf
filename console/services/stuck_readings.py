"""Pen readings that never change although the motor runs: a frozen sensor, or a pen that repeats itself."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from console.domain.telemetry import NOT_MEASURED, Batch, SampleFlag
from console.services.sample_table import WIRE_SAMPLE

_MOTOR, _SENSOR = int(SampleFlag.MOTOR_RUNNING), int(SampleFlag.DEPTH_MEASURED)
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

    def runs(
        self, batch: Batch, taken_s: NDArray[np.float64], least_s: float = 0.0,
    ) -> Iterator[tuple[bool, float, float]]:
        """Give stretches of equal readings of a batch, in order: judged, from when, until when.

        Both moments are seconds of the steady clock: when the stretch's first sample was taken (``taken_s`` has each
        one's time), and that plus the pen time since. Left out are those that last less than ``least_s``, follow
        another such and are not a batch's last.
        """
        if (batch.pen_serial, batch.boot_id) != self._boot:
            self.start_over()
            self._boot = (batch.pen_serial, batch.boot_id)
        shown = _shown(np.frombuffer(batch.samples, WIRE_SAMPLE))
        starts = [0, *(np.flatnonzero(np.any(shown[1:] != shown[:-1], axis=1)) + 1).tolist()]
        follows_short = False
        for start, end in zip(starts, [*starts[1:], batch.count], strict=True):
            is_short = start > 0 and (end - start) * batch.period_us < least_s * 1_000_000
            left_out, follows_short = follows_short and is_short and end < batch.count, is_short
            if left_out:
                self._last = ()  # what comes after it began after it
                continue
            row = tuple(shown[start].tolist())
            if row != self._last:
                self._last = row
                self._since_pen_us = batch.pen_time_us + start * batch.period_us
                self._since_s = float(taken_s[start])
            lasted_us = batch.pen_time_us + (end - 1) * batch.period_us - self._since_pen_us
            yield _is_judged(row), self._since_s, self._since_s + lasted_us / 1_000_000


def _shown(raw: NDArray[np.void]) -> NDArray[np.int64]:
    """Give motor, rate, load and measured depth as columns."""
    flags = raw["flags"]
    shown = np.empty((len(raw), 4), np.int64)
    shown[:, 0], shown[:, 1], shown[:, 2] = flags & _MOTOR, raw["rate_chz"], raw["load_ma"]
    shown[:, 3] = np.where(flags & _SENSOR != 0, raw["depth_um"], NOT_MEASURED)
    return shown


def _is_judged(row: tuple[int, ...]) -> bool:
    motor, *values = row
    return bool(motor) and sum(1 for value in values if value != NOT_MEASURED) >= LEAST_MEASURED
