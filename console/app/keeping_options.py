"""The options of the commands that keep, amend, erase and give out records; what they do is imported once asked for."""

import argparse
from pathlib import Path
from typing import Any

from console.domain.erasure import Ground


def add_keeping(commands: Any) -> None:
    """Add the commands that keep, erase and give out one patient's record."""
    _add_retention(commands)
    _add_hold(commands)
    _add_erase(commands)
    _add_export_patient(commands)
    _add_amend(commands)


def _add_retention(commands: Any) -> None:
    retention = commands.add_parser(
        "retention", help="the clinic's retention rule, legal holds, and whose record need no longer be kept")
    _add_data(retention)
    retention.add_argument("--json", action="store_true", help="print JSON for programs")
    retention.set_defaults(run=_run_retention)
    verbs = retention.add_subparsers(title="verbs", metavar="VERB")
    change = verbs.add_parser("set", help="set the clinic's rule")
    _add_data(change)
    change.add_argument("--years", metavar="N", type=int, required=True, help="years after the last visit")
    change.add_argument("--source", metavar="TEXT", required=True, help="the law or guidance it follows")
    change.add_argument("--minor-age", metavar="AGE", type=int, default=0, help="who was younger at the last visit")
    change.add_argument("--minor-years", metavar="N", type=int, default=0,
                        help="… is kept until that age and so many years more")
    add_by(change)
    change.set_defaults(run=_run_retention_set)


def _add_hold(commands: Any) -> None:
    hold = commands.add_parser("hold", help="put a patient's record under a legal hold, or lift it")
    _add_data(hold)
    hold.add_argument("patient", metavar="PATIENT", help="the patient's number, such as P-0412")
    hold.add_argument("--lift", action="store_true", help="lift the hold")
    hold.add_argument("--reason", metavar="TEXT", required=True)
    add_by(hold)
    hold.set_defaults(run=_run_hold)


def _add_erase(commands: Any) -> None:
    erase = commands.add_parser(
        "erase", help="erase a patient for good; the chain stays and verifies",
        epilog="without --confirm it only says what would go and what stays")
    _add_data(erase)
    erase.add_argument("patient", metavar="PATIENT", help="the patient's number, such as P-0412")
    erase.add_argument("--ground", choices=[one.value for one in Ground], default=Ground.REQUEST.value,
                       help="why it may be erased (default request)")
    erase.add_argument("--reason", metavar="TEXT", default="", help="the clinic's own words")
    erase.add_argument("--confirm", metavar="PATIENT", default="", help="the number once more: only then it is done")
    add_by(erase, required=False)
    erase.set_defaults(run=_run_erase)


def _add_export_patient(commands: Any) -> None:
    export = commands.add_parser(
        "export-patient", help="write all that is kept of one patient into a folder, in open formats")
    _add_data(export)
    export.add_argument("patient", metavar="PATIENT", help="the patient's number, such as P-0412")
    export.add_argument("--out", metavar="DIR", type=Path, required=True, help="a folder that does not exist yet")
    export.set_defaults(run=_run_export_patient)


def _add_amend(commands: Any) -> None:
    amend = commands.add_parser("amend", help="add to a sealed session; what was sealed stays beside it",
                                epilog="without --text it lists the entries that can be amended")
    _add_data(amend)
    amend.add_argument("session", help="its id, the first 6 or more characters of it, or last")
    amend.add_argument("--entry", metavar="SEQ", type=int, help="the number of the entry it corrects")
    amend.add_argument("--text", metavar="TEXT", default="", help="what holds instead")
    amend.add_argument("--reason", metavar="TEXT", default="")
    add_by(amend, required=False)
    amend.set_defaults(run=_run_amend)


def _add_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", metavar="DIR", type=Path, default=argparse.SUPPRESS, help="the data folder")
    parser.add_argument("--passphrase-fd", metavar="N", type=int, default=argparse.SUPPRESS,
                        help="read the passphrase from this file descriptor")


def add_by(parser: argparse.ArgumentParser, required: bool = True) -> None:
    """Add who does it, and where their PIN comes from."""
    parser.add_argument("--by", metavar="STAFF", required=required, default="", help="who does it, such as MG-01")
    parser.add_argument("--pin-fd", metavar="N", type=int, help="read the PIN from this file descriptor "
                        "(default: the variable NEEDLING_PIN, else it is asked for)")


def _run_retention(args: argparse.Namespace) -> int:
    from console.app.keeping_command import run_retention

    return run_retention(args)


def _run_retention_set(args: argparse.Namespace) -> int:
    from console.app.keeping_command import run_retention_set

    return run_retention_set(args)


def _run_hold(args: argparse.Namespace) -> int:
    from console.app.keeping_command import run_hold

    return run_hold(args)


def _run_erase(args: argparse.Namespace) -> int:
    from console.app.keeping_command import run_erase

    return run_erase(args)


def _run_amend(args: argparse.Namespace) -> int:
    from console.app.amend_command import run

    return run(args)


def _run_export_patient(args: argparse.Namespace) -> int:
    from console.app.patient_export_command import run

    return run(args)
