"""Looking a damaged record over, and putting a backup in its place: for the command and for the window."""

from pathlib import Path

from console.app.opening import open_for_writing
from console.domain.clock import iso_utc
from console.domain.damage import DamageReport, Repaired
from console.services.backup_desk import PLACE_SETTING
from console.services.clocks import SystemClock
from console.services.session_row import summarise
from db.backup import OWN_PLACE
from db.damage import sessions_left, sessions_of_backup
from db.data_folder import DataFolder, find_folder
from db.erasure import apply_ledger
from db.health import examine, last_good, put_backup_in_place
from db.recorder_thread import RecorderThread
from db.registry import RegistryReader
from db.session_store import SessionStore
from db.verify import verify_folder

WRITE_LIMIT_S = 10.0


def look_over(path: Path, passphrase: str | None) -> DamageReport:
    """Tell what is damaged, what can be read, and the last good backup. OperatorError where the keys do not open."""
    folder = find_folder(path, passphrase)
    wrong = tuple(one.wrong for one in examine(folder) if one.wrong)
    note = last_good(folder, backups_place(folder))
    return DamageReport(
        wrong, sessions_left(folder), note, sessions_of_backup(folder, note) if note is not None else None)


def repair(path: Path, passphrase: str | None, backup: Path) -> Repaired:
    """Put a backup in the damaged database's place, by a person's choice only; OperatorError, and nothing moved."""
    return repair_folder(find_folder(path, passphrase), passphrase, backup)


def repair_folder(folder: DataFolder, passphrase: str | None, backup: Path) -> Repaired:
    """Do as ``repair`` for a folder whose keys are known."""
    aside, proved = put_backup_in_place(folder, backup, SystemClock().utc_us(), passphrase)
    made_us = proved.sealed.note.made_us
    what = f"backup of {iso_utc(made_us)[:19]}Z in the place of a damaged database"
    return Repaired(str(aside), made_us, _begin_anew(folder.path, passphrase, what))


def backups_place(folder: DataFolder) -> Path:
    """Give where backups are looked for; a damaged database may not tell where the clinic keeps them."""
    store = SessionStore(folder)
    try:
        kept = RegistryReader(store).setting(PLACE_SETTING)
    except Exception:  # noqa: BLE001  whatever a damaged database says, the usual place is looked at
        kept = ""
    finally:
        store.close()
    return Path(kept) if kept else folder.path / OWN_PLACE


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
