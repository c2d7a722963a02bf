"""The clinic server's part of a running console: the sync thread and the leases; nothing of it without a server."""

import logging
from typing import TYPE_CHECKING

from console.domain.clinic_ports import Leases
from console.domain.clock import Clock
from console.domain.errors import OperatorError
from db.data_folder import DataFolder, joined
from db.recorder_thread import RecorderThread

if TYPE_CHECKING:
    from db.sync.lease_book import LeaseBook
    from db.sync.outbox import SyncThread

STOP_LIMIT_S = 1.0  # what waits for a server that is away ends with the program; nothing is lost by it

log = logging.getLogger("console")


class ClinicLink:
    """``start`` it once the record is open, ``close`` it before the record is."""

    def __init__(self, sync: "SyncThread", book: "LeaseBook") -> None:
        self.sync, self._book = sync, book

    @property
    def leases(self) -> Leases:
        """Give who holds which session."""
        return self._book

    def start(self) -> None:
        """Begin to sync."""
        self.sync.start()

    def close(self) -> None:
        """End the sync."""
        if self.sync.stop(STOP_LIMIT_S):
            self._book.close()


def clinic_of(folder: DataFolder, clock: Clock, recorder: RecorderThread) -> ClinicLink | None:
    """Give the link with the clinic server, where the folder is joined to one."""
    if not joined(folder):
        return None
    from db.sync.lease_book import LeaseBook
    from db.sync.outbox import SyncThread
    from db.sync.server_address import server_of
    from db.sync.taking import Taking

    try:
        known = server_of(folder)
    except OperatorError as error:
        log.error("the clinic server is left out: %s", error)
        return None
    if known is None:
        return None
    book = LeaseBook(Taking(folder, recorder, known, clock))
    sync = SyncThread(folder, known, clock, rounds=[book.make_round])
    book.ask_by(sync)
    return ClinicLink(sync, book)
