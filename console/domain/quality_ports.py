"""What a manager's questions over many sessions need of the store, beside the lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from console.domain.clinic_records import ClinicRecord, RecordFilter
from console.domain.people import CatalogProduct, Patient
from console.domain.session_list import SessionUse


@dataclass(frozen=True, slots=True)
class LotUse:
    """A lot of a product that was used, and in how many sessions the lot was."""

    lot: str
    product: str
    sessions: int


class QualityReader(Protocol):
    """Reads on the query thread's connection."""

    def former_treatments(self, places: Sequence[int]) -> dict[int, int]:
        """Give when the same patient's finished treatment before each of these began (UTC µs), by place."""
        ...

    def uses_of_serial(self, serial: str) -> list[SessionUse]:
        """Give the sessions that used something of a serial number, newest first."""
        ...

    def products(self) -> list[CatalogProduct]:
        """Give the products the clinic knows."""
        ...

    def lots_of(self, product_ids: Sequence[str]) -> list[LotUse]:
        """Give the lots of these products that were used, those used most first."""
        ...

    def names_of_lot(self, text: str) -> list[str]:
        """Give the names of the products of a lot or a serial number, as they were used."""
        ...

    def patients_of(self, patient_ids: Sequence[str]) -> dict[str, Patient]:
        """Give these patients by their numbers; those who are not there are left out."""
        ...

    def records(self, wanted: RecordFilter) -> list[ClinicRecord]:
        """Give the clinic's own records a filter matches."""
        ...
