"""The area map: where on face, scalp or body the treatment stands."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QMouseEvent, QPainter, QPen, QPolygonF, QResizeEvent, QTransform

from ui.fonts import text_font
from ui.paint import CENTRE, PaintedWidget, paint_box, paint_text, text_width
from ui.theme import color
from ui.widgets.area_source import FACE_CROP, AreaDrawing, Region, Stroke, load_map

TARGET_PX = 44.0
STATES = ("not_planned", "planned", "active", "done", "blocked")


@dataclass(frozen=True)
class AreaLook:
    """An area's state (not_planned, planned, active, done, blocked) and passes."""

    state: str = "not_planned"
    passes: int = 0
    passes_done: int = 0
    note: str = ""


_FILLS = {"not_planned": "skin", "planned": "live_tint", "active": "live", "done": "done_tint", "blocked": "stop_tint"}
_EDGES = {"planned": "live", "active": "live", "done": "done", "blocked": "stop"}
_NARROW = {"face.upper_lip": 0.75, "face.perioral": 0.66}  # little room above and below their anchors
_PENS = {"outline": ("sketch", 1.5), "line": ("sketch", 1.2), "lash": ("sketch", 1.7), "fine": ("sketch2", 1.0)}


class AreaMap(PaintedWidget):
    """A painted map. ``area_chosen(area_id)`` on a tap: it only points, whoever listens decides.

    ``small``: a picture without bars and without taps. Left and right are the patient's.
    """

    area_chosen = Signal(str)

    def __init__(self, map_id: str = "face", small: bool = False) -> None:
        super().__init__()
        self._small = small
        self._drawing: AreaDrawing = load_map(map_id)
        self._looks: dict[str, AreaLook] = {}
        self._selected = ""
        self._cropped = False
        self._outlines: dict[str, list[QPolygonF]] = {}
        self.setObjectName(f"areaMap.{map_id}")
        self.grow()
        self.setMinimumSize(60, 80)
        self._say()

    # --- what it shows ------------------------------------------------------------------------------------

    def set_map(self, map_id: str) -> None:
        """Show another map: face, scalp or body."""
        if map_id != self._drawing.map_id:
            self._drawing = load_map(map_id)
            self.setObjectName(f"areaMap.{map_id}")
            self._say()
            self.update()

    @property
    def map_id(self) -> str:
        """The map shown."""
        return self._drawing.map_id

    def set_areas(self, looks: Mapping[str, AreaLook]) -> None:
        """Show these areas' states; those not named are not planned."""
        if dict(looks) != self._looks:
            self._looks = dict(looks)
            self._say()
            self.update()

    def set_selected(self, area_id: str) -> None:
        """Mark an area as selected; empty marks none."""
        if area_id != self._selected:
            self._selected = area_id
            self.update()

    def set_cropped(self, cropped: bool) -> None:
        """Crop the face above the neck, which makes it 11 % larger."""
        self._cropped = cropped
        self.update()

    def areas(self) -> tuple[Region, ...]:
        """Give the regions of the map shown."""
        return self._drawing.regions

    def _say(self) -> None:
        planned = [look for look in self._looks.values() if look.state != "not_planned"]
        done = sum(look.state == "done" for look in planned)
        self.say(f"Map of the {self._drawing.map_id}", f"{done} of {len(planned)} areas done")

    # --- geometry -------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(268, 420)

    def _box(self) -> QRectF:
        return FACE_CROP if self._cropped and self._drawing.map_id == "face" else self._drawing.box

    def _scale(self) -> float:
        box = self._box()
        return min(self.width() / box.width(), self.height() / box.height())

    def transform(self) -> QTransform:
        """Give the way from map units to the widget's px."""
        box, scale = self._box(), self._scale()
        left = (self.width() - box.width() * scale) / 2 - box.left() * scale
        top = (self.height() - box.height() * scale) / 2 - box.top() * scale
        return QTransform(scale, 0, 0, scale, left, top)

    def point_of(self, area_id: str) -> QPointF:
        """Give the point of an area's anchor in the widget (KeyError if it is not on this map)."""
        for region in self._drawing.regions:
            if region.area_id == area_id:
                return self.transform().map(region.anchor)
        raise KeyError(area_id)

    def area_at(self, point: QPointF) -> str:
        """Give the area a tap means, or empty: small regions reach out like magnets."""
        inverse, turned = self.transform().inverted()
        if not turned:
            return ""
        at, scale = inverse.map(point), self._scale()
        best, chosen = 0.0, ""
        for region in self._drawing.regions:
            bonus = max(min(10.0, TARGET_PX / 2 / scale - region.inradius), 0.0)
            distance = self._signed_distance(region, at) - bonus
            if distance <= best and (distance < best or not chosen):
                best, chosen = distance, region.area_id
        return chosen

    def _signed_distance(self, region: Region, at: QPointF) -> float:
        key = f"{self._drawing.map_id}:{region.area_id}"
        if key not in self._outlines:
            fine = QTransform.fromScale(4, 4)  # Qt flattens curves in px: finer than map units
            self._outlines[key] = region.path.toSubpathPolygons(fine)
        spot = QPointF(at.x() * 4, at.y() * 4)
        nearest = min((_distance_to(outline, spot) for outline in self._outlines[key]), default=1e9) / 4
        return -nearest if region.path.contains(at) else nearest

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._small or event.button() != Qt.MouseButton.LeftButton:
            return
        if area_id := self.area_at(event.position()):
            self.area_chosen.emit(area_id)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.update()

    # --- painting ---------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter) -> None:
        painter.save()
        if self._cropped:
            painter.setClipRect(self.transform().mapRect(self._box()))
        painter.setTransform(self.transform(), True)
        drawing = self._drawing
        for stroke in drawing.backdrop:
            if stroke.kind not in ("lid", "lips"):
                self._paint_stroke(painter, stroke)
        for region in sorted(drawing.regions, key=self._rank):
            self._paint_region(painter, region)
        for stroke in drawing.backdrop:
            if stroke.kind in ("lid", "lips"):
                self._paint_stroke(painter, stroke)
        for stroke in drawing.features:
            self._paint_stroke(painter, stroke)
        painter.restore()
        if not self._small:
            self._paint_bars(painter)
            self._paint_sides(painter)

    def _look(self, region: Region) -> AreaLook:
        return self._looks.get(region.area_id, AreaLook())

    def _rank(self, region: Region) -> int:
        if region.area_id == self._selected:
            return 9
        return {"not_planned": 0, "planned": 1, "done": 2, "blocked": 3, "active": 4}[self._look(region).state]

    def _paint_region(self, painter: QPainter, region: Region) -> None:
        state = self._look(region).state
        painter.setBrush(color(_FILLS[state]))
        edge = _EDGES.get(state)
        if edge is None:
            painter.setPen(self._pen(color("line"), 1.0))
        else:
            painter.setPen(self._pen(color(edge), 1.3 if not self._small else 0.8))
        painter.drawPath(region.path)
        if state == "blocked":
            painter.setBrush(QBrush(color("stop", 0.35), Qt.BrushStyle.BDiagPattern))
            painter.drawPath(region.path)
        if region.area_id == self._selected:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(self._pen(color("live"), 3.0))
            painter.drawPath(region.path)

    def _pen(self, ink: QColor, width_px: float) -> QPen:
        pen = QPen(ink, width_px, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        pen.setCosmetic(True)
        return pen

    def _paint_stroke(self, painter: QPainter, stroke: Stroke) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if stroke.kind in ("lid", "lips", "band", "brow"):
            fill = {"lid": "lid", "lips": "lid", "band": "skin", "brow": "sketch"}[stroke.kind]
            painter.setBrush(color(fill))
            painter.setPen(Qt.PenStyle.NoPen)
            if stroke.kind == "lips":
                painter.setPen(self._pen(color("sketch"), 1.0))
            elif stroke.kind == "band":
                painter.setPen(self._pen(color("line"), 1.0))
        else:
            tone, width = _PENS.get(stroke.kind, ("sketch", 1.2))
            painter.setPen(self._pen(color(tone), width * (0.7 if self._small else 1.0)))
        painter.drawPath(stroke.path)

    def _paint_bars(self, painter: QPainter) -> None:
        way, scale = self.transform(), self._scale()
        for region in self._drawing.regions:
            look = self._look(region)
            if look.state in ("not_planned", "blocked") or not look.passes:
                continue
            height = min(16.0, region.inradius * scale * _NARROW.get(region.area_id, 1.1))
            at = way.map(region.anchor)
            if look.state == "active":
                ink = color("on_live")
            else:
                ink = color("done") if look.state == "done" else color("live")
            _paint_pass_bars(painter, at, height, look.passes, look.passes_done, ink)

    def _paint_sides(self, painter: QPainter) -> None:
        box = self.transform().mapRect(self._box())
        first, last = ("R", "L") if self._drawing.left_is_right else ("L", "R")
        top = max(box.top() + (0.045 if self._drawing.map_id == "face" else 0.02) * box.height(), 0)
        for letter, x in ((first, max(box.left() - 6, 0)), (last, min(box.right() - 16, self.width() - 22))):
            paint_text(painter, QRectF(x, top, 22, 20), letter, text_font(13, 600), color("ink2"), CENTRE, elide=False)


def _paint_pass_bars(painter: QPainter, at: QPointF, height: float, planned: int, done: int, ink: QColor) -> None:
    """Paint an area's passes: filled is done, hollow is to come."""
    count, width = max(planned, done), round(height * 0.42)
    step = width + max(round(height * 0.22), 3)
    left = at.x() - (count * step - (step - width)) / 2
    for number in range(count):
        bar = QRectF(round(left + number * step), round(at.y() - height / 2), width, round(height))
        if number < done:
            paint_box(painter, bar, 2, ink)
        else:
            paint_box(painter, bar, 2, None, ink, 1.2)


def _distance_to(outline: QPolygonF, at: QPointF) -> float:
    best = 1e18
    x, y = at.x(), at.y()
    corners = outline.toList()
    before = corners[-1] if corners else at
    for corner in corners:
        dx, dy = corner.x() - before.x(), corner.y() - before.y()
        length = dx * dx + dy * dy
        share = 0.0 if length == 0 else min(max(((x - before.x()) * dx + (y - before.y()) * dy) / length, 0), 1)
        off_x, off_y = x - before.x() - share * dx, y - before.y() - share * dy
        best = min(best, off_x * off_x + off_y * off_y)
        before = corner
    return float(best**0.5)


class MapLegend(PaintedWidget):
    """The words below a map: planned, active, done."""

    def __init__(self, states: tuple[str, ...] = ("planned", "active", "done")) -> None:
        super().__init__()
        self._states: tuple[str, ...] = ()
        self.setFixedHeight(24)
        self.show_states(states)

    def show_states(self, states: tuple[str, ...]) -> None:
        """Explain these colours."""
        if states != self._states:
            self._states = states
            self.say("Legend", ", ".join(states))
            self.update()

    def paint(self, painter: QPainter) -> None:
        words = {"planned": "Planned", "active": "Active", "done": "Done", "blocked": "Blocked",
                 "not_planned": "Not in plan"}
        widths = [22 + text_width(words[state], text_font(14)) for state in self._states]
        gap = (self.width() - 2 - sum(widths)) / max(len(self._states) - 1, 1)
        left = 0.0
        for state, width in zip(self._states, widths, strict=True):
            edge = color(_EDGES.get(state, "border"))
            paint_box(painter, QRectF(left, 5, 14, 14), 4, color(_FILLS[state]), edge)
            paint_text(painter, QRectF(left + 22, 0, 120, 24), words[state], text_font(14), color("ink2"))
            left += width + gap
