"""One outcome scale across a course: a dot for each grading, the good end named."""

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QPen

from console.domain.outcomes import Grading, change_words
from console.services.local_time import day_text, local_day
from ui.fonts import tabular_font, text_font
from ui.paint import CENTRE, LEFT, RIGHT, PaintedWidget, paint_line, paint_text
from ui.theme import color

HEIGHT_PX, HEAD_PX, FOOT_PX, SIDE_PX = 118, 26, 22, 30
DOT_PX = 5.0


class OutcomeChart(PaintedWidget):
    """Gradings of one scale by one grader, oldest first; the better end is always on top."""

    def __init__(self) -> None:
        super().__init__()
        self._gradings: tuple[Grading, ...] = ()
        self.setFixedHeight(HEIGHT_PX)

    def show_gradings(self, gradings: Sequence[Grading]) -> None:
        """Show these gradings of one scale."""
        self._gradings = tuple(gradings)
        self.say(self._title(), ", ".join(f"{day_text(local_day(one.at_us))} {one.what.value}" for one in gradings))
        self.update()

    def _title(self) -> str:
        first = self._gradings[0].what if self._gradings else None
        return f"{first.scale_name}, {first.graded_by}" if first is not None else ""

    def sizeHint(self) -> QSize:
        return QSize(320, HEIGHT_PX)

    def paint(self, painter: QPainter) -> None:
        if not self._gradings:
            return
        first, last = self._gradings[0].what, self._gradings[-1].what
        wide = float(self.width())
        paint_text(painter, QRectF(0, 0, wide - 90, HEAD_PX), self._title(), text_font(15, 500), color("ink"), LEFT)
        words = change_words(first, last) if len(self._gradings) > 1 else ""
        tone = {"Better": "done", "Worse": "stop"}.get(words, "ink2")
        paint_text(painter, QRectF(wide - 90, 0, 90, HEAD_PX), words, text_font(15, 600), color(tone), RIGHT)
        plot = QRectF(SIDE_PX, HEAD_PX + 10, wide - SIDE_PX - 16, HEIGHT_PX - HEAD_PX - FOOT_PX - 18)
        best, worst = (last.high, last.low) if last.better == "higher" else (last.low, last.high)
        for value, y in ((best, plot.top()), (worst, plot.bottom())):
            paint_line(painter, QPointF(plot.left(), y), QPointF(plot.right(), y), color("grid"))
            paint_text(painter, QRectF(0, y - 10, SIDE_PX - 8, 20), str(value), tabular_font(13), color("ink2"), RIGHT)
        self._paint_dots(painter, plot, best, worst)

    def _paint_dots(self, painter: QPainter, plot: QRectF, best: int, worst: int) -> None:
        span = (worst - best) or 1
        step = plot.width() / max(len(self._gradings), 1)
        places = [QPointF(plot.left() + (place + 0.5) * step,
                          plot.top() + plot.height() * min(max((one.what.value - best) / span, 0.0), 1.0))
                  for place, one in enumerate(self._gradings)]
        painter.setPen(QPen(color("live"), 2))
        for here, there in pairwise(places):
            painter.drawLine(here, there)
        for one, at in zip(self._gradings, places, strict=True):
            painter.setBrush(color("live"))
            painter.setPen(QPen(color("surface"), 2))
            painter.drawEllipse(at, DOT_PX + 1, DOT_PX + 1)
            above = at.y() - plot.top() > 18
            paint_text(painter, QRectF(at.x() - 22, at.y() - 24 if above else at.y() + 6, 44, 18), str(one.what.value),
                       tabular_font(14, 600), color("ink"), CENTRE)
            paint_text(painter, QRectF(at.x() - step / 2, plot.bottom() + 6, step, FOOT_PX), str(one.session_number),
                       tabular_font(13), color("ink2"), CENTRE)
