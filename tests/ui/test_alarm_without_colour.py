"""An alarm is told by its sign and its words too: with all colour taken away the three priorities still differ."""

from collections.abc import Iterator
from itertools import combinations

import pytest
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from ui.page import AlarmText, StatusText
from ui.paint import PaintedWidget
from ui.theme import THEME_NAMES, apply_theme, color
from ui.widgets import StatusLine

PRIORITIES = ("low", "medium", "high")


@pytest.fixture(params=THEME_NAMES)
def line(themed: QApplication, request: pytest.FixtureRequest) -> Iterator[StatusLine]:
    apply_theme(themed, request.param)
    made = StatusLine()
    made.resize(1366, 56)
    yield made
    made.deleteLater()
    apply_theme(themed, "light")


def sign_alone(line: StatusLine) -> QImage:
    """Draw the sign in one ink on one ground, as an eye without colour has it."""
    lead = line.findChild(PaintedWidget)
    assert lead is not None and lead.look.startswith("alarm:")
    drawn = line.grab(lead.geometry()).toImage()
    ground = drawn.pixel(2, 2)
    shape = QImage(drawn.size(), QImage.Format.Format_Mono)
    shape.fill(0)
    for x in range(drawn.width()):
        for y in range(drawn.height()):
            shape.setPixel(x, y, int(drawn.pixel(x, y) != ground))
    return shape


def differ(one: QImage, other: QImage) -> int:
    return sum(one.pixel(x, y) != other.pixel(x, y) for x in range(one.width()) for y in range(one.height()))


def test_the_signs_differ_in_shape_and_the_words_are_there(line: StatusLine) -> None:
    signs = {}
    for priority in PRIORITIES:
        line.show_alarm(AlarmText("a1", priority, "Pen link lost", "The pen may still run."))
        signs[priority] = sign_alone(line)
        told = line.grab().toImage()
        line.show_alarm(AlarmText("a1", priority, "Pen battery 15%", "The pen may still run."))
        assert line.grab().toImage() != told, "the words are drawn"
    for one, other in combinations(PRIORITIES, 2):
        assert differ(signs[one], signs[other]) > 10, f"{one} and {other} have the same sign"


def test_a_calm_line_has_no_alarm_s_sign(line: StatusLine) -> None:
    line.show_status(StatusText("Forehead", dot="live"))
    lead = line.findChild(PaintedWidget)
    assert lead is not None and not lead.look.startswith("alarm")


def test_the_sign_can_be_told_from_its_ground_also_while_it_flashes(line: StatusLine) -> None:
    for priority in PRIORITIES:
        line.show_alarm(AlarmText("a1", priority, "Pen link lost"))
        lead = line.findChild(PaintedWidget)
        assert lead is not None
        for lit in (False, True):
            lead.lit = lit
            picture = QImage(lead.size(), QImage.Format.Format_RGB32)
            painter = QPainter(picture)
            painter.fillRect(picture.rect(), color({"medium": "al_med"}.get(priority, f"al_{priority}")))
            lead.paint(painter)
            painter.end()
            inks = {picture.pixel(x, y) for x in range(picture.width()) for y in range(picture.height())}
            assert len(inks) >= 2, f"{priority} shows no sign"
