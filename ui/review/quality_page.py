"""What the manager's pages over many sessions share: their sections, and rows of words and figures."""

from collections.abc import Callable

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from console.domain.errors import OperatorError
from console.services.console import Console
from ui.fonts import code_font, tabular_font, text_font
from ui.page import Page
from ui.paint import LEFT, RIGHT, paint_text
from ui.theme import color
from ui.widgets.fields import Segments
from ui.widgets.list_row import ListRow

SECTIONS = (("exceptions", "Exceptions"), ("insights", "Insights"), ("areas", "Areas"), ("recall", "Recall"))
SECTION_PX, ROW_PX = 132, 64


class QualityPage(Page):
    """A section of what a manager reads over many sessions."""

    frame, tab, section = "desk", "exceptions", ""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self.console = console
        self._sections = Segments(SECTIONS, "quality.section", 48)
        self._sections.setFixedWidth(SECTION_PX * len(SECTIONS))
        self._sections.chosen.connect(self._to_section)

    def _to_section(self, key: str) -> None:
        self._sections.set_choice(self.section)
        if key != self.section:
            self.shell.open_page(key)

    def enter(self, **context: object) -> None:
        """Take the stage."""
        self._sections.set_choice(self.section)

    def status_right(self) -> QWidget | None:
        return self._sections

    def attempt(self, act: Callable[[], object]) -> bool:
        """Do something that may be refused; tell its sentence."""
        try:
            act()
        except OperatorError as error:
            self.failed(error)
            return False
        return True

    def failed(self, error: BaseException) -> None:
        """Tell why a question was not answered."""
        told = isinstance(error, OperatorError)
        self.shell.tell(str(error) if told else "This could not be read; nothing was changed. Try again.", "stop")


class SessionLine(ListRow):
    """A session in two lines: a figure, whose it is, what of it; right a word in a tone and a day."""

    def __init__(self, name: str, figure: str, code: str, detail: str, word: str = "", day: str = "",
                 tone: str = "ink2") -> None:
        self._words, self._tone = (figure, code, detail, word, day), tone
        super().__init__(name, ROW_PX, ", ".join(part for part in self._words if part))

    def paint_words(self, painter: QPainter, box: QRectF) -> None:
        figure, code, detail, word, day = self._words
        left = 76.0 if figure else 16.0
        paint_text(painter, QRectF(8, 0, 52, box.height()), figure, tabular_font(20, 600), color("ink"), RIGHT)
        room = box.width() - left - 16
        paint_text(painter, QRectF(left, 10, room - 150, 22), code, code_font(16, 600), color("ink"), LEFT)
        paint_text(painter, QRectF(left, 34, room, 20), detail, text_font(14), color("ink2"), LEFT)
        place = QRectF(box.width() - 16 - 260, 10, 260, 22)
        said = ", ".join(part for part in (day, word) if part)
        paint_text(painter, place, said, text_font(14, 600 if word else 400), color(self._tone), RIGHT)
