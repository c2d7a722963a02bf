"""Large numbers for reading at a distance, and the picture of «in band» beside them."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy

from ui.fonts import CAP_HEIGHT_EM, numeral_width, paint_numeral, tabular_font, text_font
from ui.icons import paint_icon
from ui.paint import CENTRE, LEFT, RIGHT, PaintedWidget, Surface, paint_box, paint_text, rounded_path, text_width
from ui.theme import color, mixed
from ui.widgets.status_line import ALARM_LOOKS
from ui.widgets.texts import Rule


@dataclass(frozen=True)
class GaugeLook:
    """A gauge from ``low`` to ``high`` with a band and a value, all in one unit; None where unknown."""

    value: float | None = None
    band: tuple[float, float] | None = None
    low: float = 0.0
    high: float = 2.0
    ends: tuple[str, str] = ("0", "2.0")
    words: str = ""


@dataclass(frozen=True)
class ReadoutLook:
    """What a readout shows. ``state``: plain, in_band, alarm, stale (no number), no_contact.

    ``note`` stands at the upper right, ``footer`` below; ``priority`` colours an alarm.
    """

    text: str = ""
    state: str = "plain"
    note: str = ""
    footer: str = ""
    priority: str = "medium"
    provenance: str = ""  # measured, set, entered by hand


def paint_gauge(painter: QPainter, box: QRectF, look: GaugeLook, alarm_ink: QColor | None = None) -> None:
    """Paint track, band and caret into a box; the track is 10 px high in its middle."""
    span = look.high - look.low
    track = QRectF(box.left(), box.center().y() - 5, box.width(), 10)
    base = QColor(alarm_ink) if alarm_ink else color("track")
    band = QColor(alarm_ink) if alarm_ink else mixed("done_tint", "done", 0.48)
    if alarm_ink:
        base.setAlphaF(0.16)
        band.setAlphaF(0.5)
    paint_box(painter, track, 5, base, None if alarm_ink else _track_edge())
    if look.band:
        low, high = (box.left() + box.width() * (edge - look.low) / span for edge in look.band)
        painter.fillRect(QRectF(low, track.top(), high - low, 10), band)
    if look.value is not None:
        share = min(max((look.value - look.low) / span, 0.0), 1.0)
        x = box.left() + 2 + (box.width() - 4) * share
        caret = QRectF(x - 2, box.center().y() - 10, 4, 20)
        if alarm_ink is None:
            paint_box(painter, caret.adjusted(-2, 0, 2, 0), 3, color("surface"))
        paint_box(painter, caret, 2, alarm_ink or color("ink"))


def _track_edge() -> QColor | None:
    return color("line") if color("track") == color("canvas") else None


class BandGauge(PaintedWidget):
    """A scale with the plan's band and a caret; ends and words below."""

    def __init__(self, look: GaugeLook | None = None) -> None:
        super().__init__()
        self._look = look or GaugeLook()
        self.setFixedHeight(48)
        self.show_gauge(self._look)

    def show_gauge(self, look: GaugeLook) -> None:
        """Show a value against its band."""
        self._look = look
        self.say("Gauge", "no value" if look.value is None else f"{look.value:g}, {look.words}")
        self.update()

    def paint(self, painter: QPainter) -> None:
        paint_gauge(painter, QRectF(0, 0, self.width(), 22), self._look)
        paint_gauge_words(painter, QRectF(0, 26, self.width(), 20), self._look, color("ink2"))


def paint_gauge_words(painter: QPainter, box: QRectF, look: GaugeLook, ink: QColor) -> None:
    """Paint the words below a gauge."""
    font = tabular_font(14)
    paint_text(painter, box, look.ends[0], font, ink, LEFT)
    paint_text(painter, box, look.ends[1], font, ink, RIGHT)
    paint_text(painter, box.adjusted(24, 0, -24, 0), look.words, text_font(14, 500), ink, CENTRE)


class BigReadout(PaintedWidget):
    """A number owning its cell. ``size`` glance (depth, countdown) or readout; ``corner`` of the card it fills:
    left, right, all or none. Give ``show`` a look; with a gauge the picture stands below the number."""

    def __init__(self, caption: str, unit: str = "", size: str = "readout", corner: str = "none",
                 spoken_unit: str = "") -> None:
        super().__init__()
        self._caption, self._unit, self._size, self._corner = caption, unit, size, corner
        self._spoken = spoken_unit or unit
        self._look, self._gauge = ReadoutLook(), None
        self._gauge_look: GaugeLook | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(150)

    def sizeHint(self) -> QSize:
        return QSize(340 if self._size == "glance" else 172, 198)

    def show_look(self, look: ReadoutLook, gauge: GaugeLook | None = None) -> None:
        """Show a value; costs nothing when unchanged."""
        if look == self._look and gauge == self._gauge_look:
            return
        self._look, self._gauge_look = look, gauge
        words = {"in_band": "in band", "stale": "no reading", "no_contact": "no contact", "alarm": "alarm"}
        value = f"{look.text} {self._spoken}" if look.text and look.state != "stale" else ""
        state = words.get(look.state, "")
        self.say(self._caption, ", ".join(part for part in (value, look.provenance, state, look.note) if part))
        self.update()

    def look(self) -> ReadoutLook:
        """Give what is shown."""
        return self._look

    def paint(self, painter: QPainter) -> None:
        look, box = self._look, self.rect().toRectF()
        alarm = look.state == "alarm"
        ink = color(ALARM_LOOKS[look.priority][1]) if alarm else color("ink")
        second = ink if alarm else color("ink2")
        if alarm:
            left, right = self._corner in ("left", "all"), self._corner in ("right", "all")
            painter.setPen(Qt.PenStyle.NoPen)
            painter.fillPath(rounded_path(box, 13, left, right), color(ALARM_LOOKS[look.priority][0]))
        pad = 20.0
        head = QRectF(pad, 10, box.width() - 2 * pad, 26)
        used = paint_text(painter, head, self._caption, text_font(18, 600), second)
        if look.provenance:
            word = head.adjusted(used + 8, 1, 0, 0)
            used += 8 + paint_text(painter, word, look.provenance, text_font(14), second)
        self._paint_note(painter, head.adjusted(used + 12, 0, 0, 0), second, alarm)
        self._paint_number(painter, box, pad, ink, second)
        self._paint_foot(painter, box, pad, ink if alarm else None)

    def _paint_note(self, painter: QPainter, box: QRectF, second: QColor, alarm: bool) -> None:
        look = self._look
        if look.state == "in_band" and not look.note:
            ink, words = color("done"), "In band"
            width = text_width(words, text_font(16, 600))
            paint_icon(painter, "check", QRectF(box.right() - width - 24, box.top() + 4, 19, 19), ink)
            paint_text(painter, box, words, text_font(16, 600), ink, RIGHT)
        elif look.note:
            font = text_font(16, 600) if alarm else text_font(14, 400)
            paint_text(painter, box, look.note, font, second, RIGHT)

    def _number_px(self, box: QRectF, pad: float) -> float:
        """The numeral grows with its cell: 112 to 144 for a glance, 60 to 66 beside it."""
        least, most = (123.0, 144.0) if self._size == "glance" else (62.0, 66.0)
        px = min(max(least * box.height() / 198, 24.0), most)
        text = self._look.text or "0.00"
        room = box.width() - 2 * pad - text_width(self._unit, text_font(self._unit_px(), 400)) - 12
        wide = numeral_width(text, 100) / 100
        return min(px, room / wide) if wide > 0 else px

    def _unit_px(self) -> int:
        return 26 if self._size == "glance" else 18

    def _paint_number(self, painter: QPainter, box: QRectF, pad: float, ink: QColor, second: QColor) -> None:
        px = self._number_px(box, pad)
        foot = 58.0 if self._gauge_look else 42.0
        middle = (38.0 + box.height() - foot) / 2
        baseline = middle + CAP_HEIGHT_EM * px / 2
        if self._look.state == "stale" or not self._look.text:
            right = _paint_bars(painter, pad, middle, self._size == "glance")
            baseline = middle + 9
        else:
            shade = QColor(ink)
            if self._look.state == "no_contact":
                shade = color("ink3")
            right = paint_numeral(painter, pad - px * 0.02, baseline, self._look.text, px, shade)
        gap = 12 if self._size == "glance" or self._look.state == "stale" else 5
        unit_box = QRectF(right + gap, baseline - 32, box.width(), 40)
        painter.setFont(text_font(self._unit_px(), 400))
        painter.setPen(second)
        painter.drawText(QPointF(unit_box.left(), baseline), self._unit)

    def _paint_foot(self, painter: QPainter, box: QRectF, pad: float, alarm_ink: QColor | None) -> None:
        line = QRectF(pad, box.height() - 34, box.width() - 2 * pad, 22)
        if self._gauge_look:
            gauge = QRectF(pad, box.height() - 56, box.width() - 2 * pad, 22)
            paint_gauge(painter, gauge, self._gauge_look, alarm_ink)
            paint_gauge_words(painter, line, self._gauge_look, alarm_ink or color("ink2"))
            return
        words = self._look.footer
        paint_text(painter, line, words, text_font(14), alarm_ink or color("ink2"))


def _paint_bars(painter: QPainter, left: float, middle: float, glance: bool) -> float:
    """Paint the three bars that stand for «no number»."""
    width, height, gap = (44.0, 12.0, 18.0) if glance else (22.0, 8.0, 9.0)
    for number in range(3):
        bar = QRectF(left + number * (width + gap), middle - height / 2, width, height)
        paint_box(painter, bar, height / 2, color("border"))
    return left + 3 * width + 2 * gap


class ReadoutRow(Surface):
    """A card of readouts side by side, parted by hairlines; the first owns half the row."""

    def __init__(self, *readouts: BigReadout, stretches: tuple[int, ...] = ()) -> None:
        super().__init__()
        line = QHBoxLayout(self)
        line.setContentsMargins(1, 1, 1, 1)
        line.setSpacing(0)
        for number, readout in enumerate(readouts):
            if number:
                line.addWidget(Rule(down=True))
            line.addWidget(readout, stretches[number] if stretches else (2 if number == 0 else 1))
