"""The usual way to draw: deques of samples, turned into lists, given to pyqtgraph's `setData` each frame."""

from collections import deque

import pyqtgraph as pg
from PySide6.QtWidgets import QVBoxLayout, QWidget


class ListPlot(QWidget):
    """Two curves over the last ``seconds``, without antialiasing."""

    def __init__(self, rate_hz: int, seconds: int = 30) -> None:
        super().__init__()
        pg.setConfigOptions(antialias=False)
        self.times, self.depths, self.rates = (deque(maxlen=seconds * rate_hz) for _ in range(3))
        box = QVBoxLayout(self)
        self.curves = []
        for title in ("Depth", "Speed"):
            plot = pg.PlotWidget(title=title)
            self.curves.append(plot.plot(pen="y"))
            box.addWidget(plot)

    def add(self, times, depths, rates):
        self.times.extend(times)
        self.depths.extend(depths)
        self.rates.extend(rates)

    def show_frame(self):
        times = list(self.times)
        for curve, values in zip(self.curves, (self.depths, self.rates), strict=True):
            curve.setData(times, list(values))
