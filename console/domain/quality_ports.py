"""What a manager's questions over many sessions need of the store, beside the lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from console.domain.clinic_records import ClinicRecord, RecordFilter
from console.domain.people import CatalogProduct, Patient
from console.domain.session_list import SessionUse


@dataclass(frozen=True, slots=True)
class LotUse:
    """A lot of a product that was used, and in how many sessions the lot was."""

    lot: str
    product: str
    sessions: int


@dataclass(frozen=True, slots=True)
class AreaSums:
    """Sums over finished treatments of an area; ``depths`` and ``densities`` are how many told one."""

    area_id: str
    label: str
    sessions: int
    area_time_s: int
    over_band_s: float
    depth_um: int
    depths: int
    punctures_per_cm2: int
    densities: int

    @staticmethod
    def added(several: "Sequence[AreaSums]") -> "AreaSums":
        """Add sums of one area, at least one."""
        return AreaSums(
            several[0].area_id, several[0].label, sum(one.sessions for one in several),
            sum(one.area_time_s for one in several), sum(one.over_band_s for one in several),
            sum(one.depth_um for one in several), sum(one.depths for one in several),
            sum(one.punctures_per_cm2 for one in several), sum(one.densities for one in several))

    @property
    def minutes(self) -> float:
        """Give the minutes a session on average."""
        return self.area_time_s / 60 / self.sessions

    @property
    def over_s(self) -> float:
        """Give the seconds over the band a session on average."""
        return self.over_band_s / self.sessions

    @property
    def depth_mm(self) -> float | None:
        """Give the mean of the sessions' median depths, None where none told one."""
        return self.depth_um / 1_000 / self.depths if self.depths else None

    @property
    def density(self) -> float | None:
        """Give the mean estimated punctures per cm², None where none told any."""
        return self.punctures_per_cm2 / self.densities if self.densities else None


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

    def area_sums(self, since_us: int, until_us: int) -> list[AreaSums]:
        """Give what was done on each area in finished treatments of a period."""
        ...

    def mean_density(self, session_ids: Sequence[UUID]) -> float | None:
        """Give the mean estimated punctures per cm² over the areas of these sessions, None where none is known."""
        ...

    def records(self, wanted: RecordFilter) -> list[ClinicRecord]:
        """Give the clinic's own records a filter matches."""
        ...
