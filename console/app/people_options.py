"""Options of ``staff``, ``audit`` and ``settings``. Each imports what it needs once it is asked for."""

import argparse
from pathlib import Path
from typing import Any


def add_people(commands: "argparse._SubParsersAction[Any]") -> None:
    """Add the commands."""
    staff = commands.add_parser("staff", help="the clinic's people: list, add, roles, PIN, disable, history")
    staff.late, staff.formatter_class = _staff_options, argparse.RawDescriptionHelpFormatter
    staff.set_defaults(run=_run_staff)
    audit = commands.add_parser("audit", help="who saw and changed what, when and why, newest first")
    audit.late = _audit_options
    audit.set_defaults(run=_run_audit)
    settings = commands.add_parser("settings", help="alarm sounds, foot pedal and spoken cues of this console")
    settings.late = _settings_options
    settings.set_defaults(run=_run_settings)
    for command in (staff, audit, settings):
        command.add_argument("--data", metavar="DIR", type=Path, default=argparse.SUPPRESS, help="the data folder")
        command.add_argument("--passphrase-fd", metavar="N", type=int, default=argparse.SUPPRESS,
                             help="read the passphrase from this file descriptor")
        command.add_argument("--json", action="store_true", help="print JSON for programs")


def _staff_options(parser: argparse.ArgumentParser) -> None:
    from console.app.staff_command import add_arguments

    add_arguments(parser)


def _audit_options(parser: argparse.ArgumentParser) -> None:
    from console.app.audit_command import add_arguments

    add_arguments(parser)


def _settings_options(parser: argparse.ArgumentParser) -> None:
    from console.app.settings_command import add_arguments

    add_arguments(parser)


def _run_settings(args: argparse.Namespace) -> int:
    from console.app.settings_command import run

    return run(args)


def _run_staff(args: argparse.Namespace) -> int:
    from console.app.staff_command import run

    return run(args)


def _run_audit(args: argparse.Namespace) -> int:
    from console.app.audit_command import run

    return run(args)
