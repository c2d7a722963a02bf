"""A patient's past sessions as rows."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from PySide6.QtCore import QPointF, QRectF, QSize, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.domain.ports import SessionRow
from console.services.list_columns import seal_state
from console.services.local_time import local_day
from ui.fonts import tabular_font, text_font
from ui.icons import paint_icon
from ui.paint import LEFT, RIGHT, paint_focus, paint_line, paint_text
from ui.theme import color
from ui.widgets.buttons import PaintedButton
from ui.widgets.states import EmptyState
from ui.widgets.tags import seal_look
from ui.widgets.texts import scrolled

ROW_PX = 60


class _PastRow(PaintedButton):
    def __init__(self, row: SessionRow) -> None:
        super().__init__(f"past.{row.session_id}")
        self.row = row
        self.setFixedHeight(ROW_PX)
        day = local_day(row.opened_us)
        self._day = f"{day.day} {day:%b %Y}"
        self._seal = seal_look(seal_state(row))
        self.setAccessibleName(f"{self._day}, {row.plan_name}, {self._seal[2]}")

    def sizeHint(self) -> QSize:
        return QSize(300, ROW_PX)

    def paint(self, painter: QPainter) -> None:
        box = self.rect().toRectF()
        if self.isDown():
            painter.fillRect(box, color("canvas"))
        paint_line(painter, QPointF(0, box.height() - 0.5), QPointF(box.width(), box.height() - 0.5), color("line"))
        room = box.width() - 130
        paint_text(painter, QRectF(0, 9, room, 22), self._day, tabular_font(16, 600), color("ink"), LEFT)
        paint_text(painter, QRectF(0, 31, room, 20), self._second(), text_font(14), color("ink2"), LEFT)
        icon, tone, word = self._seal
        width = paint_text(painter, QRectF(box.width() - 110, 0, 104, ROW_PX), word, text_font(14, 500), color(tone),
                           RIGHT)
        paint_icon(painter, icon, QRectF(box.width() - 6 - width - 24, ROW_PX / 2 - 9, 18, 18), tone)
        if self._ring:
            paint_focus(painter, box.adjusted(2, 2, -2, -2), 8)

    def _second(self) -> str:
        row = self.row
        parts = [row.plan_name or "No plan"]
        if row.areas_planned:
            parts.append(f"{row.areas_done} of {row.areas_planned} areas")
        if row.median_depth_um is not None:
            parts.append(f"{row.median_depth_um / 1000:.2f} mm")
        return ", ".join(parts)


class PastSessions(QWidget):
    """Rows newest first. ``chosen(UUID)``; rows are named ``past.<session_id>``."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[_PastRow] = []
        self._inner = QWidget()
        self._box = QVBoxLayout(self._inner)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(0)
        self._none = EmptyState("list", "No sessions yet", "The first one is recorded when it starts.")
        self._box.addWidget(self._none, 1)
        self._box.addStretch(0)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolled(self._inner))

    def show_sessions(self, rows: Sequence[SessionRow], reading: bool = False) -> None:
        """Show these sessions; ``reading``: the answer is still to come."""
        for old in self._rows:
            self._box.removeWidget(old)
            old.hide()
            old.setObjectName("")
            old.deleteLater()
        self._rows = []
        for place, row in enumerate(rows):
            made = _PastRow(row)
            made.clicked.connect(partial(self._pressed, row.session_id))
            self._box.insertWidget(place, made)
            self._rows.append(made)
        self._none.setVisible(not rows and not reading)

    def say(self, title: str, text: str) -> None:
        """Say why there is no list."""
        self.show_sessions(())
        self._none.title.show_text(title)
        self._none.text.show_text(text)

    def _pressed(self, session_id: UUID) -> None:
        self.chosen.emit(session_id)
