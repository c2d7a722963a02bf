"""What is checked before the first write of the day."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Engine
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError

from db.check_state import read_state
from db.engine import WRITER_BUSY_MS, DatabaseDamaged, DatabaseLocked, operator_error
from db.page_proof import PAGE_BYTES, PageProof, pages_in_log
from db.triggers import sqlite_triggers

# Each try waits for the lock itself, so long as the writer's connection does.
TOLD_AFTER, LOCK_TRIES = 2_000 // WRITER_BUSY_MS, 60_000 // WRITER_BUSY_MS

# Of a larger database the start proves the first pages, the last and those written last. 180 MB/s are checked whole on
# two cores of 2026, so this much takes a fifth of a second there.
WHOLE_AT_ONCE = 32 * 1024 * 1024
_OPCODES = 1_000  # between two looks whether it was given up
_FIRST_PAGES, _LAST_PAGES = 64, 8 * 1024 * 1024 // PAGE_BYTES

T = TypeVar("T")


class StartCheck:
    """What is checked of one database before the first write.

    ``quick``: a database larger than ``whole_at_once`` bytes (``WHOLE_AT_ONCE``) is not read from end to end, unless
    damage was found in it before; ``db.page_check`` reads it beside the running console. Made before the first
    connection: closing one empties the log, which says what was written last.
    """

    def __init__(self, path: Path, key: bytes, *, quick: bool = False, whole_at_once: int | None = None) -> None:
        self._path, self._key = path, key
        large = path.stat().st_size > (WHOLE_AT_ONCE if whole_at_once is None else whole_at_once)
        self._quick = quick and large and not read_state(path.parent).damage
        self._written = pages_in_log(path) if self._quick else set()

    def check(self, engine: Engine, given_up: Callable[[], bool] = lambda: False) -> None:
        """Check pages, structure and guards; OperatorError in one sentence, nothing is repaired."""
        try:
            # The driver's own connection, because a checkpoint cannot run inside a transaction.
            with closing(engine.raw_connection()) as connection:
                if (driver := connection.driver_connection) is not None:
                    driver.set_progress_handler(given_up, _OPCODES)
                _check(connection.cursor(), self._path, self._newest_damage if self._quick else None)
        except (DBAPIError, sqlcipher.Error) as error:
            raise operator_error(error, self._path) from None

    def _newest_damage(self) -> str:
        """Prove the pages a start rests on; give what is wrong with one, empty where they are whole."""
        proof = PageProof(self._path, self._key)
        newest = range(max(1, proof.pages - _LAST_PAGES), proof.pages + 1)
        later = read_state(self._path.parent).pages_later
        damaged = proof.damaged_among([*range(1, _FIRST_PAGES + 1), *newest, *self._written, *later])
        return next((f"HMAC verification failed for page {number}" for number in damaged), "")


def refuse_absent(path: Path) -> None:
    """Refuse a database file that is gone or was emptied with DatabaseDamaged, before anything is made in its place."""
    log = path.with_name(f"{path.name}-wal")
    try:
        emptied = path.stat().st_size == 0 and not (log.exists() and log.stat().st_size)
    except FileNotFoundError:
        raise DatabaseDamaged(
            f"The database {path} is missing", "nothing was made in its place", "restore a backup") from None
    if emptied:
        raise DatabaseDamaged(f"The database {path} is empty", "the file was left as it is", "restore a backup")


def page_damage(cursor: DBAPICursor, *, moved: bool = True) -> str:
    """Say in the library's words which page is damaged, empty where none is.

    ``moved``: the log is empty. Pages still in it make cipher_integrity_check read stale ones: a false alarm.
    """
    told = str(_asked(cursor, "PRAGMA quick_check(1)")[0][0])
    damaged = _asked(cursor, "PRAGMA cipher_integrity_check") if moved else []
    return str(damaged[0][0]) if damaged else "" if told == "ok" else told


def _check(cursor: DBAPICursor, path: Path, newest_damage: Callable[[], str] | None) -> None:
    busy = _asked(cursor, "PRAGMA wal_checkpoint(TRUNCATE)")[0][0]
    if damage := newest_damage() if newest_damage and not busy else page_damage(cursor, moved=not busy):
        raise DatabaseDamaged(f"{path} is damaged: {damage}", "the file was left as it is", "restore a backup")
    if missing := lost_guards(cursor):
        raise DatabaseDamaged(
            f"{path} has lost the guard {missing[0]} that keeps its history append-only",
            "nothing was changed", "restore a backup, and find out who altered the file",
        )


def lost_guards(cursor: DBAPICursor) -> list[str]:
    """Name the triggers that are missing or not as they were made."""
    found = dict(_asked(cursor, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    return [name for name, statement in sqlite_triggers().items() if found.get(name) != statement]


def when_unlocked(act: Callable[[], T], waiting: Callable[[str], None], given_up: Callable[[], bool]) -> T:
    """Do something, again and again while another program has the database locked, for a minute.

    ``waiting`` is told once, after two seconds; then, or once it is ``given_up``, DatabaseLocked.
    """
    for attempt in range(LOCK_TRIES):
        try:
            return act()
        except DatabaseLocked as locked:
            if given_up():
                raise
            if attempt == TOLD_AFTER:
                waiting(f"{locked.happened}; it is being waited for; close that program.")
    return act()


def _asked(cursor: DBAPICursor, statement: str) -> list[tuple[Any, ...]]:
    cursor.execute(statement)
    return list(cursor.fetchall())
