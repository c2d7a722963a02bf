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


def _add_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", metavar="DIR", type=Path, default=argparse.SUPPRESS, help="the data folder")
    parser.add_argument("--passphrase-fd", metavar="N", type=int, default=argparse.SUPPRESS,
                        help="read the passphrase from this file descriptor")


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON for programs")


def _run_station(args: argparse.Namespace) -> int:
    from console.app.station_command import run

    return run(args)
