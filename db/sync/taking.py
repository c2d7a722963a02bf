"""Takes a session to this console: its record as far as the server holds it, then the lease, then what came between.

In that order nothing is lost by a fault on the way: the former holder goes on until the lease moved, and once it
moved its entries are refused, so that the second fetch brings the last of them.
"""

from dataclasses import dataclass
from uuid import UUID

from console.domain.clock import Clock
from db.data_folder import DataFolder
from db.recorder_thread import RecorderThread
from db.sync.consoles import console_id_of
from db.sync.fetch import fetch_session
from db.sync.lease import lease_of, take, take_over
from db.sync.server_address import ClinicServer
from db.sync.server_link import ServerLink


@dataclass(frozen=True, slots=True)
class Taking:
    """What a console takes sessions by; ``link`` belongs to the thread that calls."""

    folder: DataFolder
    recorder: RecorderThread
    known: ClinicServer
    clock: Clock

    def take(self, link: ServerLink, session_id: UUID, actor_id: str, seen: int, reason: str) -> int:
        """Take a session, from another console where one holds it; give the lease's number.

        StaleLease where the lease is not the one ``seen`` any more; OperatorError where the record cannot be brought.
        """
        self.fetch(link, session_id, actor_id)
        console_id = console_id_of(self.folder)
        with link.transaction() as connection:
            now = lease_of(connection, session_id)
            if now is None or not now.held or now.console_id == console_id:
                number = take(connection, session_id, console_id, actor_id).number
            else:
                number = take_over(
                    connection, self.known.clinic_key, session_id, console_id, actor_id, seen, reason).number
        self.fetch(link, session_id, actor_id)
        return number

    def fetch(self, link: ServerLink, session_id: UUID, actor_id: str) -> int:
        """Bring what the server holds of a session beyond what is here; give how many entries came."""
        return fetch_session(self.folder, self.recorder, link, self.known, session_id, actor_id,
                             self.clock.utc_us()).entries
