"""Emergency access at the window: begun from the menu, shown while it lasts, and its records put away when it ends."""

from console.domain.emergency_access import EmergencyAccess
from console.domain.errors import OperatorError
from console.services.console import Console
from console.services.event_words import counted
from ui.main_window import MainWindow
from ui.room.choice_sheets import ReasonSheet

REASONS = ("A patient needs help now", "Nobody else is here", "A reaction is reported", "Answering a hospital")
SHEET_PX = 640
PROMPT = ("For 15 minutes you may read records and treat. Everything you see is noted with this reason, and a "
          "manager answers for it.")


class EmergencyWatch:
    """``look`` is called twice a second."""

    def __init__(self, window: MainWindow, console: Console) -> None:
        self._window, self._console = window, console
        self._running: EmergencyAccess | None = None
        self._greeted = ""

    def turn(self) -> None:
        """Ask why and begin, or end what runs."""
        self._window.close_overlay()
        if self._console.desk.access.emergency is not None:
            self._console.clinic.emergencies.end()
            self.look()
            return
        sheet = ReasonSheet(PROMPT, REASONS, "Open for 15 minutes", hold=True, kind="stop")
        sheet.given.connect(self._begin)
        self._window.show_overlay(sheet, "Emergency access", SHEET_PX)

    def _begin(self, reason: str) -> None:
        self._window.close_overlay()
        try:
            self._running = self._console.clinic.emergencies.begin(reason)
        except OperatorError as error:
            self._window.tell(str(error), "stop")
            return
        self._window.tell("Emergency access is open; everything you see is noted.", "caution")
        self._window.update_chrome()

    def look(self) -> None:
        """Put the records away once it is over; tell who answers for emergencies, once signed in, what waits."""
        self._report()
        over, self._running = self._running, self._console.desk.access.emergency
        if over is None or self._running is not None:
            return
        self._console.clinic.emergencies.note_end(over)
        if self._console.desk.actor is not None and self._console.desk.needling is None:
            self._window.open_page("today")
            self._window.tell("Emergency access is over.", "info")

    def _report(self) -> None:
        actor_id = self._console.desk.actor_id if self._console.desk.actor is not None else ""
        if actor_id == self._greeted or self._window.locked:
            return
        self._greeted = actor_id
        waiting = self._console.clinic.emergencies.to_answer() if actor_id else []
        if waiting:
            whose = ", ".join(dict.fromkeys(one.staff_id for one in waiting))
            self._window.tell(f"{counted(len(waiting), 'emergency access')} ({whose}) to answer for: Clinic, Audit.",
                              "caution")
