"""Pushes one session's next entries to the clinic server, in one transaction: all of them, or none.

Nothing there is ever overwritten: where the server holds another entry at a place, what is here is set aside there
for people to look at, and said.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert

from console.domain.history import GENESIS
from db import tables
from db.data_folder import DataFolder
from db.heads import Head
from db.patient_keys import SessionKey, key_of_session
from db.sealed_photo import BODY, THUMB, seal_picture
from db.stored_rows import hash_at, load_tail
from db.sync import server_tables as server
from db.sync.clinic_key import key_id
from db.sync.consoles import console_id_of
from db.sync.lease import LeaseLost, lease_number_for
from db.sync.local_chain import LocalChain, LocalEntry
from db.sync.patients import put_key, put_row
from db.sync.quarantine import Why
from db.sync.sent_rows import kept_aside, sent_event

_SEALED_PHOTO = b"NCPHOTO1"


@dataclass(frozen=True, slots=True)
class Pushed:
    """What became of a push: how many entries went, and what could not go."""

    entries: int
    upto: int  # the last entry that went, or was set aside
    aside: Why | None = None
    said: str = ""
    stale_patient: str = ""  # whose row another console changed at the same revision


@dataclass(frozen=True, slots=True)
class Pushing:
    """What every push of a console needs; for the thread of its connections."""

    folder: DataFolder
    clinic_key: bytes
    chain: LocalChain

    @property
    def console_id(self) -> UUID:
        """Who pushes."""
        return console_id_of(self.folder)

    def push(
        self, connection: Connection, local: Connection, session_id: UUID, *, first: bool, aside_upto: int = 0,
    ) -> Pushed:
        """Push the next entries of a session; ``first``: whatever else belongs to it goes with them.

        Of what was set aside already, up to ``aside_upto``, nothing is sent again.
        """
        connection.execute(select(func.pg_advisory_xact_lock(_lock_of(session_id))))
        top = server_top(connection, session_id)
        fork = fork_of(connection, local, session_id, top)
        if fork:
            return self._aside(connection, local, session_id, max(fork - 1, aside_upto), Why.FORK,
                               f"the server holds another entry {fork}")
        entries = self.chain.behind(local, session_id, top.seq)
        try:
            number = lease_number_for(connection, session_id, self.console_id)
        except LeaseLost as lost:
            return self._aside(connection, local, session_id, max(top.seq, aside_upto), Why.LEASE, lost.happened)
        stale = self._push_session(connection, local, session_id) if first and (entries or top.seq) else ""
        self._push_entries(connection, session_id, entries, number)
        if entries:
            top = Head(entries[-1].seq, entries[-1].hash)
        if first or any(one.event is not None for one in entries):
            self._push_signatures(connection, local, session_id, top.seq)
            self.push_head(connection, session_id, top)
        return Pushed(len(entries), top.seq, stale_patient=stale)

    def push_head(self, connection: Connection, chain: UUID, head: Head) -> None:
        """Put the head of a chain on the server; the nil id is the audit's."""
        connection.execute(insert(server.head).values(
            console_id=self.console_id, session_id=chain, seq=head.seq, hash=head.hash,
            mac=self.folder.heads.vouch(chain, head)).on_conflict_do_nothing())

    def push_photo(self, connection: Connection, local: Connection, photo_id: str) -> None:
        """Put one photo on the server, under its patient's key."""
        here = tables.photo
        row = local.execute(select(here).where(here.c.photo_id == photo_id)).first()
        if row is None:
            return
        content = dict(row._mapping)
        key = key_of_session(local, UUID(row.session_id))
        for part in (BODY, THUMB):  # those of an earlier console lie open here
            if not content[part].startswith(_SEALED_PHOTO):
                if key is None or key.key is None:
                    return
                content[part] = seal_picture(key.key, photo_id, part, content[part])
        connection.execute(insert(server.photo).values(content).on_conflict_do_nothing())

    def _aside(
        self, connection: Connection, local: Connection, session_id: UUID, behind: int, why: Why, said: str,
    ) -> Pushed:
        """Keep what the chain cannot take in the server's quarantine, once each."""
        entries = self.chain.behind(local, session_id, behind)
        if entries:
            connection.execute(insert(server.quarantine).on_conflict_do_nothing(), [{
                "console_id": self.console_id, "session_id": session_id, "seq": one.seq, "hash": one.hash,
                "why": why.value, "entry": kept_aside(one, self.clinic_key)} for one in entries])
        return Pushed(len(entries), entries[-1].seq if entries else behind, why, said)

    # --- parts ----------------------------------------------------------------------------------------

    def _push_session(self, connection: Connection, local: Connection, session_id: UUID) -> str:
        key = key_of_session(local, session_id)
        event = tables.session_event
        opened_us = local.execute(
            select(event.c.at_us).where(event.c.session_id == session_id, event.c.seq == 1)).scalar()
        if opened_us is None:
            return ""
        patient_id = key.patient_id if key is not None else ""
        stale = self._push_patient(connection, local, key) if key is not None and key.key is not None else ""
        connection.execute(insert(server.session).values(
            session_id=session_id, console_id=self.console_id, opened_us=opened_us, patient_id=patient_id,
            key_id=_named(key)).on_conflict_do_nothing())
        return stale

    def _push_patient(self, connection: Connection, local: Connection, key: SessionKey) -> str:
        assert key.key is not None
        if not put_key(connection, self.clinic_key, self.console_id, key.patient_id, key.key):
            return ""
        fresh = put_row(connection, local, self.console_id, key.patient_id, key.key)
        return "" if fresh else key.patient_id

    def _push_entries(
        self, connection: Connection, session_id: UUID, entries: Sequence[LocalEntry], number: int | None,
    ) -> None:
        for target, found in (
            (server.entry, [{
                "session_id": session_id, "seq": one.seq, "prev_hash": one.prev_hash, "hash": one.hash,
                "console_id": self.console_id, "lease_number": number} for one in entries]),
            (server.event, [sent_event(one.event, self.clinic_key) for one in entries if one.event is not None]),
            (server.chunk, [one.chunk for one in entries if one.chunk is not None]),
            (server.body, [one.body for one in entries if one.body is not None]),
        ):
            if found:
                connection.execute(insert(target), found)

    def _push_signatures(self, connection: Connection, local: Connection, session_id: UUID, upto: int) -> None:
        here = tables.station_signature
        rows = local.execute(select(here).where(here.c.session_id == session_id, here.c.seq <= upto)).all()
        if rows:
            connection.execute(
                insert(server.signature).on_conflict_do_nothing(), [dict(row._mapping) for row in rows])


def server_top(connection: Connection, session_id: UUID) -> Head:
    """Give the last entry the server holds of a session: seq 0 where it holds none."""
    table = server.entry
    found = connection.execute(select(table.c.seq, table.c.hash).where(table.c.session_id == session_id)
                               .order_by(table.c.seq.desc()).limit(1)).first()
    return Head(found.seq, found.hash) if found is not None else Head(0, GENESIS)


def fork_of(connection: Connection, local: Connection, session_id: UUID, top: Head) -> int:
    """Give the first place where the server holds another entry than this console, 0 where there is none."""
    tail = load_tail(local, session_id)
    shared = min(top.seq, tail.seq)
    if shared == 0 or _is_same(connection, local, session_id, shared):
        return 0
    sound, other = 0, shared  # entries hold the hash of the one before: what follows a difference differs too
    while other - sound > 1:
        middle = (sound + other) // 2
        if _is_same(connection, local, session_id, middle):
            sound = middle
        else:
            other = middle
    return other


def _is_same(connection: Connection, local: Connection, session_id: UUID, seq: int) -> bool:
    table = server.entry
    there = connection.execute(
        select(table.c.hash).where(table.c.session_id == session_id, table.c.seq == seq)).scalar()
    return there is not None and there == hash_at(local, session_id, seq)


def _lock_of(session_id: UUID) -> int:
    """Give the number of the server's lock under which one session's pushes follow one another."""
    return int.from_bytes(session_id.bytes[-8:], "big", signed=True)


def _named(key: SessionKey | None) -> bytes:
    return key_id(key.key) if key is not None and key.key is not None else b""
