"""What the pages of a session share: the session in front, telling refusals, going back to the day."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from console.domain import closing
from console.domain.errors import OperatorError
from console.domain.session_state import SessionState
from console.domain.workflow import Phase, why_not
from console.services.catalogue_desk import clinical_entries
from console.services.console import Console
from console.services.scan import ScanKind, ScanResult
from console.services.scan_fields import ScanReading
from console.services.session_desk import Saving
from ui.page import Action, Page
from ui.room.add_product import AddProductSheet
from ui.room.application_card import ReadingSheet
from ui.room.emergency_panel import EmergencyPanel

T = TypeVar("T")
FORWARD_WIDTH = 388


class RoomPage(Page):
    """A page of the session in front. Subclasses draw in ``show_state``; it runs only when something happened."""

    frame = "session"
    needs_right_patient = False  # gives way to the check after the console was turned to this session
    emergency_brief = False  # only the icon, where the action bar is full
    stands_while_stopped = False  # every other page of the room gives way to the page of the stop

    def __init__(self, console: Console) -> None:
        super().__init__()
        self.console = console
        self._shown: tuple[object, ...] = ()
        self._emergency = EmergencyPanel(self, console, lambda: self.emergency_px)

    @property
    def state(self) -> SessionState:
        """The state of the session in front; an empty one where none is."""
        front = self.console.desk.front
        return front.state if front is not None else SessionState()

    @property
    def patient_id(self) -> str:
        """The id of the patient in front, or empty."""
        opened = self.state.opened
        return opened.patient_id if opened else ""

    def enter(self, **context: object) -> None:
        self._shown = ()
        self._emergency.put_away()

    def refresh(self) -> None:
        front = self.console.desk.front
        if front is None:
            return
        if front.state.stopped and not front.state.closed and not self.stands_while_stopped:
            self.shell.open_page("stopped")
            return
        if front.state.check_again and self.needs_right_patient:
            self.shell.open_page("right_patient")
            return
        now = (front.session_id, front.state.event_count, *self.also_shown())
        if now != self._shown:
            self._shown = now
            self.show_state(front.state)
        self._emergency.follow()
        self.show_time()

    def also_shown(self) -> tuple[object, ...]:
        """Give what else, when it changes, calls for drawing anew."""
        return ()

    def show_state(self, state: SessionState) -> None:
        """Draw the state."""

    def show_time(self) -> None:
        """Draw what changes by itself as time goes."""

    def attempt(self, act: Callable[[], T]) -> T | None:
        """Do something the rules may refuse; a refusal is told in its own words, and None given."""
        try:
            done = act()
        except OperatorError as error:
            self.shell.tell(str(error), kind="stop")
            self.show_again()
            return None
        self.show_again()
        return done

    def show_again(self) -> None:
        """Draw the page and its bars as things stand now."""
        self._shown = ()
        self.refresh()
        self.shell.update_chrome()

    def ask_reading(self, scan: ScanResult, take: Callable[[ScanResult], None]) -> None:
        """Ask which of its readings a code means whose separator was lost; nothing is taken before."""
        sheet = ReadingSheet(scan.alternatives)

        def settle(reading: ScanReading) -> None:
            self.shell.close_overlay()
            take(self.console.products.settle(scan, reading))

        sheet.chosen.connect(settle)
        self.shell.show_overlay(sheet, "Which does the package say", 560)

    def offer_to_add(self, scan: ScanResult) -> None:
        """Offer to add an unknown product to the catalogue; added, its scan is taken again."""
        if scan.kind is not ScanKind.UNKNOWN_PRODUCT or scan.refused:
            return
        sheet = AddProductSheet(scan, partial(clinical_entries, self.console.library))

        def add(role: str, name: str, clinical_id: str) -> None:
            self.shell.close_overlay()
            catalogue = self.console.products.catalogue
            if self.attempt(lambda: catalogue.add_scanned(scan, role, name, clinical_id)) is not None:
                self.on_scan(scan.raw)

        sheet.given.connect(add)
        self.shell.show_overlay(sheet, "A new product", 560)

    def saving_facts(self) -> tuple[str, ...]:
        """Give a fact for the status line while the record is not saved."""
        if self.console.desk.saving() is Saving.NOT_SAVED:
            return ("Not saved yet: kept in memory",)
        return ()

    def go(self, to: Phase) -> Callable[[], None]:
        """Give the act that enters a phase."""
        from console.domain import intake

        def act() -> None:
            self.attempt(lambda: self.console.desk.do(intake.enter_phase(to)))

        return act

    def forward(self, text: str, to: Phase, act: Callable[[], object] | None = None, locked: str = "",
                width: int = FORWARD_WIDTH) -> Action:
        """Give the action that moves on; locked, it says why."""
        reason = locked or why_not(self.state, to)
        return Action(
            "forward", text, act or self.go(to), hint=reason, icon="lock" if reason else "",
            kind="primary", enabled=not reason, shortcut="PgDown", width=width)

    def standing_actions(self) -> tuple[Action, ...]:
        state = self.state
        if state.opened is None or state.closed or state.stopped:
            return ()
        return (self.stop_action(), self.emergency_action())

    def stop_action(self) -> Action:
        """Give «Stop»: one hold away on every page of the room."""
        return Action("stop", "Stop", self._stop, hint="hold", icon="hand", kind="quiet", hold=True)

    def emergency_action(self) -> Action:
        """Give the emergency card: one touch away on every page of the room."""
        words = "" if self.emergency_brief else "Emergency"
        return Action("emergency", words, self._emergency.turn, icon="phone", kind="quiet", said="Emergency card",
                      width=64 if self.emergency_brief else 0)

    @property
    def emergency_px(self) -> int:
        """Give how wide the emergency card may lie over the page's right side."""
        return FORWARD_WIDTH

    def _stop(self) -> None:
        self.attempt(lambda: self.console.desk.do(closing.stop()))

    def leave_session(self, words: str) -> None:
        """Put the closed session away and go back to the day."""
        front = self.console.desk.front
        if front is not None:
            self.console.desk.put_away(front.session_id)
            self.console.alarms.drop_subject(str(front.session_id))
        self.shell.open_page("today")
        self.shell.tell(words, kind="done")
