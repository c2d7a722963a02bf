"""A window on a rig's console that follows the phase, for the pages of the room."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from console_rig import RigClock, close_console, make_console, start_session
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from console.domain.session_state import SessionState
from console.domain.sheet_language import SheetLanguage
from console.domain.workflow import Phase
from console.services.clocks import SystemClock
from console.services.console import Console
from ui.frame_timer import FrameTimer
from ui.main_window import MainWindow
from ui.page import Page
from ui.room.aftercare import AftercarePage
from ui.room.anesthetic import AnestheticPage
from ui.room.check_in import CheckInPage
from ui.room.consent import ConsentPage
from ui.room.needling import NeedlingPage
from ui.room.preparation import PreparationPage
from ui.room.right_patient import RightPatientPage
from ui.room.screening import ScreeningPage
from ui.room.serum import SerumPage
from ui.room.sign_off import SignOffPage
from ui.room.stopped import StoppedPage
from ui.theme import PART, apply_theme
from ui.widgets.buttons import Button

HOLD_MS = 30  # a hold in a test need not last a second
PAGES = {"check_in": CheckInPage, "screening": ScreeningPage, "consent": ConsentPage, "anesthetic": AnestheticPage,
         "preparation": PreparationPage, "needling": NeedlingPage, "right_patient": RightPatientPage}


class Stage:
    """The window with the room's first pages; touches go through real mouse events."""

    def __init__(self, console: Console, qtbot: QtBot) -> None:
        self.console, self._qtbot, self.touches = console, qtbot, 0
        self._frames = FrameTimer(SystemClock())
        self.window = MainWindow(console.clock, self._frames, motion=False)
        for key in ("today",):
            self.window.add_page(key, Page())
        for key, made in PAGES.items():
            self.window.add_page(key, made(console))
        self.written: list[str] = []  # what the pages asked the program to write
        self.window.add_page("serum", SerumPage(console))
        self.window.add_page("aftercare", AftercarePage(console, self._write_sheet))
        self.window.add_page("sign_off", SignOffPage(console, self._write_report))
        self.window.add_page("stopped", StoppedPage(console, self._write_report))
        console.desk.on_events(lambda _receipt: self.follow())
        self.window.show()
        self.follow()

    @property
    def state(self) -> SessionState:
        front = self.console.desk.front
        assert front is not None
        return front.state

    def _write_sheet(self, language: SheetLanguage) -> Path:
        front = self.console.desk.front
        assert front is not None
        self.written.append(f"sheet {language.code} {front.state.next_session}")
        return Path("aftercare.pdf")

    def _write_report(self, session_id: UUID, written: Callable[[Path], None],
                      failed: Callable[[BaseException], None]) -> None:
        def write() -> Path:
            self.written.append(f"report {session_id}")
            return Path("report.pdf")

        self.console.queries.ask(write, written, failed)

    def follow(self) -> None:
        """Show the page of the phase, as the program does."""
        front = self.console.desk.front
        if front is None or front.state.closed or front.state.stopped:
            return
        if self.window.page_key != front.state.phase.value:
            self.window.open_page(front.state.phase.value)

    def live(self, seconds: float = 0.0) -> None:
        """Let time pass and show it."""
        clock = self.console.clock
        assert isinstance(clock, RigClock)
        clock.advance(seconds)
        self.console.station.drain()
        self.console.queries.deliver()
        self.window._refresh()
        QCoreApplication.processEvents()

    def find(self, name: str) -> QWidget:
        """Give the visible control of a name."""
        found = [one for one in self.window.findChildren(QWidget, name) if one.isVisible()]
        assert len(found) == 1, f"{len(found)} visible controls are named {name}"
        return found[0]

    def there(self, name: str) -> bool:
        return any(one.isVisible() for one in self.window.findChildren(QWidget, name))

    def click(self, name: str) -> None:
        """Touch a control in its middle; it must be allowed."""
        QCoreApplication.processEvents()
        control = self.find(name)
        assert control.isEnabled(), f"{name} is locked"
        assert control.height() >= 44, f"{name} is too low to touch"
        QTest.mouseClick(control, Qt.MouseButton.LeftButton)
        self.touches += 1
        self.live()

    def hold(self, name: str) -> None:
        """Hold a control until it acts."""
        QCoreApplication.processEvents()
        button = self.find(name)
        assert isinstance(button, Button) and button.isEnabled(), f"{name} is locked"
        acted: list[bool] = []
        button.triggered.connect(lambda: acted.append(True))
        button.set_hold(True, HOLD_MS)
        QTest.mousePress(button, Qt.MouseButton.LeftButton)
        self._qtbot.waitUntil(lambda: bool(acted))
        if isValid(button):  # a sheet's own button goes with its sheet
            QTest.mouseRelease(button, Qt.MouseButton.LeftButton)
        self.touches += 1
        self.live()

    def sign(self, name: str = "signature") -> None:
        """Draw on the pad."""
        pad = self.find(name)
        QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(40, 100))
        for x in range(60, 200, 20):
            QTest.mouseMove(pad, QPoint(x, 80 + x % 40))
        QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=QPoint(220, 90))
        self.touches += 1
        self.live()

    def type_pin(self, pin: str) -> None:
        """Touch a PIN's keys, and let the seal follow once all is saved."""
        for digit in pin:
            self.click(f"pinPad.{digit}")
        self.until(lambda: not self.console.closing.signing)

    def until(self, true: Callable[[], bool]) -> None:
        """Let the query thread and the window work until something is so."""

        def tried() -> bool:
            self.live()
            return true()

        self._qtbot.waitUntil(tried)

    def button(self, name: str) -> QAbstractButton:
        one = self.find(name)
        assert isinstance(one, QAbstractButton)
        return one

    def forward_hint(self) -> str:
        """Give the second line of the button that goes on."""
        button = self.window.action_bar.button("forward")
        assert button is not None
        return button.hint

    def told(self) -> str:
        return self.window.notice.text

    def kinds(self) -> list[str]:
        """Give the kinds of the session's events, oldest first."""
        front = self.console.desk.front
        return [event.what.kind for event in front.history] if front else []


@pytest.fixture
def console() -> Iterator[Console]:
    made = make_console()
    yield made
    close_console(made)


@pytest.fixture
def stage(console: Console, qtbot: QtBot, qapp: QApplication) -> Iterator[Stage]:
    """P-0412 just opened, check-in on stage."""
    if not qapp.property(PART):
        apply_theme(qapp, "light")
    start_session(console)
    made = Stage(console, qtbot)
    yield made
    made.window.close()
    made.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def phase_of(stage: Stage) -> Phase:
    """Give the phase of the session in front."""
    return stage.state.phase
