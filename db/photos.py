"""Photos in the encrypted database, under their patient's key: stored by the recorder, read on a store's connection."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, insert, select

from console.domain.photo_ports import PhotoRow
from db.patient_keys import key_of_patient, made_key
from db.recorder_thread import RecorderThread
from db.sealed_photo import BODY, THUMB, open_picture, seal_picture
from db.session_store import SessionStore
from db.tables import photo


class PhotoStore:
    """Implements ``photo_ports.PhotoShelf``; for one thread at a time, as its store."""

    def __init__(self, store: SessionStore, recorder: RecorderThread) -> None:
        self._store, self._recorder = store, recorder

    def keep(self, rows: Sequence[PhotoRow], actor_id: str) -> None:
        """Store pictures in one commit, with an entry of the audit."""
        if not rows:
            return

        def work(connection: Connection) -> None:
            keys = {row.patient_id: made_key(connection, row.patient_id, row.taken_us) for row in rows}
            connection.execute(insert(photo), [_columns(row, keys[row.patient_id]) for row in rows])

        subject = str(rows[0].session_id)
        self._recorder.write(work, (actor_id, "photos_kept", subject, f"{len(rows)} {rows[0].moment}"))

    def sessions_of(self, patient_id: str) -> list[UUID]:
        """Give the sessions that have pictures of a patient, oldest first."""
        wanted = (
            select(photo.c.session_id).where(photo.c.patient_id == patient_id).group_by(photo.c.session_id)
            .order_by(func.min(photo.c.taken_us)))
        with self._store.reading() as connection:
            return [UUID(one) for one in connection.execute(wanted).scalars()]

    def thumbs(self, patient_id: str) -> dict[str, bytes]:
        """Give the small pictures of a patient by photo id."""
        wanted = select(photo.c.photo_id, photo.c.thumb).where(photo.c.patient_id == patient_id)
        with self._store.reading() as connection:
            rows = connection.execute(wanted).all()
            key = key_of_patient(connection, patient_id) if rows else None
        return {row.photo_id: open_picture(key, row.photo_id, THUMB, row.thumb) for row in rows}

    def body(self, photo_id: str) -> bytes | None:
        """Give a picture's bytes, None where it is missing."""
        wanted = select(photo.c.patient_id, photo.c.body).where(photo.c.photo_id == photo_id)
        with self._store.reading() as connection:
            found = connection.execute(wanted).first()
            key = key_of_patient(connection, found.patient_id) if found is not None else None
        return None if found is None else open_picture(key, photo_id, BODY, bytes(found.body))


def _columns(row: PhotoRow, key: bytes) -> dict[str, Any]:
    picture = row.picture
    return {
        "photo_id": row.photo_id, "session_id": str(row.session_id), "patient_id": row.patient_id,
        "moment": row.moment, "view": row.view, "taken_us": row.taken_us, "form": picture.form,
        "width_px": picture.width_px, "height_px": picture.height_px, "sha256": row.sha256,
        "thumb": seal_picture(key, row.photo_id, THUMB, picture.thumb),
        "body": seal_picture(key, row.photo_id, BODY, picture.body),
    }
