"""Sheets over the content: in the window, never a dialog; the app bar and the alarm line stay free."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from ui.paint import Surface
from ui.theme import current_theme
from ui.widgets.buttons import Button
from ui.widgets.texts import Label


class Sheet(Surface):
    """The white frame around an overlay's content, with its title and a way out."""

    closed = Signal()

    def __init__(self, content: QWidget, title: str, width: int, closable: bool) -> None:
        super().__init__()
        self.setObjectName("sheet")
        self.content, self.closable = content, closable
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 20, 24, 24)
        box.setSpacing(16)
        if title or closable:
            head = QHBoxLayout()
            head.addWidget(Label(title, "title"))
            head.addStretch(1)
            if closable:
                leave = Button("", "x", "quiet", "m", name="overlay.close")
                leave.setAccessibleName("Close")
                leave.triggered.connect(self.closed)
                head.addWidget(leave)
            box.addLayout(head)
        box.addWidget(content, 1)
        self.setFixedWidth(width)
        content.show()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()  # a touch beside the sheet's controls is not a touch on the scrim


class OverlayHost(QWidget):
    """The scrim with its stack of sheets. ``closed(content)`` after a sheet went away."""

    closed = Signal(QWidget)

    def __init__(self, ground: QWidget) -> None:
        super().__init__(ground)
        self.setObjectName("overlayHost")
        self._ground = ground
        self._sheets: list[Sheet] = []
        ground.installEventFilter(self)
        self._former: QWidget | None = None
        self._top = 120
        self.hide()

    @property
    def content(self) -> QWidget | None:
        """The topmost content, or None."""
        return self._sheets[-1].content if self._sheets else None

    def lay(self, content: QWidget, title: str, width: int, closable: bool) -> None:
        """Lay a sheet on top."""
        sheet = Sheet(content, title, min(width, self._ground.width() - 32), closable)
        sheet.setParent(self)
        sheet.closed.connect(self.close_top)
        if not self._sheets:
            self._former = self.window().focusWidget()
        for below in self._sheets:
            below.hide()
        self._sheets.append(sheet)
        self._place()
        sheet.show()
        self.show()
        self.raise_()
        content.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_top(self) -> None:
        """Take the topmost sheet away; nothing happens where there is none."""
        if not self._sheets:
            return
        sheet = self._sheets.pop()
        self._give_focus_back()
        sheet.hide()
        content = sheet.content
        sheet.deleteLater()
        if self._sheets:
            self._sheets[-1].show()
        else:
            self.hide()
        self.closed.emit(content)

    def _give_focus_back(self) -> None:
        """Hand the focus to what had it; left alone, Qt would light up the nearest button."""
        former, self._former = self._former, None
        if self._sheets:
            self._sheets[-1].content.setFocus(Qt.FocusReason.OtherFocusReason)
        elif former is not None and isValid(former) and former.isVisible():
            former.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._ground.setFocus(Qt.FocusReason.OtherFocusReason)

    def tuck_away(self, away: bool) -> None:
        """Put the sheets out of sight as they are, or show them again."""
        self.setVisible(bool(self._sheets) and not away)
        if self._sheets and not away:
            self.raise_()

    def close_all(self) -> None:
        """Take all sheets away."""
        while self._sheets:
            self.close_top()

    def _place(self) -> None:
        ground = self._ground
        self.setGeometry(0, self._top, ground.width(), max(ground.height() - self._top, 0))
        for sheet in self._sheets:
            height = min(sheet.sizeHint().height(), self.height() - 32)
            sheet.resize(sheet.width(), height)
            sheet.move((self.width() - sheet.width()) // 2, max((self.height() - height) // 2, 16))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest) and self._sheets:
            self._place()
        return False

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest and self._sheets:
            self._place()
        return super().event(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        moved = super().focusNextPrevChild(forward)
        focused = self.window().focusWidget()
        if self._sheets and (focused is None or not self.isAncestorOf(focused)):
            self._sheets[-1].content.setFocus(Qt.FocusReason.TabFocusReason)
        return moved

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.escape()
        else:
            super().keyPressEvent(event)

    def escape(self) -> None:
        """Close the topmost sheet if it may be closed."""
        if self._sheets and self._sheets[-1].closable:
            self.close_top()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()  # the scrim swallows touches, it does not close: a glove lands anywhere

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(0, 0, 0, 150 if current_theme().dark else 110))
        painter.end()
