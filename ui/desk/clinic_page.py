"""What the pages of the clinic's own records share: their sections, rows and lists."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from console.domain.errors import OperatorError
from console.services.console import Console
from ui.fonts import text_font
from ui.page import Page
from ui.paint import LEFT, RIGHT, paint_text
from ui.theme import color
from ui.widgets.fields import Segments
from ui.widgets.list_row import ListRow
from ui.widgets.texts import Card, column, row, scrolled

SECTIONS = (("incidents", "Incidents"), ("room_log", "Room log"), ("competences", "Competences"),
            ("downtime", "Paper forms"), ("people", "People"), ("audit", "Audit"))
ROW_PX, LIST_PX, SECTION_PX = 72, 420, 124


class RecordRow(ListRow):
    """A record as a line of two: title and detail left, a word and a day right in a tone."""

    def __init__(self, name: str, title: str, detail: str, word: str = "", day: str = "", tone: str = "ink2") -> None:
        self._words, self._tone = (title, detail, word, day), tone
        super().__init__(name, ROW_PX, ", ".join(part for part in self._words if part))

    def paint_words(self, painter: QPainter, box: QRectF) -> None:
        title, detail, word, day = self._words
        room, right = box.width() - 32, 130.0
        paint_text(painter, QRectF(16, 13, room - right, 22), title, text_font(16, 600), color("ink"), LEFT)
        paint_text(painter, QRectF(16, 39, room - right, 20), detail, text_font(14), color("ink2"), LEFT)
        place = QRectF(16 + room - right, 13, right, 22)
        paint_text(painter, place, word, text_font(14, 600), color(self._tone), RIGHT)
        paint_text(painter, place.translated(0, 26), day, text_font(14), color("ink2"), RIGHT)


class RecordList(Card):
    """A card with rows to choose from, scrolled."""

    def __init__(self) -> None:
        super().__init__(1, 0)
        self.rows: list[ListRow] = []
        self._inner = QWidget()
        self._lines = column(None, spacing=0)
        self._inner.setLayout(self._lines)
        self.body.addWidget(scrolled(self._inner), 1)

    def show_rows(self, rows: Sequence[ListRow], choose: Callable[[str], None], chosen: str = "") -> None:
        """Show these rows; ``choose`` gets the object name's last part."""
        for old in self.rows:
            self._lines.removeWidget(old)
            drop(old)
        self.rows = list(rows)
        for place, one in enumerate(self.rows):
            key = one.objectName().partition(".")[2]
            one.clicked.connect(partial(choose, key))
            one.set_selected(key == chosen)
            self._lines.insertWidget(place, one)


def drop(old: QWidget) -> None:
    """Take a widget away for good."""
    old.hide()
    old.setObjectName("")
    old.deleteLater()


def clear(box: QVBoxLayout) -> None:
    """Empty a column of its widgets and rows."""
    while (taken := box.takeAt(0)) is not None:
        widget, inner = taken.widget(), taken.layout()
        if widget is not None:
            drop(widget)
        elif isinstance(inner, QBoxLayout):
            while (part := inner.takeAt(0)) is not None:
                if (held := part.widget()) is not None:
                    drop(held)
            inner.deleteLater()


class ClinicPage(Page):
    """A section of the clinic's records. Subclasses lay out ``left`` and ``right`` and draw in ``draw``."""

    frame, tab, section = "desk", "incidents", ""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self.console = console
        self._sections = Segments(SECTIONS, "clinic.section", 48)
        self._sections.setFixedWidth(SECTION_PX * len(SECTIONS))
        self._sections.chosen.connect(self._to_section)

    def stand(self, *parts: QWidget, stretch: Sequence[int] = (1,)) -> None:
        """Stand cards side by side; those at ``stretch`` take what room is left."""
        line = row(*parts)
        line.setContentsMargins(16, 12, 16, 12)
        for place in stretch:
            line.setStretch(place, 1)
        self.setLayout(line)

    def _to_section(self, key: str) -> None:
        self._sections.set_choice(self.section)
        if key != self.section:
            self.shell.open_page(key)

    def enter(self, **context: object) -> None:
        """Read anew and draw."""
        self._sections.set_choice(self.section)
        self.draw()

    def draw(self) -> None:
        """Draw what is kept now."""

    def status_right(self) -> QWidget | None:
        return self._sections

    def attempt(self, act: Callable[[], object], done: str = "") -> bool:
        """Do something that may be refused; tell its sentence, draw again."""
        try:
            act()
        except OperatorError as error:
            self.shell.tell(str(error), "stop")
            return False
        self.draw()
        self.shell.update_chrome()
        if done:
            self.shell.tell(done, "done")
        return True
