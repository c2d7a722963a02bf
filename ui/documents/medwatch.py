"""A filled form FDA 3500 on paper: each field with what is known, and a list of what is not."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID, uuid5

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from console.services.local_time import day_start_us
from console.services.medwatch import EDITION, FORM, FormField, MedWatchForm
from ui.documents.brush import LEFT, RIGHT, face, fill_box, hue, line_height, put, put_lines, rule, wrapped
from ui.documents.flow import Block, Flow, PaintBlock, paragraph
from ui.documents.pdf_file import CONTENT_WIDTH, MARGIN, PAGE_HEIGHT, PaintPage, write_pdf
from ui.documents.report_case import mark_words

_SPACE = UUID("0d7a2b1e-7c53-5d0a-8f0e-3f5f0c9f8a21")
_FIRST_TOP, _TOP, _BOTTOM, _LABEL = 140.0, 160.0, 2790.0, 560.0
NOTE = ("For copying to the form, or to the reporting portal, by a person. Fields that the record does not know are "
        "left open and listed at the end; nothing was sent to anybody.")


def write_medwatch(path: Path, form: MedWatchForm) -> int:
    """Write the form as PDF and give its number of pages; OperatorError where that fails."""
    flow = _lay_out(form)
    total = len(flow.pages)
    pages = [_page(form, placed, number, total) for number, placed in enumerate(flow.pages, 1)]
    write_pdf(path, f"{FORM} fields of {form.event_id}", uuid5(_SPACE, f"{form.event_id} {form.day}"),
              day_start_us(form.day), pages)
    return total


def _lay_out(form: MedWatchForm) -> Flow:
    flow = Flow(_FIRST_TOP, _TOP, _BOTTOM)
    flow.add(_masthead(form))
    flow.add(paragraph(NOTE))
    for part in form.parts:
        flow.section(part.heading, [_line(one) for one in part.fields])
    missing = [paragraph(one, room=2) for one in form.missing]
    flow.section("Not on record", missing or [paragraph("Nothing is missing.")])
    return flow


def _masthead(form: MedWatchForm) -> Block:
    def paint(painter: QPainter, box: QRectF) -> None:
        put(painter, QRectF(box.left(), box.top(), box.width(), 80), f"Adverse event {form.event_id}", face(64, 600),
            hue("ink"))
        words = f"Fields of form {FORM} ({EDITION}), voluntary reporting  ·  {form.clinic}"
        put(painter, QRectF(box.left(), box.top() + 84, box.width(), 44), words, face(30), hue("ink2"))
        if form.marked_as:
            chip = QRectF(box.right() - 560, box.top() + 8, 560, 58)
            fill_box(painter, chip, 29, hue("caution_tint"), hue("caution"), 2.4)
            put(painter, chip.adjusted(30, 0, -30, 0), mark_words(form.marked_as), face(30, 700), hue("caution"), RIGHT)
        rule(painter, box.left(), box.right(), box.top() + 146, hue("line"), 3)

    return Block(166, paint)


def _line(field: FormField) -> Block:
    font = face(29)
    known = field.value is not None
    lines = wrapped(field.value or "Not on record", font, CONTENT_WIDTH - _LABEL)
    labels = wrapped(field.label, face(27), _LABEL - 30)
    height = max(len(lines) * line_height(font), len(labels) * line_height(face(27))) + 14

    def paint(painter: QPainter, box: QRectF) -> None:
        put_lines(painter, QPointF(box.left(), box.top() + 4), labels, face(27), hue("ink2"), _LABEL - 30)
        put_lines(painter, QPointF(box.left() + _LABEL, box.top() + 4), lines, font, hue("ink" if known else "ink3"),
                  box.width() - _LABEL)
        rule(painter, box.left(), box.right(), box.bottom() - 2, hue("line"), 1)

    return Block(height, paint)


def _page(
    form: MedWatchForm, placed: Sequence[tuple[QRectF, PaintBlock]], number: int, total: int,
) -> PaintPage:
    def paint(painter: QPainter) -> None:
        for box, paint_block in placed:
            paint_block(painter, box)
        foot = QRectF(MARGIN, PAGE_HEIGHT - 150, CONTENT_WIDTH, 40)
        rule(painter, foot.left(), foot.right(), foot.top() - 14, hue("line"), 2)
        put(painter, foot, f"{form.event_id}, session {form.session_id}", face(23, 400, "code"), hue("ink3"), LEFT)
        put(painter, foot, f"Page {number} of {total}", face(25, 500), hue("ink2"), RIGHT)

    return paint
