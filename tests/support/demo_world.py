"""The demo clinic in memory: a registry and a recorder that keep what they are given, in order."""

from collections.abc import Sequence
from functools import cache
from uuid import UUID

from console.domain.clinic_records import ClinicRecord
from console.domain.people import Appointment, CatalogProduct, Course, Patient, Staff
from console.domain.ports import RecorderState
from console.domain.session_events import SessionEvent
from console.domain.telemetry import Batch
from console.services.clinical_library import ClinicalLibrary
from console.services.resources import resource_path

NOW_US = 1_794_914_640_000_000  # 2026-11-17 11:24 UTC


@cache
def demo_library() -> ClinicalLibrary:
    return ClinicalLibrary.load(resource_path("."), resource_path("clinical", "demo_clinic.toml"))


class KeepingRecorder:
    """Keeps everything in the order it was handed in."""

    def __init__(self, commits: bool = True, failing: str = "") -> None:
        self.entries: list[tuple[UUID, tuple[SessionEvent, ...] | Batch]] = []
        self._commits, self._failing = commits, failing

    def append(self, session_id: UUID, events: Sequence[SessionEvent]) -> int:
        self.entries.append((session_id, tuple(events)))
        return len(self.entries)

    def add_samples(self, session_id: UUID, batch: Batch) -> None:
        self.entries.append((session_id, batch))

    def state(self) -> RecorderState:
        return RecorderState(len(self.entries), len(self.entries), self._failing, 0.0, 0, 0)

    def synchronise(self, timeout_s: float) -> bool:
        return self._commits

    def stories(self) -> dict[UUID, list[SessionEvent]]:
        found: dict[UUID, list[SessionEvent]] = {}
        for session_id, entry in self.entries:
            if not isinstance(entry, Batch):
                found.setdefault(session_id, []).extend(entry)
        return found

    def samples(self) -> dict[UUID, list[Batch]]:
        found: dict[UUID, list[Batch]] = {}
        for session_id, entry in self.entries:
            if isinstance(entry, Batch):
                found.setdefault(session_id, []).append(entry)
        return found


class KeepingRegistry:
    """Keeps the newest version of everything by its id."""

    def __init__(self) -> None:
        self.people: dict[str, Patient] = {}
        self.members: dict[str, tuple[Staff, str]] = {}
        self.all_courses: dict[str, Course] = {}
        self.day: dict[str, Appointment] = {}
        self.stock: dict[str, CatalogProduct] = {}
        self.recalled: set[tuple[str, str]] = set()
        self.settings: dict[str, str] = {}
        self.records: dict[tuple[str, str], ClinicRecord] = {}

    def save_patient(self, patient: Patient, actor_id: str) -> None:
        self.people[patient.patient_id] = patient

    def save_staff(self, member: Staff, pin: str, actor_id: str, password: str | None = None) -> None:
        self.members[member.staff_id] = (member, pin)

    def courses(self, patient_id: str) -> list[Course]:
        own = [one for one in self.all_courses.values() if one.patient_id == patient_id]
        return sorted(own, key=lambda one: one.course_id, reverse=True)

    def save_course(self, course: Course, actor_id: str) -> None:
        self.all_courses[course.course_id] = course

    def appointments(self, from_us: int, until_us: int) -> list[Appointment]:
        return sorted((one for one in self.day.values() if from_us <= one.starts_us < until_us),
                      key=lambda one: one.starts_us)

    def save_appointment(self, appointment: Appointment, actor_id: str) -> None:
        self.day[appointment.appointment_id] = appointment

    def save_product(self, product: CatalogProduct, actor_id: str) -> None:
        self.stock[product.product_id] = product

    def save_recalled_lot(self, product_id: str, lot: str, recalled: bool, actor_id: str) -> None:
        self.recalled.add((product_id, lot))

    def save_record(self, record: ClinicRecord, actor_id: str) -> None:
        self.records[record.kind, record.record_id] = record

    def setting(self, name: str, default: str = "") -> str:
        return self.settings.get(name, default)

    def save_setting(self, name: str, value: str, actor_id: str) -> None:
        self.settings[name] = value

    def remember_setting(self, name: str, value: str, actor_id: str) -> None:
        self.save_setting(name, value, actor_id)
