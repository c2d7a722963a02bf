"""Lists: events of a session, areas to choose from, phases of the anesthetic."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from ui.fonts import code_font, tabular_font, text_font
from ui.icons import paint_icon
from ui.paint import LEFT, RIGHT, PaintedWidget, paint_box, paint_focus, paint_line, paint_text
from ui.theme import color, dress, pressed_fill
from ui.widgets.buttons import PaintedButton
from ui.widgets.status_line import ALARM_LOOKS
from ui.widgets.texts import scrolled

_Index = QModelIndex | QPersistentModelIndex
_ROLE = Qt.ItemDataRole.UserRole
EVENT_PX, WHO_PX = 30, 120


@dataclass(frozen=True)
class EventRow:
    """A line of the log; ``priority`` low, medium or high puts the alarm's square behind it."""

    time: str
    text: str
    priority: str = ""
    strong: bool = False
    struck: bool = False  # taken back later
    who: str = ""  # whose act it was


class _EventModel(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.rows: list[EventRow] = []

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            alarm = f", {row.priority} alarm" if row.priority else ""
            return f"{row.time} {row.text}{alarm}" + (f", {row.who}" if row.who else "")
        return row if role == _ROLE else None

    def put(self, rows: Sequence[EventRow]) -> None:
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()


class _EventDelegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(100, EVENT_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row, box = index.data(_ROLE), QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_text(painter, QRectF(box.left(), box.top(), 68, 30), row.time, tabular_font(14), color("ink3"))
        font = text_font(16, 600 if row.strong or row.priority else 400)
        right = box.right() - (paint_text(painter, QRectF(box.right() - WHO_PX, box.top(), WHO_PX - 8, 30), row.who,
                                          code_font(14, 400), color("ink3"), RIGHT) + 20 if row.who else 0)
        room = right - box.left() - 74 - (24 if row.priority else 0)
        width = paint_text(painter, QRectF(box.left() + 74, box.top(), room, 30), row.text, font,
                           color("ink3") if row.struck else color("ink"))
        if row.struck:
            y = box.top() + 16
            paint_line(painter, QPointF(box.left() + 74, y), QPointF(box.left() + 74 + width, y), color("ink3"))
        if row.priority:
            square = QRectF(right - 13, box.top() + 9, 12, 12)
            paint_box(painter, square, 3, color(ALARM_LOOKS[row.priority][0]), color("on_med"))
        painter.restore()


class EventLog(QListView):
    """The events of a session or an area, newest first."""

    def __init__(self, name: str = "eventLog") -> None:
        super().__init__()
        self.setObjectName(name)
        self._model = _EventModel()
        self._model.setParent(self)
        self.setModel(self._model)
        self._delegate = _EventDelegate(self)
        self.setItemDelegate(self._delegate)
        dress(self, "list")
        self.setSelectionMode(QListView.SelectionMode.NoSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setUniformItemSizes(True)
        self.setAccessibleName("Events")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        rest = max(self.contentsRect().height(), 0) % EVENT_PX
        if self.viewportMargins().bottom() != rest:
            self.setViewportMargins(0, 0, 0, rest)  # no line is cut in its middle

    def show_rows(self, rows: Sequence[EventRow]) -> None:
        """Show these rows, newest first; costs nothing when unchanged."""
        if list(rows) != self._model.rows:
            self._model.put(rows)

    def rows(self) -> list[EventRow]:
        """Give the rows shown."""
        return self._model.rows


@dataclass(frozen=True)
class AreaRow:
    """An area in a list; ``state`` as on the map, ``detail`` at the right."""

    area_id: str
    label: str
    state: str = "planned"
    detail: str = ""
    selected: bool = False


_MARKS = {"done": ("check", "done"), "active": ("", "live"), "blocked": ("stop", "stop")}


class _AreaButton(PaintedButton):
    def __init__(self, row: AreaRow) -> None:
        super().__init__(f"area.{row.area_id}")
        self.row = row
        self.setFixedHeight(56)
        self.setText(row.label)
        self.setAccessibleName(f"{row.label}, {row.state.replace('_', ' ')}, {row.detail}")

    def paint(self, painter: QPainter) -> None:
        row, box = self.row, self.rect().toRectF()
        if row.selected:
            paint_box(painter, box, 12, color("live_tint"), color("live"))
        elif self.isDown():
            paint_box(painter, box, 12, pressed_fill())
        if not row.selected:
            paint_line(painter, QPointF(8, 55.5), QPointF(box.width() - 8, 55.5), color("line"))
        ring = QRectF(14, 18, 20, 20)
        icon, tone = _MARKS.get(row.state, ("", ""))
        if icon:
            paint_icon(painter, icon, ring, tone)
        elif tone:
            paint_box(painter, ring.adjusted(2, 2, -2, -2), 4, color("live"))
        else:
            edge = color("live") if row.state == "planned" else color("border")
            fill = color("live_tint") if row.state == "planned" else None
            paint_box(painter, ring.adjusted(2, 2, -2, -2), 4, fill, edge)
        ink = color("ink3") if not self.isEnabled() else color("ink")
        paint_text(painter, QRectF(46, 0, box.width() - 160, 56), row.label, text_font(16, 600), ink, LEFT)
        paint_text(painter, QRectF(box.width() - 176, 0, 160, 56), row.detail, tabular_font(14), color("ink2"), RIGHT)
        if self._ring:
            paint_focus(painter, box, 12)


class AreaList(QWidget):
    """All areas as 56 px rows: the other way to any area. ``area_chosen(area_id)``."""

    area_chosen = Signal(str)

    def __init__(self, rows: Sequence[AreaRow] = (), name: str = "areaList") -> None:
        super().__init__()
        self.setObjectName(name)
        self._inner = QWidget()
        self._box = QVBoxLayout(self._inner)
        self._box.setContentsMargins(0, 0, 4, 0)
        self._box.setSpacing(0)
        self._rows: list[AreaRow] = []
        self._buttons: list[_AreaButton] = []
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolled(self._inner))
        self._box.addStretch(1)
        self.show_rows(rows)

    def sizeHint(self) -> QSize:
        return QSize(480, min(max(len(self._rows), 1), 9) * 56 + 8)

    def show_rows(self, rows: Sequence[AreaRow]) -> None:
        """Show these rows."""
        if list(rows) == self._rows:
            return
        self._rows = list(rows)
        for old in self._buttons:
            self._box.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._buttons = []
        for number, row in enumerate(rows):
            button = _AreaButton(row)
            button.clicked.connect(self._chosen)
            self._box.insertWidget(number, button)
            self._buttons.append(button)

    def _chosen(self) -> None:
        sender = self.sender()
        if isinstance(sender, _AreaButton):
            self.area_chosen.emit(sender.row.area_id)


@dataclass(frozen=True)
class PhaseRow:
    """A time of the anesthetic: ``state`` done, current, ready, over or next."""

    text: str
    hint: str = ""
    time: str = ""
    state: str = "next"


class PhaseList(PaintedWidget):
    """Applied, onset, ready, remove by: each with its time of day."""

    def __init__(self, rows: Sequence[PhaseRow] = ()) -> None:
        super().__init__()
        self._rows: tuple[PhaseRow, ...] = ()
        self.show_rows(rows)

    def show_rows(self, rows: Sequence[PhaseRow]) -> None:
        """Show these rows."""
        self._rows = tuple(rows)
        self.setFixedHeight(max(len(self._rows), 1) * 58 - 10)
        self.say("Times", ", ".join(f"{row.text} {row.time} {row.state}" for row in self._rows))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, max(len(self._rows), 1) * 58 - 10)

    def paint(self, painter: QPainter) -> None:
        for number, row in enumerate(self._rows):
            top = number * 58.0
            self._paint_mark(painter, QRectF(0, top + 10, 28, 28), row.state)
            room = self.width() - 120
            paint_text(painter, QRectF(40, top + 1, room, 24), row.text, text_font(16, 500), color("ink"))
            paint_text(painter, QRectF(40, top + 25, room, 20), row.hint, text_font(14), color("ink2"))
            known = row.state in ("done", "current", "ready", "over")
            clock, ink = tabular_font(20, 600 if known else 500), color("ink") if known else color("ink2")
            paint_text(painter, QRectF(self.width() - 90, top, 90, 48), row.time, clock, ink, RIGHT)

    def _paint_mark(self, painter: QPainter, ring: QRectF, state: str) -> None:
        if state == "done":
            paint_box(painter, ring, 14, color("done_tint"))
            paint_icon(painter, "check", ring.adjusted(5, 5, -5, -5), "done")
        elif state in ("current", "ready", "over"):
            tone = {"current": "live", "ready": "done", "over": "stop"}[state]
            paint_box(painter, ring, 14, color(tone))
            paint_box(painter, ring.adjusted(9, 9, -9, -9), 5, color("surface"))
        else:
            paint_box(painter, ring, 14, None, color("border"))
