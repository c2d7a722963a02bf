"""The whole check of a large database while nobody is treated: slice by slice, beside the running console.

A start that had to read every page of a record of years would take longer than a patient waits; it proves what was
written last (``db.start_check``), and this proves the rest. ``page-check.json`` in the data folder holds how far it
came, so that the next start goes on, and what it found, so that the next start offers the backup.
"""

import os
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy.exc import DBAPIError

from console.domain.clock import Clock
from db.check_state import CheckState, keep_state, read_state
from db.data_folder import DataFolder
from db.page_proof import PageProof, pages_in_log
from db.start_check import WHOLE_AT_ONCE

EVERY_US = 20 * 3_600 * 1_000_000  # once a working day
_SLICE_PAGES, _KEEP_EVERY = 64, 8_192
_REST_S = 0.005  # behind each slice: the window and the recorder go first
_OPCODES = 1_000
_CALM = 10  # of twenty steps of niceness
_TRIES, _TRY_S = 3, 0.2  # a page that is being written just now is whole at the next look


class _Disturbed(Exception):
    """Somebody is treated: the check waits."""


class FolderPageCheck:
    """Fulfils ``damage.PageChecker`` for an opened folder."""

    def __init__(self, folder: DataFolder, clock: Clock, whole_at_once: int = WHOLE_AT_ONCE) -> None:
        self._folder, self._clock, self._whole_at_once = folder, clock, whole_at_once
        self._state = read_state(folder.path)
        self._pause = threading.Event()

    def due(self) -> bool:
        """Tell whether there is anything to check: a small database was checked whole at the start."""
        state = self._state
        if state.damage or self._folder.database_path.stat().st_size <= self._whole_at_once:
            return False
        return state.unfinished or not 0 <= self._clock.utc_us() - state.completed_us < EVERY_US

    def go_on(self, may: Callable[[], bool]) -> str:
        """Check until all is checked or ``may`` forbids; give what is damaged, empty where nothing was found."""
        _step_back()
        if not self._state.unfinished:
            self._state = CheckState(self._clock.utc_us(), self._state.completed_us)
        try:
            self._pages(may)
            self._tables(may)
            if not self._state.pages_later and not self._state.damage:
                self._state = replace(self._state, completed_us=max(self._clock.utc_us(), self._state.begun_us))
        except _Disturbed:
            pass
        self._keep()
        return self._state.damage

    # --- pages ------------------------------------------------------------------------------------------

    def _pages(self, may: Callable[[], bool]) -> None:
        proof = PageProof(self._folder.database_path, self._folder.keys.database)
        later = self._state.pages_later
        self._state = replace(self._state, pages_later=[])
        for number in later:
            self._judge(proof, number, may)
        while (first := self._state.next_page) <= proof.pages and not self._state.damage:
            self._rest(may)
            for number in proof.damaged(first, _SLICE_PAGES):
                self._judge(proof, number, may)
            self._state = replace(self._state, next_page=first + _SLICE_PAGES)
            if first % _KEEP_EVERY < _SLICE_PAGES:
                self._keep()

    def _judge(self, proof: PageProof, number: int, may: Callable[[], bool]) -> None:
        """Look again at a page that does not prove itself; where the log holds it newer it is looked at later."""
        for _ in range(_TRIES):
            if not proof.damaged(number, 1):
                return
            if number in pages_in_log(self._folder.database_path):
                self._state = replace(self._state, pages_later=[*self._state.pages_later, number])
                return
            self._pause.wait(_TRY_S)
        if number <= proof.pages:  # the file may have been made shorter
            self._found(f"HMAC verification failed for page {number}")

    # --- structure -------------------------------------------------------------------------------------

    def _tables(self, may: Callable[[], bool]) -> None:
        """Have the library look over the structure of each table and its indexes, on a connection that cannot write."""
        if self._state.damage:
            return
        try:
            with closing(self._folder.reader_engine().raw_connection()) as connection:
                driver = connection.driver_connection
                assert driver is not None
                driver.set_progress_handler(lambda: 0 if may() else 1, _OPCODES)
                names = [row[0] for row in driver.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
                for name in [one for one in names if one not in self._state.tables_done]:
                    self._rest(may)
                    self._table(driver.execute(f'PRAGMA quick_check("{name}")').fetchone()[0], name)
        except (DBAPIError, sqlcipher.Error) as error:
            if "interrupted" in str(error):
                raise _Disturbed from None
            if "malformed" not in str(error):
                raise
            self._found("a page does not match its checksum")

    def _table(self, told: str, name: str) -> None:
        if told != "ok":
            self._found(f"table {name}: {told}")
        else:
            self._state = replace(self._state, tables_done=[*self._state.tables_done, name])

    # --- how far -----------------------------------------------------------------------------------------

    def _found(self, damage: str) -> None:
        self._state = replace(self._state, damage=self._state.damage or damage)
        self._keep()

    def _rest(self, may: Callable[[], bool]) -> None:
        self._pause.wait(_REST_S)
        if not may():
            raise _Disturbed

    def _keep(self) -> None:
        keep_state(self._folder.path, self._state)


def _step_back() -> None:
    """Let every other thread go first, where the system knows threads' priorities; a main thread is a whole program."""
    if sys.platform == "linux" and threading.current_thread() is not threading.main_thread():
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _CALM)

