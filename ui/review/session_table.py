"""The manager's list: a table over a million rows that holds only those looked at, painted as the design draws them."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from console.domain.ports import SessionRow
from console.domain.session_list import SessionFilter
from console.services.list_columns import BY_KEY, USUAL, ListColumn, columns_of, seal_state
from console.services.list_desk import Failed, ListDesk, ListStart
from console.services.local_time import local
from console.services.session_windows import SessionWindows
from ui.fonts import code_font, tabular_font, text_font
from ui.icons import paint_icon
from ui.paint import LEFT, RIGHT, paint_box, paint_text
from ui.theme import color, dress
from ui.widgets.tags import seal_look

Index = QModelIndex | QPersistentModelIndex
ROW_PX, LOW_ROW_PX = 48, 44
NEAR_END = 200  # rows: from here on a list that was not counted to its end is counted on
CODES = ("patient", "by", "pen", "lots", "session")
FIGURES = ("date", "year", "time", "depth", "over", "gaps", "samples", "course", "areas")


class SessionTableModel(QAbstractTableModel):
    """Rows of a list, fetched by windows; a row not there yet is painted empty and asked for."""

    def __init__(self, desk: ListDesk, failed: Failed, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns = columns_of(USUAL)
        self._shown, self._year = 0, 0
        self._windows = SessionWindows(desk, self._arrived, self._grown, failed)

    @property
    def columns(self) -> tuple[ListColumn, ...]:
        """Give the columns in their order."""
        return self._columns

    @property
    def capped(self) -> bool:
        """Tell whether there are more rows than are counted."""
        return self._windows.capped

    def show_columns(self, keys: Sequence[str]) -> None:
        """Show these columns."""
        self.beginResetModel()
        self._columns = columns_of(keys)
        self.endResetModel()

    def show_list(self, wanted: SessionFilter, start: ListStart, year: int) -> None:
        """Begin another list; dates of another year than ``year`` bear it."""
        self.beginResetModel()
        self._year = year
        self._windows.show(wanted, start)
        self._shown = self._windows.count
        self.endResetModel()

    def row_at(self, place: int) -> SessionRow | None:
        """Give a row, None outside and where it is not there yet."""
        return self._windows.row(place) if 0 <= place < self._shown else None

    def words(self, row: SessionRow, column: ListColumn) -> str:
        """Give what a cell says."""
        if column.key == "date" and local(row.opened_us).year != self._year:
            return BY_KEY["year"].shown(row)
        return column.shown(row)

    def ask_missing(self) -> None:
        """Ask for what was looked at and is not there."""
        self._windows.ask_missing()

    def look_near(self, place: int) -> None:
        """Count on where the end of what is counted comes near."""
        if self.capped and place > self._shown - NEAR_END:
            self._windows.go_on()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own signature
        return 0 if parent.isValid() else self._shown

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own signature
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        row = self.row_at(index.row())
        return None if row is None else self.words(row, self._columns[index.column()])

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section].title
        if role == Qt.ItemDataRole.FontRole:
            return text_font(14, 500)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if self._columns[section].right else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _arrived(self, first: int, last: int) -> None:
        last = min(last, self._shown - 1)
        if first <= last:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self._columns) - 1))

    def _grown(self, former: int) -> None:
        if self._windows.count > former:
            self.beginInsertRows(QModelIndex(), former, self._windows.count - 1)
            self._shown = self._windows.count
            self.endInsertRows()


class SessionDelegate(QStyledItemDelegate):
    """Paints a cell: ids in the code font, alarms with their square, the seal with its icon."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, SessionTableModel):
            return
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        self._ground(painter, rect, chosen, index.column() == 0)
        column, row = model.columns[index.column()], model.row_at(index.row())
        box = QRectF(rect).adjusted(8, 0, -8, 0)
        if row is None:
            bar = QRectF(box.left(), box.center().y() - 5, min(box.width(), 56.0), 10)
            paint_box(painter, bar, 5, color("line"))
        elif column.key == "alarms":
            self._alarms(painter, box, row.alarms)
        elif column.key == "seal":
            self._seal(painter, box, row)
        else:
            font, tone = _look(column.key)
            paint_text(painter, box, model.words(row, column), font, color(tone), RIGHT if column.right else LEFT)

    @staticmethod
    def _ground(painter: QPainter, rect: QRect, chosen: bool, first: bool) -> None:
        painter.fillRect(rect, color("live_tint" if chosen else "surface"))
        painter.fillRect(QRect(rect.left(), rect.top(), rect.width(), 1), color("line"))
        if chosen and first:
            painter.fillRect(QRect(rect.left(), rect.top(), 4, rect.height()), color("live"))

    @staticmethod
    def _alarms(painter: QPainter, box: QRectF, count: int) -> None:
        left = box.left()
        if count:
            square = QRectF(left, box.center().y() - 6, 12, 12)
            paint_box(painter, square, 3, color("al_med"), color("ink"))
            left += 19
        tone = "ink" if count else "ink3"
        paint_text(painter, QRectF(left, box.top(), 40, box.height()), str(count), tabular_font(14), color(tone))

    @staticmethod
    def _seal(painter: QPainter, box: QRectF, row: SessionRow) -> None:
        name, tone, word = seal_look(seal_state(row))
        paint_icon(painter, name, QRectF(box.left(), box.center().y() - 8, 16, 16), tone)
        paint_text(painter, box.adjusted(24, 0, 8, 0), word, text_font(14, 500), color(tone))


def _look(key: str) -> tuple[QFont, str]:
    if key == "patient":
        return code_font(14, 600), "ink"
    if key in CODES:
        return code_font(14, 400), "ink2"
    if key in FIGURES:
        return tabular_font(14, 500 if key == "date" else 400), "ink"
    return text_font(14), "ink"


class SessionTable(QTableView):
    """The list itself; ``session_chosen(place)`` by touch or arrow keys, ``session_opened(place)`` by Enter.

    ``left`` by Esc. The table asks for its rows as it is painted: ``tend`` it each frame.
    """

    session_chosen = Signal(int)
    session_opened = Signal(int)
    left = Signal()

    def __init__(self, desk: ListDesk, failed: Failed) -> None:
        super().__init__()
        self.setObjectName("sessionTable")
        self.setAccessibleName("Sessions")
        self.rows = SessionTableModel(desk, failed, self)
        self.setModel(self.rows)
        self._delegate = SessionDelegate(self)
        self.setItemDelegate(self._delegate)
        dress(self, "table")
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(ROW_PX)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setMinimumSectionSize(40)
        self._lay_out_columns()
        self.selectionModel().currentRowChanged.connect(self._current)
        self._keys: dict[int, Callable[[], None]] = {
            Qt.Key.Key_Escape: self.left.emit,
            Qt.Key.Key_Return: self._open_current, Qt.Key.Key_Enter: self._open_current}

    def show_list(self, wanted: SessionFilter, start: ListStart, year: int) -> None:
        """Show another list from its top; dates of another year than ``year`` bear it."""
        self.rows.show_list(wanted, start, year)
        self.scrollToTop()

    def show_columns(self, keys: Sequence[str]) -> None:
        """Show these columns, in this order."""
        chosen = self.currentIndex().row()
        self.rows.show_columns(keys)
        self._lay_out_columns()
        if chosen >= 0:
            self.selectRow(chosen)

    def go_to(self, place: int) -> None:
        """Choose a row and bring it to the top."""
        place = max(0, min(place, self.rows.rowCount() - 1))
        self.scrollTo(self.rows.index(place, 0), QAbstractItemView.ScrollHint.PositionAtTop)
        self.selectRow(place)

    def tend(self) -> None:
        """Ask for the rows that were painted empty, and count on near the end."""
        self.rows.ask_missing()
        self.rows.look_near(self.rowAt(self.viewport().height() - 1))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        act = self._keys.get(event.key())
        if act is not None:
            act()
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):  # rows, not columns
            self.go_to(0 if event.key() == Qt.Key.Key_Home else self.rows.rowCount() - 1)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        height = self.viewport().height()
        whole = max(round(height / ROW_PX), 1)
        self.verticalHeader().setDefaultSectionSize(max(height // whole, LOW_ROW_PX))  # none is cut in its middle
        self._lay_out_columns()

    def _lay_out_columns(self) -> None:
        header, columns = self.horizontalHeader(), self.rows.columns
        roomy = next((column.key for column in columns if column.key in ("area", "plan", "lots", "reason")), "")
        spare = self.viewport().width() - sum(one.width_px for one in columns)
        for place, column in enumerate(columns):
            header.setSectionResizeMode(place, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(place, column.width_px)
            if column.key == roomy and spare >= -column.width_px // 3:
                header.setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)

    def _current(self, current: QModelIndex, before: QModelIndex) -> None:
        if current.isValid():
            self.session_chosen.emit(current.row())

    def _open_current(self) -> None:
        if self.currentIndex().isValid():
            self.session_opened.emit(self.currentIndex().row())
