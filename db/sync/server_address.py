"""Where the clinic server is and what opens it: ``server.json`` of a data folder.

Password and clinic key lie in it sealed under a key that follows from the folder's head key, which is kept as all of
a folder's keys are: in the keyring, and wrapped by the recovery passphrase.
"""

import ipaddress
import json
import os
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from console.domain.errors import OperatorError
from db.atomic_file import sync_folder, write_atomically
from db.data_folder import DataFolder
from db.folder_file import SERVER_FILE

VERIFIED, PLAIN = "verify-full", "plain"
_PURPOSE = b"needling-console clinic server 1"
_VERSION, _NONCE = 1, 12


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """How to reach the server; ``host`` beginning with ``/`` is the folder of a Unix socket."""

    host: str
    port: int
    database: str
    user: str
    tls: str = VERIFIED
    root_certificate: str = ""  # a file; empty: what the system trusts

    def check(self) -> None:
        """Refuse what cannot be meant, and an unprotected way over a network, with an OperatorError."""
        if self.tls not in (VERIFIED, PLAIN):
            raise _wrong(f"«{self.tls}» is no kind of protection", f"say {VERIFIED} or {PLAIN}")
        if not self.host or not self.database or not self.user or not 0 < self.port < 65536:
            raise _wrong("The server's address is not complete", "give host, port, database and user")
        if self.tls == PLAIN and not _is_here(self.host):
            raise _wrong(f"{self.host} is another machine, and the way to it would be open to read",
                         f"set up TLS on the server and say {VERIFIED}")


@dataclass(frozen=True, slots=True)
class ClinicServer:
    """A clinic's server as one console knows it."""

    address: ServerAddress
    clinic_id: UUID
    clinic_key: bytes = field(repr=False)
    password: str = field(repr=False)


def server_of(folder: DataFolder) -> ClinicServer | None:
    """Give the server a folder is joined to, None where it is to none; OperatorError where its file is damaged."""
    path = folder.path / SERVER_FILE
    try:
        kept: dict[str, Any] = json.loads(path.read_bytes())
        if kept["version"] != _VERSION:
            raise OperatorError(f"{path} was made by a newer console", "nothing was changed",
                                "install the newer console")
        box, clinic_id = kept["aes_gcm"], UUID(kept["clinic_id"])
        opened = json.loads(_cipher(folder).decrypt(
            bytes.fromhex(box["nonce"]), bytes.fromhex(box["sealed"]), clinic_id.bytes))
        address = ServerAddress(**kept["address"])
        return ClinicServer(address, clinic_id, bytes.fromhex(opened["clinic_key"]), opened["password"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, InvalidTag):
        raise OperatorError(
            f"{path} is damaged, or belongs to another data folder", "the record itself is untouched",
            "take it from a backup, or leave the server and join it again") from None


def keep_server(folder: DataFolder, server: ClinicServer) -> None:
    """Write ``server.json``."""
    nonce = os.urandom(_NONCE)
    secret = json.dumps({"clinic_key": server.clinic_key.hex(), "password": server.password}).encode()
    sealed = _cipher(folder).encrypt(nonce, secret, server.clinic_id.bytes)
    address = {name: getattr(server.address, name) for name in ServerAddress.__slots__}
    content = {"version": _VERSION, "clinic_id": str(server.clinic_id), "address": address,
               "aes_gcm": {"nonce": nonce.hex(), "sealed": sealed.hex()}}
    write_atomically(folder.path / SERVER_FILE, json.dumps(content, indent=1).encode() + b"\n")


def forget_server(folder: DataFolder) -> None:
    """Remove ``server.json``, where there is one."""
    (folder.path / SERVER_FILE).unlink(missing_ok=True)
    sync_folder(folder.path)


def _cipher(folder: DataFolder) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(folder.keys.head))


def _is_here(host: str) -> bool:
    if host.startswith("/") or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _wrong(happened: str, todo: str) -> OperatorError:
    return OperatorError(happened, "nothing was changed", todo)
