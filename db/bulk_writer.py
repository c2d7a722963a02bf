"""Writes whole sessions by the hundred into a folder nobody else writes: for seeding and taking over old records.

The same chains, seals, signatures and lists as the recorder's, by the same code; only the commits are gathered.
"""

import dataclasses
from collections.abc import Sequence
from types import TracebackType
from uuid import UUID

from sqlalchemy import Connection, insert

from console.domain.people import Course, Patient
from console.domain.ports import AreaSummary
from console.domain.session_events import SessionEvent
from db import tables
from db.data_folder import DataFolder
from db.head_keeper import HeadKeeper
from db.heads import AUDIT
from db.read_models import Summarise
from db.registry import searched
from db.station_key import StationSigner
from db.store_writer import StoreWriter
from db.write_tasks import AreasUnit, EventsUnit, Unit

UNITS_A_COMMIT = 500


def add_people(
    connection: Connection, patients: Sequence[Patient], courses: Sequence[Course], changed_us: int, actor_id: str,
) -> None:
    """Add patients and courses that are not there yet, all at once."""
    first = {"rev": 1, "changed_us": changed_us, "changed_by": actor_id}
    rows = [{**dataclasses.asdict(one), "search_text": searched(one), **first} for one in patients]
    for table, found in ((tables.patient, rows), (tables.course, [{**dataclasses.asdict(one), **first}
                                                                  for one in courses])):
        if found:
            connection.execute(insert(table), found)


class BulkWriter:
    """A context manager over an opened folder; what was added is on the disk once it is left."""

    def __init__(self, folder: DataFolder, summarise: Summarise) -> None:
        self._writer = StoreWriter(folder.writer_engine(), folder.heads, summarise, StationSigner(folder.keys.station))
        self._keeper = HeadKeeper(folder.heads)
        self._waiting: list[Unit] = []

    def __enter__(self) -> "BulkWriter":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        try:
            if error is None:
                self.flush()
        finally:
            self._writer.close()

    def add(self, session_id: UUID, events: Sequence[SessionEvent], areas: Sequence[AreaSummary] = ()) -> None:
        """Add a whole session that is not there yet, with the figures of its areas."""
        self._waiting.append(EventsUnit(session_id, tuple(events), None, 0.0))
        if areas:
            self._waiting.append(AreasUnit(session_id, tuple(areas), 0.0))
        if len(self._waiting) >= UNITS_A_COMMIT:
            self.flush()

    def flush(self) -> None:
        """Commit what waits, then keep its heads outside the database."""
        if not self._waiting:
            return
        written = self._writer.commit(self._waiting, {})
        self._waiting = []
        for session_id, tail in written.tails.items():
            self._keeper.note(session_id, tail.head, 0.0, urgent=True)
        if written.audit is not None:
            self._keeper.note(AUDIT, written.audit, 0.0, urgent=True)
        self._keeper.write_due(0.0, everything=True)
