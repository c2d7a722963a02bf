"""A data folder's recovery sheet, from its key file to the PDF."""

from pathlib import Path

from console.domain.errors import OperatorError
from console.domain.station_proof import in_fours
from db.data_folder import DataFolder
from db.keys import WRAPPED_FILE, wraps
from db.recovery_text import check_words, recovery_text
from db.station_key import StationSigner
from ui.documents.recovery_sheet import RecoverySheet, write_recovery_sheet


def write_sheet(folder: DataFolder, out: Path, now_us: int, clinic: str, *, show_key: bool = False) -> None:
    """Write a folder's recovery sheet; the caller has made drawing possible."""
    if not wraps(folder.path / WRAPPED_FILE, folder.keys):
        raise OperatorError(
            "The key file was written by an earlier console, or holds other keys", "nothing was written",
            "wrap the keys anew with main.py keys passphrase")
    write_recovery_sheet(out, RecoverySheet(
        clinic, folder.folder_id, check_words(folder.keys.fingerprint),
        in_fours(StationSigner(folder.keys.station).key_id), recovery_text(folder.path), now_us,
        folder.keys.database.hex() if show_key else ""))
