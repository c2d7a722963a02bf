"""``check``: is the data folder whole, and with ``--repair`` a backup in the place of a damaged database."""

import argparse
import json
import sys
from pathlib import Path

from console.app.opening import open_for_writing
from console.app.settings import default_data_folder, read_secrets
from console.domain.clock import iso_utc
from console.domain.errors import OperatorError
from console.services.backup_desk import PLACE_SETTING
from console.services.clocks import SystemClock
from console.services.event_words import counted
from console.services.session_row import summarise
from db.backup import OWN_PLACE
from db.data_folder import DataFolder, find_folder
from db.erasure import apply_ledger
from db.health import Finding, chain_findings, examine, last_good, put_backup_in_place
from db.recorder_thread import RecorderThread
from db.registry import RegistryReader
from db.session_store import SessionStore
from db.verify import verify_folder

WRITE_LIMIT_S = 10.0


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
    aside, proved = put_backup_in_place(folder, backup, SystemClock().utc_us(), passphrase)
    made = iso_utc(proved.sealed.note.made_us)[:19]
    faults = _begin_anew(folder.path, passphrase, f"backup of {made}Z in the place of a damaged database")
    print(f"The record is as it stood at {made}Z. What was recorded since lies in {aside}, kept as it was found.")
    print("Every chain in it verifies." if not faults else f"{counted(faults, 'chain')} did not verify already then.")
    return 1 if faults else 0


def _begin_anew(path: Path, passphrase: str | None, what: str) -> int:
    opened = open_for_writing(path, passphrase)
    try:
        recorder = RecorderThread(opened, SystemClock(), summarise)
        recorder.start()
        apply_ledger(opened, recorder)
        recorder.audit("console", "repaired", opened.folder_id, what)
        recorder.stop(WRITE_LIMIT_S)
        return len(verify_folder(opened))
    finally:
        opened.close()


def _place(args: argparse.Namespace, folder: DataFolder) -> Path:
    """Give where backups are looked for; a damaged database may not tell where the clinic keeps them."""
    if args.to is not None:
        return Path(args.to)
    store = SessionStore(folder)
    try:
        kept = RegistryReader(store).setting(PLACE_SETTING)
    except Exception:  # noqa: BLE001  whatever a damaged database says, the usual place is looked at
        kept = ""
    finally:
        store.close()
    return Path(kept) if kept else folder.path / OWN_PLACE


def _finding_json(one: Finding) -> dict[str, object]:
    return {"part": one.part, "whole": not one.wrong, "wrong": one.wrong, "note": one.note}
