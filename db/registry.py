"""Reference data: read here, written through the recorder, never overwritten.

Each change adds a row with the next ``rev`` and an audit entry; the highest revision counts.
"""

import dataclasses
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, func, insert, literal, or_, select, tuple_

from console.domain.clinic_records import ClinicRecord, RecordFilter, RecordKind, body_of, fields_of
from console.domain.clock import Clock
from console.domain.errors import OperatorError
from console.domain.history import canonical_json
from console.domain.importing import ImportBatch
from console.domain.people import (
    Appointment,
    CatalogProduct,
    Course,
    Patient,
    Role,
    SignInTries,
    Staff,
    StaffVersion,
)
from db import secrets_of_staff, tables
from db.changes import change_detail
from db.patient_keys import erasure_of
from db.recorder_thread import RecorderThread
from db.session_store import SessionStore

_REFUSED = ("pin_refused", "password_refused")
_ACCEPTED = ("signed_in", "unlocked", "pin_accepted", "password_accepted", "save_staff")
_MOST_TRIES = 20  # beyond so many the wait does not grow any more
_PATIENT_PREFIX = "P-"
MOST_NAMED = 500  # keys in one statement
IMPORT_LIMIT_S = 120.0

T = TypeVar("T")

log = logging.getLogger("console.registry")


class RegistryReader:
    """Reads reference data on a store's connection; the newest revision of each row counts."""

    def __init__(self, store: SessionStore) -> None:
        self._store = store

    def patients(self, text: str = "", limit: int = 50) -> list[Patient]:
        """Find patients by words of name, id or telephone, by name."""
        table = tables.patient
        wanted = current(table).order_by(table.c.name, table.c.patient_id).limit(limit)
        for word in text.casefold().split():
            wanted = wanted.where(table.c.search_text.contains(word, autoescape=True))
        return [as_row(Patient, row) for row in self._all(wanted)]

    def patient(self, patient_id: str) -> Patient:
        """Give one patient; OperatorError where there is none."""
        found = self._all(current(tables.patient).where(tables.patient.c.patient_id == patient_id))
        if not found:
            self._refuse_erased(patient_id)
            raise OperatorError(f"There is no patient {patient_id}", "", "check the id")
        return as_row(Patient, found[0])

    def patients_of(self, patient_ids: Sequence[str]) -> dict[str, Patient]:
        """Give these patients by their numbers; those who are not there are left out."""
        found: dict[str, Patient] = {}
        for begin in range(0, len(patient_ids), MOST_NAMED):
            some = patient_ids[begin:begin + MOST_NAMED]
            rows = self._all(current(tables.patient).where(tables.patient.c.patient_id.in_(some)))
            found.update((row.patient_id, as_row(Patient, row)) for row in rows)
        return found

    def _refuse_erased(self, patient_id: str) -> None:
        with self._store.reading() as connection:
            number = erasure_of(connection, patient_id)
        if number is not None:
            raise OperatorError(
                f"{patient_id} was erased, as number {number}", "what was kept of the sessions is kept",
                "register the person under a new number")

    def next_patient_id(self) -> str:
        """Give the next free patient id, like ``P-0413``."""
        columns = tables.patient.c.patient_id, tables.erasure.c.patient_id  # a number never comes back
        wanted = (select(one).where(one.startswith(_PATIENT_PREFIX, autoescape=True)).distinct() for one in columns)
        ids = [row for query in wanted for row in self._all(query)]
        numbers = [int(row[0].removeprefix(_PATIENT_PREFIX)) for row in ids if _is_numbered(row[0])]
        return f"{_PATIENT_PREFIX}{max(numbers, default=0) + 1:04d}"

    def staff(self) -> list[Staff]:
        """Give all members of staff, by id."""
        rows = self._all(current(tables.staff).order_by(tables.staff.c.staff_id))
        return [_staff(row) for row in rows]

    def staff_versions(self, staff_id: str) -> list[StaffVersion]:
        """Give every version of a member of staff, the first one first."""
        table = tables.staff
        rows = self._all(select(table).where(table.c.staff_id == staff_id).order_by(table.c.rev))
        former = [("", ""), *((row.pin_hash, row.password_hash) for row in rows)]
        return [StaffVersion(_staff(row), row.rev, row.changed_us, row.changed_by, row.pin_hash != pin,
                             row.password_hash != password)
                for row, (pin, password) in zip(rows, former, strict=False)]

    def pin_check(self, staff_id: str) -> Callable[[str], bool]:
        """Give the check of an active member's PIN; it reads nothing more and may run on any thread."""
        found = self._active(staff_id)
        kept = found.pin_hash if found is not None else ""
        return lambda pin: secrets_of_staff.is_right(kept, pin)

    def password_check(self, staff_id: str) -> Callable[[str], bool]:
        """Give the same of their password."""
        found = self._active(staff_id)
        kept = found.password_hash if found is not None else ""
        return lambda password: secrets_of_staff.is_right(kept, password)

    def sign_in_tries(self, staff_id: str) -> SignInTries:
        """Count the refused tries since the last one that was right, from the audit."""
        entry = tables.audit_entry
        wanted = select(entry.c.action, entry.c.at_us).where(
            or_(entry.c.actor == staff_id, entry.c.subject == staff_id), entry.c.action.in_((*_REFUSED, *_ACCEPTED)))
        wrong, last_us = 0, 0
        for row in self._all(wanted.order_by(entry.c.seq.desc()).limit(_MOST_TRIES)):
            if row.action in _ACCEPTED:
                break
            wrong, last_us = wrong + 1, max(last_us, row.at_us)
        return SignInTries(wrong, last_us)

    def _active(self, staff_id: str) -> Row[Any] | None:
        found = self._all(current(tables.staff).where(tables.staff.c.staff_id == staff_id))
        return found[0] if found and found[0].active else None

    def courses(self, patient_id: str) -> list[Course]:
        """Give a patient's courses, newest first."""
        table = tables.course
        wanted = current(table).where(table.c.patient_id == patient_id).order_by(table.c.course_id.desc())
        return [as_row(Course, row) for row in self._all(wanted)]

    def running_courses(self) -> list[Course]:
        """Give every course that has sessions left, by id; one of no fixed number always has."""
        table = tables.course
        left = or_(table.c.length == 0, table.c.done < table.c.length)
        return [as_row(Course, row) for row in self._all(current(table).where(left).order_by(table.c.course_id))]

    def appointments(self, from_us: int, until_us: int) -> list[Appointment]:
        """Give the day list from a moment up to another, in order of time."""
        table = tables.appointment
        wanted = current(table).where(table.c.starts_us >= from_us, table.c.starts_us < until_us)
        return [as_row(Appointment, row) for row in self._all(wanted.order_by(table.c.starts_us))]

    def products(self) -> list[CatalogProduct]:
        """Give the products the clinic knows, by name."""
        rows = self._all(current(tables.product).order_by(tables.product.c.name))
        return [as_row(CatalogProduct, row) for row in rows]

    def recalled_lots(self) -> set[tuple[str, str]]:
        """Give the recalled lots as ``(product_id, lot)``."""
        table = tables.recalled_lot
        return {(row.product_id, row.lot) for row in self._all(current(table).where(table.c.recalled))}

    def cartridge_used_in(self, product_id: str, lot: str, serial: str) -> UUID | None:
        """Give the session that used a cartridge, None where none did or it has no serial number."""
        use = tables.product_use
        if not serial:
            return None
        found = self._all(
            select(use.c.session_id).where(use.c.role == "cartridge", use.c.product_id == product_id)
            .where(use.c.lot == lot, use.c.serial == serial).order_by(use.c.at_us).limit(1)
        )
        return found[0].session_id if found else None

    def records(self, wanted: RecordFilter) -> list[ClinicRecord]:
        """Give the clinic's own records a filter matches, those due first, then by id."""
        table = tables.clinic_record
        query = current(table).where(table.c.kind == wanted.kind.value)
        for name in ("state", "subject_id", "patient_id", "session_id"):
            if getattr(wanted, name):
                query = query.where(table.c[name] == getattr(wanted, name))
        if wanted.due_until:
            query = query.where(table.c.due != "", table.c.due <= wanted.due_until)
        if wanted.due_from:
            query = query.where(table.c.due >= wanted.due_from)
        if wanted.after is not None:
            query = query.where(tuple_(table.c.due, table.c.record_id) > tuple_(*map(literal, wanted.after)))
        order = (table.c.due == "", table.c.due, table.c.record_id)
        return [_record(row) for row in self._all(query.order_by(*order).limit(wanted.most or None))]

    def record_versions(self, record: ClinicRecord) -> list[ClinicRecord]:
        """Give every version of a record, the first one first."""
        table = tables.clinic_record
        query = select(table).where(table.c.kind == record.kind.value, table.c.record_id == record.record_id)
        return [_record(row) for row in self._all(query.order_by(table.c.rev))]

    def setting(self, name: str, default: str = "") -> str:
        """Give a setting's value."""
        found = self._all(current(tables.setting).where(tables.setting.c.name == name))
        return str(found[0].value) if found else default

    def _all(self, query: Select[Any]) -> list[Row[Any]]:
        with self._store.reading() as connection:
            return list(connection.execute(query).all())


class ClinicRegistry(RegistryReader):
    """Implements ``ports.Registry``: reads on a store's connection, writes through the recorder."""

    def __init__(self, store: SessionStore, recorder: RecorderThread, clock: Clock) -> None:
        super().__init__(store)
        self._recorder, self._clock = recorder, clock

    def save_patient(self, patient: Patient, actor_id: str) -> None:
        """Add a patient or a new version of one; OperatorError where the number was erased."""
        self._refuse_erased(patient.patient_id)
        fields = dataclasses.asdict(patient)
        fields["search_text"] = searched(patient)
        self._save(tables.patient, ("patient_id",), fields, actor_id, patient.patient_id)

    def pin_check(self, staff_id: str) -> Callable[[str], bool]:
        """Give the check of a PIN, for any thread; one hashed by former parameters is hashed anew."""
        return self._renewing(staff_id, super().pin_check(staff_id), "pin_hash", secrets_of_staff.is_outdated,
                              secrets_of_staff.pin_hash)

    def password_check(self, staff_id: str) -> Callable[[str], bool]:
        """Give the same of a password."""
        return self._renewing(staff_id, super().password_check(staff_id), "password_hash",
                              secrets_of_staff.is_password_outdated, secrets_of_staff.password_hash)

    def _renewing(self, staff_id: str, is_right: Callable[[str], bool], column: str,
                  is_outdated: Callable[[str], bool], make_hash: Callable[[str], str]) -> Callable[[str], bool]:
        found = self._active(staff_id)

        def check(secret: str) -> bool:
            right = is_right(secret)
            if right and found is not None and is_outdated(getattr(found, column)):
                names = ("staff_id", "name", "role", "active", "more_roles", "pin_hash", "password_hash")
                fields = {name: getattr(found, name) for name in names} | {column: make_hash(secret)}
                try:
                    self._save(tables.staff, ("staff_id",), fields, staff_id, staff_id)
                except OperatorError as error:  # what is right stays right; it is hashed anew the next time
                    log.warning("a hash was not renewed: %s", error.happened)
            return right

        return check

    def save_staff(self, member: Staff, pin: str, actor_id: str, password: str | None = None) -> None:
        """Add a member or a new version of one; an empty ``pin`` and no ``password`` keep the former.

        An empty ``password`` takes it away: then the PIN signs in.
        """
        found = self._all(current(tables.staff).where(tables.staff.c.staff_id == member.staff_id))
        kept_pin, kept_password = (found[0].pin_hash, found[0].password_hash) if found else ("", "")
        if password is not None:
            kept_password = secrets_of_staff.password_hash(password) if password else ""
        fields = {
            "staff_id": member.staff_id, "name": member.name, "role": member.role.value, "active": member.active,
            "more_roles": " ".join(role.value for role in member.more_roles),
            "pin_hash": secrets_of_staff.pin_hash(pin) if pin else kept_pin, "password_hash": kept_password}
        self._save(tables.staff, ("staff_id",), fields, actor_id, member.staff_id)

    def save_course(self, course: Course, actor_id: str) -> None:
        """Add a course or a new version of one."""
        self._save(tables.course, ("course_id",), dataclasses.asdict(course), actor_id, course.course_id)

    def save_appointment(self, appointment: Appointment, actor_id: str) -> None:
        """Add an appointment or a new version of one."""
        fields = dataclasses.asdict(appointment)
        self._save(tables.appointment, ("appointment_id",), fields, actor_id, appointment.appointment_id)

    def save_product(self, product: CatalogProduct, actor_id: str) -> None:
        """Add a product or a new version of one."""
        self._save(tables.product, ("product_id",), dataclasses.asdict(product), actor_id, product.product_id)

    def save_recalled_lot(self, product_id: str, lot: str, recalled: bool, actor_id: str) -> None:
        """Mark a lot as recalled, or take that back."""
        fields = {"product_id": product_id, "lot": lot, "recalled": recalled}
        self._save(tables.recalled_lot, ("product_id", "lot"), fields, actor_id, f"{product_id} {lot}")

    def save_recall(self, record: ClinicRecord, product_id: str, lot: str, recalled: bool, actor_id: str) -> None:
        """Keep that a lot is recalled, or no more, with the record that says why: both in one commit, or neither."""
        changed_us = self._clock.utc_us()
        why = _record_fields(record)
        fields = {"product_id": product_id, "lot": lot, "recalled": recalled}

        def work(connection: Connection) -> str:
            _add_version(connection, tables.clinic_record, ("kind", "record_id"), why, changed_us, actor_id)
            return _add_version(
                connection, tables.recalled_lot, ("product_id", "lot"), fields, changed_us, actor_id)

        self._recorder.write(work, (actor_id, "save_recalled_lot", f"{product_id} {lot}", ""), tell=str)

    def save_record(self, record: ClinicRecord, actor_id: str) -> None:
        """Add a record or a new version of one; ``rev``, time and author are set here."""
        subject = f"{record.kind} {record.record_id}"
        self._save(tables.clinic_record, ("kind", "record_id"), _record_fields(record), actor_id, subject)

    def save_setting(self, name: str, value: str, actor_id: str) -> None:
        """Change a setting."""
        self._save(tables.setting, ("name",), {"name": name, "value": value}, actor_id, name)

    def remember_setting(self, name: str, value: str, actor_id: str) -> None:
        """Change a setting that may as well be changed later: returns at once, also while the database is locked."""
        self._recorder.write_later(*self._change(
            tables.setting, ("name",), {"name": name, "value": value}, actor_id, name))

    def save_import(self, batch: ImportBatch, actor_id: str) -> None:
        """Add every row of an import with its audit entry in one transaction, or none.

        OperatorError where one is there already.
        """
        rows = list(_imported(batch))
        stamp = {"rev": 1, "changed_us": self._clock.utc_us(), "changed_by": actor_id}

        def work(connection: Connection) -> None:
            for begin in range(0, len(rows), MOST_NAMED):
                some = rows[begin:begin + MOST_NAMED]
                table, key = some[0][:2]  # a batch is of one kind
                keys = [fields[key] for _, _, fields in some]
                if found := connection.execute(select(table.c[key]).where(table.c[key].in_(keys)).limit(1)).first():
                    raise OperatorError(f"{found[0]} is there already", "nothing was imported",
                                        "look at the file again and import it anew")
                connection.execute(insert(table), [fields | stamp for _, _, fields in some])

        self._recorder.write(
            work, (actor_id, "imported", batch.what, canonical_json({"rows": len(rows)}).decode()), IMPORT_LIMIT_S,
            audits=[(actor_id, f"save_{table.name}", str(fields[key]), change_detail(table.name, 1, None, fields))
                    for table, key, fields in rows])

    def audit(self, actor_id: str, action: str, subject: str, detail: str = "") -> None:
        """Enter something into the station's audit chain; returns at once."""
        self._recorder.audit(actor_id, action, subject, detail)

    def _save(
        self, table: Table, key: tuple[str, ...], fields: dict[str, Any], actor_id: str, subject: str
    ) -> None:
        work, audit, tell = self._change(table, key, fields, actor_id, subject)
        self._recorder.write(work, audit, tell=tell)

    def _change(
        self, table: Table, key: tuple[str, ...], fields: dict[str, Any], actor_id: str, subject: str
    ) -> tuple[Callable[[Connection], str], tuple[str, str, str, str], Callable[[str], str]]:
        changed_us = self._clock.utc_us()
        return (lambda connection: _add_version(connection, table, key, fields, changed_us, actor_id),
                (actor_id, f"save_{table.name}", subject, ""), str)


def _add_version(
    connection: Connection, table: Table, key: tuple[str, ...], fields: dict[str, Any], changed_us: int, actor_id: str,
) -> str:
    """Add the next revision of a row; give what the audit tells of it."""
    same = [table.c[name] == fields[name] for name in key]
    before = connection.execute(select(table).where(*same).order_by(table.c.rev.desc()).limit(1)).first()
    rev = (before.rev if before else 0) + 1
    connection.execute(insert(table).values(**fields, rev=rev, changed_us=changed_us, changed_by=actor_id))
    return change_detail(table.name, rev, before._asdict() if before else None, fields)


def _record_fields(record: ClinicRecord) -> dict[str, Any]:
    names = ("record_id", "state", "subject_id", "patient_id", "session_id", "due")
    fields = {name: getattr(record, name) for name in names}
    return fields | {"kind": record.kind.value, "body": body_of(record)}


def _imported(batch: ImportBatch) -> Iterator[tuple[Table, str, dict[str, Any]]]:
    """Give table, key and fields of each row of an import."""
    for patient in batch.patients:
        yield tables.patient, "patient_id", {**dataclasses.asdict(patient), "search_text": searched(patient)}
    for member in batch.staff:
        yield tables.staff, "staff_id", {
            "staff_id": member.staff_id, "name": member.name, "role": member.role.value, "active": member.active,
            "more_roles": " ".join(role.value for role in member.more_roles), "pin_hash": "", "password_hash": ""}
    for product in batch.products:
        yield tables.product, "product_id", dataclasses.asdict(product)
    for appointment in batch.appointments:
        yield tables.appointment, "appointment_id", dataclasses.asdict(appointment)


def searched(patient: Patient) -> str:
    """Give what free text is looked for in."""
    return searched_words(dataclasses.asdict(patient))


def searched_words(fields: Mapping[str, Any]) -> str:
    """Give the same of a patient's fields."""
    return f"{fields['name']} {fields['patient_id']} {fields['phone']}".casefold()


def current(table: Table) -> Select[Any]:
    """Select the rows that no later revision of the same thing replaces."""
    key = [column.name for column in table.primary_key.columns if column.name != "rev"]
    later = table.alias("later")
    same: list[ColumnElement[bool]] = [later.c[name] == table.c[name] for name in key]
    newest = select(func.max(later.c.rev)).where(*same).scalar_subquery()
    return select(table).where(table.c.rev == newest)


def as_row(cls: type[T], row: Row[Any]) -> T:
    """Give a row as the thing it is."""
    return cls(**{field.name: getattr(row, field.name) for field in dataclasses.fields(cls)})  # type: ignore[arg-type]


def _record(row: Row[Any]) -> ClinicRecord:
    return ClinicRecord(
        RecordKind(row.kind), row.record_id, row.state, fields_of(row.body), row.subject_id, row.patient_id,
        row.session_id, row.due, row.rev, row.changed_us, row.changed_by)


def _staff(row: Row[Any]) -> Staff:
    more = tuple(Role(one) for one in row.more_roles.split())
    return Staff(row.staff_id, row.name, Role(row.role), row.active, more, bool(row.password_hash))


def _is_numbered(patient_id: str) -> bool:
    digits = patient_id.removeprefix(_PATIENT_PREFIX)
    return digits.isascii() and digits.isdigit()
