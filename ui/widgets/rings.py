"""The anesthetic's clock as a ring, and its dose as a bar."""

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen

from ui.fonts import CAP_HEIGHT_EM, numeral_width, paint_numeral, tabular_font, text_font
from ui.paint import CENTRE, LEFT, RIGHT, PaintedWidget, paint_box, paint_line, paint_text
from ui.theme import color, mixed
from ui.widgets.status_line import ALARM_LOOKS


@dataclass(frozen=True)
class RingLook:
    """The whole turn is the longest time on skin. ``state``: idle, onset, ready, over, removed.

    ``numeral`` with ``caption`` above and ``below``; ``top`` and ``bottom`` label the end and the ready point.
    """

    state: str = "idle"
    elapsed_s: float = 0.0
    onset_s: float = 1800.0
    longest_s: float = 3600.0
    caption: str = ""
    numeral: str = ""
    below: str = ""
    top: str = ""
    bottom: str = ""
    priority: str = "medium"


class CountdownRing(PaintedWidget):
    """Onset right, ready left, a bead where time stands. It can never be paused."""

    def __init__(self) -> None:
        super().__init__()
        self._look = RingLook()
        self.grow()
        self.setMinimumSize(320, 320)

    def sizeHint(self) -> QSize:
        return QSize(480, 480)

    def show_look(self, look: RingLook) -> None:
        """Show a time; costs nothing when unchanged."""
        if look != self._look:
            self._look = look
            self.say(look.caption or "Anesthetic", f"{look.numeral} {look.below}".strip())
            self.update()

    def paint(self, painter: QPainter) -> None:
        side = min(self.width(), self.height()) - 24.0
        centre = QPointF(self.width() / 2, self.height() / 2)
        thick = side * 0.056
        ring = QRectF(centre.x() - side / 2 + thick / 2, centre.y() - side / 2 + thick / 2, side - thick, side - thick)
        self._paint_over(painter, centre, side / 2 - thick * 1.8)
        self._paint_ticks(painter, centre, side / 2 - thick)
        self._paint_arcs(painter, ring, thick)
        self._paint_words(painter, centre, side)

    def _paint_over(self, painter: QPainter, centre: QPointF, radius: float) -> None:
        if self._look.state == "over":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color(ALARM_LOOKS[self._look.priority][0]))
            painter.drawEllipse(centre, radius, radius)

    def _paint_ticks(self, painter: QPainter, centre: QPointF, radius: float) -> None:
        if self._look.state == "over":
            return
        ready = self._look.onset_s / self._look.longest_s
        for share in [number / 12 for number in range(12)] + [ready]:
            angle = 2 * math.pi * share - math.pi / 2
            strong = share in (0.0, ready)
            length, gap = (11.0, 8.0) if strong else (6.0, 8.0)
            way = QPointF(math.cos(angle), math.sin(angle))
            paint_line(painter, centre + way * (radius - gap), centre + way * (radius - gap - length),
                       color("ink2") if strong else color("ink3"), 1.6 if strong else 1.0)

    def _paint_arcs(self, painter: QPainter, ring: QRectF, thick: float) -> None:
        look = self._look
        ready = min(look.onset_s / look.longest_s, 1.0)
        at = min(look.elapsed_s / look.longest_s, 1.0)
        onset_pale = color("live_tint")
        gone = mixed("surface", "live", 0.42) if look.state in ("ready", "over", "removed") else color("live")
        self._arc(painter, ring, thick, 0.0, ready, onset_pale)
        self._arc(painter, ring, thick, ready, 1.0, color("done_tint"))
        if look.state == "idle":
            return
        self._arc(painter, ring, thick, 0.0, min(at, ready), gone)
        if at > ready:
            self._arc(painter, ring, thick, ready, at, color("done"))
        if look.state in ("onset", "ready"):
            angle = 2 * math.pi * at - math.pi / 2
            spot = ring.center() + QPointF(math.cos(angle), math.sin(angle)) * (ring.width() / 2)
            tone = color("live") if look.state == "onset" else color("done")
            painter.setPen(QPen(tone, 5))
            painter.setBrush(color("surface"))
            painter.drawEllipse(spot, thick * 0.68, thick * 0.68)

    def _arc(self, painter: QPainter, ring: QRectF, thick: float, start: float, end: float, ink: object) -> None:
        gap = 0.0035  # of the turn, so that the halves are seen to be two
        first, last = start + gap, end - gap
        if last <= first:
            return
        pen = QPen(ink, thick, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)  # type: ignore[call-overload]
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawArc(ring, round((90 - first * 360) * 16), round(-(last - first) * 360 * 16))

    def _paint_words(self, painter: QPainter, centre: QPointF, side: float) -> None:
        look = self._look
        over = look.state == "over"
        ink = color(ALARM_LOOKS[look.priority][1]) if over else color("ink")
        second = ink if over else color("ink2")
        caption = ink if over else color("done") if look.state == "ready" else color("ink2")
        px = min(side * 0.27, side * 0.62 / max(numeral_width(look.numeral or "0:00", 100) / 100, 0.1))
        baseline = centre.y() + CAP_HEIGHT_EM * px / 2
        width = numeral_width(look.numeral, px)
        paint_numeral(painter, centre.x() - width / 2, baseline, look.numeral, px, ink)
        wide = QRectF(centre.x() - side / 2, 0, side, 30)
        up = CAP_HEIGHT_EM * px / 2
        paint_text(painter, wide.translated(0, centre.y() - up - 50), look.caption, text_font(20, 600), caption, CENTRE)
        paint_text(painter, wide.translated(0, centre.y() + up + 18), look.below, text_font(18, 500), second, CENTRE)
        if over:
            return
        radius = side / 2 - side * 0.056
        for words, share in ((look.top, 0.0), (look.bottom, look.onset_s / look.longest_s)):
            angle = 2 * math.pi * share - math.pi / 2
            spot = centre + QPointF(math.cos(angle), math.sin(angle)) * (radius - 38)
            nudge = -math.cos(angle) * 40
            paint_text(painter, QRectF(spot.x() - 110 + nudge, spot.y() - 14, 220, 28), words, text_font(16, 500),
                       color("ink2"), CENTRE)


@dataclass(frozen=True)
class DoseLook:
    """A dose against its limits, in one unit (mg). ``second_check`` None where the label names none."""

    amount: int = 0
    ceiling: int = 1
    second_check: int | None = None
    words: str = ""
    check_words: str = ""


class DoseBar(PaintedWidget):
    """Amount, second-check mark, ceiling. Over the ceiling it turns brick."""

    def __init__(self) -> None:
        super().__init__()
        self._look = DoseLook()
        self.setFixedHeight(52)

    def show_dose(self, look: DoseLook) -> None:
        """Show a dose."""
        self._look = look
        over = ", over the ceiling" if look.amount > look.ceiling else ""
        self.say("Dose", f"{look.words}{over}")
        self.update()

    def paint(self, painter: QPainter) -> None:
        look, width = self._look, self.width() - 3.0
        track = QRectF(0, 6, width, 16)
        paint_box(painter, track, 8, color("track"), color("line") if color("track") == color("canvas") else None)
        over = look.amount > look.ceiling
        checked = look.second_check is not None and look.amount > look.second_check
        tone = color("stop") if over else color("caution") if checked else color("live")
        share = min(look.amount / max(look.ceiling, 1), 1.0)
        painter.save()
        painter.setClipRect(QRectF(0, 0, width * share, 30))
        paint_box(painter, track, 8, tone)
        painter.restore()
        if look.second_check is not None:
            x = width * look.second_check / max(look.ceiling, 1)
            paint_line(painter, QPointF(x, 3), QPointF(x, 26), color("ink2"), 1.4, Qt.PenStyle.DotLine)
        painter.fillRect(QRectF(width - 1, 0, 3, 28), color("ink"))
        paint_text(painter, QRectF(0, 30, width * 0.55, 20), look.words, tabular_font(13, 600),
                   color("stop") if over else color("ink"), LEFT)
        paint_text(painter, QRectF(width * 0.4, 30, width * 0.6 - 4, 20), look.check_words, tabular_font(13),
                   color("ink2"), RIGHT)
