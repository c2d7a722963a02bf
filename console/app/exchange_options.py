"""Options of the commands that write and read open formats; each imports what it needs once it is asked for."""

import argparse
from pathlib import Path
from typing import Any

from console.app.keeping_options import add_by

SESSION_FORMS = ("pdf", "csv", "json", "parquet", "fhir")


def add_exchange(commands: "argparse._SubParsersAction[Any]") -> None:
    """Add them all."""
    export = commands.add_parser(
        "export", help="write a session as PDF report, CSV folder, JSON history, Parquet samples or FHIR document")
    _add_data(export)
    export.add_argument("session", help="its id, the first 6 or more characters of it, or last")
    export.add_argument("--format", choices=SESSION_FORMS, required=True)
    export.add_argument("--out", metavar="PATH", type=Path, required=True, help="file (or folder for csv) to write")
    _add_photos(export)
    export.set_defaults(run=_run_export)
    every = commands.add_parser(
        "export-all", help="write every session of the folder; begun again, it goes on where it was")
    _add_data(every)
    every.add_argument("--out", metavar="DIR", type=Path, required=True, help="an empty folder, or one begun before")
    every.add_argument("--format", metavar="F", nargs="+", choices=SESSION_FORMS, default=["json"],
                       help=f"one or more of {', '.join(SESSION_FORMS)} (default json)")
    every.add_argument("--since", metavar="YYYY-MM-DD", default="", help="only sessions begun on that day or later")
    every.add_argument("--json", action="store_true", help="print JSON for programs")
    _add_photos(every)
    every.set_defaults(run=_run_export_all)


    _add_import(commands)


def _add_import(commands: "argparse._SubParsersAction[Any]") -> None:
    bring = commands.add_parser("import", help="bring in patients, staff, products or the day list from CSV or FHIR")
    _add_data(bring)
    bring.add_argument("what", choices=("patients", "staff", "products", "appointments"))
    bring.add_argument("file", metavar="FILE", type=Path, help="CSV with a header line, or a FHIR Bundle of patients")
    bring.add_argument("--map", metavar="FIELD=COLUMN", action="append", default=[], help="which column a field is")
    bring.add_argument("--dates", choices=("dmy", "mdy"), default="", help="which comes first in 03/04/1990")
    bring.add_argument("--also-similar", action="store_true", help="also who is perhaps there already")
    bring.add_argument("--dry-run", action="store_true", help="show what would be done; nothing is written")
    bring.add_argument("--json", action="store_true", help="print JSON for programs")
    add_by(bring, required=False)
    bring.set_defaults(run=_run_import)


def _add_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", metavar="DIR", type=Path, default=argparse.SUPPRESS, help="the data folder")
    parser.add_argument("--passphrase-fd", metavar="N", type=int, default=argparse.SUPPRESS,
                        help="read the passphrase from this file descriptor")


def _add_photos(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--photos", action="store_true", help="with the photos (fhir only)")


def _run_export(args: argparse.Namespace) -> int:
    from console.app.export_command import run_export

    return run_export(args)


def _run_export_all(args: argparse.Namespace) -> int:
    from console.app.export_command import run_export_all

    return run_export_all(args)


def _run_import(args: argparse.Namespace) -> int:
    from console.app.import_command import run

    return run(args)
