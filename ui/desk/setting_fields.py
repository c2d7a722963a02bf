"""One field of a setting as a row: a number to step, a choice with its sources, a line of text."""

from functools import partial

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from console.services.clinical_settings import Option, SettingField
from ui.desk.walk_in import field as text_line
from ui.fonts import text_font
from ui.icons import paint_icon
from ui.paint import LEFT, paint_box, paint_focus, paint_text
from ui.theme import color
from ui.widgets.buttons import Button, PaintedButton
from ui.widgets.fields import Segments, Stepper
from ui.widgets.key_pads import NumberPad
from ui.widgets.texts import Label, TextLine, column, row

STEPPER_PX, SHORT_CHARACTERS, MOST_SEGMENTS = 236, 16, 3
OPTION_PX, LEAD_PX = 60, 48

Value = int | str


class FieldRow(QWidget):
    """Base of the rows. ``changed(key, value)`` by hand only."""

    changed = Signal(str, object)

    def __init__(self, field: SettingField, editable: bool) -> None:
        super().__init__()
        self.setObjectName(f"setting.{field.key}.row")
        self.field = field
        self._editable = editable
        self._files = TextLine("", "label", "ink3")
        if not field.compared:
            self._files.hide()
        self._say_files(field.value)

    def _names(self) -> QWidget:
        names = QWidget()
        names.setLayout(column(TextLine(self.field.label, "medium"), self._files, spacing=2))
        return names

    def _say_files(self, value: Value | None) -> None:
        field = self.field
        same = value == field.below
        self._files.show_text("as in the files" if same else f"in the files: {field.words(field.below)}")

    def _take(self, value: Value) -> None:
        self._say_files(value)
        self.changed.emit(self.field.key, value)


class NumberRow(FieldRow):
    """A stepper; a figure nobody has set yet is entered on the number pad first."""

    def __init__(self, field: SettingField, editable: bool) -> None:
        super().__init__(field, editable)
        name = f"setting.{field.key}"
        value = field.value if isinstance(field.value, int) else field.low
        self.stepper = Stepper(value, field.step, field.low, field.high, field.scale, field.decimals, field.unit,
                               field.label, name)
        self.stepper.setFixedWidth(STEPPER_PX)
        self.stepper.setEnabled(editable)
        self.stepper.changed.connect(self._take)
        self._enter = Button("Enter", "plus", "normal", "m", name=f"{name}.enter")
        self._enter.setFixedWidth(STEPPER_PX)
        self._enter.setEnabled(editable)
        self._enter.triggered.connect(self._open_pad)
        line = row(self._names(), self._enter, self.stepper)
        line.setStretch(0, 1)
        self.setLayout(line)
        self._show_set(field.value is not None)

    def _show_set(self, known: bool) -> None:
        self.stepper.setVisible(known)
        self._enter.setVisible(not known)

    def _open_pad(self) -> None:
        field = self.field
        show = getattr(self.window(), "show_overlay", None)
        if show is not None:
            pad = NumberPad(field.low, field.high, field.scale, field.decimals, field.unit)
            pad.accepted.connect(self._entered)
            show(pad, field.label, 380)

    def _entered(self, value: int) -> None:
        self.window().close_overlay()  # type: ignore[attr-defined]
        self.stepper.set_value(value)
        self._show_set(True)
        self._take(value)


class _OptionButton(PaintedButton):
    """A choice with what speaks for it, ticked on the left where it is the one."""

    def __init__(self, option: Option, name: str) -> None:
        super().__init__(name)
        self._option = option
        self.setText(option.words)
        self.setAccessibleName(", ".join(filter(None, (option.words, option.source))))
        self.setToolTip(option.source)
        self.setCheckable(True)
        self.setFixedHeight(OPTION_PX)

    def sizeHint(self) -> QSize:
        return QSize(240, OPTION_PX)

    def nextCheckState(self) -> None:
        """Leave the tick to whoever holds all choices."""

    def paint(self, painter: QPainter) -> None:
        box, on, option = self.rect().toRectF(), self.isChecked(), self._option
        fill = color("live_tint") if on else color("canvas") if self.isDown() else color("surface")
        paint_box(painter, box, 12, fill, color("live") if on else color("border"), 2 if on else 1)
        if on:
            paint_icon(painter, "check", QRectF(16, (OPTION_PX - 20) / 2, 20, 20), color("live"))
        room, ink = box.width() - LEAD_PX - 14, color("ink") if self.isEnabled() else color("ink3")
        if not option.source:
            paint_text(painter, QRectF(LEAD_PX, 0, room, OPTION_PX), option.words, text_font(16, 600), ink, LEFT)
        else:
            paint_text(painter, QRectF(LEAD_PX, 8, room, 22), option.words, text_font(16, 600), ink, LEFT)
            paint_text(painter, QRectF(LEAD_PX, 30, room, 20), option.source, text_font(14), color("ink2"), LEFT)
        if self._ring:
            paint_focus(painter, box, 12)


class ChoiceRow(FieldRow):
    """Few short choices as segments, others one below the other with the source that speaks for each."""

    def __init__(self, field: SettingField, editable: bool) -> None:
        super().__init__(field, editable)
        self._buttons: dict[str, _OptionButton] = {}
        short = all(len(one.words) <= SHORT_CHARACTERS and not one.source for one in field.options)
        if short and len(field.options) <= MOST_SEGMENTS:
            self._lay_segments()
        else:
            self._lay_options()

    def _lay_segments(self) -> None:
        field = self.field
        parts = Segments(tuple((one.key, one.words) for one in field.options), f"setting.{field.key}")
        parts.set_choice(str(field.value))
        parts.setEnabled(self._editable)
        parts.chosen.connect(self._take)
        line = row(self._names(), parts)
        line.setStretch(0, 1)
        self.setLayout(line)

    def _lay_options(self) -> None:
        field = self.field
        names = row(Label(field.label, "medium"), self._files, spacing=12)
        names.setStretch(1, 1)
        box = column(names, spacing=6)
        for place, option in enumerate(field.options):
            button = _OptionButton(option, f"setting.{field.key}.{place}")
            button.setEnabled(self._editable)
            button.clicked.connect(partial(self._choose, option.key))
            self._buttons[option.key] = button
            box.addWidget(button)
        self.setLayout(box)
        self._light(str(field.value))

    def _choose(self, key: str) -> None:
        self._light(key)
        self._take(key)

    def _light(self, chosen: str) -> None:
        for key, button in self._buttons.items():
            button.setChecked(key == chosen)


class TextRow(FieldRow):
    """A line to type into."""

    def __init__(self, field: SettingField, editable: bool) -> None:
        super().__init__(field, editable)
        self.line = text_line("not set", f"setting.{field.key}")
        self.line.setAccessibleName(field.label)
        self.line.setText(str(field.value or ""))
        self.line.setMaxLength(field.most)
        self.line.setEnabled(editable)
        self.line.textEdited.connect(self._typed)
        self.line.textChanged.connect(self._typed)  # the keys on screen do not «edit»
        names = row(Label(field.label, "label", "ink2"), self._files)
        names.setStretch(1, 1)
        self.setLayout(column(names, self.line, spacing=4))

    def _typed(self, text: str) -> None:
        self._take(text.strip())
