"""The keys of a data folder: made, kept beside it or wrapped, and what is derived from them.

A demo or bench folder keeps its key in ``database.key`` beside the database, so that scripts need
no passphrase. A clinic's folder keeps none in the clear: ``keys.json`` holds the key wrapped by
the recovery passphrase, and the system's keyring holds it for the daily start.
"""

import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import argon2.low_level
import keyring
import keyring.errors
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from console.domain.errors import OperatorError
from db.atomic_file import write_atomically

KEY_FILE = "database.key"
WRAPPED_FILE = "keys.json"
_KEY = 32
_STATION = b"needling-console station key 1"
_SERVICE = "needling-console"
_ARGON2 = {"memory_kib": 65_536, "time": 3, "lanes": 4}
# A chainer or a plaintext backend would keep the key where nobody expects it.
_KNOWN_BACKENDS = frozenset({
    "keyring.backends.SecretService.Keyring",
    "keyring.backends.Windows.WinVaultKeyring",
    "keyring.backends.macOS.Keyring",
})


@dataclass(frozen=True, slots=True)
class FolderKeys:
    """``database`` opens SQLCipher; ``head`` vouches for the heads outside; ``station`` signs closed records.

    ``station`` is the private part of an Ed25519 key.
    """

    database: bytes = field(repr=False)
    head: bytes = field(repr=False)
    station: bytes = field(repr=False)

    @classmethod
    def from_bytes(cls, kept: bytes) -> "FolderKeys":
        """Read what ``to_bytes`` gave; folders of an earlier console kept no station key, it follows from the head's.

        ValueError where it is neither.
        """
        if len(kept) == 2 * _KEY:
            return cls(kept[:_KEY], kept[_KEY:], _derive(kept[_KEY:], _STATION))
        if len(kept) != 3 * _KEY:
            raise ValueError("these are not a folder's keys")
        return cls(kept[:_KEY], kept[_KEY : 2 * _KEY], kept[2 * _KEY :])

    def to_bytes(self) -> bytes:
        """Give the keys one after the other, as they are wrapped."""
        return self.database + self.head + self.station

    @property
    def spill(self) -> bytes:
        """Give the 32-byte key of the spill file, derived from the database's."""
        return _derive(self.database, b"needling-console spill 1")


class KeyVault(Protocol):
    """A place of the operating system that keeps secrets."""

    def get(self, name: str) -> str | None: ...
    def put(self, name: str, secret: str) -> None: ...


class SystemVault:
    """The system's keyring, where it is one of the known kinds."""

    def get(self, name: str) -> str | None:
        """Give a secret, or None where there is none or the keyring is closed."""
        try:
            return keyring.get_password(_SERVICE, name)
        except keyring.errors.KeyringError:
            return None

    def put(self, name: str, secret: str) -> None:
        """Keep a secret; where the keyring refuses, the passphrase remains the way."""
        try:
            keyring.set_password(_SERVICE, name, secret)
        except keyring.errors.KeyringError:
            return


def system_vault() -> KeyVault | None:
    """Give the system's keyring, or None where it is missing or of an unknown kind."""
    backend = type(keyring.get_keyring())
    return SystemVault() if f"{backend.__module__}.{backend.__qualname__}" in _KNOWN_BACKENDS else None


def _derive(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(key)


def _from_key_file(database: bytes) -> FolderKeys:
    return FolderKeys(
        database, _derive(database, b"needling-console head 1"), _derive(database, _STATION))


# --- demo and bench: a key file ---------------------------------------------------------------------


def make_key_file(folder: Path) -> FolderKeys:
    """Make ``database.key`` (64 hexadecimal characters and a newline); an existing one is kept."""
    path = folder / KEY_FILE
    if not path.exists():
        write_atomically(path, secrets.token_bytes(32).hex().encode() + b"\n")
    return read_key_file(folder)


def read_key_file(folder: Path) -> FolderKeys:
    """Read ``database.key``; OperatorError where it is missing or not a key."""
    path = folder / KEY_FILE
    try:
        text = path.read_text(encoding="ascii").strip()
        key = bytes.fromhex(text)
    except FileNotFoundError:
        raise OperatorError(
            f"The key file {path} is missing", "the database was left as it is", "put the key file back"
        ) from None
    except PermissionError:
        raise OperatorError(
            f"This account has no right to read the key file {path}", "the database was left as it is",
            "check your rights",
        ) from None
    except (OSError, ValueError):
        key = b""
    if len(key) != 32:
        raise OperatorError(
            f"The key file {path} holds no key", "the database was left as it is", "put the right key file back"
        )
    return _from_key_file(key)


# --- clinic: wrapped by a passphrase, and in the keyring --------------------------------------------------


def make_wrapped_keys(folder: Path, folder_id: str, passphrase: str, vault: KeyVault | None) -> FolderKeys:
    """Make random keys and wrap them; existing ones are unwrapped instead."""
    if not passphrase:
        raise OperatorError(
            "A clinic's data folder needs a recovery passphrase", "nothing was made",
            "give one through the set-up or --passphrase-fd",
        )
    path = folder / WRAPPED_FILE
    if path.exists():
        return open_wrapped_keys(folder, folder_id, passphrase, vault)
    keys = FolderKeys(*(secrets.token_bytes(_KEY) for _ in range(3)))
    write_atomically(path, _wrap(keys, folder_id, passphrase))
    if vault is not None:
        vault.put(folder_id, keys.to_bytes().hex())
    return keys


def open_wrapped_keys(
    folder: Path, folder_id: str, passphrase: str | None, vault: KeyVault | None
) -> FolderKeys:
    """Take the keys from the keyring, else unwrap them; nothing is changed by a wrong passphrase."""
    if passphrase is None:
        kept = _from_vault(folder_id, vault)
        if kept is not None:
            return kept
        raise OperatorError(
            f"The data folder {folder} is locked and the system's keyring does not hold its key",
            "nothing was changed", "give the passphrase",
        )
    keys = _unwrap(folder / WRAPPED_FILE, passphrase)
    if vault is not None and _from_vault(folder_id, vault) != keys:
        vault.put(folder_id, keys.to_bytes().hex())
    return keys


def _from_vault(folder_id: str, vault: KeyVault | None) -> FolderKeys | None:
    secret = vault.get(folder_id) if vault is not None else None
    try:
        return FolderKeys.from_bytes(bytes.fromhex(secret or ""))
    except ValueError:
        return None


def _wrap(keys: FolderKeys, folder_id: str, passphrase: str) -> bytes:
    salt, nonce = os.urandom(16), os.urandom(12)
    sealed = AESGCM(_stretch(passphrase, salt, _ARGON2)).encrypt(nonce, keys.to_bytes(), b"keys 1")
    wrapped = {
        "version": 1, "folder_id": folder_id, "argon2id": {**_ARGON2, "salt": salt.hex()},
        "aes_gcm": {"nonce": nonce.hex(), "sealed": sealed.hex()},
    }
    return json.dumps(wrapped, indent=1).encode() + b"\n"


def _unwrap(path: Path, passphrase: str) -> FolderKeys:
    try:
        kept: dict[str, Any] = json.loads(path.read_bytes())
        cost, box = kept["argon2id"], kept["aes_gcm"]
        key = _stretch(passphrase, bytes.fromhex(cost["salt"]), cost)
        opened = AESGCM(key).decrypt(bytes.fromhex(box["nonce"]), bytes.fromhex(box["sealed"]), b"keys 1")
        return FolderKeys.from_bytes(opened)
    except InvalidTag:
        raise OperatorError("The passphrase is wrong", "nothing was changed", "try again") from None
    except (OSError, ValueError, KeyError, TypeError, argon2.exceptions.Argon2Error):
        raise OperatorError(
            f"The key file {path} is missing or damaged", "the database was left as it is",
            "put the key file back from a backup",
        ) from None


def _stretch(passphrase: str, salt: bytes, cost: dict[str, Any]) -> bytes:
    return argon2.low_level.hash_secret_raw(
        passphrase.encode(), salt, time_cost=int(cost["time"]), memory_cost=int(cost["memory_kib"]),
        parallelism=int(cost["lanes"]), hash_len=32, type=argon2.low_level.Type.ID,
    )
