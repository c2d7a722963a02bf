"""Emergency access («breaking the glass»): for a while, with a reason, and answered for by a manager afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from console.domain.clinic_records import ClinicRecord, RecordKind
from console.domain.history import JsonValue

LASTS_S = 15 * 60.0
OPEN, ANSWERED = "open", "answered"


@dataclass(frozen=True, slots=True)
class EmergencyAccess:
    """One use of it; times in UTC µs. ``answered_by``: the manager who looked at it, with a note."""

    access_id: str
    staff_id: str
    reason: str
    began_us: int
    until_us: int
    station: str
    answered_by: str = ""
    answer: str = ""

    @property
    def is_open(self) -> bool:
        """Tell whether no manager has answered for it yet."""
        return not self.answered_by


def to_record(one: EmergencyAccess) -> ClinicRecord:
    """Write it as a record of the clinic."""
    fields: dict[str, JsonValue] = {
        "reason": one.reason, "began_us": one.began_us, "until_us": one.until_us, "station": one.station,
        "answered_by": one.answered_by, "answer": one.answer}
    state = OPEN if one.is_open else ANSWERED
    return ClinicRecord(RecordKind.EMERGENCY_ACCESS, one.access_id, state, fields, subject_id=one.staff_id)


def from_record(record: ClinicRecord) -> EmergencyAccess:
    """Read it back."""
    fields = cast(Mapping[str, Any], record.fields)
    return EmergencyAccess(record.record_id, record.subject_id, fields["reason"], fields["began_us"],
                           fields["until_us"], fields["station"], fields["answered_by"], fields["answer"])
