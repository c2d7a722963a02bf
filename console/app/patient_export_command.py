"""``main.py export-patient``: all that is kept of one patient, in open formats. It only reads."""

import argparse

from console.app.compose import folder_library
from console.app.patient_export import export_patient
from console.app.reading import opened
from console.app.reading_notes import about
from console.services.clocks import SystemClock
from console.services.event_words import counted
from db.registry import RegistryReader


def run(args: argparse.Namespace) -> int:
    """Write the folder."""
    with opened(args, about("patient_exported", args.patient)) as (folder, store):
        clinic = folder_library(folder, RegistryReader(store)).clinic.name
        sessions = export_patient(folder, store, args.patient, args.out, clinic, SystemClock().utc_us())
    print(f"Wrote {args.out}: {counted(sessions, 'session')} of {args.patient}; keep it safe, it is not encrypted.")
    return 0
