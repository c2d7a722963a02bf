"""Opening a data folder for writing as this program does it: behind a backup where its schema is changed."""

import sys
from collections.abc import Callable
from pathlib import Path

from console.domain.backups import BEFORE_UPGRADE
from console.domain.errors import OperatorError
from console.services.clocks import SystemClock
from db.backup import OWN_PLACE, make_backup
from db.data_folder import DataFolder, open_folder


def open_for_writing(
    path: Path, passphrase: str | None = None, *, quick: bool = False, given_up: Callable[[], bool] = lambda: False,
) -> DataFolder:
    """Open a folder; a foreign lock is said on standard error and waited for. OperatorError where it cannot be.

    ``quick``: a large database is checked to its end beside what comes then, not here. ``given_up``: the window was
    closed meanwhile; OperatorError then, as soon as that is safe.
    """

    def before_upgrade(folder: DataFolder) -> None:
        _refuse_given_up(given_up)
        make_backup(folder, folder.path / OWN_PLACE, SystemClock().utc_us(), BEFORE_UPGRADE)

    folder = open_folder(path, passphrase, writing=True, quick=quick, waiting=_say, before_upgrade=before_upgrade,
                         given_up=given_up)
    try:
        _refuse_given_up(given_up)
    except OperatorError:
        folder.close()
        raise
    return folder


def _refuse_given_up(given_up: Callable[[], bool]) -> None:
    """End what nobody waits for any more, by an OperatorError."""
    if given_up():
        raise OperatorError("The console was closed while the record was being opened", "nothing was changed")


def _say(words: str) -> None:
    print(f"main.py: {words}", file=sys.stderr, flush=True)
