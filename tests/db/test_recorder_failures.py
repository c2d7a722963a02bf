"""When the database refuses: nothing is lost, nothing is called saved, and it is said at once."""

import errno
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine, select
from sqlalchemy import event as sql_event
from store_kit import START_US, StillClock, batch, begin, event, raw_connection

from console.domain.errors import OperatorError
from console.domain.session_events import MarkSet
from console.domain.telemetry import GapCause
from console.services.clocks import SystemClock
from console.services.pen_memory import SERIAL_SETTING, PenMemory
from db.data_folder import DataFolder
from db.head_keeper import HeadKeeper
from db.heads import AUDIT, Head, HeadFiles
from db.recorder_thread import RecorderThread
from db.registry import ClinicRegistry
from db.session_store import SessionStore
from db.spill import SpillFile
from db.tables import audit_entry
from db.verify import verify_folder

PAUSE = threading.Event()


@dataclass(slots=True)
class TightFolder(DataFolder):
    """A folder whose disk can be full: SQLite answers as it does when there is no room."""

    most_pages: list[int] = field(default_factory=lambda: [1_000_000])

    def writer_engine(self) -> Engine:
        engine = DataFolder.writer_engine(self)

        @sql_event.listens_for(engine, "connect")
        def _limit(connection, _) -> None:  # type: ignore[no-untyped-def]
            connection.execute(f"PRAGMA max_page_count = {self.most_pages[0]}")

        return engine

    def fill(self, recorder: RecorderThread) -> None:
        """Leave no page free from the next connection on; a refused commit opens one."""
        connection = raw_connection(self)
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.close()
        self.most_pages[0] = pages
        held = recorder._writer._connection.connection.dbapi_connection  # type: ignore[union-attr]
        held.execute(f"PRAGMA max_page_count = {pages}")

    def free(self) -> None:
        self.most_pages[0] = 1_000_000


def until(said: Callable[[], bool]) -> None:
    """Wait for something the recorder thread will do."""
    for _ in range(2_000):
        if said():
            return
        PAUSE.wait(0.005)
    raise AssertionError("it never came to be")


@pytest.fixture
def tight(folder: DataFolder) -> TightFolder:
    return TightFolder(folder.path, folder.kind, folder.folder_id, folder.keys)


@pytest.fixture
def store(folder: DataFolder) -> Iterator[SessionStore]:
    reader = SessionStore(folder)
    yield reader
    reader.close()


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    """The refusals logged here are meant."""


def refuse_spill(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let neither a spill file nor the reserve take anything more."""

    def append(self: SpillFile, facts: object, samples: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(SpillFile, "append", append)


def fill_up(tight: TightFolder, recorder: RecorderThread, session_id: UUID, first: int = 0) -> int:
    """Send samples until the disk is full; give the next index."""
    tight.fill(recorder)
    while not recorder.state().failing:
        recorder.add_samples(session_id, batch(first, 125))
        first += 125
        PAUSE.wait(0.001)
    return first


def test_a_full_disk_loses_nothing_and_is_said(tight: TightFolder, store: SessionStore) -> None:
    recorder = RecorderThread(tight, SystemClock())
    recorder.start()
    session_id = begin(recorder)
    assert recorder.synchronise(10)
    first = fill_up(tight, recorder, session_id)
    ticket = recorder.append(session_id, [event(MarkSet("a", "while full"))])
    recorder.add_samples(session_id, batch(first, 125))
    assert not recorder.synchronise(0.1)
    until(lambda: recorder.state().spilling)
    state = recorder.state()
    assert "the disk is full" in state.failing
    assert "nothing is lost" in state.failing
    assert state.saved_ticket < ticket == state.issued_ticket
    assert state.held_samples >= 125
    assert state.oldest_waiting_s > 0
    tight.free()
    assert recorder.synchronise(10)
    assert recorder.state().failing == ""
    assert not recorder.state().spilling
    assert recorder.state().held_samples == 0
    assert recorder.stop(10)
    raw = b"".join(chunk.samples for chunk in store.chunks(session_id))
    assert raw == batch(0, first + 125).samples
    assert [stored.event.what.kind for stored in store.events(session_id)] == ["bench_began", "mark_set"]
    assert verify_folder(tight) == []
    assert list(tight.spill_path.glob("*.spill")) == []


def test_what_spilled_is_folded_in_by_the_next_start(tight: TightFolder, store: SessionStore) -> None:
    recorder = RecorderThread(tight, SystemClock())
    recorder.start()
    session_id = begin(recorder)
    assert recorder.synchronise(10)
    first = fill_up(tight, recorder, session_id)
    recorder.append(session_id, [event(MarkSet("a", "spilled")), event(MarkSet("b", "spilled"))])
    recorder.audit("PR-02", "read", "P-0001")
    assert not recorder.stop(0.3)
    assert len(list(tight.spill_path.glob("*.spill"))) == 1
    tight.free()
    again = RecorderThread(tight, SystemClock())
    again.start()
    again.append(session_id, [event(MarkSet("c", "afterwards"))])
    assert again.stop(10)
    assert b"".join(chunk.samples for chunk in store.chunks(session_id)) == batch(0, first).samples
    texts = [stored.event.what.area_id for stored in store.events(session_id)[1:]]  # type: ignore[attr-defined]
    assert texts == ["a", "b", "c"]
    assert verify_folder(tight) == []
    with store.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM audit_entry WHERE action = 'read'").scalar() == 1
    assert list(tight.spill_path.glob("*.spill")) == []


def test_a_spill_file_that_was_folded_already_is_not_folded_twice(
    folder: DataFolder, clock: StillClock, store: SessionStore
) -> None:
    spill = SpillFile.create(folder.spill_path, folder.keys.spill)
    session_id = spill.spill_id
    for n in range(3):
        spill.append({
            "type": "events", "session_id": str(session_id),
            "events": [[START_US, "PR-02", "mark_set", {"area_id": "a", "text": str(n)}]],
        }, b"")
    spill.close()
    kept = spill.path.read_bytes()
    for _ in range(2):  # the second time as after a kill between commit and deletion
        recorder = RecorderThread(folder, clock)
        recorder.start()
        assert recorder.stop(10)
        assert not spill.path.exists()
        assert [stored.event.what.text for stored in store.events(session_id)] == ["0", "1", "2"]  # type: ignore[attr-defined]
        spill.path.write_bytes(kept)


def test_a_torn_spill_record_is_left_out(folder: DataFolder, clock: StillClock, store: SessionStore) -> None:
    spill = SpillFile.create(folder.spill_path, folder.keys.spill)
    session_id = spill.spill_id
    for n in range(2):
        spill.append({
            "type": "events", "session_id": str(session_id),
            "events": [[START_US, "PR-02", "mark_set", {"area_id": "a", "text": str(n)}]],
        }, b"")
    spill.close()
    spill.path.write_bytes(spill.path.read_bytes()[:-5])
    (folder.spill_path / "strange.spill").write_bytes(b"something else")
    recorder = RecorderThread(folder, clock)
    recorder.start()
    assert recorder.stop(10)
    assert len(store.events(session_id)) == 1
    assert (folder.spill_path / "strange.spill").read_bytes() == b"something else"


def test_beyond_the_memory_limit_samples_lie_in_the_spill_file_only(
    tight: TightFolder, store: SessionStore
) -> None:
    recorder = RecorderThread(tight, SystemClock(), memory_samples=500)
    recorder.start()
    session_id = begin(recorder)
    assert recorder.synchronise(10)
    first = fill_up(tight, recorder, session_id)
    for _ in range(40):
        recorder.add_samples(session_id, batch(first, 125))
        first += 125
    until(lambda: recorder._backlog._in_memory <= 500 and recorder.state().spilling)
    assert recorder.state().held_samples > 500
    tight.free()
    assert recorder.synchronise(10)
    assert recorder.stop(10)
    assert b"".join(chunk.samples for chunk in store.chunks(session_id)) == batch(0, first).samples
    assert recorder.take_unsaved() == []


def test_only_when_the_spill_file_fails_too_is_there_a_gap(
    tight: TightFolder, store: SessionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = RecorderThread(tight, SystemClock(), memory_samples=500)
    recorder.start()
    session_id = begin(recorder)
    assert recorder.synchronise(10)
    refuse_spill(monkeypatch)
    first = fill_up(tight, recorder, session_id)
    for _ in range(20):
        recorder.add_samples(session_id, batch(first, 125))
        first += 125
    ticket = recorder.append(session_id, [event(MarkSet("a", "kept in memory"))])
    until(lambda: 0 < recorder.state().held_samples <= 500)
    until(lambda: "samples are being lost" in recorder.state().failing)
    gaps = recorder.take_unsaved()
    assert gaps and all(gap.cause is GapCause.NOT_SAVED for _, gap in gaps)
    assert recorder.take_unsaved() == []
    monkeypatch.undo()
    tight.free()
    assert recorder.synchronise(10)
    assert recorder.state().saved_ticket == ticket
    assert recorder.stop(10)
    saved = {index for chunk in store.chunks(session_id)
             for index in range(chunk.head.first_index, chunk.head.first_index + chunk.head.count)}
    missing = {index for _, gap in gaps for index in range(gap.first_index, gap.first_index + gap.count)}
    assert saved | missing == set(range(first))
    assert not saved & missing


def test_what_neither_disk_nor_spill_file_took_is_named_at_the_end(
    tight: TightFolder, store: SessionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = RecorderThread(tight, SystemClock())
    recorder.start()
    session_id = begin(recorder)
    assert recorder.synchronise(10)
    refuse_spill(monkeypatch)
    first = fill_up(tight, recorder, session_id)
    assert not recorder.stop(0.3)
    gaps = [gap for _, gap in recorder.take_unsaved()]
    missing = [index for gap in gaps for index in range(gap.first_index, gap.first_index + gap.count)]
    saved = sum(chunk.head.count for chunk in store.chunks(session_id))
    assert missing == list(range(saved, first))
    assert recorder.state().held_samples == 0
    assert recorder.state().samples_saved == saved


def test_on_a_disk_that_stays_full_the_reserve_keeps_what_comes(
    tight: TightFolder, store: SessionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = RecorderThread(tight, SystemClock(), reserve_bytes=400_000)
    recorder.start()
    session_id = begin(recorder)
    assert recorder.synchronise(10)
    until(lambda: len(list(tight.spill_path.glob("*.reserve"))) == 1)

    def no_room(folder: Path, key: bytes) -> SpillFile:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(SpillFile, "create", no_room)
    first = fill_up(tight, recorder, session_id)
    recorder.append(session_id, [event(MarkSet("a", "on the full disk"))])
    assert not recorder.stop(0.3)
    assert recorder.take_unsaved() == []
    spilled, = tight.spill_path.iterdir()
    assert spilled.suffix == ".spill" and spilled.stat().st_size > 400_000, "no room was taken but what was reserved"
    monkeypatch.undo()
    tight.free()
    again = RecorderThread(tight, SystemClock())
    again.start()
    assert again.stop(10)
    assert b"".join(chunk.samples for chunk in store.chunks(session_id)) == batch(0, first).samples
    assert [stored.event.what.kind for stored in store.events(session_id)] == ["bench_began", "mark_set"]
    assert verify_folder(tight) == []
    assert not spilled.exists()


def test_a_reserve_outlasts_a_run_and_is_found_under_its_first_name_too(
    folder: DataFolder, clock: StillClock, store: SessionStore
) -> None:
    reserve = SpillFile.create_reserve(folder.spill_path, folder.keys.spill, 300_000)
    again = RecorderThread(folder, clock)
    again.start()
    begin(again)
    assert again.stop(10)
    assert [path.name for path in folder.spill_path.iterdir()] == [reserve.path.name]
    reserve.append({
        "type": "events", "session_id": str(reserve.spill_id),
        "events": [[START_US, "PR-02", "mark_set", {"area_id": "a", "text": "before a rename"}]],
    }, b"")
    reserve.close()
    last = RecorderThread(folder, clock)
    last.start()
    assert last.stop(10)
    assert len(store.events(reserve.spill_id)) == 1
    assert not reserve.path.exists()


LOCKER = """
import sys
import sqlcipher3.dbapi2 as sqlcipher
connection = sqlcipher.connect(sys.argv[1], isolation_level=None)
connection.execute(f"PRAGMA key = \\"x'{sys.argv[2]}'\\"")
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
"""


def test_a_foreign_lock_is_said_and_waited_out(folder: DataFolder, store: SessionStore) -> None:
    recorder = RecorderThread(folder, SystemClock())
    recorder.start()
    session_id = begin(recorder)
    assert recorder.synchronise(10)
    with subprocess.Popen(
        [sys.executable, "-c", LOCKER, str(folder.database_path), folder.keys.database.hex()],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as locker:
        assert locker.stdout is not None
        assert locker.stdout.readline() == "locked\n"
        recorder.append(session_id, [event(MarkSet("a", "behind the lock"))])
        until(lambda: "another program has locked" in recorder.state().failing)
        until(lambda: recorder.state().spilling)
        assert not recorder.state().all_saved
        assert len(store.events(session_id)) == 1
        with pytest.raises(OperatorError, match="not confirmed as saved"):
            recorder.write(lambda _: None, timeout_s=3600)  # refused at once: whoever waits may be the screen
        assert locker.stdin is not None
        locker.stdin.close()
    assert recorder.synchronise(10)
    assert recorder.state().failing == ""
    assert recorder.stop(10)
    assert len(store.events(session_id)) == 2
    assert verify_folder(folder) == []


def test_what_is_remembered_by_the_way_waits_for_no_lock(folder: DataFolder, store: SessionStore) -> None:
    recorder = RecorderThread(folder, SystemClock())
    registry, memory = ClinicRegistry(store, recorder, SystemClock()), PenMemory()
    recorder.start()
    begin(recorder)
    assert recorder.synchronise(10)
    memory.keep_in(registry)
    with subprocess.Popen(
        [sys.executable, "-c", LOCKER, str(folder.database_path), folder.keys.database.hex()],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as locker:
        assert locker.stdout is not None and locker.stdin is not None
        assert locker.stdout.readline() == "locked\n"
        memory.remember("B-9", "PR-02")  # a pen bound in the middle of a treatment: a refusal would be raised here
        assert registry.setting(SERIAL_SETTING) == ""
        locker.stdin.close()
    assert recorder.stop(10)
    assert registry.setting(SERIAL_SETTING) == "B-9"
    with store.reading() as connection:
        told = connection.execute(select(audit_entry.c.action).where(audit_entry.c.subject == SERIAL_SETTING)).all()
    assert told == [("save_setting",)] and verify_folder(folder) == []


def test_a_change_nobody_waited_for_is_logged_where_it_is_refused(
    folder: DataFolder, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(_: object) -> None:
        raise ValueError("Maren Aalto")

    recorder = RecorderThread(folder, SystemClock())
    recorder.start()
    recorder.write_later(refuse, ("PR-02", "save_setting", "pen", ""), str)
    assert recorder.stop(10)
    assert [one.getMessage() for one in caplog.records] == ["a change that nobody waited for was refused: ValueError"]
    caplog.clear()


def test_heads_that_cannot_be_written_are_said_and_written_later(folder: DataFolder, clock: StillClock) -> None:
    recorder = RecorderThread(folder, clock)
    recorder.start()
    session_id = begin(recorder)
    assert recorder.synchronise(10)
    kept = folder.path / "heads"
    kept.rename(folder.path / "away")
    ticket = recorder.append(session_id, [event(MarkSet("a", ""))])
    until(lambda: recorder.state().saved_ticket == ticket)
    clock.advance(1)
    until(lambda: "the record itself is saved" in recorder.state().failing)
    (folder.path / "away").rename(kept)
    clock.advance(5)
    until(lambda: recorder.state().failing == "")
    assert recorder.stop(10)
    head = folder.heads.read(session_id)
    assert head is not None and head.seq == 2


def test_a_commit_that_landed_although_refused_is_not_written_twice(
    folder: DataFolder, store: SessionStore
) -> None:
    refusing = [True]

    @dataclass(slots=True)
    class Doubtful(DataFolder):
        def writer_engine(self) -> Engine:
            engine = DataFolder.writer_engine(self)

            @sql_event.listens_for(engine, "commit")
            def _refuse(connection) -> None:  # type: ignore[no-untyped-def]
                written = connection.exec_driver_sql("SELECT count(*) FROM session_event").scalar()
                if refusing[0] and written:
                    refusing[0] = False
                    connection.connection.dbapi_connection.execute("COMMIT")
                    raise OSError(5, "Input/output error")

            return engine

    recorder = RecorderThread(Doubtful(folder.path, folder.kind, folder.folder_id, folder.keys), SystemClock())
    recorder.start()
    session_id = begin(recorder)
    recorder.add_samples(session_id, batch(0, 100))
    until(lambda: not refusing[0])
    assert recorder.synchronise(10)
    assert recorder.state().saved_ticket == 1
    assert recorder.stop(10)
    assert len(store.events(session_id)) == 1
    assert b"".join(chunk.samples for chunk in store.chunks(session_id)) == batch(0, 100).samples
    assert verify_folder(folder) == []


def test_a_commit_that_only_the_cache_may_hold_is_not_called_saved(
    folder: DataFolder, store: SessionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = threading.Event()

    @dataclass(slots=True)
    class Unsynced(DataFolder):
        def writer_engine(self) -> Engine:
            engine = DataFolder.writer_engine(self)

            @sql_event.listens_for(engine, "commit")
            def _refuse(connection) -> None:  # type: ignore[no-untyped-def]
                if not refused.is_set() and connection.exec_driver_sql("SELECT count(*) FROM session_event").scalar():
                    refused.set()
                    connection.connection.dbapi_connection.execute("COMMIT")
                    raise OSError(5, "Input/output error")

            return engine

    looking = raw_connection(folder)
    looking.execute("BEGIN")
    looking.execute("SELECT count(*) FROM session_event").fetchone()  # keeps the log from being moved
    recorder = RecorderThread(Unsynced(folder.path, folder.kind, folder.folder_id, folder.keys), SystemClock())
    recorder.start()
    begin(recorder)
    until(lambda: "not yet known to be on the disk" in recorder.state().failing)
    assert not recorder.state().all_saved
    looking.execute("ROLLBACK")
    looking.close()
    assert recorder.synchronise(10)
    assert recorder.state().all_saved and recorder.state().failing == ""
    assert recorder.stop(10)
    assert verify_folder(folder) == []


WRITER = """
import sys
from pathlib import Path
from store_kit import batch, begin, event
from console.domain.session_events import MarkSet
from console.services.clocks import SystemClock
from db.data_folder import BENCH, open_or_create_folder
from db.recorder_thread import RecorderThread

def saved(tickets):
    for ticket, session_id, seq in tickets:
        sys.stdout.write(f"{session_id} {seq}\\n")
    sys.stdout.flush()

folder = open_or_create_folder(Path(sys.argv[1]), BENCH, SystemClock())
recorder = RecorderThread(folder, SystemClock(), on_commit=saved)
recorder.start()
session_id, first, n = begin(recorder), 0, 0
while True:
    recorder.add_samples(session_id, batch(first, 25))
    first, n = first + 25, n + 1
    recorder.append(session_id, [event(MarkSet("a", str(n)))])
    while recorder.state().issued_ticket - recorder.state().saved_ticket > 20:
        pass
"""


def test_kill_at_any_moment_loses_nothing_that_was_called_saved(tmp_path: Path) -> None:
    place = tmp_path / "killed"
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": f"{root}{os.pathsep}{root / 'tests' / 'support'}"}
    acked: dict[UUID, int] = {}
    for round_number in range(12):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(place)], stdout=subprocess.PIPE, text=True, env=environment
        ) as writer:
            assert writer.stdout is not None
            lines = [writer.stdout.readline() for _ in range(1 + 7 * round_number % 23)]
            PAUSE.wait(0.0013 * round_number)
            writer.kill()
            lines += writer.stdout.read().splitlines(keepends=True)
        for line in lines:
            if line.endswith("\n"):
                name, seq = line.split()
                acked[UUID(name)] = int(seq)
    from db.data_folder import open_folder

    folder = open_folder(place, writing=True)
    assert len(acked) == 12
    assert verify_folder(folder) == []
    store = SessionStore(folder)
    for session_id, seq in acked.items():
        stored = store.events(session_id)
        assert stored[-1].seq >= seq
        raw = b"".join(chunk.samples for chunk in store.chunks(session_id))
        assert raw == batch(0, len(raw) // 10).samples
    store.close()
    folder.close()


def test_heads_that_stay_unwritable_are_logged_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    keeper = HeadKeeper(HeadFiles(tmp_path / "nowhere", bytes(32)))
    keeper.note(AUDIT, Head(1, bytes(32)), 0.0, urgent=True)
    for now_s in (1.0, 3.0, 5.0):
        keeper.write_due(now_s)
    assert keeper.waiting and "cannot be written" in keeper.failing
    assert len(caplog.records) == 1


def test_a_thread_whose_write_waits_may_live_on_and_gets_its_answer(folder: DataFolder, store: SessionStore) -> None:
    recorder, held, lived = RecorderThread(folder, SystemClock()), threading.Event(), []
    recorder.start()

    def live(waited_s: float) -> bool:
        lived.append((threading.current_thread().name, waited_s))
        if len(lived) == 5:
            held.set()
        return False

    def hold(_connection: object) -> str:
        assert held.wait(30)
        return ""

    recorder.write_later(hold, ("PR-02", "held", "", ""), str)
    recorder.live_on_by(live)
    ClinicRegistry(store, recorder, SystemClock()).save_setting("room", "Room 3", "PR-02")
    assert [one for one, _ in lived[:5]] == ["MainThread"] * 5 and lived[0][1] < lived[4][1]
    assert ClinicRegistry(store, recorder, SystemClock()).setting("room") == "Room 3"
    held.clear()
    recorder.live_on_by(None)
    count = len(lived)
    recorder.write(lambda connection: None)
    assert len(lived) == count
    assert recorder.stop(10)
