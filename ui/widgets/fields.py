"""Choices and amounts: segments, yes and no, the stepper."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ui.fonts import tabular_font, text_font
from ui.icons import paint_icon
from ui.paint import (
    paint_box,
    paint_focus,
    paint_line,
    paint_text,
    rounded_path,
    size_of,
    text_width,
)
from ui.theme import color, pressed_fill
from ui.widgets.buttons import PaintedButton


class _Segment(PaintedButton):
    """One part of a row of exclusive choices."""

    def __init__(self, text: str, icon: str, look: str, name: str) -> None:
        super().__init__(name)
        self.icon_name, self.look = icon, look
        self.first = self.last = False
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return size_of(text_width(self.text(), text_font(16, 600)) + 54, self.height())

    def minimumSizeHint(self) -> QSize:
        return size_of(text_width(self.text(), text_font(16, 600)) + 40, self.height())

    def _colours(self) -> tuple[QColor, QColor]:
        if not self.isChecked():
            return color("surface"), color("ink2") if self.isEnabled() else color("ink3")
        return {"stop": (color("stop"), color("surface")), "precaution": (color("caution_tint"), color("caution")),
                "live": (color("live_tint"), color("live"))}.get(self.look, (pressed_fill(), color("ink")))

    def paint(self, painter: QPainter) -> None:
        box = self.rect().toRectF()
        fill, ink = self._colours()
        if self.isDown() and not self.isChecked():
            fill = pressed_fill()
        painter.fillPath(rounded_path(box.adjusted(1, 1, -1, -1), 11, self.first, self.last), fill)
        on = self.isChecked()
        font = text_font(16, 600 if on else 400)
        width, lead = text_width(self.text(), font), 24 if on else 0
        left = (box.width() - width - lead) / 2
        if on:
            paint_icon(painter, self.icon_name, QRectF(left - 1, box.center().y() - 9, 18, 18), ink)
        paint_text(painter, QRectF(left + lead, 0, width + 4, box.height()), self.text(), font, ink, elide=False)
        if self._ring:
            paint_focus(painter, box.adjusted(2, 2, -2, -2), 10)


class Segments(QWidget):
    """Exclusive choices in one frame: ``options`` of (key, text); ``chosen(key)`` by hand only."""

    chosen = Signal(str)

    def __init__(self, options: tuple[tuple[str, str], ...], name: str = "", height: int = 52) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setFixedHeight(height)
        self._parts: dict[str, _Segment] = {}
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        for key, text in options:
            part = _Segment(text, self._icon(key), self._look(key), f"{name}.{key}" if name else key)
            part.setFixedHeight(height)
            part.clicked.connect(self._clicked_part(key))
            self._parts[key] = part
            line.addWidget(part)
        parts = list(self._parts.values())
        parts[0].first, parts[-1].last = True, True
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _icon(self, key: str) -> str:
        return "check"

    def _look(self, key: str) -> str:
        return "quiet"

    def _clicked_part(self, key: str) -> Callable[[], None]:
        def choose() -> None:
            self.set_choice(key)
            self.chosen.emit(key)

        return choose

    def choice(self) -> str:
        """Give the chosen key, or empty while nothing is chosen."""
        return next((key for key, part in self._parts.items() if part.isChecked()), "")

    def set_choice(self, key: str) -> None:
        """Choose without telling; empty chooses nothing."""
        for name, part in self._parts.items():
            part.setChecked(name == key)

    def part(self, key: str) -> PaintedButton:
        """Give the button of a choice (KeyError for an unknown key)."""
        return self._parts[key]

    def paintEvent(self, event: object) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = color("border") if self.isEnabled() else color("line")
        paint_box(painter, self.rect().toRectF(), 12, color("surface"), edge)
        for part in list(self._parts.values())[1:]:
            x = part.x() + 0.5
            paint_line(painter, QPointF(x, 1), QPointF(x, self.height() - 1), color("line"))
        painter.end()


class YesNo(Segments):
    """A question's answer; never filled in before it is given. ``kind`` stop or precaution colours a yes.

    ``answered("yes" | "no")`` by hand only.
    """

    answered = Signal(str)

    def __init__(self, kind: str = "stop", name: str = "") -> None:
        self._kind = kind
        super().__init__((("no", "No"), ("yes", "Yes")), name)
        self.setFixedWidth(150)
        self.chosen.connect(self.answered)

    def _icon(self, key: str) -> str:
        if key == "no":
            return "check"
        return {"stop": "stop", "precaution": "note"}.get(self._kind, "check")

    def _look(self, key: str) -> str:
        return self._kind if key == "yes" else "quiet"


class Stepper(QWidget):
    """Minus, value, plus. Whole numbers in base units (``depth_um``); ``scale`` and ``decimals`` for the eye.

    ``changed(int)`` by hand only. A tap on the value asks the window for a number pad.
    """

    changed = Signal(int)
    pad_wanted = Signal()

    def __init__(self, value: int = 0, step: int = 1, minimum: int = 0, maximum: int = 100, scale: int = 1,
                 decimals: int = 0, unit: str = "", label: str = "", name: str = "") -> None:
        super().__init__()
        self.setObjectName(name)
        self.step, self.minimum, self.maximum = step, minimum, maximum
        self.scale, self.decimals, self.unit, self.label = scale, decimals, unit, label
        self._value = value
        self._minus = _StepKey("minus", f"{name}.minus", f"Less {label}")
        self._plus = _StepKey("plus", f"{name}.plus", f"More {label}")
        self._middle = _StepValue(self, f"{name}.value")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        line.addWidget(self._minus)
        line.addWidget(self._middle, 1)
        line.addWidget(self._plus)
        self._minus.clicked.connect(self._less)
        self._plus.clicked.connect(self._more)
        self._middle.clicked.connect(self._open_pad)
        self.setFixedHeight(52)
        self.setMinimumWidth(206)
        self._show()

    def value(self) -> int:
        """Give the value in base units."""
        return self._value

    def set_value(self, value: int) -> None:
        """Show a value without telling."""
        if value != self._value:
            self._value = value
            self._show()

    def set_range(self, minimum: int, maximum: int) -> None:
        """Set the least and the most."""
        self.minimum, self.maximum = minimum, maximum
        self._show()

    def text(self) -> str:
        """Give the value as shown, without unit."""
        return f"{self._value / self.scale:.{self.decimals}f}"

    def nudge(self, steps: int) -> None:
        """Go steps up or down as if the keys were pressed."""
        self.put(self._value + steps * self.step)

    def put(self, value: int) -> None:
        """Take a value as if entered by hand: kept within the range, told if it differs."""
        wanted = min(max(value, self.minimum), self.maximum)
        if wanted != self._value:
            self._value = wanted
            self._show()
            self.changed.emit(wanted)

    def _less(self) -> None:
        self.nudge(-1)

    def _more(self) -> None:
        self.nudge(1)

    def _open_pad(self) -> None:
        self.pad_wanted.emit()
        show = getattr(self.window(), "show_overlay", None)
        if show is not None:
            from ui.widgets.key_pads import NumberPad

            pad = NumberPad(self.minimum, self.maximum, self.scale, self.decimals, self.unit)
            pad.accepted.connect(self.put)
            pad.accepted.connect(lambda _value: self.window().close_overlay())  # type: ignore[attr-defined]
            show(pad, self.label or "Value", 380)

    def _show(self) -> None:
        self._minus.setEnabled(self.isEnabled() and self._value > self.minimum)
        self._plus.setEnabled(self.isEnabled() and self._value < self.maximum)
        self._middle.setAccessibleName(f"{self.label} {self.text()} {self.unit}".strip())
        self.update()

    def paintEvent(self, event: object) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = color("border") if self.isEnabled() else color("line")
        fill = color("surface") if self.isEnabled() else color("sunken")
        paint_box(painter, self.rect().toRectF(), 12, fill, edge)
        for x in (52.5, self.width() - 52.5):
            paint_line(painter, QPointF(x, 1), QPointF(x, self.height() - 1), color("line"))
        painter.end()


class _StepKey(PaintedButton):
    def __init__(self, icon: str, name: str, label: str) -> None:
        super().__init__(name)
        self._icon = icon
        self.setAccessibleName(label)
        self.setFixedSize(53, 52)
        self.setAutoRepeat(True)
        self.setAutoRepeatDelay(500)
        self.setAutoRepeatInterval(110)

    def paint(self, painter: QPainter) -> None:
        box = self.rect().toRectF()
        if self.isDown():
            painter.fillPath(rounded_path(box.adjusted(1, 1, -1, -1), 11, self._icon == "minus",
                                          self._icon == "plus"), pressed_fill())
        if self._ring:
            paint_focus(painter, box.adjusted(1, 1, -1, -1), 11)
        ink = color("ink") if self.isEnabled() else color("ink3", 0.5)
        paint_icon(painter, self._icon, QRectF(box.center().x() - 10, box.center().y() - 10, 20, 20), ink)


class _StepValue(PaintedButton):
    def __init__(self, owner: Stepper, name: str) -> None:
        super().__init__(name)
        self._owner = owner
        self.setFixedHeight(52)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def paint(self, painter: QPainter) -> None:
        owner, box = self._owner, self.rect().toRectF()
        ink = color("ink") if self.isEnabled() else color("ink3")
        big, small = tabular_font(20, 600), text_font(15)
        number, unit = text_width(owner.text(), big), text_width(owner.unit, small)
        gap = 5 if owner.unit else 0
        left = (box.width() - number - gap - unit) / 2
        paint_text(painter, QRectF(left, 0, number + 2, 52), owner.text(), big, ink, elide=False)
        paint_text(painter, QRectF(left + number + gap, 1, unit + 4, 52), owner.unit, small, color("ink2"), elide=False)
        if self._ring:
            paint_focus(painter, box.adjusted(1, 1, -1, -1), 4)
