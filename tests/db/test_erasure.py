"""Erasure: no file names the patient any more, the chain still verifies, an old backup does not undo it."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from sqlalchemy import insert
from store_kit import START_US, StillClock, batch, event, opened, raw_connection, summary, without_guards

from console.domain.clinic_records import ClinicRecord, RecordKind
from console.domain.erasure import ErasureOrder, Ground, PatientTrace
from console.domain.errors import OperatorError
from console.domain.history import GENESIS
from console.domain.people import Course, Patient
from console.domain.photo_ports import Developed, PhotoRow
from console.domain.ports import SessionFilter
from console.domain.session_events import BenchEnded, NoteWritten
from console.services.ids import new_id
from db import erasure, tables
from db.chain_rows import event_row
from db.data_folder import DataFolder, open_folder
from db.erasure import StoreEraser, apply_ledger, erased_entries
from db.erasure_ledger import LEDGER_FILE, ErasureLedger
from db.heads import Head
from db.photos import PhotoStore
from db.recorder_thread import RecorderThread
from db.registry import ClinicRegistry
from db.session_store import SessionStore
from db.verify import verify_folder, verify_session

MARKER = "Quillfeather"
ORDER = ErasureOrder("P-0412", "MA-01", Ground.REQUEST, "asked in writing")
PAGE = 4096


class Room:
    """A folder with its recorder, reader and registry."""

    def __init__(self, folder: DataFolder) -> None:
        self.folder, self.clock = folder, StillClock()
        self.recorder = RecorderThread(folder, self.clock, summary)
        self.recorder.start()
        self.store = SessionStore(folder)
        self.registry = ClinicRegistry(self.store, self.recorder, self.clock)
        self.eraser = StoreEraser(folder, self.store, self.recorder, self.clock)

    def treat(self, patient_id: str, note: str, *, ended: bool = True) -> UUID:
        session_id = new_id()
        self.recorder.append(session_id, [event(opened(patient_id)), event(NoteWritten("face.chin", note))])
        self.recorder.add_samples(session_id, batch(0, 100))
        if ended:
            self.recorder.append(session_id, [event(BenchEnded(0, 0, 0, 0, 0))])
        assert self.recorder.synchronise(10)
        return session_id

    def register(self, patient_id: str, name: str) -> None:
        self.registry.save_patient(Patient(patient_id, name, "1990-01-02", phone=f"0171 {name}", note=name), "PR-02")

    def close(self) -> None:
        self.store.close()
        assert self.recorder.stop(10)


@pytest.fixture
def room(folder: DataFolder) -> Iterator[Room]:
    made = Room(folder)
    yield made
    made.close()


def fill(room: Room) -> tuple[UUID, UUID]:
    """Record a patient in every place there is, and another beside."""
    room.register("P-0412", MARKER)
    room.register("P-0412", f"{MARKER} the second")
    room.register("P-0007", "Somebody Else")
    mine, other = room.treat("P-0412", MARKER), room.treat("P-0007", "a note of somebody else")
    picture = f"{MARKER} in a picture".encode() * 900
    PhotoStore(room.store, room.recorder).keep([PhotoRow(
        "photo-1", mine, "P-0412", "before", "frontal", START_US, Developed(picture, picture, 8, 8),
        hashlib.sha256(picture).digest())], "PR-02")
    room.registry.save_record(ClinicRecord(
        RecordKind.FOLLOW_UP, "F-1", "planned", {"note": MARKER}, patient_id="P-0412"), "PR-02")
    room.registry.save_record(ClinicRecord(
        RecordKind.INCIDENT, "I-1", "open", {"note": MARKER}, session_id=str(mine)), "PR-02")
    room.registry.save_course(Course("C-1", "P-0412", "plan", 4, 1), "PR-02")
    exports = room.folder.exports_path
    (exports / "session.json").write_text(json.dumps({"session": str(mine), "name": MARKER}))
    (exports / "report.pdf").write_bytes(b"%PDF " + MARKER.encode())
    (exports / "other.json").write_text('{"session": "another"}')
    return mine, other


def in_clear(folder: DataFolder) -> bytes:
    """Give every byte of the folder's files, each page of database and log decrypted as a thief with the key would."""
    found = []
    for path in folder.path.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            found.append(raw)
            if path.name.startswith("needling.db"):
                found += _pages(raw, folder.keys.database, log=path.name.endswith("-wal"))
    return b"".join(found)


def _pages(raw: bytes, key: bytes, *, log: bool) -> list[bytes]:
    """Decrypt SQLCipher 4 pages: AES-256-CBC, the initial vector in the 80 reserved bytes at the page's end."""
    if log:
        starts = range(32 + 24, len(raw), PAGE + 24)
        pages = [raw[at : at + PAGE] for at in starts]
    else:
        pages = [raw[at : at + PAGE] for at in range(0, len(raw), PAGE)]
    return [_decrypted(page, key) for page in pages if len(page) == PAGE]


def _decrypted(page: bytes, key: bytes) -> bytes:
    body, tail = page[: PAGE - 80], page[PAGE - 80 :]
    return b"".join(
        Cipher(algorithms.AES(key), modes.CBC(tail[:16])).decryptor().update(part)
        for part in (body, body[16:]) if len(part) % 16 == 0)


def test_nothing_that_names_the_patient_is_left_in_any_file(room: Room) -> None:
    mine, other = fill(room)
    before = in_clear(room.folder)
    assert MARKER.encode() in before and b"Somebody Else" in before  # the search itself can find
    key = _key_of(room.folder, "P-0412")
    assert key in before

    made = room.eraser.erase(ORDER)

    assert made.number == 1 and made.erased_us == room.clock.utc_us()
    after = in_clear(room.folder)
    assert MARKER.encode() not in after and MARKER.casefold().encode() not in after and key not in after
    assert b"Somebody Else" in after
    assert {path.name for path in room.folder.exports_path.iterdir()} == {"other.json"}
    with pytest.raises(OperatorError, match="was erased under ledger entry 1"):
        room.store.events(mine)
    assert room.store.events(other)[1].event.what == NoteWritten("face.chin", "a note of somebody else")


def _key_of(folder: DataFolder, patient_id: str) -> bytes:
    connection = raw_connection(folder)
    (key,) = connection.execute("SELECT key FROM patient_key WHERE patient_id = ?", (patient_id,)).fetchone()
    connection.close()
    return bytes(key)


def test_the_chain_still_verifies_and_says_how_much_was_erased(room: Room) -> None:
    mine, other = fill(room)
    head = room.store.row(mine).head
    room.eraser.erase(ORDER)
    assert verify_folder(room.folder) == []
    assert [erased_entries(room.store, one) for one in (mine, other, None)] == [3, 0, 3]
    assert [room.eraser.erasures()[0].reason, room.store.row(mine).head] == ["asked in writing", head]
    assert len(room.store.chunks(mine)) == 1


def test_the_list_keeps_when_and_by_whom(room: Room) -> None:
    mine, _ = fill(room)
    room.eraser.erase(ORDER)
    (row,) = [one for one in room.store.rows(SessionFilter(), 10) if one.session_id == mine]
    assert (row.state, row.plan_name, row.lots, row.median_depth_um) == ("erased", "", (), None)
    assert (row.patient_id, row.practitioner_id, row.samples, row.opened_us) == ("P-0412", "PR-02", 100, START_US)
    room.store.row(mine)


def test_the_audit_tells_who_erased_whom_and_why(room: Room) -> None:
    fill(room)
    room.eraser.erase(ORDER)
    connection = raw_connection(room.folder)
    told = connection.execute(
        "SELECT actor, subject, detail FROM audit_entry WHERE action = 'patient_erased'").fetchall()
    connection.close()
    assert told == [("MA-01", "P-0412", '{"ground":"request","number":1,"sessions":1}')]


@pytest.mark.parametrize("spoil", [
    "UPDATE session_event SET at_us = at_us + 1 WHERE seq = 2",
    "UPDATE session_event SET payload = replace(payload, substr(payload, 20, 1), 'x') WHERE seq = 2",
    "DELETE FROM session_event WHERE seq = 2", "UPDATE telemetry_chunk SET boot_id = 9",
    "DELETE FROM erasure", "UPDATE erasure SET number = 2",
])
def test_what_is_altered_after_an_erasure_is_still_found(room: Room, spoil: str) -> None:
    mine = room.treat("P-0412", MARKER)
    room.eraser.erase(ORDER)
    assert verify_session(room.folder, mine) is None
    connection = without_guards(room.folder)
    connection.execute(spoil)
    connection.close()
    assert verify_session(room.folder, mine) is not None


def test_a_pretended_erasure_is_found_because_the_ledger_outside_knows_none(room: Room) -> None:
    mine = room.treat("P-0412", MARKER)
    connection = without_guards(room.folder)
    connection.execute("DELETE FROM patient_key")
    connection.execute("INSERT INTO erasure VALUES (1, 'P-0412', 5, 'MA-01', 'request', '')")
    connection.close()
    fault = verify_session(room.folder, mine)
    assert fault is not None and "ledger" in fault.what
    assert any("ledger" in one.what for one in verify_folder(room.folder))


def test_a_stop_in_the_midst_leaves_no_export_behind(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(room)

    def stopped(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(erasure, "_erase_rows", stopped)
    with pytest.raises(RuntimeError):
        room.eraser.erase(ORDER)
    assert {path.name for path in room.folder.exports_path.iterdir()} == {"other.json"}
    monkeypatch.undo()
    assert apply_ledger(room.folder, room.recorder) == [1]


def test_an_open_session_must_be_ended_first(room: Room) -> None:
    room.treat("P-0412", MARKER, ended=False)
    with pytest.raises(OperatorError, match="is still open"):
        room.eraser.erase(ORDER)
    assert ErasureLedger(room.folder.path, room.folder.keys.head).lines() == []


class Raced(StoreEraser):
    """Something comes in once the eraser has looked and before it writes."""

    comes_in: Callable[[], None]

    def trace(self, patient_id: str) -> PatientTrace:
        found = super().trace(patient_id)
        self.comes_in()
        return found


def test_a_session_begun_while_its_patient_is_being_erased_stops_the_erasure(room: Room) -> None:
    former, _ = fill(room)
    raced = Raced(room.folder, room.store, room.recorder, room.clock)
    raced.comes_in = lambda: begun.append(room.treat("P-0412", "late", ended=False))
    begun: list[UUID] = []
    with pytest.raises(OperatorError, match="is still open"):
        raced.erase(ORDER)
    assert ErasureLedger(room.folder.path, room.folder.keys.head).lines() == [] and room.eraser.erasures() == []
    assert [len(room.store.events(one)) for one in (former, begun[0])] == [3, 2]
    assert len(list(room.folder.exports_path.iterdir())) > 1


def test_a_session_held_while_its_patient_is_being_erased_goes_with_the_others(room: Room) -> None:
    fill(room)
    raced = Raced(room.folder, room.store, room.recorder, room.clock)
    held: list[UUID] = []
    raced.comes_in = lambda: held.append(room.treat("P-0412", f"{MARKER} once more"))
    raced.erase(ORDER)
    assert room.store.row(held[0]).state == "erased"
    with pytest.raises(OperatorError, match="was erased"):
        room.store.events(held[0])
    assert verify_folder(room.folder) == []


def test_nobody_is_erased_twice_and_an_unknown_number_not_at_all(room: Room) -> None:
    fill(room)
    room.eraser.erase(ORDER)
    with pytest.raises(OperatorError, match="was erased already, as number 1"):
        room.eraser.erase(ORDER)
    with pytest.raises(OperatorError, match="There is no patient P-9999"):
        room.eraser.erase(ErasureOrder("P-9999", "MA-01", Ground.REQUEST, ""))
    with pytest.raises(OperatorError, match="P-0412 was erased, as number 1"):
        room.registry.patient("P-0412")
    with pytest.raises(OperatorError, match="P-0412 was erased, as number 1"):
        room.register("P-0412", "again")
    assert room.registry.next_patient_id() == "P-0413"


def test_what_comes_for_an_erased_session_afterwards_is_kept_in_the_chain_and_unreadable(room: Room) -> None:
    mine, _ = fill(room)
    room.eraser.erase(ORDER)
    room.recorder.append(mine, [event(NoteWritten("face.chin", MARKER))])
    assert room.recorder.synchronise(10)
    assert verify_session(room.folder, mine) is None and MARKER.encode() not in in_clear(room.folder)
    assert room.store.row(mine).state == "erased"


# --- an old backup -----------------------------------------------------------------------------------


def test_the_ledger_erases_again_what_an_old_backup_brought_back(folder: DataFolder, tmp_path: Path) -> None:
    room = Room(folder)
    mine, other = fill(room)
    room.close()
    folder.close()
    backup = tmp_path / "backup"
    shutil.copytree(folder.path, backup)

    again = open_folder(folder.path, writing=True)
    room = Room(again)
    room.eraser.erase(ORDER)
    room.close()
    again.close()
    ledger = (folder.path / LEDGER_FILE).read_bytes()
    assert b"P-0412" not in ledger
    shutil.copytree(backup, folder.path, dirs_exist_ok=True)
    assert (folder.path / LEDGER_FILE).read_bytes() == ledger  # the old backup knows of none

    restored = open_folder(folder.path, writing=True)
    room = Room(restored)
    assert [one.event.what for one in room.store.events(mine)][1] == NoteWritten("face.chin", MARKER)
    assert apply_ledger(restored, room.recorder) == [1]
    assert MARKER.encode() not in in_clear(restored)
    assert verify_session(restored, mine) is None and erased_entries(room.store) == 3
    assert room.store.events(other) and apply_ledger(restored, room.recorder) == []
    room.close()
    restored.close()


def test_a_patient_the_restored_backup_does_not_know_is_noted_as_done(room: Room) -> None:
    ErasureLedger(room.folder.path, room.folder.keys.head).append(7, "request", "P-0999")
    assert apply_ledger(room.folder, room.recorder) == [1]
    assert apply_ledger(room.folder, room.recorder) == []
    assert verify_folder(room.folder) == []


# --- sessions of an earlier console ----------------------------------------------------------------


def test_sessions_of_the_open_form_are_blanked_and_linked_by_their_hashes(folder: DataFolder) -> None:
    session_id, head, rows = new_id(), Head(0, GENESIS), []
    for what in (opened("P-0412"), NoteWritten("face.chin", MARKER), BenchEnded(0, 0, 0, 0, 0)):
        row, stored = event_row(session_id, event(what), head, None)
        head = Head(stored.seq, stored.hash)
        rows.append(row)
    with folder.writer_engine().connect() as connection, connection.begin():
        connection.execute(insert(tables.session_event), rows)
    folder.heads.write(session_id, head)
    room = Room(folder)
    assert MARKER.encode() in in_clear(folder)
    room.eraser.erase(ORDER)
    assert MARKER.encode() not in in_clear(folder)
    assert verify_folder(folder) == [] and erased_entries(room.store) == 3
    room.close()
    folder.close()
    open_folder(folder.path, writing=True).close()  # its guards are whole again
    connection = without_guards(folder)
    connection.execute("UPDATE session_event SET hash = zeroblob(32) WHERE seq = 2")
    connection.close()
    fault = verify_session(folder, session_id)
    assert fault is not None and fault.seq == 3


# --- the ledger itself -------------------------------------------------------------------------------


@pytest.mark.parametrize("spoil", [
    lambda lines: lines[1:], lambda lines: [lines[0].replace(b'"request"', b'"order"'), *lines[1:]],
    lambda lines: [lines[1], lines[0], lines[2]], lambda lines: [b"{}", *lines[1:]], lambda lines: [b"x"],
])
def test_a_ledger_that_was_tampered_with_is_not_trusted(tmp_path: Path, spoil) -> None:  # type: ignore[no-untyped-def]
    ledger = ErasureLedger(tmp_path, bytes(32))
    assert [ledger.append(at, "request", f"P-{at}") for at in (1, 2, 3)] == [1, 2, 3]
    assert [line.erased_us for line in ledger.lines()] == [1, 2, 3]
    ledger.path.write_bytes(b"\n".join(spoil(ledger.path.read_bytes().splitlines())))
    with pytest.raises(OperatorError, match="cannot be trusted"):
        ledger.append(4, "request", "P-4")
    with pytest.raises(OperatorError, match="cannot be trusted"):
        ErasureLedger(tmp_path, b"k" * 32).append(4, "request", "P-4")


def test_a_ledger_is_written_anew_under_another_key(tmp_path: Path) -> None:
    ledger = ErasureLedger(tmp_path, bytes(32))
    ledger.append(1, "order", "P-1")
    other = ErasureLedger(tmp_path, b"k" * 32)
    other.rewrite(ledger.lines())
    assert [line.ground for line in other.lines()] == ["order"]
