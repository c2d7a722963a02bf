"""What a manager's questions over many sessions need of the store, beside the lists."""

from collections.abc import Sequence
from typing import Protocol

from console.domain.clinic_records import ClinicRecord, RecordFilter
from console.domain.people import Patient
from console.domain.session_list import SessionUse


class QualityReader(Protocol):
    """Reads on the query thread's connection."""

    def former_treatments(self, places: Sequence[int]) -> dict[int, int]:
        """Give when the same patient's finished treatment before each of these began (UTC µs), by place."""
        ...

    def uses_of_serial(self, serial: str) -> list[SessionUse]:
        """Give the sessions that used something of a serial number, newest first."""
        ...

    def patients_of(self, patient_ids: Sequence[str]) -> dict[str, Patient]:
        """Give these patients by their numbers; those who are not there are left out."""
        ...

    def records(self, wanted: RecordFilter) -> list[ClinicRecord]:
        """Give the clinic's own records a filter matches."""
        ...
