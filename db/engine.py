"""SQLCipher through SQLAlchemy: keyed connections, safe pragmas, errors in plain words.

Never the standard library's sqlite3: SQLite 3.7.0 to 3.51.2 can corrupt a WAL database
(fixed in 3.51.3), so an older library is refused.
"""

import sys
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.exc import DBAPIError

from console.domain.errors import OperatorError

VERSION_FLOOR = (3, 51, 3)
KEY_BYTES = 32
READER_BUSY_MS = 5_000
WRITER_CACHE = "cache_size=-1000"  # KiB: what a long session wrote is not read again
READER_CACHE = "cache_size=-16000"  # KiB: a page that is decrypted once serves the next question too
# Short, so that a foreign lock is noticed and samples reach the spill file within a second.
WRITER_BUSY_MS = 400



class DatabaseLocked(OperatorError):
    """Another program writes in the database now; it may be waited for."""


class DatabaseDamaged(OperatorError):
    """The database file is not as it was written; it was left as it is."""


_COMMON_PRAGMAS = (
    "foreign_keys=ON", "recursive_triggers=ON", "trusted_schema=OFF", "secure_delete=ON",
    "cell_size_check=ON", "mmap_size=0", "temp_store=MEMORY",
)
_WRITER_PRAGMAS = (WRITER_CACHE, "journal_mode=WAL", "synchronous=FULL", "fullfsync=ON", "checkpoint_fullfsync=ON")


def check_library_version(version: tuple[int, ...] = sqlcipher.sqlite_version_info) -> None:
    """Refuse a SQLite library older than the floor with an OperatorError."""
    if tuple(version) < VERSION_FLOOR:
        found, floor = (".".join(str(part) for part in parts) for parts in (version, VERSION_FLOOR))
        raise OperatorError(
            f"The database library is SQLite {found}, which can damage records",
            "nothing was opened", f"install sqlcipher3 with SQLite {floor} or later",
        )


def writer_engine(path: Path, key: bytes, busy_ms: int = WRITER_BUSY_MS) -> Engine:
    """Give an engine whose transactions write (BEGIN IMMEDIATE)."""
    return _engine(path, key, busy_ms, _WRITER_PRAGMAS, "BEGIN IMMEDIATE", making=True)


def reader_engine(path: Path, key: bytes) -> Engine:
    """Give an engine whose connections refuse to write, and make no file where none is."""
    return _engine(path, key, READER_BUSY_MS, ("query_only=ON", READER_CACHE), "BEGIN", making=False)


def _engine(path: Path, key: bytes, busy_ms: int, pragmas: tuple[str, ...], begin: str, *, making: bool) -> Engine:
    check_library_version()
    if len(key) != KEY_BYTES:
        raise ValueError("the database key is 32 bytes")

    def connect() -> Any:
        connection = sqlcipher.connect(
            f"{path.absolute().as_uri()}?mode={'rwc' if making else 'rw'}", uri=True,
            timeout=busy_ms / 1_000, isolation_level=None, check_same_thread=False,
        )
        try:
            _prepare(connection, key, pragmas)
        except BaseException:
            connection.close()
            raise
        return connection

    engine = create_engine(
        "sqlite://", module=sqlcipher, creator=connect, poolclass=NullPool, hide_parameters=True
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _prepare(connection: Any, key: bytes, pragmas: tuple[str, ...]) -> None:
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    for pragma in (*_COMMON_PRAGMAS, *pragmas):
        if "fullfsync" in pragma and sys.platform != "darwin":
            continue
        connection.execute(f"PRAGMA {pragma}")


def opens(path: Path, key: bytes) -> bool:
    """Tell whether a key opens the database; what is missing or locked is not the key's fault."""
    if not path.exists():
        return True
    try:
        reader_engine(path, key).connect().close()
    except DBAPIError as error:
        return "not a database" not in str(error.orig)
    return True


def operator_error(error: Exception, path: Path) -> OperatorError:
    """Put what the database said into a sentence for the operator."""
    text = str(error.orig) if isinstance(error, DBAPIError) else str(error)
    if "not a database" in text:
        return DatabaseDamaged(
            f"{path} is not a database, or its key is another one",
            "the file was left as it is", "choose the right data folder, or restore its key file",
        )
    if "locked" in text or "busy" in text:
        return DatabaseLocked(
            f"Another program has locked {path.name}", "nothing was changed", "close it and try again"
        )
    if "malformed" in text:
        return DatabaseDamaged(
            f"{path} is damaged: a page does not match its checksum",
            "the file was left as it is", "restore a backup",
        )
    if "unable to open" in text:
        return OperatorError(
            f"{path} cannot be opened", "nothing was changed", "check that it exists and that you may read it"
        )
    if "full" in text:
        return OperatorError(
            f"The disk that holds {path.parent} is full", "nothing was changed", "free disk space and try again"
        )
    if "readonly" in text:
        return OperatorError(
            f"This account has no right to write in {path.parent}, which reading a database needs too",
            "nothing was changed", "check your rights, or copy the folder to a place of your own",
        )
    return OperatorError(f"The database {path.name} reports: {text}", "nothing was changed", "try again")
