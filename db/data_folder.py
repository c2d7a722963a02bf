"""A data folder: the database, its keys, the heads kept outside, the spill files.

``folder.json`` names the folder's kind, and so does the encrypted database; both must agree, so a
demo, training or bench folder can never become a clinic's.
"""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.exc import DBAPIError
from uuid6 import uuid7

from console.domain.clock import Clock
from console.domain.errors import OperatorError
from console.services.clocks import SystemClock
from db import keys, migrate, tables
from db.atomic_file import write_atomically
from db.clinic_keys import open_clinic_keys, settle_change
from db.engine import DatabaseDamaged, operator_error, reader_engine, writer_engine
from db.file_system import FileSystemOf, file_system_of, refuse_network_share
from db.folder_file import FOLDER_FILE, SERVER_FILE
from db.folder_lock import FolderLock
from db.heads import AUDIT, HeadFiles
from db.keys import FolderKeys, KeyVault
from db.start_check import StartCheck, refuse_absent, when_unlocked

log = logging.getLogger(__name__)

CLINIC, DEMO, BENCH, TRAINING = "clinic", "demo", "bench", "training"
KINDS = (CLINIC, DEMO, BENCH, TRAINING)
INVENTED = (DEMO, TRAINING)  # filled with the invented clinic
DATABASE_FILE = "needling.db"
LOCK_FILE = "console.lock"
BACKUP_FILE = "backup.json"  # its presence makes a folder a backup, which nobody writes in
_FORMAT = 1
# What a disk, a log begun first, or a clinic setting up before its first start leaves.
_MAY_LIE_THERE = {"lost+found", "System Volume Information", "logs", "clinical", "pens", "exports", "backups"}
BeforeUpgrade = Callable[["DataFolder"], object]

SYSTEM_CLOCK = SystemClock()
VaultOf = Callable[[], KeyVault | None]


@dataclass(slots=True)
class DataFolder:
    """An opened data folder. One opened for writing holds the folder's lock until ``close``."""

    path: Path
    kind: str
    folder_id: str
    keys: FolderKeys = field(repr=False)
    lock: FolderLock | None = None

    @property
    def database_path(self) -> Path:
        """Where the database lies."""
        return self.path / DATABASE_FILE

    @property
    def spill_path(self) -> Path:
        """Where spill files wait to be folded in."""
        return self.path / "spill"

    @property
    def exports_path(self) -> Path:
        """Where exports go when no other place is named; made on first use."""
        place = self.path / "exports"
        place.mkdir(mode=0o700, exist_ok=True)
        return place

    @property
    def heads(self) -> HeadFiles:
        """The heads kept outside the database."""
        return HeadFiles(self.path / "heads", self.keys.head)

    @property
    def marked_as(self) -> str:
        """What every page, report and export of this folder is marked with; empty for a clinic."""
        return "" if self.kind == CLINIC else self.kind

    def reader_engine(self) -> Engine:
        """Give an engine that cannot write; works while a console holds the folder."""
        return reader_engine(self.database_path, self.keys.database)

    def writer_engine(self) -> Engine:
        """Give the engine of the one writer."""
        return writer_engine(self.database_path, self.keys.database)

    def close(self) -> None:
        """Give the lock back."""
        if self.lock is not None:
            self.lock.release()


def create_folder(
    path: Path, kind: str, clock: Clock, passphrase: str | None = None, *,
    vault_of: VaultOf = keys.system_vault, file_system: FileSystemOf = file_system_of,
) -> DataFolder:
    """Make a data folder and open it for writing; one left half-made by a kill is completed.

    OperatorError where the folder exists already, or for a clinic without a passphrase.
    """
    if kind not in KINDS:
        raise ValueError(f"a data folder is one of {KINDS}")
    if not holds_folder(path):
        _refuse_foreign(path)
    refuse_network_share(path, file_system)
    _make_place(path)
    if holds_folder(path):
        raise OperatorError(
            f"There is a data folder at {path} already", "it was left as it is", "open it or choose another place"
        )
    lock = _take_lock(path)
    try:
        folder_id = _begun_folder_id(path) or str(uuid7())
        if kind == CLINIC:
            made = keys.make_wrapped_keys(path, folder_id, passphrase or "", vault_of())
        else:
            made = keys.make_key_file(path)
        folder = DataFolder(path, kind, folder_id, made, lock)
        _fill(folder, clock)
    except OSError as error:
        lock.release()
        raise OperatorError(
            f"The data folder {path} cannot be written ({error.strerror})", "it is completed by the next try",
            "free disk space or check your rights",
        ) from None
    except BaseException:
        lock.release()
        raise
    return folder


def open_folder(
    path: Path, passphrase: str | None = None, *, writing: bool = False, quick: bool = False,
    vault_of: VaultOf = keys.system_vault, file_system: FileSystemOf = file_system_of, clock: Clock = SYSTEM_CLOCK,
    waiting: Callable[[str], None] = log.warning, before_upgrade: BeforeUpgrade = lambda folder: None,
    given_up: Callable[[], bool] = lambda: False,
) -> DataFolder:
    """Open a data folder; ``writing`` takes its lock, brings its schema up to date and checks it.

    ``quick``: of a large database only what a start rests on is checked (``db.start_check``), else all of it.
    A lock of another program's is waited for, and ``waiting`` told after two seconds. ``before_upgrade`` is called
    before the schema is changed, and stops it by raising. Once it is ``given_up`` it ends with an OperatorError as soon
    as that is safe. DatabaseDamaged where the file is no longer what was
    written; OperatorError, and nothing changed, for whatever else stands in the way.
    """
    folder = find_folder(path, passphrase, vault_of=vault_of, file_system=file_system, clock=clock)
    if writing and (path / BACKUP_FILE).exists():
        raise OperatorError(f"{path} is a backup", "it was left as it is", "restore it to a folder of its own")
    refuse_absent(folder.database_path)
    if writing:
        _make_place(path)
        folder.lock = _take_lock(path)
    try:
        if writing and folder.kind == CLINIC:
            settle_change(path, folder.folder_id, folder.keys, vault_of())
        when_unlocked(lambda: _check(folder, writing, quick, before_upgrade, given_up), waiting, given_up)
    except BaseException:
        folder.close()
        raise
    return folder


def find_folder(
    path: Path, passphrase: str | None = None, *, vault_of: VaultOf = keys.system_vault,
    file_system: FileSystemOf = file_system_of, clock: Clock = SYSTEM_CLOCK,
) -> DataFolder:
    """Find a folder and its keys without looking into its database, which may be damaged."""
    kind, folder_id = folder_kind(path)
    refuse_network_share(path, file_system)
    if kind == CLINIC:
        return DataFolder(path, kind, folder_id, open_clinic_keys(path, folder_id, passphrase, vault_of(), clock))
    return DataFolder(path, kind, folder_id, keys.read_key_file(path))


def holds_folder(path: Path) -> bool:
    """Tell whether there is a whole data folder; OperatorError where this account may not look."""
    try:
        return (path / FOLDER_FILE).exists()
    except OSError as error:
        raise OperatorError(
            f"The folder {path} cannot be looked into ({error.strerror})", "nothing was changed",
            "check your rights, or choose another place",
        ) from None


def joined(folder: DataFolder) -> bool:
    """Tell whether a folder is joined to a clinic server."""
    return (folder.path / SERVER_FILE).exists()


def open_or_create_folder(path: Path, kind: str, clock: Clock, *, quick: bool = False) -> DataFolder:
    """Open a demo, training or bench folder for writing, making it first where there is none; ``quick`` as above.

    A folder of another kind is refused with an OperatorError.
    """
    if not holds_folder(path):
        return create_folder(path, kind, clock)
    found, _ = folder_kind(path)
    if found != kind:
        raise OperatorError(
            f"{path} is a {found} folder, not a {kind} folder", "it was left as it is", "choose another place"
        )
    return open_folder(path, writing=True, quick=quick)


# --- parts ----------------------------------------------------------------------------------------


def _refuse_foreign(path: Path) -> None:
    """Leave a folder of other files alone: a slip such as ``--data ~/Documents`` must not scatter a record there."""
    try:
        names = {one.name for one in path.iterdir() if not one.name.startswith(".")}
    except OSError:  # none yet, or it cannot be looked into: making it says which
        return
    if names - _MAY_LIE_THERE and not names & {"heads", LOCK_FILE}:  # which a kill left of a half-made one
        raise OperatorError(f"The folder {path} holds other files and no data folder", "nothing in it was touched",
                            "name a new or an empty folder")


def _make_place(path: Path) -> None:
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in ("heads", "spill"):
            (path / name).mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise OperatorError(
            f"The folder {path} cannot be made ({error.strerror})", "nothing was changed", "choose another place"
        ) from None


def _take_lock(path: Path) -> FolderLock:
    lock = FolderLock(path / LOCK_FILE)
    try:
        lock.take()
    except OSError as error:
        raise OperatorError(
            f"The folder {path} cannot be written ({error.strerror})", "nothing was changed", "check your rights"
        ) from None
    return lock


def _begun_folder_id(path: Path) -> str:
    """Give the id that a half-made clinic folder chose for itself, else empty."""
    wrapped = path / keys.WRAPPED_FILE
    try:
        return str(json.loads(wrapped.read_bytes())["folder_id"]) if wrapped.exists() else ""
    except (OSError, ValueError, KeyError, TypeError):
        raise OperatorError(
            f"The key file {wrapped} is damaged", "nothing was changed",
            "put it back from a backup, or choose another place",
        ) from None


def _fill(folder: DataFolder, clock: Clock) -> None:
    engine = folder.writer_engine()
    try:
        migrate.upgrade(engine)
        with engine.connect() as connection, connection.begin():
            facts = _facts(connection)
            if not facts:
                rows = [{"name": "kind", "value": folder.kind}, {"name": "folder_id", "value": folder.folder_id}]
                connection.execute(insert(tables.folder_fact), rows)
            elif facts.get("kind") != folder.kind:
                raise _other_kind(folder, facts)
            folder.folder_id = facts.get("folder_id", folder.folder_id)
    except DBAPIError as error:
        raise operator_error(error, folder.database_path) from None
    folder.heads.begin(AUDIT)
    folder.heads.sync()
    content = {
        "format": _FORMAT, "kind": folder.kind, "folder_id": folder.folder_id,
        "created_us": clock.utc_us(),
    }
    write_atomically(folder.path / FOLDER_FILE, json.dumps(content, indent=1).encode() + b"\n")


def folder_kind(path: Path) -> tuple[str, str]:
    """Give a folder's kind and id; OperatorError where there is none."""
    file = path / FOLDER_FILE
    try:
        content: dict[str, Any] = json.loads(file.read_bytes())
        known = content["format"], content["kind"], str(content["folder_id"])
    except (FileNotFoundError, NotADirectoryError):
        raise OperatorError(
            f"There is no data folder at {path}", "nothing was changed", "check the path, or make one first"
        ) from None
    except PermissionError:
        raise OperatorError(
            f"This account has no right to read {file}", "nothing was changed", "check your rights"
        ) from None
    except (OSError, ValueError, KeyError, TypeError):
        raise OperatorError(
            f"{file} cannot be read", "nothing was changed", "restore it from a backup"
        ) from None
    if known[0] != _FORMAT or known[1] not in KINDS:
        raise OperatorError(
            f"{file} was made by a newer console", "nothing was changed", "install the newer console"
        )
    return known[1], known[2]


def _facts(connection: Connection) -> dict[str, str]:
    return {row.name: row.value for row in connection.execute(select(tables.folder_fact))}


def _check(
    folder: DataFolder, writing: bool, quick: bool, before_upgrade: BeforeUpgrade, given_up: Callable[[], bool],
) -> None:
    start = StartCheck(folder.database_path, folder.keys.database, quick=quick) if writing else None
    _check_facts(folder, writing, before_upgrade)
    if start is not None:
        start.check(folder.writer_engine(), given_up)


def _check_facts(folder: DataFolder, writing: bool, before_upgrade: BeforeUpgrade) -> None:
    engine = folder.writer_engine() if writing else folder.reader_engine()
    try:
        with engine.connect() as connection:
            with connection.begin():
                schema = migrate.current_schema(connection)
            if not schema:  # a whole folder's database has one
                raise DatabaseDamaged(f"The database {folder.database_path} holds no record",
                                      "the file was left as it is", "restore a backup")
            migrate.refuse_newer(schema, folder.database_path)
            if schema != migrate.newest_schema():
                _bring_up_to_date(engine, folder, writing, before_upgrade)
            with connection.begin():
                facts = _facts(connection)
    except DBAPIError as error:
        raise operator_error(error, folder.database_path) from None
    if facts.get("kind") != folder.kind or facts.get("folder_id") != folder.folder_id:
        raise _other_kind(folder, facts)


def _bring_up_to_date(engine: Engine, folder: DataFolder, writing: bool, before_upgrade: BeforeUpgrade) -> None:
    if not writing:
        raise OperatorError(
            f"{folder.database_path} was made by an earlier console", "nothing was changed",
            "open it once with this console to bring it up to date",
        )
    before_upgrade(folder)
    migrate.upgrade(engine)


def _other_kind(folder: DataFolder, facts: dict[str, str]) -> OperatorError:
    return OperatorError(
        f"{folder.path} says it is a {folder.kind} folder, but its database was made as another "
        f"({facts.get('kind', 'unknown')})",
        "nothing was changed", "put the right files together",
    )
