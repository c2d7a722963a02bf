"""Touch off, to wipe the screen or to lean over it: touches and keys do nothing, what is shown goes on.

The foot, the scanner and the alarm keys go on too. Only the button that answers a high alarm stays in reach of a hand:
a press that begins on the button and ends on it is no wipe, and nothing grave may wait behind a hold.
"""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QRegion, QWheelEvent
from PySide6.QtWidgets import QWidget

from console.domain.clock import Clock
from ui.paint import paint_box
from ui.theme import color
from ui.widgets.buttons import ConfirmHold
from ui.widgets.texts import IconMark, Label, column, row

BAR_PX, EDGE_PX, BUTTON_PX = 80, 4, 348
HOLD_MS = 2000  # twice the house's hold: a cloth lingers


class WipeGuard(QWidget):
    """Lies over the whole window while ``on``. ``ended()`` once a hand has held the button."""

    ended = Signal()

    def __init__(self, window: QWidget, in_reach: Callable[[], QWidget | None], clock: Clock | None = None) -> None:
        super().__init__(window)
        self.setObjectName("wipeGuard")
        self.setAccessibleName("Touch is off. Hold Touch on for 2 seconds to go on.")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
        self._window, self._in_reach = window, in_reach
        self._back = ConfirmHold("Touch on", "hand", "Hold 2 s", "wipeGuard.end", hold_ms=HOLD_MS, clock=clock)
        self._back.setFixedWidth(BUTTON_PX)
        self._back.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._back.confirmed.connect(self.end)
        words = column(None, Label("Touch is off", "heading"),
                       Label("Wipe the screen now. Readings, alarms and the pedal go on.", "body", "ink2"), None,
                       spacing=2)
        self._bar = QWidget(self)
        line = row(IconMark("hand", "ink", 24), words, None, self._back, spacing=16)
        line.setContentsMargins(20, 4, 16, 4)
        self._bar.setLayout(line)
        window.installEventFilter(self)
        self.hide()

    @property
    def on(self) -> bool:
        """Tell whether touches do nothing."""
        return not self.isHidden()

    def begin(self) -> None:
        """Turn touch off."""
        self._place()
        self.show()
        self.follow()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def end(self) -> None:
        """Turn touch on again."""
        if self.on:
            self.hide()
            self.ended.emit()

    def follow(self) -> None:
        """Stay on top; leave what must stay in reach uncovered. Ten times a second."""
        if not self.on:
            return
        self.raise_()
        button = self._in_reach()
        if button is None or not button.isVisible():
            self.clearMask()
            return
        free = QRect(button.mapTo(self._window, QPoint(0, 0)), button.size())
        self.setMask(QRegion(self.rect()) - QRegion(free))

    def _place(self) -> None:
        self.setGeometry(self._window.rect())
        self._bar.setGeometry(0, self.height() - BAR_PX, self.width(), BAR_PX)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.on:
            self._place()
            self.follow()
        return False

    def focusNextPrevChild(self, forward: bool) -> bool:
        return True  # nowhere: the keyboard is wiped too

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.on and event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        bar = self._bar.geometry()
        painter.fillRect(bar, color("surface"))
        painter.fillRect(bar.left(), bar.top(), bar.width(), 1, color("line"))
        edge = self.rect().toRectF().adjusted(EDGE_PX / 2, EDGE_PX / 2, -EDGE_PX / 2, -EDGE_PX / 2)
        paint_box(painter, edge, 0, None, color("ink"), EDGE_PX)
        painter.end()
