"""Rows of the history to records of the domain, shared by whoever reads."""

import json
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Connection, Row, func, select

from console.domain.history import GENESIS, ChunkHead
from console.domain.ports import StoredEvent
from console.domain.session_events import SessionEvent, from_payload
from db import tables
from db.heads import Head
from db.patient_keys import key_of_session
from db.sealed_payload import PayloadSeal


def stored_event(row: Row[Any], seal: PayloadSeal | None) -> StoredEvent:
    """Read an event's row back; an unknown kind is a KeyError, a payload that does not open a ValueError."""
    salt, payload = seal.open(row.seq, row.payload) if seal is not None else (None, row.payload)
    what = from_payload(row.kind, json.loads(payload))
    return StoredEvent(row.session_id, row.seq, SessionEvent(row.at_us, row.actor_id, what), row.hash, salt)


def load_story(connection: Connection, session_id: UUID) -> list[StoredEvent]:
    """Give a session's events in order; PatientErased where they were erased."""
    event = tables.session_event
    key = key_of_session(connection, session_id)
    seal = key.seal_of(session_id) if key is not None else None
    found = connection.execute(select(event).where(event.c.session_id == session_id).order_by(event.c.seq))
    return [stored_event(row, seal) for row in found]


def chunk_head(row: Row[Any]) -> ChunkHead:
    """Read a chunk's row back."""
    marks = tuple((int(offset), int(pen_time_us)) for offset, pen_time_us in json.loads(row.pen_time_marks))
    facts = row._mapping
    return ChunkHead(
        row.session_id, row.seq, row.pen_serial, row.boot_id, row.first_index, cast(int, facts["count"]),
        row.period_us, marks, row.t0_utc_us, row.resent, row.samples_sha256,
    )


def load_tail(connection: Connection, session_id: UUID) -> Head:
    """Give a session's last entry: seq 0 and the genesis hash where it has none."""
    last = Head(0, GENESIS)
    for table in (tables.session_event, tables.telemetry_chunk):
        found = connection.execute(
            select(table.c.seq, table.c.hash).where(table.c.session_id == session_id)
            .order_by(table.c.seq.desc()).limit(1)
        ).first()
        if found is not None and found.seq > last.seq:
            last = Head(found.seq, found.hash)
    return last


def hash_at(connection: Connection, session_id: UUID, seq: int) -> bytes | None:
    """Give the hash stored with one entry, None where there is no such entry."""
    for table in (tables.session_event, tables.telemetry_chunk):
        found = connection.execute(
            select(table.c.hash).where(table.c.session_id == session_id, table.c.seq == seq)
        ).scalar()
        if found is not None:
            return cast(bytes, found)
    return None


def count_samples(connection: Connection, session_id: UUID) -> int:
    """Count a session's stored samples."""
    chunk = tables.telemetry_chunk
    total = select(func.coalesce(func.sum(chunk.c["count"]), 0)).where(chunk.c.session_id == session_id)
    return int(connection.execute(total).scalar_one())


def audit_tail(connection: Connection) -> Head:
    """Give the audit chain's last entry."""
    entry = tables.audit_entry
    found = connection.execute(select(entry.c.seq, entry.c.hash).order_by(entry.c.seq.desc()).limit(1)).first()
    return Head(found.seq, found.hash) if found is not None else Head(0, GENESIS)
