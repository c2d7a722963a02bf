"""The emergency card over the right side of a room's page: the readings, the alarm line and the bar stay free."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject

from console.domain.errors import OperatorError
from console.domain.incidents import IncidentKind
from console.services.console import Console
from ui.page import Page, Shell
from ui.room.emergency_card import EmergencyCard, fill_card, log_lines
from ui.room.incident_sheet import open_incident_sheet

MARGIN_PX, TOP_PX = 16, 12


class EmergencyPanel(QObject):
    """Lays the card over its page when asked for, and takes it away again."""

    def __init__(self, page: Page, console: Console, width_px: Callable[[], int]) -> None:
        super().__init__(page)
        self._page, self._console, self._width_px = page, console, width_px
        self._card: EmergencyCard | None = None
        self._shown: tuple[object, ...] = ()

    def turn(self) -> None:
        """Show the card, or take it away."""
        if self._card is None:
            self._open()
        else:
            self.put_away()

    def _open(self) -> None:
        self._card, self._shown = EmergencyCard(closable=True), ()
        self._card.setParent(self._page)
        self._card.closed.connect(self.put_away)
        self._card.logged.connect(lambda entry: log_entry(self._page.shell, self._console, entry))
        self._card.incident_wanted.connect(lambda: report_incident(self._page.shell, self._console))
        self._page.installEventFilter(self)
        self.follow()
        self._place()
        self._card.show()
        self._card.raise_()

    def put_away(self) -> None:
        """Take the card away; nothing happens where it is not shown."""
        if self._card is None:
            return
        self._page.removeEventFilter(self)
        card, self._card = self._card, None
        card.hide()
        card.setObjectName("")
        card.deleteLater()

    def follow(self) -> None:
        """Show the session in front as it stands."""
        front = self._console.desk.front
        if self._card is None or front is None:
            return
        now = (front.session_id, front.state.event_count)
        if now != self._shown:
            self._shown = now
            fill_card(self._card, self._console, front.state, lambda: log_lines(front.state))

    def _place(self) -> None:
        if self._card is not None:
            width = self._width_px()
            self._card.setGeometry(self._page.width() - MARGIN_PX - width, TOP_PX, width,
                                   self._page.height() - 2 * TOP_PX)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False


def log_entry(shell: Shell, console: Console, entry: str) -> None:
    """Note an entry with its time; it can be taken back for ten seconds."""
    try:
        receipt = console.clinic.emergency.log(entry)
    except OperatorError as error:
        shell.tell(str(error), "stop")
        return
    shell.tell(f"{entry}: noted with its time.", "done", undo=lambda: console.desk.undo(receipt))


def report_incident(shell: Shell, console: Console) -> None:
    """Open the incident form over the page, linked to the session in front."""
    open_incident_sheet(shell, console.clinic.incidents, IncidentKind.REACTION)
