"""Proves a history whole, or names the first bad entry.

Everything is recomputed from the raw columns: an event's text must be the canonical JSON of its
payload, a chunk's samples must match its hash, bodies must cover the chunks exactly, each entry
must hold the hash of the one before, and the head kept outside must lie on the chain. Whatever
stands in the columns, the answer is a ``ChainFault``, never a traceback.
"""

from collections.abc import Callable
from contextlib import closing
from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from console.domain.ports import ChainFault
from db.chain_check import BadEntry, audit_entries, check_chain, check_session
from db.data_folder import DataFolder
from db.engine import operator_error
from db.erasure_check import check_erasure, unvouched_erasures
from db.heads import AUDIT, ForgedHead, Head
from db.proof_check import noted_subjects, proof_fault
from db.station_key import StationSigner

AUDIT_CHAIN = UUID(int=0)


def verify_session(folder: DataFolder, session_id: UUID) -> ChainFault | None:
    """Check one session; None where it is whole."""
    with closing(_Verifier(folder)) as verifier:
        return verifier.session(session_id)


def verify_audit(folder: DataFolder) -> ChainFault | None:
    """Check the station's audit chain; its faults carry the nil UUID."""
    with closing(_Verifier(folder)) as verifier:
        return verifier.audit()


class _Verifier:
    """Checks chains one after the other, each in a read of its own, on one connection while it answers."""

    def __init__(self, folder: DataFolder) -> None:
        self._folder, self._engine = folder, folder.reader_engine()
        self._station = StationSigner(folder.keys.station).public_key
        self._connection: Connection | None = None

    def close(self) -> None:
        """Close the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def session(self, session_id: UUID) -> ChainFault | None:
        """Check one session; None where it is whole."""

        def check(connection: Connection, kept: list[Head]) -> int:
            reached = check_session(connection, session_id, kept)
            if fault := proof_fault(connection, session_id, self._station):
                raise BadEntry(*fault)
            check_erasure(connection, self._folder, session_id)
            return reached

        return self._verify(session_id, session_id, check)

    def audit(self) -> ChainFault | None:
        """Check the station's audit chain."""
        return self._verify(AUDIT, AUDIT_CHAIN, lambda connection, kept: check_chain(audit_entries(connection), kept))

    def _verify(
        self, chain: UUID | str, named: UUID, check: Callable[[Connection, list[Head]], int]
    ) -> ChainFault | None:
        # The heads first: the database may only be further on.
        kept, distrust = _outside_heads(self._folder, chain)
        try:
            if self._connection is None:
                self._connection = self._engine.connect()
            with self._connection.begin():
                reached = check(self._connection, kept)
        except BadEntry as bad:
            self.close()  # what met a damaged page may answer no more
            return ChainFault(named, bad.seq, bad.what)
        except DBAPIError as error:
            self.close()
            return ChainFault(named, 1, _unreadable(self._folder, error))
        return ChainFault(named, max(1, reached), distrust) if distrust else None


def _unreadable(folder: DataFolder, error: DBAPIError) -> str:
    if "locked" in str(error.orig):
        raise operator_error(error, folder.database_path) from None
    return "cannot be read: the database file is damaged"


def verify_folder(folder: DataFolder) -> list[ChainFault]:
    """Check every session, the audit chain, and that no session is missing that has a head or was noted there."""
    try:
        with folder.reader_engine().connect() as connection, connection.begin():
            found = _raw_session_ids(connection) | {name.replace("-", "") for name in noted_subjects(connection)}
    except DBAPIError as error:
        return [ChainFault(AUDIT_CHAIN, 1, _unreadable(folder, error))]
    ids, strays = _split_ids(found | {name.replace("-", "") for name in folder.heads.chains() if name != AUDIT})
    faults = [ChainFault(AUDIT_CHAIN, 1, f"an entry or head names no session: {stray!r}") for stray in strays]
    with closing(_Verifier(folder)) as verifier:
        faults += [fault for fault in (verifier.session(session_id) for session_id in ids) if fault]
        audit = verifier.audit()
    faults += [audit] if audit else []
    faults += [ChainFault(AUDIT_CHAIN, 1, what) for what in unvouched_erasures(folder)]
    return faults or _damaged_pages(folder)


def _damaged_pages(folder: DataFolder) -> list[ChainFault]:
    """Check the pages no entry lies on: an index, a list, a free page."""
    if _wal_in_use(folder):
        return []  # pages newer than the file's would look damaged; the next writer checks them
    # The driver's own connection: the answer is a pragma's rows.
    with closing(folder.reader_engine().raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute("PRAGMA cipher_integrity_check")
        told = list(cursor.fetchall())
    if not told or _wal_in_use(folder):
        return []
    return [ChainFault(AUDIT_CHAIN, 1, f"the database file is damaged: {told[0][0]}")]


def _wal_in_use(folder: DataFolder) -> bool:
    beside = folder.database_path.with_name(f"{folder.database_path.name}-wal")
    return beside.exists() and beside.stat().st_size > 0


def check_open_tails(folder: DataFolder, session_ids: list[UUID]) -> list[ChainFault]:
    """Check quickly, at start, that the heads kept outside lie on their chains."""
    faults = []
    with folder.reader_engine().connect() as connection, connection.begin():
        for session_id in session_ids:
            kept, distrust = _outside_heads(folder, session_id)
            try:
                for head in kept:
                    _check_head_row(connection, session_id, head)
            except BadEntry as bad:
                faults.append(ChainFault(session_id, bad.seq, bad.what))
            else:
                faults += [ChainFault(session_id, 1, distrust)] if distrust else []
    return faults


def _check_head_row(connection: Connection, session_id: UUID, head: Head) -> None:
    row = connection.execute(text(
        "SELECT hash FROM session_event WHERE session_id = :session AND seq = :seq UNION ALL "
        "SELECT hash FROM telemetry_chunk WHERE session_id = :session AND seq = :seq"
    ), {"session": session_id.hex, "seq": head.seq}).first()
    if head.seq and (row is None or row.hash != head.hash):
        raise BadEntry(head.seq, "the chain does not match the head kept outside the database")


# --- heads and names --------------------------------------------------------------------------------


def _outside_heads(folder: DataFolder, chain: UUID | str) -> tuple[list[Head], str]:
    """Give the heads kept outside that can be trusted, and why one cannot be."""
    heads = folder.heads
    kept, distrust = [], ""
    for read in (heads.read_disputed, heads.read):
        try:
            head = read(chain)
        except ForgedHead as forged:
            distrust = f"cannot be vouched for: {forged}"
            continue
        if head is not None:
            kept.append(head)
    if not heads.path(chain).exists():
        distrust = f"cannot be vouched for: head file {heads.path(chain).name} is missing"
    return kept, distrust


def _raw_session_ids(connection: Connection) -> set[str]:
    found: set[str] = set()
    for table in ("session_event", "telemetry_chunk", "telemetry_body"):
        rows = connection.execute(text(f"SELECT DISTINCT session_id FROM {table}")).scalars()
        found |= {one.hex if isinstance(one, UUID) else str(one) for one in rows}
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
