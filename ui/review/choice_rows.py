"""Rows to choose from: a name, how many sessions it stands for, a tick where it is chosen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.fonts import tabular_font, text_font
from ui.icons import paint_icon
from ui.paint import LEFT, RIGHT, paint_text
from ui.theme import color
from ui.widgets import scrolled
from ui.widgets.list_row import ListRow

ROW_PX = 48


@dataclass(frozen=True, slots=True)
class Choice:
    """One row: its name as a control, its words, what stands at its right end."""

    name: str
    words: str
    note: str = ""
    chosen: bool = False


class ChoiceRow(ListRow):
    """One row; a tick tells that it is chosen."""

    def __init__(self, choice: Choice) -> None:
        super().__init__(choice.name, ROW_PX, f"{choice.words}{', ' + choice.note if choice.note else ''}"
                         f"{', chosen' if choice.chosen else ''}")
        self._choice = choice
        self.set_selected(choice.chosen)

    def paint_words(self, painter: QPainter, box: QRectF) -> None:
        left = box.left() + 16
        if self._choice.chosen:
            paint_icon(painter, "check", QRectF(left, box.center().y() - 9, 18, 18), "live")
        font = text_font(15, 600 if self._choice.chosen else 500)
        note_px = paint_text(painter, QRectF(box.right() - 120, box.top(), 108, box.height()), self._choice.note,
                             tabular_font(14), color("ink2"), RIGHT)
        room = QRectF(left + 28, box.top(), box.width() - note_px - 72, box.height())
        paint_text(painter, room, self._choice.words, font, color("ink"), LEFT)


class ChoiceRows(QWidget):
    """A scrolled list of such rows."""

    def __init__(self, chosen: Callable[[str], None]) -> None:
        super().__init__()
        self._chosen = chosen
        self._rows: list[ChoiceRow] = []
        inner = QWidget()
        self._box = QVBoxLayout(inner)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(0)
        self._box.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolled(inner))

    def show_choices(self, choices: Sequence[Choice]) -> None:
        """Show these."""
        for row in self._rows:
            self._box.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [ChoiceRow(one) for one in choices]
        for place, row in enumerate(self._rows):
            row.clicked.connect(lambda _=False, name=choices[place].name: self._chosen(name))
            self._box.insertWidget(place, row)

    def words(self) -> list[str]:
        """Give what the rows say, for who listens."""
        return [row.accessibleName() for row in self._rows]
