"""Whether a pen runs steadily: its speed over the last second, and its sample count against its own clock."""

import numpy as np
from numpy.typing import NDArray

from console.domain.telemetry import Batch

SPREAD_US = 1_000_000  # pen time over which the speed is compared with itself
BROKEN_US = 250_000  # count and clock of one pen may part by this much


class RateSpread:
    """Gives the greatest less the least speed of the last second, while the motor has run all that time."""

    def __init__(self) -> None:
        self.start_over()

    def start_over(self) -> None:
        """Forget what was seen."""
        self._run: tuple[str, int, int] | None = None
        self._rates: NDArray[np.float64] = np.empty(0)

    def of(self, batch: Batch, rates: NDArray[np.float64], motor: NDArray[np.bool_]) -> int | None:
        """Take a batch's speeds (strokes per second x 100); None where the last second cannot be judged."""
        run = (batch.pen_serial, batch.boot_id, batch.first_index)
        if run != self._run:
            self.start_over()
        self._run = (batch.pen_serial, batch.boot_id, batch.end_index)
        broken = np.flatnonzero(~motor | np.isnan(rates))
        if len(broken):
            self._rates, rates = np.empty(0), rates[broken[-1] + 1:]
        wanted = max(SPREAD_US // batch.period_us, 2)
        self._rates = np.concatenate([self._rates, rates])[-wanted:]
        return round(float(np.ptp(self._rates))) if len(self._rates) == wanted else None


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
