"""The system's sleep and screen lock are held off while a treatment is open, and only then."""

import logging
import threading
from collections.abc import Callable, Iterable

from console.app.awake_ways import LOCK, SLEEP, Grip
from console.domain.session import Session

AWAKE_LOOK_EVERY = 60  # frames: once a second
LIVE_FOR_S = 12 * 3600  # an open session left behind overnight is not a treatment that goes on
_LEAVE_S = 5.0

log = logging.getLogger(__name__)


class Awake:
    """A thread of its own asks the system, which may take its time; ``fault`` says what could not be held off."""

    def __init__(self, grip: Grip) -> None:
        self._grip = grip
        self._changed = threading.Condition()
        self._wanted = self._ended = self._held = False
        self.fault: tuple[str, ...] = ()
        self._thread = threading.Thread(target=self._run, name="awake", daemon=True)
        self._thread.start()

    @property
    def holds(self) -> bool:
        """Tell whether the system is being held awake, as far as it can be."""
        return self._held

    def want(self, awake: bool) -> None:
        """Ask for it to stay awake, or let it go; gives back at once."""
        with self._changed:
            self._wanted = awake
            self._changed.notify()

    def close(self) -> None:
        """Let go and end the thread."""
        with self._changed:
            self._wanted, self._ended = False, True
            self._changed.notify()
        self._thread.join(_LEAVE_S)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._ended or self._wanted is not self._held)
                wanted, ended = self._wanted, self._ended
            try:
                self._turn(wanted)
            except Exception:  # the system's ways are many; none may take the treatment with it
                log.exception("the system could not be asked about sleep")
                self.fault = (LOCK, SLEEP)
            self._held = wanted
            if ended:
                return

    def _turn(self, wanted: bool) -> None:
        if wanted:
            self.fault = self._grip.take()
        elif self._held:
            self._grip.let_go()
            self.fault = ()


def treatment_open(sessions: Iterable[Session], now_us: int) -> bool:
    """Tell whether a treatment goes on: a session that is not closed and was opened within the last 12 hours."""
    return any(not one.state.closed and one.history and now_us - one.history[0].at_us < LIVE_FOR_S * 1_000_000
               for one in sessions)


class AwakeCalls:
    """Looks once a second whether a treatment is open; says once what the system does not let it hold off."""

    def __init__(self, awake: Awake, sessions: Callable[[], Iterable[Session]], now_us: Callable[[], int],
                 tell: Callable[[str, str], None]) -> None:
        self._awake, self._sessions, self._now_us, self._tell = awake, sessions, now_us, tell
        self._told: tuple[str, ...] = ()

    def look(self) -> None:
        """Hold on or let go, as the open sessions ask."""
        self._awake.want(treatment_open(self._sessions(), self._now_us()))
        fault = self._awake.fault
        if fault and fault != self._told:
            self._told = fault
            self._tell(f"This computer does not let its {' and '.join(fault)} be held off. The treatment and its "
                       "record go on; switch it off in the system's settings.", "caution")
