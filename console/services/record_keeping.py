"""Keeping and erasing patients' records: the clinic's rule, holds, proposals, and the erasure itself.

Nothing is ever erased by itself. Reading and erasing take their time: on the query thread, or in a command.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from console.domain.clinic_records import ClinicRecord, RecordFilter, RecordKind
from console.domain.clock import Clock
from console.domain.erasure import Eraser, Erasure, ErasureOrder, Ground, LastVisit, PatientSource, PatientTrace
from console.domain.errors import Refusal
from console.domain.people import Patient, Staff
from console.domain.ports import Registry
from console.domain.retention import (
    HELD,
    LIFTED,
    Keeping,
    LegalHold,
    RetentionRule,
    hold_of,
    hold_record,
    rule_of,
    why_not_erase,
)
from console.domain.rights import Right, require
from console.services.local_time import local_day
from console.services.retention_settings import RULE_SETTING, save_rule


class RecordSource(Protocol):
    """The part of a registry that reading needs."""

    def setting(self, name: str, default: str = "") -> str: ...
    def records(self, wanted: RecordFilter) -> list[ClinicRecord]: ...
    def patient(self, patient_id: str) -> Patient: ...


SOON = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class DueList:
    """Whose record may be erased by the rule, whose within a year, and whose is under a legal hold."""

    rule: RetentionRule | None
    today: date
    over: tuple[Keeping, ...]
    soon: tuple[Keeping, ...]
    held: tuple[Keeping, ...]


class KeptRecords:
    """How the records stand; ``registry`` and ``patients`` belong to the thread that calls."""

    def __init__(self, registry: RecordSource, patients: PatientSource, clock: Clock) -> None:
        self._reading, self._patients, self._clock = registry, patients, clock

    def today(self) -> date:
        """Give the clinic's day."""
        return local_day(self._clock.utc_us())

    def rule(self) -> RetentionRule | None:
        """Give the clinic's rule, None while it has set none."""
        return rule_of(self._reading.setting(RULE_SETTING))

    def holds(self) -> list[LegalHold]:
        """Give the holds that stand."""
        return [hold_of(one) for one in self._reading.records(RecordFilter(RecordKind.LEGAL_HOLD, state=HELD))]

    def hold(self, patient_id: str) -> LegalHold | None:
        """Give the hold on a patient's record, None without."""
        found = self._reading.records(RecordFilter(RecordKind.LEGAL_HOLD, state=HELD, patient_id=patient_id))
        return hold_of(found[0]) if found else None

    def keeping(self, patient_id: str) -> Keeping:
        """Tell how a patient's record stands; OperatorError where there is none."""
        visits = self._patients.last_visits(patient_id)
        if not visits:
            self._reading.patient(patient_id)
            raise Refusal(f"Nothing tells when {patient_id} was here", "nothing was changed")
        return self._judged(visits[0], self.rule(), {one.patient_id: one for one in self.holds()})

    def due_list(self) -> DueList:
        """Tell whose record need no longer be kept, whose soon will not, and whose is held; the longest over first."""
        rule, holds, today = self.rule(), {one.patient_id: one for one in self.holds()}, self.today()
        standing = sorted((self._judged(visit, rule, holds) for visit in self._patients.last_visits()
                           if rule is not None or visit.patient_id in holds),
                          key=lambda one: (one.keep_until or date.max, one.visit.patient_id))
        free = [one for one in standing if one.hold is None]
        return DueList(rule, today, tuple(one for one in free if one.is_over(today)),
                       tuple(one for one in free if not one.is_over(today) and one.keep_until is not None
                             and one.keep_until <= today + SOON),
                       tuple(one for one in standing if one.hold is not None))

    def past_retention(self) -> list[Keeping]:
        """Propose the patients whose record need no longer be kept, the longest over first."""
        return list(self.due_list().over)

    @staticmethod
    def _judged(visit: LastVisit, rule: RetentionRule | None, holds: dict[str, LegalHold]) -> Keeping:
        until = rule.keep_until(visit.day, visit.born) if rule is not None else None
        return Keeping(visit, until, holds.get(visit.patient_id))

    def trace(self, patient_id: str) -> PatientTrace:
        """Tell what there is of a patient."""
        return self._patients.trace(patient_id)

    def erasures(self) -> list[Erasure]:
        """Give what was erased so far."""
        return self._patients.erasures()


class RecordKeeping(KeptRecords):
    """Use cases of a manager over how the records stand."""

    def __init__(self, registry: Registry, eraser: Eraser, clock: Clock) -> None:
        super().__init__(registry, eraser, clock)
        self._registry, self._eraser = registry, eraser

    def set_rule(self, rule: RetentionRule, by: Staff) -> None:
        """Set the clinic's rule; Refusal where it is none or ``by`` may not."""
        save_rule(self._registry, rule, by)

    def set_hold(self, patient_id: str, reason: str, by: Staff) -> None:
        """Forbid that a patient's record is erased."""
        self._change_hold(patient_id, reason, by, HELD)

    def lift_hold(self, patient_id: str, reason: str, by: Staff) -> None:
        """Take a hold back."""
        self._change_hold(patient_id, reason, by, LIFTED)

    def _change_hold(self, patient_id: str, reason: str, by: Staff, state: str) -> None:
        require(by, Right.ERASE)
        self._registry.patient(patient_id)
        if not reason.strip():
            raise Refusal("A legal hold is set and lifted with a reason", "nothing was changed")
        if (self.hold(patient_id) is not None) == (state == HELD):
            what = "under a legal hold already" if state == HELD else "under no legal hold"
            raise Refusal(f"{patient_id} is {what}", "nothing was changed")
        self._registry.save_record(hold_record(LegalHold(patient_id, reason.strip(), state)), by.staff_id)

    def note_looked_through(self, by: Staff) -> None:
        """Note that the list of what may be erased was looked through; Refusal for who may not."""
        require(by, Right.ERASE)
        self._registry.audit(by.staff_id, "list_read", "records due for erasure")

    def note_given_out(self, patient_id: str, by: Staff) -> None:
        """Note that all that is kept of a patient was written out; Refusal for who may not keep or not export."""
        require(by, Right.ERASE)
        require(by, Right.EXPORT)
        self._registry.audit(by.staff_id, "patient_exported", patient_id)

    def erase(self, patient_id: str, ground: Ground, reason: str, confirmed: str, by: Staff) -> Erasure:
        """Erase a patient for good; ``confirmed`` is the patient's number, typed once more.

        Refusal where ``by`` may not, a hold or the duty to keep stands against it, or the number is another.
        """
        require(by, Right.ERASE)
        if confirmed.strip().upper() != patient_id.upper():
            raise Refusal(f"The number typed is not {patient_id}", "nothing was erased", "type it again")
        if not reason.strip():
            raise Refusal("An erasure needs its reason", "nothing was erased")
        if not self._eraser.trace(patient_id).is_empty:
            refusal = why_not_erase(self.keeping(patient_id), ground, self.today())
            if refusal is not None:
                raise refusal
        return self._eraser.erase(ErasureOrder(patient_id, by.staff_id, ground, reason.strip()))
