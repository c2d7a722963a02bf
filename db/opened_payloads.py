"""The payloads of a session as verifying finds them: proved against their entries, opened where the key is there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from console.domain.history import canonical_json, canonical_sealed_entry, event_entry, hash_behind, read_canonical
from db.patient_keys import SessionKey
from db.sealed_payload import NotOpened, PayloadSeal, commitment_in, erasure_in, is_sealed

# What other checks look at once the chain is found whole.
_KEPT = frozenset({"consent_recorded", "consent_withdrawn", "signature_drawn", "photo_taken"})


@dataclass(frozen=True, slots=True)
class OpenedPayload:
    """One event's place, kind and payload."""

    seq: int
    kind: str
    payload: dict[str, Any]


class OpenedPayloads:
    """Works through the rows of one session's events; ``payloads`` are those that other checks need."""

    def __init__(self, session_id: UUID, key: SessionKey | None) -> None:
        self._session_id = session_id
        self._erasure = key.erasure if key is not None else None
        self._seal = PayloadSeal(key.key, session_id) if key is not None and key.key is not None else None
        self.payloads: list[OpenedPayload] = []

    def hash_of(self, row: Any) -> bytes | None:
        """Give the hash an event's row makes behind its ``prev_hash``; None where it is not what was written."""
        facts = (self._session_id, row.seq, row.at_us, row.kind, row.version, row.actor_id)
        if is_sealed(row.payload):
            commitment = commitment_in(row.payload)
            if commitment is None or not self._opens(row):
                return None
            return _hashed(row.prev_hash, lambda: canonical_sealed_entry(*facts, commitment))
        if self._erasure is not None and erasure_in(row.payload) == self._erasure:
            return row.hash if isinstance(row.hash, bytes) else None  # the next entry's hash holds it in its place
        payload = canonical_value(row.payload)
        if not isinstance(payload, dict):
            return None
        self._keep(row, payload)
        return _hashed(row.prev_hash, lambda: canonical_json(event_entry(*facts, payload)))

    def _opens(self, row: Any) -> bool:
        """Prove what lies under a seal; after an erasure there is nothing left to prove."""
        if self._seal is None:
            return self._erasure is not None
        try:
            payload = canonical_value(self._seal.proved(row.seq, row.payload).decode())
        except (NotOpened, UnicodeDecodeError):
            return False
        if not isinstance(payload, dict):
            return False
        self._keep(row, payload)
        return True

    def _keep(self, row: Any, payload: dict[str, Any]) -> None:
        if row.kind in _KEPT:
            self.payloads.append(OpenedPayload(row.seq, row.kind, payload))


def canonical_value(raw: object) -> Any:
    """Read text that must be canonical JSON; None where it is not, byte for byte."""
    try:
        return read_canonical(raw) if isinstance(raw, str) else None
    except (ValueError, TypeError, RecursionError):
        return None


def _hashed(prev_hash: bytes, written: Callable[[], bytes]) -> bytes | None:
    """Give an entry's hash, None where it has no canonical form."""
    try:
        return hash_behind(prev_hash, written())
    except (ValueError, TypeError):
        return None
