"""Letters for gloved fingers, where no keyboard is at hand: typed into whichever line has the focus."""

from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from ui.widgets.buttons import Button

ROWS = ("1234567890", "qwertyuiop", "asdfghjkl-", "zxcvbnm'.")
SMALLEST_PX = 44


class _Key(Button):
    """A key that leaves the focus in the line being typed into."""

    def __init__(self, text: str, icon: str, size: str, name: str) -> None:
        super().__init__(text, icon, "quiet", size, name=name)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(self.height(), self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(SMALLEST_PX, self.height())


class LetterKeys(QWidget):
    """Four rows of keys and a space bar; ``size`` as of a button. Words begin with a capital by themselves.

    ``lines`` are the lines it may type into: the one with the focus, else the last that had it.
    """

    def __init__(self, *lines: QLineEdit, name: str = "keys", size: str = "l") -> None:
        super().__init__()
        self.setObjectName(name)
        self._lines, self._line, self._size = lines, lines[0], size
        self._shift = False
        self._keys: dict[str, _Key] = {}
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        for letters in ROWS:
            box.addLayout(self._row([(one, one, "") for one in letters], name))
        box.addLayout(self._row([("shift", "", "up"), ("space", "Space", ""), ("back", "", "backspace")], name))
        QApplication.instance().focusChanged.connect(self._focus_went)  # type: ignore[union-attr]

    def _row(self, keys: list[tuple[str, str, str]], name: str) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(8)
        for key, text, icon in keys:
            made = _Key(text, icon, self._size, f"{name}.{key}")
            made.setAccessibleName({"back": "Delete", "shift": "Capital letter"}.get(key, key))
            self._keys[key] = made
            made.triggered.connect(partial(self.strike, key))
            line.addWidget(made, 3 if key == "space" else 1)
        return line

    def _focus_went(self, old: QWidget | None, now: QWidget | None) -> None:
        if isinstance(now, QLineEdit) and now in self._lines:
            self._line = now

    def strike(self, key: str) -> None:
        """Type a key: a character, ``space``, ``back``, or ``shift`` for one capital."""
        line = self._line
        if key == "shift":
            self._set_shift(not self._shift)
            return
        if key == "back":
            line.backspace()
            return
        character = " " if key == "space" else key
        before = line.text()[:line.cursorPosition()]
        secret = line.echoMode() is not QLineEdit.EchoMode.Normal
        if self._shift or (not secret and (not before or before[-1] in " -'")):
            character = character.upper()
        line.insert(character)
        self._set_shift(False)

    def _set_shift(self, on: bool) -> None:
        if on == self._shift:
            return
        self._shift = on
        for key, made in self._keys.items():
            if key.isalpha() and len(key) == 1:
                made.show_words(key.upper() if on else key)
        self._keys["shift"].show_words("", kind="live" if on else "quiet")
