import dataclasses
import json

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from store_kit import StillClock

from console.domain.clinic_records import ClinicRecord, RecordFilter, RecordKind
from console.domain.errors import OperatorError
from console.domain.importing import ImportBatch
from console.domain.people import Appointment, CatalogProduct, Course, Patient, Role, SignInTries, Staff
from db import secrets_of_staff, tables
from db.data_folder import DataFolder
from db.recorder_thread import RecorderThread
from db.registry import ClinicRegistry
from db.session_store import SessionStore
from db.verify import verify_folder


@pytest.fixture
def registry(store: SessionStore, recorder: RecorderThread, clock: StillClock) -> ClinicRegistry:
    return ClinicRegistry(store, recorder, clock)


def test_patients_are_found_by_name_id_and_telephone(registry: ClinicRegistry) -> None:
    ana = Patient("P-0411", "Ana Ruiz", "1980-02-03", "III", "+34 600", "es", "asks for the quiet room")
    ole = Patient("P-0412", "Øle STRASSE", "1990-01-01")
    registry.save_patient(ana, "PR-02")
    registry.save_patient(ole, "PR-02")
    assert registry.patients() == [ana, ole]
    assert registry.patients("ruiz ana") == registry.patients("0411") == registry.patients("+34") == [ana]
    assert registry.patients("øle") == registry.patients("straße") == [ole]
    assert registry.patients("%") == []
    assert registry.patients(limit=1) == [ana]
    assert registry.patient("P-0412") == ole
    assert registry.next_patient_id() == "P-0413"
    with pytest.raises(OperatorError, match="There is no patient P-9"):
        registry.patient("P-9")


def test_the_first_patient_id(registry: ClinicRegistry) -> None:
    registry.save_patient(Patient("P-x1", "Odd Id", "1990-01-01"), "PR-02")
    assert registry.next_patient_id() == "P-0001"


def test_running_courses_are_those_with_sessions_left(registry: ClinicRegistry) -> None:
    for course_id, length, done in (("C-1", 4, 4), ("C-2", 4, 1), ("C-3", 0, 9)):
        registry.save_course(Course(course_id, "P-0411", "face", length, done), "PR-02")
    registry.save_course(Course("C-2", "P-0411", "face", 4, 2), "PR-02")
    assert [(one.course_id, one.done) for one in registry.running_courses()] == [("C-2", 2), ("C-3", 9)]


def test_a_change_is_a_new_version_with_its_audit_entry(
    registry: ClinicRegistry, store: SessionStore, recorder: RecorderThread, folder: DataFolder
) -> None:
    ana = Patient("P-0411", "Ana Ruiz", "1980-02-03")
    registry.save_patient(ana, "PR-02")
    registry.save_patient(dataclasses.replace(ana, name="Ana Ruiz Gil"), "PR-03")
    assert [patient.name for patient in registry.patients()] == ["Ana Ruiz Gil"]
    with store.reading() as connection:
        versions = connection.execute(tables.patient.select().order_by(tables.patient.c.rev)).all()
        audit = connection.execute(tables.audit_entry.select().order_by(tables.audit_entry.c.seq)).all()
    assert [(row.rev, row.name, row.changed_by) for row in versions] == [
        (1, "Ana Ruiz", "PR-02"), (2, "Ana Ruiz Gil", "PR-03"),
    ]
    assert [(row.actor, row.action, row.subject) for row in audit] == [
        ("PR-02", "save_patient", "P-0411"), ("PR-03", "save_patient", "P-0411"),
    ]
    assert verify_folder(folder) == []


def test_pins_are_checked_and_kept_hashed(registry: ClinicRegistry, store: SessionStore) -> None:
    member = Staff("PR-02", "Dr Lin", Role.PRACTITIONER)
    registry.save_staff(member, "4711", "AD-01")
    assert registry.pin_check("PR-02")("4711")
    assert not registry.pin_check("PR-02")("4712")
    assert not registry.pin_check("PR-03")("4711")
    registry.save_staff(dataclasses.replace(member, name="Dr Lin-Ode"), "", "AD-01")
    assert registry.pin_check("PR-02")("4711")
    registry.save_staff(dataclasses.replace(member, active=False), "", "AD-01")
    assert not registry.pin_check("PR-02")("4711")
    assert registry.staff() == [dataclasses.replace(member, active=False)]
    registry.save_staff(Staff("PR-05", "New", Role.MANAGER), "", "AD-01")
    assert not registry.pin_check("PR-05")("")
    with store.reading() as connection:
        hashes = connection.exec_driver_sql("SELECT pin_hash FROM staff WHERE staff_id = 'PR-02'").scalars().all()
    assert all(kept.startswith("$argon2id$") and "4711" not in kept for kept in hashes)


def test_courses_day_list_products_lots_and_settings(registry: ClinicRegistry) -> None:
    course = Course("C-1", "P-0411", "face-scars", 4, 1, 28, 42)
    registry.save_course(course, "PR-02")
    registry.save_course(dataclasses.replace(course, done=2), "PR-02")
    assert registry.courses("P-0411") == [dataclasses.replace(course, done=2)]
    assert registry.courses("P-0412") == []

    visit = Appointment("A-1", "P-0411", "face-scars", "C-1", 1_000, "Room 2")
    registry.save_appointment(visit, "PR-02")
    assert registry.appointments(1_000, 1_001) == [visit]
    assert registry.appointments(0, 1_000) == []
    registry.save_appointment(dataclasses.replace(visit, starts_us=5_000, arrived_us=4_900), "PR-02")
    assert registry.appointments(0, 2_000) == []
    assert registry.appointments(0, 9_000)[0].arrived_us == 4_900

    product = CatalogProduct("ha-1", "09506000134352", "Hyaluronic", "serum")
    registry.save_product(product, "MA-01")
    assert registry.products() == [product]

    registry.save_recalled_lot("ha-1", "L9", True, "MA-01")
    registry.save_recalled_lot("ha-1", "L8", True, "MA-01")
    registry.save_recalled_lot("ha-1", "L8", False, "MA-01")
    assert registry.recalled_lots() == {("ha-1", "L9")}

    assert registry.setting("theme", "light") == "light"
    registry.save_setting("theme", "dim", "PR-02")
    assert registry.setting("theme", "light") == "dim"


def test_what_is_read_can_be_entered_into_the_audit_chain(
    registry: ClinicRegistry, recorder: RecorderThread, store: SessionStore, folder: DataFolder
) -> None:
    registry.audit("PR-02", "read_patient", "P-0411", "day list")
    assert recorder.synchronise(10)
    with store.reading() as connection:
        assert connection.execute(tables.audit_entry.select()).one().detail == "day list"
    assert verify_folder(folder) == []


def test_a_write_that_fails_is_told_to_its_caller_alone(
    registry: ClinicRegistry, recorder: RecorderThread
) -> None:
    def double(connection):  # type: ignore[no-untyped-def]
        row = {"name": "x", "value": "", "rev": 1, "changed_us": 0, "changed_by": ""}
        connection.execute(tables.setting.insert(), [row, row])

    with pytest.raises(IntegrityError):
        recorder.write(double)
    with pytest.raises(ZeroDivisionError):
        recorder.write(lambda _: 1 / 0)
    assert recorder.write(lambda _: 42) == 42
    registry.save_setting("y", "1", "PR-02")
    assert registry.setting("y") == "1"
    assert registry.setting("x") == ""


def test_the_clinics_own_records_are_versions_found_by_what_they_concern(
    registry: ClinicRegistry, folder: DataFolder
) -> None:
    call = ClinicRecord(RecordKind.FOLLOW_UP, "F-1", "due", {"what": "call"}, patient_id="P-0411", due="2026-11-20")
    late = dataclasses.replace(call, record_id="F-2", due="2026-11-18", patient_id="P-0412")
    undated = dataclasses.replace(call, record_id="F-0", due="")
    for one in (call, late, undated):
        registry.save_record(one, "PR-02")
    registry.save_record(ClinicRecord(RecordKind.INCIDENT, "F-1", "open", {}), "PR-02")
    registry.save_record(dataclasses.replace(call, state="done", fields={"what": "call", "said": "well"}), "PR-03")

    def ids(**wanted: str) -> list[str]:
        return [one.record_id for one in registry.records(RecordFilter(RecordKind.FOLLOW_UP, **wanted))]

    assert ids() == ["F-2", "F-1", "F-0"]
    assert ids(state="due") == ["F-2", "F-0"]
    assert ids(patient_id="P-0411") == ["F-1", "F-0"]
    assert ids(due_until="2026-11-19") == ["F-2"]
    assert ids(due_from="2026-11-19") == ["F-1"]
    versions = registry.record_versions(call)
    assert [(one.rev, one.state, one.changed_by) for one in versions] == [(1, "due", "PR-02"), (2, "done", "PR-03")]
    assert versions[1].fields == {"what": "call", "said": "well"}
    assert verify_folder(folder) == []


def test_roles_password_and_every_version_of_a_member_are_kept(registry: ClinicRegistry) -> None:
    member = Staff("PR-02", "Dr Lin", Role.PRACTITIONER, more_roles=(Role.MANAGER, Role.ADMINISTRATOR))
    registry.save_staff(member, "4711", "AD-01", "four quiet words")
    known = registry.staff()[0]
    assert known == dataclasses.replace(member, has_password=True)
    check = registry.password_check("PR-02")
    assert check("four quiet words") and not check("four loud words") and not registry.password_check("PR-09")("")
    registry.save_staff(dataclasses.replace(known, more_roles=()), "", "AD-02")
    registry.save_staff(dataclasses.replace(known, active=False), "0815", "AD-02", "")
    told = [(one.rev, one.member.roles, one.member.active, one.changed_by, one.new_pin, one.new_password)
            for one in registry.staff_versions("PR-02")]
    every = (Role.PRACTITIONER, Role.MANAGER, Role.ADMINISTRATOR)
    assert told == [(1, every, True, "AD-01", True, True), (2, (Role.PRACTITIONER,), True, "AD-02", False, False),
                    (3, every, False, "AD-02", True, True)]
    assert not registry.password_check("PR-02")("four quiet words"), "who left signs in no more"


def test_a_pin_hashed_by_former_parameters_is_hashed_anew_when_it_is_right(
    registry: ClinicRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets_of_staff, "_PIN_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    registry.save_staff(Staff("PR-02", "Dr Lin", Role.PRACTITIONER), "4711", "AD-01", "four quiet words")
    monkeypatch.undo()
    assert not registry.pin_check("PR-02")("4712") and len(registry.staff_versions("PR-02")) == 1
    assert registry.pin_check("PR-02")("4711") and registry.pin_check("PR-02")("4711")
    assert [one.new_pin for one in registry.staff_versions("PR-02")] == [True, True]
    assert registry.password_check("PR-02")("four quiet words"), "the rest stays"


def test_wrong_tries_are_counted_from_the_audit(registry: ClinicRegistry, recorder: RecorderThread,
                                                clock: StillClock) -> None:
    for action in ("pin_refused", "signed_in", "pin_refused", "patient_read", "password_refused"):
        registry.audit("PR-02", action, "PR-02")
    registry.audit("PR-01", "pin_refused", "a-session")
    assert recorder.synchronise(5.0)
    assert registry.sign_in_tries("PR-02") == SignInTries(2, clock.utc_us())
    assert registry.sign_in_tries("PR-01").wrong == 1 and registry.sign_in_tries("PR-05") == SignInTries(0, 0)


def test_the_audit_tells_old_and_new_values_but_no_patient_s_and_no_secret(
    registry: ClinicRegistry, store: SessionStore
) -> None:
    registry.save_setting("room", "Room 1", "MG-01")
    registry.save_setting("room", "Room 2", "MG-01")
    registry.save_patient(Patient("P-0411", "Ana Ruiz", "1980-02-03"), "PR-02")
    registry.save_patient(Patient("P-0411", "Ana Gil", "1980-02-03", phone="+34 600"), "PR-02")
    registry.save_staff(Staff("PR-02", "Dr Lin", Role.PRACTITIONER), "4711", "AD-01")
    registry.save_staff(Staff("PR-02", "Dr Lin", Role.PRACTITIONER), "4712", "AD-01")
    with store.reading() as connection:
        found = connection.execute(tables.audit_entry.select().order_by(tables.audit_entry.c.seq)).all()
    details = [json.loads(row.detail) for row in found]
    assert details[1] == {"rev": 2, "changed": {"value": ["Room 1", "Room 2"]}}
    assert details[3] == {"rev": 2, "patient": "P-0411", "fields": ["name", "phone"]}
    assert details[4]["new"]["pin"] == "set anew" and details[5]["changed"] == {"pin": ["set", "set anew"]}
    whole = " ".join(row.detail for row in found)
    assert "Ana" not in whole and "argon2" not in whole and "4712" not in whole


def test_a_recall_and_its_reason_are_kept_together_or_not_at_all(registry: ClinicRegistry) -> None:
    why = ClinicRecord(RecordKind.RECALL, "ha-1 L9", "recalled", {"lot": "L9", "reason": "bent"}, subject_id="ha-1")
    with pytest.raises(IntegrityError):
        registry.save_recall(why, None, "L9", True, "MA-01")  # type: ignore[arg-type]
    assert registry.records(RecordFilter(RecordKind.RECALL)) == [] and registry.recalled_lots() == set()
    registry.save_recall(why, "ha-1", "L9", True, "MA-01")
    assert [one.rev for one in registry.records(RecordFilter(RecordKind.RECALL))] == [1]
    assert registry.recalled_lots() == {("ha-1", "L9")}


def audited(store: SessionStore) -> list[tuple[str, str, str]]:
    entry = tables.audit_entry
    with store.reading() as connection:
        return [tuple(row) for row in connection.execute(
            select(entry.c.action, entry.c.subject, entry.c.detail).order_by(entry.c.seq))]


def test_an_import_and_the_audit_of_each_row_are_one_commit(
    registry: ClinicRegistry, store: SessionStore, folder: DataFolder
) -> None:
    people = tuple(Patient(f"P-{number:04d}", f"Person {number}", "1990-01-01") for number in range(1, 703))
    registry.save_import(ImportBatch("patients", people), "MA-01")
    told = audited(store)
    assert told[0] == ("imported", "patients", '{"rows":702}')
    assert [one[:2] for one in told[1:]] == [("save_patient", one.patient_id) for one in people]
    with pytest.raises(OperatorError, match="P-0702 is there already"):
        registry.save_import(ImportBatch("patients", (*(dataclasses.replace(
            one, patient_id=f"P-1{one.patient_id[2:]}") for one in people), people[-1])), "MA-01")
    assert audited(store) == told, "what was not written is not told"
    assert len(registry.patients("", 5_000)) == 702
    assert verify_folder(folder) == []


def test_records_are_read_on_behind_the_last_one(registry: ClinicRegistry) -> None:
    days = ("2026-11-18", "2026-11-18", "2026-11-19", "2026-11-20", "2026-11-20")
    for number, due in enumerate(days):
        registry.save_record(ClinicRecord(RecordKind.FOLLOW_UP, f"F-{number}", "due", {}, due=due), "PR-02")
    found: list[str] = []
    after: tuple[str, str] | None = None
    while page := registry.records(RecordFilter(RecordKind.FOLLOW_UP, state="due", most=2, after=after)):
        assert len(page) <= 2
        found += [one.record_id for one in page]
        after = page[-1].due, page[-1].record_id
    assert found == [f"F-{number}" for number in range(5)]
