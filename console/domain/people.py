"""Patients, staff, courses and the day list, as the rings pass them round."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a member of staff may do."""

    PRACTITIONER = "practitioner"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of staff; ``staff_id`` is like ``PR-02``. ``role`` is the one first named; few have more."""

    staff_id: str
    name: str
    role: Role
    active: bool = True
    more_roles: tuple[Role, ...] = ()
    has_password: bool = False  # asked for at signing in; the PIN then only unlocks and signs

    @property
    def roles(self) -> tuple[Role, ...]:
        """Give every role the person has."""
        return (self.role, *self.more_roles)

    @property
    def role_words(self) -> str:
        """Give the roles in words: «practitioner, manager»."""
        return ", ".join(role.value for role in self.roles)


@dataclass(frozen=True, slots=True)
class SignInTries:
    """Wrong PINs and passwords since the last right one; ``last_us`` is when the last was (UTC)."""

    wrong: int
    last_us: int


@dataclass(frozen=True, slots=True)
class StaffVersion:
    """A member of staff as changed at a time, by whom. The two last say whether the secret changed with it."""

    member: Staff
    rev: int
    changed_us: int
    changed_by: str
    new_pin: bool
    new_password: bool


@dataclass(frozen=True, slots=True)
class Patient:
    """A patient; ``patient_id`` is like ``P-0412``. Rooms show the id, initials and colour only."""

    patient_id: str
    name: str
    birth_date: str  # ISO
    fitzpatrick: str = ""  # I..VI or empty
    phone: str = ""
    language: str = "en"
    note: str = ""  # standing precaution, one line
    colour: str = "#3A49C9"

    @property
    def initials(self) -> str:
        """Give the initials shown beside the id."""
        return "".join(part[0] for part in self.name.split() if part)[:3].upper()


@dataclass(frozen=True, slots=True)
class Course:
    """A planned row of sessions of one patient."""

    course_id: str
    patient_id: str
    plan_id: str
    length: int  # 0: maintenance, no fixed number
    done: int
    interval_min_days: int = 0
    interval_max_days: int = 0


@dataclass(frozen=True, slots=True)
class Appointment:
    """A row of the day list; ``starts_us`` is UTC."""

    appointment_id: str
    patient_id: str
    plan_id: str
    course_id: str
    starts_us: int
    room: str
    arrived_us: int | None = None
    session_id: str = ""


@dataclass(frozen=True, slots=True)
class CatalogProduct:
    """A product the clinic knows. ``clinical_id`` names its label entry in the clinical data."""

    product_id: str
    gtin: str
    name: str
    role: str  # anesthetic, serum, glide, cartridge
    clinical_id: str = ""
    needles: int = 0
