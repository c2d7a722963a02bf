"""The recovery sheet: what a clinic keeps in a safe so that its record opens on another machine."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from console.services.local_time import day_text, local_day
from ui.documents import tables
from ui.documents.brush import face, hue, line_height, put_lines, rule, wrapped
from ui.documents.flow import Block
from ui.documents.paper import new_flow, write_paper
from ui.documents.pdf_file import CONTENT_WIDTH
from ui.documents.qr_code import paint_code

_CODE, _BESIDE = 660.0, 60.0

STEPS = (
    "Install the console on the new machine and put the data folder, or its last backup, in its place.",
    "If keys.json is missing from it: main.py keys recover --data FOLDER --sheet - and scan the code on this sheet.",
    "Open the folder with the passphrase. The console keeps the key in the new machine's keyring.",
    "Compare the check words: main.py keys status prints those of the folder it opened.",
)
WITHOUT_KEY = (
    "The code holds the folder's keys wrapped by the passphrase: without the passphrase it opens nothing. "
    "Whoever has this sheet and the passphrase can read everything this clinic has recorded."
)


@dataclass(frozen=True, slots=True)
class RecoverySheet:
    """What is printed; ``key`` empty unless whoever prints asked for the key itself."""

    clinic: str
    folder_id: str
    check_words: str
    station_key: str
    code: str
    made_us: int
    key: str = ""


def write_recovery_sheet(path: Path, sheet: RecoverySheet, mark: str = "") -> int:
    """Write the sheet as PDF and give its number of pages. OperatorError where that fails."""
    day = local_day(sheet.made_us)
    flow = new_flow(sheet.clinic, "Recovery sheet", f"made {day_text(day)} {day.year}")
    flow.section("This folder", [tables.facts([
        ("Data folder", sheet.folder_id), ("Check words", sheet.check_words), ("Station key", sheet.station_key)], 2)])
    flow.section("Passphrase", [_line("Written by hand, or kept apart from this sheet in another safe:"), _blank()])
    flow.section("Wrapped keys", [_code(sheet.code)])
    flow.section("To open the record on another machine", [_line(f"{n}. {text}") for n, text in enumerate(STEPS, 1)])
    if sheet.key:
        groups = [sheet.key[at : at + 8] for at in range(0, len(sheet.key), 8)]
        flow.section("The database key itself", [
            _line("Printed because it was asked for. It opens the database with any SQLCipher 4 and no passphrase."),
            _line(" ".join(groups[:4]), "code"), _line(" ".join(groups[4:]), "code")])
    return write_paper(path, "Recovery sheet", f"Recovery {sheet.folder_id[:13]}", sheet.made_us, flow, mark)


def _line(text: str, kind: str = "text") -> Block:
    font = face(28, 400, kind)
    lines = wrapped(text, font, CONTENT_WIDTH)

    def paint(painter: QPainter, box: QRectF) -> None:
        put_lines(painter, QPointF(box.left(), box.top()), lines, font, hue("ink"), CONTENT_WIDTH)

    return Block(len(lines) * line_height(font) + 14, paint)


def _blank() -> Block:
    def paint(painter: QPainter, box: QRectF) -> None:
        rule(painter, box.left(), box.right(), box.bottom() - 8, hue("ink3"), 3)

    return Block(100, paint)


def _code(code: str) -> Block:
    room = CONTENT_WIDTH - _CODE - _BESIDE
    small = face(22, 400, "code")
    typed = [code[at : at + 44] for at in range(0, len(code), 44)]
    said: Sequence[str] = wrapped(WITHOUT_KEY, face(28), room)

    def paint(painter: QPainter, box: QRectF) -> None:
        paint_code(painter, QRectF(box.left(), box.top(), _CODE, _CODE), code)
        left = box.left() + _CODE + _BESIDE
        top = put_lines(painter, QPointF(left, box.top() + 40), list(said), face(28), hue("ink"), room)
        put_lines(painter, QPointF(left, top + 30), typed, small, hue("ink2"), room)

    return Block(_CODE + 10, paint)
