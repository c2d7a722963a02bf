"""Erasing a patient: on what ground, what it takes away, what is kept and why."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class Ground(StrEnum):
    """Why a record is erased."""

    RETENTION_OVER = "retention_over"
    REQUEST = "request"
    ORDER = "order"
    UNLAWFUL = "unlawful"


GROUND_WORDS = {
    Ground.RETENTION_OVER: "The retention period is over",
    Ground.REQUEST: "The patient asked for it (GDPR Art. 17)",
    Ground.ORDER: "A court or authority ordered it",
    Ground.UNLAWFUL: "The record was kept unlawfully (GDPR Art. 17(1)(d))",
}
# These go before the clinic's duty to keep records; a legal hold goes before all.
GROUNDS_OF_LAW = frozenset({Ground.ORDER, Ground.UNLAWFUL})

KEPT_WORDS = (
    ("The samples of the pen and the chain of hashes", "so that everybody else's record can still be proved"),
    ("When each entry was made, of what kind and by which member of staff", "since they are part of the chain"),
    ("The lots and serial numbers that were used", "for recalls, and so that no needle is used twice"),
    ("The station's audit, which names the patient's number only", "since it proves who did what, this erasure too"),
)


@dataclass(frozen=True, slots=True)
class ErasureOrder:
    """Who has a patient erased, and why; ``reason`` is a free text of the clinic's own."""

    patient_id: str
    actor_id: str
    ground: Ground
    reason: str


@dataclass(frozen=True, slots=True)
class LastVisit:
    """When a patient was last here; ``born`` is None where it is not known."""

    patient_id: str
    day: date
    born: date | None


@dataclass(frozen=True, slots=True)
class Erasure:
    """An erasure as the ledger numbers it, from 1."""

    number: int
    patient_id: str
    erased_us: int
    actor_id: str
    ground: str
    reason: str


@dataclass(frozen=True, slots=True)
class PatientTrace:
    """What the record holds of one patient; ``open_sessions`` must be ended first."""

    patient_id: str
    sessions: tuple[UUID, ...]
    open_sessions: tuple[UUID, ...]
    entries: int
    photos: int
    versions: int  # of the patient's own registry entry
    clinic_records: int
    exports: tuple[str, ...]  # names of files below the folder's own exports

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing of this patient."""
        return not (self.sessions or self.photos or self.versions or self.clinic_records)


class PatientSource(Protocol):
    """What the record holds of patients. Slow: never on the GUI thread."""

    def trace(self, patient_id: str) -> PatientTrace:
        """Tell what there is of a patient."""
        ...

    def last_visits(self, patient_id: str = "") -> list[LastVisit]:
        """Tell when each patient (or the one) was last here: the last session, else the last change of their entry."""
        ...

    def erasures(self) -> list[Erasure]:
        """Give what was erased so far, the first one first."""
        ...


class Eraser(PatientSource, Protocol):
    """The store's hand that erases."""

    def erase(self, order: ErasureOrder) -> Erasure:
        """Erase at once and for good; OperatorError where it is not confirmed."""
        ...
