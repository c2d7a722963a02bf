"""``main.py sessions``: the list as the log page filters it, printed, as JSON or as a CSV file; and its rebuilding."""

import argparse
import json
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from console.app.reading import opened, row_json
from console.app.reading_notes import about, listing
from console.app.settings import default_data_folder, read_secrets
from console.domain.clock import iso_utc
from console.domain.errors import OperatorError
from console.domain.ports import AreaSummary
from console.domain.session_fold import fold
from console.domain.session_list import FacetKind, SessionFilter
from console.services.area_figures import summarise_areas
from console.services.clocks import SystemClock
from console.services.event_words import counted
from console.services.list_columns import BY_KEY, USUAL, columns_of, csv_line, csv_names
from console.services.list_periods import read_day
from console.services.local_time import day_start_us
from console.services.sample_table import build_table
from console.services.session_marks import STANDINGS
from console.services.session_row import summarise
from console.services.whole_files import GrowingFile
from db.data_folder import open_folder
from db.rebuild import rebuild_read_models
from db.recorder_thread import RecorderThread
from db.session_store import SessionStore

FILTERS = {
    "practitioner": FacetKind.PRACTITIONER, "room": FacetKind.ROOM, "clinic": FacetKind.CLINIC, "map": FacetKind.MAP,
    "area": FacetKind.AREA, "indication": FacetKind.INDICATION, "plan": FacetKind.PLAN, "pen": FacetKind.PEN,
    "lot": FacetKind.LOT, "alarm": FacetKind.ALARM, "mark": FacetKind.MARK, "missing": FacetKind.MISSING,
    "standing": FacetKind.STANDING, "kind": FacetKind.KIND, "state": FacetKind.STATE,
}
PAGE, TELL_EVERY = 500, 20_000
REBUILD_LIMIT_S = 600.0


def add_filters(parser: argparse.ArgumentParser) -> None:
    """Add what the list is filtered by."""
    parser.add_argument("--search", metavar="TEXT", default="", help="patient, staff, lot or pen; forgiving in names")
    parser.add_argument("--since", metavar="DAY", default="", help="from this day on: 2026-11-03")
    parser.add_argument("--until", metavar="DAY", default="", help="up to and with this day")
    parser.add_argument("--patient", metavar="ID", default="", help="of this patient")
    for name in FILTERS:
        parser.add_argument(f"--{name}", metavar="VALUE", action="append", default=[],
                            help="any of these, where given more than once" if name == "practitioner" else
                            f"one of {', '.join(STANDINGS)}" if name == "standing" else None)
    parser.add_argument("--limit", metavar="N", type=int, default=0, help="the newest N only")
    parser.add_argument("--count", action="store_true", help="only how many there are")
    parser.add_argument("--csv", metavar="FILE", type=Path, help="write them as CSV")
    parser.add_argument("--columns", metavar="KEYS", default=",".join(USUAL),
                        help=f"columns of the CSV, with commas between: {', '.join(BY_KEY)}")


def filter_of(args: argparse.Namespace) -> SessionFilter:
    """Give the filter asked for; OperatorError for a day that is none."""
    since = day_start_us(read_day(args.since)) if args.since else None
    until = day_start_us(read_day(args.until) + timedelta(days=1)) if args.until else None
    wanted = SessionFilter(args.search, since, until, args.patient)
    for name, kind in FILTERS.items():
        if values := getattr(args, name):
            wanted = wanted.having(kind, *values)
    return wanted


def run_sessions(args: argparse.Namespace) -> int:
    """Print or write the list."""
    wanted = filter_of(args)
    reads = listing("sessions") if args.csv is None else about("exported", "list of sessions", "csv")
    with opened(args, reads) as (_, store):
        if args.count:
            print(json.dumps({"sessions": store.count(wanted)}) if args.json else store.count(wanted))
        elif args.csv is not None:
            rows = _write_csv(args, store, wanted)
            print(json.dumps({"sessions": rows, "file": str(args.csv)}) if args.json
                  else f"{rows:,} sessions written to {args.csv}")
        elif args.json:
            print(json.dumps([row_json(row) for row in store.all_rows(wanted, PAGE, args.limit)], ensure_ascii=False,
                             indent=1))
        else:
            _print_rows(store, wanted, args.limit)
    return 0


def _print_rows(store: SessionStore, wanted: SessionFilter, limit: int) -> None:
    count = 0
    for row in store.all_rows(wanted, PAGE, limit):
        count += 1
        print(f"{str(row.session_id)[:13]}  {iso_utc(row.opened_us)[:16]}  {row.kind:9}  {row.state:9}  "
              f"{row.phase or '-':11}  {row.patient_id or '-':7}  {row.samples:>8} samples")
    none = "No sessions yet." if wanted == SessionFilter() else "No session matches."
    print(counted(count, "session") if count else none)


def _write_csv(args: argparse.Namespace, store: SessionStore, wanted: SessionFilter) -> int:
    unknown = [key for key in args.columns.split(",") if key not in BY_KEY]
    if unknown:
        raise OperatorError(
            f"There is no column {unknown[0]}", "nothing was written", f"choose from {', '.join(BY_KEY)}")
    columns = columns_of(args.columns.split(","))
    file, rows = GrowingFile(args.csv), 0
    try:
        file.write(csv_line(csv_names(columns)).encode())
        for row in store.all_rows(wanted, PAGE, args.limit):
            file.write(csv_line([column.plain(row) for column in columns]).encode())
            rows += 1
            if rows % TELL_EVERY == 0:
                print(f"{rows:,} sessions", file=sys.stderr)
        file.keep()
    except BaseException:
        file.drop()
        raise
    return rows


def run_rebuild(args: argparse.Namespace) -> int:
    """Build the lists anew from the histories; print how many sessions they hold."""
    path: Path = getattr(args, "data", None) or default_data_folder()
    folder = open_folder(path, read_secrets(getattr(args, "passphrase_fd", None)).passphrase, writing=True)
    recorder, store = RecorderThread(folder, SystemClock(), summarise), SessionStore(folder)
    recorder.start()
    try:
        count = rebuild_read_models(recorder, summarise, areas_by(store), timeout_s=REBUILD_LIMIT_S)
    finally:
        recorder.stop(REBUILD_LIMIT_S)
        store.close()
        folder.close()
    print(json.dumps({"sessions": count}) if args.json else f"The lists of {count} sessions were built anew.")
    return 0


def areas_by(store: SessionStore) -> Callable[[UUID], list[AreaSummary]]:
    """Give what sums up a session's areas from its stored samples, nothing for one that is not sealed."""

    def areas(session_id: UUID) -> list[AreaSummary]:
        state = fold(one.event for one in store.events(session_id))
        return summarise_areas(state, build_table(store.chunks(session_id))) if state.sealed is not None else []

    return areas
