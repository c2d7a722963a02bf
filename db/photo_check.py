"""Compares each photo a session's history names with the bytes that lie in the database."""

import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, text

from db.opened_payloads import OpenedPayload
from db.sealed_photo import BODY, THUMB, open_picture

_STORED = "SELECT sha256, thumb, body FROM photo WHERE photo_id = :photo"
_KEY = "SELECT key FROM photo JOIN patient_key USING (patient_id) WHERE photo_id = :photo"


def photo_fault(connection: Connection, payloads: Sequence[OpenedPayload]) -> tuple[int, str] | None:
    """Give the first photo that is missing or altered, on a chain found whole; else None."""
    for one in payloads:
        if one.kind != "photo_taken":
            continue
        told = one.payload
        stored = connection.execute(text(_STORED), {"photo": told["photo_id"]}).first()
        key = connection.execute(text(_KEY), {"photo": told["photo_id"]}).scalar()
        if what := _fault(told, stored, key):
            return one.seq, f"names photo {told['photo_id'][:8]} ({told['view']}, {told['moment']}), which {what}"
    return None


def _fault(told: dict[str, Any], stored: Row[tuple[bytes, bytes, bytes]] | None, key: bytes | None) -> str:
    if stored is None:
        return "is missing"
    try:
        body, thumb = (open_picture(key, told["photo_id"], part, _bytes(box))
                       for part, box in ((BODY, stored.body), (THUMB, stored.thumb)))
    except ValueError:
        return "was altered"
    digest = hashlib.sha256(body).hexdigest()
    if digest != told["sha256"] or _bytes(stored.sha256).hex() != digest:
        return "was altered"
    return "" if hashlib.sha256(thumb).hexdigest() == told["thumb_sha256"] else "has another preview"


def _bytes(value: object) -> bytes:
    """Give a column's bytes; whatever else stands there is no picture."""
    return value if isinstance(value, bytes) else b""
