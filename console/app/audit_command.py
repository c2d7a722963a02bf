"""``main.py audit``: who saw and changed what, in plain sentences. It only reads."""

import argparse
import json
from datetime import date
from itertools import islice
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
from console.services.list_periods import in_order, span_us
from console.services.local_time import local
from console.services.whole_files import write_whole
from db.audit_reader import AuditReader
from db.registry import RegistryReader
from db.told_readings import waiting_readings
from db.verify import verify_audit

_LAST_YEAR = 9998  # a day follows each of it


def add_arguments(audit: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    audit.add_argument("--patient", metavar="P", default="", help="only what is about this patient")
    audit.add_argument("--person", metavar="ID", default="", help="only what this member of staff did")
    audit.add_argument("--kind", choices=[kind.value for kind in AuditKind], help="only this kind")
    audit.add_argument("--from", "--since", dest="since", metavar="YYYY-MM-DD", default="", help="from this day on")
    audit.add_argument("--to", "--until", dest="until", metavar="YYYY-MM-DD", default="",
                       help="up to and including this day")
    audit.add_argument("--limit", metavar="N", type=int, help="the newest N of them; files hold as many")
    audit.add_argument("--before", metavar="SEQ", type=int, help="only entries before this one, for the next page")
    audit.add_argument("--csv", metavar="FILE", type=Path, help="write the entries as CSV")
    audit.add_argument("--export", metavar="FILE", type=Path,
                       help="write the entries as JSON with the filters, the proof and the chain's head")


def run(args: argparse.Namespace) -> int:
    """Print the entries that match; 1 where the chain does not verify."""
    wanted = _wanted(args)
    with opened(args, about("audit_read", "")) as (folder, store):
        reader, registry = AuditReader(store), RegistryReader(store)
        names = {one.staff_id: one.name for one in registry.staff()}
        fault = verify_audit(folder)
        found, total = list(islice(all_entries(reader, wanted), args.limit)), reader.count(wanted)
        if args.csv is not None:
            write_whole(args.csv, csv_text(reader, found, names).encode())
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
            print(_count_words(found, total))
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
    asked = {name: getattr(args, name) for name in ("patient", "person", "kind", "since", "until", "limit", "before")
             if getattr(args, name)}
    return json.dumps({
        "format": "needling-console audit 1", "written": iso_utc(SystemClock().utc_us()), "asked": asked,
        "verified": fault is None, "fault": None if fault is None else {"seq": fault.seq, "what": fault.what},
        "head": None if head is None else {"seq": head.seq, "hash": head.hash.hex()},
        "entries": [_as_json(reader, one) for one in found]}, ensure_ascii=False, indent=1) + "\n"


def _wanted(args: argparse.Namespace) -> AuditFilter:
    if args.limit is not None and args.limit < 1:
        raise OperatorError(f"{args.limit} entries cannot be shown", "nothing was read", "give a number from 1 on")
    since_us, until_us = span_us(*in_order(_day(args.since), _day(args.until)))
    return AuditFilter(args.person, args.patient, AuditKind(args.kind) if args.kind else None, since_us, until_us,
                       None if args.before is None else args.before - 1)


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text) if text else None
    except ValueError:
        found = date.max
    if found is not None and found.year > _LAST_YEAR:
        raise OperatorError(f"«{text}» is not a date", "nothing was read", "write it as 2026-11-30")
    return found


def _count_words(found: list[AuditEntry], total: int) -> str:
    if not found:
        return "Nothing matches."
    if len(found) == total:
        return counted(total, "entry")
    return f"{len(found):,} of {counted(total, 'entry')}; older ones: --before {found[-1].seq}"


def _line(one: AuditEntry, names: dict[str, str]) -> str:
    why = f" (emergency: {one.why})" if one.why else ""
    return f"{local(one.at_us):%Y-%m-%d %H:%M:%S}  {who_words(one, names):24}  {sentence(one)}{why}"


def _as_json(reader: AuditReader, one: AuditEntry) -> dict[str, object]:
    changes = [{"field": change.name, "old": change.old, "new": change.new} for change in reader.changes(one)]
    return {
        "seq": one.seq, "at": iso_utc(one.at_us), "person": one.actor, "kind": one.kind.value, "action": one.action,
        "subject": one.subject, "patient": one.patient_id or None, "what": sentence(one), "changes": changes,
        "why": one.why or None, "hash": one.hash.hex()}
