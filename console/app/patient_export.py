"""Gathers all that is kept of one patient and writes it; takes its time, so on the query thread or in a command."""

from pathlib import Path
from uuid import UUID

from console.domain.audit import AuditFilter
from console.domain.clock import iso_utc
from console.exports.patient_bundle import PatientBundle, write_patient_bundle
from console.services.audit_desk import all_entries
from console.services.audit_words import sentence, who_words
from console.services.local_time import local
from console.services.review_desk import SessionDossier, read_dossier
from db.audit_reader import AuditReader
from db.data_folder import DataFolder
from db.erasure import PatientTraces
from db.patient_file import PatientFile
from db.registry import RegistryReader
from db.session_store import SessionStore
from db.verify import verify_session


def export_patient(
    folder: DataFolder, store: SessionStore, patient_id: str, out: Path, clinic: str, now_us: int,
) -> int:
    """Write a patient's folder and give the number of sessions; OperatorError for an unknown or erased patient."""
    registry, kept = RegistryReader(store), PatientFile(store)
    patient = registry.patient(patient_id)
    sessions = PatientTraces(folder, store).trace(patient_id).sessions

    def read(session_id: UUID) -> SessionDossier:
        return read_dossier(store, lambda one: verify_session(folder, one), session_id)

    write_patient_bundle(out, PatientBundle(
        patient_id, patient.name, clinic, now_us, folder.marked_as,
        kept.versions(patient_id, [str(one) for one in sessions]), _access(store, registry, patient_id), sessions, read,
        kept.photos(patient_id), lambda photo_id: kept.picture(patient_id, photo_id)))
    return len(sessions)


def give_out(folder: DataFolder, store: SessionStore, patient_id: str, clinic: str, now_us: int) -> Path:
    """Write a patient's folder among the exports and give its place."""
    out = folder.exports_path / f"patient-{patient_id}-{local(now_us):%Y%m%d-%H%M%S}"
    export_patient(folder, store, patient_id, out, clinic, now_us)
    return out


def _access(store: SessionStore, registry: RegistryReader, patient_id: str) -> list[dict[str, str]]:
    names = {one.staff_id: one.name for one in registry.staff()}
    return [
        {"at": iso_utc(one.at_us), "person": who_words(one, names), "what": sentence(one), "why": one.why}
        for one in all_entries(AuditReader(store), AuditFilter(patient_id=patient_id))]
