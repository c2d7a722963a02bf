"""All rows of one patient as they lie in the registry, every version of them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, or_, select

from console.domain.photo_ports import StoredPhoto
from db import tables
from db.patient_keys import key_of_patient
from db.sealed_photo import BODY, open_picture
from db.session_store import SessionStore

_NOT_TOLD = frozenset({"search_text"})


class PatientFile:
    """Reads on a store's connection; for the thread of its store."""

    def __init__(self, store: SessionStore) -> None:
        self._store = store

    def versions(self, patient_id: str, session_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
        """Give every version of entry, courses, appointments and clinic records, the first one first."""
        named = {table.name: _rows_of(table, patient_id, session_ids) for table in (
            tables.patient, tables.course, tables.appointment, tables.clinic_record)}
        with self._store.reading() as connection:
            return {name: [
                {key: value for key, value in row._asdict().items() if key not in _NOT_TOLD}
                for row in connection.execute(query)] for name, query in named.items()}

    def photos(self, patient_id: str) -> list[StoredPhoto]:
        """Name the pictures of a patient, the oldest first."""
        photo = tables.photo
        wanted = (
            select(photo.c.photo_id, photo.c.session_id, photo.c.moment, photo.c.view, photo.c.taken_us)
            .where(photo.c.patient_id == patient_id).order_by(photo.c.taken_us, photo.c.photo_id))
        with self._store.reading() as connection:
            return [StoredPhoto(*row) for row in connection.execute(wanted)]

    def picture(self, patient_id: str, photo_id: str) -> bytes:
        """Give a picture's bytes; ValueError where they were altered."""
        with self._store.reading() as connection:
            body = connection.execute(
                select(tables.photo.c.body).where(tables.photo.c.photo_id == photo_id)).scalar_one()
            return open_picture(key_of_patient(connection, patient_id), photo_id, BODY, bytes(body))


def _rows_of(table: Table, patient_id: str, session_ids: Sequence[str]) -> Any:
    mine = table.c.patient_id == patient_id
    if table is tables.clinic_record and session_ids:
        mine = or_(mine, table.c.session_id.in_(session_ids))
    return select(table).where(mine).order_by(*table.primary_key.columns)
