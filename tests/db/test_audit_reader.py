"""The audit is found by person, patient, kind and period, with old and new values."""

import dataclasses
import json

import pytest
from store_kit import StillClock, event

from console.domain.audit import ACTIONS, SAVES, AuditFilter, AuditKind, detail_of
from console.domain.clinic_records import ClinicRecord, RecordKind
from console.domain.clinical_edits import ClinicalEdit
from console.domain.people import Course, Patient, Role, Staff
from console.domain.session_events import SessionOpened
from console.services import audit_words
from console.services.audit_words import change_words, sentence, who_words
from console.services.ids import new_id
from db.audit_reader import AuditReader
from db.recorder_thread import RecorderThread
from db.registry import ClinicRegistry
from db.session_store import SessionStore

EVERYTHING = AuditFilter()
ANA = Patient("P-0411", "Ana Ruiz", "1980-02-03")


@pytest.fixture
def registry(store: SessionStore, recorder: RecorderThread, clock: StillClock) -> ClinicRegistry:
    return ClinicRegistry(store, recorder, clock)


@pytest.fixture
def reader(store: SessionStore) -> AuditReader:
    return AuditReader(store)


def told(reader: AuditReader, wanted: AuditFilter = EVERYTHING) -> list[str]:
    return [sentence(one) for one in reader.entries(wanted, 50)]


def test_all_of_a_patient_is_found_the_newest_first(registry, reader, recorder):
    session_id = new_id()
    opened = SessionOpened("treatment", "P-0411", 40, "II", "", 1, 0, "Room 1", "station-1", "PR-02", "", 18)
    recorder.append(session_id, [event(opened)])
    registry.save_patient(ANA, "PR-02")
    registry.save_patient(Patient("P-0999", "Somebody Else", "1990-01-01"), "PR-02")
    registry.save_patient(dataclasses.replace(ANA, phone="+34 600"), "MG-01")
    registry.save_course(Course("C-1", "P-0411", "face", 4, 1), "PR-02")
    incident = ClinicRecord(RecordKind.INCIDENT, "I-0001", "open", {"title": "x"}, patient_id="P-0411")
    registry.save_record(incident, "PR-02")
    registry.audit("PR-02", "patient_read", "P-0411")
    registry.audit("AD-01", "session_read", str(session_id), detail_of(why="Reaction at night"))
    registry.audit("PR-02", "patient_read", "P-0999")
    assert recorder.synchronise(5.0)
    found = AuditFilter(patient_id="P-0411")
    assert [one for one in told(reader, found) if not one.startswith("Noted the head")] == [
        "Opened a session of P-0411", "Read the record of P-0411", "Added the record incident I-0001 of P-0411",
        "Added the course C-1 of P-0411", "Changed the patient P-0411", "Added the patient P-0411"]
    entries = [one for one in reader.entries(found, 50) if one.action != "head_opened"]
    assert entries[0].why == "Reaction at night" and entries[0].patient_id == "P-0411" and reader.count(found) == 7
    assert [change_words(one) for one in reader.changes(entries[4])] == ["phone: +34 600"]
    assert [one.seq for one in reader.entries(found, 2, entries[0].seq)] == [one.seq for one in entries[1:3]]


def test_by_person_kind_and_period(registry, reader, recorder, clock):
    registry.save_setting("room", "Room 1", "MG-01")
    registry.audit("MG-01", "signed_in", "station-1")
    clock.advance(3600)
    noon_us = clock.utc_us()
    registry.save_setting("room", "Room 2", "MG-01")
    registry.audit("console", "clock_jumped", "station-1", detail_of(ms=-7_200_000))
    registry.audit("PR-02", "exported", "a session", detail_of(form="pdf"))
    assert recorder.synchronise(5.0)
    assert told(reader, AuditFilter(person="MG-01", kind=AuditKind.CHANGE)) == [
        "Changed the setting room", "Added the setting room"]
    assert told(reader, AuditFilter(kind=AuditKind.CONSOLE)) == ["The computer's clock jumped, 7,200 s back"]
    assert told(reader, AuditFilter(since_us=noon_us, kind=AuditKind.EXPORT)) == ["Wrote a session, as PDF"]
    assert told(reader, AuditFilter(until_us=noon_us)) == ["Signed in", "Added the setting room"]
    change = reader.entries(AuditFilter(kind=AuditKind.CHANGE), 1)[0]
    assert [change_words(one) for one in reader.changes(change)] == ["value: Room 1 -> Room 2"]


def test_a_change_of_staff_is_told_without_the_secret(registry, reader):
    member = Staff("PR-02", "Dr Lin", Role.PRACTITIONER)
    registry.save_staff(member, "4711", "AD-01")
    registry.save_staff(dataclasses.replace(member, more_roles=(Role.MANAGER,)), "0815", "AD-01")
    newest, first = reader.entries(AuditFilter(kind=AuditKind.CHANGE), 2)
    assert [change_words(one) for one in reader.changes(newest)] == ["further roles: manager", "PIN: set -> set anew"]
    assert "PIN: set anew" in [change_words(one) for one in reader.changes(first)]
    assert who_words(newest, {"AD-01": "S. Okoro"}) == "S. Okoro AD-01"


def test_a_clinical_entry_is_told_field_by_field_against_what_the_files_said(registry, reader):
    edit = ClinicalEdit("plan", "scars", {"id": "scars", "passes": 4}, "Trained", was={"id": "scars", "passes": 3})
    registry.save_record(edit.record(), "MG-01")
    registry.save_record(dataclasses.replace(edit, was=None, table={"id": "scars", "passes": 5}).record(), "MG-01")
    newest, first = reader.entries(AuditFilter(kind=AuditKind.CHANGE), 2)
    assert sentence(first) == sentence(newest) == "Changed the clinical entry plan scars"
    assert "passes: 3 -> 4" in [change_words(one) for one in reader.changes(first)]
    assert [change_words(one) for one in reader.changes(newest)] == ["passes: 4 -> 5"]


def test_a_page_is_one_list_whatever_is_written_beside(registry, reader, recorder):
    for number in range(3):
        registry.audit("PR-02", "signed_in", f"station-{number}")
    assert recorder.synchronise(5.0)
    pinned = AuditFilter(up_to_seq=reader.entries(EVERYTHING, 1)[0].seq)
    registry.audit("PR-02", "signed_out", "station-1")
    assert recorder.synchronise(5.0)
    assert reader.count(pinned) == len(reader.entries(pinned, 50)) == reader.count(EVERYTHING) - 1


def test_what_a_later_console_noted_is_still_told(registry, reader, recorder):
    registry.audit("PR-02", "tea_brewed", "room-2", "two cups")
    assert recorder.synchronise(5.0)
    assert told(reader, AuditFilter(kind=AuditKind.CONSOLE)) == ["Tea brewed: room-2"]
    assert reader.changes(reader.entries(EVERYTHING, 1)[0]) == []


def test_every_action_has_one_kind():
    every = [action for actions in ACTIONS.values() for action in actions]
    assert not set(every) - set(audit_words._SENTENCES), "each has its sentence"
    assert len(every) == len(set(every)) and not any(one.startswith(SAVES) for one in every)
    assert json.loads(detail_of(why="x", form="")) == {"why": "x"} and detail_of(form="") == ""
