"""Proves a history whole, or names the first bad entry.

Everything is recomputed from the raw columns: an event's text must be the canonical JSON of its
payload, a chunk's samples must match its hash, bodies must cover the chunks exactly, each entry
must hold the hash of the one before, and the head kept outside must lie on the chain. Whatever
stands in the columns, the answer is a ``ChainFault``, never a traceback.
"""

import hashlib
import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from console.domain.history import GENESIS, ChunkHead, canonical_json, entry_hash, event_entry
from console.domain.ports import ChainFault
from console.domain.telemetry import SAMPLE_BYTES
from db.chain_rows import audit_hash
from db.chunk_codec import BodyFault, decode
from db.data_folder import DataFolder
from db.heads import AUDIT, ForgedHead, Head

AUDIT_CHAIN = UUID(int=0)

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

# A row by its seq; None in place of one that cannot be read.
_Rows = Iterator[tuple[int, Any]]


class _Bad(Exception):
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
    sha256: bytes | None = None
    count: int = 0


def verify_session(folder: DataFolder, session_id: UUID) -> ChainFault | None:
    """Check one session; None where it is whole."""
    try:
        kept = _outside_heads(folder, session_id)
        engine = folder.reader_engine()
        with engine.connect() as connection, connection.begin():
            _check_session(connection, session_id, kept)
    except _Bad as bad:
        return ChainFault(session_id, bad.seq, bad.what)
    except DBAPIError:
        return ChainFault(session_id, 1, "the database file is damaged and cannot be read")
    return None


def verify_audit(folder: DataFolder) -> ChainFault | None:
    """Check the station's audit chain; its faults carry the nil UUID."""
    try:
        kept = _outside_heads(folder, AUDIT)
        with folder.reader_engine().connect() as connection, connection.begin():
            _check_chain(_audit_entries(connection), kept)
    except _Bad as bad:
        return ChainFault(AUDIT_CHAIN, bad.seq, f"audit: {bad.what}")
    except DBAPIError:
        return ChainFault(AUDIT_CHAIN, 1, "audit: the database file is damaged and cannot be read")
    return None


def verify_folder(folder: DataFolder) -> list[ChainFault]:
    """Check every session, the audit chain, and that no session with a head is missing."""
    try:
        with folder.reader_engine().connect() as connection, connection.begin():
            found = _raw_session_ids(connection)
    except DBAPIError:
        return [ChainFault(AUDIT_CHAIN, 1, "the database file is damaged and cannot be read")]
    ids, strays = _split_ids(found | {name.replace("-", "") for name in folder.heads.chains() if name != AUDIT})
    faults = [ChainFault(AUDIT_CHAIN, 1, f"an entry or head names no session: {stray!r}") for stray in strays]
    faults += [fault for fault in (verify_session(folder, session_id) for session_id in ids) if fault]
    audit = verify_audit(folder)
    return faults + ([audit] if audit else [])


def check_open_tails(folder: DataFolder, session_ids: list[UUID]) -> list[ChainFault]:
    """Check quickly, at start, that the heads kept outside lie on their chains."""
    faults = []
    with folder.reader_engine().connect() as connection, connection.begin():
        for session_id in session_ids:
            try:
                for head in _outside_heads(folder, session_id):
                    _check_head_row(connection, session_id, head)
            except _Bad as bad:
                faults.append(ChainFault(session_id, bad.seq, bad.what))
    return faults


def _check_head_row(connection: Connection, session_id: UUID, head: Head) -> None:
    row = connection.execute(text(
        "SELECT hash FROM session_event WHERE session_id = :session AND seq = :seq UNION ALL "
        "SELECT hash FROM telemetry_chunk WHERE session_id = :session AND seq = :seq"
    ), {"session": session_id.hex, "seq": head.seq}).first()
    if head.seq and (row is None or row.hash != head.hash):
        raise _Bad(head.seq, "the chain does not match the head kept outside the database")


# --- one chain -----------------------------------------------------------------------------------


def _check_session(connection: Connection, session_id: UUID, kept: list[Head]) -> None:
    named = {"session": session_id.hex}
    events = _event_entries(session_id, _rows(connection, _EVENTS, named))
    chunks = _chunk_entries(session_id, _rows(connection, _CHUNKS, named))
    chained: list[_Entry] = []
    bad = None
    try:
        _check_chain(_merged(events, chunks), kept, chained)
    except _Bad as found:
        bad = found
    try:
        chunked = [entry for entry in chained if entry.sha256 is not None]
        _check_bodies(connection, session_id, chunked, bad.seq if bad else None)
    except _Bad as found:
        bad = found if bad is None or found.seq < bad.seq else bad
    if bad is not None:
        raise bad


def _check_chain(entries: Iterator[_Entry], kept: list[Head], passed: list[_Entry] | None = None) -> None:
    heads: dict[int, set[bytes]] = {}
    for head in kept:
        if head.seq:
            heads.setdefault(head.seq, set()).add(head.hash)
    before, seq = GENESIS, 0
    for entry in entries:
        seq += 1
        if entry.seq != seq:
            raise _Bad(min(seq, entry.seq), "is missing" if entry.seq > seq else "is there twice")
        before = _linked(entry, before)
        if heads.get(seq, {before}) != {before}:
            raise _Bad(seq, "does not match the head kept outside the database")
        if passed is not None:
            passed.append(entry)
    reached = max(heads, default=0)
    if reached > seq:
        raise _Bad(seq + 1, f"is missing: the head kept outside says the chain reached {reached}")
    if seq == 0 and not kept:
        raise _Bad(1, "is missing: there is no such session")


def _linked(entry: _Entry, before: bytes) -> bytes:
    """Check one entry against the hash before it; give its own."""
    if entry.made is None:
        raise _Bad(entry.seq, "is not what was written")
    if entry.prev_hash != before:
        raise _Bad(entry.seq, "does not hold the hash of the entry before it")
    if entry.hash != entry.made:
        raise _Bad(entry.seq, "does not match its hash")
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
    try:
        rows = list(connection.execute(text(f"{statement} ORDER BY {column}"), named))
    except DBAPIError:
        rows = []
        yield from _rows_one_by_one(connection, statement, column, named)
    last = 0
    for row in rows:
        if type(row.seq) is not int:
            raise _Bad(last + 1, "has no number")
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


def _event_entries(session_id: UUID, rows: _Rows) -> Iterator[_Entry]:
    for seq, row in rows:
        if row is None:
            yield _Entry(seq, None, None, None)
            continue
        made = None
        payload = _canonical(row.payload)
        integers = all(type(value) is int for value in (row.at_us, row.version))
        texts = all(type(value) is str for value in (row.kind, row.actor_id))
        if isinstance(payload, dict) and integers and texts and type(row.prev_hash) is bytes:
            entry = event_entry(
                session_id, row.seq, row.at_us, row.kind, row.version, row.actor_id, payload
            )
            made = _hashed(row.prev_hash, entry)
        yield _Entry(row.seq, row.prev_hash, row.hash, made)


def _chunk_entries(session_id: UUID, rows: _Rows) -> Iterator[_Entry]:
    for seq, row in rows:
        if row is None:
            yield _Entry(seq, None, None, None)
            continue
        count = row._mapping["count"]
        marks = _canonical(row.pen_time_marks)
        integers = (row.boot_id, row.first_index, count, row.period_us, row.t0_utc_us, row.resent)
        whole = (
            all(type(value) is int for value in integers) and row.resent in (0, 1) and count > 0
            and type(row.pen_serial) is str and _are_marks(marks)
            and type(row.samples_sha256) is bytes and type(row.prev_hash) is bytes
        )
        if not whole:
            yield _Entry(row.seq, row.prev_hash, row.hash, None)
            continue
        head = ChunkHead(
            session_id, row.seq, row.pen_serial, row.boot_id, row.first_index, count, row.period_us,
            tuple((offset, pen_us) for offset, pen_us in marks), row.t0_utc_us, row.resent == 1,
            row.samples_sha256,
        )
        made = _hashed(row.prev_hash, head.entry())
        yield _Entry(row.seq, row.prev_hash, row.hash, made, row.samples_sha256, count)


def _audit_entries(connection: Connection) -> Iterator[_Entry]:
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


def _canonical(raw: object) -> Any:
    """Read text that must be canonical JSON; None where it is not, byte for byte."""
    try:
        value = json.loads(raw) if isinstance(raw, str) else None
        return value if isinstance(raw, str) and canonical_json(value) == raw.encode() else None
    except (ValueError, TypeError, RecursionError):
        return None


def _are_marks(marks: Any) -> bool:
    return isinstance(marks, list) and all(
        isinstance(mark, list) and len(mark) == 2 and all(type(part) is int for part in mark) for mark in marks
    )


def _hashed(prev_hash: bytes, entry: Any) -> bytes | None:
    try:
        return entry_hash(prev_hash, entry)
    except (ValueError, TypeError):
        return None


# --- bodies --------------------------------------------------------------------------------------


def _check_bodies(connection: Connection, session_id: UUID, chunks: list[_Entry], broken_at: int | None) -> None:
    """Check that the bodies hold each chunk's samples once.

    ``chunks`` are those of the sound part of the chain, which ends before ``broken_at``.
    """
    waiting = deque(chunks)
    for first_seq, row in _rows(connection, _BODIES, {"session": session_id.hex}):
        last_seq = row.last_seq if row is not None and type(row.last_seq) is int else first_seq
        if broken_at is not None and last_seq >= broken_at:
            return
        if not waiting:
            raise _Bad(chunks[-1].seq if chunks else 1, "has a body that belongs to no chunk")
        expected = waiting[0].seq
        if first_seq != expected:
            raise _Bad(expected, "has no body of its own range")
        covered = []
        while waiting and waiting[0].seq <= last_seq:
            covered.append(waiting.popleft())
        if not covered or covered[-1].seq != last_seq:
            raise _Bad(expected, f"has a body that ends at {last_seq}, where no chunk ends")
        _check_body(row, covered)
    if waiting and broken_at is None:
        raise _Bad(waiting[0].seq, "has no body")


def _check_body(row: Any, covered: list[_Entry]) -> None:
    try:
        if row is None or type(row.codec) is not int or type(row.body) is not bytes:
            raise BodyFault("it is not a body")
        samples = decode(row.codec, row.body, sum(chunk.count for chunk in covered))
    except BodyFault as fault:
        raise _Bad(covered[0].seq, f"has a body that cannot be decoded: {fault}") from None
    offset = 0
    for chunk in covered:
        part = samples[offset : offset + chunk.count * SAMPLE_BYTES]
        offset += len(part)
        if hashlib.sha256(part).digest() != chunk.sha256:
            raise _Bad(chunk.seq, "has other samples than were written")


# --- heads and names --------------------------------------------------------------------------------


def _outside_heads(folder: DataFolder, chain: UUID | str) -> list[Head]:
    """Give the heads kept outside; read before the database, which may only be further on."""
    try:
        head, disputed = folder.heads.read(chain), folder.heads.read_disputed(chain)
    except ForgedHead as forged:
        raise _Bad(1, f"cannot be trusted: {forged}") from None
    if head is None and disputed is None and not _known(folder, chain):
        return []
    if head is None:
        raise _Bad(1, f"cannot be trusted: head file {folder.heads.path(chain).name} is missing")
    return [kept for kept in (disputed, head) if kept is not None]


def _known(folder: DataFolder, chain: UUID | str) -> bool:
    if chain == AUDIT:
        return True
    with folder.reader_engine().connect() as connection, connection.begin():
        return UUID(str(chain)).hex in _raw_session_ids(connection)


def _raw_session_ids(connection: Connection) -> set[str]:
    found: set[str] = set()
    for table in ("session_event", "telemetry_chunk", "telemetry_body"):
        found |= {str(row[0]) for row in connection.execute(text(f"SELECT DISTINCT session_id FROM {table}"))}
    return found


def _split_ids(names: set[str]) -> tuple[list[UUID], list[str]]:
    ids, strays = [], []
    for name in sorted(names):
        try:
            found = UUID(name)
        except ValueError:
            strays.append(name)
            continue
        if found.hex == name:
            ids.append(found)
        else:
            strays.append(name)
    return ids, strays
