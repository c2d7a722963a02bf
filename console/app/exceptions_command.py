"""``main.py exceptions``: the sessions of a period that left the plan, as the page ranks them, and the findings."""

import argparse
import json
from datetime import timedelta

from console.app.compose import folder_library
from console.app.reading import opened
from console.app.reading_notes import listing
from console.domain.clinic_records import RecordFilter, RecordKind
from console.domain.clock import iso_utc
from console.domain.quality_reviews import finding_of, in_order
from console.domain.session_list import SessionFilter
from console.services.clocks import SystemClock
from console.services.event_words import counted
from console.services.exception_desk import ExceptionReading, Reading, intervals_of
from console.services.exception_rule import Ranked, shipped_rule
from console.services.list_periods import read_day
from console.services.local_time import day_start_us, local_day
from db.quality_reader import QualityReader


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what is asked for."""
    parser.add_argument("--since", metavar="DAY", default="", help="from this day on (default: 30 days)")
    parser.add_argument("--until", metavar="DAY", default="", help="up to and with this day")
    parser.add_argument("--limit", metavar="N", type=int, default=50, help="the weightiest N (default 50)")
    parser.add_argument("--rule", action="store_true", help="print the rule they are ranked by")
    parser.add_argument("--findings", action="store_true", help="print the findings, those overdue first")


def run(args: argparse.Namespace) -> int:
    """Print what is asked for."""
    if args.rule:
        return _print_rule(args.json)
    today = local_day(SystemClock().utc_us())
    since = read_day(args.since) if args.since else today - timedelta(days=29)
    until = read_day(args.until) + timedelta(days=1) if args.until else None
    wanted = SessionFilter(since_us=day_start_us(since), until_us=day_start_us(until) if until else None)
    with opened(args, listing("exceptions")) as (folder, store):
        quality = QualityReader(store)
        if args.findings:
            return _print_findings(quality, args.json)
        library = folder_library(folder, quality)
        reading = ExceptionReading(store, quality, intervals_of(library)).whole(wanted)
    shown = reading.ranked[:max(args.limit, 0)]
    if args.json:
        print(json.dumps({"read": reading.read, "deviating": reading.deviating, "read_all": not reading.more,
                          "sessions": [_ranked_json(one, reading) for one in shown]}, ensure_ascii=False, indent=1))
        return 0
    for one in shown:
        row = one.row
        print(f"{one.points:>4}  {str(row.session_id)[:13]}  {iso_utc(row.opened_us)[:16]}  {row.patient_id or '-':8}  "
              f"{row.practitioner_id or '-':6}  {', '.join(reason.words for reason in one.reasons)}")
    print(f"{reading.deviating} of {counted(reading.read, 'session')} left the plan.")
    return 0


def _ranked_json(one: Ranked, reading: Reading) -> dict[str, object]:
    review = reading.reviews.get(str(one.row.session_id))
    return {
        "session": str(one.row.session_id), "started": iso_utc(one.row.opened_us), "patient": one.row.patient_id,
        "practitioner": one.row.practitioner_id, "points": one.points,
        "reasons": [{"id": reason.deviation_id, "words": reason.words, "points": reason.points}
                    for reason in one.reasons],
        "missing": list(one.row.missing), "signed_off": None if review is None else {
            "by": review.reviewer_id, "at": iso_utc(review.at_us), "verdict": review.verdict}}


def _print_rule(as_json: bool) -> int:
    if as_json:
        print(json.dumps([{"id": one.deviation_id, "points": one.points, "each": one.each, "most": one.most,
                           "words": one.words, "why": one.why} for one in shipped_rule()], indent=1))
    else:
        for one in shipped_rule():
            print(f"{one.points:>4} each {one.each:7} at most {one.most:>4}  {one.words}: {one.why}")
    return 0


def _print_findings(quality: QualityReader, as_json: bool) -> int:
    today = local_day(SystemClock().utc_us())
    found = in_order([finding_of(one) for one in quality.records(RecordFilter(RecordKind.FINDING))], today)
    if as_json:
        print(json.dumps([{"finding": one.finding_id, "session": one.session_id, "patient": one.patient_id,
                           "what": one.what, "owner": one.owner_id, "due": one.due, "state": one.state,
                           "overdue": one.overdue(today), "closing": one.closing} for one in found],
                         ensure_ascii=False, indent=1))
        return 0
    for one in found:
        print(f"{one.finding_id}  {'overdue' if one.overdue(today) else one.state:8}  {one.due}  {one.owner_id:6}  "
              f"{one.patient_id:8}  {one.what}")
    print(counted(len(found), "finding") if found else "No findings.")
    return 0
