"""Erases a patient: destroys the key that opens the history, and deletes what is not part of a chain.

The ledger outside the database is written first. A kill in between leaves an erasure that is noted
and not done; ``apply_ledger`` does it at the next start, as it does after an old backup was restored.
"""

import logging
from collections.abc import Collection, Iterator
from contextlib import closing
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, delete, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from console.domain.clock import Clock
from console.domain.erasure import Erasure, ErasureOrder, LastVisit, PatientTrace
from console.domain.errors import OperatorError
from console.domain.history import canonical_json
from console.services.local_time import local_day
from db import tables
from db.data_folder import DataFolder
from db.erasure_ledger import ErasureLedger
from db.export_remains import files_of, remove_files
from db.patient_keys import erasure_of
from db.read_models import write_erased_row
from db.recorder_thread import RecorderThread
from db.sealed_payload import erased_text
from db.session_store import SessionStore
from db.triggers import APPEND_ONLY, sqlite_triggers

log = logging.getLogger(__name__)

EXPORTS = "exports"
_WRITE_LIMIT_S = 60.0
# Of these something stays: links of a chain, what proves the erasure, and what recalls go by.
_KEPT = frozenset({*APPEND_ONLY, "telemetry_body", "session_summary", "product_use"}) - {"photo"}


class PatientTraces:
    """Implements ``erasure.PatientSource``: what the record holds of patients; for the thread of its store."""

    def __init__(self, folder: DataFolder, store: SessionStore) -> None:
        self._folder, self._store = folder, store

    def trace(self, patient_id: str) -> PatientTrace:
        """Tell what there is of a patient."""
        with self._store.reading() as connection:
            return _trace(connection, self._folder, patient_id)

    def last_visits(self, patient_id: str = "") -> list[LastVisit]:
        """Tell when each patient (or the one) was last here."""
        with self._store.reading() as connection:
            return _last_visits(connection, patient_id)

    def erasures(self) -> list[Erasure]:
        """Give what was erased so far."""
        erasure = tables.erasure
        with self._store.reading() as connection:
            rows = connection.execute(select(erasure).order_by(erasure.c.number)).all()
        return [Erasure(row.number, row.patient_id, row.erased_us, row.actor_id, row.ground, row.reason)
                for row in rows]


class StoreEraser(PatientTraces):
    """Implements ``erasure.Eraser``; on the query thread, or on a command's only thread."""

    def __init__(self, folder: DataFolder, store: SessionStore, recorder: RecorderThread, clock: Clock) -> None:
        super().__init__(folder, store)
        self._recorder, self._clock = recorder, clock

    def erase(self, order: ErasureOrder) -> Erasure:
        """Erase at once and for good; OperatorError where it is not confirmed."""
        self._recorder.synchronise(_WRITE_LIMIT_S)
        trace = self.trace(order.patient_id)
        with self._store.reading() as connection:
            _refuse(connection, trace)
        act = _Erasing(self._folder, order, self._clock.utc_us())
        try:
            made = _erase_now(self._recorder, act, order.actor_id, order.patient_id)
        except OperatorError as error:
            if act.made is None:
                raise
            raise OperatorError(
                f"The erasure is noted as number {act.made.number}, but not done yet ({error.happened.lower()})",
                "only written exports were deleted yet", "start the console again: it is done then",
            ) from None
        empty_log(self._folder)
        return made


class _Erasing:
    """An erasure inside the recorder's transaction, where no session can begin beside it; may be tried again.

    The ledger is written there too, before anything is deleted; ``made`` once it is.
    """

    def __init__(self, folder: DataFolder, order: ErasureOrder, erased_us: int) -> None:
        self._folder, self._order, self._erased_us = folder, order, erased_us
        self.made: Erasure | None = None
        self.sessions = 0

    def __call__(self, connection: Connection) -> Erasure:
        patient_id, ground = self._order.patient_id, self._order.ground.value
        trace = _trace(connection, self._folder, patient_id)
        if self.made is None:
            _refuse(connection, trace)
            ledger = ErasureLedger(self._folder.path, self._folder.keys.head)
            number = ledger.append(self._erased_us, ground, patient_id)
            self.made = Erasure(
                number, patient_id, self._erased_us, self._order.actor_id, ground, self._order.reason)
        # Before the database: once it is done there, no later start looks for them again.
        remove_files(self._folder.path / EXPORTS, trace.exports)
        self.sessions = len(trace.sessions)
        _erase_rows(connection, self.made, trace.sessions)
        return self.made


def apply_ledger(folder: DataFolder, recorder: RecorderThread) -> list[int]:
    """Do what the ledger names and the database has not done; give the numbers. OperatorError if it is not trusted."""
    ledger = ErasureLedger(folder.path, folder.keys.head)
    lines = ledger.trusted_lines()
    if not lines:
        return []
    store = SessionStore(folder)
    try:
        with store.reading() as connection:
            done = set(connection.execute(select(tables.erasure.c.number)).scalars())
            missing = [line for line in lines if line.number not in done]
            people = {ledger.tag_of(one): one for one in _known_patients(connection)} if missing else {}
    finally:
        store.close()
    for line in missing:
        patient_id = people.get(line.patient, "")
        made = Erasure(line.number, patient_id, line.erased_us, "console", line.ground, "done again by the ledger")
        _erase_now(recorder, _ErasedAgain(folder, made), made.actor_id, patient_id)
        log.warning("erasure %d of the ledger was done again", line.number)
    if missing:
        empty_log(folder)
    return [line.number for line in missing]


class _ErasedAgain:
    """An erasure of the ledger, done inside the recorder's transaction."""

    def __init__(self, folder: DataFolder, made: Erasure) -> None:
        self._folder, self._made = folder, made
        self.sessions = 0

    def __call__(self, connection: Connection) -> Erasure:
        made = self._made
        sessions = _sessions_of(connection, made.patient_id) if made.patient_id else []
        if made.patient_id:
            remove_files(self._folder.path / EXPORTS, list(_exports_of(self._folder, made.patient_id, sessions)))
        self.sessions = len(sessions)
        _erase_rows(connection, made, sessions)
        return made


def empty_log(folder: DataFolder) -> bool:
    """Empty the write-ahead log, which may still hold pages as they were; False while a reader holds it."""
    try:
        with closing(folder.writer_engine().raw_connection()) as connection:
            cursor = connection.cursor()
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return bool(cursor.fetchall()[0][0] == 0)
    except DBAPIError:
        return False


def erased_entries(store: SessionStore, session_id: UUID | None = None) -> int:
    """Count the entries of the history whose content was erased, of one session or of all."""
    event, sealed, erasure = tables.session_event, tables.sealed_session, tables.erasure
    whose = select(sealed.c.session_id).join(erasure, erasure.c.patient_id == sealed.c.patient_id)
    wanted = select(func.count()).select_from(event).where(event.c.session_id.in_(whose))
    if session_id is not None:
        wanted = wanted.where(event.c.session_id == session_id)
    with store.reading() as connection:
        return int(connection.execute(wanted).scalar_one())


# --- parts ---------------------------------------------------------------------------------------


def _exports_of(folder: DataFolder, patient_id: str, sessions: Collection[UUID]) -> Iterator[str]:
    return files_of(folder.path / EXPORTS, {str(one) for one in sessions} | {patient_id})


def _refuse(connection: Connection, trace: PatientTrace) -> None:
    number = erasure_of(connection, trace.patient_id)
    if number is not None:
        raise OperatorError(f"{trace.patient_id} was erased already, as number {number}", "nothing was changed")
    if trace.is_empty:
        raise OperatorError(f"There is no patient {trace.patient_id}", "nothing was changed", "check the number")
    if trace.open_sessions:
        raise OperatorError(
            f"A session of {trace.patient_id} is still open", "nothing was erased", "end it and sign it first")


def _erase_now(recorder: RecorderThread, act: "_Erasing | _ErasedAgain", actor_id: str, patient_id: str) -> Erasure:
    def told(made: Erasure) -> str:
        return canonical_json({"number": made.number, "ground": made.ground, "sessions": act.sessions}).decode()

    erased: Erasure = recorder.write(
        act, (actor_id, "patient_erased", patient_id or "nobody", ""), _WRITE_LIMIT_S, told, erases=True)
    return erased


def _trace(connection: Connection, folder: DataFolder, patient_id: str) -> PatientTrace:
    sessions = _sessions_of(connection, patient_id)
    return PatientTrace(
        patient_id, tuple(sessions), tuple(_open_among(connection, sessions)),
        _count(connection, tables.session_event, "session_id", sessions),
        _count(connection, tables.photo, "patient_id", [patient_id]),
        _count(connection, tables.patient, "patient_id", [patient_id]),
        _count(connection, tables.clinic_record, "patient_id", [patient_id]),
        tuple(_exports_of(folder, patient_id, sessions)))


def _erase_rows(connection: Connection, made: Erasure, sessions: Collection[UUID]) -> None:
    connection.execute(insert(tables.erasure).values(
        number=made.number, patient_id=made.patient_id, erased_us=made.erased_us, actor_id=made.actor_id,
        ground=made.ground, reason=made.reason))
    if not made.patient_id:
        return
    _blank_open_form(connection, made, sessions)
    for table in tables.metadata.sorted_tables:
        if table.name not in _KEPT:
            _delete_of(connection, table, made.patient_id, sessions)
    for session_id in sessions:
        write_erased_row(connection, session_id)


def _delete_of(connection: Connection, table: Table, patient_id: str, sessions: Collection[UUID]) -> None:
    if "patient_id" in table.c:
        connection.execute(delete(table).where(table.c.patient_id == patient_id))
    if "session_id" in table.c:
        texts = not isinstance(table.c.session_id.type, type(tables.session_event.c.session_id.type))
        for session_id in sessions:
            name: object = str(session_id) if texts else session_id
            connection.execute(delete(table).where(table.c.session_id == name))


def _blank_open_form(connection: Connection, made: Erasure, sessions: Collection[UUID]) -> None:
    """Put a mark in the place of each payload of the open form: the one change a chained row ever sees."""
    sealed, event = tables.sealed_session, tables.session_event
    known = set(connection.execute(
        select(sealed.c.session_id).where(sealed.c.patient_id == made.patient_id)).scalars())
    blank = [one for one in sessions if one not in known]
    if not blank:
        return
    connection.execute(insert(sealed), [{"session_id": one, "patient_id": made.patient_id} for one in blank])
    guard = "session_event_no_update"
    connection.exec_driver_sql(f"DROP TRIGGER {guard}")
    for session_id in blank:
        connection.execute(
            update(event).where(event.c.session_id == session_id).values(payload=erased_text(made.number)))
    connection.exec_driver_sql(sqlite_triggers()[guard])


def _sessions_of(connection: Connection, patient_id: str) -> list[UUID]:
    """Give every session of a patient: the sealed ones, those of the open form, and whatever the lists say."""
    sealed, event, summary = tables.sealed_session, tables.session_event, tables.session_summary
    named = canonical_json({"patient_id": patient_id}).decode()[1:-1]
    found: set[UUID] = set()
    for wanted in (
        select(sealed.c.session_id).where(sealed.c.patient_id == patient_id),
        select(summary.c.session_id).where(summary.c.patient_id == patient_id),
        select(event.c.session_id).where(event.c.seq == 1, event.c.payload.contains(named, autoescape=True)),
    ):
        found |= set(connection.execute(wanted).scalars())
    return sorted(found)


def _last_visits(connection: Connection, patient_id: str) -> list[LastVisit]:
    summary, patient = tables.session_summary, tables.patient
    seen = select(summary.c.patient_id, func.max(summary.c.opened_us)).where(summary.c.state != "erased")
    known = select(patient.c.patient_id, patient.c.birth_date, patient.c.changed_us)
    if patient_id:
        seen, known = seen.where(summary.c.patient_id == patient_id), known.where(patient.c.patient_id == patient_id)
    last_us = {one: at_us for one, at_us in connection.execute(seen.group_by(summary.c.patient_id)) if one}
    born: dict[str, date | None] = {}
    changed_us: dict[str, int] = {}
    for row in connection.execute(known.order_by(patient.c.patient_id, patient.c.rev)):
        born[row.patient_id], changed_us[row.patient_id] = _day(row.birth_date), row.changed_us
    last_us = changed_us | last_us  # a visit counts, else the last change of the entry
    return [LastVisit(one, local_day(at_us), born.get(one)) for one, at_us in sorted(last_us.items())]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _open_among(connection: Connection, sessions: Collection[UUID]) -> list[UUID]:
    summary = tables.session_summary
    wanted = select(summary.c.session_id).where(summary.c.state == "open")
    return [one for one in connection.execute(wanted).scalars() if one in set(sessions)]


def _count(connection: Connection, table: Table, column: str, values: Collection[Any]) -> int:
    same = table.c[column].in_(values)
    return int(connection.execute(select(func.count()).select_from(table).where(same)).scalar_one())


def _known_patients(connection: Connection) -> set[str]:
    found: set[str] = set()
    for table in tables.metadata.sorted_tables:
        if "patient_id" in table.c and table.name != "erasure":
            found |= {str(one) for one in connection.execute(select(table.c.patient_id).distinct()).scalars()}
    return found - {""}
