"""Patients on the clinic server: a key under the clinic key, a row under the patient's own, an erasure."""

import dataclasses
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert

from console.domain.history import canonical_json
from console.domain.people import Patient
from db import tables
from db.sync import server_tables as server
from db.sync.clinic_key import key_id, unwrap, wrap


@dataclass(frozen=True, slots=True)
class PatientCopy:
    """A patient's row as another console pushed it."""

    rev: int
    fields: dict[str, Any]


def put_key(connection: Connection, clinic_key: bytes, console_id: UUID, patient_id: str, key: bytes) -> bool:
    """Put a patient's key on the server, wrapped; false where the patient was erased at another console."""
    kept, named = server.patient_key_copy, key_id(key)
    if is_erased(connection, patient_id, named):
        return False
    connection.execute(insert(kept).values(
        patient_id=patient_id, key_id=named, console_id=console_id,
        wrapped=wrap(clinic_key, key, _bound(patient_id, named))).on_conflict_do_nothing())
    return True


def key_copy(connection: Connection, clinic_key: bytes, patient_id: str, named: bytes) -> bytes | None:
    """Give a patient's key, None where the server holds none; ValueError where it was altered."""
    kept = server.patient_key_copy
    found = connection.execute(
        select(kept.c.wrapped).where(kept.c.patient_id == patient_id, kept.c.key_id == named)).scalar()
    return unwrap(clinic_key, found, _bound(patient_id, named)) if found is not None else None


def put_row(connection: Connection, local: Connection, console_id: UUID, patient_id: str, key: bytes) -> bool:
    """Put the newest revision of a patient's row on the server; false where another console put that revision.

    Nothing is overwritten: theirs stands.
    """
    here = tables.patient
    row = local.execute(
        select(here).where(here.c.patient_id == patient_id).order_by(here.c.rev.desc()).limit(1)).first()
    if row is None:
        return True
    fields = {field.name: getattr(row, field.name) for field in dataclasses.fields(Patient)}
    table, named = server.sealed_patient, key_id(key)
    sealed = wrap(key, canonical_json(fields), _bound(patient_id, named, row.rev))
    made = connection.execute(insert(table).values(
        patient_id=patient_id, key_id=named, rev=row.rev, sealed=sealed, console_id=console_id,
    ).on_conflict_do_nothing().returning(table.c.rev)).first()
    if made is not None:
        return True
    there = row_copy(connection, patient_id, key)
    return there is not None and (there.rev, there.fields) == (row.rev, fields)


def row_copy(connection: Connection, patient_id: str, key: bytes) -> PatientCopy | None:
    """Give the newest revision of a patient's row on the server; ValueError where it was altered."""
    table, named = server.sealed_patient, key_id(key)
    found = connection.execute(select(table.c.rev, table.c.sealed).where(
        table.c.patient_id == patient_id, table.c.key_id == named).order_by(table.c.rev.desc()).limit(1)).first()
    if found is None:
        return None
    return PatientCopy(found.rev, json.loads(unwrap(key, found.sealed, _bound(patient_id, named, found.rev))))


def erase(connection: Connection, console_id: UUID, patient_id: str, sessions: list[UUID]) -> int:
    """Destroy the server's copies of the keys under which an erased patient's sessions lie; tell how many."""
    there, gone, kept = server.session, server.erased_key, server.patient_key_copy
    of_theirs = there.c.session_id.in_(sessions), there.c.patient_id == patient_id, there.c.key_id != b""
    named = list(connection.execute(select(there.c.key_id).where(*of_theirs).distinct()).scalars())
    done = 0
    for one in named:
        connection.execute(insert(gone).values(
            patient_id=patient_id, key_id=one, console_id=console_id).on_conflict_do_nothing())
        done += len(connection.execute(delete(kept).where(
            kept.c.patient_id == patient_id, kept.c.key_id == one).returning(kept.c.key_id)).all())
    return done


def is_erased(connection: Connection, patient_id: str, named: bytes) -> bool:
    """Tell whether a patient was erased at any console."""
    gone = server.erased_key
    wanted = select(gone.c.key_id).where(gone.c.patient_id == patient_id, gone.c.key_id == named)
    return connection.execute(wanted).first() is not None


def _bound(patient_id: str, named: bytes, rev: int | None = None) -> str:
    return f"patient {patient_id} {named.hex()}" + (f" {rev}" if rev is not None else "")
