"""The program's own window over a composed console and an encrypted folder: all real but pen and clock."""

from collections.abc import Iterable
from pathlib import Path

from console_rig import PIN, PRODUCTS
from fake_clock import FakeClock
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from console.app.compose import compose
from console.app.page_acts import make_acts
from console.app.pages import page_recipes
from console.app.stage import Stage
from console.domain.people import Patient, Role, Staff
from console.services.alarm_board import AlarmBoard
from console.services.day_desk import Place
from db.data_folder import DEMO, open_or_create_folder
from ui.sounds import NullSounds

PLACE = Place("Room 2", "station-1", "demo")
MEYER = Staff("PR-02", "A. Meyer", Role.PRACTITIONER)
PATIENTS = (Patient("P-0412", "Anna Keller", "1992-03-04", "III"),
            Patient("P-0460", "Maya Lindqvist", "1985-07-19", "II", colour="#1B7650"),
            Patient("P-0231", "Tom Becker", "2012-01-30", "II", colour="#A3241B"))


class HeardSounds(NullSounds):
    """Keeps the chimes it was asked for."""

    def __init__(self, board: AlarmBoard) -> None:
        super().__init__(board)
        self.chimes: list[str] = []

    def chime(self, name: str) -> None:
        super().chime(name)
        self.chimes.append(name)


class RealWindow:
    """One run of the program on a folder; ``close`` it, and another on the same folder is its restart."""

    def __init__(self, app: QApplication, folder: Path, clock: FakeClock) -> None:
        self.clock = clock
        self.made = compose(open_or_create_folder(folder, DEMO, clock), clock, PLACE)
        self.console = self.made.console
        registry = self.console.registry
        if not registry.staff():
            registry.save_staff(MEYER, PIN, "PR-02")
            for patient in PATIENTS:
                registry.save_patient(patient, "PR-02")
            for product in PRODUCTS:
                registry.save_product(product, "PR-02")
        self.console.desk.actor = MEYER
        self.sounds = HeardSounds(self.console.alarms)
        acts = make_acts(app, self.made, folder / "exports")
        pages = page_recipes(self.console, acts)
        self.stage = Stage(app, self.console, pages, acts.set_theme, self.sounds, motion=False)
        acts.open_page = self.stage.window.open_page
        self.window = self.stage.window
        self.window.open_page("today")
        self.window.show()
        self.live()

    def live(self, seconds: float = 0.0) -> None:
        """Let time pass and half a second's frames be shown."""
        self.clock.advance(seconds)
        while self.console.pins.busy:
            self.stage.frames.run_frame()
        for _ in range(30):
            self.stage.frames.run_frame()
        QCoreApplication.processEvents()

    def find(self, name: str) -> QWidget:
        """Give the one visible control of a name."""
        found = [one for one in self.window.findChildren(QWidget, name) if one.isVisible()]
        assert len(found) == 1, f"{len(found)} visible controls are named {name}"
        return found[0]

    def click(self, *names: str) -> None:
        """Touch controls, one after the other."""
        for name in names:
            QCoreApplication.processEvents()
            control = self.find(name)
            assert control.isEnabled(), f"{name} is locked"
            QTest.mouseClick(control, Qt.MouseButton.LeftButton)
            self.live()

    def scan(self, text: str) -> None:
        """Let the scanner type."""
        self.window._scanned(text)
        self.live()

    def close(self) -> None:
        """End the run as quitting does: open sessions stay open."""
        self.stage.close()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert self.made.close()


def kinds_of(events: Iterable[object]) -> list[str]:
    """Give the kinds of a history's events."""
    return [event.what.kind for event in events]  # type: ignore[attr-defined]
