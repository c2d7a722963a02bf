"""Brings a session from the clinic server into this console's record: proved before it is committed, or not at all."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, insert, select

from console.domain.errors import OperatorError
from console.domain.history import canonical_json
from db import tables
from db.chain_check import BadEntry, check_session
from db.data_folder import DataFolder
from db.heads import Head
from db.patient_keys import erasure_of
from db.recorder_thread import RecorderThread
from db.registry import searched_words
from db.session_store import SessionStore
from db.stored_rows import load_tail
from db.sync import server_tables as server
from db.sync.clinic_key import key_id
from db.sync.consoles import refuse_other_clinic
from db.sync.patients import PatientCopy, is_erased, key_copy, row_copy
from db.sync.push import fork_of, server_top
from db.sync.sent_rows import received_event
from db.sync.server_address import ClinicServer
from db.sync.server_link import ServerLink

_AT_ONCE = 500
_WRITE_LIMIT_S = 120.0
_UNCHANGED = "nothing was changed here"


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came: how many entries, and whose session it is (empty: of nobody)."""

    session_id: UUID
    entries: int
    patient_id: str


@dataclass(slots=True)
class _Brought:
    """All that is to be written, read from the server before."""

    session_id: UUID
    behind: Head
    top: Head
    patient_id: str = ""
    key: bytes | None = field(default=None, repr=False)
    row: PatientCopy | None = None
    rows: list[tuple[Table, list[dict[str, Any]]]] = field(default_factory=list)


def fetch_session(
    folder: DataFolder, recorder: RecorderThread, link: ServerLink, known: ClinicServer, session_id: UUID,
    actor_id: str, now_us: int,
) -> Fetched:
    """Take over what the server holds of a session beyond what is here, with its patient's key, row and photos.

    Not on the recorder's thread. OperatorError, and nothing changed, where the chains go apart, a patient's number is
    another person's here, or what came does not verify; ServerAway where the server cannot be asked.
    """
    store = SessionStore(folder)
    try:
        brought = _bring(store, link, known, session_id)
    finally:
        store.close()
    if brought.behind == brought.top and not any(rows for _, rows in brought.rows):
        return Fetched(session_id, 0, brought.patient_id)
    entries = brought.top.seq - brought.behind.seq
    detail = canonical_json({"entries": entries, "patient": brought.patient_id}).decode()
    recorder.write(lambda connection: _write(connection, brought, now_us),
                   (actor_id, "session_fetched", str(session_id), detail), _WRITE_LIMIT_S, grown=session_id)
    return Fetched(session_id, entries, brought.patient_id)


def find_on_server(link: ServerLink, named: str) -> UUID:
    """Resolve a session's id, or the first six or more characters of it; OperatorError where it is none or several."""
    digits = named.strip().lower().replace("-", "")
    if not re.fullmatch("[0-9a-f]{6,32}", digits):
        raise OperatorError(f"«{named}» is not a session", _UNCHANGED,
                            "give its id, or the first 6 or more characters of it")
    begin, end = UUID(digits.ljust(32, "0")), UUID(digits.ljust(32, "f"))
    column = server.session.c.session_id
    with link.transaction() as connection:
        found: list[UUID] = list(
            connection.execute(select(column).where(column.between(begin, end)).limit(2)).scalars())
    if len(found) != 1:
        raise OperatorError(f"«{named}» fits several sessions on the clinic server" if found else
                            f"The clinic server holds no session that begins with «{named}»", _UNCHANGED,
                            "give more of its id" if found else "check its id")
    return found[0]


# --- from the server ------------------------------------------------------------------------------------


def _bring(store: SessionStore, link: ServerLink, known: ClinicServer, session_id: UUID) -> _Brought:
    with store.reading() as local, link.transaction() as connection:
        refuse_other_clinic(connection, known)
        there = connection.execute(select(server.session).where(server.session.c.session_id == session_id)).first()
        if there is None:
            raise OperatorError(f"The clinic server holds no session {session_id}", _UNCHANGED, "check its id")
        behind, top = load_tail(local, session_id), server_top(connection, session_id)
        if fork := fork_of(connection, local, session_id, top):
            raise OperatorError(
                f"The record of this session here and the server's go apart at entry {fork}", _UNCHANGED,
                "verify it; what is here alone lies in the server's quarantine too")
        brought = _Brought(session_id, behind, top, there.patient_id)
        if there.patient_id:
            _bring_patient(connection, known, brought, there.key_id)
    if behind.seq < top.seq:
        for first in range(behind.seq + 1, top.seq + 1, _AT_ONCE):
            with link.transaction() as connection:
                brought.rows += _rows_of(connection, known, session_id, first, min(first + _AT_ONCE - 1, top.seq))
    brought.rows += list(_photos(store, link, session_id))
    return brought


def _bring_patient(connection: Connection, known: ClinicServer, brought: _Brought, named: bytes) -> None:
    try:
        if not is_erased(connection, brought.patient_id, named):
            brought.key = key_copy(connection, known.clinic_key, brought.patient_id, named)
        if brought.key is not None:
            brought.row = row_copy(connection, brought.patient_id, brought.key)
    except ValueError:
        raise OperatorError(f"What the clinic server holds of {brought.patient_id} was altered", _UNCHANGED,
                            "ask who keeps the server") from None
    if brought.key is None:
        raise OperatorError(f"{brought.patient_id} was erased, so nothing of this session can be read", _UNCHANGED)


def _rows_of(
    connection: Connection, known: ClinicServer, session_id: UUID, first: int, last: int,
) -> Iterator[tuple[Table, list[dict[str, Any]]]]:
    for source, target in ((server.event, tables.session_event), (server.chunk, tables.telemetry_chunk),
                           (server.body, tables.telemetry_body)):
        place = source.c.first_seq if source is server.body else source.c.seq
        found = connection.execute(
            select(source).where(source.c.session_id == session_id, place.between(first, last)).order_by(place))
        rows = [dict(row._mapping) for row in found]
        if source is server.event:
            rows = [_opened(row, known) for row in rows]
        yield target, rows


def _opened(row: dict[str, Any], known: ClinicServer) -> dict[str, Any]:
    try:
        return received_event(row, known.clinic_key)
    except ValueError:
        raise OperatorError(f"Entry {row['seq']} on the clinic server was altered", _UNCHANGED,
                            "ask who keeps the server") from None


def _photos(store: SessionStore, link: ServerLink, session_id: UUID) -> Iterator[tuple[Table, list[dict[str, Any]]]]:
    photo, named = server.photo, str(session_id)
    with store.reading() as local:
        here = set(local.execute(
            select(tables.photo.c.photo_id).where(tables.photo.c.session_id == named)).scalars())
    with link.transaction() as connection:
        there = list(connection.execute(select(photo.c.photo_id).where(photo.c.session_id == named)).scalars())
    for photo_id in there:
        if photo_id not in here:
            with link.transaction() as connection:
                row = connection.execute(select(photo).where(photo.c.photo_id == photo_id)).one()
                yield tables.photo, [dict(row._mapping)]


# --- into the record --------------------------------------------------------------------------------------


def _write(connection: Connection, brought: _Brought, now_us: int) -> None:
    if load_tail(connection, brought.session_id) != brought.behind:
        raise OperatorError("The session went on here meanwhile", _UNCHANGED, "try again")
    if brought.patient_id:
        _write_patient(connection, brought, now_us)
    for table, rows in brought.rows:
        if rows:
            connection.execute(insert(table), rows)
    try:
        check_session(connection, brought.session_id, [brought.top])
    except BadEntry as bad:
        raise OperatorError(f"What the clinic server holds of this session does not verify: entry {bad.seq} {bad.what}",
                            _UNCHANGED, "ask who keeps the server") from None


def _write_patient(connection: Connection, brought: _Brought, now_us: int) -> None:
    patient_id, key, kept, lies = brought.patient_id, brought.key, tables.patient_key, tables.sealed_session
    if key is None:
        return
    if erasure_of(connection, patient_id) is not None:
        raise OperatorError(f"{patient_id} was erased here", _UNCHANGED, "the record of an erased patient stays away")
    here = connection.execute(select(kept.c.key).where(kept.c.patient_id == patient_id)).scalar()
    if here is not None and key_id(here) != key_id(key):
        raise OperatorError(f"{patient_id} is another person's number at this console", _UNCHANGED,
                            "give the two rooms numbers of their own")
    if here is None:
        connection.execute(insert(kept).values(patient_id=patient_id, key=key, made_us=now_us))
    if connection.execute(select(lies).where(lies.c.session_id == brought.session_id)).first() is None:
        connection.execute(insert(lies).values(session_id=brought.session_id, patient_id=patient_id))
    if brought.row is not None:
        _write_row(connection, brought.row, now_us)


def _write_row(connection: Connection, copy: PatientCopy, now_us: int) -> None:
    """Add the server's revision of a patient's row where it is newer: theirs counts, the former stays beside it."""
    table, patient_id = tables.patient, copy.fields["patient_id"]
    newest = connection.execute(
        select(table).where(table.c.patient_id == patient_id).order_by(table.c.rev.desc()).limit(1)).first()
    if newest is not None and newest.rev >= copy.rev:
        return
    connection.execute(insert(table).values(
        **copy.fields, search_text=searched_words(copy.fields), rev=copy.rev, changed_by="clinic server",
        changed_us=now_us))
