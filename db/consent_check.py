"""Recomputes what each consent text and drawn signature of a session was bound to when it was given."""

from collections.abc import Sequence

from console.domain.consent import ConsentCheck
from console.domain.session_events import from_payload
from db.opened_payloads import OpenedPayload

_CONSENTS = frozenset({"consent_recorded", "consent_withdrawn", "signature_drawn"})


def consent_fault(payloads: Sequence[OpenedPayload]) -> tuple[int, str] | None:
    """Give the first entry whose text or signature does not match its hash, on a chain found whole; else None."""
    check = ConsentCheck()
    for one in payloads:
        if one.kind not in _CONSENTS:
            continue
        try:
            what = from_payload(one.kind, one.payload)
        except (ValueError, TypeError, KeyError):
            return one.seq, "is not what was written"
        if fault := check.fault_of(what):
            return one.seq, fault
    return None
