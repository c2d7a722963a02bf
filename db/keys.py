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
_KEY, _VERSION = 32, 1
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
    def fingerprint(self) -> bytes:
        """Give the eight bytes by which these keys are told from others; nothing can be worked out from them."""
        return _derive(self.to_bytes(), b"needling-console fingerprint 1")[:8]

    @property
    def spill(self) -> bytes:
        """Give the 32-byte key of the spill file, derived from the database's."""
        return _derive(self.database, b"needling-console spill 1")

    @property
    def readings(self) -> bytes:
        """Give the 32-byte key of what commands note of their reading; it outlives another key of the database."""
        return _derive(self.head, b"needling-console readings 1")


class KeyVault(Protocol):
    """A place of the operating system that keeps secrets."""

    def get(self, name: str) -> str | None: ...
    def put(self, name: str, secret: str) -> None: ...
    def forget(self, name: str) -> None: ...


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

    def forget(self, name: str) -> None:
        """Let go of a secret, where it is there and the keyring is open."""
        try:
            keyring.delete_password(_SERVICE, name)
        except keyring.errors.KeyringError:
            return


def system_vault() -> KeyVault | None:
    """Give the system's keyring, or None where it is missing or of an unknown kind."""
    return SystemVault() if _backend() in _KNOWN_BACKENDS else None


def vault_words() -> str:
    """Tell which keyring is used, or why none is."""
    name = _backend()
    if name in _KNOWN_BACKENDS:
        return f"the system's keyring ({name.split('.')[2]}) holds the key for the daily start"
    if name.startswith(("keyring.backends.fail.", "keyring.backends.null.")):
        return "this system has no keyring; the passphrase opens the folder"
    return f"the keyring {name} is refused, because it may keep the key where anybody can read it; " \
           "the passphrase opens the folder"


def _backend() -> str:
    backend = type(keyring.get_keyring())
    return f"{backend.__module__}.{backend.__qualname__}"


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
        found = unwrap(path, passphrase)
        if found is None:
            raise OperatorError("The passphrase is wrong", "nothing was changed", "try again")
        return found
    keys = FolderKeys(*(secrets.token_bytes(_KEY) for _ in range(3)))
    write_atomically(path, wrap(keys, folder_id, passphrase))
    keep_in(vault, folder_id, keys)
    return keys


def kept_by(vault: KeyVault | None, name: str) -> FolderKeys | None:
    """Give the keys the keyring holds under a name, None where it holds none that could be a folder's."""
    secret = vault.get(name) if vault is not None else None
    try:
        return FolderKeys.from_bytes(bytes.fromhex(secret or ""))
    except ValueError:
        return None


def keep_in(vault: KeyVault | None, name: str, keys: FolderKeys) -> None:
    """Have the keyring hold the keys, unless it does already."""
    if vault is not None and kept_by(vault, name) != keys:
        vault.put(name, keys.to_bytes().hex())


def wrap(keys: FolderKeys, folder_id: str, passphrase: str) -> bytes:
    """Give the content of ``keys.json``: the keys wrapped by a passphrase (Argon2id, then AES-256-GCM)."""
    salt, nonce = os.urandom(16), os.urandom(12)
    sealed = AESGCM(_stretch(passphrase, salt, _ARGON2)).encrypt(nonce, keys.to_bytes(), b"keys 1")
    wrapped = {
        "version": _VERSION, "folder_id": folder_id, "fingerprint": keys.fingerprint.hex(),
        "argon2id": {**_ARGON2, "salt": salt.hex()},
        "aes_gcm": {"nonce": nonce.hex(), "sealed": sealed.hex()},
    }
    return json.dumps(wrapped, indent=1).encode() + b"\n"


def wraps(path: Path, keys: FolderKeys) -> bool:
    """Tell, without the passphrase, whether a file says that it wraps these keys."""
    try:
        return bool(json.loads(path.read_bytes())["fingerprint"] == keys.fingerprint.hex())
    except (OSError, ValueError, KeyError, TypeError):
        return False


def unwrap(path: Path, passphrase: str) -> FolderKeys | None:
    """Give the keys a file wraps, None for a wrong passphrase; OperatorError where the file is missing or damaged."""
    try:
        kept: dict[str, Any] = json.loads(path.read_bytes())
        cost, box = kept["argon2id"], kept["aes_gcm"]
        key = _stretch(passphrase, bytes.fromhex(cost["salt"]), cost)
        opened = AESGCM(key).decrypt(bytes.fromhex(box["nonce"]), bytes.fromhex(box["sealed"]), b"keys 1")
        return FolderKeys.from_bytes(opened)
    except InvalidTag:
        return None
    except (OSError, ValueError, KeyError, TypeError, argon2.exceptions.Argon2Error):
        raise OperatorError(
            f"The key file {path} is missing or damaged", "the database was left as it is",
            "put the key file back from a backup, or make it anew from the recovery sheet (main.py keys recover)",
        ) from None


def _stretch(passphrase: str, salt: bytes, cost: dict[str, Any]) -> bytes:
    return argon2.low_level.hash_secret_raw(
        passphrase.encode(), salt, time_cost=int(cost["time"]), memory_cost=int(cost["memory_kib"]),
        parallelism=int(cost["lanes"]), hash_len=32, type=argon2.low_level.Type.ID,
    )
