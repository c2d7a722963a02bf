"""The scan field: a product, a lot, a tube, by scanner or by hand."""

import re

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QFrame

from ui.fonts import code_font, text_font
from ui.icons import paint_icon
from ui.paint import paint_box, paint_text
from ui.theme import color
from ui.widgets.texts import Entry

_SCANS = {  # icon, edge, icon tone
    "empty": ("scan", "border", "ink2"),
    "reading": ("scan", "live", "live"),
    "ok": ("check", "line", "done"),
    "fixed": ("scan", "line", "ink2"),
    "caution": ("caution", "caution", "caution"),
    "bad": ("stop", "stop", "stop"),
    "typed": ("note", "line", "ink2"),
}


_PLAIN_PX, _LINE_PX, _LEFT, _RIGHT = 64, 18, 56, 16
_MOST_LINES = 3
_UNIT = re.compile(r"(?<=\d) (?=\w{1,2}$)")  # "5 ml" stays on one line
_WRAPPED = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap


class _Entry(Entry):
    """The line to type into; its Enter ends there, or the field below would open it again."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()


class ScanField(QFrame):
    """Where a product is scanned. ``state``: empty, reading, ok, fixed, typed, caution or bad (expired, wrong...).

    Scanned while this field has the focus: ``scanned(str)``. A tap opens a line to type into; its Enter gives
    ``typed(str)``. Without focus the page gets the scan (``Page.on_scan``).
    """

    scanned = Signal(str)
    typed = Signal(str)

    def __init__(self, title: str = "Scan product", detail: str = "or type lot and expiry", name: str = "",
                 placeholder: str = "Type the code") -> None:
        super().__init__()
        self.setObjectName(name)
        self._title, self._detail, self._state = title, detail, "empty"
        self._shown_title = title
        self._empty = (title, detail)
        self.setFixedHeight(_PLAIN_PX)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._entry = _Entry(self)
        self._entry.setObjectName(f"{name}.entry")
        self._entry.setProperty("bare", "true")
        self._entry.setPlaceholderText(placeholder)
        self._entry.hide()
        self._entry.returnPressed.connect(self._typed)
        self._say()

    def show_state(self, state: str, title: str = "", detail: str = "") -> None:
        """Show a state with its two lines; ``empty`` falls back to the first words."""
        if state == "empty" and not title:
            title, detail = self._empty
        self._state, self._title, self._detail = state, title, detail
        self._shown_title = _UNIT.sub("\u00a0", title)
        self._entry.hide()
        self._say()
        self._fit()
        self.update()

    @property
    def state(self) -> str:
        """The state shown."""
        return self._state

    @property
    def title(self) -> str:
        """The first line."""
        return self._title

    @property
    def detail(self) -> str:
        """The second line."""
        return self._detail

    def take_scan(self, text: str) -> None:
        """Take a scan that was made while this field had the focus."""
        self._entry.hide()
        self.scanned.emit(text)

    def open_entry(self) -> None:
        """Open the line to type into."""
        self._entry.clear()
        self._entry.show()
        self._entry.setFocus()
        self.update()

    def _typed(self) -> None:
        text = self._entry.text().strip()
        self._entry.hide()
        self.setFocus()
        self.update()
        if text:
            self.typed.emit(text)

    def _say(self) -> None:
        self.setAccessibleName(f"{self._title}, {self._detail}")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.isEnabled() and self._state != "fixed" and self.rect().contains(event.position().toPoint()):
            self.open_entry()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and not self._entry.isVisible():
            self.open_entry()
        elif event.key() == Qt.Key.Key_Escape and self._entry.isVisible():
            self._entry.hide()
            self.setFocus()
            self.update()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: object) -> None:
        self._entry.setGeometry(_LEFT, 12, self.width() - _LEFT - _RIGHT, 40)
        self._fit()

    # --- long words wrap, and the field grows with them -----------------------------------------------

    def _lines(self, text: str, font: QFont) -> int:
        room = QRectF(0, 0, max(self.width() - _LEFT - _RIGHT, 80), 1000)
        lines = QFontMetricsF(font)
        return min(max(round(lines.boundingRect(room, int(_WRAPPED), text).height() / lines.height()), 1), _MOST_LINES)

    def _counts(self) -> tuple[int, int]:
        return self._lines(self._shown_title, text_font(16, 600)), self._lines(self._detail, code_font(14, 400))

    def _fit(self) -> None:
        title, detail = self._counts()
        wanted = _PLAIN_PX if title == detail == 1 else max(_PLAIN_PX, 10 + (title + detail) * _LINE_PX)
        if wanted != self.height():
            self.setFixedHeight(wanted)

    def paintEvent(self, event: object) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        icon, edge, tone = _SCANS[self._state]
        box = self.rect().toRectF()
        quiet = self._state in ("fixed", "typed")
        width = 2.0 if self.hasFocus() or self._entry.isVisible() else 1.0
        line = color("live") if width == 2.0 else color(edge)
        paint_box(painter, box, 12, color("sunken") if quiet else color("surface"), line, width)
        paint_icon(painter, icon, QRectF(18, (box.height() - 24) / 2, 24, 24), tone)
        if not self._entry.isVisible():
            self._paint_words(painter, box.width() - _LEFT - _RIGHT)
        painter.end()

    def _paint_words(self, painter: QPainter, room: float) -> None:
        second = color("ink2") if self._state != "bad" else color("stop")
        title, detail = self._counts()
        if title == detail == 1:
            paint_text(painter, QRectF(_LEFT, 10, room, 24), self._title, text_font(16, 600), color("ink"))
            paint_text(painter, QRectF(_LEFT, 33, room, 20), self._detail, code_font(14, 400), second)
            return
        top = (self.height() - (title + detail) * _LINE_PX) / 2
        for text, count, font, ink in ((self._shown_title, title, text_font(15, 600), color("ink")),
                                       (self._detail, detail, code_font(14, 400), second)):
            painter.setFont(font)
            painter.setPen(ink)
            painter.drawText(QRectF(_LEFT, top, room, count * _LINE_PX), int(_WRAPPED), text)
            top += count * _LINE_PX
