"""The door of a damaged record at work: it is looked over and repaired on a thread of its own."""

from collections.abc import Callable
from pathlib import Path

from console.app.repair import look_over, repair
from console.domain.errors import OperatorError
from console.services.query_thread import QueryThread
from ui.desk.damaged import DamageActs, DamagedPage


class DamagedDoor:
    """Has ``page`` show what is found; ``deliver`` hands the answers over, once a frame."""

    def __init__(
        self, path: Path, passphrase: str | None, reopen: Callable[[], None], quit_: Callable[[], None],
    ) -> None:
        self._path, self._passphrase, self._reopen = path, passphrase, reopen
        self._thread = QueryThread()
        self.page = DamagedPage(DamageActs(self._put_back, self._go_on, quit_), str(path))

    def begin(self) -> None:
        """Look the record over; the page must stand in its window."""
        self._thread.ask(lambda: look_over(self._path, self._passphrase), self.page.show_report, self._refused)

    def deliver(self) -> None:
        """Hand over what is there."""
        self._thread.deliver()

    def close(self) -> None:
        """End the thread behind what it does, so that no exchange of files is cut off."""
        self._thread.stop(timeout_s=60.0)

    def _put_back(self, place: str) -> None:
        self._thread.ask(lambda: repair(self._path, self._passphrase, Path(place)), self.page.show_repaired,
                         self._refused)

    def _go_on(self) -> None:
        self._reopen()

    def _refused(self, error: BaseException) -> None:
        self.page.show_refused(
            str(error) if isinstance(error, OperatorError) else f"This could not be done ({error}); nothing was moved.")
