"""The row of a key that is learned: it names the key, and asks for the switch to be pressed."""

from typing import Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from console.services.clinical_settings import SettingField
from ui.desk.setting_fields import FieldRow
from ui.hands_free import HandsFree, KeyLearner
from ui.widgets.buttons import Button
from ui.widgets.texts import Label, column, row

SHEET_PX, BUTTON_PX = 480, 236


class KeySheet(QWidget):
    """Overlay content. ``learned(key)`` with the next key that is a switch's; closing it ends the learning."""

    learned = Signal(str)

    def __init__(self, hands: HandsFree, what: str) -> None:
        super().__init__()
        self._hands = hands
        self._words = Label(f"{what}: press the switch once now.", "heading", wrap=True)
        self._words.setObjectName("learn.words")
        hint = Label("Nothing else reacts to a key until one is learned or this is closed.", "body", "ink2", wrap=True)
        self.setLayout(column(self._words, hint, spacing=12))
        self._learner: KeyLearner = hands.learn_key(self._take)
        self.destroyed.connect(self._learner.stop)

    def _take(self, key: str, why_not: str) -> None:
        if why_not:
            self._words.show_text(why_not, "stop")
            self._learner = self._hands.learn_key(self._take)
            self.destroyed.connect(self._learner.stop)
            return
        self.learned.emit(key)


class _Window(Protocol):
    hands: HandsFree | None

    def show_overlay(self, sheet: QWidget, title: str = "", width: int = 560, closable: bool = True) -> None: ...
    def close_overlay(self) -> None: ...


class KeyRow(FieldRow):
    """A key's name with the button that learns another."""

    def __init__(self, field: SettingField, editable: bool) -> None:
        super().__init__(field, editable)
        name = f"setting.{field.key}"
        self._learn = Button(str(field.value), "pedal", "normal", "m", name=name)
        self._learn.setAccessibleName(f"{field.label}: {field.value}. Learn another key")
        self._learn.setFixedWidth(BUTTON_PX)
        self._learn.setEnabled(editable)
        self._learn.triggered.connect(self._ask)
        line = row(self._names(), self._learn)
        line.setStretch(0, 1)
        self.setLayout(line)

    @property
    def _shell(self) -> _Window:
        return self.window()  # type: ignore[return-value]

    def _ask(self) -> None:
        hands = getattr(self.window(), "hands", None)
        if hands is not None:
            sheet = KeySheet(hands, self.field.label)
            sheet.learned.connect(self._learned)
            self._shell.show_overlay(sheet, "Learn a key", SHEET_PX)

    def _learned(self, key: str) -> None:
        self._shell.close_overlay()
        self._learn.show_words(key, icon="pedal")
        self._learn.setAccessibleName(f"{self.field.label}: {key}. Learn another key")
        self._take(key)
