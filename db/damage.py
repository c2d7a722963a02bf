"""Reads what a damaged record still gives, and changes nothing."""

from pathlib import Path

from console.domain.backups import BackupNote
from console.domain.damage import SessionLeft
from console.domain.errors import OperatorError
from console.domain.session_list import SessionFilter
from db.data_folder import DataFolder
from db.session_store import SessionStore
from db.verify import verify_session


def sessions_left(folder: DataFolder) -> tuple[SessionLeft, ...]:
    """List the sessions, newest first, each proved; empty where the list itself cannot be read."""
    store = SessionStore(folder)
    try:
        rows = list(store.all_rows(SessionFilter()))
    except OperatorError:
        return ()
    finally:
        store.close()
    found = []
    for row in rows:
        fault = verify_session(folder, row.session_id)
        found.append(SessionLeft(row.session_id, row.opened_us, fault.what if fault is not None else ""))
    return tuple(found)


def sessions_of_backup(folder: DataFolder, note: BackupNote) -> int | None:
    """Count the sessions of a backup; None where it does not open with the keys of now."""
    store = SessionStore(DataFolder(Path(note.place), note.kind, note.folder_id, folder.keys))
    try:
        return store.count(SessionFilter())
    except OperatorError:
        return None
    finally:
        store.close()
