"""What is checked before the first write of the day."""

from contextlib import closing
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Engine
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError

from console.domain.errors import OperatorError
from db.engine import operator_error
from db.triggers import sqlite_triggers


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
        raise OperatorError(f"{path} is damaged: {damage}", "the file was left as it is", "restore a backup")
    found = dict(_asked(cursor, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    missing = [name for name, statement in sqlite_triggers().items() if found.get(name) != statement]
    if missing:
        raise OperatorError(
            f"{path} has lost the guard {missing[0]} that keeps its history append-only",
            "nothing was changed", "restore a backup, and find out who altered the file",
        )


def _asked(cursor: DBAPICursor, statement: str) -> list[tuple[Any, ...]]:
    cursor.execute(statement)
    return list(cursor.fetchall())
