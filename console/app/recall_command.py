"""``main.py recall``: the patients a lot or a cartridge reached, as the page finds them. It only reads."""

import argparse
import json
from pathlib import Path

from console.app.reading import opened
from console.app.reading_notes import about
from console.domain.errors import OperatorError
from console.services.event_words import counted
from console.services.local_time import local_day
from console.services.recall_desk import RecallReading, csv_of
from console.services.whole_files import write_whole
from db.quality_reader import QualityReader


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what is asked for."""
    parser.add_argument("lot", metavar="LOT", help="a lot, or a cartridge's serial number")
    parser.add_argument("--csv", metavar="FILE", type=Path, help="write the contact list")


def run(args: argparse.Namespace) -> int:
    """Print the patients; those to call first."""
    if not args.lot.strip():
        raise OperatorError("No lot is named", "nothing was read", "name a lot or a serial number")
    with opened(args, about("recall_read", args.lot.strip(), "csv" if args.csv is not None else "")) as (_, store):
        recall = RecallReading(store, QualityReader(store)).find(args.lot.strip())
    if args.csv is not None:
        write_whole(args.csv, csv_of(recall.cases).encode())
    if args.json:
        print(json.dumps({"asked": recall.text, "sessions": recall.sessions, "patients": [
            {"patient": one.patient_id, "name": one.patient.name if one.patient else None,
             "telephone": one.patient.phone if one.patient else None, "status": one.state,
             "sessions": [str(use.session_id) for use in one.uses]} for one in recall.cases]},
            ensure_ascii=False, indent=1))
        return 0
    for one in recall.cases:
        who = one.patient
        print(f"{one.patient_id:8}  {one.state:8}  {local_day(one.uses[0].opened_us)}  {len(one.uses):>3}  "
              f"{who.phone if who and who.phone else '-':16}  {who.name if who else 'erased'}")
    print(f"{counted(len(recall.cases), 'patient')}, {counted(recall.sessions, 'session')}.")
    return 0
