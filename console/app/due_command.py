"""``main.py due``: whom to call or see after a treatment, or who may come again. It only reads."""

import argparse
import json
from datetime import date
from pathlib import Path

from console.app.compose import folder_library
from console.app.reading import opened
from console.app.reading_notes import about, listing
from console.domain.errors import OperatorError
from console.services.clocks import SystemClock
from console.services.due_back import DuePatient, due_csv, read_due
from console.services.event_words import counted
from console.services.follow_up_reading import After, CallFilter, ContactRow, FollowUpReading
from console.services.local_time import local_day
from console.services.whole_files import write_whole
from db.quality_reader import QualityReader


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what is asked for."""
    parser.add_argument("which", choices=("calls", "back"), help="calls and visits, or patients due for treatment")
    parser.add_argument("--kind", choices=("call", "visit"), default="", help="only calls, or only visits")
    parser.add_argument("--practitioner", metavar="STAFF", default="", help="only after treatments by this one")
    parser.add_argument("--until", metavar="YYYY-MM-DD", default="", help="only what is due by that day")
    parser.add_argument("--csv", metavar="FILE", type=Path, help="write the list")


def run(args: argparse.Namespace) -> int:
    """Print the list, those overdue first."""
    today = local_day(SystemClock().utc_us())
    name = "patients due back" if args.which == "back" else "calls and visits"
    reads = about("exported", name, "csv") if args.csv is not None else listing(name)
    with opened(args, reads) as (folder, store):
        quality = QualityReader(store)
        if args.which == "back":
            if args.kind or args.practitioner or args.until:
                raise OperatorError("Patients due back are listed whole", "nothing was read", "leave the filter out")
            names = {plan.plan_id: plan.name for plan in folder_library(folder, quality).plans}
            due = read_due(quality, store, today, names)
            _print_due(args, due)
            _write(args, due_csv(due))
        else:
            reading = FollowUpReading(quality, store)
            wanted = CallFilter(args.kind, args.practitioner, _day(args.until))
            _print_calls(args, _all(reading, wanted, today))
            _write(args, reading.csv(wanted, today) if args.csv is not None else "")
    return 0


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise OperatorError(f"«{text}» is not a day", "nothing was read", "write it as 2026-05-31") from None


def _all(reading: FollowUpReading, wanted: CallFilter, today: date) -> list[ContactRow]:
    late: list[ContactRow] = []
    rest: list[ContactRow] = []
    after: After | None = None
    while True:
        page = reading.page(wanted, today, after, 500)
        late += [one for one in page.rows if one.standing == "overdue"]
        rest += [one for one in page.rows if one.standing != "overdue"]
        after = page.more
        if after is None:
            return [*late, *rest]


def _write(args: argparse.Namespace, text: str) -> None:
    if args.csv is not None:
        write_whole(args.csv, text.encode())


def _print_calls(args: argparse.Namespace, rows: list[ContactRow]) -> None:
    if args.json:
        print(json.dumps([{
            "patient": one.patient.patient_id, "name": one.patient.name, "telephone": one.patient.phone,
            "kind": one.contact.kind, "standing": one.standing, "from": one.contact.first, "until": one.contact.due,
            "tries": len(one.contact.attempts), "session": one.contact.session_id} for one in rows],
            ensure_ascii=False, indent=1))
        return
    for one in rows:
        print(f"{one.patient.patient_id:8}  {one.contact.kind:5}  {one.standing:8}  {one.contact.due}  "
              f"{one.patient.phone or '-':16}  {one.patient.name}")
    print(f"{counted(len(rows), 'line')}, {sum(one.standing == 'overdue' for one in rows)} overdue.")


def _print_due(args: argparse.Namespace, due: list[DuePatient]) -> None:
    windows = [one.standing.window for one in due]
    if args.json:
        print(json.dumps([{
            "patient": one.patient.patient_id, "name": one.patient.name, "telephone": one.patient.phone,
            "plan": one.plan_name, "course": one.standing.course.course_id, "standing": one.standing.due,
            "until": window.latest.isoformat() if window else None, "told": one.told_words or None}
            for one, window in zip(due, windows, strict=True)], ensure_ascii=False, indent=1))
        return
    for one, window in zip(due, windows, strict=True):
        print(f"{one.patient.patient_id:8}  {'told' if one.mark else one.standing.due:8}  "
              f"{window.latest.isoformat() if window else '-':10}  {one.patient.phone or '-':16}  {one.patient.name}, "
              f"{one.plan_name}")
    print(f"{counted(len(due), 'patient')}, {sum(one.standing.due == 'overdue' for one in due)} late.")
