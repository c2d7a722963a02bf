"""Blocks down a page and over to the next: headings stay with their text, tables repeat their head."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from ui.documents.brush import RIGHT, face, hue, line_height, put, put_lines, rule, wrapped
from ui.documents.pdf_file import CONTENT_WIDTH, MARGIN

_FEW = 5

PaintBlock = Callable[[QPainter, QRectF], None]


@dataclass(frozen=True, slots=True)
class Block:
    """Something of a known height (in units) that is never split."""

    height: float
    paint: PaintBlock


class Flow:
    """Lays blocks out on as many pages as they need."""

    def __init__(self, first_top: float, top: float, bottom: float) -> None:
        self._top, self._bottom, self._y = top, bottom, first_top
        self.pages: list[list[tuple[QRectF, PaintBlock]]] = [[]]

    def fits(self, height: float) -> bool:
        """Tell whether a height fits on the page of now."""
        return self._y + height <= self._bottom

    def turn(self) -> None:
        """Go on at the top of a new page."""
        self.pages.append([])
        self._y = self._top

    def add(self, block: Block) -> None:
        """Place a block, on the next page if need be."""
        if not self.fits(block.height) and self.pages[-1]:
            self.turn()
        self.pages[-1].append((QRectF(MARGIN, self._y, CONTENT_WIDTH, block.height), block.paint))
        self._y += block.height

    def gap(self, height: float) -> None:
        """Leave room, but never at the top of a page."""
        if self.pages[-1]:
            self._y += height

    def section(self, title: str, blocks: Sequence[Block], note: str = "", head: Block | None = None) -> None:
        """Place a heading and its blocks; ``head`` is repeated where the blocks go on over a page."""
        opening = [_heading(title, note), *([head] if head else [])]
        self.gap(44)
        above = sum(one.height for one in opening)
        if not self.fits(above + sum(one.height for one in blocks[:1])) or (head and self._leaves_few(blocks, above)):
            self.turn()
        for one in opening:
            self.add(one)
        for place, one in enumerate(blocks):
            if place and head and (not self.fits(one.height) or self._leaves_few(blocks[place:])):
                self.turn()
                self.add(head)
            self.add(one)

    def _leaves_few(self, rest: Sequence[Block], above: float = 0.0) -> bool:
        """Tell whether going on here, below ``above``, would leave fewer than ``_FEW`` rows for the next page."""
        whole = above + sum(one.height for one in rest)
        cut = above + sum(one.height for one in rest[:1 - _FEW])
        return len(rest) == _FEW and self.fits(cut) and not self.fits(whole)


def _heading(title: str, note: str) -> Block:
    def paint(painter: QPainter, box: QRectF) -> None:
        put(painter, QRectF(box.left(), box.top(), box.width(), 52), title, face(36, 600), hue("ink"))
        if note:
            right = QRectF(box.left() + box.width() * 0.34, box.top() + 4, box.width() * 0.66, 52)
            put(painter, right, note, face(25), hue("ink3"), RIGHT)
        rule(painter, box.left(), box.right(), box.top() + 58, hue("line"), 3)

    return Block(70, paint)


def paragraph(text: str, size: int = 28, token: str = "ink2", weight: int = 400, room: float = 6) -> Block:
    """Give a block of running text over the whole width."""
    font = face(size, weight)
    lines = wrapped(text, font, CONTENT_WIDTH)

    def paint(painter: QPainter, box: QRectF) -> None:
        put_lines(painter, QPointF(box.left(), box.top()), lines, font, hue(token), box.width())

    return Block(len(lines) * line_height(font) + room, paint)
