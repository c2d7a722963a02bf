"""Options of the commands over many sessions. Each imports what it needs once it is asked for."""

import argparse
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

COMMANDS = {
    "due": "whom to call or see after a treatment, and who may come again without an appointment",
    "exceptions": "sessions that left the plan, weightiest first, with the rule they are ranked by",
    "insights": "figures of a period by practitioner, pen, lot, plan or area, and outcomes against density",
    "recall": "the patients a lot or a cartridge's serial number reached, and how far the calls have come",
}


def add_quality(commands: "argparse._SubParsersAction[Any]") -> None:
    """Add the commands."""
    for name, words in COMMANDS.items():
        command = commands.add_parser(name, help=words)
        command.add_argument("--data", metavar="DIR", type=Path, default=argparse.SUPPRESS, help="the data folder")
        command.add_argument("--passphrase-fd", metavar="N", type=int, default=argparse.SUPPRESS,
                             help="read the passphrase from this file descriptor")
        command.add_argument("--json", action="store_true", help="print JSON for programs")
        command.late = _late(name, "add_arguments")
        command.set_defaults(run=_late(name, "run"))


def _late(name: str, what: str) -> Callable[[Any], Any]:
    return lambda given: getattr(import_module(f"console.app.{name}_command"), what)(given)
