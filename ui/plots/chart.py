"""Charts of few figures, for a manager's desk: bars by group and lines over a course, in the colours of the theme.

Importing this costs a noticeable part of a second, so pages import it when they first show a chart.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from ui.fonts import tabular_font, text_font
from ui.theme import color

SERIES_TOKENS = ("live", "trace2", "done", "caution")
DASHES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine)
SYMBOLS = ("o", "s", "t", "d")
_GROUP_SHARE = 0.78  # of a group's room that its bars take


@dataclass(frozen=True)
class ChartSeries:
    """What one session, person or lot says: its name, and its values (NaN: not known) at ``at`` for lines."""

    name: str
    values: NDArray[np.float64]
    at: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    marked: bool = False  # each value by a dot, for values that are few
    joined: bool = True  # else the dots alone


class FigureChart(QWidget):
    """Nothing moves and nothing is touched in it; the table beside it says the same in words."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._plot = pg.PlotWidget()
        self._plot.setFrameShape(QFrame.Shape.NoFrame)
        self._plot.setMenuEnabled(False)
        self._plot.setMouseEnabled(x=False, y=False)
        self._plot.hideButtons()
        for side in ("left", "bottom"):
            self._plot.getAxis(side).enableAutoSIPrefix(False)  # the unit stands in the figure's name
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._bars: tuple[tuple[str, ...], tuple[ChartSeries, ...]] | None = None
        self._lines: tuple[ChartSeries, ...] = ()
        self._axis, self._foot = "", ""
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._plot)

    def show_bars(self, groups: Sequence[str], series: Sequence[ChartSeries], axis: str) -> None:
        """Show a bar of each series in each group; ``axis`` names the figure and its unit."""
        self._bars, self._lines, self._axis, self._foot = (tuple(groups), tuple(series)), (), axis, ""
        self._draw()

    def show_lines(self, series: Sequence[ChartSeries], axis: str, foot: str) -> None:
        """Show a line of each series; ``foot`` names what it goes over."""
        self._bars, self._lines, self._axis, self._foot = None, tuple(series), axis, foot
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.PaletteChange):
            self._draw()

    # --- drawing -----------------------------------------------------------------------------------------

    def _draw(self) -> None:
        plot = self._plot
        plot.clear()
        plot.setBackground(color("surface"))
        for side in ("left", "bottom"):
            axis = plot.getAxis(side)
            axis.setPen(color("line"))
            axis.setTextPen(color("ink2"))
            axis.setTickFont(tabular_font(13) if side == "left" else text_font(13))
            axis.setTicks(None)
            axis.setTickSpacing()
            axis.setZValue(-1)  # the grid lies behind the bars
        plot.getAxis("left").setWidth(64)
        plot.showGrid(x=False, y=True, alpha=0.25)
        words = {"color": color("ink2").name(), "font-size": "14px", "font-family": text_font(14).family()}
        plot.setLabel("left", self._axis, **words)
        plot.setLabel("bottom", self._foot, **words)
        if self._bars is not None:
            self._draw_bars(*self._bars)
        else:
            self._draw_lines()
        self.setAccessibleName(f"Chart: {self._axis}")

    def _draw_bars(self, groups: tuple[str, ...], series: tuple[ChartSeries, ...]) -> None:
        width = _GROUP_SHARE / max(len(series), 1)
        most = 0.0
        for number, one in enumerate(series):
            known = np.nan_to_num(one.values, nan=0.0)
            most = max(most, float(known.max(initial=0.0)))
            x = np.arange(len(groups)) - _GROUP_SHARE / 2 + width * (number + 0.5)
            self._plot.addItem(pg.BarGraphItem(
                x=x, height=known, width=width * 0.9, brush=color(SERIES_TOKENS[number]), pen=color("surface")))
        axis = self._plot.getAxis("bottom")
        axis.setTicks([[(place, name.replace(", ", ",\n")) for place, name in enumerate(groups)]])
        axis.setHeight(44)
        self._plot.setXRange(-0.5, max(len(groups), 1) - 0.5, padding=0)
        self._plot.setYRange(0, most * 1.08 or 1.0, padding=0)

    def _draw_lines(self) -> None:
        axis = self._plot.getAxis("bottom")
        axis.setHeight(None)
        if any(one.marked and one.joined for one in self._lines):
            axis.setTickSpacing(1, 1)  # sessions are counted
        elif any(one.marked for one in self._lines):
            self._plot.getAxis("left").setTickSpacing(1, 1)  # steps of a scale
        most, least, end = 0.0, 0.0, 0.0
        for number, one in enumerate(self._lines):
            ink = color(SERIES_TOKENS[number % len(SERIES_TOKENS)])
            pen = pg.mkPen(ink, width=2, style=DASHES[number % len(DASHES)] if one.marked else DASHES[0])
            marks = {"symbol": SYMBOLS[number % len(SYMBOLS)], "symbolBrush": ink, "symbolPen": color("surface"),
                     "symbolSize": 12} if one.marked else {}
            self._plot.plot(one.at, one.values, pen=pen if one.joined else None, connect="finite", **marks)
            if len(one.values) and not np.isnan(one.values).all():
                most, least = max(most, float(np.nanmax(one.values))), min(least, float(np.nanmin(one.values)))
                end = max(end, float(one.at.max()))
        self._plot.setYRange(least, most * 1.1 or 1.0, padding=0)
        self._plot.setXRange(0, end * 1.02 or 1.0, padding=0)
