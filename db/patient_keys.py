"""Each patient's own random key, and which session lies under whose.

The keys lie in the encrypted database. Destroying one is what erasure is: whatever was sealed with
it is noise from then on, in the history as in the pictures.
"""

import secrets
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, bindparam, insert, select

from db import tables
from db.sealed_payload import KEY_BYTES, PayloadSeal


class PatientErased(Exception):
    """What is asked for was erased, under a number of the ledger."""

    def __init__(self, patient_id: str, number: int) -> None:
        self.patient_id, self.number = patient_id, number
        super().__init__(f"erased under ledger entry {number}")


@dataclass(frozen=True, slots=True)
class SessionKey:
    """Whose key a session lies under; ``key`` None: destroyed (``erasure`` says under which number) or missing."""

    patient_id: str
    key: bytes | None = field(repr=False)
    erasure: int | None

    def seal_of(self, session_id: UUID) -> PayloadSeal:
        """Give what opens the session; PatientErased after an erasure, ValueError where the key is merely missing."""
        if self.erasure is not None:
            raise PatientErased(self.patient_id, self.erasure)
        if self.key is None:
            raise ValueError("the patient's key is missing")
        return PayloadSeal(self.key, session_id)


_KEY_OF_SESSION = (
    select(tables.sealed_session.c.patient_id, tables.patient_key.c.key)
    .outerjoin_from(
        tables.sealed_session, tables.patient_key,
        tables.patient_key.c.patient_id == tables.sealed_session.c.patient_id)
    .where(tables.sealed_session.c.session_id == bindparam("session_id"))
)


def key_of_session(connection: Connection, session_id: UUID) -> SessionKey | None:
    """Tell whose key a session lies under; None where it is of the open form."""
    found = connection.execute(_KEY_OF_SESSION, {"session_id": session_id}).first()
    return _judged(connection, str(found.patient_id), found.key) if found is not None else None


def key_of_patient(connection: Connection, patient_id: str) -> bytes | None:
    """Give a patient's key, None where there is none; PatientErased after an erasure."""
    found = _key(connection, patient_id)
    if found.erasure is not None:
        raise PatientErased(patient_id, found.erasure)
    return found.key


def begin_sealed(connection: Connection, session_id: UUID, patient_id: str, at_us: int) -> PayloadSeal:
    """Put a new session under its patient's key, made now if there is none yet; PatientErased after an erasure."""
    key = made_key(connection, patient_id, at_us)
    connection.execute(insert(tables.sealed_session).values(session_id=session_id, patient_id=patient_id))
    return PayloadSeal(key, session_id)


def made_key(connection: Connection, patient_id: str, at_us: int) -> bytes:
    """Give a patient's key, making it if there is none yet; PatientErased after an erasure."""
    key = key_of_patient(connection, patient_id)
    if key is None:
        key = secrets.token_bytes(KEY_BYTES)
        connection.execute(insert(tables.patient_key).values(patient_id=patient_id, key=key, made_us=at_us))
    return key


def erasure_of(connection: Connection, patient_id: str) -> int | None:
    """Give the number in the ledger under which a patient was erased, else None."""
    erasure = tables.erasure
    wanted: Select[Any] = (
        select(erasure.c.number).where(erasure.c.patient_id == patient_id).order_by(erasure.c.number.desc()).limit(1))
    found = connection.execute(wanted).scalar()
    return int(found) if found is not None else None


def _key(connection: Connection, patient_id: str) -> SessionKey:
    kept = tables.patient_key
    found = connection.execute(select(kept.c.key).where(kept.c.patient_id == patient_id)).scalar()
    return _judged(connection, patient_id, found)


def _judged(connection: Connection, patient_id: str, found: object) -> SessionKey:
    key = found if isinstance(found, bytes) and len(found) == KEY_BYTES else None
    return SessionKey(patient_id, key, None if key is not None else erasure_of(connection, patient_id))
