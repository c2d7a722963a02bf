"""The paper form for when the console is down: every field of the record, a row an area, room for clocks."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from console.domain.areas import label_of
from console.domain.treatment_plan import TreatmentPlan
from ui.documents.brush import face, fill_box, hue, put, rule
from ui.documents.flow import Block, paragraph
from ui.documents.paper import new_flow, write_paper

LINE = 84.0
BOX = 34.0
AREA_COLUMNS = (("Area", 0.22), ("Target mm", 0.10), ("Depth mm", 0.10), ("Speed Hz", 0.10), ("Passes", 0.09),
                ("From", 0.10), ("Until", 0.10), ("Endpoint, remarks", 0.19))
BLANK_AREAS = 14
RULE_LINES = 24


def write_downtime_form(path: Path, number: str, clinic: str, plan: TreatmentPlan | None, questions: Sequence[str],
                        issued: str, made_us: int, mark: str = "") -> int:
    """Write a form and give its number of pages; ``questions`` are those of screening. OperatorError on failure."""
    flow = new_flow(clinic, f"Paper form {number}", f"issued {issued}; enter it afterwards under this number")
    flow.section("Who and when", [
        _fields(("Patient number", 2), ("Initials", 1), ("Birth date checked", 2)),
        _fields(("Practitioner", 2), ("Day", 1), ("Room", 1), ("Opened at", 1)),
        _fields(("Plan", 3), ("Skin type", 1), ("Session of the course", 2))])
    flow.section("Screening", [_ticks(questions[at:at + 2]) for at in range(0, min(len(questions), RULE_LINES * 2), 2)],
                 "tick only what is yes, and say more at the side")
    flow.section("Consent", [_ticks(("Treatment", "Photos", "Serum or plasma")),
                             _fields(("Signature of patient or guardian", 3), ("Time", 1), ("Witness", 2))])
    flow.section("Anesthetic", [
        _fields(("Product, lot, expiry", 3), ("Grams", 1), ("Skin, cm²", 1), ("Areas", 2)),
        _fields(("On at", 1), ("Off and cleansed at", 1), ("Pin test", 1), ("None, because", 2))])
    flow.section("Preparation", [_fields(("Skin disinfected at", 1), ("Cartridge, lot, serial, expiry", 3),
                                         ("Glide, lot", 2), ("Pen, serial", 2))])
    flow.turn()
    flow.section("Needling", _areas(plan), "one row an area; times by the wall clock")
    flow.section("Afterwards", [
        _fields(("Serum, lot, volume, or none because", 3), ("Aftercare sheet given at", 1)),
        _fields(("What happened, marks, reactions, with times", 4)), *[_fields(("", 4))] * 4,
        _fields(("Ended at", 1), ("Signature", 3))])
    flow.gap(30)
    flow.add(paragraph("Enter this form as soon as the console works. The times written here become "
                       "the times of the record; who typed it in, and when, is kept beside them.", 25, "ink3"))
    return write_paper(path, f"Paper form {number}", number, made_us, flow, mark)


def _fields(*parts: tuple[str, int]) -> Block:
    whole = sum(share for _, share in parts)

    def paint(painter: QPainter, box: QRectF) -> None:
        left = box.left()
        for title, share in parts:
            width = box.width() * share / whole
            put(painter, QRectF(left, box.top() + 4, width - 16, 30), title, face(22), hue("ink3"))
            rule(painter, left, left + width - 16, box.bottom() - 4, hue("ink2"), 2)
            left += width

    return Block(LINE, paint)


def _ticks(words: Sequence[str]) -> Block:
    def paint(painter: QPainter, box: QRectF) -> None:
        width = box.width() / max(len(words), 2)
        for place, text in enumerate(words):
            left = box.left() + place * width
            fill_box(painter, QRectF(left, box.top() + 8, BOX, BOX), 4, None, hue("ink2"), 2)
            put(painter, QRectF(left + BOX + 14, box.top() + 4, width - BOX - 150, 42), text, face(25), hue("ink"))
            rule(painter, left + width - 130, left + width - 16, box.bottom() - 6, hue("line"), 2)

    return Block(52, paint)


def _areas(plan: TreatmentPlan | None) -> list[Block]:
    names = [label_of(one) for one in plan.area_ids] if plan is not None else [""] * BLANK_AREAS
    return [_area_row(tuple(title for title, _ in AREA_COLUMNS), 44, "ink3"),
            *(_area_row((name, *[""] * (len(AREA_COLUMNS) - 1)), 88, "ink") for name in names)]


def _area_row(cells: Sequence[str], height: float, token: str) -> Block:
    def paint(painter: QPainter, box: QRectF) -> None:
        left = box.left()
        for text, (_, share) in zip(cells, AREA_COLUMNS, strict=True):
            width = box.width() * share
            put(painter, QRectF(left + 6, box.top(), width - 10, box.height()), text, face(25), hue(token))
            fill_box(painter, QRectF(left, box.top(), width, box.height()), 0, None, hue("ink3"), 1.5)
            left += width

    return Block(height, paint)
