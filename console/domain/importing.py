"""What an import brings into the clinic's lists, written in one go."""

from dataclasses import dataclass

from console.domain.people import Appointment, CatalogProduct, Patient, Staff


@dataclass(frozen=True, slots=True)
class ImportBatch:
    """New rows; staff come without a PIN, so that nobody signs in before an administrator gave one."""

    what: str  # patients, staff, products, appointments
    patients: tuple[Patient, ...] = ()
    staff: tuple[Staff, ...] = ()
    products: tuple[CatalogProduct, ...] = ()
    appointments: tuple[Appointment, ...] = ()
