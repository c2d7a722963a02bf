"""One's own PIN and password at the screen: three entries on the pad, two lines on the keys."""

import pytest
from console_rig import PIN, close_console, make_console
from PySide6.QtWidgets import QLineEdit

from ui.desk.own_secrets_sheet import OwnSecretsSheet


@pytest.fixture
def console():
    made = make_console()
    yield made
    close_console(made)


@pytest.fixture
def sheet(qtbot, console):
    made = OwnSecretsSheet(console.own_secrets)
    qtbot.addWidget(made)
    made.said = []
    made.done.connect(made.said.append)
    return made


def type_pins(sheet, *pins):
    for pin in pins:
        sheet._pad.entered.emit(pin)


def test_a_pin_takes_the_former_and_the_new_twice(sheet, console):
    type_pins(sheet, PIN, "1111", "7392", "7393")
    assert sheet.said == [], "too easy, then two that differ"
    type_pins(sheet, "9998", "7392", "7392")
    assert sheet.said == [], "a wrong one of now"
    type_pins(sheet, PIN, "7392", "7392")
    assert not sheet._pad.isEnabled() and sheet.said == [], "the new one is being hashed on the query thread"
    while console.queries.busy:
        console.queries.deliver()
    assert sheet.said == ["Your PIN is new."]


def test_a_password_is_changed_on_the_query_thread(sheet, console):
    former, new = (sheet.findChild(QLineEdit, f"own.{name}") for name in ("former", "new"))
    former.setText(PIN)
    new.setText("short")
    sheet._go.triggered.emit()
    assert sheet._go.isEnabled() and "12 characters" in sheet._complaint.text() and former.text() == ""
    former.setText(PIN)
    new.setText("four quiet grey herons")
    sheet._go.triggered.emit()
    while console.queries.busy:
        console.queries.deliver()
    assert sheet.said == ["Your password is new."]
