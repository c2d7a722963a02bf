"""Patients with something to do, as rows under headings: initials, id, what it is, how it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.domain.people import Patient
from ui.desk.patient_rows import paint_initials
from ui.fonts import code_font, text_font
from ui.paint import LEFT, RIGHT, paint_text
from ui.theme import color
from ui.widgets.buttons import Button
from ui.widgets.list_row import ListRow
from ui.widgets.states import EmptyState
from ui.widgets.texts import Label, scrolled

ROW_PX, WORDS_PX = 64, 132


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line: ``key`` names it, ``words`` say how it stands, in ``tone``."""

    key: str
    patient: Patient
    second: str
    words: str
    tone: str = "ink2"


class _CaseButton(ListRow):
    def __init__(self, row: CaseRow, prefix: str) -> None:
        super().__init__(f"{prefix}.{row.key}", ROW_PX, f"{row.patient.patient_id}, {row.second}, {row.words}")
        self.row = row

    def paint_words(self, painter: QPainter, box: QRectF) -> None:
        paint_initials(painter, QRectF(16, 13, 38, 38), self.row.patient, 14)
        room = box.width() - 68 - WORDS_PX - 24
        paint_text(painter, QRectF(68, 10, room, 22), self.row.patient.patient_id, code_font(17, 600), color("ink"),
                   LEFT)
        paint_text(painter, QRectF(68, 34, box.width() - 84, 20), self.row.second, text_font(14), color("ink2"), LEFT)
        paint_text(painter, QRectF(box.width() - 16 - WORDS_PX - 40, 10, WORDS_PX + 40, 22), self.row.words,
                   text_font(14, 600), color(self.row.tone), RIGHT)


class CaseRows(QWidget):
    """Rows under headings. ``chosen(key)``; rows are named ``<prefix>.<key>``; ``<prefix>.more`` asks for more."""

    chosen = Signal(str)
    more_wanted = Signal()

    def __init__(self, prefix: str) -> None:
        super().__init__()
        self._prefix, self._shown = prefix, ()
        self._parts: list[QWidget] = []
        self._inner = QWidget()
        self._box = QVBoxLayout(self._inner)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(0)
        self.empty = EmptyState("check", "Nothing to do", "")
        self._box.addWidget(self.empty, 1)
        self._box.addStretch(0)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolled(self._inner))

    def show_cases(self, sections: Sequence[tuple[str, Sequence[CaseRow]]], chosen: str = "", more: str = "") -> None:
        """Show (heading, rows); a section without rows is left out. ``more``: words of a button below the first one."""
        for old in self._parts:
            self._box.removeWidget(old)
            old.hide()
            old.setObjectName("")
            old.deleteLater()
        self._parts = []
        for heading, rows in sections:
            if rows:
                title = Label(f"{heading}, {len(rows)}", "label_strong", "ink2")
                title.setContentsMargins(16, 14, 16, 6)
                self._add(title)
            for row in rows:
                button = _CaseButton(row, self._prefix)
                button.set_selected(row.key == chosen)
                button.clicked.connect(partial(self.chosen.emit, row.key))
                self._add(button)
            if more and rows:
                self._add(self._more(more))
                more = ""
        self.empty.setVisible(not self._parts)

    def _more(self, words: str) -> Button:
        button = Button(words, "down", "quiet", "m", name=f"{self._prefix}.more")
        button.triggered.connect(self.more_wanted)
        return button

    def _add(self, widget: QWidget) -> None:
        self._box.insertWidget(len(self._parts), widget)
        self._parts.append(widget)

    def mark(self, key: str) -> None:
        """Show which row is chosen."""
        for part in self._parts:
            if isinstance(part, _CaseButton):
                part.set_selected(part.row.key == key)
