"""Recomputes what each consent text and drawn signature of a session was bound to when it was given."""

import json
from uuid import UUID

from sqlalchemy import Connection, text

from console.domain.consent import ConsentCheck
from console.domain.session_events import from_payload

_CONSENTS = (
    "SELECT seq, kind, payload FROM session_event WHERE session_id = :session "
    "AND kind IN ('consent_recorded', 'consent_withdrawn', 'signature_drawn') ORDER BY seq"
)


def consent_fault(connection: Connection, session_id: UUID) -> tuple[int, str] | None:
    """Give the first entry whose text or signature does not match its hash, on a chain found whole; else None."""
    check = ConsentCheck()
    for row in connection.execute(text(_CONSENTS), {"session": session_id.hex}):
        try:
            what = from_payload(row.kind, json.loads(row.payload))
        except (ValueError, TypeError, KeyError):
            return row.seq, "is not what was written"
        if fault := check.fault_of(what):
            return row.seq, fault
    return None
