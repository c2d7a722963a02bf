"""One sentence in the bars' free room, for some seconds, with an undo where there is one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QWidget

from console.domain.clock import Clock
from ui.icons import paint_icon
from ui.paint import PaintedWidget, paint_box
from ui.theme import color
from ui.widgets.buttons import Button
from ui.widgets.texts import Label

SHOWN_S, UNDO_S = 6.0, 10.0
WRAPPED_PX = 300  # narrower, a sentence on two lines reads badly
_LOOKS = {  # fill, ink, icon
    "info": ("sunken", "ink", "info"),
    "done": ("sunken", "ink", "check"),
    "caution": ("caution_tint", "caution", "caution"),
    "stop": ("stop_tint", "stop", "stop"),
}


@dataclass(frozen=True)
class _Told:
    """A sentence with its way back, and until when it may stand (s)."""

    text: str
    kind: str
    undo: Callable[[], object] | None
    until_s: float


class Notice(PaintedWidget):
    """The line itself. It stands in the first of ``rooms()`` (in the ground's coordinates) that holds it, so that
    it covers no plot and no table; where none does, it floats above the action bar. ``told(text, kind)`` on each
    sentence. A way back that another sentence covers comes back with the rest of its ten seconds.
    """

    told = Signal(str, str)

    def __init__(self, ground: QWidget, clock: Clock, rooms: Callable[[], Sequence[QRect]] = tuple) -> None:
        super().__init__(ground)
        self.setObjectName("notice")
        self._ground, self._rooms = ground, rooms
        self._clock, self._until_s, self._kind = clock, 0.0, "info"
        self._undo: Callable[[], object] | None = None
        self._covered: list[_Told] = []  # ways back under the one on show, newest last
        self._words = Label("", "strong")
        self._words.setObjectName("notice.words")
        self._back = Button("Undo", "undo", "normal", "m", name="notice.undo")
        self._back.triggered.connect(self._take_back)
        self._line = QHBoxLayout(self)
        self._line.setSpacing(16)
        self._line.addWidget(self._words, 1)
        self._line.addWidget(self._back)
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
        now_s = self._clock.monotonic_s()
        until_s = now_s + (UNDO_S if undo else SHOWN_S)
        self._cover(now_s, until_s, undo is None)
        self._show(_Told(text, kind, undo, until_s))
        self.told.emit(text, kind)

    def _cover(self, now_s: float, until_s: float, plain: bool) -> None:
        """Keep the way back on show; under a sentence without one its time stands still."""
        begins_s = max(now_s, self._until_s) if self.isVisible() and self._undo is None else now_s
        if self.isVisible() and self._undo is not None:
            self._covered.append(_Told(self._words.text(), self._kind, self._undo, self._until_s))
        if plain:
            held_s = max(until_s - begins_s, 0.0)
            self._covered = [replace(one, until_s=one.until_s + held_s) for one in self._covered]

    def _show(self, told: _Told) -> None:
        text, kind, undo = told.text, told.kind, told.undo
        self._kind, self._undo, self._until_s = kind, undo, told.until_s
        self._words.show_text(text, _LOOKS[kind][1])
        self._back.setVisible(undo is not None)
        self.say("Notice", text)
        self._place()
        self.show()
        self.raise_()

    def _uncover(self) -> None:
        """Leave, or make room for the way back that lay under this sentence."""
        now_s, self._undo = self._clock.monotonic_s(), None
        while self._covered:
            told = self._covered.pop()
            if told.until_s > now_s:
                self._show(told)
                return
        self.hide()

    def poll(self) -> None:
        """Leave when the time is over, make way where the bars changed; the frame timer calls it."""
        if not self.isVisible():
            return
        if self._clock.monotonic_s() >= self._until_s:
            self._uncover()
        elif not any(room.contains(self.geometry()) for room in self._rooms()):
            self._place()

    def dismiss(self) -> None:
        """Leave now, with every way back."""
        self._undo = None
        self._covered.clear()
        self.hide()

    def _take_back(self) -> None:
        undo = self._undo
        self._uncover()
        if undo is not None:
            undo()

    def _place(self) -> None:
        rooms = [room for room in self._rooms() if room.width() > 0]
        fits = next((room for room in rooms if self._needed(room, False) <= room.width()), None)
        if fits is not None:
            self._stand(fits, self._needed(fits, False))
            return
        wrapped = next((room for room in rooms if self._wraps(room)), None)
        if wrapped is not None:
            self._stand(wrapped, wrapped.width())
            return
        if self._undo is not None:  # the status line says what was done; what matters is the way back
            short = next((room for room in rooms if self._needed(room, True) <= room.width()), None)
            if short is not None:
                self._stand(short, self._needed(short, True))
                return
        self._float()

    def _needed(self, room: QRect, short: bool) -> int:
        """Dress for a room, with its words on one line or only the way back; give the width that takes."""
        low = room.height() < 60
        self._words.setWordWrap(False)
        self._words.setVisible(not short)
        self._back.setFixedHeight(44 if low else 48)
        edge = 2 if low else 6
        self._line.setContentsMargins(46, edge, 16 if self._undo is None else edge + 2, edge)
        return self._line.sizeHint().width()

    def _wraps(self, room: QRect) -> bool:
        if room.width() < WRAPPED_PX:
            return False
        self._needed(room, False)
        self._words.setWordWrap(True)
        return self._line.heightForWidth(room.width()) <= room.height()

    def _stand(self, room: QRect, width: int) -> None:
        self.setGeometry(room.right() + 1 - width, room.top(), width, room.height())

    def _float(self) -> None:
        ground = self._ground
        width = min(self._needed(QRect(0, 0, 0, 60), False), ground.width() - 32)
        self._words.setWordWrap(self._line.sizeHint().width() > width)
        height = max(self._line.heightForWidth(width), 60) if self._words.wordWrap() else 60
        self.setGeometry((ground.width() - width) // 2, ground.height() - 80 - height - 12, width, height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self._place()
        return False

    def paint(self, painter: QPainter) -> None:
        fill, ink, sign = _LOOKS[self._kind]
        box = self.rect().toRectF()
        paint_box(painter, box, 12, color(fill), color("border") if fill == "sunken" else color(ink))
        paint_icon(painter, sign, QRectF(14, (box.height() - 22) / 2, 22, 22), ink)
