"""A session's samples read by columns: what a replay needs at once, without a record for each chunk."""

import json
from uuid import UUID

from sqlalchemy import Connection, select

from console.domain.ports import StoredSamples
from console.domain.telemetry import SAMPLE_BYTES
from console.services.sample_table import Marks, gather
from db import tables
from db.chunk_codec import WHOLE
from db.merge import bodies_of
from db.whole_body import open_whole

_CHUNK = tables.telemetry_chunk.c
_WHOLE = """SELECT codec, body, EXISTS (
    SELECT 1 FROM telemetry_chunk AS chunk WHERE chunk.session_id = whole.session_id AND chunk.seq < whole.first_seq)
OR EXISTS (
    SELECT 1 FROM telemetry_chunk AS chunk WHERE chunk.session_id = whole.session_id AND chunk.seq > whole.last_seq)
FROM telemetry_body AS whole WHERE session_id = ? LIMIT 2"""


def read_samples(connection: Connection, session_id: UUID) -> StoredSamples:
    """Give all samples of a session; BodyFault or ValueError where they do not fit their chunks."""
    whole = _read_whole(connection, session_id)
    if whole is not None:
        return whole
    wanted = select(
        _CHUNK.seq, _CHUNK.pen_serial, _CHUNK.boot_id, _CHUNK.first_index, _CHUNK["count"], _CHUNK.period_us,
        _CHUNK.pen_time_marks, _CHUNK.t0_utc_us, _CHUNK.resent).where(_CHUNK.session_id == session_id)
    rows = connection.execute(wanted.order_by(_CHUNK.seq)).all()
    seqs, counts = [row[0] for row in rows], [row[4] for row in rows]
    samples = b"".join(part for _, _, part in bodies_of(connection, session_id, seqs, counts))
    if sum(counts) * SAMPLE_BYTES != len(samples):
        raise ValueError("the bodies do not hold what the chunks name")
    return gather(((*row[1:6], _marks(row[6]), row[7], row[8]) for row in rows), samples)


def _read_whole(connection: Connection, session_id: UUID) -> StoredSamples | None:
    """Give the samples of a session whose one body tells of its chunks too, else None."""
    found = connection.exec_driver_sql(_WHOLE, (session_id.hex,)).fetchall()
    if len(found) != 1 or found[0][0] != WHOLE:
        return None
    _, body, beside = found[0]
    if beside or not isinstance(body, bytes):
        raise ValueError("the body does not hold all chunks")
    return open_whole(body)


def _marks(text: str) -> Marks:
    if text.count("[") == 2:  # even within the chunk, as nearly all are: one pair
        offset, pen_time_us = text[2:-2].split(",")
        return ((int(offset), int(pen_time_us)),)
    marks: Marks = json.loads(text)
    return marks
