"""Proving a backup, and making a data folder from it again."""

import os
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy.exc import DBAPIError

from console.domain.errors import OperatorError
from console.domain.ports import ChainFault
from db import keys
from db.atomic_file import sync_folder
from db.backup import Sealed, database_checksum, file_digests, is_signed, read_sealed
from db.clinic_keys import keys_that_open
from db.data_folder import BACKUP_FILE, CLINIC, DATABASE_FILE, DataFolder, VaultOf
from db.engine import operator_error
from db.erasure_ledger import LEDGER_FILE, ErasureLedger, ForgedLedger, LedgerLine
from db.file_system import FileSystemOf, file_system_of, refuse_network_share
from db.folder_file import FOLDER_FILE
from db.keys import WRAPPED_FILE, FolderKeys
from db.migrate import newest_schema
from db.passphrase_tries import TRIES_FILE
from db.recovery_text import FORMER_FILE
from db.told_readings import FOLDER as READINGS
from db.verify import verify_folder

# What a wrong passphrase and a recovery sheet leave in a backup, as readings do: no part of what was sealed.
_LEFT_BY_USE = (TRIES_FILE, FORMER_FILE)


@dataclass(frozen=True, slots=True)
class Proved:
    """What a backup was found to hold; ``faults``: what was damaged in the record already when it was made."""

    sealed: Sealed
    faults: tuple[ChainFault, ...]
    keys: FolderKeys = field(repr=False)


def prove_backup(
    path: Path, passphrase: str | None, known: FolderKeys | None = None, vault_of: VaultOf = keys.system_vault,
    *, chains: bool = True,
) -> Proved:
    """Compare files with the seal, pages with their own, rows with the logical checksum; OperatorError at a fault.

    ``known`` are its keys where its folder is open already. ``chains``: prove those too, and name their faults.
    """
    sealed = read_sealed(path)
    place = Path(sealed.note.place)
    _prove_files(place, sealed)
    opened = known or _keys_of(place, sealed, passphrase, vault_of)
    _prove_content(place, sealed, opened)
    copy = DataFolder(place, sealed.note.kind, sealed.note.folder_id, opened)
    # The chains of an earlier schema are proved once the restored folder is brought up to date.
    faults = verify_folder(copy) if chains and sealed.schema == newest_schema() else []
    return Proved(sealed, tuple(faults), opened)


def restore_backup(
    path: Path, to: Path, passphrase: str | None, *, ledgers: Iterable[Path] = (),
    vault_of: VaultOf = keys.system_vault, file_system: FileSystemOf = file_system_of,
) -> Proved:
    """Make a data folder at ``to`` from a proved backup; OperatorError where ``to`` holds anything.

    It is given the longest ledger of erasures that can be trusted of its own, those of the backups beside it, that
    of the data folder the backup lies in, and ``ledgers``: whoever opens it next erases again what they name.
    A kill half-way leaves no data folder. The chains are for who opens the folder to prove, once its schema is of now.
    """
    _refuse_taken(to)
    refuse_network_share(to.parent, file_system)
    proved = prove_backup(path, passphrase, vault_of=vault_of, chains=False)
    try:
        _copy_whole(Path(proved.sealed.note.place), to, proved, ledgers)
    except OSError as error:
        raise OperatorError(f"The folder {to} could not be written ({error.strerror})", "the backup is untouched",
                            "free disk space, or choose another place") from None
    return proved


def _refuse_taken(to: Path) -> None:
    try:
        taken = to.exists() and (not to.is_dir() or any(to.iterdir()))
    except OSError as error:
        raise OperatorError(f"The folder {to} cannot be looked into ({error.strerror})", "nothing was changed",
                            "choose another place") from None
    if taken:
        raise OperatorError(f"There is something at {to} already", "it was left as it is; a restore overwrites nothing",
                            "name a new or an empty folder")


def _copy_whole(place: Path, to: Path, proved: Proved, ledgers: Iterable[Path]) -> None:
    to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    staged = Path(tempfile.mkdtemp(prefix=f".{to.name}.restoring-", dir=to.parent))
    try:
        shutil.copytree(place, staged, ignore=lambda where, names: _held_back(place, where), dirs_exist_ok=True,
                        copy_function=_copy_synced)
        for name in ("heads", "spill"):
            (staged / name).mkdir(mode=0o700, exist_ok=True)
        _prove_files(staged, proved.sealed, without=(FOLDER_FILE,))
        _bring_ledger(place, staged, proved.keys, ledgers)
        _copy_synced(place / FOLDER_FILE, staged / FOLDER_FILE)
        sync_folder(staged)
        if to.exists():
            to.rmdir()  # empty, as was made sure
        os.replace(staged, to)
        sync_folder(to.parent)
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise


def _bring_ledger(place: Path, staged: Path, opened: FolderKeys, named: Iterable[Path]) -> None:
    beside = [*place.parent.glob(f"*/{LEDGER_FILE}"), place.parent.parent / LEDGER_FILE]
    known: list[LedgerLine] = []
    for path in [staged / LEDGER_FILE, *beside]:
        try:
            known = max(known, ErasureLedger(path.parent, opened.head).lines(), key=len)
        except (ForgedLedger, OSError):  # another folder's, or damaged: what is trusted counts
            continue
    for path in named:
        known = max(known, ErasureLedger(path.parent, opened.head).trusted_lines(), key=len)
    if known:
        ErasureLedger(staged, opened.head).rewrite(known)


def _held_back(place: Path, where: str) -> list[str]:
    return [BACKUP_FILE, FOLDER_FILE] if Path(where) == place else []


def _copy_synced(source: str | Path, to: str | Path) -> None:
    shutil.copyfile(source, to)
    handle = os.open(to, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    os.chmod(to, 0o600)


def _prove_files(place: Path, sealed: Sealed, without: tuple[str, ...] = ()) -> None:
    wanted = {name: facts for name, facts in sealed.files.items() if name not in without}
    try:
        found = dict(file_digests(place))
    except OSError as error:
        raise OperatorError(f"The backup {place} cannot be read ({error.strerror})", "nothing was changed",
                            "use another backup") from None
    for name in sorted(wanted.keys() | found.keys()):
        if name not in wanted and (name in _LEFT_BY_USE or name.startswith(f"{READINGS}/")):
            continue
        if wanted.get(name) != found.get(name):
            what = "is missing" if name not in found else "was added" if name not in wanted else "is not as it was made"
            todo = f"put it back with main.py keys recover --data {place}, or use another backup"
            raise OperatorError(f"The backup {place} is damaged: {name} {what}", "nothing was changed",
                                todo if name == WRAPPED_FILE else "use another backup")


def _keys_of(place: Path, sealed: Sealed, passphrase: str | None, vault_of: VaultOf) -> FolderKeys:
    if sealed.note.kind != CLINIC:
        return keys.read_key_file(place)
    return keys_that_open(place, sealed.note.folder_id, passphrase, vault_of())


def _prove_content(place: Path, sealed: Sealed, opened: FolderKeys) -> None:
    if not is_signed(place, opened):
        raise OperatorError(f"The backup {place} was not sealed by its own console", "nothing was changed",
                            "use another backup, and find out who altered this one")
    try:
        found = database_checksum(place / DATABASE_FILE, opened)
    except (DBAPIError, sqlcipher.Error) as error:
        raise operator_error(error, place / DATABASE_FILE) from None
    if found != sealed.checksum:
        raise OperatorError(f"The backup {place} does not hold what it held when it was made", "nothing was changed",
                            "use another backup")
