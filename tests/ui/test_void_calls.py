"""A binding that loses a reference of None with each call dies after some seconds of live plotting."""

import sys

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget


class Sender(QObject):
    told = Signal(int)


def test_void_calls_and_emits_leave_none_alone(qapp: QApplication) -> None:
    widget, sender = QWidget(), Sender()
    sender.told.connect(lambda _number: None)
    before = sys.getrefcount(None)
    for number in range(20_000):
        widget.setEnabled(number % 2 == 0)
    for number in range(5_000):
        sender.told.emit(number)
    drift = sys.getrefcount(None) - before
    assert abs(drift) < 200, f"{drift} references of None went astray"
    widget.deleteLater()
