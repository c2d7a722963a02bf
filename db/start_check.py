"""What is checked before the first write of the day."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Engine
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError

from db.engine import WRITER_BUSY_MS, DatabaseDamaged, DatabaseLocked, operator_error
from db.triggers import sqlite_triggers

# Each try waits for the lock itself, so long as the writer's connection does.
TOLD_AFTER, LOCK_TRIES = 2_000 // WRITER_BUSY_MS, 60_000 // WRITER_BUSY_MS

T = TypeVar("T")


def check_database(engine: Engine, path: Path) -> None:
    """Check pages, structure and guards; OperatorError in one sentence, nothing is repaired."""
    try:
        # The driver's own connection, because a checkpoint cannot run inside a transaction.
        with closing(engine.raw_connection()) as connection:
            _check(connection.cursor(), path)
    except (DBAPIError, sqlcipher.Error) as error:
        raise operator_error(error, path) from None


def page_damage(cursor: DBAPICursor, *, moved: bool = True) -> str:
    """Say in the library's words which page is damaged, empty where none is.

    ``moved``: the log is empty. Pages still in it make cipher_integrity_check read stale ones: a false alarm.
    """
    told = str(_asked(cursor, "PRAGMA quick_check(1)")[0][0])
    damaged = _asked(cursor, "PRAGMA cipher_integrity_check") if moved else []
    return str(damaged[0][0]) if damaged else "" if told == "ok" else told


def _check(cursor: DBAPICursor, path: Path) -> None:
    busy = _asked(cursor, "PRAGMA wal_checkpoint(TRUNCATE)")[0][0]
    if damage := page_damage(cursor, moved=not busy):
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


def when_unlocked(act: Callable[[], T], waiting: Callable[[str], None]) -> T:
    """Do something, again and again while another program has the database locked, for a minute.

    ``waiting`` is told once, after two seconds; then DatabaseLocked.
    """
    for attempt in range(LOCK_TRIES):
        try:
            return act()
        except DatabaseLocked as locked:
            if attempt == TOLD_AFTER:
                waiting(f"{locked.happened}; it is being waited for; close that program.")
    return act()


def _asked(cursor: DBAPICursor, statement: str) -> list[tuple[Any, ...]]:
    cursor.execute(statement)
    return list(cursor.fetchall())
