"""The manager's list: a table that fetches its rows by window and paints them as the design draws them."""

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
from PySide6.QtGui import QFont, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from console.domain.ports import SessionRow
from console.services.local_time import clock_text, local
from ui.fonts import code_font, tabular_font, text_font
from ui.icons import paint_icon
from ui.paint import LEFT, RIGHT, paint_box, paint_text
from ui.theme import color
from ui.widgets.tags import seal_look

Index = QModelIndex | QPersistentModelIndex
ROW_PX, LOW_ROW_PX = 48, 44
DASH = "–"


def course_words(row: SessionRow) -> str:
    """Write a session's place in its course."""
    if not row.patient_id:
        return DASH
    return f"{row.course_number} of {row.course_length}" if row.course_length else "Yearly"


def minutes_words(seconds: int) -> str:
    """Write seconds as minutes and seconds."""
    return f"{seconds // 60}:{seconds % 60:02d}" if seconds else DASH


def seal_state(row: SessionRow) -> str:
    """Give the seal's word for a session."""
    if row.amendments and row.state == "sealed":
        return "amended"
    return row.state


def _date(row: SessionRow) -> str:
    moment = local(row.opened_us)
    return f"{moment.day} {moment:%b} {clock_text(row.opened_us)}"


COLUMNS: tuple[tuple[str, int, Callable[[SessionRow], str]], ...] = (
    ("Date", 116, _date),
    ("Patient", 78, lambda row: row.patient_id or row.kind.capitalize()),
    ("By", 66, lambda row: row.practitioner_id or DASH),
    ("Area", 96, lambda row: row.map_id.capitalize() or DASH),
    ("Course", 70, course_words),
    ("Time", 62, lambda row: minutes_words(row.needling_s)),
    ("Depth", 60, lambda row: DASH if row.median_depth_um is None else f"{row.median_depth_um / 1000:.2f}"),
    ("Alarms", 64, lambda row: str(row.alarms)),
    ("Seal", 120, lambda row: seal_look(seal_state(row))[2]),
)
RIGHT_ALIGNED = ("Time", "Depth")


class SessionTableModel(QAbstractTableModel):
    """Rows as they were fetched; ``wants_more`` when the view comes near the end."""

    wants_more = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[SessionRow] = []
        self._total = 0
        self._asked = False

    def show_first(self, rows: Sequence[SessionRow], total: int) -> None:
        """Begin anew with a first page."""
        self.beginResetModel()
        self._rows, self._total, self._asked = list(rows), total, False
        self.endResetModel()

    def add(self, rows: Sequence[SessionRow]) -> None:
        """Add the next page."""
        self._asked = False
        if not rows:
            self._total = len(self._rows)
            return
        first = len(self._rows)
        self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
        self._rows.extend(rows)
        self.endInsertRows()

    def row_at(self, place: int) -> SessionRow | None:
        """Give a row, None outside."""
        return self._rows[place] if 0 <= place < len(self._rows) else None

    def last(self) -> SessionRow | None:
        """Give the last row fetched."""
        return self._rows[-1] if self._rows else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own signature
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own signature
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.row_at(index.row())
        if row is None or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        return COLUMNS[index.column()][2](row)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section][0]
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.FontRole:
            return text_font(14, 500)
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            right = COLUMNS[section][0] in RIGHT_ALIGNED
            side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and not self._asked and len(self._rows) < self._total

    def fetchMore(self, parent: Index) -> None:
        self._asked = True
        self.wants_more.emit()


class SessionDelegate(QStyledItemDelegate):
    """Paints a cell: ids in the code font, alarms with their square, the seal with its icon."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        row = model.row_at(index.row()) if isinstance(model, SessionTableModel) else None
        if row is None:
            return
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        self._ground(painter, rect, bool(state & QStyle.StateFlag.State_Selected), index.column() == 0)
        name, _, words = COLUMNS[index.column()]
        box = QRectF(rect).adjusted(8, 0, -8, 0)
        if name == "Alarms":
            self._alarms(painter, box, row.alarms)
        elif name == "Seal":
            self._seal(painter, box, row)
        else:
            font, tone = _look(name)
            paint_text(painter, box, words(row), font, color(tone), RIGHT if name in RIGHT_ALIGNED else LEFT)

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


def _look(name: str) -> tuple[QFont, str]:
    if name == "Patient":
        return code_font(14, 600), "ink"
    if name == "By":
        return code_font(14, 400), "ink2"
    if name in ("Time", "Depth", "Date"):
        return tabular_font(14, 500 if name == "Date" else 400), "ink"
    return text_font(14), "ink"


class SessionTable(QTableView):
    """The list itself; ``session_chosen(place)`` by touch or arrow keys."""

    session_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("sessionTable")
        self.setAccessibleName("Sessions")
        self.rows = SessionTableModel(self)
        self.setModel(self.rows)
        self._delegate = SessionDelegate(self)
        self.setItemDelegate(self._delegate)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_PX)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._lay_out_columns()
        self.selectionModel().currentRowChanged.connect(self._current)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        height = self.viewport().height()
        whole = max(round(height / ROW_PX), 1)
        self.verticalHeader().setDefaultSectionSize(max(height // whole, LOW_ROW_PX))  # none is cut in its middle

    def _lay_out_columns(self) -> None:
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setMinimumSectionSize(40)
        for place, (name, width, _) in enumerate(COLUMNS):
            header.resizeSection(place, width)
            mode = QHeaderView.ResizeMode.Stretch if name == "Area" else QHeaderView.ResizeMode.Fixed
            header.setSectionResizeMode(place, mode)

    def _current(self, current: QModelIndex, before: QModelIndex) -> None:
        if current.isValid():
            self.session_chosen.emit(current.row())
