"""The lock over the window: a page of its own in the held page's place, or a panel over one side of it.

The page on stage keeps its place: it is not left and not entered again.
"""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from ui.page import Page


class Cover(QObject):
    """Which of the two it is follows the page on stage: only it knows what of it must stay in sight."""

    def __init__(self, whole: Page, panel: QWidget) -> None:
        super().__init__()
        self.whole, self._panel = whole, panel
        self._held: Page | None = None
        self._put_by()

    def lay_over(self, page: Page | None) -> Page:
        """Cover a page; gives what speaks for the window: the page itself where part of it stays in sight."""
        self._let_go()
        place = page.place_while_locked() if page is not None else None
        if page is None or place is None:
            self.whole.enter()
            return self.whole
        self._held = page
        self._panel.setParent(page)
        page.installEventFilter(self)
        self._place()
        ask = getattr(self._panel, "ask", None)
        if ask is not None:
            ask()
        self._panel.show()
        self._panel.raise_()
        return page

    def take_away(self) -> None:
        """Uncover."""
        self._let_go()
        self.whole.leave()

    def _let_go(self) -> None:
        if self._held is not None:
            self._held.removeEventFilter(self)
            self._put_by()
            self._held = None

    def _put_by(self) -> None:
        """Keep the panel out of sight where it dies with the window."""
        self._panel.hide()
        self._panel.setParent(self.whole)

    def _place(self) -> None:
        place = self._held.place_while_locked() if self._held is not None else None
        if place is not None:
            self._panel.setGeometry(place)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._place()
        return False
