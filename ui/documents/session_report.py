"""The printed record of a session: who, what, lots, areas, charts, alarms, history, signature, chain head."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from console.domain.history import short_head
from console.domain.people import Patient
from console.services.local_time import local_day
from console.services.review_desk import SessionDossier
from ui.documents import report_front as front
from ui.documents import report_record as record
from ui.documents import tables
from ui.documents.brush import CENTRE, RIGHT, face, fill_box, hue, put, rule, width_of
from ui.documents.flow import Flow, PaintBlock
from ui.documents.pdf_file import CONTENT_WIDTH, MARGIN, PAGE_HEIGHT, PaintPage, write_pdf
from ui.documents.report_case import ClinicLines, ReportCase, afterwards_words, mark_words
from ui.documents.report_photos import photos

_FIRST_TOP, _TOP, _BOTTOM = 140.0, 226.0, 2790.0


def write_session_report(
    path: Path, dossier: SessionDossier, patient: Patient | None, staff_names: Mapping[str, str],
    clinic: ClinicLines, verified_text: str,
) -> int:
    """Write a session's report as PDF and give its number of pages.

    ``verified_text`` says what the last check of the chain found. The same session and text give the
    same bytes. OperatorError where the file cannot be written.
    """
    case = ReportCase(dossier, patient, staff_names, clinic, verified_text)
    flow = lay_out(case)
    total = len(flow.pages)
    pages = [_page(case, placed, number, total) for number, placed in enumerate(flow.pages, 1)]
    title = f"{front.report_title(case)} {dossier.row.patient_id or dossier.row.pen_serial}".strip()
    write_pdf(path, title, dossier.row.session_id, case.state.last_at_us, pages)
    return total


def lay_out(case: ReportCase) -> Flow:
    """Place everything the report says on its pages."""
    flow = Flow(_FIRST_TOP, _TOP, _BOTTOM)
    flow.add(front.masthead(case))
    if case.dossier.row.marked_as:
        flow.add(front.ribbon(mark_words(case.dossier.row.marked_as)))
    if case.state.afterwards is not None:
        flow.add(front.ribbon(case.afterwards, afterwards_words(case.state.afterwards)))
    flow.add(front.session_facts(case))
    treated = case.state.kind != "bench"
    if treated:
        flow.add(front.key_figures(case))
    flow.add(front.seal_box(case))
    if len(case.dossier.table):
        flow.section("Depth and speed", front.chart_blocks(case), _span_note(case))
    if case.dossier.areas:
        flow.section("Areas", front.area_blocks(case), "Planned depth band against needle depth",
                     tables.head_row(front.AREA_COLUMNS))
    parts = (
        record.products, record.screening, record.consent, photos, record.anesthetic, record.alarms, record.gaps,
        record.afterwards, record.signatures, record.clinical, record.history)
    bench_parts = (record.gaps, record.history)
    for part in parts if treated else bench_parts:
        title, note, blocks, head = part(case)
        flow.section(title, blocks, note, head)
    return flow


def _span_note(case: ReportCase) -> str:
    pens = {serial for serial, _ in case.dossier.table.boots}
    return f"All {len(case.dossier.table):,} readings of pen {', '.join(sorted(pens))}"


def _page(case: ReportCase, placed: list[tuple[QRectF, PaintBlock]], number: int, total: int) -> PaintPage:
    def paint(painter: QPainter) -> None:
        if number > 1:
            _paint_running_head(painter, case)
        for box, paint_block in placed:
            paint_block(painter, box)
        _paint_foot(painter, case, number, total)

    return paint


def _paint_running_head(painter: QPainter, case: ReportCase) -> None:
    row = case.dossier.row
    words = [front.report_title(case), row.patient_id, case.patient.name if case.patient else "",
             local_day(row.opened_us).isoformat()]
    box = QRectF(MARGIN, 120, CONTENT_WIDTH, 44)
    put(painter, box, "  ·  ".join(one for one in words if one), face(26, 500), hue("ink2"))
    if case.mark:
        font = face(25, 700)
        chip = QRectF(box.right() - width_of(case.mark, font) - 44, box.top() - 2, width_of(case.mark, font) + 44, 48)
        fill_box(painter, chip, 24, hue("caution_tint"), hue("caution"), 2)
        put(painter, chip, case.mark, font, hue("caution"), CENTRE)
    else:
        put(painter, box, case.clinic.name, face(26), hue("ink3"), RIGHT)
    rule(painter, box.left(), box.right(), 184, hue("line"), 2)


def _paint_foot(painter: QPainter, case: ReportCase, number: int, total: int) -> None:
    box = QRectF(MARGIN, PAGE_HEIGHT - 150, CONTENT_WIDTH, 40)
    rule(painter, box.left(), box.right(), box.top() - 14, hue("line"), 2)
    put(painter, box, f"Session {case.dossier.row.session_id}", face(23, 400, "code"), hue("ink3"))
    put(painter, box, f"Page {number} of {total}", face(25, 500), hue("ink2"), RIGHT)
    put(painter, box.adjusted(760, 0, -300, 0), f"Chain head {short_head(case.dossier.head)}", face(25, 500, "code"),
        hue("ink2"), CENTRE)
