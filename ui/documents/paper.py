"""A plain paper of the clinic: its name, a title, sections down the pages, page numbers."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID, uuid5

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from ui.documents.brush import CENTRE, RIGHT, face, hue, put, put_icon, rule
from ui.documents.flow import Block, Flow, PaintBlock
from ui.documents.pdf_file import CONTENT_WIDTH, MARGIN, PAGE_HEIGHT, PaintPage, write_pdf

SPACE = UUID("5f1f2a5e-6f0e-4d0e-9a55-1f5c6f8f0c9e")
FIRST_TOP, TOP, BOTTOM = 140.0, 150.0, 2790.0


def new_flow(clinic: str, title: str, detail: str) -> Flow:
    """Begin a paper with its head."""
    def paint(painter: QPainter, box: QRectF) -> None:
        put_icon(painter, "mark", QRectF(box.left() - 6, box.top() - 4, 84, 84), hue("ink"))
        put(painter, QRectF(box.left() + 100, box.top() + 8, 760, 50), clinic or "Needling Console", face(36, 600),
            hue("ink"))
        half = QRectF(box.center().x() - 100, box.top() - 12, box.width() / 2 + 100, 64)
        put(painter, half, title, face(50, 600), hue("ink"), RIGHT)
        put(painter, half.translated(0, 64), detail, face(27), hue("ink2"), RIGHT)

    flow = Flow(FIRST_TOP, TOP, BOTTOM)
    flow.add(Block(136, paint))
    return flow


def write_paper(path: Path, title: str, key: str, made_us: int, flow: Flow, mark: str = "") -> int:
    """Write it and give its number of pages; ``key`` and ``made_us`` make the bytes the same each time."""
    return write_papers(path, title, key, made_us, [flow], mark)


def write_papers(
    path: Path, title: str, key: str, made_us: int, flows: Sequence[Flow], mark: str = "", language: str = "en",
) -> int:
    """Write several into one file, each with page numbers of its own; give the number of all pages."""
    pages = [_page(placed, key, mark, number, len(flow.pages))
             for flow in flows for number, placed in enumerate(flow.pages, 1)]
    write_pdf(path, title, uuid5(SPACE, key), made_us, pages, language)
    return len(pages)


def _page(placed: list[tuple[QRectF, PaintBlock]], key: str, mark: str, number: int, total: int) -> PaintPage:
    def paint(painter: QPainter) -> None:
        for box, block in placed:
            block(painter, box)
        foot = QRectF(MARGIN, PAGE_HEIGHT - 130, CONTENT_WIDTH, 40)
        rule(painter, foot.left(), foot.right(), foot.top() - 14, hue("line"), 2)
        put(painter, foot, key, face(24, 400, "code"), hue("ink2"))
        put(painter, foot, mark, face(25, 600), hue("caution"), CENTRE)
        put(painter, foot, f"Page {number} of {total}", face(25, 500), hue("ink2"), RIGHT)

    return paint
