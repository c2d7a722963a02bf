"""What a PDF says of itself beside its pages: language and title bar, its former table still in it."""

import re
from uuid import UUID

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from ui.documents.brush import face, hue, put
from ui.documents.pdf_file import pdf_bytes

NAME = UUID("5f1f2a5e-6f0e-4d0e-9a55-1f5c6f8f0c9e")


def page(painter: QPainter) -> None:
    put(painter, QRectF(200, 200, 900, 60), "Guten Tag", face(40), hue("ink"))


def test_a_document_names_its_language_and_shows_its_title(qapp: object) -> None:
    content = pdf_bytes("Brief", NAME, 0, [page], "de")
    assert content == pdf_bytes("Brief", NAME, 0, [page], "de"), "the same bytes each time"
    (start,) = re.findall(rb"startxref\n(\d+)\n%%EOF\n$", content)
    table = content[int(start):]
    number, at = re.match(rb"xref\n(\d+) 1\n(\d{10}) 00000 n \ntrailer", table).groups()  # type: ignore[union-attr]
    catalog = content[int(at):int(start)]
    assert catalog.startswith(number + b" 0 obj\n<<\n/Type /Catalog") and catalog.endswith(b">>\nendobj\n")
    assert b"/Lang (de)" in catalog and b"/DisplayDocTitle true" in catalog
    assert b"/Root " + number + b" 0 R" in table and table.count(b"/ID [") == 1
    (former,) = re.findall(rb"/Prev (\d+)", table)
    assert content[int(former):].startswith(b"xref"), "what Qt wrote is all there"
