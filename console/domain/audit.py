"""The station's audit: who saw and changed what, when, and why. Entries are only ever added."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from console.domain.history import JsonValue, canonical_json


class AuditKind(StrEnum):
    """What an entry is about."""

    READ = "read"
    CHANGE = "change"
    EXPORT = "export"
    SIGN_IN = "sign_in"
    EMERGENCY = "emergency"
    CONSOLE = "console"


ACTIONS: dict[AuditKind, tuple[str, ...]] = {
    AuditKind.READ: ("patient_read", "session_read", "session_replayed", "photo_viewed", "audit_read", "recall_read",
                     "import_compared", "list_read", "session_fetched"),
    AuditKind.EXPORT: ("exported", "medwatch_written", "patient_exported", "recovery_sheet_printed"),
    AuditKind.SIGN_IN: (
        "signed_in", "signed_out", "handed_over", "locked", "unlocked", "pin_refused", "pin_accepted",
        "password_refused", "password_accepted", "passphrase_refused"),
    AuditKind.EMERGENCY: ("emergency_began", "emergency_ended", "emergency_answered"),
    AuditKind.CONSOLE: ("clock_jumped", "session_opened", "session_sealed", "session_co_signed", "entered_afterwards",
                        "photos_kept", "reading_unreadable"),
}
COMPUTER_USER = "os:"  # before who ran a command: a user of the computer, not a member of staff
SAVES = "save_"  # every change of reference data: save_ and the table's name


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """An entry as it lies in the chain; ``patient_id`` is found out by the reader, empty where it is about none."""

    seq: int
    at_us: int
    actor: str
    action: str
    subject: str
    detail: str
    hash: bytes
    patient_id: str = ""

    @property
    def kind(self) -> AuditKind:
        """Give what it is about; what is not named is the console's own."""
        if self.action.startswith(SAVES):
            return AuditKind.CHANGE
        return next((kind for kind, actions in ACTIONS.items() if self.action in actions), AuditKind.CONSOLE)

    @property
    def facts(self) -> Mapping[str, Any]:
        """Give the detail's fields; of a detail in plain words none."""
        if not self.detail.startswith("{"):
            return {}
        found: dict[str, Any] = json.loads(self.detail)
        return found

    @property
    def why(self) -> str:
        """Give the reason of the emergency by which it was seen."""
        return str(self.facts.get("why", ""))


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries; empty means any. Times are UTC µs, ``until_us`` excluded.

    ``up_to_seq``: none written later, so that what is counted, paged and written out is one and the same list.
    """

    person: str = ""
    patient_id: str = ""
    kind: AuditKind | None = None
    since_us: int | None = None
    until_us: int | None = None
    up_to_seq: int | None = None


@dataclass(frozen=True, slots=True)
class AuditChange:
    """One field of a change: what stood there and what stands there now, in words."""

    name: str
    old: str
    new: str


def detail_of(**facts: JsonValue) -> str:
    """Write the facts of an entry; empty ones are left out."""
    told = {name: value for name, value in facts.items() if value not in ("", None)}
    return canonical_json(told).decode() if told else ""
