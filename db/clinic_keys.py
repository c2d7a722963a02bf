"""Opening a clinic's keys, and changing them so that a stop at any moment leaves a folder that opens.

The way of a change: the new keys are wrapped in ``keys.next.json`` (and kept in the keyring under a second
name); the database is encrypted anew in one transaction; ``keys.next.json`` takes the place of ``keys.json``.
Whoever opens the folder in between takes the keys that open the database, and a writer ends the change.
A new station key leaves the database as it is: ``keys.json`` itself is replaced, and of the keyring's keys those
are taken that it names.
"""

import os
import secrets
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from console.domain.clock import Clock
from console.domain.errors import OperatorError
from db.atomic_file import sync_folder, write_atomically
from db.engine import opens, writer_engine
from db.keys import WRAPPED_FILE, FolderKeys, KeyVault, keep_in, kept_by, unwrap, wrap, wraps
from db.passphrase_tries import PassphraseTries
from db.station_key import StationSigner, following_key, keep_key

NEXT_FILE = "keys.next.json"
DATABASE_FILE = "needling.db"
SHORTEST_PASSPHRASE = 10
_NEXT = " next"
_GIVE = "give the passphrase in the window, or to a command through --passphrase-fd"


class LockedOut(OperatorError):
    """The keyring does not open the folder, and nobody gave the passphrase."""


class WrongPassphrase(OperatorError):
    """The passphrase opens none of the key files."""


def open_clinic_keys(
    folder: Path, folder_id: str, passphrase: str | None, vault: KeyVault | None, clock: Clock
) -> FolderKeys:
    """Give the keys that open the folder's database, from the keyring or by the passphrase.

    A wrong passphrase changes nothing but the count of tries, which makes the next one wait.
    """
    tries = PassphraseTries(folder, clock)
    if passphrase is not None:
        tries.refuse_too_soon()
    try:
        opening = keys_that_open(folder, folder_id, passphrase, vault)
    except WrongPassphrase:
        tries.note_wrong()
        raise
    if passphrase is not None:
        tries.note_right()
        keep_in(vault, folder_id, opening)
    return opening


def keys_that_open(folder: Path, folder_id: str, passphrase: str | None, vault: KeyVault | None) -> FolderKeys:
    """Give the keys of a folder, or of a backup of it, and change nothing; WrongPassphrase or another OperatorError."""
    if passphrase is None:
        found = [one for name in (folder_id, folder_id + _NEXT) if (one := kept_by(vault, name)) is not None]
        opening = _that_opens(folder, sorted(found, key=lambda one: not _is_named(folder, one)))
        if opening is None:
            raise _locked(folder, held=bool(found))
        return opening
    files = [folder / NEXT_FILE] if (folder / NEXT_FILE).exists() else []
    unwrapped = [keys for path in (folder / WRAPPED_FILE, *files) if (keys := unwrap(path, passphrase)) is not None]
    if not unwrapped:
        raise WrongPassphrase("The passphrase is wrong", "nothing was changed", "try again")
    return _that_opens(folder, unwrapped) or unwrapped[0]  # none: the database itself says what is wrong


def settle_change(folder: Path, folder_id: str, keys: FolderKeys, vault: KeyVault | None) -> None:
    """End a change of keys that was cut off; for whoever holds the folder's lock and opened it with ``keys``."""
    path = folder / NEXT_FILE
    if path.exists():
        if wraps(path, keys):
            _promote(folder)
        else:
            path.unlink()
            sync_folder(folder)
    keep_in(vault, folder_id, keys)
    if vault is not None and vault.get(folder_id + _NEXT) is not None:
        vault.forget(folder_id + _NEXT)


def change_database_key(
    folder: Path, folder_id: str, keys: FolderKeys, passphrase: str, vault: KeyVault | None
) -> FolderKeys:
    """Encrypt the database with a new random key and give it; for whoever holds the folder's lock.

    OperatorError, and nothing changed, for a wrong passphrase or while a spill file waits under the former key.
    """
    _prove(folder, passphrase, keys)
    if any((folder / "spill").glob("*.spill")):
        raise OperatorError(
            "Something recorded still waits to be taken into the database", "nothing was changed",
            "open the console once, so that it is, and try again")
    new = replace(keys, database=secrets.token_bytes(len(keys.database)))
    write_atomically(folder / NEXT_FILE, wrap(new, folder_id, passphrase))
    if vault is not None:
        keep_in(vault, folder_id + _NEXT, new)
    encrypt_anew(folder / DATABASE_FILE, keys.database, new.database)
    settle_change(folder, folder_id, new, vault)
    return new


def change_station_key(
    folder: Path, folder_id: str, keys: FolderKeys, passphrase: str, vault: KeyVault | None, now_us: int
) -> FolderKeys:
    """Give the station a new signing key that the former one vouches for; for whoever holds the folder's lock."""
    _prove(folder, passphrase, keys)
    new = replace(keys, station=secrets.token_bytes(len(keys.station)))
    former, follower = StationSigner(keys.station), StationSigner(new.station)
    # The public key first: with the private one not yet kept it is a key that never signs.
    with writer_engine(folder / DATABASE_FILE, keys.database).connect() as connection, connection.begin():
        keep_key(connection, former.first_key(now_us))
        keep_key(connection, following_key(former, follower, now_us))
    if vault is not None:
        keep_in(vault, folder_id + _NEXT, new)
    write_atomically(folder / WRAPPED_FILE, wrap(new, folder_id, passphrase))
    settle_change(folder, folder_id, new, vault)
    return new


def change_passphrase(folder: Path, folder_id: str, keys: FolderKeys, former: str, new: str) -> None:
    """Wrap the same keys with another passphrase; for whoever holds the folder's lock."""
    _prove(folder, former, keys)
    if len(new) < SHORTEST_PASSPHRASE:
        raise OperatorError(
            "The new passphrase is too short", "nothing was changed",
            f"give one of {SHORTEST_PASSPHRASE} characters or more")
    write_atomically(folder / WRAPPED_FILE, wrap(keys, folder_id, new))


def encrypt_anew(path: Path, former: bytes, new: bytes) -> None:
    """Change the key of every page in one transaction: after a stop the database is under the one or the other."""
    with closing(writer_engine(path, former).raw_connection()) as connection:
        cursor = connection.cursor()
        for pragma in ("wal_checkpoint(TRUNCATE)", f"rekey = \"x'{new.hex()}'\"", "wal_checkpoint(TRUNCATE)"):
            cursor.execute(f"PRAGMA {pragma}")
            cursor.fetchall()


# --- parts ------------------------------------------------------------------------------------------------


def _that_opens(folder: Path, found: list[FolderKeys]) -> FolderKeys | None:
    return next((keys for keys in found if opens(folder / DATABASE_FILE, keys.database)), None)


def _is_named(folder: Path, keys: FolderKeys) -> bool:
    return any(wraps(folder / name, keys) for name in (WRAPPED_FILE, NEXT_FILE))


def _locked(folder: Path, held: bool) -> LockedOut:
    if held:
        return LockedOut(
            f"The system's keyring holds a key that does not open {folder / DATABASE_FILE}", "nothing was changed",
            _GIVE)
    return LockedOut(
        f"The data folder {folder} is locked and the system's keyring does not hold its key",
        "nothing was changed", _GIVE)


def _prove(folder: Path, passphrase: str, keys: FolderKeys) -> None:
    if unwrap(folder / WRAPPED_FILE, passphrase) != keys:
        raise WrongPassphrase("The passphrase is wrong", "nothing was changed", "try again")


def _promote(folder: Path) -> None:
    os.replace(folder / NEXT_FILE, folder / WRAPPED_FILE)
    sync_folder(folder)
