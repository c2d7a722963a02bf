"""The start: the first page is painted and takes touches, then all the rest is imported and opened behind it."""

from __future__ import annotations

import argparse
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from console.app.front import Front
from console.app.interrupts import quitting_on_interrupts
from console.app.warming import Warming
from console.domain.errors import OperatorError
from console.services.clocks import SystemClock
from db.folder_file import FOLDER_FILE
from ui import garbage
from ui.app_bar import Context
from ui.desk.sign_in import SignInPage
from ui.page import Page
from ui.theme import FUSION, apply_theme, system_theme

if TYPE_CHECKING:
    from console.app.window_run import WindowRun

REST = "console.app.window_run"
PAINTED_BY = 3  # frames: by then the first page is painted, and nothing need vie with it


def open_window(args: argparse.Namespace, path: Path, short: str = "") -> int:
    """Open the console on a data folder and stay until its window is closed; ``short``: what the screen lacks."""
    app = make_app(args)
    start = Start(app, args, path, short)
    with quitting_on_interrupts(app.quit):
        try:
            start.begin()
            code = app.exec()
        finally:
            start.end()
    if start.failure is not None:
        raise start.failure
    return code


def make_app(args: argparse.Namespace) -> QApplication:
    """Give Qt's program in the colours asked for."""
    app = QApplication.instance()
    if app is None:
        app = QApplication(["needling-console", "-style", "fusion"])
        app.setProperty(FUSION, True)
    if not isinstance(app, QApplication):
        raise OperatorError("Another kind of Qt program is running here", "nothing was opened")
    apply_theme(app, system_theme(app, args.theme or ""))
    return app


class Start:
    """The window's first page, and the run that takes the window over."""

    def __init__(self, app: QApplication, args: argparse.Namespace, path: Path, short: str = "") -> None:
        self._app, self._args, self._path, self._short = app, args, path, short
        self.front = Front(SystemClock())
        self.run: WindowRun | None = None
        self._rest: Warming | None = None
        self._wrong: BaseException | None = None

    def begin(self) -> None:
        """Show the first page."""
        window, page = self.front.window, self._first_page()
        window.add_page("sign_in" if isinstance(page, SignInPage) else "opening", page)
        window.show_context(Context("Session console", "Starting"))
        window.show_pen(None)
        window.open_page("sign_in" if isinstance(page, SignInPage) else "opening")
        window.show()
        self._looking = self.front.frames.subscribe(self._look, name="start")
        self.front.frames.start()

    def _first_page(self) -> Page:
        invented = self._args.demo or self._args.training
        if not invented and (self._path / FOLDER_FILE).exists():
            return SignInPage()
        from ui.desk.progress import ProgressPage

        page = ProgressPage("Needling Console")
        page.show_progress("Starting", 0.0)
        return page

    def _look(self) -> None:
        """Behind the first frames import the rest, once that is there let it begin."""
        if self.front.frames.frames < PAINTED_BY:
            return
        if self._rest is None:
            self.front.hands.install(self._app)
            garbage.keep()
            self._rest = Warming((REST,))
        elif self._rest.done:
            self._looking.cancel()
            self._go_on()

    def _go_on(self) -> None:
        try:
            self.run = import_module(REST).WindowRun(self._app, self._args, self._path, self._short, self.front)
            self.run.begin()
        except Exception as error:  # noqa: BLE001  a frame's boundary would log it and leave «Starting» for ever
            self._wrong = error
            self._app.exit(1)

    @property
    def failure(self) -> BaseException | None:
        """What ended the start or the run, None where nothing did."""
        return self._wrong or (self.run.failure if self.run is not None else None)

    def end(self) -> None:
        """Stop everything in order; an open treatment stays open and is offered for resume."""
        if self._rest is not None:
            self._rest.end()
        if self.run is not None:
            self.run.end()
        else:
            self.front.close(self._app)
