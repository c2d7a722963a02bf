"""The right side of an import: every row as it would be taken, and the chosen one beside what is there already."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QStackedWidget, QVBoxLayout, QWidget

from console.services.event_words import counted
from console.services.import_preview import (
    FAULTY,
    KNOWN,
    NEW,
    SIMILAR,
    ImportPreview,
    ImportRow,
    facts_of,
)
from ui.widgets.buttons import ChoiceChip
from ui.widgets.fields import Segments
from ui.widgets.figure_table import FigureTable, TableColumn, TableRow
from ui.widgets.states import EmptyState
from ui.widgets.texts import Card, Label, Rule, TextLine, column, row, scrolled

FILTERS = (("", "All"), (NEW, "New"), (SIMILAR, "Perhaps"), (KNOWN, "There already"), (FAULTY, "Bad"))
TONES = {NEW: "done", SIMILAR: "caution", KNOWN: "ink2", FAULTY: "stop"}
COLUMNS = (TableColumn("Line", 64, "figure"), TableColumn("In the file"), TableColumn("How it is taken", strong=True))
MOST_SHOWN, DETAIL_PX = 2_000, 214


class ResultCard(Card):
    """``also_changed(line, taken)``: a row that is perhaps there already is to be taken all the same, or not."""

    also_changed = Signal(int, bool)

    def __init__(self) -> None:
        super().__init__(16, 10)
        self._preview: ImportPreview | None = None
        self._also: set[int] = set()
        self._row: ImportRow | None = None
        self.filters = Segments(FILTERS, "import.filter", 48)
        self.words = Label("", "strong", wrap=True)
        self.table = FigureTable(COLUMNS, "import.rows", "Rows of the file", touched=True)
        self.also = ChoiceChip("Take it all the same", name="import.also")
        self._title = TextLine("", "strong")
        self._facts = QGridLayout()
        self._detail, self._layers = QWidget(), QStackedWidget()
        self.empty = EmptyState("list", "No file is open", "Choose a list, then a file. Nothing is written before you "
                                "have seen what it would bring.")
        self._build()

    def _build(self) -> None:
        self._facts.setHorizontalSpacing(16)
        self._facts.setVerticalSpacing(4)
        head = row(self._title, self.also)
        head.setStretch(0, 1)
        inner, below = QWidget(), column(spacing=0)
        below.addLayout(self._facts)
        below.addStretch(1)
        inner.setLayout(below)
        inside = column(Rule(), head, scrolled(inner), spacing=8)
        inside.setStretch(2, 1)
        self._detail.setLayout(inside)
        self._detail.setFixedHeight(DETAIL_PX)
        whole = QWidget()
        box = QVBoxLayout(whole)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(10)
        for part in (self.words, self.filters, self.table, self._detail):
            box.addWidget(part)
        box.setStretch(2, 1)
        self._layers.addWidget(self.empty)
        self._layers.addWidget(whole)
        self.body.addWidget(self._layers)
        self.filters.set_choice("")
        self.filters.chosen.connect(lambda _: self._draw())
        self.table.row_chosen.connect(self._choose)
        self.also.chosen.connect(self._also_touched)

    def show_nothing(self, title: str, text: str) -> None:
        """Say why there are no rows."""
        self._preview = None
        self.empty.title.show_text(title)
        self.empty.text.show_text(text)
        self._layers.setCurrentIndex(0)

    def show_preview(self, preview: ImportPreview, also: set[int]) -> None:
        """Show what an import would do; ``also`` are the lines taken although they may be there already."""
        self._preview, self._also = preview, also
        self.filters.set_choice(FAULTY if preview.count(FAULTY) else "")
        for key, _words in FILTERS:
            self.filters.part(key).setEnabled(not key or bool(preview.count(key)))
        self._layers.setCurrentIndex(1)
        self._draw()

    def _draw(self) -> None:
        preview = self._preview
        if preview is None:
            return
        wanted = self.filters.choice()
        rows = [one for one in preview.rows if not wanted or one.standing == wanted]
        told = [f"{counted(preview.count(NEW), 'new row')}", f"{preview.count(SIMILAR)} perhaps there already",
                f"{preview.count(KNOWN)} there already", f"{preview.count(FAULTY)} bad"]
        more = f"; the first {MOST_SHOWN:,} are shown" if len(rows) > MOST_SHOWN else ""
        self.words.show_text(f"{', '.join(told)}{more}", "stop" if preview.count(FAULTY) else "ink")
        self.table.show_rows([TableRow((str(one.line), one.words, self._taken(one)), tone=TONES[one.standing], key=one)
                              for one in rows[:MOST_SHOWN]])
        place = next((place for place, one in enumerate(rows) if self._row is not None and one.line == self._row.line),
                     0)
        self._row = rows[place] if rows else None
        self.table.mark_row(place if rows else -1)
        self._show_row()

    def _taken(self, one: ImportRow) -> str:
        if one.standing == FAULTY:
            fault = one.faults[0]
            more = f", and {len(one.faults) - 1} more" if len(one.faults) > 1 else ""
            return f"«{fault.column}» is «{fault.found}»{more}"
        if one.standing == NEW:
            return "New"
        where = f"line {one.like_line}" if one.like_line else one.like
        if one.standing == KNOWN:
            return f"Left out: the same as {where}"
        return f"Taken, although like {where}" if one.line in self._also else f"Left out: perhaps {where}"

    def _choose(self, one: object) -> None:
        if isinstance(one, ImportRow):
            self._row = one
            self._show_row()

    def _show_row(self) -> None:
        one = self._row
        self._detail.setVisible(one is not None)
        if one is None:
            return
        _clear(self._facts)
        self.also.setVisible(one.standing == SIMILAR)
        self.also.setChecked(one.line in self._also)
        if one.standing == FAULTY:
            self._title.show_text(f"Line {one.line} cannot be taken")
            for place, fault in enumerate(one.faults):
                self._facts.addWidget(Label(
                    f"«{fault.column}»: found «{fault.found}», allowed is {fault.allowed}", "body", "stop", wrap=True),
                    place, 0, 1, 3)
            return
        self._title.show_text({NEW: f"Line {one.line} is new", KNOWN: f"Line {one.line} is there already"}.get(
            one.standing, f"Line {one.line} is perhaps there already"))
        self._beside(one)

    def _beside(self, one: ImportRow) -> None:
        mine = facts_of(one.record) if one.record is not None else {}
        there = facts_of(one.against) if one.against is not None else {}
        heads = ["", "In the file"]
        if there:
            heads.append(f"Line {one.like_line} of the file" if one.like_line else f"Kept, {one.like}")
        for place, head in enumerate(heads):
            self._facts.addWidget(Label(head, "label", "ink2"), 0, place)
            self._facts.setColumnStretch(place, 0 if place == 0 else 1)
        shown = [name for name in mine if mine[name] or there.get(name)]
        for line, name in enumerate(shown, 1):
            differs = bool(there) and mine[name] != there.get(name, "")
            style, tone = ("strong", "caution") if differs else ("body", "ink")
            self._facts.addWidget(Label(name, "label", "ink2"), line, 0)
            self._facts.addWidget(TextLine(mine[name] or "–", style, tone), line, 1)
            if there:
                self._facts.addWidget(TextLine(there.get(name) or "–", style, tone), line, 2)

    def _also_touched(self, taken: bool) -> None:
        if self._row is not None:
            self.also_changed.emit(self._row.line, taken)
            self._draw()


def _clear(grid: QGridLayout) -> None:
    while (taken := grid.takeAt(0)) is not None:
        if (old := taken.widget()) is not None:
            old.hide()
            old.deleteLater()
