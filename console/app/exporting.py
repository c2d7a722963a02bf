"""Writes sessions as files: open formats by ``console.exports``, documents drawn by ``ui.documents``."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from console.domain.adverse_events import event_of
from console.domain.clinic_records import RecordFilter, RecordKind
from console.domain.errors import OperatorError
from console.domain.people import Patient
from console.domain.station_proof import in_fours
from console.exports.csv_export import write_csv
from console.exports.json_history import write_json
from console.services.clinical_library import ClinicalLibrary
from console.services.review_desk import SessionDossier
from console.services.whole_files import write_whole
from db.data_folder import DataFolder
from db.patient_file import PatientFile
from db.registry import RegistryReader
from db.session_store import SessionStore

FORMS = {
    "pdf": "report.pdf", "csv": "readings", "json": "session.json", "parquet": "samples.parquet", "fhir": "fhir.json",
}


@dataclass(frozen=True, slots=True)
class Exporter:
    """Writes sessions of one folder. Takes seconds each: for a command or the query thread."""

    folder: DataFolder
    store: SessionStore
    library: ClinicalLibrary

    def write(self, dossier: SessionDossier, form: str, out: Path, with_photos: bool = False) -> None:
        """Write a session in a form of ``FORMS`` (csv is a folder); OperatorError where it cannot be written."""
        if form == "csv":
            write_csv(out, dossier)
        elif form == "json":
            write_json(out, dossier)
        elif form == "parquet":
            from console.exports.parquet_export import write_parquet

            write_parquet(out, dossier)
        elif form == "fhir":
            self._write_fhir(dossier, out, with_photos)
        else:
            write_report(out, dossier, self._patient(dossier), self._staff(), self.library)

    def _write_fhir(self, dossier: SessionDossier, out: Path, with_photos: bool) -> None:
        from console.exports.fhir_bundle import ExportedPhoto, FhirCase, fhir_bytes

        row, clinic, kept = dossier.row, self.library.clinic, PatientFile(self.store)
        wanted = RecordFilter(RecordKind.ADVERSE_EVENT, session_id=str(row.session_id))
        events = [event_of(one) for one in RegistryReader(self.store).records(wanted)]
        photos = [
            ExportedPhoto(name, one.taken.view, one.taken.moment, one.at_us, kept.picture(row.patient_id, name))
            for name, one in dossier.state.pictures.items() if not one.struck] if with_photos else []
        write_whole(out, fhir_bytes(dossier, FhirCase(
            self.folder.folder_id, clinic.name, clinic.address, clinic.phone, self._patient(dossier), self._staff(),
            events, photos)))

    def _patient(self, dossier: SessionDossier) -> Patient | None:
        """Give the patient; None for a bench recording, or where they were erased."""
        patient_id = dossier.row.patient_id
        try:
            return RegistryReader(self.store).patient(patient_id) if patient_id else None
        except OperatorError:
            return None

    def _staff(self) -> dict[str, str]:
        return {member.staff_id: member.name for member in RegistryReader(self.store).staff()}


def write_report(
    out: Path, dossier: SessionDossier, patient: Patient | None, staff_names: Mapping[str, str],
    library: ClinicalLibrary,
) -> None:
    """Write the session's report as PDF; works without a screen and beside a running window."""
    ready_to_draw()
    from ui.documents.session_report import write_session_report

    verified = "Verified: every entry is as it was written" if dossier.fault is None else (
        f"NOT VERIFIED: entry {dossier.fault.seq}, {dossier.fault.what}")
    if dossier.proof.signatures:
        verified += f"; signed by station key {in_fours(dossier.proof.signatures[-1].key_id)}"
    write_session_report(out, dossier, patient, staff_names, library.clinic, verified)


def ready_to_draw() -> None:
    """Make sure that documents can be drawn, with a screen or without."""
    from PySide6.QtGui import QGuiApplication

    if QGuiApplication.instance() is None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        _kept.append(QGuiApplication(["report"]))


_kept: list[object] = []
