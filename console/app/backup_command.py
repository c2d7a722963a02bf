"""``backup``, ``backup verify``, ``backup list`` and ``restore``."""

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

from console.app.opening import open_for_writing
from console.app.reading import opened
from console.app.reading_notes import no_record
from console.app.settings import read_secrets
from console.domain.backups import BY_HAND, BackupNote, KeepRule
from console.domain.clock import iso_utc
from console.domain.errors import OperatorError
from console.domain.ports import ChainFault
from console.services.backup_desk import PLACE_SETTING, beyond_rule
from console.services.clocks import SystemClock
from console.services.event_words import counted
from console.services.local_time import clock_text, local_day
from console.services.session_row import summarise
from db.backup import FolderBackups
from db.erasure import apply_ledger
from db.erasure_ledger import LEDGER_FILE
from db.recorder_thread import RecorderThread
from db.registry import RegistryReader
from db.restore import Proved, prove_backup, restore_backup
from db.verify import verify_folder

WRITE_LIMIT_S = 10.0
_ROWS = (("session_event", "event"), ("telemetry_chunk", "chunk"), ("patient", "patient entry"), ("photo", "photo"))


def run_backup(args: argparse.Namespace) -> int:
    """Make a backup of the data folder beside a running console, and say where it is."""
    rule = KeepRule.parse(args.keep) if args.keep else None
    with opened(args, no_record) as (folder, store):
        place = _place(args, RegistryReader(store))
        keeper = FolderBackups(folder, SystemClock())
        note = keeper.make(place, BY_HAND)
        gone = beyond_rule(keeper.found(place), rule) if rule else []
        keeper.remove(gone)
    if args.json:
        _print_json({**_note_json(note), "removed": [one.place for one in gone]})
        return 0
    print(f"Backup {note.place}, {_size(note.size_bytes)}, proved and sealed.")
    if gone:
        print(f"{counted(len(gone), 'older backup')} removed.")
    return 0


def run_list(args: argparse.Namespace) -> int:
    """Print the whole backups of the data folder."""
    with opened(args, no_record) as (folder, store):
        notes = FolderBackups(folder, SystemClock()).found(_place(args, RegistryReader(store)))
    if args.json:
        _print_json([_note_json(note) for note in notes])
        return 0
    for note in notes:
        at = f"{local_day(note.made_us).isoformat()} {clock_text(note.made_us)}"
        print(f"{at}  {note.why.replace('_', ' '):14}  {_size(note.size_bytes):>8}  {note.place}")
    print(counted(len(notes), "backup") if notes else "No backups yet.")
    return 0


def run_verify(args: argparse.Namespace) -> int:
    """Prove a backup; 1 where the record in it was damaged already when it was made."""
    proved = prove_backup(args.file, read_secrets(getattr(args, "passphrase_fd", None)).passphrase)
    return _tell(args, proved, "The backup is whole: every file, page and row is as it was made.")


def run_restore(args: argparse.Namespace) -> int:
    """Make a data folder from a backup, open it once and prove it."""
    passphrase = read_secrets(getattr(args, "passphrase_fd", None)).passphrase
    if missing := [str(one) for one in args.ledger if not one.is_file() or one.name != LEDGER_FILE]:
        raise OperatorError(f"{missing[0]} is no {LEDGER_FILE}", "nothing was restored", "name the ledger's file")
    proved = restore_backup(args.file, args.data, passphrase, ledgers=args.ledger)
    made = iso_utc(proved.sealed.note.made_us)[:19]
    again, faults = _begin_anew(args.data, passphrase, f"backup of {made}Z")
    proved = replace(proved, faults=faults)
    erased = f" {counted(len(again), 'erasure')} of the ledger done again." if again else ""
    return _tell(args, proved, f"Restored to {args.data} as the record stood at {made}Z.{erased}")


def _begin_anew(data: Path, passphrase: str | None, what: str) -> tuple[list[int], tuple[ChainFault, ...]]:
    """Open the restored folder once: its schema, its erasures, the entry of its audit, and the proof of its chains."""
    folder = open_for_writing(data, passphrase, quick=True)  # every page was proved in the backup, byte for byte
    try:
        recorder = RecorderThread(folder, SystemClock(), summarise)
        recorder.start()
        again = apply_ledger(folder, recorder)
        recorder.audit("console", "restored", folder.folder_id, what)
        if not recorder.stop(WRITE_LIMIT_S):
            raise OperatorError("The folder is restored, but its audit entry is not written yet",
                                "everything is held", "free disk space, and start the console on it")
        return again, tuple(verify_folder(folder))
    finally:
        folder.close()


# --- words ------------------------------------------------------------------------------------------------


def _place(args: argparse.Namespace, registry: RegistryReader) -> str:
    return str(args.to.absolute()) if args.to else registry.setting(PLACE_SETTING)


def _tell(args: argparse.Namespace, proved: Proved, words: str) -> int:
    sealed, faults = proved.sealed, proved.faults
    if args.json:
        _print_json({
            **_note_json(sealed.note), "checksum": sealed.checksum.digest, "counts": sealed.checksum.counts,
            "schema": sealed.schema, "faults": [_fault_json(one) for one in faults]})
    else:
        print(words)
        counts = sealed.checksum.counts
        print(f"It holds {', '.join(counted(counts[table], name) for table, name in _ROWS if table in counts)}.")
        print(f"Logical checksum {sealed.checksum.digest}")
        for one in faults:
            print(f"Session {one.session_id}, entry {one.seq}: {one.what}", file=sys.stderr)
        print("Every chain in it verifies." if not faults else
              f"{counted(len(faults), 'chain')} did not verify already when it was made.")
    return 1 if faults else 0


def _fault_json(fault: ChainFault) -> dict[str, object]:
    return {"session": str(fault.session_id), "seq": fault.seq, "what": fault.what}


def _note_json(note: BackupNote) -> dict[str, object]:
    return {"backup": note.place, "made": iso_utc(note.made_us), "why": note.why, "kind": note.kind,
            "folder_id": note.folder_id, "bytes": note.size_bytes}


def _size(size_bytes: int) -> str:
    return f"{size_bytes / 1e6:.1f} MB"


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=1))
