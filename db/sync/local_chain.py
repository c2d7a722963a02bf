"""What this console holds of a session, entry by entry, as it is sent to the clinic server."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Integer, Row, Table, func, literal_column, select

from console.domain.telemetry import SAMPLE_BYTES
from db import tables
from db.chunk_codec import PLAIN, BodyFault, encode_plain
from db.merge import read_bodies

MOST_ENTRIES = 50
MOST_BYTES = 4 * 1024 * 1024
_ROWID = literal_column("rowid", Integer)  # SQLite numbers the rows of its tables as they are added


@dataclass(frozen=True, slots=True)
class LocalEntry:
    """An event or a chunk with its body, as rows by column name."""

    seq: int
    prev_hash: bytes
    hash: bytes
    event: dict[str, Any] | None = None
    chunk: dict[str, Any] | None = None
    body: dict[str, Any] | None = None


class LocalChain:
    """Reads entries in order; keeps the samples of the last session whose bodies were merged."""

    def __init__(self) -> None:
        self._merged: tuple[UUID | None, dict[int, bytes]] = (None, {})

    def behind(self, connection: Connection, session_id: UUID, seq: int) -> list[LocalEntry]:
        """Give the next entries behind ``seq``, fifty at most; BodyFault where samples cannot be read."""
        found = sorted(
            [*_rows(connection, tables.session_event, session_id, seq),
             *_rows(connection, tables.telemetry_chunk, session_id, seq)],
            key=lambda pair: int(pair[1].seq))[:MOST_ENTRIES]
        chunks = [row for table, row in found if table is tables.telemetry_chunk]
        bodies = self._bodies(connection, session_id, chunks)
        return list(_within(self._entry(table, row, bodies) for table, row in found))

    def forget(self) -> None:
        """Let go of the samples that are held."""
        self._merged = (None, {})

    def _entry(self, table: Table, row: Row[Any], bodies: dict[int, dict[str, Any]]) -> LocalEntry:
        content = dict(row._mapping)
        if table is tables.session_event:
            return LocalEntry(row.seq, row.prev_hash, row.hash, event=content)
        if row.seq not in bodies:
            raise BodyFault(f"chunk {row.seq} has no body")
        return LocalEntry(row.seq, row.prev_hash, row.hash, chunk=content, body=bodies[row.seq])

    def _bodies(
        self, connection: Connection, session_id: UUID, chunks: Sequence[Row[Any]],
    ) -> dict[int, dict[str, Any]]:
        if not chunks:
            return {}
        body = tables.telemetry_body
        rows = connection.execute(select(body).where(
            body.c.session_id == session_id, body.c.first_seq <= chunks[-1].seq,
            body.c.last_seq >= chunks[0].seq)).all()
        found = {row.first_seq: dict(row._mapping) for row in rows if row.first_seq == row.last_seq}
        for chunk in chunks:
            if chunk.seq not in found:
                samples = self._split(connection, session_id).get(chunk.seq, b"")
                found[chunk.seq] = {
                    "session_id": session_id, "first_seq": chunk.seq, "last_seq": chunk.seq, "codec": PLAIN,
                    "body": encode_plain(samples, hashlib.sha256(samples).digest())}
        return found

    def _split(self, connection: Connection, session_id: UUID) -> dict[int, bytes]:
        """Give a merged session's samples chunk by chunk: the server keeps what never changes."""
        if self._merged[0] == session_id:
            return self._merged[1]
        chunk = tables.telemetry_chunk
        heads = connection.execute(
            select(chunk.c.seq, chunk.c["count"]).where(chunk.c.session_id == session_id).order_by(chunk.c.seq)).all()
        samples = b"".join(part for _, _, part in read_bodies(connection, session_id))
        if sum(count for _, count in heads) * SAMPLE_BYTES != len(samples):
            raise BodyFault("the bodies do not hold the chunks' samples")
        split, offset = {}, 0
        for seq, count in heads:
            split[seq] = samples[offset : offset + count * SAMPLE_BYTES]
            offset += count * SAMPLE_BYTES
        self._merged = (session_id, split)
        return split


def _rows(connection: Connection, table: Table, session_id: UUID, seq: int) -> list[tuple[Table, Row[Any]]]:
    wanted = select(table).where(table.c.session_id == session_id, table.c.seq > seq)
    return [(table, row) for row in connection.execute(wanted.order_by(table.c.seq).limit(MOST_ENTRIES))]


def _within(entries: Iterator[LocalEntry]) -> Iterator[LocalEntry]:
    size = 0
    for number, entry in enumerate(entries):
        size += len(entry.body["body"]) if entry.body is not None else len((entry.event or {})["payload"])
        if number and size > MOST_BYTES:
            return
        yield entry


# --- which sessions ---------------------------------------------------------------------------------


def session_ids(connection: Connection) -> list[UUID]:
    """Give every session of this console, the oldest first."""
    event = tables.session_event
    return list(connection.execute(
        select(event.c.session_id).where(event.c.seq == 1).order_by(event.c.at_us, event.c.session_id)).scalars())


@dataclass(slots=True)
class Marks:
    """How far the two tables of the history were looked through, by their own row numbers."""

    events: int = 0
    chunks: int = 0


def grown_since(connection: Connection, marks: Marks) -> set[UUID]:
    """Give the sessions that grew since the last look, and move the marks on."""
    grown: set[UUID] = set()
    for name, table in (("events", tables.session_event), ("chunks", tables.telemetry_chunk)):
        seen = getattr(marks, name)
        row_number = func.max(_ROWID)
        newest = int(connection.execute(select(row_number).select_from(table)).scalar() or 0)
        if newest > seen:
            wanted = select(table.c.session_id).where(_ROWID.between(seen + 1, newest)).distinct()
            grown |= set(connection.execute(wanted.select_from(table)).scalars())
            setattr(marks, name, newest)
    return grown


def newest_marks(connection: Connection) -> Marks:
    """Give marks behind everything that is there."""
    found = (int(connection.execute(select(func.max(_ROWID)).select_from(one)).scalar() or 0)
             for one in (tables.session_event, tables.telemetry_chunk))
    return Marks(*found)

