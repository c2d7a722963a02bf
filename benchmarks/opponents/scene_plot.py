"""The console's own trace inside pyqtgraph's scene: a fixed ViewBox and one GraphicsObject per plot."""

import pyqtgraph as pg
from PySide6.QtCore import QRectF

from ui.plots.trace import Columns, Scale, TracePainter


class BinsItem(pg.GraphicsObject):
    """Paints columns with the same painter as the console's plots, in the pixels of the view."""

    def __init__(self, low: float, high: float, token: str) -> None:
        super().__init__()
        self.low, self.high = low, high
        self.trace, self.columns = TracePainter(token), Columns()

    def boundingRect(self):
        return QRectF(0, self.low, 1, self.high - self.low)

    def show_bins(self, *bins):
        self.columns = Columns(*bins)
        self.update()

    def paint(self, painter, option, widget):
        view = painter.transform().mapRect(self.boundingRect())
        painter.save()
        painter.resetTransform()
        painter.setClipRect(view)
        self.trace.paint(painter, Scale(view, self.low, self.high), self.columns, None, "", "")
        painter.restore()


class ScenePlot(pg.PlotWidget):
    """Fixed range, no autorange, no mouse, ticks that stand still, ground and grid kept by the view."""

    def __init__(self, low: float, high: float, band: tuple[float, float], token: str = "live") -> None:
        super().__init__(background="w")
        self.setXRange(0, 1, padding=0)
        self.setYRange(low, high, padding=0)
        self.getPlotItem().disableAutoRange()
        self.setMouseEnabled(False, False)
        self.hideButtons()
        self.addItem(pg.LinearRegionItem(band, "horizontal", movable=False))
        self.item = BinsItem(low, high, token)
        self.addItem(self.item)

    def show_bins(self, *bins):
        self.item.show_bins(*bins)


