"""The leases as this console last heard of them, and its asking for others'. Implements ``clinic_ports.Leases``."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Connection, select

from console.domain.clinic_ports import LeaseView, TakenOrNot
from console.domain.leases import Lease
from db.session_store import SessionStore
from db.sync import server_tables as server
from db.sync.consoles import console_id_of
from db.sync.lease_round import NotedActs, closed_here, lease_round
from db.sync.server_link import ServerLink
from db.sync.taking import Taking

if TYPE_CHECKING:
    from db.sync.outbox import SyncThread


class LeaseBook:
    """Made before the sync thread, which then makes its rounds; ``close`` it when the thread has ended."""

    def __init__(self, taking: Taking) -> None:
        self._taking, self._console_id = taking, console_id_of(taking.folder)
        self._store = SessionStore(taking.folder)
        self._notes: NotedActs | None = None  # read by the first round: the whole audit is looked through
        self._sync: SyncThread | None = None
        open_here = self._store.open_sessions()
        with self._store.reading() as local:
            known = NotedActs(local, open_here)
        self._view = LeaseView(self._console_id, lost=known.lost, reasons=known.reasons)

    def ask_by(self, sync: "SyncThread") -> None:
        """Ask by this thread from now on."""
        self._sync = sync

    def close(self) -> None:
        """Close the local connection."""
        self._store.close()

    def view(self) -> LeaseView:
        """Give the view of now; a new one takes its place whole."""
        return self._view

    def take_over(self, seen: Lease, actor_id: str, reason: str, done: TakenOrNot) -> None:
        """Take a session over on the sync thread, and look at the leases anew."""

        def work(link: ServerLink) -> None:
            self._taking.take(link, seen.session_id, actor_id, seen.number, reason)
            self._look(link)

        self._ask(work, done)

    def fetch(self, session_id: UUID, actor_id: str, done: TakenOrNot) -> None:
        """Bring a session's record here on the sync thread."""
        self._ask(lambda link: self._taking.fetch(link, session_id, actor_id), done)

    def make_round(self, connection: Connection) -> None:
        """Make a round, in a transaction of the server: for the sync thread."""
        notes = self._notes = self._notes or self._read_notes()
        heard = lease_round(connection, self._closed, self._taking.known.clinic_key, self._console_id, notes,
                            self._taking.recorder.audit)
        self._view = LeaseView(
            self._console_id, {one.session_id: one for one in heard.leases}, notes.lost, notes.reasons,
            patients_of(connection, [one.session_id for one in heard.leases]), heard.now_us)

    def _read_notes(self) -> NotedActs:
        with self._store.reading() as local:
            return NotedActs(local)

    def _closed(self, session_ids: Sequence[UUID]) -> set[UUID]:
        with self._store.reading() as local:  # for this alone: a fault of the server is no fault of the record
            return closed_here(local, session_ids)

    def _look(self, link: ServerLink) -> None:
        with link.transaction() as connection:
            self.make_round(connection)

    def _ask(self, work: Callable[[ServerLink], Any], done: TakenOrNot) -> None:
        assert self._sync is not None
        self._sync.ask(work, lambda _, failed: done(failed))


def patients_of(connection: Connection, session_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Give whose sessions they are, as far as the server holds them."""
    table = server.session
    return {row.session_id: row.patient_id for row in connection.execute(
        select(table.c.session_id, table.c.patient_id).where(table.c.session_id.in_(session_ids)))}
