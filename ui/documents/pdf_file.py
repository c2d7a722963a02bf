"""A4 pages to a PDF file: fonts embedded, the same bytes each time, whole or not at all."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QUuid
from PySide6.QtGui import QPageLayout, QPageSize, QPainter, QPdfWriter

from console.domain.clock import to_datetime
from console.services.whole_files import write_whole

PAGE_WIDTH, PAGE_HEIGHT, MARGIN = 2100.0, 2970.0, 180.0
CONTENT_WIDTH = PAGE_WIDTH - 2 * MARGIN
_DOTS_PER_INCH = 1270  # five dots a unit of a tenth of a millimetre

PaintPage = Callable[[QPainter], None]

_INFO_DATE = re.compile(rb"(/(?:Creation|Mod)Date \(D:)(\d{14})(Z|[+-]\d\d'\d\d')")
_META_DATE = re.compile(rb'(xmp:\w+Date=")(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(Z|[+-]\d\d:\d\d)')


def write_pdf(
    path: Path, title: str, document_id: UUID, made_us: int, pages: Sequence[PaintPage], language: str = "en",
) -> None:
    """Write pages to a file; ``made_us`` (UTC) stands as its date. OperatorError where that fails."""
    write_whole(path, pdf_bytes(title, document_id, made_us, pages, language))


def pdf_bytes(
    title: str, document_id: UUID, made_us: int, pages: Sequence[PaintPage], language: str = "en",
) -> bytes:
    """Paint pages into a PDF that names its language and shows its title."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPageLayout(QPageLayout(
        QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0)))
    writer.setResolution(_DOTS_PER_INCH)
    writer.setTitle(title)
    writer.setCreator("Needling Console")
    writer.setDocumentId(QUuid(str(document_id)))
    painter = QPainter(writer)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    scale = writer.width() / PAGE_WIDTH
    painter.scale(scale, scale)
    for number, paint in enumerate(pages):
        if number:
            writer.newPage()
        painter.save()
        paint(painter)
        painter.restore()
    painter.end()
    return _told(_dated(bytes(buffer.data().data()), made_us), language)


def _told(content: bytes, language: str) -> bytes:
    """Add language and title bar to the catalog, as an update behind the file's end: Qt has no way to say them."""
    tail = content[content.rindex(b"trailer"):]
    found = re.search(rb"/Root (\d+) 0 R", tail), re.search(rb"startxref\s+(\d+)", tail)
    if found[0] is None or found[1] is None:
        return content
    root, former = found[0][1], found[1][1]
    opened = re.search(rb"(?:^|\n)" + root + rb" 0 obj\n<<\n(.*?)>>\nendobj", content, re.DOTALL)
    if opened is None:
        return content
    said = b"/Lang (" + language.encode("ascii", "ignore") + b")\n/ViewerPreferences << /DisplayDocTitle true >>\n"
    catalog = root + b" 0 obj\n<<\n" + opened[1] + said + b">>\nendobj\n"
    at, facts = len(content), tail[len(b"trailer"):tail.index(b"startxref")].strip()
    facts = facts.removeprefix(b"<<").removesuffix(b">>").strip()
    table = b"xref\n%s 1\n%010d 00000 n \n" % (root, at)
    trailer = b"trailer\n<< " + facts + b"\n/Prev " + former + b" >>\nstartxref\n%d\n%%%%EOF\n" % (at + len(catalog))
    return content + catalog + table + trailer


def _dated(content: bytes, made_us: int) -> bytes:
    """Put a fixed date in place of now; the length stays, so the file's table of offsets holds."""

    def moment(zone: bytes) -> datetime:
        hours, minutes = (int(zone[1:3]), int(zone[4:6])) if zone != b"Z" else (0, 0)
        away = timedelta(hours=hours, minutes=minutes) * (-1 if zone[:1] == b"-" else 1)
        return to_datetime(made_us).replace(microsecond=0) + away

    content = _INFO_DATE.sub(
        lambda found: found[1] + moment(found[3]).strftime("%Y%m%d%H%M%S").encode() + found[3], content)
    return _META_DATE.sub(
        lambda found: found[1] + moment(found[3]).strftime("%Y-%m-%dT%H:%M:%S").encode() + found[3], content)
