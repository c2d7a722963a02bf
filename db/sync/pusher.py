"""What of this console's record the clinic server does not hold yet, and the sending of it, a batch at a time.

Nothing of this is kept on the disk: how far the server is, the server knows best and is asked when it is first met.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Connection, select, text

from db import tables
from db.chunk_codec import BodyFault
from db.data_folder import DataFolder
from db.heads import Head
from db.session_store import SessionStore
from db.stored_rows import audit_tail, load_tail
from db.sync import patients
from db.sync import server_tables as server
from db.sync.consoles import NIL, console_id_of, refuse_other_clinic, register_again
from db.sync.local_chain import LocalChain, Marks, grown_since, newest_marks, session_ids
from db.sync.push import Pushed, Pushing
from db.sync.quarantine import Why
from db.sync.server_address import ClinicServer
from db.sync.server_link import ServerLink, ServerRefused

T = TypeVar("T")

log = logging.getLogger(__name__)

_AT_ONCE = 500
_TOPS = text(
    "SELECT i.session_id, e.seq, e.hash FROM unnest(CAST(:ids AS uuid[])) AS i (session_id) CROSS JOIN LATERAL "
    "(SELECT seq, hash FROM server_entry WHERE session_id = i.session_id ORDER BY seq DESC LIMIT 1) AS e")


@dataclass(slots=True)
class Told:
    """What people should know of the pushing; ``aside`` says why, by session."""

    entries: int = 0
    aside: dict[UUID, tuple[Why, str]] = field(default_factory=dict)
    damaged: dict[UUID, str] = field(default_factory=dict)
    refused: dict[UUID, str] = field(default_factory=dict)
    stale_patients: set[str] = field(default_factory=set)


def told_words(told: Told) -> tuple[str, ...]:
    """Say what people must look at, a sentence each."""
    words = [f"Session {one}: {said}; what is here was set aside on the server, and nothing was overwritten."
             for one, (_, said) in told.aside.items()]
    words += [f"Session {one} cannot be sent: its record here is damaged." for one in told.damaged]
    words += [f"Session {one} is not taken: {said}." for one, said in told.refused.items()]
    words += [f"Another console changed patient {one} too; theirs stands on the server."
              for one in sorted(told.stale_patients)]
    return tuple(words)


class Pusher:
    """Sends what waits; for one thread, with its own local store and its own link. ``close`` it when done."""

    def __init__(self, folder: DataFolder, known: ClinicServer, link: ServerLink) -> None:
        self._folder, self._known, self._link = folder, known, link
        self._store = SessionStore(folder)
        self._chain = LocalChain()
        self._pushing = Pushing(folder, known.clinic_key, self._chain)
        self._marks: Marks | None = None
        self._waiting: dict[UUID, None] = {}  # in order of arrival
        self._photos: list[str] = []
        self._photos_met: set[str] = set()
        self._erased: set[str] = set()
        self._begun: set[UUID] = set()
        self._aside_upto: dict[UUID, int] = {}
        self._audit: Head | None = None
        self.told = Told()

    @property
    def waiting(self) -> int:
        """Count the sessions and photos that wait."""
        return len(self._waiting) + len(self._photos)

    def close(self) -> None:
        """Close the local connection; the link is its owner's."""
        self._store.close()

    def count_waiting(self) -> int:
        """Ask the server how much waits, and send nothing."""
        with self._store.reading() as local:
            every = session_ids(local)
        for some in _in_parts(every):
            self._waiting.update(dict.fromkeys(self._behind(some)))
        self._compare_photos()
        return self.waiting

    def compare(self) -> None:
        """Ask the server how far it is with every session; ServerAway, ServerRefused or another OperatorError.

        Once that is known it takes in nothing but what is sent from here: later only those of this run are asked for.
        """
        with self._link.transaction() as connection:
            refuse_other_clinic(connection, self._known)
            register_again(connection, self._folder, "")
        if self._marks is not None:
            self._waiting.update(dict.fromkeys([*self._begun, *self.told.refused]))
            return
        with self._store.reading() as local:
            marks, every = newest_marks(local), session_ids(local)
        for some in _in_parts(every):
            self._waiting.update(dict.fromkeys(self._behind(some)))
        self._compare_photos()
        self._erased.clear()
        self._push_erasures()
        self._marks = marks

    def look(self) -> None:
        """Note which sessions grew since the last look."""
        if self._marks is None:
            self.compare()
            return
        with self._store.reading() as local:
            grown = grown_since(local, self._marks)
            if grown:
                self._meet(_photo_ids(local, grown))
        self._waiting.update(dict.fromkeys(sorted(grown)))

    def push_some(self) -> bool:
        """Send one batch; False where nothing waits. ServerAway or ServerRefused where it could not be sent."""
        if self._waiting:
            self._push_session(next(iter(self._waiting)))
            return True
        if self._photos:
            with self._store.reading() as local, self._link.transaction() as connection:
                self._pushing.push_photo(connection, local, self._photos[0])
            self._photos.pop(0)
            return True
        self._chain.forget()
        return False

    def push_audit_head(self) -> None:
        """Send how far the audit chain reaches, where that changed; and erasures of since."""
        with self._store.reading() as local:
            head = audit_tail(local)
        if head.seq and head != self._audit:
            with self._link.transaction() as connection:
                self._pushing.push_head(connection, NIL, head)
            self._push_erasures()
            self._audit = head

    # --- parts ------------------------------------------------------------------------------------------

    def _push_session(self, session_id: UUID) -> None:
        first = session_id not in self._begun
        try:
            with self._store.reading() as local, self._link.transaction() as connection:
                done = self._pushing.push(connection, local, session_id, first=first,
                                          aside_upto=self._aside_upto.get(session_id, 0))
        except (BodyFault, ValueError, TypeError) as fault:
            log.error("session %s was not pushed: its record here is damaged", session_id)
            self.told.damaged[session_id] = str(fault)
            self._waiting.pop(session_id)
            return
        except ServerRefused as refused:  # the others go on; it is tried again with the next connection
            log.critical("session %s is not taken by the clinic server", session_id)
            self.told.refused[session_id] = refused.happened
            self._waiting.pop(session_id)
            return
        self.told.refused.pop(session_id, None)
        self._begun.add(session_id)
        self._note(session_id, done)
        if not done.entries:
            self._waiting.pop(session_id)

    def _note(self, session_id: UUID, done: Pushed) -> None:
        if done.stale_patient:
            self.told.stale_patients.add(done.stale_patient)
        if done.aside is None:
            self.told.entries += done.entries
            self.told.aside.pop(session_id, None)
            return
        if session_id not in self.told.aside:
            log.critical("session %s is not taken by the clinic server: %s", session_id, done.said)
        self.told.aside[session_id] = (done.aside, done.said)
        self._aside_upto[session_id] = max(done.upto, self._aside_upto.get(session_id, 0))

    def _behind(self, some: Sequence[UUID]) -> list[UUID]:
        with self._link.transaction() as connection:
            tops = {row.session_id: Head(row.seq, row.hash) for row in connection.execute(_TOPS, {"ids": list(some)})}
        with self._store.reading() as local:
            return [one for one in some if tops.get(one) != load_tail(local, one)]

    def _compare_photos(self) -> None:
        with self._store.reading() as local:
            here = list(local.execute(select(tables.photo.c.photo_id)).scalars())
        there = server.photo.c.photo_id
        for some in _in_parts(here):
            with self._link.transaction() as connection:
                known = set(connection.execute(select(there).where(there.in_(some))).scalars())
            self._photos_met |= known
            self._meet(some)

    def _meet(self, photo_ids: Sequence[str]) -> None:
        self._photos += [one for one in photo_ids if one not in self._photos_met]
        self._photos_met.update(photo_ids)

    def _push_erasures(self) -> None:
        with self._store.reading() as local:
            gone = {one: _sessions_of(local, one) for one in local.execute(
                select(tables.erasure.c.patient_id).where(tables.erasure.c.patient_id != "")).scalars()}
        for patient_id, sessions in gone.items():
            if patient_id in self._erased:
                continue
            with self._link.transaction() as connection:
                patients.erase(connection, console_id_of(self._folder), patient_id, sessions)
            self._erased.add(patient_id)


def _sessions_of(local: Connection, patient_id: str) -> list[UUID]:
    lies = tables.sealed_session
    return list(local.execute(select(lies.c.session_id).where(lies.c.patient_id == patient_id)).scalars())


def _photo_ids(local: Connection, grown: set[UUID]) -> list[str]:
    kept = tables.photo
    return list(local.execute(select(kept.c.photo_id).where(kept.c.session_id.in_(map(str, grown)))).scalars())


def _in_parts(every: Sequence[T]) -> Iterator[Sequence[T]]:
    for begin in range(0, len(every), _AT_ONCE):
        yield every[begin : begin + _AT_ONCE]
