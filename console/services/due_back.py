"""Who may come again for treatment and has no appointment: read on the query thread."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from console.domain import courses
from console.domain.clinic_records import ClinicRecord, RecordFilter, RecordKind
from console.domain.courses import CourseStanding
from console.domain.people import Appointment, Course, Patient
from console.services.list_columns import csv_line
from console.services.local_time import clock_text, day_start_us, day_text, local_day

BOOKED_AHEAD = timedelta(days=400)
CSV_HEADS = ("patient", "name", "telephone", "language", "plan", "course", "done", "length", "last_treated", "from",
             "until", "standing", "told_by", "note")


class CourseReader(Protocol):
    """Reads what the due list is made of, on the query thread."""

    def running_courses(self) -> list[Course]: ...
    def records(self, wanted: RecordFilter) -> list[ClinicRecord]: ...
    def appointments(self, from_us: int, until_us: int) -> list[Appointment]: ...
    def patients_of(self, patient_ids: Sequence[str]) -> dict[str, Patient]: ...


class TreatmentReader(Protocol):
    """Tells when each patient was treated last, on the query thread."""

    def last_treatments(self) -> dict[str, int]: ...


@dataclass(frozen=True, slots=True)
class DuePatient:
    """A patient whose next session may be now, or is late, and who has no appointment.

    ``mark`` is who told them so; None while nobody has.
    """

    patient: Patient
    standing: CourseStanding
    plan_name: str
    mark: ClinicRecord | None = None

    @property
    def told_words(self) -> str:
        """Say who told them and when; empty while nobody has."""
        if self.mark is None:
            return ""
        at_us = self.mark.changed_us
        return f"{day_text(local_day(at_us))} {clock_text(at_us)}, {self.mark.changed_by}"

    @property
    def note(self) -> str:
        """Give what was noted with it."""
        return str(self.mark.fields.get("note", "")) if self.mark is not None else ""


def read_due(
    registry: CourseReader, reader: TreatmentReader, today: date, plan_names: dict[str, str],
) -> list[DuePatient]:
    """Give who is due: the latest first, those who were told last."""
    decided = by_id(registry.records(RecordFilter(RecordKind.COURSE)))
    told = by_id(registry.records(RecordFilter(RecordKind.DUE_BACK, state=courses.TOLD)))
    booked = {one.patient_id for one in registry.appointments(day_start_us(today), day_start_us(today + BOOKED_AHEAD))}
    last, due = reader.last_treatments(), []
    for course in registry.running_courses():
        opened_us = last.get(course.patient_id)
        if course.patient_id in booked or opened_us is None:
            continue
        stands = courses.standing(course, decided.get(course.course_id), local_day(opened_us), today)
        if stands.due in (courses.DUE_NOW, courses.OVERDUE):
            due.append(stands)
    patients = registry.patients_of(list({one.course.patient_id for one in due}))
    found = [DuePatient(patients[one.course.patient_id], one, plan_names.get(one.course.plan_id, one.course.plan_id),
                        told.get(courses.due_mark_id(one.course)))
             for one in due if one.course.patient_id in patients]
    return sorted(found, key=_latest_day)


def due_csv(due: Iterable[DuePatient]) -> str:
    """Write the list as CSV."""
    lines = [csv_line(list(CSV_HEADS))]
    for one in due:
        who, stands, course, window = one.patient, one.standing, one.standing.course, one.standing.window
        lines.append(csv_line([
            who.patient_id, who.name, who.phone, who.language, one.plan_name, course.course_id, str(course.done),
            str(course.length or ""), stands.last_day.isoformat() if stands.last_day else "",
            window.earliest.isoformat() if window else "", window.latest.isoformat() if window else "", stands.due,
            one.told_words, one.note]))
    return "".join(lines)


def by_id(records: Iterable[ClinicRecord]) -> dict[str, ClinicRecord]:
    """Give records by their ids."""
    return {one.record_id: one for one in records}


def _latest_day(one: DuePatient) -> tuple[bool, date, str]:
    window = one.standing.window
    return (one.mark is not None, window.latest if window else date.max, one.patient.patient_id)
