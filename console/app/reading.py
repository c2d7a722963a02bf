"""Commands that only read: sessions, show, verify, ports. They work beside a running console."""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from console.app.kept_head import head_fault, read_head
from console.app.reading_notes import Reads, no_record, sessions_named, tell
from console.app.settings import default_data_folder, read_secrets
from console.domain.clock import iso_utc
from console.domain.errors import OperatorError
from console.domain.history import short_head
from console.domain.ports import ChainFault, SessionRow
from console.domain.session_events import to_payload
from console.domain.session_fold import undone_ordinals
from console.services.clocks import SystemClock
from console.services.event_words import EventWords, counted
from console.services.review_desk import SessionDossier, read_dossier
from db.data_folder import DataFolder, joined, open_folder
from db.erasure import erased_entries
from db.session_store import SessionStore
from db.verify import verify_folder, verify_session


@contextmanager
def opened(args: argparse.Namespace, reads: Reads) -> Iterator[tuple[DataFolder, SessionStore]]:
    """Open the data folder for reading; ``reads`` says what the audit is told before anything is shown."""
    path: Path = getattr(args, "data", None) or default_data_folder()
    folder = open_folder(path, read_secrets(getattr(args, "passphrase_fd", None)).passphrase)
    store = SessionStore(folder)
    try:
        tell(folder, store, args, reads, SystemClock())
        yield folder, store
    finally:
        store.close()
        folder.close()


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=1))


# --- sessions ------------------------------------------------------------------------------------


def row_json(row: SessionRow) -> dict[str, object]:
    """Give a session's line for programs."""
    return {
        "session": str(row.session_id), "kind": row.kind, "state": row.state, "phase": row.phase,
        "started": iso_utc(row.opened_us), "outcome": row.outcome,
        "closed": iso_utc(row.closed_us) if row.closed_us is not None else None, "patient": row.patient_id,
        "practitioner": row.practitioner_id, "plan": row.plan_name, "areas_done": row.areas_done,
        "areas_planned": row.areas_planned, "samples": row.samples, "gaps": row.gaps, "alarms": row.alarms,
        "pen": row.pen_serial, "marked_as": row.marked_as, "head": row.head.hex(),
    }


# --- show --------------------------------------------------------------------------------------------


def run_show(args: argparse.Namespace) -> int:
    """Print one session: its facts and its history."""
    with opened(args, sessions_named([args.session])) as (folder, store):
        session_id = store.find_session(args.session)
        dossier = read_dossier(store, lambda one: verify_session(folder, one), session_id)
    if args.json:
        _print_json(_dossier_json(dossier))
        return 0
    row = dossier.row
    print(f"Session    {row.session_id}")
    print(f"State      {row.state}, {row.kind}" + (f", {row.outcome}" if row.outcome else ""))
    print(f"Started    {iso_utc(row.opened_us)}" + (f", marked {row.marked_as}" if row.marked_as else ""))
    if dossier.state.afterwards is not None:
        print(f"Told       entered afterwards from paper {dossier.state.afterwards.paper}")
    print(f"Plan       {row.plan_name or '-'}, areas {row.areas_done} of {row.areas_planned}")
    print(f"Pen        {row.pen_serial or '-'}, {len(dossier.table)} samples, {row.gaps} gaps, {row.alarms} alarms")
    print(f"Head       {short_head(row.head)}, " + ("verified" if dossier.fault is None else dossier.fault.what))
    for area in dossier.areas:
        depth = "-" if area.median_depth_um is None else f"{area.median_depth_um / 1000:.2f} mm {area.provenance}"
        print(f"  {area.label:20} {area.passes_done} of {area.passes_planned} passes  {area.area_time_s:>4} s  {depth}")
    for line in _history_lines(dossier):
        print(line)
    return 0


def _history_lines(dossier: SessionDossier) -> Iterator[str]:
    undone, words = undone_ordinals([one.event for one in dossier.events]), EventWords(dossier.state)
    for ordinal, stored in enumerate(dossier.events):
        taken_back = "  (taken back)" if ordinal in undone else ""
        yield (f"{stored.seq:>6}  {iso_utc(stored.event.at_us)[:19]}  {stored.event.actor_id:8}  "
               f"{words.say(stored.event.what)}{taken_back}")


def _dossier_json(dossier: SessionDossier) -> dict[str, object]:
    events = [
        {"seq": one.seq, "at": iso_utc(one.event.at_us), "actor": one.event.actor_id, "kind": one.event.what.kind,
         "payload": to_payload(one.event.what), "hash": one.hash.hex()} for one in dossier.events]
    areas = [
        {"area": one.area_id, "passes_done": one.passes_done, "passes_planned": one.passes_planned,
         "area_time_s": one.area_time_s, "median_depth_um": one.median_depth_um, "provenance": one.provenance,
         "median_rate_chz": one.median_rate_chz, "over_band_s": round(one.over_band_s, 3),
         "punctures_per_cm2_estimate": one.punctures_per_cm2} for one in dossier.areas]
    fault = dossier.fault
    return {**row_json(dossier.row), "verified": fault is None, "fault": fault.what if fault else "",
            "areas": areas, "events": events}


# --- verify ---------------------------------------------------------------------------------------------


def run_verify(args: argparse.Namespace) -> int:
    """Print the proof; 1 with the first bad entry of each damaged session."""
    head = read_head(args.head) if args.head is not None else ""
    if head and not args.session:
        raise OperatorError("A head belongs to one session", "nothing was checked", "name the session too")
    with opened(args, no_record) as (folder, store):
        session_id = store.find_session(args.session) if args.session is not None else None
        if session_id is not None:
            fault = verify_session(folder, session_id) or (head_fault(store, session_id, head) if head else None)
            faults, checked = ([fault] if fault else []), 1
        else:
            faults, checked = verify_folder(folder), len(store.session_ids())
        erased = erased_entries(store, session_id)
        server, more = _server_faults(folder, store, session_id)
        faults += more
    if args.server and server:
        raise OperatorError(f"The heads on the clinic server were not compared: {server}", "nothing was changed",
                            "try again, or verify without --server")
    if args.json:
        bad = [{"session": str(one.session_id), "seq": one.seq, "what": one.what} for one in faults]
        _print_json({"checked": checked, "whole": not faults, "faults": bad, "erased_entries": erased,
                     **({"server_compared": not server} if joined(folder) else {})})
    else:
        for one in faults:
            print(f"Session {one.session_id}, entry {one.seq}: {one.what}", file=sys.stderr)
        whole = f"{counted(checked, 'session')} checked: " + (
            "every entry is as it was written." if not faults else f"{len(faults)} damaged.")
        print(whole + (f" The content of {counted(erased, 'entry')} was erased." if erased else ""))
        if joined(folder):
            print("The heads on the clinic server say the same." if not (server or more) else
                  f"The heads on the clinic server were not compared: {server}." if server else
                  f"The clinic server says otherwise of {len(more)}.")
    return 1 if faults else 0


def _server_faults(folder: DataFolder, store: SessionStore, session_id: UUID | None) -> tuple[str, list[ChainFault]]:
    """Compare with the clinic server's heads; give why that was not done, and what they say otherwise."""
    if not joined(folder):
        return "this console belongs to no clinic server", []
    from db.sync.server_check import faults_by_server

    try:
        return "", faults_by_server(folder, store, session_id)
    except OperatorError as error:
        return error.happened, []


# --- ports -----------------------------------------------------------------------------------------------


def run_ports(args: argparse.Namespace) -> int:
    """Print each port, who answers there, and what to do where it cannot be asked."""
    from devices.discovery import list_ports

    reports = list_ports()
    if args.json:
        _print_json([
            {"port": one.port, "description": one.description, "usb_id": one.usb_id or None,
             "bridge": one.bridge or None, "state": one.state.value, "model": one.pen.model if one.pen else None,
             "serial": one.pen.serial if one.pen else None, "firmware": one.pen.firmware if one.pen else None,
             "failure": str(one.failure) if one.failure else None} for one in reports])
        return 0
    for one in reports:
        about = " ".join(part for part in (one.description, one.bridge, one.usb_id) if part)
        print(f"{one.port or '(no port)':20} {about:30} {one.words}")
    if not reports:
        print("No serial port is there; plug the pen in, or use a network pen with socket://HOST:PORT.")
    return 0
