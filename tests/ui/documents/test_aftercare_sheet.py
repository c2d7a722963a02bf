"""The aftercare sheet: one page with the right dates, bars to scale, a telephone number to call."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from printed import fonts_of, ink_outside, pages_of, pictures_of
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from console.domain.aftercare import SheetPart
from console.domain.errors import OperatorError
from console.services.clinical_library import ClinicalLibrary
from console.services.resources import resource_path
from ui.documents.aftercare_sheet import AftercareSheet, paint_aftercare, paint_preview, write_aftercare
from ui.theme import color


@pytest.fixture(scope="module")
def sheet() -> AftercareSheet:
    library = ClinicalLibrary.load(resource_path())
    return AftercareSheet(
        library.aftercare_sheet(datetime(2026, 11, 17, 13, 28)), "Johanna Wiesner", date(2026, 11, 17),
        "Clinic at the Old Harbour", "+49 40 5550 0199", "2026-12-22", library.sheet.disclaimer, "demo")


def test_one_page_says_what_until_when_and_whom_to_call(sheet: AftercareSheet, tmp_path: Path) -> None:
    write_aftercare(tmp_path / "aftercare.pdf", sheet)
    pages = pages_of(tmp_path / "aftercare.pdf")
    assert len(pages) == 1
    for word in (
        "Demo, not clinical", "After your session", "For Johanna Wiesner, Tuesday 17 November",
        "No sun until Thu 19 Nov", "Sunscreen SPF 30 or more Wed 18 Nov to Tue 1 Dec",
        "No anti-inflammatory medicines until Tue 1 Dec", "Redness for 1 to 3 days", "Blisters, yellow crust or pus",
        "+49 40 5550 0199", "Clinic at the Old Harbour", "Your next session Tuesday 22 December 2026",
        sheet.disclaimer,
    ):
        assert word in pages[0], word
    assert all((embedded, copied) == ("yes", "yes") for _, embedded, copied in fonts_of(tmp_path / "aftercare.pdf"))


def test_a_clinic_may_leave_out_the_name_and_the_next_session(sheet: AftercareSheet, tmp_path: Path) -> None:
    write_aftercare(tmp_path / "a.pdf", replace(sheet, for_whom="", next_session="", marked_as=""))
    text = pages_of(tmp_path / "a.pdf")[0]
    assert "Session of Tuesday 17 November" in text
    assert not any(word in text for word in ("Wiesner", "Your next session", "not clinical"))


def test_twice_as_many_lines_still_fit_one_page(sheet: AftercareSheet, tmp_path: Path) -> None:
    write_aftercare(tmp_path / "a.pdf", replace(sheet, lines=sheet.lines * 2))
    pages = pages_of(tmp_path / "a.pdf")
    assert len(pages) == 1
    assert sheet.disclaimer in pages[0]
    assert [ink_outside(one, 16.5) for one in pictures_of(tmp_path / "a.pdf", tmp_path)] == [0]


def test_the_same_sheet_gives_the_same_bytes(sheet: AftercareSheet, tmp_path: Path) -> None:
    for name in ("one.pdf", "two.pdf"):
        write_aftercare(tmp_path / name, sheet)
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


def test_a_language_without_a_sheet_gets_a_sentence(sheet: AftercareSheet, tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="choose English"):
        write_aftercare(tmp_path / "a.pdf", replace(sheet, language="xx"))
    assert not (tmp_path / "a.pdf").exists()


def painted(width: int, height: int) -> QImage:
    picture = QImage(width, height, QImage.Format.Format_RGB32)
    picture.fill(QColor("#FFFFFF"))
    return picture


def longest_run(picture: QImage, y: int, ink: QColor) -> int:
    """Give the longest run of one colour in a row of dots."""
    best = run = 0
    for x in range(picture.width()):
        run = run + 1 if picture.pixelColor(x, y) == ink else 0
        best = max(best, run)
    return best


def test_bars_of_the_preview_are_to_scale(sheet: AftercareSheet) -> None:
    picture = painted(552, 440)
    painter = QPainter(picture)
    paint_preview(painter, QRectF(0, 0, 552, 440), sheet, color)
    painter.end()
    runs = [longest_run(picture, y, color("ink")) for y in range(76, 360)]
    whole = 552 - 38
    for line in sheet.part(SheetPart.RULE):
        wanted = whole * (line.end - line.start)
        assert any(abs(run - wanted) <= 6 for run in runs), line.text


def test_the_page_scales_into_any_box_and_stays_inside(sheet: AftercareSheet) -> None:
    picture = painted(400, 620)
    painter = QPainter(picture)
    paint_aftercare(painter, QRectF(40, 30, 300, 560), sheet, color)
    painter.end()
    inked = [(x, y) for x in range(400) for y in range(620) if picture.pixelColor(x, y) != QColor("#FFFFFF")]
    assert min(x for x, _ in inked) >= 39
    assert max(x for x, _ in inked) <= 341
    assert min(y for _, y in inked) >= 29
    assert max(y for _, y in inked) <= 591
