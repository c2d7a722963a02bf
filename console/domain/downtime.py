"""Paper forms for when the console is down: numbered, and each used once for an entry afterwards."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from console.domain.clinic_records import ClinicRecord, RecordKind
from console.domain.errors import Refusal

ISSUED, ENTERED, VOID = "issued", "entered", "void"

# What whoever enters a form has to find written on it: nothing of it is taken for granted.
NEEDED = {
    "identity": "Name and birth date were checked",
    "screened": "Every question was answered no",
    "consent_treatment": "Consent to the treatment is signed",
    "disinfected": "The skin was disinfected",
    "sheet_given": "The aftercare sheet was given",
}
OPTIONAL = {
    "consent_photos": "Consent to photos is signed",
    "consent_serum": "Consent to serum is signed",
    "no_glide": "Nothing glided while needling",
    "prescribed": "The anesthetic was prescribed",
    "covered": "The anesthetic was covered",
}


def refuse_unwritten(written: Collection[str], *wanted: str) -> None:
    """Refuse a form that does not say one of these."""
    for one in wanted:
        if one not in written:
            words = {**NEEDED, **OPTIONAL}[one]
            raise Refusal(f"«{words}» is not marked as written on the paper", "nothing was entered",
                          "mark it if it stands there; without it the session cannot be entered here")


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
