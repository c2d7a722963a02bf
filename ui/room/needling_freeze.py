"""The frozen plots: a copy of the columns of one moment, two cursors, and what lies between them."""

from dataclasses import dataclass, field

import numpy as np

from console.services import local_time
from console.services.sample_bins import Floats
from console.services.sample_ring import WindowBins
from ui.plots.target_band import PlotCursor, PlotFlag

THAW_S = 60.0  # a frozen plot must not be taken for a live one for long
_NAMES = ("A", "B")


@dataclass
class FrozenPlots:
    """What stands still since ``since_s``; ``alarms`` lasted then, a new one thaws, as does another pass (``at``)."""

    bins: WindowBins
    flags: list[PlotFlag]
    since_s: float
    alarms: frozenset[str]
    at: tuple[object, ...]
    shares: list[float] = field(default_factory=lambda: [1 / 3, 2 / 3])
    chosen: int = 1

    def over(self, now_s: float, alarms: frozenset[str], at: tuple[object, ...]) -> bool:
        """Tell whether it has to give way to the live plots."""
        return now_s - self.since_s >= THAW_S or bool(alarms - self.alarms) or at != self.at

    # --- hands ------------------------------------------------------------------------------------------

    def touch(self, share: float, taken: bool) -> None:
        """Move the cursor under a finger: the nearer one when the finger was just put down."""
        if taken:
            self.chosen = min((0, 1), key=lambda one: abs(self.shares[one] - share))
        self.shares[self.chosen] = min(max(share, 0.0), 1.0)

    def step(self, columns: int) -> None:
        """Move the chosen cursor by columns."""
        count = max(len(self.bins.depth_min_um), 1)
        place = min(max(self._column(self.chosen) + columns, 0), count - 1)
        self.shares[self.chosen] = min((place + 0.5 + self._glide) / count, 1.0)

    def choose(self, key: str) -> None:
        """Choose the cursor that moves: a or b."""
        self.chosen = 0 if key == "a" else 1

    # --- words ------------------------------------------------------------------------------------------

    def depth_cursors(self) -> list[PlotCursor]:
        """Give the cursors with the least and most depth of their columns."""
        bins = self.bins
        return self._cursors(bins.depth_min_um / 1000, bins.depth_max_um / 1000, 2)

    def rate_cursors(self) -> list[PlotCursor]:
        """Give the cursors with the least and most speed of their columns."""
        return self._cursors(self.bins.rate_min_chz / 100, self.bins.rate_max_chz / 100, 0)

    def difference_words(self) -> str:
        """Say when the cursors stand and what lies between them; by the middles of their columns."""
        first, second = self._column(0), self._column(1)
        times = ", ".join(f"{name} {local_time.clock_seconds_text(self._at_us(share))}"
                          for name, share in zip(_NAMES, self.shares, strict=True))
        apart_s = abs(self.shares[1] - self.shares[0]) * self.bins.seconds
        parts = [f"{apart_s:.2f} s" if apart_s < 10 else f"{apart_s:.1f} s"]
        bins = self.bins
        for low, high, scale, digits, unit in (
            (bins.depth_min_um, bins.depth_max_um, 1000, 2, "mm"), (bins.rate_min_chz, bins.rate_max_chz, 100, 0, "Hz"),
        ):
            if len(low):
                change = float((low[second] + high[second] - low[first] - high[first]) / 2) / scale
                parts.append("--" if np.isnan(change) else f"{change:+.{digits}f} {unit}")
        return f"{times}: {', '.join(parts)}"

    def _cursors(self, low: Floats, high: Floats, digits: int) -> list[PlotCursor]:
        made = []
        for number, name in enumerate(_NAMES):
            column = self._column(number)
            words = "--"
            if column < len(low) and not np.isnan(low[column]):
                least, most = (f"{value[column]:.{digits}f}" for value in (low, high))
                words = least if least == most else f"{least} to {most}"
            made.append(PlotCursor(self.shares[number], f"{name} {words}", number == self.chosen))
        return made

    def _column(self, number: int) -> int:
        count = len(self.bins.depth_min_um)
        return min(max(int(self.shares[number] * count - self._glide), 0), max(count - 1, 0))

    @property
    def _glide(self) -> float:
        """Give by how much of a column the picture lies to the right: it was frozen in the middle of a glide."""
        return 1.0 - self.bins.phase

    def _at_us(self, share: float) -> int:
        return self.bins.end_us - round((1.0 - share) * self.bins.seconds * 1e6)
