"""Tables and grids of facts on paper."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QPainter

from ui.documents.brush import LEFT, RIGHT, face, hue, line_height, put, put_lines, rule, wrapped
from ui.documents.flow import Block
from ui.documents.pdf_file import CONTENT_WIDTH

Cell = str | Callable[[QPainter, QRectF], None]
CELL_GAP = 18.0
_PAD, _TIGHT_PAD = 8.0, 3.5


@dataclass(frozen=True, slots=True)
class Column:
    """A column: ``kind`` of its typeface, numbers to the right."""

    title: str
    width: float
    right: bool = False
    kind: str = "text"
    weight: int = 400
    token: str = "ink"

    @property
    def font(self) -> QFont:
        """Give the typeface of its cells."""
        return face(26, self.weight, self.kind)


def _gaps(columns: Sequence[Column]) -> list[float]:
    """Give the room before each column; words after a right-aligned number need more."""
    apart = [30.0 if before.right and not after.right else CELL_GAP for before, after in pairwise(columns)]
    return [0.0, *apart]


def spread(columns: Sequence[Column]) -> list[Column]:
    """Stretch the columns of width 0 over what room is left."""
    spare = CONTENT_WIDTH - sum(one.width for one in columns) - sum(_gaps(columns))
    open_ones = max(1, sum(one.width == 0 for one in columns))
    return [
        one if one.width else Column(one.title, spare / open_ones, one.right, one.kind, one.weight, one.token)
        for one in columns
    ]


def head_row(columns: Sequence[Column]) -> Block:
    """Give a table's head."""
    font = face(23)
    titles = [wrapped(one.title, font, one.width + 4) for one in columns]
    height = max(map(len, titles)) * line_height(font) + 2 * _PAD

    def paint(painter: QPainter, box: QRectF) -> None:
        left = box.left()
        for column, gap, lines in zip(columns, _gaps(columns), titles, strict=True):
            left += gap
            top = box.bottom() - _PAD - len(lines) * line_height(font)
            for line in lines:
                place = QRectF(left - 4, top, column.width + 8, line_height(font))
                place = place.adjusted(0, 0, -4, 0) if column.right else place.adjusted(4, 0, 0, 0)
                put(painter, place, line, font, hue("ink3"), RIGHT if column.right else LEFT)
                top += line_height(font)
            left += column.width
        rule(painter, box.left(), box.right(), box.bottom(), hue("line"), 2)

    return Block(height, paint)


def row(columns: Sequence[Column], cells: Sequence[Cell], muted: bool = False, tight: bool = False) -> Block:
    """Give a row whose texts break over lines; a cell may also be painted."""
    pad = _TIGHT_PAD if tight else _PAD
    texts = [
        wrapped(cell, column.font, column.width) if isinstance(cell, str) else []
        for column, cell in zip(columns, cells, strict=True)
    ]
    step = line_height(face(26))
    height = max(1, *map(len, texts)) * step + 2 * pad

    def paint(painter: QPainter, box: QRectF) -> None:
        left = box.left()
        for column, gap, cell, lines in zip(columns, _gaps(columns), cells, texts, strict=True):
            left += gap
            place = QRectF(left, box.top() + pad, column.width, step)
            if not isinstance(cell, str):
                cell(painter, place)
            colour = hue("ink3" if muted else column.token)
            for line in lines:
                put(painter, place.adjusted(-2, 0, 2, 0) if column.right else place.adjusted(0, 0, 4, 0), line,
                    column.font, colour, RIGHT if column.right else LEFT)
                place.translate(0, step)
            left += column.width
        rule(painter, box.left(), box.right(), box.bottom(), hue("line"), 1.2)

    return Block(height, paint)


def facts(pairs: Sequence[tuple[str, str]], across: int = 4) -> Block:
    """Give a grid of labelled facts, ``across`` to a line."""
    width = (CONTENT_WIDTH - (across - 1) * CELL_GAP) / across
    label, value = face(23), face(28, 500)
    cells = [(name, wrapped(text, value, width - 8)) for name, text in pairs]
    rows = [cells[at:at + across] for at in range(0, len(cells), across)]
    step = line_height(value)
    heights = [max(len(lines) for _, lines in one) * step + 34 + 18 for one in rows]

    def paint(painter: QPainter, box: QRectF) -> None:
        top = box.top()
        for one, height in zip(rows, heights, strict=True):
            for place, (name, lines) in enumerate(one):
                left = box.left() + place * (width + CELL_GAP)
                put(painter, QRectF(left, top, width, 34), name, label, hue("ink3"))
                put_lines(painter, QPointF(left, top + 34), lines, value, hue("ink"), width)
            top += height

    return Block(sum(heights), paint)
