"""Competences: which member of staff may do what, until when, as the clinic says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, cast

from console.domain.clinic_records import ClinicRecord, RecordKind

EVERYTHING = "all"


class CompetenceRule(StrEnum):
    """What the clinic wants where a competence is missing or expired."""

    OFF = "off"
    WARN = "warn"
    BLOCK = "block"


class CompetenceStanding(StrEnum):
    """How a person stands to a treatment."""

    VALID = "valid"
    EXPIRED = "expired"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Competence:
    """One competence. ``covers``: ``all``, ``plan:ID``, ``indication:NAME`` or ``pen:ID``; days in ISO."""

    competence_id: str
    staff_id: str
    covers: str
    valid_until: str = ""  # empty: without end
    note: str = ""
    withdrawn: str = ""  # why it does not count any more

    def valid_on(self, day: date) -> bool:
        """Tell whether it counts on a day; the last day still counts."""
        return not self.withdrawn and (not self.valid_until or date.fromisoformat(self.valid_until) >= day)

    def ends_within(self, day: date, notice_days: int) -> bool:
        """Tell whether it has ended, or will within the notice."""
        if self.withdrawn or not self.valid_until:
            return False
        return date.fromisoformat(self.valid_until) <= day + timedelta(days=notice_days)


@dataclass(frozen=True, slots=True)
class Treatment:
    """What somebody is about to do."""

    plan_id: str
    indication: str
    pen_id: str = ""

    @property
    def covered_by(self) -> tuple[str, ...]:
        """Give what a competence may say to cover it."""
        pen = (f"pen:{self.pen_id}",) if self.pen_id else ()
        return (EVERYTHING, f"plan:{self.plan_id}", f"indication:{self.indication}", *pen)


@dataclass(frozen=True, slots=True)
class CompetenceFinding:
    """How somebody stands; ``until`` is the ISO day of the competence judged, empty without one."""

    standing: CompetenceStanding
    until: str = ""


def judge(held: Sequence[Competence], treatment: Treatment, day: date) -> CompetenceFinding:
    """Judge a person's competences for a treatment: any valid one that covers it is enough."""
    covering = [one for one in held if one.covers in treatment.covered_by and not one.withdrawn]
    if not covering:
        return CompetenceFinding(CompetenceStanding.MISSING)
    best = max(covering, key=lambda one: one.valid_until or "9999")
    standing = CompetenceStanding.VALID if best.valid_on(day) else CompetenceStanding.EXPIRED
    return CompetenceFinding(standing, best.valid_until)


def to_record(one: Competence) -> ClinicRecord:
    """Write it as a record of the clinic."""
    fields = {"covers": one.covers, "note": one.note, "withdrawn": one.withdrawn, "valid_until": one.valid_until}
    state = "withdrawn" if one.withdrawn else "held"
    return ClinicRecord(RecordKind.COMPETENCE, one.competence_id, state, fields, subject_id=one.staff_id,
                        due="" if one.withdrawn else one.valid_until)


def from_record(record: ClinicRecord) -> Competence:
    """Read it back."""
    fields = cast(Mapping[str, Any], record.fields)
    return Competence(record.record_id, record.subject_id, fields["covers"], fields["valid_until"], fields["note"],
                      fields["withdrawn"])
