"""Paper forms for when the console is down: numbered, and each used once for an entry afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from console.domain.clinic_records import ClinicRecord, RecordKind
from console.domain.errors import Refusal

ISSUED, ENTERED, VOID = "issued", "entered", "void"


@dataclass(frozen=True, slots=True)
class Paper:
    """One numbered form. ``state``: issued, entered or void."""

    number: str
    issued_us: int
    issued_by: str
    state: str = ISSUED
    session_id: str = ""
    why: str = ""


def entered(paper: Paper, session_id: str) -> Paper:
    """Bind a form to the session entered from it; a form is used once."""
    if paper.state != ISSUED:
        raise Refusal(f"Paper {paper.number} is {paper.state}", "nothing was entered", "take the form's own number")
    return replace(paper, state=ENTERED, session_id=session_id)


def voided(paper: Paper, why: str) -> Paper:
    """Take a form out of use, with the reason."""
    if paper.state != ISSUED or not why.strip():
        raise Refusal(f"Paper {paper.number} cannot be taken out of use", "nothing was changed",
                      "say why, of one that is unused")
    return replace(paper, state=VOID, why=why.strip())


def to_record(paper: Paper) -> ClinicRecord:
    """Write it as a record of the clinic."""
    return ClinicRecord(
        RecordKind.DOWNTIME, paper.number, paper.state,
        {"issued_us": paper.issued_us, "issued_by": paper.issued_by, "why": paper.why}, session_id=paper.session_id)


def from_record(record: ClinicRecord) -> Paper:
    """Read it back."""
    fields = cast(Mapping[str, Any], record.fields)
    return Paper(record.record_id, fields["issued_us"], fields["issued_by"], record.state, record.session_id,
                 fields["why"])
