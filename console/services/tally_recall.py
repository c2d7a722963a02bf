"""Reading what is stored of a session for its live figures, off the desk's thread."""

import logging
from collections.abc import Callable, Sequence
from uuid import UUID

from console.domain.ports import SessionReader, StoredRun
from console.services.query_thread import QueryThread
from console.services.sample_table import SampleTable, build_table

Recall = Callable[[UUID, Sequence[StoredRun], Callable[[SampleTable], None]], None]

log = logging.getLogger("console.tally")


def recall_at_once(reader: SessionReader) -> Recall:
    """Read on the calling thread."""

    def recall(session_id: UUID, runs: Sequence[StoredRun], take: Callable[[SampleTable], None]) -> None:
        take(stored_table(reader, session_id, runs))

    return recall


def recall_later(queries: QueryThread, reader: SessionReader) -> Recall:
    """Read on the query thread, whose reader this is; the table comes in a later frame."""

    def recall(session_id: UUID, runs: Sequence[StoredRun], take: Callable[[SampleTable], None]) -> None:
        queries.ask(lambda: stored_table(reader, session_id, runs), take, _log_unread)

    return recall


def stored_table(reader: SessionReader, session_id: UUID, runs: Sequence[StoredRun]) -> SampleTable:
    """Give the samples of the chunks that lie within ``runs``; those stored since are left out."""

    def lies_within(serial: str, boot_id: int, index: int) -> bool:
        return any((run.pen_serial, run.boot_id) == (serial, boot_id) and run.first_index <= index < run.end_index
                   for run in runs)

    stored = reader.chunks(session_id) if runs else []
    return build_table([one for one in stored
                        if lies_within(one.head.pen_serial, one.head.boot_id, one.head.first_index)])


def _log_unread(error: BaseException) -> None:
    log.error("the stored samples could not be read; live figures stay unknown", exc_info=error)
