"""Opening a data folder for writing as this program does it: behind a backup where its schema is changed."""

import sys
from pathlib import Path

from console.domain.backups import BEFORE_UPGRADE
from console.services.clocks import SystemClock
from db.backup import OWN_PLACE, make_backup
from db.data_folder import DataFolder, open_folder


def open_for_writing(path: Path, passphrase: str | None = None, *, quick: bool = False) -> DataFolder:
    """Open a folder; a foreign lock is said on standard error and waited for. OperatorError where it cannot be.

    ``quick``: a large database is checked to its end beside what comes then, not here.
    """
    return open_folder(path, passphrase, writing=True, quick=quick, waiting=_say, before_upgrade=_back_up)


def _back_up(folder: DataFolder) -> None:
    make_backup(folder, folder.path / OWN_PLACE, SystemClock().utc_us(), BEFORE_UPGRADE)


def _say(words: str) -> None:
    print(f"main.py: {words}", file=sys.stderr, flush=True)
