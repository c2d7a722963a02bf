"""The heads kept outside the database: how far each chain reached, and its hash there.

A chain alone cannot tell that its tail was cut or that it was written anew from the start; a head
outside, signed with a key that is not in the database, can. A head behind its chain is normal
after a kill, because it is written after the commit.
"""

import hashlib
import hmac
import json
import os
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from console.domain.history import GENESIS, JsonValue, canonical_json
from db.atomic_file import sync_folder, write_atomically

AUDIT = "audit"
_DISPUTED = ".disputed"


@dataclass(frozen=True, slots=True)
class Head:
    """A chain's last known entry."""

    seq: int
    hash: bytes


class ForgedHead(ValueError):
    """A head file that is unreadable or was not signed with this folder's key."""


class HeadFiles:
    """The head files of one data folder."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self._folder, self._key = folder, key

    def path(self, chain: UUID | str) -> Path:
        """Give the file of a chain: a session's id or ``audit``."""
        return self._folder / f"{chain}.json"

    def write(self, chain: UUID | str, head: Head) -> None:
        """Replace a head atomically; ``sync`` makes the new name durable."""
        content: dict[str, JsonValue] = {
            "chain": str(chain), "seq": head.seq, "hash": head.hash.hex(),
            "hmac": self._sign(chain, head).hex(),
        }
        write_atomically(self.path(chain), canonical_json(content) + b"\n", durable_name=False)

    def begin(self, chain: UUID | str) -> None:
        """Write the empty head before a chain's first commit, so that a missing head is never normal."""
        if not self.path(chain).exists():
            self.write(chain, Head(0, GENESIS))

    def sync(self) -> None:
        """Make new and replaced head files durable under their names."""
        sync_folder(self._folder)

    def read(self, chain: UUID | str) -> Head | None:
        """Give a head, None where its file is missing; ForgedHead where it cannot be trusted."""
        return self._read(self.path(chain), chain)

    def read_disputed(self, chain: UUID | str) -> Head | None:
        """Give the head that the chain once failed to match, if there is one."""
        return self._read(self._disputed(chain), chain)

    def dispute(self, chain: UUID | str) -> None:
        """Set a head aside that the chain does not match, so that going on cannot hide it."""
        if self.path(chain).exists() and not self._disputed(chain).exists():
            os.replace(self.path(chain), self._disputed(chain))

    def vouch(self, chain: UUID | str, head: Head) -> bytes:
        """Give the HMAC by which a head that is kept elsewhere can be told from a forged one."""
        return self._sign(chain, head)

    def chains(self) -> list[str]:
        """List the names of all chains with a head, disputed ones too."""
        names = (path.name.removesuffix(".json").removesuffix(_DISPUTED) for path in self._folder.glob("*.json"))
        return sorted(set(names))

    def _disputed(self, chain: UUID | str) -> Path:
        return self._folder / f"{chain}{_DISPUTED}.json"

    def _read(self, path: Path, chain: UUID | str) -> Head | None:
        try:
            raw = path.read_bytes()
        except FileNotFoundError:
            return None
        try:
            kept = json.loads(raw)
            head = Head(int(kept["seq"]), bytes.fromhex(kept["hash"]))
            signed = bytes.fromhex(kept["hmac"])
        except (ValueError, KeyError, TypeError):
            raise ForgedHead(f"head file {path.name} cannot be read") from None
        if not hmac.compare_digest(signed, self._sign(chain, head)) or kept["chain"] != str(chain):
            raise ForgedHead(f"head file {path.name} was not signed by this console")
        return head

    def _sign(self, chain: UUID | str, head: Head) -> bytes:
        signed = canonical_json({"chain": str(chain), "seq": head.seq, "hash": head.hash.hex()})
        return hmac.new(self._key, signed, hashlib.sha256).digest()
