"""Controls: what a hand does to them is what they say, and nothing is told that no hand did."""

from datetime import date

import pytest
from fake_clock import FakeClock
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from ui.widgets import (
    BigReadout,
    ChoiceChip,
    ConfirmHold,
    DateWindow,
    GaugeLook,
    NumberPad,
    PenChip,
    PenLook,
    PinPad,
    ReadoutLook,
    ScanField,
    SignaturePad,
    Step,
    Stepper,
    StepRail,
    YesNo,
)

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def theme(themed: QApplication) -> None:
    """All of these are painted in a theme."""


def test_hold_confirms_after_a_second_and_only_once() -> None:
    clock, told = FakeClock(), []
    button = ConfirmHold(clock=clock)
    button.confirmed.connect(lambda: told.append(True))
    QTest.mousePress(button, LEFT)
    clock.advance(0.9)
    button.poll()
    assert (told, round(button.held_share, 2)) == ([], 0.9)
    clock.advance(0.2)
    button.poll()
    button.poll()
    QTest.mouseRelease(button, LEFT)
    assert told == [True]


def test_letting_go_empties_the_hold() -> None:
    clock, told = FakeClock(), []
    button = ConfirmHold(clock=clock)
    button.confirmed.connect(lambda: told.append(True))
    QTest.mousePress(button, LEFT)
    clock.advance(0.9)
    button.poll()
    QTest.mouseRelease(button, LEFT)
    clock.advance(5)
    for _ in range(12):
        button.poll()
    assert (told, button.held_share) == ([], 0.0)


def test_locked_hold_does_nothing() -> None:
    clock, told = FakeClock(), []
    button = ConfirmHold(clock=clock)
    button.confirmed.connect(lambda: told.append(True))
    button.setEnabled(False)
    QTest.mousePress(button, LEFT)
    clock.advance(2)
    button.poll()
    assert told == []


def test_question_is_unanswered_until_a_hand_answers() -> None:
    question, told = YesNo("stop", "rule.keloid"), []
    question.answered.connect(told.append)
    assert question.choice() == ""
    question.set_choice("no")
    assert told == [], "showing an answer is not giving one"
    QTest.mouseClick(question.findChild(QWidget, "rule.keloid.yes"), LEFT)
    assert (told, question.choice()) == (["yes"], "yes")


def test_stepper_stays_within_its_range_and_counts_in_whole_units() -> None:
    stepper, told = Stepper(1000, 50, 850, 1100, 1000, 2, "mm", "Target", "target"), []
    stepper.changed.connect(told.append)
    for _ in range(4):
        QTest.mouseClick(stepper.findChild(QWidget, "target.plus"), LEFT)
    assert told == [1050, 1100]
    assert stepper.text() == "1.10"
    assert not stepper.findChild(QWidget, "target.plus").isEnabled()
    stepper.set_value(900)
    assert told == [1050, 1100]


def test_tap_on_the_value_opens_the_pad_and_its_amount_is_taken(window: object) -> None:
    shown, told = window(), []
    stepper = Stepper(1000, 50, 0, 2000, 1000, 2, "mm", "Target", "target")
    stepper.setParent(shown.centralWidget())
    stepper.show()
    stepper.changed.connect(told.append)
    QTest.mouseClick(stepper.findChild(QWidget, "target.value"), LEFT)
    for key in ("1", ".", "2", "5"):
        QTest.mouseClick(shown.findChild(QWidget, f"numberPad.{key}"), LEFT)
    QTest.mouseClick(shown.findChild(QWidget, "numberPad.enter"), LEFT)
    assert told == [1250]
    assert shown.overlay is None


def test_pad_refuses_what_lies_out_of_range() -> None:
    pad, told = NumberPad(0, 2000, 1000, 2, "mm"), []
    pad.accepted.connect(told.append)
    for key in ("9", "enter"):
        QTest.mouseClick(pad.findChild(QWidget, f"numberPad.{key}"), LEFT)
    QTest.mouseClick(pad.findChild(QWidget, "numberPad.back"), LEFT)
    QTest.mouseClick(pad.findChild(QWidget, "numberPad.enter"), LEFT)
    assert told == []


@pytest.mark.parametrize(("keys", "shown"), [("0..5", "0.5"), ("007", "7"), ("1.239", "1.23"), ("0.05", "0.05")])
def test_pad_shows_what_was_struck(keys: str, shown: str) -> None:
    pad = NumberPad(0, 2000, 1000, 2, "mm")
    for key in keys:
        pad.strike(key)
    assert pad.accessibleName() == f"Number pad, {shown}"


def test_pin_is_given_whole_and_forgotten() -> None:
    pad, told = PinPad(length=4), []
    pad.entered.connect(told.append)
    for key in ("1", "2", "back", "3", "4", "5"):
        QTest.mouseClick(pad.findChild(QWidget, f"pinPad.{key}"), LEFT)
    assert told == ["1345"]
    assert "1345" not in pad.findChild(QWidget, "pinPad.words").text()
    assert pad.findChild(QWidget, "pinPad.1").height() == 64


def test_signature_is_kept_in_thousandths_of_the_width() -> None:
    pad, told = SignaturePad(), []
    pad.resize(400, 196)
    pad.changed.connect(lambda: told.append(pad.strokes()))
    QTest.mousePress(pad, LEFT, pos=QPoint(100, 50))
    QTest.mouseMove(pad, QPoint(200, 100))
    QTest.mouseRelease(pad, LEFT, pos=QPoint(200, 100))
    assert told == [((250, 125, 500, 250),)]
    wide = SignaturePad()
    wide.resize(800, 196)
    wide.set_strokes(told[0])
    assert wide.strokes() == told[0]
    pad.clear()
    assert pad.strokes() == ()


def test_signed_pad_takes_no_more_strokes() -> None:
    pad = SignaturePad()
    pad.resize(400, 196)
    pad.set_strokes(((0, 0, 10, 10),))
    pad.show_signed("P-0412 signed 11:36")
    QTest.mousePress(pad, LEFT, pos=QPoint(100, 50))
    QTest.mouseRelease(pad, LEFT, pos=QPoint(200, 100))
    assert pad.strokes() == ((0, 0, 10, 10),)


def test_scan_field_can_be_typed_into() -> None:
    field, told = ScanField(name="product"), []
    field.resize(380, 64)
    field.typed.connect(told.append)
    field.show()
    QTest.mouseClick(field, LEFT)
    entry = field.findChild(QWidget, "product.entry")
    assert entry.isVisible()
    QTest.keyClicks(entry, "L24-0871 2027-03")
    QTest.keyClick(entry, Qt.Key.Key_Return)
    assert told == ["L24-0871 2027-03"]
    assert not entry.isVisible()
    field.show_state("bad", "Expired 2026-10-31", "Use another tube")
    assert field.accessibleName() == "Expired 2026-10-31, Use another tube"
    field.deleteLater()


def test_closed_days_cannot_be_chosen() -> None:
    days, told = DateWindow(), []
    days.resize(306, 244)
    days.date_chosen.connect(told.append)
    days.show_window(date(2026, 12, 17), date(2027, 1, 17))
    for day in (date(2026, 12, 19), date(2026, 12, 22)):
        QTest.mouseClick(days, LEFT, pos=days.rect_of(day).center().toPoint())
    assert told == ["2026-12-22"]


def test_only_steps_that_are_done_or_current_can_be_looked_at() -> None:
    rail, told = StepRail((Step("a", "Screening", "done"), Step("b", "Needling", "current"), Step("c", "Serum"))), []
    rail.step_chosen.connect(told.append)
    rail.resize(rail.sizeHint())
    rail.grab()
    for box in list(rail._boxes):
        QTest.mouseClick(rail, LEFT, pos=box.center().toPoint())
    assert told == ["a", "b"]


def test_narrow_rail_keeps_only_the_current_label() -> None:
    rail = StepRail((Step("a", "Screening", "done"), Step("b", "Needling", "current"), Step("c", "Serum")))
    assert rail.minimumSizeHint().width() < rail.sizeHint().width() - 100


def test_chip_shows_its_state_without_telling() -> None:
    chip, told = ChoiceChip("Erythema", name="endpoint.erythema"), []
    chip.chosen.connect(told.append)
    chip.setChecked(True)
    assert told == []
    QTest.mouseClick(chip, LEFT)
    assert told == [False]


@pytest.mark.parametrize(
    ("look", "words"),
    [
        (ReadoutLook("1.02", "in_band"), "Depth 1.02 millimetres, in band"),
        (ReadoutLook("1.32", "alarm", "0.17 over limit"), "Depth 1.32 millimetres, alarm, 0.17 over limit"),
        (ReadoutLook("1.01", "stale", "Last 1.01 mm, 4 s ago"), "Depth no reading, Last 1.01 mm, 4 s ago"),
    ],
)
def test_readout_says_what_it_shows(look: ReadoutLook, words: str) -> None:
    readout = BigReadout("Depth", "mm", "glance", spoken_unit="millimetres")
    readout.show_look(look, GaugeLook(1.02, (0.85, 1.15)))
    assert readout.accessibleName() == words


def test_pen_chip_words_follow_the_link() -> None:
    chip = PenChip(PenLook("lost", "Pen 02", retries=3))
    assert chip.words() == "Pen 02, retry 3"
    chip.show_pen(PenLook("ready", "Pen 02", 84))
    assert chip.accessibleName() == "Pen 02 ready, battery 84 percent"
    assert QPointF(chip.sizeHint().width(), chip.sizeHint().height()).y() == 44
