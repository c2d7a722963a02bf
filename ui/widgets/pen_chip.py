"""The pen's chip in the app bar: always there, never loud."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter

from ui.fonts import tabular_font, text_font
from ui.icons import paint_icon
from ui.paint import LEFT, paint_box, paint_focus, paint_text, size_of, text_width
from ui.theme import color, pressed_fill
from ui.widgets.buttons import PaintedButton


@dataclass(frozen=True)
class PenLook:
    """``kind``: ready, live, looking, low, stale, lost, manual, none, or person (who is signed in).

    ``battery`` in percent, None on mains.
    """

    kind: str
    name: str = "Pen"
    battery: int | None = None
    retries: int = 0


_WORDS = {
    "ready": "{name} ready",
    "live": "{name}",
    "looking": "Looking for pen",
    "low": "{name}, {battery}%",
    "stale": "{name}, no readings",
    "lost": "{name}, retry {retries}",
    "manual": "By hand",
    "none": "No pen",
    "person": "{name}",
}
_ICONS = {"lost": "penoff", "manual": "hand", "person": "user"}
_DOTS = {"ready": "done", "live": "done", "stale": "caution"}


class PenChip(PaintedButton):
    """Shows a pen's state; ``clicked`` opens its details."""

    def __init__(self, look: PenLook | None = None) -> None:
        super().__init__("penChip")
        self._look = look or PenLook("none")
        self.setFixedHeight(44)
        self._name_it()

    def show_pen(self, look: PenLook) -> None:
        """Show this state; costs nothing when unchanged."""
        if look != self._look:
            self._look = look
            self._name_it()
            self.updateGeometry()
            self.update()

    def look(self) -> PenLook:
        """Give the state shown."""
        return self._look

    def words(self) -> str:
        """Give the chip's words."""
        look = self._look
        return _WORDS[look.kind].format(name=look.name, battery=look.battery, retries=look.retries)

    def _name_it(self) -> None:
        battery = self._look.battery
        charge = "" if battery is None else f", battery {battery} percent"
        self.setAccessibleName(self.words() + charge)

    def _shows_battery(self) -> bool:
        return self._look.kind in ("ready", "live", "stale") and self._look.battery is not None

    def sizeHint(self) -> QSize:
        lead = 34 if self._look.kind in ("low", *_ICONS) else 20
        width = 16 + lead + text_width(self.words(), text_font(14, 500)) + 16
        if self._shows_battery():
            width += 10 + 24 + 7 + text_width(f"{self._look.battery}%", tabular_font(14))
        return size_of(width, 44)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _inks(self) -> tuple[QColor, QColor]:
        if self._look.kind == "low":
            return color("caution"), color("caution")
        if self._look.kind == "lost":
            return color("stop"), color("stop")
        return color("line"), color("ink")

    def paint(self, painter: QPainter) -> None:
        box = self.rect().toRectF()
        edge, ink = self._inks()
        paint_box(painter, box, 22, pressed_fill() if self.isDown() else color("surface"), edge)
        if self._ring:
            paint_focus(painter, box, 22)
        left = self._paint_lead(painter, ink)
        words = self.words()
        left += paint_text(painter, QRectF(left, 0, box.width() - left, 44), words, text_font(14, 500), ink, LEFT)
        if self._shows_battery() and self._look.battery is not None:
            paint_battery(painter, QRectF(left + 10, 16, 22, 12), self._look.battery, color("ink2"))
            paint_text(painter, QRectF(left + 41, 0, 60, 44), f"{self._look.battery}%", tabular_font(14),
                       color("ink3"), LEFT, elide=False)

    def _paint_lead(self, painter: QPainter, ink: QColor) -> float:
        kind = self._look.kind
        if kind == "low":
            paint_battery(painter, QRectF(16, 16, 22, 12), self._look.battery or 0, ink)
            return 50.0
        if kind in _ICONS:
            paint_icon(painter, _ICONS[kind], QRectF(15, 12, 20, 20), ink)
            return 46.0 if kind == "lost" else 44.0
        painter.setPen(Qt.PenStyle.NoPen)
        if kind in _DOTS:
            painter.setBrush(color(_DOTS[kind]))
            painter.drawEllipse(QPointF(21, 22), 5, 5)
        else:
            paint_box(painter, QRectF(16, 17, 10, 10), 5, None, color("border"), 2)
        return 36.0


def paint_battery(painter: QPainter, box: QRectF, percent: int, ink: QColor) -> None:
    """Paint a battery filled to ``percent``."""
    body = QRectF(box.left(), box.top(), box.width() - 3, box.height())
    paint_box(painter, body, 3, None, ink, 1.4)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    inner = body.adjusted(2.5, 2.5, -2.5, -2.5)
    inner.setWidth(max(inner.width() * min(percent, 100) / 100, 1.5))
    painter.drawRoundedRect(inner, 1, 1)
    painter.drawRoundedRect(QRectF(body.right() + 1, box.center().y() - 2.5, 2, 5), 1, 1)
