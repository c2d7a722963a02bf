"""What a station signs: the statement over a closed history, and over the key that follows its own.

A statement is canonical JSON (``history.canonical_json``); an Ed25519 signature is over its bytes
behind a purpose, so that no signature of one kind can pass for another. docs/record-proof.md is the
same in words, for whoever checks a record with none of our code.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from console.domain.history import JsonValue
from console.domain.session_events import BenchEnded, Sealed, SessionEnded, SessionEvent, Signed

RECORD_PURPOSE = b"needling-console record 1\n"
KEY_PURPOSE = b"needling-console station key 1\n"
_CLOSING = (Sealed, SessionEnded, BenchEnded)
_NOTED = re.compile(r"entry (\d{1,18}), head ([0-9a-f]{64})(?:, station key ([0-9a-f]{16}))?")

OPENED, CLOSED, ADDED = "head_opened", "head_closed", "head_added"
HEAD_ACTIONS = (OPENED, CLOSED, ADDED)


@dataclass(frozen=True, slots=True)
class StationSignature:
    """A signature over the history up to ``seq``; ``statement`` is the canonical JSON that was signed."""

    seq: int
    key_id: str
    statement: str
    signature: bytes


@dataclass(frozen=True, slots=True)
class StationKey:
    """A station's public key; one that follows another bears both keys' signatures over ``statement``."""

    key_id: str
    public_key: bytes
    made_us: int
    statement: str = ""
    signature: bytes | None = None
    former_signature: bytes | None = None


@dataclass(frozen=True, slots=True)
class RecordProof:
    """What proves a session besides its chain: the station's signatures and its public keys."""

    signatures: tuple[StationSignature, ...] = ()
    keys: tuple[StationKey, ...] = ()


NOT_SIGNED = RecordProof()


@dataclass(frozen=True, slots=True)
class NotedHead:
    """A session's head as the station's audit chain noted it; ``key_id`` where it was signed too."""

    seq: int
    hash: bytes
    key_id: str


def key_id_of(public_key: bytes) -> str:
    """Give the sixteen characters by which a public key is named."""
    return hashlib.sha256(public_key).hexdigest()[:16]


def in_fours(text: str) -> str:
    """Give a key id as it is printed, ``8f3a 61c2 …``."""
    return " ".join(text[place : place + 4] for place in range(0, len(text), 4))


def closes(event: SessionEvent) -> bool:
    """Tell whether an event closes a history."""
    return isinstance(event.what, _CLOSING)


def act_of(events: Sequence[SessionEvent], *, closed: bool) -> str:
    """Tell what events do to a history: ``sealed``, ``closed``, ``added`` to a closed one; empty while it is open."""
    if any(isinstance(one.what, Sealed) for one in events):
        return "sealed"
    if any(map(closes, events)):
        return "closed"
    return "added" if closed else ""


def record_statement(
    session_id: UUID, seq: int, head: bytes, samples: int, act: str, events: Sequence[SessionEvent], key_id: str,
) -> dict[str, JsonValue]:
    """Give what is signed when ``events`` close a history or add to a closed one."""
    last = events[-1]
    signed = next((one.what for one in reversed(events) if isinstance(one.what, Signed)), None)
    return {
        "type": "record", "version": 1, "session_id": str(session_id), "seq": seq, "hash": head.hex(),
        "samples": samples, "act": act, "at_us": last.at_us, "key_id": key_id,
        "signer_id": signed.signer_id if signed else last.actor_id,
        "signer_name": signed.signer_name if signed else "", "meaning": signed.meaning if signed else "",
        "method": signed.method if signed else "",
    }


def key_statement(public_key: bytes, former_public_key: bytes, made_us: int) -> dict[str, JsonValue]:
    """Give what both keys sign when one follows the other."""
    return {
        "type": "station_key", "version": 1, "key_id": key_id_of(public_key), "public_key": public_key.hex(),
        "former_key_id": key_id_of(former_public_key), "former_public_key": former_public_key.hex(),
        "made_us": made_us,
    }


def note_of(seq: int, head: bytes, key_id: str = "") -> str:
    """Give the words by which the audit chain notes a head."""
    return f"entry {seq}, head {head.hex()}" + (f", station key {key_id}" if key_id else "")


def noted_head(detail: str) -> NotedHead | None:
    """Read a head back from the audit chain's words; None where they are others."""
    found = _NOTED.fullmatch(detail)
    return NotedHead(int(found[1]), bytes.fromhex(found[2]), found[3] or "") if found else None


def proof_json(proof: RecordProof) -> dict[str, JsonValue]:
    """Give the proof as the open history carries it."""
    return {"signatures": [_signature_json(one) for one in proof.signatures],
            "station_keys": [key_json(one) for one in proof.keys]}


def _signature_json(one: StationSignature) -> Mapping[str, JsonValue]:
    return {"seq": one.seq, "key_id": one.key_id, "statement": one.statement, "signature": one.signature.hex()}


def key_json(one: StationKey) -> Mapping[str, JsonValue]:
    """Give a public key as it is published."""
    return {
        "key_id": one.key_id, "public_key": one.public_key.hex(), "made_us": one.made_us, "statement": one.statement,
        "signature": one.signature.hex() if one.signature else None,
        "former_signature": one.former_signature.hex() if one.former_signature else None,
    }
