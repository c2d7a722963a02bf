"""``main.py audit``: who saw and changed what, in plain sentences. It only reads."""

import argparse
import json
from datetime import date, timedelta
from pathlib import Path

from console.app.reading import opened
from console.app.reading_notes import about
from console.domain.audit import AuditEntry, AuditFilter, AuditKind
from console.domain.clock import iso_utc
from console.domain.errors import OperatorError
from console.domain.ports import ChainFault
from console.services.audit_desk import all_entries, csv_text
from console.services.audit_words import change_words, sentence, who_words
from console.services.clocks import SystemClock
from console.services.event_words import counted
from console.services.local_time import day_start_us, local
from console.services.whole_files import write_whole
from db.audit_reader import AuditReader
from db.registry import RegistryReader
from db.told_readings import waiting_readings
from db.verify import verify_audit


def add_arguments(audit: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    audit.add_argument("--patient", metavar="P", default="", help="only what is about this patient")
    audit.add_argument("--person", metavar="ID", default="", help="only what this member of staff did")
    audit.add_argument("--kind", choices=[kind.value for kind in AuditKind], help="only this kind")
    audit.add_argument("--since", metavar="YYYY-MM-DD", default="", help="from this day on")
    audit.add_argument("--until", metavar="YYYY-MM-DD", default="", help="up to and including this day")
    audit.add_argument("--csv", metavar="FILE", type=Path, help="write the entries as CSV")
    audit.add_argument("--export", metavar="FILE", type=Path,
                       help="write the entries as JSON with the filters, the proof and the chain's head")


def run(args: argparse.Namespace) -> int:
    """Print the entries that match; 1 where the chain does not verify."""
    wanted = AuditFilter(args.person, args.patient, AuditKind(args.kind) if args.kind else None,
                         _day_us(args.since), _day_us(args.until, 1))
    with opened(args, about("audit_read", "")) as (folder, store):
        reader, registry = AuditReader(store), RegistryReader(store)
        names = {one.staff_id: one.name for one in registry.staff()}
        fault = verify_audit(folder)
        if args.csv is not None:
            write_whole(args.csv, csv_text(reader, wanted, names).encode())
        found = list(all_entries(reader, wanted))
        if args.export is not None:
            write_whole(args.export, _export(reader, args, found, fault).encode())
        if args.json:
            print(json.dumps([_as_json(reader, one) for one in found], ensure_ascii=False, indent=1))
        else:
            for one in found:
                print(_line(one, names))
                for change in reader.changes(one):
                    print(f"{'':21}{change_words(change)}")
            for head in reader.entries(AuditFilter(), 1) if found else ():
                print(f"The chain's head is entry {head.seq}, {head.hash.hex()}.")
            print(f"{len(found)} {'entry' if len(found) == 1 else 'entries'}" if found else "Nothing matches.")
            waiting = len(waiting_readings(folder.path, folder.keys.readings)) - 1  # less this reading itself
            if waiting > 0:
                print(f"{counted(waiting, 'reading')} by commands wait to be entered at the console's next start.")
    if fault is not None:
        raise OperatorError(f"Entry {fault.seq} of the audit does not verify: {fault.what}", "nothing was changed",
                            "keep this folder as it is and compare it with the last backup")
    return 0


def _export(reader: AuditReader, args: argparse.Namespace, found: list[AuditEntry], fault: ChainFault | None) -> str:
    """Give all an auditor takes along: a list that is cut short or filtered still names the whole chain's head."""
    head = next(iter(reader.entries(AuditFilter(), 1)), None)
    asked = {name: getattr(args, name) for name in ("patient", "person", "kind", "since", "until")
             if getattr(args, name)}
    return json.dumps({
        "format": "needling-console audit 1", "written": iso_utc(SystemClock().utc_us()), "asked": asked,
        "verified": fault is None, "fault": None if fault is None else {"seq": fault.seq, "what": fault.what},
        "head": None if head is None else {"seq": head.seq, "hash": head.hash.hex()},
        "entries": [_as_json(reader, one) for one in found]}, ensure_ascii=False, indent=1) + "\n"


def _day_us(text: str, days_more: int = 0) -> int | None:
    if not text:
        return None
    try:
        return day_start_us(date.fromisoformat(text) + timedelta(days=days_more))
    except (ValueError, OverflowError):
        raise OperatorError(f"«{text}» is not a date", "nothing was read", "write it as 2026-11-30") from None


def _line(one: AuditEntry, names: dict[str, str]) -> str:
    why = f" (emergency: {one.why})" if one.why else ""
    return f"{local(one.at_us):%Y-%m-%d %H:%M:%S}  {who_words(one, names):24}  {sentence(one)}{why}"


def _as_json(reader: AuditReader, one: AuditEntry) -> dict[str, object]:
    changes = [{"field": change.name, "old": change.old, "new": change.new} for change in reader.changes(one)]
    return {
        "seq": one.seq, "at": iso_utc(one.at_us), "person": one.actor, "kind": one.kind.value, "action": one.action,
        "subject": one.subject, "patient": one.patient_id or None, "what": sentence(one), "changes": changes,
        "why": one.why or None, "hash": one.hash.hex()}
