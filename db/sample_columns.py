"""A session's samples read by columns: what a replay needs at once, without a record for each chunk."""

import json
from uuid import UUID

from sqlalchemy import Connection, select

from console.domain.ports import StoredSamples
from console.domain.telemetry import SAMPLE_BYTES
from db import tables
from db.merge import bodies_of

Marks = tuple[tuple[int, int], ...]


def read_samples(connection: Connection, session_id: UUID) -> StoredSamples:
    """Give all samples of a session; BodyFault or ValueError where they do not fit their chunks."""
    chunk = tables.telemetry_chunk.c
    wanted = select(
        chunk.seq, chunk.pen_serial, chunk.boot_id, chunk.first_index, chunk["count"], chunk.period_us,
        chunk.pen_time_marks, chunk.t0_utc_us, chunk.resent).where(chunk.session_id == session_id).order_by(chunk.seq)
    rows = connection.execute(wanted).all()
    if not rows:
        return StoredSamples()
    seqs, serials, boots, firsts, counts, periods, marks, starts, resent = zip(*rows, strict=True)
    samples = b"".join(part for _, _, part in bodies_of(connection, session_id, seqs, counts))
    if sum(counts) * SAMPLE_BYTES != len(samples):
        raise ValueError("the bodies do not hold what the chunks name")
    return StoredSamples(
        serials, boots, firsts, counts, periods, tuple(map(_marks, marks)), starts, resent, samples)


def _marks(text: str) -> Marks:
    if text.count("[") == 2:  # even within the chunk, as nearly all are: one pair
        offset, pen_time_us = text[2:-2].split(",")
        return ((int(offset), int(pen_time_us)),)
    return tuple((int(offset), int(pen_time_us)) for offset, pen_time_us in json.loads(text))
