"""``main.py incidents``: what went wrong in the clinic, overdue first. It only reads."""

import argparse
import json
from pathlib import Path

from console.app.clinic_papers import incident_json, mark_of, read_incidents
from console.app.reading import opened
from console.app.reading_notes import about, listing
from console.domain.incidents import STATE_WORDS, Incident
from console.services.clocks import SystemClock
from console.services.event_words import counted
from console.services.local_time import local_day
from db.data_folder import DataFolder
from db.registry import RegistryReader


def run(args: argparse.Namespace) -> int:
    """Print the incidents, or write them as PDF."""
    now_us = SystemClock().utc_us()
    reads = listing("incidents") if args.pdf is None else about("exported", "the incidents", "pdf")
    with opened(args, reads) as (folder, store):
        registry = RegistryReader(store)
        incidents = read_incidents(registry, now_us)
        if args.pdf is not None:
            _write_pdf(args.pdf, incidents, now_us, folder, registry)
    if args.json:
        print(json.dumps([incident_json(one, now_us) for one in incidents], ensure_ascii=False, indent=1))
        return 0
    for one in incidents:
        print(_line(one, now_us))
    print(counted(len(incidents), "incident") if incidents else "No incidents.")
    if args.pdf is not None:
        print(f"Wrote {args.pdf}")
    return 0


def _line(one: Incident, now_us: int) -> str:
    state = "Overdue" if one.overdue(local_day(now_us)) else STATE_WORDS[one.state]
    until = f"until {one.due}" if one.due else "no deadline"
    return f"{one.incident_id}  {state:8}  {until:16}  {one.owner_id or '-':6}  {one.patient_id or '-':7}  {one.title}"


def _write_pdf(path: Path, incidents: list[Incident], now_us: int, folder: DataFolder,
               registry: RegistryReader) -> None:
    from console.app.compose import folder_library
    from console.app.exporting import ready_to_draw
    from ui.documents.incident_report import write_incident_report

    ready_to_draw()
    clinic = folder_library(folder, registry).clinic.name
    write_incident_report(path, incidents, clinic, now_us, mark_of(folder.marked_as))
