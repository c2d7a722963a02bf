"""Rows of the settings page to choose from: sections, entries, areas of a plan."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.fonts import text_font
from ui.paint import LEFT, RIGHT, paint_text, text_width
from ui.theme import color
from ui.widgets.list_row import ListRow
from ui.widgets.texts import scrolled

ROW_PX, MARGIN_PX = 60, 16


@dataclass(frozen=True, slots=True)
class SettingLine:
    """A row: ``own`` marks what the clinic set itself."""

    key: str
    title: str
    second: str = ""
    own: bool = False


class _Row(ListRow):
    def __init__(self, line: SettingLine, prefix: str) -> None:
        said = ", ".join(filter(None, (line.title, line.second, "own" if line.own else "")))
        super().__init__(f"{prefix}.{line.key}", ROW_PX, said)
        self.line = line
        self.setText(line.title)

    def paint_words(self, painter: QPainter, box: QRectF) -> None:
        line = self.line
        room = box.width() - 2 * MARGIN_PX
        if line.own:
            own = text_width("Own", text_font(13, 600))
            paint_text(painter, QRectF(MARGIN_PX, 0, room, ROW_PX), "Own", text_font(13, 600), color("live"), RIGHT)
            room -= own + 10
        if not line.second:
            paint_text(painter, QRectF(MARGIN_PX, 0, room, ROW_PX), line.title, text_font(16, 600), color("ink"), LEFT)
        else:
            paint_text(painter, QRectF(MARGIN_PX, 9, room, 22), line.title, text_font(16, 600), color("ink"), LEFT)
            paint_text(painter, QRectF(MARGIN_PX, 31, room, 20), line.second, text_font(14), color("ink2"), LEFT)


class SettingRows(QWidget):
    """A list of rows. ``chosen(key)`` by hand; rows are named ``<name>.<key>``."""

    chosen = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._lines: tuple[SettingLine, ...] = ()
        self._rows: dict[str, _Row] = {}
        inner = QWidget()
        self._box = QVBoxLayout(inner)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(0)
        self._box.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self._area = scrolled(inner)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer.addWidget(self._area)

    def show_lines(self, lines: Sequence[SettingLine], selected: str = "") -> None:
        """Show these rows; costs nothing when unchanged."""
        if tuple(lines) != self._lines:
            self._lines = tuple(lines)
            self._build()
        for key, button in self._rows.items():
            button.set_selected(key == selected)
        if selected in self._rows:
            self._box.activate()
            self._area.ensureWidgetVisible(self._rows[selected], 0, ROW_PX)

    def _build(self) -> None:
        for old in self._rows.values():
            self._box.removeWidget(old)
            old.hide()
            old.setObjectName("")
            old.deleteLater()
        self._rows = {}
        for place, line in enumerate(self._lines):
            button = _Row(line, self._name)
            button.clicked.connect(self._pressed)
            self._box.insertWidget(place, button)
            self._rows[line.key] = button

    def _pressed(self) -> None:
        sender = self.sender()
        if isinstance(sender, _Row):
            self.chosen.emit(sender.line.key)
