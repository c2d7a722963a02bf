"""The aftercare sheet: one A4 page the patient takes home, and its preview on the screen."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid5

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter

from console.domain.aftercare import SheetLine, SheetPart
from console.services.local_time import day_start_us
from ui.documents import brush
from ui.documents.brush import (
    CENTRE,
    LEFT,
    RIGHT,
    face,
    fill_box,
    line_height,
    put,
    put_icon,
    put_lines,
    rule,
    width_of,
    wrapped,
)
from ui.documents.pdf_file import CONTENT_WIDTH, MARGIN, PAGE_HEIGHT, write_pdf
from ui.documents.qr_code import paint_code
from ui.documents.sheet_case import AftercareSheet

Hue = Callable[..., QColor]  # a token and an opacity to a colour: ``brush.hue`` on paper, ``theme.color`` on screen

_CODE, _GAP = 430.0, 10.0  # 43 mm hold a code of 400 to 900 letters at 0.4 mm a module
_SPACE = UUID("6a6f2f2c-5a53-5b0c-9a5e-0d8d6f5b7a11")

def write_aftercare(path: Path, sheet: AftercareSheet) -> None:
    """Write the sheet as one A4 page; the same bytes each time. OperatorError where that fails."""
    page = QRectF(MARGIN, 150, CONTENT_WIDTH, PAGE_HEIGHT - 300)
    title = sheet.say("title")
    document_id = uuid5(_SPACE, f"{sheet.session_day} {sheet.for_whom} {sheet.clinic_name} {sheet.language.code}")
    made_us = day_start_us(sheet.session_day)
    write_pdf(path, title, document_id, made_us, [lambda painter: paint_aftercare(painter, page, sheet, brush.hue)],
              sheet.language.code)


# --- the page ---------------------------------------------------------------------------------------


def paint_aftercare(painter: QPainter, box: QRectF, sheet: AftercareSheet, hue: Hue) -> None:
    """Paint the whole sheet into a box of any size; measures are those of an A4 page, scaled."""
    factor = box.width() / CONTENT_WIDTH
    room = _Room(sheet, hue, CONTENT_WIDTH)
    while room.height() * factor > box.height() and factor > 0.05:
        factor *= 0.97
        room = _Room(sheet, hue, box.width() / factor)
    painter.save()
    painter.translate(box.topLeft())
    painter.scale(factor, factor)
    room.paint(painter, box.height() / factor)
    painter.restore()


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of the page: its height, how it is painted, and how much spare room it likes."""

    height: float
    paint: Callable[[QPainter, QRectF], None]
    spare: float = 0.0


class _Room:
    """The sheet laid out at one width, in tenths of a millimetre."""

    def __init__(self, sheet: AftercareSheet, hue: Hue, width: float) -> None:
        self.sheet, self.hue, self.width = sheet, hue, width
        rules = sheet.part(SheetPart.RULE)
        self.pieces = [
            *([self._mark()] if sheet.marked_as else []), self._head(), *(self._rule_row(line) for line in rules),
            self._scale(rules), *self._normal(), self._call(),
        ]
        self.foot = self._foot()

    def height(self) -> float:
        """Give the least height the sheet needs."""
        return sum(piece.height for piece in self.pieces) + self.foot.height

    def paint(self, painter: QPainter, height: float) -> None:
        """Paint the pieces from the top, the foot at the bottom, spare room between."""
        likes = sum(piece.spare for piece in self.pieces)
        share = min(1.0, max(0.0, height - self.height()) / likes) if likes else 0.0
        top = 0.0
        for piece in self.pieces:
            piece.paint(painter, QRectF(0, top, self.width, piece.height))
            top += piece.height + piece.spare * share
        self.foot.paint(painter, QRectF(0, height - self.foot.height, self.width, self.foot.height))

    def _mark(self) -> _Piece:
        text, font = self.sheet.mark(), face(32, 700)

        def paint(painter: QPainter, box: QRectF) -> None:
            chip = QRectF(box.left(), box.top(), width_of(text, font) + 96, 58)
            fill_box(painter, chip, 29, self.hue("caution_tint"), self.hue("caution"), 2.4)
            put_icon(painter, "caution", QRectF(chip.left() + 22, chip.top() + 11, 36, 36), self.hue("caution"))
            put(painter, chip.adjusted(66, 0, 0, 0), text, font, self.hue("caution"))

        return _Piece(82, paint)

    def _head(self) -> _Piece:
        def paint(painter: QPainter, box: QRectF) -> None:
            put(painter, QRectF(0, box.top(), box.width() - 160, 90), self.sheet.say("title"), face(76, 600),
                self.hue("ink"))
            put(painter, QRectF(0, box.top() + 96, box.width() - 160, 52), self.sheet.heading(), face(38),
                self.hue("ink2"))
            put_icon(painter, "mark", QRectF(box.right() - 118, box.top() + 10, 118, 118), self.hue("ink"))
            rule(painter, 0, box.right(), box.top() + 176, self.hue("line"), 3)

        return _Piece(216, paint, 16)

    def _rule_row(self, line: SheetLine) -> _Piece:
        when = self.sheet.when(line)
        left, when_font = 112.0, face(34)
        words_width = self.width - left - width_of(when, when_font) - 40
        lines = wrapped(line.text, face(42, 600), words_width)
        details = wrapped(line.detail, face(33), self.width - left) if line.detail else []
        text_height = len(lines) * line_height(face(42, 600)) + len(details) * line_height(face(33))

        def paint(painter: QPainter, box: QRectF) -> None:
            put_icon(painter, line.icon, QRectF(4, box.top() + 4, 72, 72), self.hue("ink"))
            top = put_lines(painter, QPointF(left, box.top()), lines, face(42, 600), self.hue("ink"), words_width)
            put_lines(painter, QPointF(left, top), details, face(33), self.hue("ink2"), self.width - left)
            put(painter, QRectF(0, box.top(), self.width, line_height(face(42, 600))), when, when_font,
                self.hue("ink2"), RIGHT)
            bar = QRectF(left, box.top() + text_height + 10, self.width - left, 14)
            _paint_bar(painter, bar, line, self.hue)

        return _Piece(text_height + 50, paint, 24)

    def _scale(self, rules: list[SheetLine]) -> _Piece:
        last = max((line.until_day for line in rules if line.until_day), default=self.sheet.session_day)
        first = self.sheet.session_day

        def paint(painter: QPainter, box: QRectF) -> None:
            row = QRectF(112, box.top() - 12, self.width - 112, 36)
            font, colour = face(28), self.hue("ink3")
            put(painter, row, self.sheet.language.day(first), font, colour, LEFT)
            put(painter, row, self.sheet.language.day(first + (last - first) / 2), font, colour, CENTRE)
            put(painter, row, self.sheet.language.day(last), font, colour, RIGHT)
            rule(painter, 0, self.width, box.top() + 44, self.hue("line"), 3)

        return _Piece(74 if rules else 0, paint if rules else _nothing, 10)

    def _normal(self) -> list[_Piece]:
        lines = self.sheet.part(SheetPart.NORMAL)
        if not lines:
            return []
        column = (self.width - 112) / 2

        def head(painter: QPainter, box: QRectF) -> None:
            put_icon(painter, "info", QRectF(4, box.top(), 62, 62), self.hue("ink"))
            put(painter, QRectF(112, box.top(), box.width() - 112, 62), self.sheet.say("normal"), face(42, 600),
                self.hue("ink"))

        pairs = [lines[at:at + 2] for at in range(0, len(lines), 2)]
        return [_Piece(78, head), *(self._normal_row(pair, column) for pair in pairs), _Piece(14, _nothing, 20)]

    def _normal_row(self, pair: list[SheetLine], column: float) -> _Piece:
        room = column - 30
        texts = [wrapped(line.text, face(34, 500), room) for line in pair]
        details = [wrapped(line.detail, face(30), room) if line.detail else [] for line in pair]
        heights = [len(text) * line_height(face(34, 500)) + len(detail) * line_height(face(30))
                   for text, detail in zip(texts, details, strict=True)]

        def paint(painter: QPainter, box: QRectF) -> None:
            for place, (text, detail) in enumerate(zip(texts, details, strict=True)):
                left = 112 + place * column
                top = put_lines(painter, QPointF(left, box.top()), text, face(34, 500), self.hue("ink"), room)
                put_lines(painter, QPointF(left, top), detail, face(30), self.hue("ink2"), room)

        return _Piece(max(heights) + 12, paint, 6)

    def _call(self) -> _Piece:
        lines = self.sheet.part(SheetPart.CALL)
        phone, font = self.sheet.clinic_phone, face(64, 600, "tabular")
        below = [text for text in (self.sheet.clinic_name, self.sheet.after_hours()) if text]
        right_width = max([width_of(phone, font), *(width_of(text, face(32)) for text in below)])
        words_width = self.width - 112 - right_width - 110
        texts = [wrapped(line.text, face(36, 500), words_width) for line in lines]
        words = 96 + sum(map(len, texts)) * line_height(face(36, 500))
        height = max(words, 110 + 46 * len(below) if phone else 0) + 26

        def paint(painter: QPainter, box: QRectF) -> None:
            fill_box(painter, box, 22, self.hue("stop_tint"))
            put_icon(painter, "phone", QRectF(24, box.top() + 24, 62, 62), self.hue("stop"))
            put(painter, QRectF(112, box.top() + 20, words_width, 66), self.sheet.say("call"), face(42, 600),
                self.hue("stop"))
            top = box.top() + 92
            for text in texts:
                top = put_lines(painter, QPointF(112, top), text, face(36, 500), self.hue("ink"), words_width)
            right = QRectF(0, box.center().y() - 43 - 23 * len(below), self.width - 44, 84)
            put(painter, right, phone, font, self.hue("stop"), RIGHT)
            for place, words_below in enumerate(below):
                line = QRectF(0, right.bottom() - 4 + 46 * place, right.width(), 46)
                put(painter, line, words_below, face(32), self.hue("ink2"), RIGHT)

        return _Piece(height, paint, 30) if lines or phone else _Piece(0, _nothing)

    def _foot(self) -> _Piece:
        """The code for the phone, and beside it the next session, what comes later and the disclaimer."""
        sheet, left = self.sheet, _CODE + 44.0
        room = self.width - left
        blocks = [
            *([(sheet.say("next"), face(34), "ink2"), (sheet.next_words(), face(42, 600), "live")]
              if sheet.next_session else []),
            *((line.text, face(34), "ink") for line in sheet.part(SheetPart.LATER)),
            (sheet.say("code"), face(29), "ink2"), (sheet.disclaimer, face(29), "ink3"),
        ]
        texts = [(wrapped(text, font, room), font, tone) for text, font, tone in blocks if text]
        words = sum(len(lines) * line_height(font) + _GAP for lines, font, _ in texts)

        def paint(painter: QPainter, box: QRectF) -> None:
            rule(painter, 0, self.width, box.top() + 20, self.hue("line"), 3)
            paint_code(painter, QRectF(0, box.top() + 44, _CODE, _CODE), sheet.plain_text())
            top = box.top() + 44 + max(0.0, (_CODE - words) / 2)
            for lines, font, tone in texts:
                top = put_lines(painter, QPointF(left, top), lines, font, self.hue(tone), room) + _GAP

        return _Piece(44 + max(_CODE, words), paint)


def _nothing(painter: QPainter, box: QRectF) -> None:
    """Leave room."""


def _paint_bar(painter: QPainter, bar: QRectF, line: SheetLine, hue: Hue) -> None:
    """Draw from when to when a line holds, to the scale all lines share."""
    radius = bar.height() / 2
    fill_box(painter, bar, radius, hue("track"))
    if line.end > line.start:
        left = bar.left() + bar.width() * line.start
        held = QRectF(left, bar.top(), bar.width() * (line.end - line.start), bar.height())
        fill_box(painter, held, radius, hue("ink"))


# --- the preview ------------------------------------------------------------------------------------


def paint_preview(painter: QPainter, box: QRectF, sheet: AftercareSheet, hue: Hue, reserved: float = 0) -> None:
    """Paint the sheet for the aftercare page, in px: title, rules with their bars, then what to expect.

    ``reserved`` is the width to leave free beside the title.
    """
    beside = box.width() - reserved
    put(painter, QRectF(box.left(), box.top(), beside, 32), sheet.say("title"), face(24, 600), hue("ink"))
    put(painter, QRectF(box.left(), box.top() + 34, beside, 20), sheet.heading(), face(14), hue("ink2"))
    rule(painter, box.left(), box.right(), box.top() + 62, hue("line"), 1)
    notes = _preview_notes(sheet, box.width() - 34)
    notes_top = box.bottom() - len(notes) * 18
    rules = sheet.part(SheetPart.RULE)
    pitch = min(56.0, (notes_top - 14 - box.top() - 74) / max(1, len(rules)))
    for place, line in enumerate(rules):
        row = QRectF(box.left(), box.top() + 76 + place * pitch, box.width(), pitch)
        _paint_preview_row(painter, row, sheet, line, hue)
    rule(painter, box.left(), box.right(), notes_top - 8, hue("line"), 1)
    put_icon(painter, "info", QRectF(box.left(), notes_top - 1, 20, 20), hue("ink"))
    for place, text in enumerate(notes):
        put(painter, QRectF(box.left() + 34, notes_top + place * 18, box.width() - 34, 18), text, face(13), hue("ink2"))


def _paint_preview_row(painter: QPainter, row: QRectF, sheet: AftercareSheet, line: SheetLine, hue: Hue) -> None:
    size = 16 if row.height() >= 44 else 15 if row.height() >= 36 else 14
    icon = min(22.0, row.height() * 0.62)
    place = QRectF(row.left() + 1, row.top() + (row.height() - icon) / 2 - 3, icon, icon)
    put_icon(painter, line.icon, place, hue("ink"))
    words = QRectF(row.left() + 38, row.top(), row.width() - 38, row.height() - 14)
    when = sheet.when(line)
    put(painter, words, when, face(size - 2), hue("ink2"), RIGHT)
    put(painter, words.adjusted(0, 0, -width_of(when, face(size - 2)) - 12, 0), line.text, face(size, 500), hue("ink"))
    bar = 6.0 if row.height() >= 44 else 4.0
    _paint_bar(painter, QRectF(words.left(), row.bottom() - 13, words.width(), bar), line, hue)


def _preview_notes(sheet: AftercareSheet, width: float) -> list[str]:
    def joined(part: SheetPart) -> str:
        return "; ".join(line.text for line in sheet.part(part))

    parts = (("expected", SheetPart.NORMAL), ("call_for", SheetPart.CALL))
    text = " ".join(sheet.say(name, lines=joined(part)) for name, part in parts if sheet.part(part))
    return wrapped(text, face(13), width) if text else []
