"""The clinic's own records outside any session's chain: incidents, calls to make, competences, room log.

Each is a small document of one kind, kept as versions like all reference data. What a kind's fields
mean stands with the kind's own module; here is only what all of them share.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from console.domain.history import JsonValue, canonical_json


class RecordKind(StrEnum):
    """The kinds there are."""

    ADVERSE_EVENT = "adverse_event"
    CLINICAL_EDIT = "clinical_edit"  # the clinic's version of an entry of the clinical files
    COMPETENCE = "competence"
    COURSE = "course"  # that a course is paused, ended, or goes on
    DUE_BACK = "due_back"  # that a patient who is due for treatment was spoken to
    DOWNTIME = "downtime"  # paper forms and their back-entry
    FINDING = "finding"  # what a reviewer found in a session, until it is closed
    EMERGENCY_ACCESS = "emergency_access"  # emergency access to records, until a manager answered for it
    FOLLOW_UP = "follow_up"
    INCIDENT = "incident"
    LEGAL_HOLD = "legal_hold"
    RECALL = "recall"  # why a lot is recalled or no more
    RECALL_CALL = "recall_call"  # a patient of a recalled lot: to call, told, answered, closed
    REVIEW = "review"  # that a session was looked at, by whom
    REVIEW_SAMPLE = "review_sample"  # which sessions of a month were drawn to be looked at
    ROOM_ENTRY = "room_entry"
    SAVED_VIEW = "saved_view"  # a person's own view of the session list


@dataclass(frozen=True, slots=True)
class ClinicRecord:
    """One version of a record. ``due`` is an ISO date or empty; ``state`` is one of the kind's own words.

    ``fields`` hold what only the kind knows, as JSON without floats. ``rev`` 0 has not been saved yet.
    """

    kind: RecordKind
    record_id: str
    state: str
    fields: Mapping[str, JsonValue]
    subject_id: str = ""  # the member of staff, product, room or entry it is about
    patient_id: str = ""
    session_id: str = ""
    due: str = ""
    rev: int = 0
    changed_us: int = 0
    changed_by: str = ""


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """Which records to give; empty means any. ``due_from`` and ``due_until`` are ISO dates, both included;

    records without one are then left out. ``most`` are given at once (0: all), behind ``after``, a due day and id.
    """

    kind: RecordKind
    state: str = ""
    subject_id: str = ""
    patient_id: str = ""
    session_id: str = ""
    due_until: str = ""
    due_from: str = ""
    most: int = 0
    after: tuple[str, str] | None = None


def body_of(record: ClinicRecord) -> str:
    """Give a record's fields as canonical JSON; floats raise TypeError."""
    return canonical_json(record.fields).decode()


def fields_of(body: str) -> dict[str, JsonValue]:
    """Read what ``body_of`` wrote."""
    found: dict[str, JsonValue] = json.loads(body)
    return found
