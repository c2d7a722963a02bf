"""The desk of backups: made by night or on demand on a thread of their own, kept by rule, their age watched.

None is begun while somebody is being needled; a night that was missed is made up for at the next start.
"""

import logging
import threading
from collections.abc import Callable, Sequence

from console.domain.backups import (
    BY_HAND,
    NIGHTLY,
    BackupKeeper,
    BackupNote,
    KeepRule,
    is_due,
    is_too_old,
    kept,
)
from console.domain.clock import Clock
from console.domain.errors import OperatorError
from console.domain.ports import Registry
from console.domain.rights import Right
from console.services.local_time import clock_text, local, local_day
from console.services.session_desk import SessionDesk

PLACE_SETTING, KEEP_SETTING = "backup_place", "backup_keep"
CALM_S = 60.0  # after a start the day's first work goes before a missed night
RETRY_S = 3600.0

log = logging.getLogger("console.backup")


class BackupDesk:
    """Lives on the window's thread; ``look`` is called about once a second."""

    def __init__(
        self, desk: SessionDesk, registry: Registry, keeper: BackupKeeper, clock: Clock, *, nightly: bool,
    ) -> None:
        self._desk, self._registry, self._keeper, self._clock, self._nightly = desk, registry, keeper, clock, nightly
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        # Guarded by _lock:
        self._notes: list[BackupNote] | None = None  # None: not looked for yet
        self._done: BackupNote | None = None
        self._failure = ""
        self._not_before_s = clock.monotonic_s() + CALM_S
        self.trouble = ""  # why the last one was not made, in one sentence; empty: it was

    # --- what the clinic set ----------------------------------------------------------------------------

    @property
    def place(self) -> str:
        """Give where backups go; empty: below the data folder."""
        return self._registry.setting(PLACE_SETTING)

    @property
    def rule(self) -> KeepRule:
        """Give which backups are kept: the clinic's rule, else the house's."""
        text = self._registry.setting(KEEP_SETTING)
        return KeepRule.parse(text) if text else KeepRule()

    def set_place(self, place: str) -> None:
        """Have backups go elsewhere from now on; empty: below the data folder."""
        self._desk.access.require(Right.KEEP_RECORD)
        self._registry.save_setting(PLACE_SETTING, place.strip(), self._desk.actor_id)
        self._look_for()

    def set_rule(self, rule: KeepRule) -> None:
        """Change which backups are kept."""
        self._desk.access.require(Right.KEEP_RECORD)
        self._registry.save_setting(KEEP_SETTING, str(rule), self._desk.actor_id)

    # --- how it stands --------------------------------------------------------------------------------------

    @property
    def running(self) -> bool:
        """Tell whether one is being made, or those there are being looked for."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def last_good(self) -> BackupNote | None:
        """Give the newest whole backup, None where there is none or none was looked for yet."""
        with self._lock:
            return self._notes[0] if self._notes else None

    @property
    def notice(self) -> str:
        """Give one sentence where somebody should see to the backups, else nothing."""
        with self._lock:
            known, last = self._notes is not None, self._notes[0] if self._notes else None
        if not self._nightly or not known:
            return ""
        if self.trouble:
            return f"The last backup failed: {self.trouble}"
        now = local(self._clock.utc_us())
        if not is_too_old(now, local(last.made_us) if last else None):
            return ""
        return "No backup of this record has been made yet." if last is None else (
            f"The last backup is {self._age_days(last)} days old.")

    @property
    def short_notice(self) -> str:
        """Give the notice in a word or three, for a chip."""
        if not self.notice:
            return ""
        last = self.last_good
        if self.trouble:
            return "Backup failed"
        return "No backup yet" if last is None else f"Backup {self._age_days(last)} days old"

    def last_words(self) -> str:
        """Tell when the last good one was made: «today 02:03»."""
        last = self.last_good
        if last is None:
            return "none yet"
        days = (local_day(self._clock.utc_us()) - local_day(last.made_us)).days
        if days > 1:
            return f"{days} days ago"
        return f"{'yesterday' if days else 'today'} {clock_text(last.made_us)}"

    def _age_days(self, last: BackupNote) -> int:
        return (local(self._clock.utc_us()) - local(last.made_us)).days

    # --- making one ---------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Make one now; OperatorError where one is being made. The result shows in a later ``look``."""
        self._desk.access.require(Right.KEEP_RECORD)
        if self.running:
            raise OperatorError("A backup is being made already", "nothing else was begun", "wait a moment")
        self._start(BY_HAND)

    def look(self) -> None:
        """Take a result, and begin the nightly backup where it is due."""
        if self.running:
            return
        self._take_result()
        with self._lock:
            known, last = self._notes is not None, self._notes[0] if self._notes else None
        if not known:
            self._look_for()
        elif self._nightly and self._is_calm() and is_due(
                local(self._clock.utc_us()), local(last.made_us) if last else None):
            self._start(NIGHTLY)

    def stop(self, timeout_s: float) -> None:
        """Wait for the one being made; one cut off leaves nothing that looks whole."""
        if self._thread is not None:
            self._thread.join(timeout_s)

    def _is_calm(self) -> bool:
        return self._desk.needling is None and self._clock.monotonic_s() >= self._not_before_s

    def _start(self, why: str) -> None:
        place, rule = self.place, self.rule  # read here: the registry is this thread's
        self._run(lambda: self._make(place, rule, why))

    def _look_for(self) -> None:
        place = self.place
        self._run(lambda: self._remember(self._keeper.found(place)))

    def _run(self, work: Callable[[], None]) -> None:
        self.stop(RETRY_S)
        self._thread = threading.Thread(target=work, name="backup", daemon=True)
        self._thread.start()

    def _take_result(self) -> None:
        with self._lock:
            done, failure = self._done, self._failure
            self._done, self._failure = None, ""
        if failure:
            self.trouble, self._not_before_s = failure, self._clock.monotonic_s() + RETRY_S
            self._registry.audit("console", "backup_failed", "", failure)
        if done is not None:
            self.trouble = ""
            self._registry.audit("console", "backup_made", done.place, done.why)

    # --- the backup's thread ------------------------------------------------------------------------------

    def _make(self, place: str, rule: KeepRule, why: str) -> None:
        try:
            done = self._keeper.make(place, why)
            notes = self._keeper.found(place)
            gone = beyond_rule(notes, rule) if why == NIGHTLY else []
            self._keeper.remove(gone)
        except Exception as error:
            log.error("no backup was made", exc_info=error)
            told = str(error) if isinstance(error, OperatorError) else f"{error}."
            with self._lock:
                self._failure = told
            return
        self._remember([note for note in notes if note not in gone])
        with self._lock:
            self._done = done

    def _remember(self, notes: list[BackupNote]) -> None:
        with self._lock:
            self._notes = notes


def beyond_rule(notes: Sequence[BackupNote], rule: KeepRule) -> list[BackupNote]:
    """Give the nightly backups, of those newest first, that a rule does not keep; others are a person's to delete."""
    chosen = kept([(note.place, local_day(note.made_us)) for note in notes], rule)
    return [note for note in notes if note.why == NIGHTLY and note.place not in chosen]
