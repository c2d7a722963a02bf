"""The options of ``backup``, ``restore`` and ``check``; what they do is imported once it is asked for."""

import argparse
from pathlib import Path
from typing import Any


def add_backup(commands: Any) -> None:
    """Add ``backup`` with its own commands."""
    backup = commands.add_parser("backup", help="make an encrypted backup; «backup verify» proves one")
    _add_data(backup)
    backup.add_argument("--to", metavar="DIR", type=Path, help="where backups go (default: as the clinic set it)")
    backup.add_argument("--keep", metavar="DAYS,WEEKS,MONTHS",
                        help="delete nightly backups that this rule does not keep")
    _add_json(backup)
    backup.set_defaults(run=_run_backup)
    parts = backup.add_subparsers(metavar="COMMAND")
    verify = parts.add_parser("verify", help="prove a backup: every file, page, row and chain")
    verify.add_argument("file", metavar="BACKUP", type=Path)
    _add_secret(verify)
    _add_json(verify)
    verify.set_defaults(run=_run_verify)
    listed = parts.add_parser("list", help="the whole backups there are, newest first")
    _add_data(listed)
    listed.add_argument("--to", metavar="DIR", type=Path, help="where to look (default: as the clinic set it)")
    _add_json(listed)
    listed.set_defaults(run=_run_list)


def add_restore(commands: Any) -> None:
    """Add ``restore``."""
    restore = commands.add_parser("restore", help="make a data folder from a backup; it overwrites nothing")
    restore.add_argument("file", metavar="BACKUP", type=Path)
    restore.add_argument("--ledger", metavar="FILE", type=Path, action="append", default=[],
                         help="an erasures.jsonl whose erasures are done again (those beside the backup are found)")
    restore.add_argument("--data", metavar="NEWDIR", type=Path, required=True, help="a new or an empty folder")
    _add_secret(restore)
    _add_json(restore)
    restore.set_defaults(run=_run_restore)


def add_check(commands: Any) -> None:
    """Add ``check``."""
    check = commands.add_parser("check", help="is the record whole; --repair puts a backup in a damaged one's place")
    _add_data(check)
    check.add_argument("--repair", action="store_true", help="move a damaged database aside and put a backup there")
    check.add_argument("--backup", metavar="BACKUP", type=Path, help="the backup to repair with (default: the newest)")
    check.add_argument("--to", metavar="DIR", type=Path, help="where backups are (default: as the clinic set it)")
    _add_json(check)
    check.set_defaults(run=_run_check)


def _add_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", metavar="DIR", type=Path, default=argparse.SUPPRESS, help="the data folder")
    _add_secret(parser)


def _add_secret(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--passphrase-fd", metavar="N", type=int, default=argparse.SUPPRESS,
                        help="read the passphrase from this file descriptor")


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON for programs")


def _run_backup(args: argparse.Namespace) -> int:
    from console.app.backup_command import run_backup

    return run_backup(args)


def _run_verify(args: argparse.Namespace) -> int:
    from console.app.backup_command import run_verify

    return run_verify(args)


def _run_list(args: argparse.Namespace) -> int:
    from console.app.backup_command import run_list

    return run_list(args)


def _run_restore(args: argparse.Namespace) -> int:
    from console.app.backup_command import run_restore

    return run_restore(args)


def _run_check(args: argparse.Namespace) -> int:
    from console.app.check_command import run

    return run(args)
