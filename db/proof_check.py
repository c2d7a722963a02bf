"""Compares a session's chain with what the station signed of it and with what its audit chain noted."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from console.domain.history import canonical_json
from console.domain.station_proof import HEAD_ACTIONS, RECORD_PURPOSE, noted_head
from db.station_key import is_signed, stored_keys, trusted_keys

_SIGNATURES = "SELECT seq, key_id, statement, signature FROM station_signature WHERE session_id = :session ORDER BY seq"
_NOTED = "SELECT detail FROM audit_entry WHERE subject = :subject AND action IN (:opened, :closed, :added) ORDER BY seq"
_HASH = (
    "SELECT hash FROM session_event WHERE session_id = :session AND seq = :seq UNION ALL "
    "SELECT hash FROM telemetry_chunk WHERE session_id = :session AND seq = :seq"
)
_SAMPLES = "SELECT coalesce(sum(count), 0) FROM telemetry_chunk WHERE session_id = :session AND seq <= :seq"
_SUBJECTS = "SELECT DISTINCT subject FROM audit_entry WHERE action IN (:opened, :closed, :added)"

_ACTIONS = dict(zip(("opened", "closed", "added"), HEAD_ACTIONS, strict=True))


def proof_fault(connection: Connection, session_id: UUID, public_key: bytes) -> tuple[int, str] | None:
    """Give the first entry, on a chain found whole, that signature or audit chain tell otherwise of; else None.

    ``public_key`` is the station's present one.
    """
    trusted = trusted_keys(stored_keys(connection), public_key)
    signed: dict[int, str] = {}
    for row in connection.execute(text(_SIGNATURES), {"session": session_id.hex}):
        if what := _signature_fault(connection, session_id, row, trusted):
            return _seq(row.seq), what
        signed[row.seq] = row.key_id
    for detail in connection.execute(text(_NOTED), {"subject": str(session_id), **_ACTIONS}).scalars():
        noted = noted_head(detail) if isinstance(detail, str) else None
        if noted is None:
            return 1, "cannot be compared: the station's audit chain notes no head for it"
        if _hash_at(connection, session_id, noted.seq) != noted.hash:
            return noted.seq, "does not match the head noted in the station's audit chain"
        if noted.key_id and signed.get(noted.seq) != noted.key_id:
            return noted.seq, f"was signed by station key {noted.key_id}, and the signature is missing"
    return None


def noted_subjects(connection: Connection) -> set[str]:
    """Give the name of every session whose head the audit chain notes."""
    return {str(one) for one in connection.execute(text(_SUBJECTS), _ACTIONS).scalars()}


def _signature_fault(
    connection: Connection, session_id: UUID, row: Any, trusted: Mapping[str, bytes]
) -> str:
    told = _told(row.statement)
    if told is None or type(row.signature) is not bytes:
        return "has a station signature that cannot be read"
    chain = _hash_at(connection, session_id, _seq(row.seq))
    samples = connection.execute(text(_SAMPLES), {"session": session_id.hex, "seq": _seq(row.seq)}).scalar_one()
    facts = {
        "type": "record", "version": 1, "session_id": str(session_id), "seq": row.seq, "key_id": row.key_id,
        "hash": chain.hex() if chain is not None else None, "samples": samples,
    }
    if any(told.get(name) != value for name, value in facts.items()):
        return "has a station signature over another history"
    public_key = trusted.get(row.key_id)
    if public_key is None:
        return f"was signed by {row.key_id}, which is no key of this station"
    if not is_signed(public_key, RECORD_PURPOSE, row.statement, row.signature):
        return "has a forged station signature"
    return ""


def _told(statement: object) -> dict[str, Any] | None:
    try:
        told = json.loads(statement) if isinstance(statement, str) else None
        return told if isinstance(told, dict) and canonical_json(told).decode() == statement else None
    except (ValueError, TypeError, RecursionError):
        return None


def _hash_at(connection: Connection, session_id: UUID, seq: int) -> bytes | None:
    found = connection.execute(text(_HASH), {"session": session_id.hex, "seq": seq}).scalar()
    return found if isinstance(found, bytes) else None


def _seq(seq: object) -> int:
    return seq if isinstance(seq, int) else 1
