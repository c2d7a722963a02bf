"""The options of ``station`` and ``keys``; what they do is imported once it is asked for."""

import argparse
from pathlib import Path
from typing import Any


def add_station(commands: Any) -> None:
    """Add ``station``."""
    station = commands.add_parser(
        "station", help="the public keys that prove what this station signed, to be kept elsewhere")
    _add_data(station)
    _add_json(station)
    station.set_defaults(run=_run_station)


def add_keys(commands: Any) -> None:
    """Add ``keys`` with its verbs."""
    keys = commands.add_parser("keys", help="a clinic's keys: how they stand, rotation, passphrase, recovery sheet")
    verbs = keys.add_subparsers(title="verbs", metavar="VERB", required=True)
    status = verbs.add_parser("status", help="check words, station key, key file, keyring")
    _add_data(status)
    _add_json(status)
    rotate = verbs.add_parser("rotate", help="give the database a new key, or the station a new signing key")
    _add_data(rotate)
    rotate.add_argument("--station", action="store_true", help="the key the station signs with")
    passphrase = verbs.add_parser("passphrase", help="another recovery passphrase")
    _add_data(passphrase)
    passphrase.add_argument("--new-passphrase-fd", metavar="N", type=int, help="read the new one from this descriptor")
    sheet = verbs.add_parser("sheet", help="the recovery sheet as PDF, to be kept in a safe")
    _add_data(sheet)
    sheet.add_argument("--out", metavar="FILE", type=Path, required=True, help="the file to write")
    sheet.add_argument("--show-key", action="store_true", help="print the database key itself on it too")
    recover = verbs.add_parser("recover", help="put the key file back from a recovery sheet")
    _add_data(recover)
    recover.add_argument("--sheet", metavar="CODE", required=True, help="the code on the sheet, or - to scan it")
    for verb, name in ((status, "status"), (rotate, "rotate"), (passphrase, "passphrase"), (sheet, "sheet"),
                       (recover, "recover")):
        verb.set_defaults(run=_runner(name))


def _runner(name: str) -> Any:
    def run(args: argparse.Namespace) -> int:
        from console.app import keys_command

        code: int = getattr(keys_command, f"run_{name}")(args)
        return code

    return run


def _add_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", metavar="DIR", type=Path, default=argparse.SUPPRESS, help="the data folder")
    parser.add_argument("--passphrase-fd", metavar="N", type=int, default=argparse.SUPPRESS,
                        help="read the passphrase from this file descriptor")


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON for programs")


def _run_station(args: argparse.Namespace) -> int:
    from console.app.station_command import run

    return run(args)
