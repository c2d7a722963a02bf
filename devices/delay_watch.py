"""How long the console itself takes from reading bytes to handing on what was in them.

What passed before the read (the pen, the cable, a bridge's buffer) cannot be known from here.
"""

from collections import deque
from statistics import median

_READS_KEPT = 512


class DelayWatch:
    """Delays of the last reads in link seconds; the greatest is kept since the link was opened."""

    def __init__(self) -> None:
        self._recent_s: deque[float] = deque(maxlen=_READS_KEPT)
        self._greatest_s = 0.0

    def note(self, delay_s: float) -> None:
        """Take one read's delay."""
        self._recent_s.append(delay_s)
        self._greatest_s = max(self._greatest_s, delay_s)

    @property
    def median_ms(self) -> float | None:
        """Give the median of the last 512 reads; None before the first."""
        return median(list(self._recent_s)) * 1e3 if self._recent_s else None

    @property
    def greatest_ms(self) -> float | None:
        """Give the greatest since the link was opened; None before the first read."""
        return self._greatest_s * 1e3 if self._recent_s else None
