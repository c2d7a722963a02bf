"""Consoles of one clinic on a real server, each with a folder, a recorder and a link of its own."""

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from store_kit import StillClock, batch, event, opened, summary

from console.domain.people import Patient
from console.domain.session_events import BenchBegan, Payload
from console.services.ids import new_id
from db.data_folder import BENCH, DataFolder, create_folder, open_folder
from db.recorder_thread import RecorderThread
from db.registry import ClinicRegistry
from db.session_store import SessionStore
from db.stored_rows import hash_at, load_tail
from db.sync import server_tables as server
from db.sync.clinic_key import invitation
from db.sync.consoles import console_id_of, found_clinic, join_clinic
from db.sync.lease import lease_of, take_over
from db.sync.pusher import Pusher
from db.sync.server_address import ClinicServer, ServerAddress
from db.sync.server_link import ServerLink


@dataclass
class Room:
    """A console that is joined to the clinic."""

    folder: DataFolder
    clock: StillClock
    recorder: RecorderThread
    store: SessionStore
    registry: ClinicRegistry
    link: ServerLink
    known: ClinicServer

    def session(self, patient_id: str = "", events: int = 3, chunks: int = 2) -> UUID:
        """Record a session, committed."""
        session_id = new_id()
        self.add(session_id, opened(patient_id) if patient_id else BenchBegan("port", 10))
        for number in range(chunks):
            self.recorder.add_samples(session_id, batch(number * 100, 100))
        self.add(session_id, *(BenchBegan(f"port {number}", 10) for number in range(events - 1)))
        return session_id

    def add(self, session_id: UUID, *what: Payload) -> None:
        """Add events to a session, committed."""
        self.recorder.append(session_id, [event(one) for one in what])
        assert self.recorder.synchronise(10)

    def register(self, patient_id: str, name: str) -> None:
        """Enter a patient."""
        self.registry.save_patient(Patient(patient_id, name, "1980-01-01", "II", "030 1", "en", "", ""), "PR-02")

    def take_over(self, session_id: UUID) -> None:
        """Take a session over from the other console."""
        with self.link.transaction() as connection:
            seen = lease_of(connection, session_id)
            assert seen is not None
            take_over(connection, self.known.clinic_key, session_id, console_id_of(self.folder), "PR-02", seen.number,
                      "the other room is needed")

    def push(self) -> Pusher:
        """Compare and send all; give the pusher with what it tells."""
        pusher = Pusher(self.folder, self.known, self.link)
        try:
            pusher.compare()
            while pusher.push_some():
                pass
            pusher.push_audit_head()
        finally:
            pusher.close()
        return pusher

    def close(self) -> None:
        """End it; the folder can be opened again."""
        self.link.close()
        self.store.close()
        self.recorder.stop(10)
        self.folder.close()


@contextmanager
def rooms(place: Path, address: ServerAddress, count: int = 2) -> Iterator[list[Room]]:
    """Found a clinic of so many consoles."""
    made: list[Room] = []
    try:
        for number in range(count):
            folder = open_folder(shutil.copytree(_empty_folder(number), place / f"room-{number + 1}"), writing=True)
            link, name = ServerLink(address, ""), f"Room {number + 1}"
            if made:
                text, code = invitation(made[0].known.clinic_id, made[0].known.clinic_key)
                known = join_clinic(folder, link, address, "", name, text, code)
            else:
                known = found_clinic(folder, link, address, "", name)
            made.append(_at_work(folder, link, known))
        yield made
    finally:
        for room in made:
            room.close()


@cache
def _empty_folder(number: int) -> Path:
    """Make a room's empty folder once: each test takes a copy, which is quicker than its migrations."""
    kept = Path(tempfile.mkdtemp(prefix="room-"))
    atexit.register(shutil.rmtree, kept, ignore_errors=True)
    create_folder(kept / "folder", BENCH, StillClock()).close()
    return kept / "folder"


def reopened(room: Room) -> Room:
    """Open a closed room's folder again, as after a start."""
    return _at_work(open_folder(room.folder.path, writing=True), ServerLink(room.known.address, ""), room.known)


def hashes(link: ServerLink, session_id: UUID) -> list[bytes]:
    """Give the chain the server holds."""
    with link.transaction() as connection:
        return list(connection.execute(select(server.entry.c.hash).where(
            server.entry.c.session_id == session_id).order_by(server.entry.c.seq)).scalars())


def local_hashes(room: Room, session_id: UUID) -> list[bytes | None]:
    """Give the chain a console holds."""
    with room.store.reading() as connection:
        top = load_tail(connection, session_id).seq
        return [hash_at(connection, session_id, seq) for seq in range(1, top + 1)]


def _at_work(folder: DataFolder, link: ServerLink, known: ClinicServer) -> Room:
    clock = StillClock()
    recorder = RecorderThread(folder, clock, summary)
    recorder.start()
    store = SessionStore(folder)
    return Room(folder, clock, recorder, store, ClinicRegistry(store, recorder, clock), link, known)
