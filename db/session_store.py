"""Reads histories and lists on a connection that cannot write."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, func, select
from sqlalchemy.exc import DBAPIError

from console.domain.errors import OperatorError
from console.domain.ports import SessionRow, StoredChunk, StoredEvent, StoredRun, StoredSamples
from console.domain.station_proof import RecordProof, StationKey, StationSignature
from console.domain.telemetry import SAMPLE_BYTES
from db import tables
from db.chunk_codec import BodyFault
from db.data_folder import DataFolder
from db.engine import operator_error
from db.list_rows import LINE_COLUMNS, to_line
from db.merge import read_bodies
from db.patient_keys import PatientErased
from db.sample_columns import read_samples
from db.session_lists import SessionLists
from db.station_key import stored_keys
from db.stored_rows import chunk_head, hash_at, load_story, load_tail

_PREFIX_LEAST = 6
_SUMMARY = tables.session_summary


class SessionStore(SessionLists):
    """Implements ``ports.SessionReader``; for one thread at a time. ``close`` it when done."""

    def __init__(self, folder: DataFolder) -> None:
        super().__init__()
        self._folder = folder
        self._engine = folder.reader_engine()
        self._connection: Connection | None = None

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a read transaction; what the database says becomes an OperatorError."""
        try:
            if self._connection is None:
                self._connection = self._engine.connect()
            with self._connection.begin():
                yield self._connection
        except DBAPIError as error:
            self.close()
            raise operator_error(error, self._folder.database_path) from None

    # --- which sessions -----------------------------------------------------------------------

    def session_ids(self) -> list[UUID]:
        """Give every session, newest first."""
        event = tables.session_event
        wanted = (
            select(event.c.session_id).where(event.c.seq == 1)
            .order_by(event.c.at_us.desc(), event.c.session_id.desc())
        )
        with self.reading() as connection:
            return list(connection.execute(wanted).scalars())

    def find_session(self, text: str) -> UUID:
        """Resolve a UUID, a unique prefix of 6 or more, or ``last``; OperatorError otherwise."""
        ids = self.session_ids()
        if text == "last":
            if not ids:
                raise OperatorError("There is no session yet", "", "record one first")
            return ids[0]
        digits = text.strip().lower().replace("-", "")
        if not re.fullmatch(f"[0-9a-f]{{{_PREFIX_LEAST},32}}", digits):
            raise OperatorError(
                f"«{text}» is not a session", "",
                f"give its id, the first {_PREFIX_LEAST} or more characters of it, or last",
            )
        found = [session_id for session_id in ids if session_id.hex.startswith(digits)]
        if len(found) == 1:
            return found[0]
        if found:
            raise OperatorError(f"«{text}» fits {len(found)} sessions", "", "give more characters of the id")
        raise OperatorError(f"No session begins with «{text}»", "", "list the sessions and choose one")

    def open_sessions(self) -> list[UUID]:
        """Give the sessions that are still open, oldest first."""
        wanted = select(_SUMMARY.c.session_id).where(_SUMMARY.c.state == "open").order_by(_SUMMARY.c.opened_us)
        with self.reading() as connection:
            return list(connection.execute(wanted).scalars())

    # --- one session ------------------------------------------------------------------------------

    def events(self, session_id: UUID) -> list[StoredEvent]:
        """Give the session's events in order of ``seq``."""
        with self.reading() as connection:
            try:
                return load_story(connection, session_id)
            except PatientErased as erased:
                raise _erased(session_id, erased) from None
            except (ValueError, KeyError, TypeError):
                raise self._damaged(session_id) from None

    def chunks(self, session_id: UUID) -> list[StoredChunk]:
        """Give the session's chunks in order of ``seq``, bodies decompressed and split."""
        chunk = tables.telemetry_chunk
        wanted = select(chunk).where(chunk.c.session_id == session_id).order_by(chunk.c.seq)
        with self.reading() as connection:
            try:
                heads = [(chunk_head(row), row.hash) for row in connection.execute(wanted)]
                samples = b"".join(part for _, _, part in read_bodies(connection, session_id))
            except (BodyFault, ValueError, TypeError):
                raise self._damaged(session_id) from None
        if sum(head.count for head, _ in heads) * SAMPLE_BYTES != len(samples):
            raise self._damaged(session_id)
        found, offset = [], 0
        for head, made in heads:
            end = offset + head.count * SAMPLE_BYTES
            found.append(StoredChunk(head, made, samples[offset:end]))
            offset = end
        return found

    def has_head(self, session_id: UUID, head: str) -> bool:
        """Tell whether the hash of one of a session's events begins with these hexadecimal characters."""
        event = tables.session_event
        with self.reading() as connection:
            hashes = connection.execute(select(event.c.hash).where(event.c.session_id == session_id)).scalars()
            return any(one.hex().startswith(head) for one in hashes)

    def length(self, session_id: UUID) -> int:
        """Give how many entries a session's chain has."""
        with self.reading() as connection:
            return load_tail(connection, session_id).seq

    def samples(self, session_id: UUID) -> StoredSamples:
        """Give the session's samples at once, for looking at them."""
        with self.reading() as connection:
            try:
                return read_samples(connection, session_id)
            except (BodyFault, ValueError, TypeError):
                raise self._damaged(session_id) from None

    def proof(self, session_id: UUID) -> RecordProof:
        """Give what the station signed of the session, and its public keys."""
        signed = tables.station_signature
        wanted = select(signed).where(signed.c.session_id == session_id).order_by(signed.c.seq)
        with self.reading() as connection:
            made = tuple(StationSignature(row.seq, row.key_id, row.statement, row.signature)
                         for row in connection.execute(wanted))
            return RecordProof(made, tuple(stored_keys(connection)))

    def station_keys(self) -> list[StationKey]:
        """Give the station's public keys that are stored, the oldest first."""
        with self.reading() as connection:
            return stored_keys(connection)

    def stored_runs(self, session_id: UUID) -> list[StoredRun]:
        """Tell which samples are stored, without reading them: boots in order of arrival, then by index."""
        chunk = tables.telemetry_chunk
        wanted = select(chunk.c.pen_serial, chunk.c.boot_id, chunk.c.first_index, chunk.c.count)
        with self.reading() as connection:
            rows = connection.execute(wanted.where(chunk.c.session_id == session_id).order_by(chunk.c.seq)).all()
        boots: dict[tuple[str, int], list[tuple[int, int]]] = {}
        for serial, boot_id, first, count in rows:
            boots.setdefault((serial, boot_id), []).append((first, first + count))
        return [StoredRun(*boot, first, end) for boot, parts in boots.items() for first, end in _joined(parts)]

    def last_sample_us(self, session_id: UUID) -> int | None:
        """Give UTC of the end of the last stored sample, None where there is none."""
        chunk = tables.telemetry_chunk
        end_us = func.max(chunk.c.t0_utc_us + chunk.c.count * chunk.c.period_us)
        with self.reading() as connection:
            return connection.execute(select(end_us).where(chunk.c.session_id == session_id)).scalar()

    def entry_hash(self, session_id: UUID, seq: int) -> bytes | None:
        """Give the hash stored with an entry, None where there is none."""
        with self.reading() as connection:
            return hash_at(connection, session_id, seq)

    def _damaged(self, session_id: UUID) -> OperatorError:
        return OperatorError(
            f"Session {session_id} cannot be read: its record was altered or damaged",
            "nothing was changed", "verify it to see the first bad entry",
        )

    # --- the list -----------------------------------------------------------------------------------

    def row(self, session_id: UUID) -> SessionRow:
        """Give the session's line of the list."""
        with self.reading() as connection:
            found = connection.execute(select(*LINE_COLUMNS).where(_SUMMARY.c.session_id == session_id)).first()
        if found is None:
            raise OperatorError(f"There is no session {session_id} in the list", "",
                                "rebuild the lists: main.py rebuild")
        return to_line(found)

    def last_of_patient(self, patient_id: str, before_us: int) -> SessionRow | None:
        """Give the patient's newest finished treatment before a moment."""
        wanted = (
            select(*LINE_COLUMNS)
            .where(_SUMMARY.c.patient_id == patient_id, _SUMMARY.c.opened_us < before_us)
            .where(_finished())
            .order_by(_SUMMARY.c.opened_us.desc()).limit(1)
        )
        with self.reading() as connection:
            found = connection.execute(wanted).first()
        return to_line(found) if found is not None else None

    def last_treatments(self) -> dict[str, int]:
        """Give when each patient's newest finished treatment began (UTC µs)."""
        wanted = (
            select(_SUMMARY.c.patient_id, func.max(_SUMMARY.c.opened_us)).where(_finished()).group_by(
                _SUMMARY.c.patient_id)
        )
        with self.reading() as connection:
            return {patient_id: opened_us for patient_id, opened_us in connection.execute(wanted)}


def _erased(session_id: UUID, erased: PatientErased) -> OperatorError:
    return OperatorError(
        f"The content of session {session_id} was {erased}",
        "its samples and the hashes of its entries are kept", "verify it to see that nothing else was changed",
    )


def _finished() -> ColumnElement[bool]:
    return and_(_SUMMARY.c.kind.in_(("treatment", "training")), _SUMMARY.c.outcome == "finished")


def _joined(parts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for first, end in sorted(parts):
        if runs and runs[-1][1] == first:
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((first, end))
    return runs
