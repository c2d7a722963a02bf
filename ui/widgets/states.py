"""Search, and what a place says that holds nothing or is still being read."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.fonts import text_font
from ui.icons import paint_icon
from ui.paint import PaintedWidget, paint_box
from ui.theme import color
from ui.widgets.buttons import Button
from ui.widgets.texts import Entry, IconMark, Label


class SearchField(Entry):
    """A search line with its glass."""

    def __init__(self, placeholder: str = "Search", name: str = "", height: int = 56) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setFont(text_font(16))
        self.setTextMargins(32, 0, 0, 0)
        self.setProperty("short", height < 56)
        self.setFixedHeight(height)
        self.setClearButtonEnabled(False)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        paint_icon(painter, "search", QRectF(16, (self.height() - 20) / 2, 20, 20), "ink2")
        painter.end()


EMPTY_PX = 340


class EmptyState(QWidget):
    """What a place says that holds nothing: icon, sentence, what to do. ``acted`` when its button is pressed."""

    acted = Signal()

    def __init__(self, icon: str, title: str, text: str = "", action: str = "", action_icon: str = "",
                 tone: str = "ink3", name: str = "") -> None:
        super().__init__()
        self.mark, self.title, self.text = IconMark(icon, tone, 32), Label(title, "strong"), Label(
            text, "label", "ink2", wrap=True, align=Qt.AlignmentFlag.AlignHCenter)
        box = QVBoxLayout(self)
        box.setSpacing(8)
        box.addStretch(1)
        for part in (self.mark, self.title):
            box.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
        self.text.setFixedWidth(EMPTY_PX)
        self.text.setMinimumHeight(max(self.text.heightForWidth(EMPTY_PX), 0))  # else a tall card cuts its last line
        box.addWidget(self.text, 0, Qt.AlignmentFlag.AlignHCenter)
        if action:
            button = Button(action, action_icon, size="m", name=name)
            button.triggered.connect(self.acted)
            box.addSpacing(8)
            box.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        box.addStretch(1)
        self.setAccessibleName(f"{title}. {text}")


class LoadingRows(PaintedWidget):
    """Grey rows for what is still being read; show them after 300 ms, never shimmering."""

    def __init__(self, rows: int = 6) -> None:
        super().__init__()
        self._rows = rows
        self.grow()
        self.say("Loading")

    def paint(self, painter: QPainter) -> None:
        for number in range(self._rows):
            top = 14 + number * 48
            paint_box(painter, QRectF(0, top, 44, 14), 7, color("canvas"))
            paint_box(painter, QRectF(60, top, min(self.width() - 60, 150 + 37 * (number * 5 % 4)), 14), 7,
                      color("canvas"))
