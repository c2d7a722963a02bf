"""The left side of an import: which list, which file, and which of its columns is what."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStackedWidget, QWidget

from console.services.import_columns import FIELDS, guessed_mapping
from console.services.import_table import ImportTable
from console.services.local_time import clock_text, day_text, local_day
from console.services.newest_files import FoundFile
from ui.desk.clinic_page import RecordList
from ui.fonts import text_font
from ui.paint import LEFT, paint_text
from ui.theme import color
from ui.widgets.buttons import Button
from ui.widgets.fields import Segments
from ui.widgets.list_row import ListRow
from ui.widgets.texts import Card, Entry, Label, TextLine, column, row, scrolled

SOURCE_PX, ROW_PX = 440, 60
KIND_WORDS = {"patients": "Patients", "staff": "Staff", "products": "Products", "appointments": "Day list"}
FIELD_WORDS = {
    "name": "Name", "birth_date": "Birth date", "phone": "Phone", "fitzpatrick": "Skin type", "language": "Language",
    "note": "Note", "role": "Role", "gtin": "Number", "needles": "Needles", "clinical_id": "Clinical entry",
    "patient": "Patient's number", "date": "Day", "time": "Time", "plan": "Plan", "room": "Room"}
ORDERS = (("", "As written"), ("dmy", "Day first"), ("mdy", "Month first"))
SAMPLES, DAYS = 3, ("birth_date", "date")


class _FileRow(ListRow):
    def __init__(self, found: FoundFile, number: int) -> None:
        moment = f"{day_text(local_day(found.changed_us))} {clock_text(found.changed_us)}"
        self._words = found.path.name, f"{moment}, {max(1, found.size_bytes // 1024):,} kB"
        super().__init__(f"import.file.{number}", ROW_PX, ", ".join(self._words))

    def paint_words(self, painter: QPainter, box: QRectF) -> None:
        room = box.width() - 32
        paint_text(painter, QRectF(16, 9, room, 22), self._words[0], text_font(16, 600), color("ink"), LEFT)
        paint_text(painter, QRectF(16, 32, room, 20), self._words[1], text_font(14), color("ink2"), LEFT)


class SourceCard(Card):
    """``kind_chosen(kind)``, ``folder_wanted(path)``, ``file_chosen(path)``, ``field_touched(name)``, ``order_chosen``.

    Rows of files are named ``import.file.<n>``, fields ``import.field.<name>``.
    """

    kind_chosen = Signal(str)
    folder_wanted = Signal(object)
    file_chosen = Signal(object)
    field_touched = Signal(str)
    order_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__(16, 12)
        self.setFixedWidth(SOURCE_PX)
        self.kinds = Segments(tuple(KIND_WORDS.items()), "import.kind", 48)
        self.folder = Entry()
        self.folder.setObjectName("import.folder")
        self.folder.setAccessibleName("Folder with the lists")
        self.folder.setMinimumHeight(48)
        self.words = Label("", "label", "ink2", wrap=True)
        self.orders = Segments(ORDERS, "import.order", 48)
        self._files: tuple[FoundFile, ...] = ()
        self._list = RecordList()
        self._orders_title = Label("Days with slashes", "label", "ink2")
        self._name, self._told = TextLine("", "strong"), TextLine("", "label", "ink2")
        self._fields = column(spacing=8)
        self._views = QStackedWidget()
        self._build()

    def _build(self) -> None:
        look = Button("Look here", "search", "normal", "m", name="import.look")
        head = row(self.folder, look, spacing=8)
        head.setStretch(0, 1)
        files, columns, inner = QWidget(), QWidget(), QWidget()
        whole = column(head, self._list, spacing=10)
        whole.setStretch(1, 1)
        files.setLayout(whole)
        inner.setLayout(column(self._fields, None))
        area = scrolled(inner)
        chosen = column(self._name, self._told, area, self._orders_title, self.orders, spacing=8)
        chosen.setStretch(2, 1)
        columns.setLayout(chosen)
        self._views.addWidget(files)
        self._views.addWidget(columns)
        self.body.addWidget(self.kinds)
        self.body.addWidget(self.words)
        self.body.addWidget(self._views, 1)
        self.kinds.chosen.connect(self.kind_chosen)
        self.orders.chosen.connect(self.order_chosen)
        look.triggered.connect(self._look)
        self.folder.returnPressed.connect(self._look)

    def _look(self) -> None:
        self.folder_wanted.emit(Path(self.folder.text().strip()).expanduser())

    def show_kinds(self, allowed: Sequence[str], kind: str) -> None:
        """Show which lists may be imported, and which one is."""
        for key in KIND_WORDS:
            self.kinds.part(key).setEnabled(key in allowed)
        self.kinds.set_choice(kind)

    def show_files(self, files: tuple[FoundFile, ...]) -> None:
        """Show the files to choose from."""
        self._files = files
        self._list.show_rows([_FileRow(one, number) for number, one in enumerate(files)], self._choose)
        self._views.setCurrentIndex(0)

    def _choose(self, key: str) -> None:
        self.file_chosen.emit(self._files[int(key.rpartition(".")[2])].path)

    def show_columns(self, name: str, table: ImportTable, kind: str, mapping: dict[str, str]) -> None:
        """Show which column of a file each field is taken from."""
        self._name.show_text(name)
        self._told.show_text(f"{table.told}; {len(table.rows):,} rows")
        while (taken := self._fields.takeAt(0)) is not None:
            if (old := taken.widget()) is not None:
                old.hide()
                old.setObjectName("")
                old.deleteLater()
        for field in FIELDS[kind]:
            found = mapping.get(field.name, "")
            words = f"from «{found}»" if found else "choose its column" if field.needed else "left out"
            button = Button(FIELD_WORDS[field.name], "check" if found else "caution" if field.needed else "", "normal",
                            "nav", words, "right", name=f"import.field.{field.name}")
            button.triggered.connect(partial(self.field_touched.emit, field.name))
            self._fields.addWidget(button)
        for part in (self._orders_title, self.orders):
            part.setVisible(any(field.name in DAYS for field in FIELDS[kind]))
        self._views.setCurrentIndex(1)


class ColumnSheet(QWidget):
    """Which column a field is; each with the first cells below it. ``chosen(column)``, empty for none of them."""

    chosen = Signal(str)

    def __init__(self, table: ImportTable, needed: bool) -> None:
        super().__init__()
        lines = []
        for place, name in enumerate(table.columns):
            cells = [cells[place] for _, cells in table.rows[:SAMPLES] if cells[place]]
            button = Button(name, "", "normal", "nav", ", ".join(cells) or "empty in the first rows", "right",
                            name=f"import.column.{place}")
            button.triggered.connect(partial(self.chosen.emit, name))
            lines.append(button)
        if not needed:
            none = Button("Leave it out", "x", "quiet", "nav", name="import.column.none")
            none.triggered.connect(partial(self.chosen.emit, ""))
            lines.append(none)
        inner = QWidget()
        inner.setLayout(column(*lines, None, spacing=8))
        self.setLayout(column(scrolled(inner)))
        self.setMinimumHeight(min(480, 66 * len(lines) + 8))


def mapping_now(kind: str, table: ImportTable, named: dict[str, str]) -> dict[str, str]:
    """Give the columns as they are known so far."""
    return guessed_mapping(kind, table.columns, named)
