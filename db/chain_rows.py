"""Entries of the chains as rows: the one place where hashes are made for writing."""

from uuid import UUID

from console.domain.history import (
    ChunkHead,
    JsonValue,
    canonical_json,
    canonical_marks,
    entry_hash,
    event_entry,
    hash_behind,
    sealed_event_entry,
)
from console.domain.ports import StoredEvent
from console.domain.session_events import SessionEvent, to_payload
from db.heads import Head
from db.sealed_payload import PayloadSeal
from db.write_tasks import AuditUnit, ChunkUnit


def event_row(
    session_id: UUID, event: SessionEvent, behind: Head, seal: PayloadSeal | None,
) -> tuple[dict[str, object], StoredEvent]:
    """Give an event's row, under its patient's seal where there is one, and the event as it is then stored."""
    seq, what = behind.seq + 1, event.what
    facts = (session_id, seq, event.at_us, what.kind, what.version, event.actor_id)
    payload = to_payload(what)
    entry, text, salt = event_entry(*facts, payload), canonical_json(payload), None
    if seal is not None:
        hidden = seal.seal(seq, text)
        entry, text, salt = sealed_event_entry(*facts, hidden.commitment), hidden.text.encode(), hidden.salt
    stored = StoredEvent(session_id, seq, event, entry_hash(behind.hash, entry), salt)
    return {
        "session_id": session_id, "seq": seq, "at_us": event.at_us, "kind": what.kind,
        "version": what.version, "actor_id": event.actor_id, "payload": text.decode(),
        "prev_hash": behind.hash, "hash": stored.hash,
    }, stored


def chunk_row(unit: ChunkUnit, digest: bytes, behind: Head) -> tuple[dict[str, object], Head]:
    """Give a chunk's row and the head it makes; ``digest`` is its samples' SHA-256."""
    facts = ChunkHead(
        unit.session_id, behind.seq + 1, unit.pen_serial, unit.boot_id, unit.first_index, unit.count,
        unit.period_us, unit.pen_time_marks, unit.t0_utc_us, unit.resent, digest,
    )
    head = Head(facts.seq, hash_behind(behind.hash, facts.canonical_entry()))
    return {
        "session_id": facts.session_id, "seq": facts.seq, "pen_serial": facts.pen_serial,
        "boot_id": facts.boot_id, "first_index": facts.first_index, "count": facts.count,
        "period_us": facts.period_us, "pen_time_marks": canonical_marks(facts.pen_time_marks),
        "t0_utc_us": facts.t0_utc_us, "resent": facts.resent, "samples_sha256": facts.samples_sha256,
        "prev_hash": behind.hash, "hash": head.hash,
    }, head


def audit_hash(
    prev_hash: bytes, seq: int, at_us: int, actor: str, action: str, subject: str, detail: str
) -> bytes:
    """Give the hash of an audit entry."""
    entry: dict[str, JsonValue] = {
        "type": "audit", "seq": seq, "at_us": at_us, "actor": actor, "action": action,
        "subject": subject, "detail": detail,
    }
    return entry_hash(prev_hash, entry)


def audit_row(unit: AuditUnit, behind: Head) -> tuple[dict[str, object], Head]:
    """Give an audit entry's row and the head it makes."""
    facts = {
        "seq": behind.seq + 1, "at_us": unit.at_us, "actor": unit.actor, "action": unit.action,
        "subject": unit.subject, "detail": unit.detail,
    }
    made = audit_hash(
        behind.hash, behind.seq + 1, unit.at_us, unit.actor, unit.action, unit.subject, unit.detail
    )
    return {**facts, "prev_hash": behind.hash, "hash": made}, Head(behind.seq + 1, made)
