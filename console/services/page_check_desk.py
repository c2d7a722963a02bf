"""The desk of the whole check of a large record: it goes on while nobody is treated, on a thread of its own."""

import logging
import threading

from console.domain.clock import Clock
from console.domain.damage import PageChecker
from console.domain.phases import PHASES, Phase
from console.domain.ports import Registry
from console.services.session_desk import SessionDesk

CALM_S = 60.0  # after a start the day's first work goes first
AGAIN_S = 60.0  # after one that was disturbed, or could not be done

_TREATED_UPTO = PHASES.index(Phase.SERUM)

log = logging.getLogger("console.page_check")


class PageCheckDesk:
    """Lives on the window's thread; ``look`` is called about twice a second."""

    def __init__(self, desk: SessionDesk, registry: Registry, checker: PageChecker, clock: Clock) -> None:
        self._desk, self._registry, self._checker, self._clock = desk, registry, checker, clock
        self._thread: threading.Thread | None = None
        self._may = threading.Event()
        self._found = ""  # written by the thread, read once it has ended
        self._not_before_s = clock.monotonic_s() + CALM_S
        self.damage = ""  # what was found, in the library's words; empty: nothing yet
        desk.on_events(lambda _receipt: self._permit())

    @property
    def treating(self) -> bool:
        """Tell whether somebody is being treated, or a treatment prepared."""
        return any(not one.state.closed and PHASES.index(one.state.phase) <= _TREATED_UPTO
                   for one in self._desk.sessions)

    def look(self) -> None:
        """Hold the check while somebody is treated, let it go on else, and take what it found."""
        self._permit()
        if self._thread is not None and self._thread.is_alive():
            return
        self._take()
        if not self.damage and self._may.is_set() and self._clock.monotonic_s() >= self._not_before_s:
            self._not_before_s = self._clock.monotonic_s() + AGAIN_S
            self._thread = threading.Thread(target=self._check, name="page check", daemon=True)
            self._thread.start()

    def stop(self, timeout_s: float) -> None:
        """Abandon the check at once; the next start goes on with it."""
        self._may.clear()
        if self._thread is not None:
            self._thread.join(timeout_s)

    def _permit(self) -> None:
        if self.treating:
            self._may.clear()
        else:
            self._may.set()

    def _take(self) -> None:
        if self._found and not self.damage:
            self.damage = self._found
            self._registry.audit("console", "damage_found", "", self.damage)

    # --- the thread of the check ---------------------------------------------------------------------------

    def _check(self) -> None:
        try:
            if self._checker.due():
                self._found = self._checker.go_on(self._may.is_set)
        except Exception as error:  # a thread boundary: a full disk or a locked file; it is tried again
            log.error("the record could not be checked", exc_info=error)
