"""Needling by hand: depth and speed as dialled, in the place of the readouts, and as lines in the plots."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from console.domain.quantities import quantity
from console.domain.session_events import AreaPlan, ManualSettings
from console.domain.session_state import AreaProgress
from ui.paint import Surface
from ui.widgets.fields import Stepper
from ui.widgets.readout import BigReadout
from ui.widgets.texts import Label, Rule, TextLine, column, row

_DEPTH, _RATE = quantity("depth_um"), quantity("rate_chz")
Floats = NDArray[np.float64]


class HandCard(Surface):
    """Steppers for depth and speed beside the area time; ``changed`` by hand only."""

    changed = Signal()

    def __init__(self, time: BigReadout) -> None:
        super().__init__()
        self.depth_key = Stepper(1000, 50, 0, _DEPTH.high, _DEPTH.scale, _DEPTH.decimals, _DEPTH.unit, "Depth",
                             "manual.depth")
        self.rate_key = Stepper(10_000, 500, 0, _RATE.high, _RATE.scale, _RATE.decimals, _RATE.unit, "Speed",
                            "manual.rate")
        self._depth_plan, self._rate_plan = TextLine("", "label", "ink2"), TextLine("", "label", "ink2")
        for stepper in (self.depth_key, self.rate_key):
            stepper.changed.connect(self.changed)
        line = QHBoxLayout(self)
        line.setContentsMargins(1, 1, 1, 1)
        line.setSpacing(0)
        for number, (caption, stepper, plan) in enumerate((
                ("Depth", self.depth_key, self._depth_plan), ("Speed", self.rate_key, self._rate_plan))):
            if number:
                line.addWidget(Rule(down=True))
            head = row(Label(caption, "strong", "ink2"), Label("entered by hand", "label", "ink2"), None, spacing=8)
            cell = column(head, None, stepper, None, plan, spacing=8)
            cell.setContentsMargins(20, 10, 20, 12)
            line.addLayout(cell, 5)
        line.addWidget(Rule(down=True))
        line.addWidget(time, 4)

    def show_plan(self, area: AreaProgress | None) -> None:
        """Show an area's last settings, else what is planned."""
        if area is None:
            return
        plan = area.plan
        low, high = _DEPTH.shown(plan.band_low_um), _DEPTH.shown(plan.band_high_um)
        self._depth_plan.show_text(f"Plan {_DEPTH.shown(plan.target_depth_um)}, band {low} to {high}")
        self._rate_plan.show_text(f"Plan {_RATE.span(plan.rate_low_chz, plan.rate_high_chz)}")
        depth_um, rate_chz = settings_of(area)
        self.depth_key.set_value(depth_um)
        self.rate_key.set_value(rate_chz)


def settings_of(area: AreaProgress) -> tuple[int, int]:
    """Give depth and speed last entered for an area; before that, those of its plan."""
    planned = area.plan.target_depth_um, middle_rate(area.plan)
    if not area.manual:
        return planned
    last = area.manual[-1][1]
    return last.depth_um, last.rate_chz if last.rate_chz is not None else planned[1]


def middle_rate(plan: AreaPlan) -> int:
    """Give the middle of an area's speeds, whole hertz, in 1/100 Hz."""
    return round((plan.rate_low_chz + plan.rate_high_chz) / 200) * 100


def entered_lines(entered: Sequence[tuple[int, ManualSettings]], columns: int, now_us: int,
                  seconds: float) -> tuple[Floats, Floats]:
    """Give depth (mm) and speed (Hz) as entered, by column of the last ``seconds``; NaN where nothing stood."""
    depth, rate = np.full(columns, np.nan), np.full(columns, np.nan)
    for at_us, one in entered:
        first = max(round(columns * (1 - (now_us - at_us) / (seconds * 1e6))), 0)
        depth[first:] = one.depth_um / 1000
        rate[first:] = np.nan if one.rate_chz is None else one.rate_chz / 100
    return depth, rate
