"""Blocks on pages: a heading and a table's head never stand alone at a page's end."""

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from ui.documents.flow import Block, Flow


def _nothing(painter: QPainter, box: QRectF) -> None:
    return None


def _row(height: float = 40) -> Block:
    return Block(height, _nothing)


@pytest.mark.parametrize("rows", range(1, 12))
@pytest.mark.parametrize("used", range(0, 960, 20))
def test_no_page_ends_with_a_heading_or_a_head(rows: int, used: float) -> None:
    head, body = Block(30, _nothing), [_row() for _ in range(rows)]
    flow = Flow(0, 0, 1000)
    flow.add(_row(used))
    flow.section("Products", body, head=head)
    for page in flow.pages:
        assert page[-1][0].height() in (40, used), "a page ends with a row"
        assert page[-1][0].bottom() <= 1000
    placed = [box for page in flow.pages for box, _ in page if box.height() == 40 or used == 40]
    assert len(placed) >= rows
