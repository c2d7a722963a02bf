"""Whether a pen runs steadily: its speed over the last second, and its sample count against its own clock."""

import numpy as np
from numpy.typing import NDArray

from console.domain.telemetry import Batch

SPREAD_S = 1.0  # pen time over which the speed is compared with itself
BROKEN_US = 250_000  # count and clock of one pen may part by this much


class RateSpread:
    """Gives the greatest less the least speed of the last second, while the motor has run all that time.

    Frames lost on the way leave holes that are no gap: what is there of the second is judged.
    """

    def __init__(self) -> None:
        self.start_over()

    def start_over(self) -> None:
        """Forget what was seen."""
        self._rates: NDArray[np.float64] = np.empty(0)
        self._times: NDArray[np.float64] = np.empty(0)
        self._since_s: float | None = None

    def of(
        self, taken_s: NDArray[np.float64], rates: NDArray[np.float64], motor: NDArray[np.bool_], period_us: int,
    ) -> int | None:
        """Take speeds (strokes per second x 100) and their times; None where the last second cannot be judged."""
        broken = np.flatnonzero(~motor | np.isnan(rates))
        if len(broken):
            self.start_over()
            rates, taken_s = rates[broken[-1] + 1:], taken_s[broken[-1] + 1:]
        if not len(rates):
            return None
        times, all_rates = np.concatenate([self._times, taken_s]), np.concatenate([self._rates, rates])
        full_s = SPREAD_S - 1.5 * period_us / 1e6  # from the first to the last sample of a second
        first = int(np.searchsorted(times, times[-1] - SPREAD_S + period_us / 2e6, "right"))
        self._since_s = float(times[0]) if self._since_s is None else self._since_s
        full = float(times[-1]) - self._since_s >= full_s
        self._times, self._rates = times[first:], all_rates[first:]
        return round(float(np.ptp(self._rates))) if full else None


class IndexPace:
    """Tells a sample count that leaps against the pen's own clock: one of the two is wrong."""

    def __init__(self) -> None:
        self.start_over()

    def start_over(self) -> None:
        """Forget what was seen."""
        self._before: Batch | None = None

    def is_broken(self, batch: Batch) -> bool:
        """Tell whether a batch does not follow from the one before it."""
        before, self._before = self._before, batch
        if before is None or (before.pen_serial, before.boot_id) != (batch.pen_serial, batch.boot_id):
            return False
        counted_us = (batch.first_index - before.first_index) * batch.period_us
        return abs(counted_us - (batch.pen_time_us - before.pen_time_us)) > BROKEN_US
