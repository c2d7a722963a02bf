"""``main.py keys``: how a clinic's keys stand, and every change of them."""

import argparse
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from console.app.settings import default_data_folder, read_secrets
from console.domain.errors import OperatorError
from console.domain.station_proof import in_fours
from console.services.clocks import SystemClock
from db import clinic_keys
from db.data_folder import CLINIC, DataFolder, folder_kind, open_folder
from db.keys import KEY_FILE, WRAPPED_FILE, system_vault, vault_words, wraps
from db.passphrase_tries import PassphraseTries, tell_refused
from db.recorder_thread import RecorderThread
from db.recovery_text import check_words, put_key_file_back
from db.station_key import StationSigner

STOP_LIMIT_S = 30.0


def run_status(args: argparse.Namespace) -> int:
    """Print how the keys stand; the folder has to open for it."""
    path, clock = _path(args), SystemClock()
    wait_s = PassphraseTries(path, clock).wait_s()
    folder = open_folder(path, _passphrase(args))
    try:
        told = {
            "folder": folder.folder_id, "kind": folder.kind, "check_words": check_words(folder.keys.fingerprint),
            "station_key": StationSigner(folder.keys.station).key_id, "keyring": vault_words(),
            "key_file": _key_file_words(folder), "wait_s": round(wait_s),
        }
    finally:
        folder.close()
    if args.json:
        print(json.dumps(told, indent=1, ensure_ascii=False))
        return 0
    print(f"Folder       {told['folder']}, {told['kind']}\nCheck words  {told['check_words']}")
    print(f"Station key  {in_fours(str(told['station_key']))}\nKey file     {told['key_file']}")
    print(f"Keyring      {told['keyring']}")
    return 0


def run_rotate(args: argparse.Namespace) -> int:
    """Change the database key, or with ``--station`` the key the station signs with."""
    with _changing(args) as (folder, passphrase):
        parts = (folder.path, folder.folder_id, folder.keys, passphrase, system_vault())
        if args.station:
            folder.keys = clinic_keys.change_station_key(*parts, SystemClock().utc_us())
            named = in_fours(StationSigner(folder.keys.station).key_id)
            _note(folder, "station_key_changed", f"station key {named}")
            print(f"The station signs with key {named} from now on; what the former key signed stays provable.")
        else:
            folder.keys = clinic_keys.change_database_key(*parts)
            words = check_words(folder.keys.fingerprint)
            _note(folder, "database_key_changed", words)
            print(f"The database has a new key, check words {words}. Backups made before open with the key file that "
                  "lies with them. Print a new recovery sheet and destroy the former one.")
    return 0


def run_passphrase(args: argparse.Namespace) -> int:
    """Wrap the keys with another passphrase, read from ``--new-passphrase-fd``."""
    new = read_secrets(args.new_passphrase_fd).passphrase if args.new_passphrase_fd is not None else None
    if not new:
        raise OperatorError("There is no new passphrase", "nothing was changed", "give it through --new-passphrase-fd")
    with _changing(args) as (folder, passphrase):
        clinic_keys.change_passphrase(folder.path, folder.folder_id, folder.keys, passphrase, new)
        _note(folder, "passphrase_changed", "")
        print("The folder has a new passphrase. Print a new recovery sheet and destroy the former one: "
              "with the former passphrase it still opens copies made before.")
    return 0


def run_sheet(args: argparse.Namespace) -> int:
    """Write the recovery sheet as PDF; with ``--show-key`` the key itself is on it."""
    from console.app.exporting import ready_to_draw
    from console.app.recovery_paper import write_sheet

    with _changing(args) as (folder, _):
        ready_to_draw()
        write_sheet(folder, args.out, SystemClock().utc_us(), folder_clinic_name(folder), show_key=args.show_key)
        _note(folder, "recovery_sheet_printed", "with the database key" if args.show_key else "")
    print(f"Wrote {args.out}")
    return 0


def run_recover(args: argparse.Namespace) -> int:
    """Put the key file of a recovery sheet back."""
    path = _path(args)
    kind, folder_id = folder_kind(path)
    if kind != CLINIC:
        raise _no_clinic(path)
    text = read_sheet_code(args.sheet)
    put_key_file_back(path, text, folder_id)
    print(f"Wrote {path / WRAPPED_FILE}; open the folder with its passphrase.")
    return 0


def folder_clinic_name(folder: DataFolder) -> str:
    """Give the clinic's name as its settings tell it."""
    from console.app.compose import folder_library
    from db.registry import RegistryReader
    from db.session_store import SessionStore

    store = SessionStore(folder)
    try:
        return folder_library(folder, RegistryReader(store)).clinic.name
    finally:
        store.close()


def read_sheet_code(text: str) -> str:
    """Give the code typed as an argument, or scanned into standard input where that is «-»."""
    import sys

    return sys.stdin.readline() if text == "-" else text


@contextmanager
def _changing(args: argparse.Namespace) -> Iterator[tuple[DataFolder, str]]:
    path, passphrase = _path(args), _passphrase(args)
    kind, _ = folder_kind(path)
    if kind != CLINIC:
        raise _no_clinic(path)
    if passphrase is None:
        raise OperatorError(
            "The keys are changed with the passphrase only", "nothing was changed", "give it through --passphrase-fd")
    folder = open_folder(path, passphrase, writing=True)
    try:
        yield folder, passphrase
    finally:
        folder.close()


def _note(folder: DataFolder, action: str, detail: str) -> None:
    recorder = RecorderThread(folder, SystemClock())
    recorder.start()
    tell_refused(folder.path, SystemClock(), recorder.audit, folder.folder_id)
    recorder.audit("console", action, folder.folder_id, detail)
    if not recorder.stop(STOP_LIMIT_S):
        raise OperatorError(
            "The keys were changed, but the audit could not be written now", "the entry is kept and comes in later",
            "open the console once")


def _key_file_words(folder: DataFolder) -> str:
    if folder.kind != CLINIC:
        return f"{KEY_FILE} lies beside the database in the clear: this is a {folder.kind} folder"
    if wraps(folder.path / WRAPPED_FILE, folder.keys):
        return f"{WRAPPED_FILE} wraps these keys by the passphrase"
    return f"{WRAPPED_FILE} is missing, damaged or of an earlier console; wrap the keys anew (main.py keys passphrase)"


def _no_clinic(path: Path) -> OperatorError:
    return OperatorError(
        f"{path} is no clinic's folder, its key lies beside it", "nothing was changed", "name a clinic's folder")


def _path(args: argparse.Namespace) -> Path:
    return getattr(args, "data", None) or default_data_folder()


def _passphrase(args: argparse.Namespace) -> str | None:
    return read_secrets(getattr(args, "passphrase_fd", None)).passphrase
