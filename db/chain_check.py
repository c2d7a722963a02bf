"""Recomputes a chain from its raw columns and stops at the first entry that is not as it was written."""

import hashlib
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from console.domain.history import GENESIS, ChunkHead, hash_behind
from console.domain.telemetry import SAMPLE_BYTES
from console.services.sample_table import of_heads
from db.chain_rows import audit_hash
from db.chunk_codec import WHOLE, BodyFault, decode
from db.consent_check import consent_fault
from db.heads import Head
from db.opened_payloads import OpenedPayloads, canonical_value
from db.patient_keys import key_of_session
from db.photo_check import photo_fault
from db.whole_body import open_whole, outline_of

_OF_SESSION = " WHERE session_id = :session"
_EVENTS = (
    "SELECT seq, at_us, kind, version, actor_id, payload, prev_hash, hash FROM session_event" + _OF_SESSION
)
_CHUNKS = (
    "SELECT seq, pen_serial, boot_id, first_index, count, period_us, pen_time_marks, t0_utc_us, resent, "
    "samples_sha256, prev_hash, hash FROM telemetry_chunk" + _OF_SESSION
)
_BODIES = "SELECT first_seq AS seq, last_seq, codec, body FROM telemetry_body" + _OF_SESSION
_AUDIT = "SELECT seq, at_us, actor, action, subject, detail, prev_hash, hash FROM audit_entry WHERE 1 = 1"

# Nearly every chunk has one; canonical as it stands.
_ONE_MARK = re.compile(r"\[\[(0|-?[1-9][0-9]*),(0|-?[1-9][0-9]*)\]\]", re.ASCII)

# A row by its seq; None in place of one that cannot be read.
_Rows = Iterator[tuple[int, Any]]


class BadEntry(Exception):
    """An entry that is not as it was written: its ``seq`` and what is wrong."""

    def __init__(self, seq: int, what: str) -> None:
        self.seq, self.what = seq, what
        super().__init__(what)


@dataclass(frozen=True, slots=True)
class _Entry:
    seq: int
    prev_hash: object
    hash: object
    made: bytes | None  # the hash as recomputed behind ``prev_hash``; None: not what was written
    chunk: ChunkHead | None = None


def check_session(connection: Connection, session_id: UUID, kept: list[Head]) -> int:
    """Check a session's chain, bodies and heads; give its length. BadEntry names the first bad one."""
    named = {"session": session_id.hex}
    opened = OpenedPayloads(session_id, key_of_session(connection, session_id))
    events = _event_entries(opened, _rows(connection, _EVENTS, named))
    chunks = _chunk_entries(session_id, _rows(connection, _CHUNKS, named))
    chained: list[_Entry] = []
    bad, reached = None, 0
    try:
        reached = check_chain(_merged(events, chunks), kept, chained)
    except BadEntry as found:
        bad = found
    try:
        chunked = [entry for entry in chained if entry.chunk is not None]
        _check_bodies(connection, session_id, chunked, bad.seq if bad else None)
    except BadEntry as found:
        bad = found if bad is None or found.seq < bad.seq else bad
    if bad is not None:
        raise bad
    if unbound := consent_fault(opened.payloads) or photo_fault(connection, opened.payloads):
        raise BadEntry(*unbound)
    if reached == 0 and not kept:
        raise BadEntry(1, "is missing: there is no such session")
    return reached


def check_chain(entries: Iterator[_Entry], kept: list[Head], passed: list[_Entry] | None = None) -> int:
    """Check that each entry holds the hash of the one before and that the heads lie on the chain; give its length."""
    heads: dict[int, set[bytes]] = {}
    for head in kept:
        if head.seq:
            heads.setdefault(head.seq, set()).add(head.hash)
    before, seq = GENESIS, 0
    for entry in entries:
        seq += 1
        if entry.seq != seq:
            raise BadEntry(min(seq, entry.seq), "is missing" if entry.seq > seq else "is there twice")
        before = _linked(entry, before)
        if heads.get(seq, {before}) != {before}:
            raise BadEntry(seq, "does not match the head kept outside the database")
        if passed is not None:
            passed.append(entry)
    reached = max(heads, default=0)
    if reached > seq:
        raise BadEntry(seq + 1, f"is missing: the head kept outside says the chain reached {reached}")
    return seq


def _linked(entry: _Entry, before: bytes) -> bytes:
    """Check one entry against the hash before it; give its own."""
    if entry.made is None:
        raise BadEntry(entry.seq, "is not what was written")
    if entry.prev_hash != before:
        raise BadEntry(entry.seq, "does not hold the hash of the entry before it")
    if entry.hash != entry.made:
        raise BadEntry(entry.seq, "does not match its hash")
    return entry.made


def _merged(events: Iterator[_Entry], chunks: Iterator[_Entry]) -> Iterator[_Entry]:
    """Give both in order of seq; a fault of one side comes in its turn."""
    event, chunk = next(events, None), next(chunks, None)
    while event is not None or chunk is not None:
        if chunk is None or (event is not None and event.seq <= chunk.seq):
            assert event is not None
            yield event
            event = next(events, None)
        else:
            yield chunk
            chunk = next(chunks, None)


def _rows(connection: Connection, statement: str, named: dict[str, Any]) -> _Rows:
    """Give rows in order; if they cannot be read together, one by one, so that the bad one shows."""
    column = "first_seq" if "first_seq" in statement else "seq"
    second = ", last_seq" if column == "first_seq" else ""
    try:
        rows = list(connection.execute(text(f"{statement} ORDER BY {column}{second}"), named))
    except DBAPIError:
        rows = []
        yield from _rows_one_by_one(connection, statement, column, named)
    last = 0
    for row in rows:
        if type(row.seq) is not int:
            raise BadEntry(last + 1, "has no number")
        last = row.seq
        yield row.seq, row


def _rows_one_by_one(connection: Connection, statement: str, column: str, named: dict[str, Any]) -> _Rows:
    numbers = f"SELECT {column} {statement[statement.index('FROM'):]} ORDER BY {column}"
    one = text(f"{statement} AND {column} = :number")
    for seq in list(connection.execute(text(numbers), named).scalars()):
        try:
            rows: list[Any] = list(connection.execute(one, {**named, "number": seq}))
        except DBAPIError:
            rows = [None]
        for row in rows:
            yield seq, row


def _event_entries(opened: OpenedPayloads, rows: _Rows) -> Iterator[_Entry]:
    for seq, row in rows:
        if row is None:
            yield _Entry(seq, None, None, None)
            continue
        made = None
        integers = all(type(value) is int for value in (row.at_us, row.version))
        texts = all(type(value) is str for value in (row.kind, row.actor_id, row.payload))
        if integers and texts and type(row.prev_hash) is bytes:
            made = opened.hash_of(row)
        yield _Entry(row.seq, row.prev_hash, row.hash, made)


def _chunk_entries(session_id: UUID, rows: _Rows) -> Iterator[_Entry]:
    for seq, row in rows:
        if row is None:
            yield _Entry(seq, None, None, None)
            continue
        head, prev_hash = _chunk_head(session_id, row), row[10]
        made = None
        if head is not None and type(prev_hash) is bytes:
            made = _hash_of(head, prev_hash)
        yield _Entry(seq, prev_hash, row[11], made, head if made is not None else None)


def _chunk_head(session_id: UUID, row: Any) -> ChunkHead | None:
    """Give a chunk's head from its raw columns, None where one is not of its kind."""
    seq, serial, boot_id, first, count, period_us, text_of_marks, t0_us, resent, sha256, _, _ = row
    marks = _marks_in(text_of_marks)
    whole = (
        type(boot_id) is int and type(first) is int and type(count) is int and type(period_us) is int
        and type(t0_us) is int and count > 0 and isinstance(resent, int) and resent in (0, 1)
        and type(serial) is str and marks is not None and type(sha256) is bytes
    )
    if not whole or marks is None:
        return None
    return ChunkHead(session_id, seq, serial, boot_id, first, count, period_us, marks, t0_us, resent == 1, sha256)


def _hash_of(head: ChunkHead, prev_hash: bytes) -> bytes | None:
    try:
        return hash_behind(prev_hash, head.canonical_entry())
    except ValueError:  # a text that is no Unicode
        return None


def _marks_in(text_of_marks: object) -> tuple[tuple[int, int], ...] | None:
    """Give marks that are canonical JSON, byte for byte, else None."""
    one = _ONE_MARK.fullmatch(text_of_marks) if type(text_of_marks) is str else None
    if one is not None:
        return ((int(one[1]), int(one[2])),)
    marks = canonical_value(text_of_marks)
    return tuple((offset, pen_us) for offset, pen_us in marks) if _are_marks(marks) else None


def audit_entries(connection: Connection) -> Iterator[_Entry]:
    """Give the station's audit chain."""
    for seq, row in _rows(connection, _AUDIT, {}):
        if row is None:
            yield _Entry(seq, None, None, None)
            continue
        texts = (row.actor, row.action, row.subject, row.detail)
        made = None
        if type(row.at_us) is int and all(type(word) is str for word in texts) and type(row.prev_hash) is bytes:
            try:
                made = audit_hash(row.prev_hash, seq, row.at_us, *texts)
            except ValueError:
                made = None
        yield _Entry(seq, row.prev_hash, row.hash, made)


def _are_marks(marks: Any) -> bool:
    return isinstance(marks, list) and all(
        isinstance(mark, list) and len(mark) == 2 and all(type(part) is int for part in mark) for mark in marks
    )


# --- bodies --------------------------------------------------------------------------------------


def _check_bodies(connection: Connection, session_id: UUID, chunks: list[_Entry], broken_at: int | None) -> None:
    """Check that the bodies hold each chunk's samples once.

    ``chunks`` are those of the sound part of the chain, which ends before ``broken_at``.
    """
    waiting = deque(chunks)
    stray = 0
    for first_seq, row in _rows(connection, _BODIES, {"session": session_id.hex}):
        last_seq = row.last_seq if row is not None and type(row.last_seq) is int else first_seq
        if broken_at is not None and last_seq >= broken_at:
            return
        expected = waiting[0].seq if waiting else None
        if expected is None or first_seq < expected:
            # It covers what another body holds; the chunk it was taken from shows below as bare.
            stray = stray or (chunks[-1].seq if expected is None and chunks else max(1, min(first_seq, last_seq)))
            continue
        if first_seq != expected:
            raise BadEntry(expected, "has no body of its own range")
        covered = []
        while waiting and waiting[0].seq <= last_seq:
            covered.append(waiting.popleft())
        if not covered or covered[-1].seq != last_seq:
            raise BadEntry(expected, f"has a body that ends at {last_seq}, where no chunk ends")
        _check_body(row, covered)
    if waiting and broken_at is None:
        raise BadEntry(waiting[0].seq, "has no body")
    if stray:
        raise BadEntry(stray, "has a body that belongs to no chunk")


def _check_body(row: Any, covered: list[_Entry]) -> None:
    heads = [entry.chunk for entry in covered if entry.chunk is not None]
    try:
        samples = _samples_of(row, heads)
    except BodyFault as fault:
        raise BadEntry(covered[0].seq, f"has a body that cannot be decoded: {fault}") from None
    offset = 0
    for head in heads:
        part = samples[offset : offset + head.count * SAMPLE_BYTES]
        offset += len(part)
        if hashlib.sha256(part).digest() != head.samples_sha256:
            raise BadEntry(head.seq, "has other samples than were written")


def _samples_of(row: Any, heads: list[ChunkHead]) -> bytes | memoryview:
    """Give a body's samples; BodyFault where it cannot be read, or tells of its chunks what they are not."""
    if row is None or type(row.codec) is not int or type(row.body) is not bytes:
        raise BodyFault("it is not a body")
    if row.codec != WHOLE:
        return decode(row.codec, row.body, sum(head.count for head in heads))
    stored = open_whole(row.body)
    if outline_of(stored) != outline_of(of_heads(heads, b"")):
        raise BodyFault("it tells of its chunks what they are not")
    return stored.samples
