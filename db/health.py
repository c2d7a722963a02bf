"""Looking a data folder over, part by part, and putting a backup in a damaged database's place."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy.exc import DBAPIError

from console.domain.backups import BackupNote
from console.domain.clock import iso_utc
from console.domain.errors import OperatorError
from db import migrate
from db.atomic_file import sync_folder, write_atomically
from db.backup import found_backups, read_sealed
from db.check_state import forget_state
from db.clinic_keys import encrypt_anew
from db.data_folder import CLINIC, DATABASE_FILE, LOCK_FILE, DataFolder
from db.engine import check_library_version, operator_error, writer_engine
from db.folder_lock import FolderLock
from db.keys import WRAPPED_FILE, FolderKeys, wraps
from db.migrate import newest_schema
from db.restore import Proved, prove_backup
from db.start_check import lost_guards, page_damage, refuse_absent
from db.station_key import StationSigner, following_key, keep_key
from db.verify import verify_folder

DAMAGED_PLACE = "damaged"
_MOVED = (DATABASE_FILE, f"{DATABASE_FILE}-wal", f"{DATABASE_FILE}-shm", "heads")


@dataclass(frozen=True, slots=True)
class Finding:
    """One part looked at: ``wrong`` says what is wrong, empty where nothing is; ``note`` what else is to be known."""

    part: str
    wrong: str = ""
    note: str = ""


def examine(folder: DataFolder) -> Iterator[Finding]:
    """Look at library, pages, guards, schema and chains of an opened folder; nothing is changed but the log emptied.

    A console that has the folder open is left alone: pages still in its log are not looked at then.
    """
    yield Finding("library", _said(check_library_version))
    alone = _Alone(folder)
    try:
        yield _database(folder, alone.held)
    finally:
        alone.release()


def chain_findings(folder: DataFolder) -> Finding:
    """Prove every chain against the head kept outside."""
    faults = verify_folder(folder)
    first = faults[0] if faults else None
    more = f", and {len(faults) - 1} more" if len(faults) > 1 else ""
    return Finding("chains", f"session {first.session_id}, entry {first.seq}: {first.what}{more}" if first else "")


class _Alone:
    """Holds the folder's lock where no console does."""

    def __init__(self, folder: DataFolder) -> None:
        self._lock = FolderLock(folder.path / LOCK_FILE)
        try:
            self._lock.take()
        except (OperatorError, OSError):
            pass

    @property
    def held(self) -> bool:
        return self._lock.held

    def release(self) -> None:
        self._lock.release()


def _database(folder: DataFolder, alone: bool) -> Finding:
    try:
        refuse_absent(folder.database_path)
    except OperatorError as error:
        return Finding("database", error.happened)
    engine = folder.writer_engine() if alone else folder.reader_engine()
    note = "" if alone else "a console has it open, so pages in its log were not looked at"
    try:
        with closing(engine.raw_connection()) as connection:
            cursor = connection.cursor()
            if alone:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            if damage := page_damage(cursor, moved=alone):
                return Finding("database", f"a page is damaged: {damage}", note)
            if missing := lost_guards(cursor):
                return Finding("database", f"the guard {missing[0]} that keeps the history append-only is gone", note)
        with engine.connect() as whole, whole.begin():
            migrate.refuse_newer(migrate.current_schema(whole), folder.database_path)
    except (DBAPIError, sqlcipher.Error) as error:
        return Finding("database", operator_error(error, folder.database_path).happened, note)
    except OperatorError as error:
        return Finding("database", error.happened, note)
    return Finding("database", "", note)


def _said(check: Callable[[], None]) -> str:
    try:
        check()
    except OperatorError as error:
        return error.happened
    return ""


# --- repair ---------------------------------------------------------------------------------------------


def last_good(folder: DataFolder, place: Path) -> BackupNote | None:
    """Give the newest backup of this folder below a place."""
    return next((note for note in found_backups(place) if note.folder_id == folder.folder_id), None)


def put_backup_in_place(
    folder: DataFolder, backup: Path, now_us: int, passphrase: str | None = None,
) -> tuple[Path, Proved]:
    """Move a damaged database aside, heads too, and put a proved backup's in its place; tell where the old one lies.

    Only ever by a person's choice, with no console running. Keys, ledger of erasures and spill files stay; nothing is
    deleted. A backup made under former keys is opened by the passphrase and goes under those of now. OperatorError, and
    nothing moved, where the backup is another folder's or does not prove itself.
    """
    sealed = read_sealed(backup)
    if sealed.note.folder_id != folder.folder_id:
        raise OperatorError(f"{backup} is the backup of another record", "nothing was moved", "name one of this folder")
    same = folder.kind != CLINIC or wraps(Path(sealed.note.place) / WRAPPED_FILE, folder.keys)
    proved = prove_backup(backup, passphrase, folder.keys if same else None)
    lock = FolderLock(folder.path / LOCK_FILE)
    lock.take()
    try:
        return _exchanged(folder, proved, now_us), proved
    except OSError as error:
        raise OperatorError(
            f"The files could not be moved ({error.strerror})", f"what was moved lies in {folder.path / DAMAGED_PLACE}",
            "free disk space, and run it again") from None
    finally:
        lock.release()


def _exchanged(folder: DataFolder, proved: Proved, now_us: int) -> Path:
    path, backup = folder.path, Path(proved.sealed.note.place)
    fresh = path / f".{DATABASE_FILE}.repair"
    for rest in ("-wal", "-shm"):  # of a repair that was cut off
        fresh.with_name(fresh.name + rest).unlink(missing_ok=True)
    shutil.copyfile(backup / DATABASE_FILE, fresh)  # whole before anything is moved
    if proved.keys != folder.keys:
        _bring_under(folder.keys, fresh, proved, now_us)
    with fresh.open("rb+") as stream:
        os.fsync(stream.fileno())
    aside = path / DAMAGED_PLACE / iso_utc(now_us)[:19].replace(":", "")
    aside.mkdir(mode=0o700, parents=True)
    for name in _MOVED:
        if (path / name).exists():
            os.replace(path / name, aside / name)
    _copy_heads(backup / "heads", path / "heads")
    os.replace(fresh, path / DATABASE_FILE)
    forget_state(path)
    sync_folder(path)
    return aside


def _copy_heads(backed_up: Path, place: Path) -> None:
    """Have the heads on the disk before the database is that they vouch for."""
    place.mkdir(mode=0o700)
    for head in backed_up.iterdir():
        write_atomically(place / head.name, head.read_bytes(), durable_name=False)
    sync_folder(place)


def _bring_under(keys: FolderKeys, fresh: Path, proved: Proved, now_us: int) -> None:
    former = proved.keys
    if former.station != keys.station and proved.sealed.schema == newest_schema():
        vouching = StationSigner(former.station)
        with closing(writer_engine(fresh, former.database).connect()) as connection, connection.begin():
            keep_key(connection, vouching.first_key(proved.sealed.note.made_us))
            keep_key(connection, following_key(vouching, StationSigner(keys.station), now_us))
    if former.database != keys.database:
        encrypt_anew(fresh, former.database, keys.database)
