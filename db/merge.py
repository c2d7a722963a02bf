"""One body for a whole session in place of one a chunk; the chain stays as it is."""

import logging
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate, pairwise
from uuid import UUID

from sqlalchemy import Connection, and_, delete, insert, select

from console.services.sample_table import of_heads
from db import tables
from db.chunk_codec import WHOLE, BodyFault
from db.stored_rows import chunk_head
from db.whole_body import decode_any, encode_whole

log = logging.getLogger(__name__)


def read_bodies(connection: Connection, session_id: UUID) -> list[tuple[int, int, bytes | memoryview]]:
    """Give a session's samples as ``(first_seq, last_seq, canonical bytes)``, in order; BodyFault."""
    chunk = tables.telemetry_chunk
    chunks = connection.execute(
        select(chunk.c.seq, chunk.c["count"]).where(chunk.c.session_id == session_id).order_by(chunk.c.seq)
    ).all()
    return bodies_of(connection, session_id, [seq for seq, _ in chunks], [size for _, size in chunks])


def bodies_of(
    connection: Connection, session_id: UUID, seqs: Sequence[int], counts: Sequence[int],
) -> list[tuple[int, int, bytes | memoryview]]:
    """Give the same where the chunks' ``seq`` and sizes are known; BodyFault."""
    body = tables.telemetry_body
    bodies = connection.execute(
        select(body).where(body.c.session_id == session_id).order_by(body.c.first_seq, body.c.last_seq)
    ).all()
    totals = [0, *accumulate(counts)]
    found = []
    for row in bodies:
        count = totals[bisect_right(seqs, row.last_seq)] - totals[bisect_left(seqs, row.first_seq)]
        found.append((row.first_seq, row.last_seq, decode_any(row.codec, row.body, count)))
    return found


def merge_bodies(connection: Connection, session_id: UUID) -> None:
    """Write one body covering all others, then drop those it covers."""
    try:
        bodies = read_bodies(connection, session_id)
    except BodyFault:
        log.error("bodies of session %s were not merged: one is damaged", session_id)
        return
    if len(bodies) < 2 or any(before[1] >= after[0] for before, after in pairwise(bodies)):
        return
    first_seq, last_seq = bodies[0][0], bodies[-1][1]
    chunk, table = tables.telemetry_chunk, tables.telemetry_body
    rows = connection.execute(select(chunk).where(chunk.c.session_id == session_id).order_by(chunk.c.seq))
    stored = of_heads((chunk_head(row) for row in rows), b"".join(samples for _, _, samples in bodies))
    connection.execute(insert(table).values(
        session_id=session_id, first_seq=first_seq, last_seq=last_seq, codec=WHOLE, body=encode_whole(stored)))
    whole = and_(table.c.first_seq == first_seq, table.c.last_seq == last_seq)
    connection.execute(delete(table).where(table.c.session_id == session_id, ~whole))
