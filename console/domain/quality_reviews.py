"""A manager's reading of sessions: that one was looked at, which were drawn, and findings until they are closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast

from console.domain.clinic_records import ClinicRecord, RecordKind
from console.domain.errors import Refusal
from console.domain.history import JsonValue

IN_ORDER, FOUND = "in_order", "finding"
OPEN, CLOSED = "open", "closed"


@dataclass(frozen=True, slots=True)
class Review:
    """That a person looked at a session, and what of it: ``verdict`` is in_order or finding."""

    session_id: str
    patient_id: str
    verdict: str
    reviewer_id: str
    ticks: tuple[str, ...] = ()  # what of the record was there
    at_us: int = 0


@dataclass(frozen=True, slots=True)
class Sample:
    """The sessions drawn of a month (202611) to be looked at: ``percent`` of ``of`` finished ones."""

    month: int
    percent: int
    of: int
    session_ids: tuple[str, ...]
    drawn_by: str = ""
    drawn_us: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found in a session; ``due`` is an ISO day."""

    finding_id: str
    session_id: str
    patient_id: str
    what: str
    owner_id: str
    due: str
    state: str = OPEN
    closing: str = ""
    changed_us: int = 0
    changed_by: str = ""

    def overdue(self, today: date) -> bool:
        """Tell whether its deadline is past."""
        return self.state == OPEN and date.fromisoformat(self.due) < today


def checked(finding: Finding) -> Finding:
    """Give a finding back; Refusal where it has no words, owner or deadline."""
    if not finding.what.strip():
        raise Refusal("The finding has no words", "nothing was saved", "say what was found")
    if not finding.owner_id or not finding.due:
        raise Refusal("The finding has no owner or no deadline", "nothing was saved", "choose both")
    return replace(finding, what=finding.what.strip())


def closed(finding: Finding, how: str) -> Finding:
    """Close a finding with what was done."""
    if finding.state == CLOSED:
        raise Refusal("The finding is closed already", "nothing was changed")
    if not how.strip():
        raise Refusal("Closing needs a word on what was done", "the finding stays open", "say it")
    return replace(finding, state=CLOSED, closing=how.strip())


def in_order(findings: Sequence[Finding], today: date) -> list[Finding]:
    """Give them overdue first, then by deadline, closed ones last (newest first)."""
    def place(one: Finding) -> tuple[int, str, int]:
        if one.state == CLOSED:
            return 2, "", -one.changed_us
        return (0 if one.overdue(today) else 1), one.due, 0

    return sorted(findings, key=place)


def review_record(one: Review) -> ClinicRecord:
    """Write a review as a record of the clinic."""
    return ClinicRecord(RecordKind.REVIEW, one.session_id, one.verdict, {"ticks": list(one.ticks)},
                        subject_id=one.reviewer_id, patient_id=one.patient_id, session_id=one.session_id)


def review_of(record: ClinicRecord) -> Review:
    """Read it back."""
    fields = cast(Mapping[str, Any], record.fields)
    return Review(record.session_id, record.patient_id, record.state, record.subject_id, tuple(fields["ticks"]),
                  record.changed_us)


def sample_record(one: Sample) -> ClinicRecord:
    """Write a sample as a record of the clinic."""
    fields: dict[str, JsonValue] = {"percent": one.percent, "of": one.of, "sessions": list(one.session_ids)}
    return ClinicRecord(RecordKind.REVIEW_SAMPLE, str(one.month), "drawn", fields, subject_id=str(one.month))


def sample_of(record: ClinicRecord) -> Sample:
    """Read it back."""
    fields = cast(Mapping[str, Any], record.fields)
    return Sample(int(record.record_id), fields["percent"], fields["of"], tuple(fields["sessions"]),
                  record.changed_by, record.changed_us)


def finding_record(one: Finding) -> ClinicRecord:
    """Write a finding as a record of the clinic."""
    return ClinicRecord(
        RecordKind.FINDING, one.finding_id, one.state, {"what": one.what, "closing": one.closing, "due": one.due},
        one.owner_id, one.patient_id, one.session_id, one.due if one.state == OPEN else "")


def finding_of(record: ClinicRecord) -> Finding:
    """Read it back."""
    fields = cast(Mapping[str, Any], record.fields)
    return Finding(record.record_id, record.session_id, record.patient_id, fields["what"], record.subject_id,
                   fields["due"], record.state, fields["closing"], record.changed_us, record.changed_by)
