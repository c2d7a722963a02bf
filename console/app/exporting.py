"""Writes sessions as files: open formats by ``console.exports``, documents drawn by ``ui.documents``."""

import os
from collections.abc import Mapping
from pathlib import Path

from console.domain.people import Patient
from console.domain.station_proof import in_fours
from console.exports.csv_export import write_csv
from console.exports.json_history import write_json
from console.services.clinical_library import ClinicalLibrary
from console.services.review_desk import SessionDossier
from db.data_folder import DataFolder
from db.registry import RegistryReader
from db.session_store import SessionStore


def export_session(folder: DataFolder, store: SessionStore, dossier: SessionDossier, form: str, out: Path) -> None:
    """Write ``dossier`` as ``csv`` (a folder), ``json`` or ``pdf``; OperatorError where it cannot be written."""
    if form == "csv":
        write_csv(out, dossier)
    elif form == "json":
        write_json(out, dossier)
    else:
        from console.app.compose import folder_library

        registry = RegistryReader(store)
        patient_id = dossier.row.patient_id
        patient = registry.patient(patient_id) if patient_id else None
        names = {member.staff_id: member.name for member in registry.staff()}
        write_report(out, dossier, patient, names, folder_library(folder, registry))


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
