"""A plain table of words and figures: rows to read, to walk through by keys, and to touch where that does something."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from ui.fonts import code_font, tabular_font, text_font
from ui.paint import LEFT, RIGHT, paint_box, paint_line, paint_text
from ui.theme import color, dress
from ui.widgets.status_line import ALARM_LOOKS

_Index = QModelIndex | QPersistentModelIndex
ROW_PX, HEAD_PX = 44, 36


@dataclass(frozen=True)
class TableColumn:
    """A column: its head, its width (0: what is left), ``look`` words, figure or code; figures stand right."""

    head: str
    width_px: int = 0
    look: str = "words"
    strong: bool = False


@dataclass(frozen=True)
class TableRow:
    """The cells of a row; ``priority`` puts an alarm's square before the first words, ``struck`` was taken back."""

    cells: tuple[str, ...]
    priority: str = ""
    struck: bool = False
    tone: str = ""
    key: object = field(default=None, compare=False)


class _Rows(QAbstractTableModel):
    def __init__(self, columns: Sequence[TableColumn]) -> None:
        super().__init__()
        self.columns, self.rows = tuple(columns), list[TableRow]()

    def put(self, rows: Sequence[TableRow], columns: Sequence[TableColumn] | None) -> None:
        self.beginResetModel()
        self.rows = list(rows)
        if columns is not None:
            self.columns = tuple(columns)
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  Qt's own signature
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  Qt's own signature
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.rows[index.row()].cells[index.column()]
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            row = self.rows[index.row()]
            alarm = f", {row.priority} alarm" if row.priority else ""
            return f"{row.cells[index.column()]}{alarm}{', taken back' if row.struck else ''}"
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.head
        if role == Qt.ItemDataRole.FontRole:
            return text_font(14, 500)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.look == "figure" else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None


class _Cells(QStyledItemDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model = index.model()
        if not isinstance(model, _Rows):
            return
        column, row, box = model.columns[index.column()], model.rows[index.row()], QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(box, color("live_tint" if chosen else "surface"))
        paint_line(painter, box.topLeft(), box.topRight(), color("line"))
        self._words(painter, box.adjusted(8, 0, -8, 0), column, row, row.cells[index.column()])
        painter.restore()

    @staticmethod
    def _words(painter: QPainter, inside: QRectF, column: TableColumn, row: TableRow, words: str) -> None:
        if row.priority and column.strong:
            square = QRectF(inside.left(), inside.center().y() - 6, 12, 12)
            paint_box(painter, square, 3, color(ALARM_LOOKS[row.priority][0]), color("on_med"))
            inside = inside.adjusted(20, 0, 0, 0)
        weight = 600 if column.strong and (row.priority or column.look != "words") else 500 if column.strong else 400
        font = {"figure": tabular_font(15, weight), "code": code_font(14, weight)}.get(
            column.look, text_font(15, weight))
        ink = color("ink3" if row.struck else row.tone if row.tone and column.strong else "ink")
        width = paint_text(painter, inside, words, font, ink, RIGHT if column.look == "figure" else LEFT)
        if row.struck and column.strong:
            middle = inside.center().y() + 1
            painter.fillRect(QRectF(inside.left(), middle, width, 1), color("ink3"))


class FigureTable(QTableView):
    """``row_chosen(key)`` by touch, Enter or arrow keys, where ``touched`` says that rows may be chosen."""

    row_chosen = Signal(object)

    def __init__(self, columns: Sequence[TableColumn], name: str, said: str, touched: bool = False,
                 row_px: int = ROW_PX) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(said)
        self._rows = _Rows(columns)
        self._rows.setParent(self)
        self.setModel(self._rows)
        self._cells = _Cells(self)
        self.setItemDelegate(self._cells)
        self._row_px, self._telling = row_px, True
        dress(self, "table")
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(row_px)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection if touched
                              else QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setFixedHeight(HEAD_PX)
        if touched:
            self.selectionModel().currentRowChanged.connect(self._current)

    def show_rows(self, rows: Sequence[TableRow], columns: Sequence[TableColumn] | None = None) -> None:
        """Show these rows; costs nothing when unchanged."""
        if columns is None and list(rows) == self._rows.rows:
            return
        self._telling = False
        self._rows.put(rows, columns)
        self._telling = True
        self._lay_out()

    def rows(self) -> list[TableRow]:
        """Give the rows shown."""
        return self._rows.rows

    def mark_row(self, place: int) -> None:
        """Show a row as the chosen one without telling."""
        self._telling = False
        if place >= 0:
            self.selectRow(place)
        else:
            self.clearSelection()
        self._telling = True

    def sizeHint(self) -> QSize:
        return QSize(400, HEAD_PX + self._row_px * len(self._rows.rows) + 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        columns, header = self._rows.columns, self.horizontalHeader()
        fixed = sum(one.width_px for one in columns)
        roomy = [place for place, one in enumerate(columns) if not one.width_px]
        spare = max(self.viewport().width() - fixed, 0)
        for place, column in enumerate(columns):
            header.setSectionResizeMode(place, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(place, column.width_px or spare // max(len(roomy), 1))

    def _current(self, current: QModelIndex, before: QModelIndex) -> None:
        if current.isValid() and self._telling:
            self.row_chosen.emit(self._rows.rows[current.row()].key)
