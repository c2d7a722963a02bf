"""A session as a FHIR R4 document Bundle, with the raw record in it; docs/fhir.md says what goes where."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from console.domain.adverse_events import AdverseEvent
from console.domain.errors import OperatorError
from console.domain.people import Patient
from console.exports.fhir_check import problems
from console.exports.fhir_parts import (
    TERMINOLOGY,
    Entries,
    Resource,
    attachment,
    code,
    human_name,
    instant,
    language_of,
    own_system,
    period,
)
from console.exports.fhir_products import add_products
from console.exports.fhir_record import RECORD, add_proof, add_record
from console.exports.fhir_samples import add_samples
from console.exports.fhir_treatment import add_areas, add_consents, add_events, add_procedure
from console.exports.json_history import session_json
from console.services.event_words import counted
from console.services.record_words import led_by
from console.services.review_desk import SessionDossier

TYPE = code("Procedure note", "http://loinc.org", "28570-0", "Procedure note")


@dataclass(frozen=True, slots=True)
class ExportedPhoto:
    """A picture of the session, when asked for."""

    photo_id: str
    view: str
    moment: str
    taken_us: int
    jpeg: bytes


@dataclass(frozen=True, slots=True)
class FhirCase:
    """What a bundle tells beside the dossier. ``folder_id`` keeps one clinic's numbers apart from another's."""

    folder_id: str
    clinic: str
    address: str = ""
    phone: str = ""
    patient: Patient | None = None
    staff: Mapping[str, str] = field(default_factory=dict)
    adverse: Sequence[AdverseEvent] = ()
    photos: Sequence[ExportedPhoto] = ()


def fhir_bundle(dossier: SessionDossier, case: FhirCase) -> Resource:
    """Give the bundle; the same record gives the same bundle."""
    entries = Entries(dossier.row.session_id)
    state, opened_us, last_us = dossier.state, dossier.state.opened_at_us, dossier.state.last_at_us
    about = _add_people(entries, dossier, case)
    add_products(entries, state, about)
    procedure = add_procedure(entries, dossier, about)
    _add_station(entries, dossier, case)
    part_of = {**about, "partOf": [procedure] if procedure else []}
    add_areas(entries, dossier, part_of)
    add_samples(entries, dossier.table, part_of)
    add_consents(entries, state, about)
    add_events(entries, case.adverse, about)
    add_record(entries, dossier, _raw(dossier), about)
    for photo in case.photos:
        _add_photo(entries, photo, about)
    _add_composition(entries, dossier, case, about)
    add_proof(entries, dossier)
    return {
        "resourceType": "Bundle", "id": str(_version(dossier)), "type": "document",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": _version(dossier).urn},
        "timestamp": instant(last_us or opened_us), "entry": entries.entries("composition"),
    }


def fhir_bytes(dossier: SessionDossier, case: FhirCase) -> bytes:
    """Give the bundle as a file's content; OperatorError where it would break an invariant."""
    bundle = fhir_bundle(dossier, case)
    if found := problems(bundle):
        raise OperatorError(f"This session cannot be told as FHIR ({found[0]})", "nothing was written",
                            "write it as json, and report this")
    return json.dumps(bundle, ensure_ascii=False, indent=1).encode() + b"\n"


def _version(dossier: SessionDossier) -> UUID:
    """Name this very state of the record: what is added to it makes another document."""
    return uuid5(dossier.row.session_id, dossier.head.hex())


def _raw(dossier: SessionDossier) -> bytes:
    return json.dumps(session_json(dossier), ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"


def _add_people(entries: Entries, dossier: SessionDossier, case: FhirCase) -> Resource:
    """Keep clinic, staff, patient and visit; give what everything else refers to: subject and encounter."""
    row, patient = dossier.row, case.patient
    clinic = case.clinic or "Clinic without a name"
    entries.add("clinic", {
        "resourceType": "Organization", "identifier": [{"system": own_system("clinic"), "value": case.folder_id}],
        "name": clinic, "telecom": [{"system": "phone", "value": case.phone, "use": "work"}] if case.phone else [],
        "address": [{"text": case.address}] if case.address else []}, [clinic])
    for staff_id in _acting(dossier):
        name = case.staff.get(staff_id, "")
        entries.add(f"staff {staff_id}", {
            "resourceType": "Practitioner",
            "identifier": [{"system": own_system(f"{case.folder_id} staff"), "value": staff_id}],
            "name": human_name(name)}, [name or staff_id])
    if not row.patient_id:
        return {}
    entries.add("patient", {
        "resourceType": "Patient",
        "identifier": [{"system": own_system(f"{case.folder_id} patient"), "value": row.patient_id}],
        "name": human_name(patient.name) if patient else [], "birthDate": patient.birth_date if patient else "",
        "telecom": [{"system": "phone", "value": patient.phone}] if patient and patient.phone else [],
        "communication": language_of(patient.language) if patient else [],
        "managingOrganization": entries.ref("clinic"),
    }, [f"{patient.name if patient else 'Patient'} ({row.patient_id})"])
    subject = {"subject": entries.ref("patient")}
    _add_visit(entries, dossier, subject)
    return {**subject, "encounter": entries.ref("visit")}


def _add_visit(entries: Entries, dossier: SessionDossier, subject: Resource) -> None:
    """Keep the visit as Encounter."""
    row, state = dossier.row, dossier.state
    status = "entered-in-error" if row.outcome == "opened_in_error" else (
        "in-progress" if row.state == "open" else "finished")
    ended_us = row.closed_us if row.state != "open" else None
    entries.add("visit", {
        "resourceType": "Encounter", "status": status,
        "class": {"system": f"{TERMINOLOGY}/v3-ActCode", "code": "AMB", "display": "ambulatory"}, **subject,
        "participant": [{"individual": entries.ref(f"staff {who}")}
                        for who in dict.fromkeys(one for one, _ in led_by(state))],
        "period": period(row.opened_us, ended_us),
        "serviceProvider": entries.ref("clinic")}, [f"Visit of {instant(row.opened_us)}"])


def _acting(dossier: SessionDossier) -> list[str]:
    """Give every member of staff the history names, in order of appearance."""
    state = dossier.state
    found = [dossier.row.practitioner_id, state.practitioner_id]
    found += [what.signer_id for _, what in state.signed]
    found += [one.event.actor_id for one in dossier.events]
    return [one for one in dict.fromkeys(found) if one and one not in ("bench", "console")]


def _add_station(entries: Entries, dossier: SessionDossier, case: FhirCase) -> None:
    opened = dossier.state.opened
    keys = [{"system": own_system("station key"), "value": one.key_id} for one in dossier.proof.keys]
    station = (opened.station if opened else "") or "station"
    entries.add("station", {
        "resourceType": "Device", "status": "active",
        "identifier": [{"system": own_system(f"{case.folder_id} station"), "value": station}, *keys],
        "deviceName": [{"name": "Needling Console", "type": "user-friendly-name"}],
        "type": code("Recording software"), "owner": entries.ref("clinic"),
    }, [f"Recorded by Needling Console, {station}"])


def _add_photo(entries: Entries, photo: ExportedPhoto, about: Resource) -> None:
    words = f"Photo {photo.moment.replace('_', ' ')} treatment, view {photo.view.replace('_', ' ')}"
    entries.add(f"photo {photo.photo_id}", {
        "resourceType": "Media", "status": "completed", **about, "createdDateTime": instant(photo.taken_us),
        "bodySite": code(photo.view.replace("_", " ")), "content": attachment(photo.jpeg, "image/jpeg", words),
    }, [words])


def _add_composition(entries: Entries, dossier: SessionDossier, case: FhirCase, about: Resource) -> None:
    row, state = dossier.row, dossier.state
    marked = f" ({row.marked_as}: not a clinical record)" if row.marked_as else ""
    title = f"{row.plan_name or 'Pen recording'}, {instant(row.opened_us)}{marked}"
    author = entries.ref(f"staff {state.practitioner_id}") or entries.ref("station")
    entries.add("composition", {
        "resourceType": "Composition", "status": _status(dossier), "type": TYPE, **about,
        "date": instant(state.last_at_us),
        "author": [author], "title": title, "confidentiality": "N", "custodian": entries.ref("clinic"),
        "attester": _attesters(entries, dossier), "section": _sections(entries, dossier),
    }, [title, *_summary(dossier)])


def _status(dossier: SessionDossier) -> str:
    if dossier.row.outcome == "opened_in_error":
        return "entered-in-error"
    if not dossier.state.closed and dossier.row.state == "open":
        return "preliminary"
    return "amended" if dossier.state.amendments else "final"


def _attesters(entries: Entries, dossier: SessionDossier) -> list[Resource]:
    return [{"mode": "professional", "time": instant(at_us), "party": entries.ref(f"staff {what.signer_id}")}
            for at_us, what in dossier.state.signed]


def _summary(dossier: SessionDossier) -> list[str]:
    row, state = dossier.row, dossier.state
    lines = [f"{counted(row.areas_done, 'area')} done of {row.areas_planned}; "
             f"{counted(len(dossier.table), 'reading')}, {counted(row.gaps, 'gap')}, {counted(row.alarms, 'alarm')}"]
    if state.ended is not None and state.ended.reason:
        lines.append(f"Ended with: {state.ended.reason}")
    lines += [f"Amended {instant(at_us)}: {what.text} ({what.reason})" for at_us, what in state.amendments]
    return lines


def _sections(entries: Entries, dossier: SessionDossier) -> list[dict[str, Any]]:
    parts = (("Treatment", ("Procedure",)), ("Readings and figures", ("Observation",)), ("Devices", ("Device",)),
             ("Products on the skin", ("MedicationAdministration", "Medication")), ("Consents", ("Consent",)),
             ("Adverse events", ("AdverseEvent",)), ("Photos", ("Media",)), (RECORD, ("DocumentReference",)))
    found = []
    for title, kinds in parts:
        inside = [ref for kind in kinds for ref in entries.keys_of(kind)]
        if inside:
            found.append({"title": title, "entry": inside})
    return found
