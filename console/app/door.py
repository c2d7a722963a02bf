"""The door: the window before the stage, for the first run, for unlocking, and while the demo clinic is made."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from console.app.demo_clinic import SESSIONS, WITH_PEN, seed_folder
from console.app.front import Front
from console.domain.clock import Clock
from console.services.clocks import SystemClock
from db.data_folder import DataFolder
from ui.desk.progress import ProgressPage
from ui.frame_timer import FrameTimer, Subscription
from ui.main_window import MainWindow
from ui.page import Page


@dataclass(slots=True)
class _Seeding:
    """What the seeding thread tells the window."""

    words: str = "Making the invented clinic"
    share: float = 0.0
    done: bool = False
    error: Exception | None = None

    def tell(self, words: str, share: float) -> None:
        """Take the progress, on the seeding thread."""
        self.words, self.share = words, share


class Door:
    """Pages that need no services yet, in a window of their own or in the one the stage will stand in."""

    def __init__(self, clock: Clock, motion: bool = True, front: Front | None = None) -> None:
        self._own = front is None
        self._frames = front.frames if front is not None else FrameTimer(SystemClock())
        self.window = front.window if front is not None else MainWindow(clock, self._frames, motion=motion)
        self._calls: list[Subscription] = []
        self.share = 0.0  # of the demo clinic that is made

    def open(self, pages: Mapping[str, Page], first: str) -> None:
        """Show pages, beginning with one."""
        for key, page in pages.items():
            self.window.add_page(key, page)
        self.window.open_page(first)
        self.window.show()
        self._frames.start()

    def every_frame(self, call: Callable[[], object], name: str) -> None:
        """Call something once a frame while the door is open."""
        self._calls.append(self._frames.subscribe(call, name=name))

    def seed(
        self, folder: DataFolder, clock: Clock, now_us: int, done: Callable[[Exception | None], None],
        sessions: int = SESSIONS, with_telemetry: int = WITH_PEN,
    ) -> None:
        """Fill a demo folder on a thread of its own and show how far it is; ``done`` is called on this one."""
        page, seeding = ProgressPage(), _Seeding()
        self.open({"progress": page}, "progress")

        def work() -> None:
            try:
                seed_folder(folder, clock, now_us, sessions, with_telemetry, seeding.tell)
            except Exception as error:  # noqa: BLE001  a thread boundary: the window is told
                seeding.error = error
            seeding.done = True

        def look() -> None:
            self.share = seeding.share
            page.show_progress(seeding.words, seeding.share)
            if seeding.done:
                watching.cancel()
                done(seeding.error)

        watching = self._frames.subscribe(look, name="seeding")
        threading.Thread(target=work, name="seeding", daemon=True).start()

    def close(self) -> None:
        """Leave the window to the stage; one of its own is closed and forgotten."""
        for call in self._calls:
            call.cancel()
        if not self._own:
            return
        self._frames.stop()
        self.window.close()
        self.window.deleteLater()
