"""Backups: a sealed copy of a data folder that the same keys open.

A backup is a folder laid out as a data folder is, with ``backup.json`` over it, which is written
last: it names every file by size and SHA-256, holds the logical checksum of the database, and is
signed with the folder's head key. It is made under another name and renamed once it is whole and
proved, so that a kill half-way leaves nothing that looks like a backup.
"""

import hashlib
import hmac
import json
import os
import shutil
import stat
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy.exc import DBAPIError

from console.domain.backups import BackupNote
from console.domain.clock import Clock, iso_utc
from console.domain.errors import OperatorError
from console.domain.history import JsonValue, canonical_json
from db.atomic_file import sync_folder, write_atomically
from db.checksum import Checksum, logical_checksum
from db.data_folder import BACKUP_FILE, DATABASE_FILE, LOCK_FILE, DataFolder
from db.engine import operator_error, reader_engine
from db.erasure_ledger import LEDGER_FILE
from db.folder_file import FOLDER_FILE, PAGE_CHECK_FILE
from db.folder_lock import FolderLock
from db.keys import FolderKeys
from db.start_check import page_damage

FORMAT = 1
OWN_PLACE = "backups"  # below the data folder, where no other place is named
_PREFIX, _PART = "backup-", ".part"
_LEFT_OUT = {
    FOLDER_FILE, DATABASE_FILE, f"{DATABASE_FILE}-wal", f"{DATABASE_FILE}-shm", LOCK_FILE, "spill", "logs", "exports",
    OWN_PLACE, "damaged", BACKUP_FILE, PAGE_CHECK_FILE,
}
_BLOCK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Sealed:
    """What ``backup.json`` says."""

    note: BackupNote
    schema: str
    files: dict[str, tuple[int, str]]
    checksum: Checksum


class FolderBackups:
    """Fulfils ``backups.BackupKeeper`` for an opened folder."""

    def __init__(self, folder: DataFolder, clock: Clock) -> None:
        self._folder, self._clock = folder, clock

    def make(self, place: str, why: str) -> BackupNote:
        """Make one; see ``make_backup``."""
        return make_backup(self._folder, self._where(place), self._clock.utc_us(), why)

    def found(self, place: str) -> list[BackupNote]:
        """Give those of this folder, newest first."""
        return [note for note in found_backups(self._where(place)) if note.folder_id == self._folder.folder_id]

    def remove(self, notes: Iterable[BackupNote]) -> None:
        """Delete backups, each under a name that is none first."""
        for note in notes:
            remove_backup(Path(note.place))

    def _where(self, place: str) -> Path:
        return Path(place) if place else self._folder.path / OWN_PLACE


def make_backup(folder: DataFolder, to: Path, now_us: int, why: str) -> BackupNote:
    """Copy a folder below ``to``, prove the copy, seal it; OperatorError where anything stands in the way.

    Works beside a running console: it reads. What waits in a spill file is not in it.
    """
    lock = None
    try:
        to.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FolderLock(to / ".lock")
        lock.take()
        _sweep(to)
        part = to / f"{_free_name(to, now_us)}{_PART}"
        try:
            return _made(folder, part, now_us, why)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
    except OSError as error:
        raise OperatorError(
            f"The backup could not be written to {to} ({error.strerror})", "the record itself is untouched",
            "choose another disk, or free some space") from None
    except (DBAPIError, sqlcipher.Error) as error:
        told = operator_error(error, folder.database_path)
        raise OperatorError(f"The backup was not made: {told.happened}", "the record itself is untouched",
                            told.todo) from None
    finally:
        if lock is not None:
            lock.release()


def found_backups(place: Path) -> list[BackupNote]:
    """Give the whole backups below a place, newest first; what cannot be read is none."""
    notes = []
    for path in place.glob(f"{_PREFIX}*"):
        if path.suffix != _PART and (path / BACKUP_FILE).is_file():
            try:
                notes.append(read_sealed(path).note)
            except OperatorError:
                continue
    return sorted(notes, key=lambda note: (note.made_us, note.place), reverse=True)


def remove_backup(path: Path) -> None:
    """Delete a backup; one that is only half gone is no backup any more."""
    gone = path.with_name(f"{path.name}{_PART}")
    os.replace(path, gone)
    shutil.rmtree(gone)


def read_sealed(path: Path) -> Sealed:
    """Read ``backup.json`` without proving it; OperatorError where there is none or it cannot be read."""
    place = path.parent if path.name == BACKUP_FILE else path
    try:
        kept: dict[str, Any] = json.loads((place / BACKUP_FILE).read_bytes())
        files = {str(name): (int(size), str(digest)) for name, (size, digest) in kept["files"].items()}
        note = BackupNote(str(place), str(kept["folder_id"]), str(kept["kind"]), int(kept["made_us"]), str(kept["why"]),
                          sum(size for size, _ in files.values()))
        checksum = Checksum(str(kept["checksum"]), {str(one): int(count) for one, count in kept["counts"].items()})
        newer = kept["format"] != FORMAT
        sealed = Sealed(note, str(kept["schema"]), files, checksum)
    except FileNotFoundError:
        raise OperatorError(f"There is no whole backup at {path}", "nothing was changed",
                            "name a folder that holds a backup.json") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise OperatorError(f"{place / BACKUP_FILE} cannot be read", "nothing was changed",
                            "use another backup") from None
    if newer:
        raise OperatorError(f"The backup {place} was made by a newer console", "nothing was changed",
                            "install the newer console")
    return sealed


def is_signed(path: Path, keys: FolderKeys) -> bool:
    """Tell whether ``backup.json`` is as this folder's console wrote it."""
    kept = json.loads((path / BACKUP_FILE).read_bytes())
    signed = str(kept.pop("hmac", ""))
    return hmac.compare_digest(signed, _sign(kept, keys))


def file_digests(path: Path) -> Iterator[tuple[str, tuple[int, str]]]:
    """Give every file of a backup by its name below it, with size and SHA-256."""
    for one in sorted(path.rglob("*")):
        name = one.relative_to(path).as_posix()
        if one.is_file() and name != BACKUP_FILE:
            yield name, (one.stat().st_size, _digest(one))


def database_checksum(path: Path, keys: FolderKeys) -> Checksum:
    """Prove every page of a backup's database and give its logical checksum; OperatorError where a page is damaged."""
    # Side by side: the library proves pages in C, the checksum is made of rows in Python.
    with ThreadPoolExecutor(1, "pages") as beside:
        pages = beside.submit(_refuse_damaged, path, keys)
        try:
            with closing(reader_engine(path, keys.database).raw_connection()) as connection:
                return logical_checksum(connection.cursor())
        finally:
            pages.result()  # a damaged page is the reason for whatever reading met


def _refuse_damaged(path: Path, keys: FolderKeys) -> None:
    with closing(reader_engine(path, keys.database).raw_connection()) as connection:
        if damage := page_damage(connection.cursor()):
            raise OperatorError(f"The copy {path} is damaged: {damage}", "the record itself is untouched",
                                "check the disk, and make another")


# --- making one ---------------------------------------------------------------------------------------------


def _made(folder: DataFolder, part: Path, now_us: int, why: str) -> BackupNote:
    part.mkdir(mode=0o700)
    _copy_beside(folder.path, part)
    schema = _copy_database(folder, part / DATABASE_FILE)
    _refuse_erased_meanwhile(folder.path, part)
    _begin_new_heads(folder, part)
    checksum = database_checksum(part / DATABASE_FILE, folder.keys)
    shutil.copyfile(folder.path / FOLDER_FILE, part / FOLDER_FILE)
    files = dict(file_digests(part))
    _sync_all(part)
    sealed: dict[str, JsonValue] = {
        "format": FORMAT, "folder_id": folder.folder_id, "kind": folder.kind, "made_us": now_us, "why": why,
        "schema": schema, "files": {name: list(facts) for name, facts in files.items()},
        "checksum": checksum.digest, "counts": dict(checksum.counts),
    }
    signed = {**sealed, "hmac": _sign(sealed, folder.keys)}
    write_atomically(part / BACKUP_FILE, json.dumps(signed, indent=1).encode() + b"\n")
    whole = part.with_suffix("")
    os.replace(part, whole)
    sync_folder(whole.parent)
    return read_sealed(whole).note


def _copy_beside(source: Path, part: Path) -> None:
    # The heads before the database: a head may lie behind its chain, never before it.
    for one in sorted(source.iterdir()):
        if one.name in _LEFT_OUT or one.name.startswith(".") or one.suffix in (".new", _PART):
            continue
        if one.is_dir():
            shutil.copytree(one, part / one.name, ignore=shutil.ignore_patterns("*.new"), copy_function=_copy)
        elif one.is_file():
            _copy(one, part / one.name)


def _copy(source: str | Path, to: str | Path) -> None:
    try:
        shutil.copyfile(source, to)
    except FileNotFoundError:  # a small file replaced or set aside since it was listed
        return
    os.chmod(to, stat.S_IRUSR | stat.S_IWUSR)


def _copy_database(folder: DataFolder, to: Path) -> str:
    with closing(folder.reader_engine().raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute("PRAGMA query_only=OFF")  # the copy is what is written, with the same key
        cursor.execute("VACUUM INTO ?", (str(to),))
        cursor.execute("PRAGMA query_only=ON")
    os.chmod(to, stat.S_IRUSR | stat.S_IWUSR)
    with closing(reader_engine(to, folder.keys.database).raw_connection()) as connection:
        found = connection.cursor().execute("SELECT version_num FROM alembic_version").fetchone()
        return str(found[0]) if found else ""


def _refuse_erased_meanwhile(source: Path, part: Path) -> None:
    ledgers = [(place / LEDGER_FILE) for place in (source, part)]
    if len({path.read_bytes() if path.exists() else b"" for path in ledgers}) > 1:
        raise OperatorError("A patient was erased while the backup was made", "the record itself is untouched",
                            "make another")


def _begin_new_heads(folder: DataFolder, part: Path) -> None:
    """Give a session that began while the heads were copied the empty head it began with."""
    heads = part / "heads"
    heads.mkdir(exist_ok=True)
    copied = type(folder.heads)(heads, folder.keys.head)
    for chain in set(folder.heads.chains()) - set(copied.chains()):
        copied.begin(chain)


def _sync_all(part: Path) -> None:
    for one in part.rglob("*"):
        if one.is_file():
            handle = os.open(one, os.O_RDWR | getattr(os, "O_BINARY", 0))
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
    for one in [*(one for one in part.rglob("*") if one.is_dir()), part]:
        sync_folder(one)


def _sweep(to: Path) -> None:
    """Remove what a killed backup left; its lock is ours, so nobody works on it."""
    for left in to.glob(f"{_PREFIX}*{_PART}"):
        shutil.rmtree(left, ignore_errors=True)


def _free_name(to: Path, now_us: int) -> str:
    stamp = iso_utc(now_us)[:19].replace("-", "").replace(":", "")
    names = (f"{_PREFIX}{stamp}Z{number}" for number in ["", *(f"-{n}" for n in range(2, 1000))])
    return next(name for name in names if not (to / name).exists())


def _digest(path: Path) -> str:
    made = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            made.update(block)
    return made.hexdigest()


def _sign(content: dict[str, Any], keys: FolderKeys) -> str:
    return hmac.new(keys.head, b"needling-console backup 1\n" + canonical_json(content), hashlib.sha256).hexdigest()
