"""Compares the chains here with what the clinic server knows of them: nobody at this console can roll that back.

A record that was put back from an old backup together with its head files proves itself; the server remembers more.
"""

import hmac
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select, text

from console.domain.ports import ChainFault
from db import tables
from db.data_folder import DataFolder
from db.heads import Head
from db.session_store import SessionStore
from db.stored_rows import hash_at, load_tail
from db.sync import server_tables as server
from db.sync.consoles import NIL, console_id_of, refuse_other_clinic
from db.sync.push import fork_of, server_top
from db.sync.server_address import ClinicServer, server_of
from db.sync.server_link import ServerLink

_NEWEST_HEADS = text(
    "SELECT DISTINCT ON (session_id) session_id, seq, hash, mac FROM server_head WHERE console_id = :console "
    "AND (CAST(:chain AS uuid) IS NULL OR session_id = :chain) ORDER BY session_id, seq DESC, pushed_us DESC")


def faults_by_server(folder: DataFolder, store: SessionStore, chain: UUID | None = None) -> list[ChainFault]:
    """Compare with the server the folder is joined to; OperatorError where that cannot be asked now."""
    known = server_of(folder)
    if known is None:
        return []
    link = ServerLink(known.address, known.password)
    try:
        return compare_with_server(folder, store, link, known, chain)
    finally:
        link.close()


def compare_with_server(
    folder: DataFolder, store: SessionStore, link: ServerLink, known: ClinicServer, chain: UUID | None = None,
) -> list[ChainFault]:
    """Give what does not agree between this record and the server's heads of it (``chain``: of one session).

    ServerAway, ServerRefused or another OperatorError where the server cannot be asked.
    """
    with store.reading() as local, link.transaction() as connection:
        refuse_other_clinic(connection, known)
        named = {"console": console_id_of(folder), "chain": chain}
        heads = connection.execute(_NEWEST_HEADS, named).all()
        return list(_faults(folder, local, connection, heads, [chain] if chain else _of_console(connection, folder)))


def _faults(
    folder: DataFolder, local: Connection, connection: Connection, heads: Sequence[Row[Any]], sessions: Sequence[UUID],
) -> Iterator[ChainFault]:
    faulty = set()
    for session_id in sessions:
        what = _chain_fault(folder, local, connection, session_id)
        if what is not None:
            faulty.add(session_id)
            yield ChainFault(session_id, *what)
    for row in heads:
        what = _head_fault(folder, local, row) if row.session_id not in faulty else None
        if what is not None:
            yield ChainFault(row.session_id, *what)


def _head_fault(folder: DataFolder, local: Connection, row: Row[Any]) -> tuple[int, str] | None:
    """Compare one head that this console put on the server."""
    if not hmac.compare_digest(folder.heads.vouch(row.session_id, Head(row.seq, row.hash)), row.mac):
        return row.seq, "has a head on the clinic server that was not made by this console"
    here = _audit_hash(local, row.seq) if row.session_id == NIL else hash_at(local, row.session_id, row.seq)
    if here is None:
        return row.seq, f"is missing: the clinic server says the chain reached {row.seq}"
    return None if here == row.hash else (row.seq, "does not match the head on the clinic server")


def _chain_fault(
    folder: DataFolder, local: Connection, connection: Connection, session_id: UUID,
) -> tuple[int, str] | None:
    """Compare the server's entries of a session; it may be further on only by another console's hand."""
    top = server_top(connection, session_id)
    if fork := fork_of(connection, local, session_id, top):
        return fork, "is another entry than the clinic server holds"
    tail = load_tail(local, session_id)
    if top.seq <= tail.seq:
        return None
    entry = server.entry
    mine = connection.execute(select(entry.c.seq).where(
        entry.c.session_id == session_id, entry.c.seq > tail.seq, entry.c.console_id == console_id_of(folder),
    ).order_by(entry.c.seq.desc()).limit(1)).scalar()
    if mine is None:
        return None
    return tail.seq + 1, f"is missing: the clinic server says the chain reached {mine} here"


def _of_console(connection: Connection, folder: DataFolder) -> list[UUID]:
    table = server.session
    return list(connection.execute(select(table.c.session_id).where(
        table.c.console_id == console_id_of(folder)).order_by(table.c.opened_us)).scalars())


def _audit_hash(local: Connection, seq: int) -> bytes | None:
    entry = tables.audit_entry
    found = local.execute(select(entry.c.hash).where(entry.c.seq == seq)).scalar()
    return found if isinstance(found, bytes) else None
