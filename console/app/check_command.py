"""``check``: is the data folder whole, and with ``--repair`` a backup in the place of a damaged database."""

import argparse
import json
import sys
from pathlib import Path

from console.app.repair import backups_place, repair_folder
from console.app.settings import default_data_folder, read_secrets
from console.domain.clock import iso_utc
from console.domain.errors import OperatorError
from console.services.event_words import counted
from db.data_folder import DataFolder, find_folder
from db.health import Finding, chain_findings, examine, last_good


def run(args: argparse.Namespace) -> int:
    """Print what is whole and what is not; 1 where anything is damaged."""
    passphrase = read_secrets(getattr(args, "passphrase_fd", None)).passphrase
    folder = find_folder(getattr(args, "data", None) or default_data_folder(), passphrase)
    findings = list(examine(folder))
    whole = not any(one.wrong for one in findings)
    findings += [chain_findings(folder)] if whole else []
    damaged = any(one.wrong for one in findings)
    if args.repair:
        return _repair(args, folder, passphrase) if damaged else _nothing()
    note = last_good(folder, _place(args, folder))
    backup = f"the last good backup is of {iso_utc(note.made_us)[:16]}Z: {note.place}" if note else "there is no backup"
    if args.json:
        print(json.dumps({"whole": not damaged, "findings": [_finding_json(one) for one in findings],
                          "last_backup": note.place if note else None}, indent=1))
        return 1 if damaged else 0
    for one in findings:
        print(f"{one.part:9}  {one.wrong or 'whole'}{f' ({one.note})' if one.note else ''}")
    if damaged:
        print(f"main.py: The record of {folder.path} is damaged; nothing was changed, and {backup}; "
              "add --repair to put it in the damaged one's place, which is moved aside and kept.", file=sys.stderr)
    return 1 if damaged else 0


def _nothing() -> int:
    print("Nothing is damaged, so nothing was repaired.")
    return 0


def _repair(args: argparse.Namespace, folder: DataFolder, passphrase: str | None) -> int:
    backup: Path | None = args.backup
    if backup is None:
        note = last_good(folder, _place(args, folder))
        backup = Path(note.place) if note else None
    if backup is None:
        raise OperatorError("There is no backup to put in the damaged database's place", "nothing was moved",
                            "name one with --backup, or keep the folder for somebody who can read what is left")
    made = repair_folder(folder, passphrase, backup)
    print(f"The record is as it stood at {iso_utc(made.made_us)[:19]}Z. What was recorded since lies in {made.aside}, "
          "kept as it was found.")
    print("Every chain in it verifies." if not made.faults else
          f"{counted(made.faults, 'chain')} did not verify already then.")
    return 1 if made.faults else 0


def _place(args: argparse.Namespace, folder: DataFolder) -> Path:
    return Path(args.to) if args.to is not None else backups_place(folder)


def _finding_json(one: Finding) -> dict[str, object]:
    return {"part": one.part, "whole": not one.wrong, "wrong": one.wrong, "note": one.note}
