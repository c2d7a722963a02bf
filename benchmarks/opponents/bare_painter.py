"""The floor: a widget that does nothing but fill its ground and stroke the given bins with QPainter."""

import numpy as np
from PySide6.QtCore import QLineF
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget
from shiboken6 import Shiboken


class BarePainter(QWidget):
    """One trace as a poly-line through least and most of each bin: 1 px, no antialiasing, no grid, no axis."""

    def __init__(self, low: float, high: float) -> None:
        super().__init__()
        self.low, self.high = low, high
        self.minimum = self.maximum = np.zeros(0)
        self.lines = np.zeros((0, 4))
        self.first = None

    def show_bins(self, minimum, maximum):
        self.minimum, self.maximum = minimum, maximum
        self.update()

    def paintEvent(self, event):
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("white"))
        kept = ~np.isnan(self.minimum)
        count = 2 * int(kept.sum()) - 1
        if count > 0:
            if len(self.lines) < count:
                self.lines = np.zeros((2 * len(kept), 4))
                self.first = Shiboken.wrapInstance(self.lines.ctypes.data, QLineF)
            scale, lines = self.height() / (self.high - self.low), self.lines
            points = np.empty((count + 1, 2))
            points[:, 0] = np.repeat(np.flatnonzero(kept) * (self.width() / len(kept)), 2)
            points[0::2, 1] = self.height() - (self.minimum[kept] - self.low) * scale
            points[1::2, 1] = self.height() - (self.maximum[kept] - self.low) * scale
            lines[:count, :2], lines[:count, 2:] = points[:-1], points[1:]
            painter.setPen(QPen(QColor("#3A49C9"), 1))
            painter.drawLines(self.first, count)
        painter.end()
