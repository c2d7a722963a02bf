"""Keys for gloved fingers: a number pad and a PIN pad."""

from functools import partial

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.paint import PaintedWidget, paint_box
from ui.theme import color
from ui.widgets.buttons import Button
from ui.widgets.texts import Label


class _Keys(QWidget):
    """Three columns of keys, 64 px high; ``struck(str)`` gives 0..9, ``.`` or ``back``."""

    struck = Signal(str)

    def __init__(self, corner: str, prefix: str) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        for number, key in enumerate(("1", "2", "3", "4", "5", "6", "7", "8", "9", corner, "0", "back")):
            if not key:
                continue
            made = Button("" if key == "back" else key, "backspace" if key == "back" else "", "quiet", "l",
                          name=f"{prefix}.{key}")
            made.setAccessibleName({"back": "Delete", ".": "Point"}.get(key, key))
            made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            made.triggered.connect(partial(self.struck.emit, key))
            grid.addWidget(made, number // 3, number % 3)


class NumberPad(QWidget):
    """Enter an amount within limits, in base units. ``accepted(int)``; a value out of range is refused in words."""

    accepted = Signal(int)

    def __init__(self, minimum: int, maximum: int, scale: int = 1, decimals: int = 0, unit: str = "") -> None:
        super().__init__()
        self.setObjectName("numberPad")
        self._minimum, self._maximum, self._scale, self._decimals = minimum, maximum, scale, decimals
        self._unit, self._typed = unit, ""
        self._shown = Label("", "figure", align=Qt.AlignmentFlag.AlignRight)
        self._shown.setObjectName("numberPad.shown")
        self._words = Label(self._limits(), "label", "ink2")
        self._enter = Button("Enter", "check", "primary", "l", name="numberPad.enter")
        self._enter.triggered.connect(self._accept)
        keys = _Keys("." if decimals else "", "numberPad")
        keys.struck.connect(self.strike)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        for part in (self._shown, self._words, keys, self._enter):
            box.addWidget(part)
        box.addStretch(1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._show()

    def _limits(self) -> str:
        low, high = (f"{edge / self._scale:.{self._decimals}f}" for edge in (self._minimum, self._maximum))
        return f"{low} to {high} {self._unit}".strip()

    def strike(self, key: str) -> None:
        """Take a key: 0..9, ``.`` or ``back``."""
        if key == "back":
            self._typed = self._typed[:-1]
        elif key == ".":
            self._typed += "" if "." in self._typed else ("." if self._typed else "0.")
        elif "." not in self._typed or len(self._typed.split(".")[1]) < self._decimals:
            self._typed = (self._typed + key).lstrip("0") if "." not in self._typed else self._typed + key
            self._typed = self._typed or "0"
        self._typed = self._typed[:8]
        self._words.show_text(self._limits(), "ink2")
        self._show()

    def _show(self) -> None:
        self._shown.show_text(f"{self._typed or '0'} {self._unit}".strip(), "ink" if self._typed else "ink3")
        self.setAccessibleName(f"Number pad, {self._typed or 'empty'}")

    def _accept(self) -> None:
        value = round(float(self._typed or "0") * self._scale)
        if not self._typed or not self._minimum <= value <= self._maximum:
            self._words.show_text(f"Enter {self._limits()}", "stop")
            return
        self.accepted.emit(value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() in "0123456789." and event.text():
            self.strike(event.text())
        elif event.key() == Qt.Key.Key_Backspace:
            self.strike("back")
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._accept()
        else:
            super().keyPressEvent(event)


class _Dots(PaintedWidget):
    def __init__(self, length: int) -> None:
        super().__init__()
        self._length, self._filled = length, 0
        self.setFixedHeight(28)

    def show_filled(self, filled: int) -> None:
        self._filled = filled
        self.say("PIN", f"{filled} digits entered")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, 28)

    def paint(self, painter: QPainter) -> None:
        count = max(self._length, self._filled)
        left = self.width() / 2 - (count - 1) * 14
        for number in range(count):
            at = QPointF(left + number * 28, 14)
            painter.setPen(Qt.PenStyle.NoPen)
            if number < self._filled:
                painter.setBrush(color("ink"))
                painter.drawEllipse(at, 7, 7)
            else:
                paint_box(painter, QRectF(at.x() - 7, 7, 14, 14), 7, None, color("border"), 2)


CHECKING = "Checking the PIN…"


class PinPad(QWidget):
    """A PIN on 64 px keys. ``entered(str)`` once ``length`` digits are in (or with Enter from ``least`` on)."""

    entered = Signal(str)

    def __init__(self, prompt: str = "Enter your PIN", length: int = 4, name: str = "pinPad") -> None:
        super().__init__()
        self.setObjectName(name)
        self._length, self._pin, self._prompt = length, "", prompt
        self._words, self._dots = Label(prompt, "body", "ink2", align=Qt.AlignmentFlag.AlignHCenter), _Dots(length)
        self._words.setObjectName(f"{name}.words")
        self._dots.setObjectName(f"{name}.dots")
        keys = _Keys("", name)
        keys.struck.connect(self.strike)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        for part in (self._words, self._dots, keys):
            box.addWidget(part)
        box.addStretch(1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.clear()

    def strike(self, key: str) -> None:
        """Take a key: 0..9 or ``back``."""
        if key == "back":
            self._pin = self._pin[:-1]
        elif key.isdigit() and len(self._pin) < self._length:
            self._pin += key
        self._dots.show_filled(len(self._pin))
        if len(self._pin) == self._length:
            pin, self._pin = self._pin, ""
            self.entered.emit(pin)
            self._dots.show_filled(len(self._pin))

    @property
    def begun(self) -> bool:
        """Tell whether digits stand here."""
        return bool(self._pin)

    def show_message(self, text: str, tone: str = "stop") -> None:
        """Say why a PIN was refused, or what it is for."""
        self._words.show_text(text, tone)

    def show_checking(self) -> None:
        """Take no more digits while what was entered is checked."""
        self.setEnabled(False)
        self.show_message(CHECKING, "ink2")

    def clear(self) -> None:
        """Forget what was typed and ask again."""
        self._pin = ""
        self._dots.show_filled(0)
        self._words.show_text(self._prompt, "ink2")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text().isdigit():
            self.strike(event.text())
        elif event.key() == Qt.Key.Key_Backspace:
            self.strike("back")
        else:
            super().keyPressEvent(event)


