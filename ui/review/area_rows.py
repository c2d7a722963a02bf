"""Areas against plan: a row an area with its range bar, median, rate and time."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QMouseEvent, QPainter

from console.domain.ports import AreaSummary
from ui.fonts import tabular_font, text_font
from ui.paint import LEFT, RIGHT, PaintedWidget, paint_box, paint_text
from ui.theme import color
from ui.widgets.tags import paint_range

_HEAD_PX, _ROW_PX, _LOW_ROW_PX = 24, 25, 16  # rows draw together before any is cut
FULL_UM = 2_000
_MEDIAN, _RATE, _DENSITY, _TIME = 184.0, 142.0, 56.0, 8.0  # right edges, px from the right
PROVENANCE = {"set": "set", "by_hand": "by hand", "none": ""}  # measured needs no word


class AreaRows(PaintedWidget):
    """The table under the replay; ``area_chosen(area_id)`` when a row is tapped."""

    area_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("areaRows")
        self._areas: tuple[AreaSummary, ...] = ()
        self._active = ""

    def show_areas(self, areas: Sequence[AreaSummary]) -> None:
        """Show these areas."""
        self._areas = tuple(areas)
        self.say("Areas", "; ".join(f"{one.label} {_depth(one)}" for one in areas))
        self.setMinimumHeight(_HEAD_PX + _LOW_ROW_PX * len(self._areas))
        self.setMaximumHeight(self.sizeHint().height())
        self.updateGeometry()
        self.update()

    def show_active(self, area_id: str) -> None:
        """Light up the area the replay is in."""
        if area_id != self._active:
            self._active = area_id
            self.update()

    def _pitch(self) -> float:
        spare = (self.height() - _HEAD_PX) / max(len(self._areas), 1)
        return min(max(spare, _LOW_ROW_PX), _ROW_PX)

    def sizeHint(self) -> QSize:
        return QSize(552, _HEAD_PX + _ROW_PX * len(self._areas))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = int((event.position().y() - _HEAD_PX) // self._pitch())
        if 0 <= place < len(self._areas):
            self.area_chosen.emit(self._areas[place].area_id)

    def paint(self, painter: QPainter) -> None:
        width = float(self.width())
        bar = QRectF(width * 0.31, 0, width * 0.20, _HEAD_PX)
        hint, ink = text_font(13), color("ink3")
        paint_text(painter, QRectF(8, 0, 160, _HEAD_PX), "Area", hint, ink)
        paint_text(painter, bar, "Depth, mm", hint, ink)
        for words, right in (("Median", _MEDIAN), ("Hz", _RATE), ("Est. per cm²", _DENSITY), ("Time", _TIME)):
            paint_text(painter, QRectF(width - right - 84, 0, 84, _HEAD_PX), words, hint, ink, RIGHT)
        full_um = max([FULL_UM, *((one.p95_depth_um or 0) + 100 for one in self._areas)])
        pitch = self._pitch()
        for place, area in enumerate(self._areas):
            self._row(painter, area, QRectF(0, _HEAD_PX + place * pitch, width, pitch), bar, full_um)

    def _row(self, painter: QPainter, area: AreaSummary, box: QRectF, bar: QRectF, full_um: int) -> None:
        if area.area_id == self._active:
            paint_box(painter, box, 6, color("live_tint"))
        weight = 600 if area.area_id == self._active else 400
        px = 14 if box.height() > 19 else 13
        paint_text(painter, box.adjusted(8, 0, bar.left() - box.width() - 8, 0), area.label, text_font(px, weight),
                   color("ink"), LEFT)
        spread = None
        if area.p5_depth_um is not None and area.median_depth_um is not None and area.p95_depth_um is not None:
            spread = (area.p5_depth_um, area.median_depth_um, area.p95_depth_um)
        paint_range(painter, QRectF(bar.left(), box.top(), bar.width(), box.height()),
                    (area.planned_low_um, area.planned_high_um), spread, full_um)
        rate = "–" if area.median_rate_chz is None else str(round(area.median_rate_chz / 100))
        minutes = f"{area.area_time_s // 60}:{area.area_time_s % 60:02d}" if area.passes_done else "–"
        density = "–" if area.punctures_per_cm2 is None else f"{area.punctures_per_cm2:,}"
        for words, right in ((_depth(area), _MEDIAN), (rate, _RATE), (density, _DENSITY), (minutes, _TIME)):
            paint_text(painter, QRectF(box.width() - right - 84, box.top(), 84, box.height()), words,
                       tabular_font(px, weight), color("ink"), RIGHT)


def _depth(area: AreaSummary) -> str:
    if area.median_depth_um is None:
        return "–"
    word = PROVENANCE.get(area.provenance, "")
    return f"{area.median_depth_um / 1000:.2f}" + (f" {word}" if word else "")
