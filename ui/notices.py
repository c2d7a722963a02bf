"""One sentence above the action bar, for some seconds, with an undo where there is one."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRectF, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QWidget

from console.domain.clock import Clock
from ui.icons import paint_icon
from ui.paint import PaintedWidget, paint_box
from ui.theme import color
from ui.widgets.buttons import Button
from ui.widgets.texts import Label

SHOWN_S, UNDO_S = 6.0, 10.0
_LOOKS = {  # fill, ink, icon
    "info": ("action", "on_action", "info"),
    "done": ("action", "on_action", "check"),
    "caution": ("caution_tint", "caution", "caution"),
    "stop": ("stop_tint", "stop", "stop"),
}


class Notice(PaintedWidget):
    """The line itself, floating above the action bar. ``told(text, kind)`` on each sentence."""

    told = Signal(str, str)

    def __init__(self, ground: QWidget, clock: Clock) -> None:
        super().__init__(ground)
        self.setObjectName("notice")
        self._ground = ground
        self._clock, self._until_s, self._kind = clock, 0.0, "info"
        self._undo: Callable[[], object] | None = None
        self._words = Label("", "strong")
        self._words.setObjectName("notice.words")
        self._back = Button("Undo", "undo", "normal", "m", name="notice.undo")
        self._back.triggered.connect(self._take_back)
        line = QHBoxLayout(self)
        line.setContentsMargins(52, 6, 10, 6)
        line.setSpacing(16)
        line.addWidget(self._words, 1)
        line.addWidget(self._back)
        ground.installEventFilter(self)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence on show, or empty."""
        return self._words.text() if self.isVisible() else ""

    @property
    def can_undo(self) -> bool:
        """Tell whether an undo is offered."""
        return self._undo is not None

    def tell(self, text: str, kind: str = "info", undo: Callable[[], object] | None = None) -> None:
        """Say a sentence: info, done, caution or stop; with ``undo`` it stays for ten seconds."""
        self._kind, self._undo = kind, undo
        self._until_s = self._clock.monotonic_s() + (UNDO_S if undo else SHOWN_S)
        ink = _LOOKS[kind][1]
        self._words.show_text(text, "ink" if ink == "action" else ink)
        self._back.setVisible(undo is not None)
        self.say("Notice", text)
        self._place()
        self.show()
        self.raise_()
        self.told.emit(text, kind)

    def poll(self) -> None:
        """Leave when the time is over; the frame timer calls it."""
        if self.isVisible() and self._clock.monotonic_s() >= self._until_s:
            self.dismiss()

    def dismiss(self) -> None:
        """Leave now."""
        self._undo = None
        self.hide()

    def _take_back(self) -> None:
        undo, self._undo = self._undo, None
        self.hide()
        if undo is not None:
            undo()

    def _place(self) -> None:
        ground = self._ground
        self._words.setWordWrap(False)
        width = min(self.sizeHint().width() + 8, ground.width() - 32)
        if self.sizeHint().width() + 8 > width:
            self._words.setWordWrap(True)
        height = max(self.heightForWidth(width), 60) if self._words.wordWrap() else 60
        self.setGeometry((ground.width() - width) // 2, ground.height() - 80 - height - 12, width, height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self._place()
        return False

    def paint(self, painter: QPainter) -> None:
        fill, ink, sign = _LOOKS[self._kind]
        box = self.rect().toRectF()
        paint_box(painter, box, 12, color(fill), color("line") if fill == "action" else color(ink))
        paint_icon(painter, sign, QRectF(18, (box.height() - 22) / 2, 22, 22), ink)
