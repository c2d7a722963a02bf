"""What tests of the store share: a clock that stands still, batches, events, folders."""

import dataclasses
import hashlib
from pathlib import Path
from uuid import UUID

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import select

from console.domain.ports import AreaSummary, SessionRow, StoredEvent
from console.domain.session_events import BenchBegan, BenchEnded, Payload, SessionEvent, SessionOpened
from console.domain.telemetry import Batch
from console.services.ids import new_id
from db import tables
from db.data_folder import BENCH, DataFolder, create_folder
from db.recorder_thread import RecorderThread
from db.session_store import SessionStore

START_US = 1_763_000_000_000_000
PERIOD_US = 4_000


class StillClock:
    """A clock that moves only when told to."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def utc_us(self) -> int:
        return START_US + round(self.now_s * 1_000_000)

    def monotonic_s(self) -> float:
        return self.now_s

    def advance(self, seconds: float) -> None:
        self.now_s += seconds


def bench_folder(path: Path) -> DataFolder:
    """Make a bench folder, opened for writing."""
    return create_folder(path, BENCH, StillClock())


def batch(
    first_index: int, count: int, *, boot_id: int = 7, serial: str = "PEN-1", resent: bool = False,
    late_us: int = 0, period_us: int = PERIOD_US,
) -> Batch:
    """Give a batch whose bytes depend on boot and index, so that order can be checked."""
    samples = b"".join(
        hashlib.sha256(f"{boot_id}/{index}".encode()).digest()[:10]
        for index in range(first_index, first_index + count)
    )
    pen_us = first_index * period_us + late_us
    return Batch(
        serial, boot_id, first_index, count, period_us, pen_us, START_US + pen_us, 0.0, samples, resent
    )


def event(what: Payload, at_us: int = START_US, actor_id: str = "PR-02") -> SessionEvent:
    return SessionEvent(at_us, actor_id, what)


def opened(patient_id: str = "P-0001") -> SessionOpened:
    return SessionOpened("treatment", patient_id, 40, "III", "C-1", 1, 4, "Room 2", "S1", "PR-02")


def begin(recorder: RecorderThread, at_us: int = START_US) -> UUID:
    """Begin a bench session."""
    session_id = new_id()
    recorder.append(session_id, [event(BenchBegan("port", 10), at_us)])
    return session_id


def end(recorder: RecorderThread, session_id: UUID) -> int:
    return recorder.append(session_id, [event(BenchEnded(0, 0, 0, 0, 0))])


def summary(session_id: UUID, story: list[StoredEvent], samples: int, head: bytes) -> SessionRow:
    """A plain line of the list, made without the treatment's rules."""
    first = story[0].event
    what = first.what
    patient_id = what.patient_id if isinstance(what, SessionOpened) else ""
    closed = isinstance(story[-1].event.what, BenchEnded)
    return SessionRow(
        session_id, "treatment" if patient_id else "bench", "sealed" if closed else "open",
        "finished" if closed else "", "needling", first.at_us, None, patient_id, first.actor_id, "Room 2", "face",
        "Rejuvenation", "scars", 1, 4, 2, 1, 60, None, 0, 0, samples, 0, "PEN-1", ("LOT-9",), "bench", head,
    )


def stored_areas(store: SessionStore, session_id: UUID) -> list[AreaSummary]:
    """Give the stored figures of a session's areas, in the plan's order."""
    area = tables.area_summary
    wanted = select(area).where(area.c.session_id == session_id).order_by(area.c.place)
    names = [field.name for field in dataclasses.fields(AreaSummary)]
    with store.reading() as connection:
        return [AreaSummary(**{name: getattr(row, name) for name in names}) for row in connection.execute(wanted)]


def raw_connection(folder: DataFolder):
    """Open the database as somebody who holds the key and minds no rule."""
    connection = sqlcipher.connect(str(folder.database_path), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{folder.keys.database.hex()}'\"")
    connection.execute("SELECT count(*) FROM sqlite_master")
    return connection


def without_guards(folder: DataFolder):
    """The same, after dropping every trigger."""
    connection = raw_connection(folder)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    return connection
