"""The aftercare sheet: one page in each language with the right dates, bars to scale, a telephone number to call."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
import segno
from printed import fonts_of, ink_outside, pages_of, pictures_of
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from console.domain.aftercare import SheetPart
from console.services.clinical_library import ClinicalLibrary
from console.services.resources import resource_path
from ui.documents.aftercare_sheet import paint_aftercare, paint_preview, write_aftercare
from ui.documents.qr_code import QUIET, paint_code, side_modules
from ui.documents.sheet_case import AftercareSheet
from ui.theme import color

LIBRARY = ClinicalLibrary.load(resource_path())


def sheet_in(code: str) -> AftercareSheet:
    language = LIBRARY.language(code)
    return AftercareSheet(
        LIBRARY.aftercare_sheet(datetime(2026, 11, 17, 13, 28), code), language, "Johanna Wiesner",
        date(2026, 11, 17), "Clinic at the Old Harbour", "+49 40 5550 0199", "2026-12-22",
        language.disclaimer(LIBRARY.sheet.disclaimer), "demo", "+49 40 5550 0111")


@pytest.fixture(scope="module")
def sheet() -> AftercareSheet:
    return sheet_in("en")


def test_one_page_says_what_until_when_and_whom_to_call(sheet: AftercareSheet, tmp_path: Path) -> None:
    write_aftercare(tmp_path / "aftercare.pdf", sheet)
    pages = pages_of(tmp_path / "aftercare.pdf")
    assert len(pages) == 1
    for word in (
        "Demo, not clinical", "After your session", "For Johanna Wiesner, Tuesday 17 November",
        "No sun until Thu 19 Nov", "Sunscreen SPF 30 or more Wed 18 Nov to Tue 1 Dec",
        "No anti-inflammatory medicines until Tue 1 Dec", "Redness for 1 to 3 days", "Blisters, yellow crust or pus",
        "+49 40 5550 0199", "Clinic at the Old Harbour", "After hours: +49 40 5550 0111", "Your next session",
        "Tuesday 22 December 2026", "Maintenance after the course: 1 to 2 sessions a year", sheet.disclaimer,
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


DAYS = {
    "es": ("hasta el jue 19 nov", "del mié 18 nov al mar 1 dic", "martes 22 de diciembre de 2026"),
    "fr": ("jusqu’au jeu. 19 nov.", "du mer. 18 nov. au mar. 1er déc.", "mardi 22 décembre 2026"),
    "de": ("bis Do. 19. Nov.", "Mi. 18. Nov. bis Di. 1. Dez.", "Dienstag, 22. Dezember 2026"),
}


@pytest.mark.parametrize("code", DAYS)
def test_every_language_is_whole_on_one_page_with_its_own_days(code: str, tmp_path: Path) -> None:
    sheet = sheet_in(code)
    write_aftercare(tmp_path / "a.pdf", sheet)
    (page,) = pages_of(tmp_path / "a.pdf")
    whole = page.replace(" ", "")
    for day in DAYS[code]:
        assert day in page, day
    for words in (sheet.say("title"), sheet.say("normal"), sheet.say("call"), sheet.say("next"), sheet.after_hours(),
                  sheet.heading(), *(word for line in sheet.lines for word in f"{line.text} {line.detail}".split())):
        assert words.replace(" ", "") in whole, words
    assert "…" not in page, "something is cut"
    assert "English" not in page and sheet.say("in_english") not in page
    assert [ink_outside(one, 16.5) for one in pictures_of(tmp_path / "a.pdf", tmp_path)] == [0]


def code_read_from(picture: QImage, count: int, box: QRectF) -> list[list[bool]]:
    """Read the middle of each module of a code painted into a box."""
    pitch = box.width() / count
    return [[picture.pixelColor(round(box.left() + (x + 0.5) * pitch), round(box.top() + (y + 0.5) * pitch))
             .lightness() < 128 for x in range(count)] for y in range(count)]


@pytest.mark.parametrize("code", ["en", *DAYS])
def test_the_code_holds_the_text_itself_and_never_a_name(code: str) -> None:
    sheet = sheet_in(code)
    text = sheet.plain_text()
    assert "Johanna" not in text and "http" not in text
    for needed in ("+49 40 5550 0199", "+49 40 5550 0111", "Clinic at the Old Harbour", "2026",
                   *(line.text for line in sheet.lines if line.part in (SheetPart.RULE, SheetPart.CALL))):
        assert needed in text, needed
    count = side_modules(text)
    picture = painted(4 * count, 4 * count)
    painter = QPainter(picture)
    box = QRectF(0, 0, 4 * count, 4 * count)
    paint_code(painter, box, text)
    painter.end()
    read = code_read_from(picture, count, box)
    inner = [line[QUIET:-QUIET] for line in read[QUIET:-QUIET]]
    wanted = segno.make(text, error="l", micro=False, encoding="utf-8").matrix
    assert inner == [[bool(module) for module in line] for line in wanted]
    assert not any(any(line) for line in (*read[:QUIET], *read[-QUIET:])), "the quiet margin"
    assert 43 / count >= 0.35, "mm a module on paper: a phone reads no finer ones"


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
