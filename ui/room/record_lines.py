"""What the record holds, as lines with their times, and the areas as a table; painted, nothing to touch."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QSizePolicy

from ui.fonts import tabular_font, text_font
from ui.icons import paint_icon
from ui.paint import LEFT, RIGHT, PaintedWidget, paint_line, paint_text, paint_wrapped, text_width
from ui.theme import color

_PLAIN, _TALL, _MORE = 36, 52, 20
_MARK = 32


@dataclass(frozen=True)
class RecordLine:
    """A line of the record: what, what more, when. ``icon`` and ``tone`` say whether it is done."""

    title: str
    detail: str = ""
    at: str = ""
    icon: str = "check"
    tone: str = "done"


class RecordLines(PaintedWidget):
    """Lines under each other; as high as they need."""

    def __init__(self, name: str = "record") -> None:
        super().__init__()
        self.setObjectName(name)
        self._lines: tuple[RecordLine, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_lines(())

    def show_lines(self, lines: Sequence[RecordLine]) -> None:
        """Show these lines; costs nothing when unchanged."""
        if tuple(lines) == self._lines and self._lines:
            return
        self._lines = tuple(lines)
        self._fit()
        self.say("Record", "; ".join(f"{one.title} {one.detail} {one.at}".strip() for one in self._lines))
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        wanted = sum(_height(line, self.width()) for line in self._lines)
        if wanted != self.height() or not self._lines:
            self.setFixedHeight(wanted)

    def lines(self) -> tuple[RecordLine, ...]:
        """Give the lines shown."""
        return self._lines

    def sizeHint(self) -> QSize:
        return QSize(260, self.height())

    def paint(self, painter: QPainter) -> None:
        top = 0.0
        for line in self._lines:
            box = QRectF(0, top, self.width(), _height(line, self.width()))
            _paint_line(painter, box, line)
            top = box.bottom()


def _height(line: RecordLine, width: int) -> int:
    return (_TALL if line.detail else _PLAIN) + (_MORE if _is_long(line, width) else 0)


def _is_long(line: RecordLine, width: int) -> bool:
    """Tell whether a title needs a second line."""
    return text_width(line.title, text_font(16, 500)) > width - _MARK - _time_width(line)


def _time_width(line: RecordLine) -> float:
    return text_width(line.at, tabular_font(14)) + 12 if line.at else 0.0


def _paint_line(painter: QPainter, box: QRectF, line: RecordLine) -> None:
    first = QRectF(box.left(), box.top() + (4 if line.detail else 6), box.width(), 24)
    paint_icon(painter, line.icon, QRectF(first.left(), first.top() + 2, 20, 20), line.tone)
    room = first.adjusted(_MARK, 0, 0, 0)
    if line.at:
        paint_text(painter, room, line.at, tabular_font(14), color("ink2"), RIGHT)
        room.setWidth(room.width() - _time_width(line))
    more = _MORE if _is_long(line, round(box.width())) else 0
    room.setHeight(room.height() + more)
    paint_wrapped(painter, room, line.title, text_font(16, 500), color("ink"))
    if line.detail:
        second = QRectF(box.left() + _MARK, box.top() + 27 + more, box.width() - _MARK, 20)
        paint_text(painter, second, line.detail, text_font(14), color("ink2"), LEFT)


@dataclass(frozen=True)
class AreaLine:
    """An area of the table; ``tone`` done, caution or ink3."""

    label: str
    passes: str
    time: str
    endpoint: str
    tone: str = "done"
    icon: str = "check"
    target: str = ""  # mm, as planned
    depth: str = ""  # mm, with «set» or «by hand» where it was not measured
    density: str = ""  # estimated punctures per cm²


class AreaTable(PaintedWidget):
    """Areas with depth, passes, time, punctures and endpoint; rows share the height there is, 24 to 44 px each."""

    HEADS = ("Area", "Plan, mm", "Depth", "Passes", "Time", "Est. /cm²", "Endpoint")
    SHARES = (0.0, 0.25, 0.365, 0.49, 0.595, 0.685, 0.81, 1.0)  # of the width beside the marks

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("areaTable")
        self._rows: tuple[AreaLine, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(120)

    def show_rows(self, rows: Sequence[AreaLine]) -> None:
        """Show these areas; costs nothing when unchanged."""
        if tuple(rows) != self._rows:
            self._rows = tuple(rows)
            self.say("Areas", "; ".join(
                f"{one.label} {one.depth} mm {one.passes} {one.time} {one.endpoint}" for one in self._rows))
            self.update()

    def rows(self) -> tuple[AreaLine, ...]:
        """Give the rows shown."""
        return self._rows

    def sizeHint(self) -> QSize:
        return QSize(480, 30 + 36 * len(self._rows))

    def _columns(self) -> tuple[tuple[float, float], ...]:
        """Give left and width of each column."""
        wide = float(self.width()) - _MARK
        return tuple((_MARK + left * wide, (right - left) * wide - 8) for left, right in pairwise(self.SHARES))

    def paint(self, painter: QPainter) -> None:
        columns = self._columns()
        for (left, width), head in zip(columns, self.HEADS, strict=True):
            paint_text(painter, QRectF(left, 0, width, 24), head, text_font(13, 500), color("ink3"), LEFT)
        paint_line(painter, QPointF(0, 28.5), QPointF(self.width(), 28.5), color("line"))
        pitch = min(44.0, max(24.0, (self.height() - 30) / max(1, len(self._rows))))
        for place, row in enumerate(self._rows):
            box = QRectF(0, 30 + place * pitch, self.width(), pitch)
            self._paint_row(painter, box, row, columns)

    def _paint_row(self, painter: QPainter, box: QRectF, row: AreaLine,
                   columns: tuple[tuple[float, float], ...]) -> None:
        paint_icon(painter, row.icon, QRectF(box.left(), box.center().y() - 9, 18, 18), row.tone)
        cells = (row.label, row.target, row.depth, row.passes, row.time, row.density)
        for place, ((left, width), text) in enumerate(zip(columns, cells, strict=False)):
            font = text_font(15, 500) if place == 0 else tabular_font(15, 500 if place == 2 else 400)
            ink = color("ink2") if place == 1 else color("ink")
            paint_text(painter, QRectF(left, box.top(), width, box.height()), text, font, ink, LEFT)
        left, width = columns[-1]
        paint_wrapped(painter, QRectF(left, box.top(), width + 8, box.height()), row.endpoint, text_font(14),
                      color("ink2"))
        paint_line(painter, QPointF(_MARK, box.bottom() - 0.5), QPointF(box.right(), box.bottom() - 0.5), color("grid"))
