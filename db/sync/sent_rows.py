"""Rows on their way to the clinic server and back: whatever no patient's key hides goes under the clinic key."""

import base64
import json
from typing import Any
from uuid import UUID

from db.sealed_payload import is_sealed
from db.sync.clinic_key import unwrap, wrap
from db.sync.local_chain import LocalEntry

_FRONT, _BACK = '{"clinic":"', '"}'


def sent_event(row: dict[str, Any], clinic_key: bytes) -> dict[str, Any]:
    """Give an event's row as the server is to hold it."""
    if is_sealed(row["payload"]):
        return row
    box = wrap(clinic_key, row["payload"].encode(), _bound(row["session_id"], row["seq"]))
    return {**row, "payload": f"{_FRONT}{base64.b64encode(box).decode()}{_BACK}"}


def received_event(row: dict[str, Any], clinic_key: bytes) -> dict[str, Any]:
    """Give an event's row as it lies locally; ValueError where it was altered."""
    text = row["payload"]
    if not text.startswith(_FRONT):
        return row
    box = base64.b64decode(text[len(_FRONT) : -len(_BACK)], validate=True)
    return {**row, "payload": unwrap(clinic_key, box, _bound(row["session_id"], row["seq"])).decode()}


def kept_aside(entry: LocalEntry, clinic_key: bytes) -> str:
    """Give an entry as the JSON that the quarantine keeps."""
    event = sent_event(entry.event, clinic_key) if entry.event is not None else None
    parts = {"event": event, "chunk": entry.chunk, "body": entry.body}
    return json.dumps(parts, default=_plain, ensure_ascii=False)


def _plain(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def _bound(session_id: UUID, seq: int) -> str:
    return f"payload {session_id} {seq}"
