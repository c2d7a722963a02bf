"""What a change of reference data did, as the audit keeps it: which revision, and old and new values.

What is about a patient is told by the names of its fields only: the values stand in the two revisions, which are
the patient's own data and go with them; the audit's chain stays.
"""

import json
from collections.abc import Mapping
from typing import Any

from console.domain.history import JsonValue, canonical_json

_SECRET = {"pin_hash": "pin", "password_hash": "password"}
_NOT_TOLD = ("search_text",)
_KEPT_BESIDE = ("rev", "changed_us", "changed_by")
PERSONAL = frozenset({"patient", "course", "appointment"})
# Clinic records whose free text may be about a patient, also where none is named.
PERSONAL_KINDS = frozenset({"adverse_event", "course", "downtime", "follow_up", "incident"})


def change_detail(table: str, rev: int, old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> str:
    """Give the detail of an audit entry; ``old`` is None for the first revision."""
    before, after = _told(old or {}), _told(new)
    changed = {name: [before.get(name), value] for name, value in after.items() if before.get(name) != value}
    for secret in _SECRET.values():
        if secret in changed:
            changed[secret] = ["set" if before.get(secret) else "", "set anew" if after[secret] else ""]
    detail: dict[str, JsonValue] = {"rev": rev}
    patient_id = str(new.get("patient_id") or "")
    if patient_id:
        detail["patient"] = patient_id
    if table in PERSONAL or patient_id or new.get("session_id") or new.get("kind") in PERSONAL_KINDS:
        detail["fields"] = sorted(changed)
    elif old is None:
        detail["new"] = {name: value for name, (_, value) in changed.items() if value not in ("", None)}
    else:
        detail["changed"] = changed
    return canonical_json(detail).decode()


def _told(fields: Mapping[str, Any]) -> dict[str, JsonValue]:
    told: dict[str, JsonValue] = {}
    for name, value in fields.items():
        if name in _KEPT_BESIDE or name in _NOT_TOLD:
            continue
        if name in _SECRET:
            told[_SECRET[name]] = value  # only compared, never told
        elif name == "body":
            told |= json.loads(value)
        else:
            told[name] = value
    return told
