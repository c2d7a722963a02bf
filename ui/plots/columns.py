"""The fastest way to draw a trace with Qt's software painter: rectangles straight from an array."""

from typing import cast

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen
from shiboken6 import Shiboken

Floats = NDArray[np.float64]


class ColumnBuffer:
    """An array of rectangles that Qt reads without a Python object for each."""

    def __init__(self) -> None:
        self._boxes = np.empty((0, 4), np.float64)
        self._first: QRectF | None = None

    def draw(self, painter: QPainter, left: Floats, top: Floats, width: float | Floats, height: Floats,
             ink: QColor) -> None:
        """Draw rectangles; all arrays in px and of one length."""
        count = len(left)
        if count == 0:
            return
        if len(self._boxes) < count:
            self._boxes = np.empty((count, 4), np.float64)
            # Four doubles in a row are what a QRectF is; the array outlives the wrapper.
            self._first = cast(QRectF, Shiboken.wrapInstance(self._boxes.ctypes.data, QRectF))
        boxes = self._boxes[:count]
        boxes[:, 0], boxes[:, 1], boxes[:, 2], boxes[:, 3] = left, top, width, height
        painter.setPen(QColor(0, 0, 0, 0))
        painter.setBrush(ink)
        assert self._first is not None
        painter.drawRects(self._first, count)


class LineBuffer:
    """Thin smooth lines from one column's middle to the next, straight from an array."""

    def __init__(self) -> None:
        self._ends = np.empty((0, 4), np.float64)
        self._first: QLineF | None = None

    def draw(self, painter: QPainter, x: Floats, y: Floats, shifts: tuple[float, ...], ink: QColor) -> None:
        """Draw a line through the points at each of ``shifts`` below them, broken wherever ``y`` is NaN."""
        whole = ~np.isnan(y)
        places = np.flatnonzero(whole[:-1] & whole[1:])
        count = len(places)
        if count == 0:
            return
        if len(self._ends) < len(x) * len(shifts):
            self._ends = np.empty((len(x) * len(shifts), 4), np.float64)
            self._first = cast(QLineF, Shiboken.wrapInstance(self._ends.ctypes.data, QLineF))
        for number, shift in enumerate(shifts):
            ends = self._ends[number * count : (number + 1) * count]
            ends[:, 0], ends[:, 2] = x[places], x[places + 1]
            ends[:, 1], ends[:, 3] = y[places] + shift, y[places + 1] + shift
        painter.setPen(QPen(ink, 1))
        assert self._first is not None
        painter.drawLines(self._first, count * len(shifts))


def joined(low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Stretch each column to touch the one before it, so that the trace has no holes but real ones."""
    before_low, before_high = low[:-1], high[:-1]
    grown_low, grown_high = low.copy(), high.copy()
    np.fmin(low[1:], before_high, out=grown_low[1:])
    np.fmax(high[1:], before_low, out=grown_high[1:])
    empty = np.isnan(low)
    grown_low[empty] = np.nan
    grown_high[empty] = np.nan
    return grown_low, grown_high


def runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Give the (first, end) of each run of True."""
    if not mask.any():
        return []
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return [(int(first), int(end)) for first, end in zip(edges[0::2], edges[1::2], strict=True)]
