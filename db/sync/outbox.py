"""The sync thread: sends what waits to the clinic server, and whatever else is asked of it; holds up nobody.

The only thread that talks to the server while the console runs. It reads the record on a connection of its own that
cannot write; where the server is away it waits longer each time, and what waits lies in the record as always.
"""

import logging
import queue
import random
import threading
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection

from console.domain.clinic_ports import SyncState
from console.domain.clock import Clock
from console.domain.errors import OperatorError
from db.data_folder import DataFolder
from db.sync.pusher import Pusher, told_words
from db.sync.server_address import ClinicServer
from db.sync.server_link import ServerLink

log = logging.getLogger(__name__)

LOOK_S = 0.5
FIRST_WAIT_S, LAST_WAIT_S = 0.05, 30.0
_AUDIT_EVERY, _ROUND_EVERY = 60, 10  # looks

Work = Callable[[ServerLink], Any]
Round = Callable[[Connection], None]
Done = Callable[[Any, BaseException | None], None]


class SyncThread:
    """``start`` it once the record is open, ``stop`` it before the record is closed."""

    def __init__(
        self, folder: DataFolder, known: ClinicServer, clock: Clock, *, rounds: Sequence[Round] = (),
        look_s: float = LOOK_S,
    ) -> None:
        """``rounds`` are run after each connect, then every few seconds, each in a transaction of its own."""
        self._rounds = tuple(rounds)
        self._folder, self._known, self._clock, self._look_s = folder, known, clock, look_s
        self._asked: queue.SimpleQueue[tuple[Work, Done] | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._state = SyncState(None, "", 0, 0, ())  # guarded by _lock
        self._waits_s = 0.0
        self._compared = False
        self._looks = 0
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self, timeout_s: float) -> bool:
        """End the thread; false where it still waits for the server, whose connection it then drops by itself."""
        self._stopping.set()
        self._asked.put(None)
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def state(self) -> SyncState:
        """Give the state now, for any thread."""
        with self._lock:
            return self._state

    def ask(self, work: Work, done: Done) -> None:
        """Run ``work`` with the link, soon; ``done`` gets its result or its error, on the sync thread."""
        self._asked.put((work, done))

    # --- the sync thread -----------------------------------------------------------------------------

    def _run(self) -> None:
        link = ServerLink(self._known.address, self._known.password)
        pusher = Pusher(self._folder, self._known, link)
        try:
            while not self._stopping.is_set():
                self._turn(link, pusher)
                self._answer(link, self._waits_s or self._look_s)
        finally:
            pusher.close()
            link.close()

    def _turn(self, link: ServerLink, pusher: Pusher) -> None:
        try:
            if not self._compared:
                pusher.compare()
                self._looks = 0
            if self._looks % _ROUND_EVERY == 0:
                for one in self._rounds:
                    with link.transaction() as connection:
                        one(connection)
            self._compared = True
            pusher.look()
            while not self._stopping.is_set() and self._asked.empty() and pusher.push_some():
                self._tell(pusher, "", reached=True)
            if self._looks % _AUDIT_EVERY == 0:
                pusher.push_audit_head()
            self._looks += 1
            self._waits_s = 0.0
            self._tell(pusher, "", reached=True)
        except OperatorError as error:
            self._back_off(pusher, str(error))
        except Exception:
            log.exception("the sync stumbled")
            self._back_off(pusher, "The sync with the clinic server met an error of its own; everything is saved here.")

    def _back_off(self, pusher: Pusher, failing: str) -> None:
        if not self._waits_s:
            log.warning("%s", failing)
        self._compared = False  # whatever happened meanwhile, the server is asked anew how far it is
        longest_s = min(LAST_WAIT_S, max(FIRST_WAIT_S, 2 * self._waits_s))
        self._waits_s = random.uniform(longest_s / 2, longest_s)
        self._tell(pusher, failing, reached=False)

    def _tell(self, pusher: Pusher, failing: str, *, reached: bool) -> None:
        words = told_words(pusher.told)
        with self._lock:
            reached_us = self._clock.utc_us() if reached else self._state.reached_us
            self._state = SyncState(reached_us, failing, pusher.waiting, pusher.told.entries, words)

    def _answer(self, link: ServerLink, wait_s: float) -> None:
        """Do what was asked, or wait for it at most so long."""
        try:
            asked = self._asked.get(timeout=wait_s)
            while asked is not None:
                self._do(link, *asked)
                asked = self._asked.get_nowait()
        except queue.Empty:
            return

    def _do(self, link: ServerLink, work: Work, done: Done) -> None:
        try:
            result, failed = work(link), None
        except Exception as error:  # noqa: BLE001 whoever asked is told; the sync goes on
            result, failed = None, error
        try:
            done(result, failed)
        except Exception:
            log.exception("a listener of the sync failed")
