"""Whatever is altered, the first bad entry is named."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from store_kit import StillClock, batch, begin, bench_folder, end, event, raw_connection, summary, without_guards

from console.domain.session_events import MarkSet
from console.services.ids import new_id
from console.services.sample_table import columns_of
from db.chunk_codec import encode
from db.data_folder import DataFolder
from db.heads import AUDIT, Head
from db.recorder_thread import RecorderThread
from db.session_store import SessionStore
from db.verify import AUDIT_CHAIN, check_open_tails, verify_audit, verify_folder, verify_session
from db.whole_body import encode_whole, open_whole

# The session's entries: event 1, chunks 2 and 3, event 4, chunk 5, event 6.
CHUNK_SEQS = (2, 3, 5)


def record(folder: DataFolder) -> UUID:
    recorder = RecorderThread(folder, StillClock(), summary)  # type: ignore[arg-type]
    recorder.start()
    session_id = begin(recorder)
    recorder.add_samples(session_id, batch(0, 250, serial="PEN-1"))
    recorder.append(session_id, [event(MarkSet("face.chin", "here"))])
    recorder.add_samples(session_id, batch(250, 20))
    end(recorder, session_id)
    for n in range(3):
        recorder.audit("PR-02", "read", f"P-000{n}", "list")
    assert recorder.stop(10)
    return session_id


@pytest.fixture
def session(folder: DataFolder) -> Iterator[UUID]:
    yield record(folder)


def tamper(folder: DataFolder, *statements: str) -> None:
    connection = without_guards(folder)
    for statement in statements:
        connection.execute(statement)
        assert connection.total_changes, statement
    connection.close()


def test_a_whole_folder_has_no_faults(folder: DataFolder, session: UUID) -> None:
    assert verify_folder(folder) == []
    assert verify_session(folder, session) is None


ALTERATIONS = [
    ("session_event", "at_us", "at_us + 1"), ("session_event", "kind", "'note_written'"),
    ("session_event", "version", "2"), ("session_event", "actor_id", "'PR-03'"),
    ("session_event", "payload", "replace(payload, '{', '{ ')"),
    ("session_event", "payload", "'{'"), ("session_event", "payload", "'[]'"),
    ("session_event", "payload", "CAST(payload AS BLOB)"), ("session_event", "payload", "x'ff00'"),
    ("session_event", "payload", "CAST(x'ff' AS TEXT)"), ("session_event", "payload", "replace(payload, 'e', 'f')"),
    ("session_event", "prev_hash", "zeroblob(32)"), ("session_event", "hash", "zeroblob(32)"),
    ("session_event", "hash", "'text'"), ("session_event", "prev_hash", "''"),
    ("telemetry_chunk", "pen_serial", "'PEN-2'"), ("telemetry_chunk", "boot_id", "boot_id + 1"),
    ("telemetry_chunk", "first_index", "first_index + 1"), ("telemetry_chunk", "count", "count - 1"),
    ("telemetry_chunk", "count", "0"), ("telemetry_chunk", "count", "'many'"),
    ("telemetry_chunk", "period_us", "5000"), ("telemetry_chunk", "pen_time_marks", "'[[0,1]]'"),
    ("telemetry_chunk", "pen_time_marks", "'[0]'"), ("telemetry_chunk", "pen_time_marks", "'[[0,'"),
    ("telemetry_chunk", "t0_utc_us", "t0_utc_us - 1"), ("telemetry_chunk", "resent", "1"),
    ("telemetry_chunk", "resent", "2"), ("telemetry_chunk", "samples_sha256", "zeroblob(32)"),
    ("telemetry_chunk", "prev_hash", "zeroblob(32)"), ("telemetry_chunk", "hash", "zeroblob(32)"),
]


@pytest.mark.parametrize(("table", "column", "value"), ALTERATIONS)
def test_every_altered_column_is_found(
    folder: DataFolder, session: UUID, table: str, column: str, value: str
) -> None:
    for seq in (4, 6) if table == "session_event" else (2, 5):
        clean = raw_connection(folder)
        kept = clean.execute(f"SELECT {column} FROM {table} WHERE seq = {seq}").fetchone()[0]
        clean.close()
        tamper(folder, f"UPDATE {table} SET {column} = {value} WHERE seq = {seq}")
        fault = verify_session(folder, session)
        assert fault is not None and fault.seq == seq, (seq, fault)
        assert fault in verify_folder(folder)
        mended = raw_connection(folder)
        mended.execute(f"UPDATE {table} SET {column} = ? WHERE seq = {seq}", (kept,))
        mended.close()
    assert verify_session(folder, session) is None


@pytest.mark.parametrize("merged", [False, True])
@pytest.mark.parametrize("column", ["first_seq", "last_seq", "codec"])
def test_an_altered_body_row_is_found(folder: DataFolder, session: UUID, column: str, merged: bool) -> None:
    if merged:
        merge(folder, session)
    tamper(folder, f"UPDATE telemetry_body SET {column} = {column} + 10 WHERE last_seq = 5")
    fault = verify_session(folder, session)
    assert fault is not None and fault.seq == (2 if merged else 5)


@pytest.mark.parametrize("column", ["first_seq", "last_seq"])
@pytest.mark.parametrize("seq", CHUNK_SEQS)
@pytest.mark.parametrize("bit", [1, 2, 4, 8])
def test_a_body_moved_over_others_is_named_by_its_own_chunk(
    folder: DataFolder, session: UUID, column: str, seq: int, bit: int
) -> None:
    moved = f"({column} | {bit}) - ({column} & {bit})"  # SQLite has no exclusive or
    tamper(folder, f"UPDATE telemetry_body SET {column} = {moved} WHERE last_seq = {seq}")
    fault = verify_session(folder, session)
    assert fault is not None and fault.seq == seq


def test_a_damaged_page_that_holds_no_entry_is_found(folder: DataFolder, session: UUID) -> None:
    connection = raw_connection(folder)
    page = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'recalled_lot'").fetchone()[0]
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    whole = folder.database_path.read_bytes()
    altered = bytearray(whole)
    altered[4096 * (page - 1) + 2000] ^= 1
    folder.database_path.write_bytes(bytes(altered))
    (fault,) = verify_folder(folder)
    assert str(page) in fault.what and "damaged" in fault.what
    folder.database_path.write_bytes(whole)
    assert verify_folder(folder) == []


@pytest.mark.parametrize("merged", [False, True])
def test_every_altered_byte_of_a_body_is_found(folder: DataFolder, session: UUID, merged: bool) -> None:
    if merged:
        merge(folder, session)
    connection = without_guards(folder)
    body = connection.execute("SELECT body FROM telemetry_body WHERE last_seq = 5").fetchone()[0]
    for place in range(0, len(body), max(1, len(body) // 40)):
        altered = bytearray(body)
        altered[place] ^= 1
        connection.execute("UPDATE telemetry_body SET body = ? WHERE last_seq = 5", (bytes(altered),))
        fault = verify_session(folder, session)
        assert fault is not None and fault.seq == (2 if merged else 5)
    connection.close()


@pytest.mark.parametrize("column", ["boot", "first_index", "count", "period_us", "pen_time_us", "t0_utc_us", "resent"])
def test_a_whole_body_that_tells_other_times_than_its_chunks_is_found(
    folder: DataFolder, session: UUID, column: str,
) -> None:
    merge(folder, session)
    connection = without_guards(folder)
    stored = open_whole(connection.execute("SELECT body FROM telemetry_body").fetchone()[0])
    values = list(getattr(stored, column))
    values[0], values[1] = values[0] + 1, values[1] - 1
    forged = encode_whole(replace(stored, **{column: values}))
    connection.execute("UPDATE telemetry_body SET body = ?", (forged,))
    connection.close()
    fault = verify_session(folder, session)
    assert fault is not None and fault.seq == 2 and "tells of its chunks what they are not" in fault.what


def test_bodies_merged_before_they_told_of_their_chunks_still_read_and_verify(
    folder: DataFolder, session: UUID,
) -> None:
    store = SessionStore(folder)
    expected = columns_of(store.chunks(session))
    merge(folder, session)
    connection = without_guards(folder)
    connection.execute("UPDATE telemetry_body SET codec = 1, body = ?", (encode(bytes(expected.samples)),))
    connection.close()
    assert verify_session(folder, session) is None
    assert store.samples(session) == expected == columns_of(store.chunks(session))
    store.close()


def merge(folder: DataFolder, session: UUID) -> None:
    recorder = RecorderThread(folder, StillClock())
    recorder.start()
    recorder.merge_bodies(session)
    assert recorder.stop(10)


def test_other_samples_in_a_sound_body_are_found(folder: DataFolder, session: UUID) -> None:
    other = "(SELECT body FROM telemetry_body WHERE last_seq = 2)"
    tamper(folder, f"UPDATE telemetry_body SET body = {other} WHERE last_seq = 3")
    fault = verify_session(folder, session)
    assert fault is not None and (fault.seq, fault.what) == (3, "has other samples than were written")


@pytest.mark.parametrize("seq", [1, 2, 3, 4, 5, 6])
def test_a_deleted_entry_is_found(folder: DataFolder, session: UUID, seq: int) -> None:
    table = "telemetry_chunk" if seq in CHUNK_SEQS else "session_event"
    tamper(folder, f"DELETE FROM {table} WHERE seq = {seq}")
    fault = verify_session(folder, session)
    assert fault is not None and fault.seq == seq


def test_a_deleted_body_is_found(folder: DataFolder, session: UUID) -> None:
    tamper(folder, "DELETE FROM telemetry_body WHERE first_seq = 3")
    fault = verify_session(folder, session)
    assert fault is not None and (fault.seq, fault.what) == (3, "has no body of its own range")


def test_a_body_too_many_is_found(folder: DataFolder, session: UUID) -> None:
    another = "SELECT session_id, 9, 9, codec, body FROM telemetry_body WHERE last_seq = 5"
    tamper(folder, f"INSERT INTO telemetry_body {another}")
    fault = verify_session(folder, session)
    assert fault is not None and "belongs to no chunk" in fault.what


def test_swapped_entries_are_found(folder: DataFolder, session: UUID) -> None:
    tamper(
        folder, "UPDATE session_event SET seq = 99 WHERE seq = 4", "UPDATE session_event SET seq = 4 WHERE seq = 6",
        "UPDATE session_event SET seq = 6 WHERE seq = 99",
    )
    fault = verify_session(folder, session)
    assert fault is not None and fault.seq == 4


@pytest.mark.parametrize("seq", [-1, 0, 2, 7])
def test_an_inserted_entry_is_found(folder: DataFolder, session: UUID, seq: int) -> None:
    tamper(folder, f"INSERT INTO session_event SELECT session_id, {seq}, at_us, kind, version, actor_id, payload, "
                   "prev_hash, hash FROM session_event WHERE seq = 4")
    fault = verify_session(folder, session)
    assert fault is not None and fault.seq == seq


@pytest.mark.parametrize("left", [0, 1, 3, 5])
def test_a_cut_tail_is_found_by_the_head_outside(folder: DataFolder, session: UUID, left: int) -> None:
    tamper(
        folder, f"DELETE FROM session_event WHERE seq > {left}", f"DELETE FROM telemetry_chunk WHERE seq > {left}",
        f"DELETE FROM telemetry_body WHERE first_seq > {left}",
    )
    (fault,) = verify_folder(folder)
    assert (fault.session_id, fault.seq) == (session, left + 1)
    assert "chain reached 6" in fault.what
    assert check_open_tails(folder, [session])[0].seq == 6


def test_going_on_does_not_hide_a_cut_tail(
    folder: DataFolder, session: UUID, caplog: pytest.LogCaptureFixture
) -> None:
    tamper(folder, "DELETE FROM session_event WHERE seq = 6")
    recorder = RecorderThread(folder, StillClock())
    recorder.start()
    recorder.append(session, [event(MarkSet("face.chin", "as if nothing had been there"))])
    assert recorder.stop(10)
    assert "set aside for verify" in caplog.text
    fault = verify_session(folder, session)
    assert fault is not None and fault.seq == 6


def test_a_chain_written_anew_is_found(folder: DataFolder, session: UUID, tmp_path: Path) -> None:
    other = bench_folder(tmp_path / "other")
    recorder = RecorderThread(other, StillClock())
    recorder.start()
    for n in range(6):
        recorder.append(session, [event(MarkSet("face.chin", f"never happened {n}"))])
    assert recorder.stop(10)
    source = raw_connection(other)
    forged = source.execute("SELECT * FROM session_event").fetchall()
    source.close()
    other.close()
    tamper(folder, "DELETE FROM session_event", "DELETE FROM telemetry_chunk", "DELETE FROM telemetry_body")
    connection = raw_connection(folder)
    connection.executemany("INSERT INTO session_event VALUES (?,?,?,?,?,?,?,?,?)", forged)
    connection.close()
    (fault,) = verify_folder(folder)
    assert (fault.session_id, fault.what) == (session, "does not match the head kept outside the database")


def test_a_missing_head_file_is_found(folder: DataFolder, session: UUID) -> None:
    folder.heads.path(session).unlink()
    (fault,) = verify_folder(folder)
    assert (fault.seq, "is missing" in fault.what) == (6, True)
    assert check_open_tails(folder, [session])[0].what == fault.what
    tamper(folder, "UPDATE session_event SET at_us = at_us + 1 WHERE seq = 4")
    (fault,) = verify_folder(folder)
    assert fault.seq == 4


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff", b'{"chain":1,"seq":"x","hash":"","hmac":""}'])
def test_a_broken_head_file_is_found(folder: DataFolder, session: UUID, content: bytes) -> None:
    folder.heads.path(session).write_bytes(content)
    (fault,) = verify_folder(folder)
    assert "head file" in fault.what


def test_a_head_signed_with_another_key_is_found(folder: DataFolder, session: UUID, tmp_path: Path) -> None:
    other = bench_folder(tmp_path / "other")
    other.heads.write(session, Head(6, bytes(32)))
    folder.heads.path(session).write_bytes(other.heads.path(session).read_bytes())
    other.close()
    (fault,) = verify_folder(folder)
    assert "was not signed by this console" in fault.what


def test_the_head_of_another_session_does_not_fit(folder: DataFolder, session: UUID) -> None:
    other = record(folder)
    folder.heads.path(session).write_bytes(folder.heads.path(other).read_bytes())
    assert [fault.session_id for fault in verify_folder(folder)] == [session]


def test_a_session_that_is_gone_but_for_its_head_is_found(folder: DataFolder, session: UUID) -> None:
    tamper(folder, *(f"DELETE FROM {table}" for table in ("session_event", "telemetry_chunk", "telemetry_body")))
    (fault,) = verify_folder(folder)
    assert (fault.session_id, fault.seq) == (session, 1)


def test_an_entry_moved_to_another_session_is_found(folder: DataFolder, session: UUID) -> None:
    stray = new_id()
    tamper(folder, f"UPDATE session_event SET session_id = '{stray.hex}' WHERE seq = 4")
    faults = {fault.session_id: fault.seq for fault in verify_folder(folder)}
    assert faults[session] == 4
    assert stray in faults


def test_a_session_id_that_is_none_is_found(folder: DataFolder, session: UUID) -> None:
    tamper(folder, "UPDATE session_event SET session_id = upper(session_id) WHERE seq = 6")
    faults = {fault.session_id: fault.seq for fault in verify_folder(folder)}
    assert faults[session] == 6


def test_a_head_behind_its_chain_is_normal(folder: DataFolder, session: UUID) -> None:
    connection = raw_connection(folder)
    (third,) = connection.execute("SELECT hash FROM telemetry_chunk WHERE seq = 3").fetchone()
    connection.close()
    folder.heads.write(session, Head(3, third))
    assert verify_folder(folder) == []
    folder.heads.write(session, Head(0, bytes(32)))
    assert verify_folder(folder) == []


@pytest.mark.parametrize("column", ["at_us", "actor", "action", "subject", "detail", "prev_hash", "hash"])
def test_the_audit_chain_is_guarded_alike(folder: DataFolder, session: UUID, column: str) -> None:
    tamper(folder, f"UPDATE audit_entry SET {column} = '1' WHERE seq = 2")
    fault = verify_audit(folder)
    assert fault is not None and (fault.session_id, fault.seq) == (AUDIT_CHAIN, 2)


def test_a_cut_audit_chain_is_found(folder: DataFolder, session: UUID) -> None:
    tamper(folder, "DELETE FROM audit_entry WHERE seq = 3")
    (fault,) = verify_folder(folder)
    assert (fault.session_id, fault.seq) == (AUDIT_CHAIN, 3)
    tamper(folder, "DELETE FROM audit_entry")
    folder.heads.path(AUDIT).unlink()
    assert verify_audit(folder) is not None


def test_an_unknown_session_is_said_to_be_none(folder: DataFolder) -> None:
    fault = verify_session(folder, new_id())
    assert fault is not None and "there is no such session" in fault.what


def test_flipped_bytes_of_the_file_are_faults_and_never_tracebacks(folder: DataFolder, session: UUID) -> None:
    raw_connection(folder).execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    whole = folder.database_path.read_bytes()
    found = 0
    for place in range(4_096 + 17, len(whole), 9_973):
        damaged = bytearray(whole)
        damaged[place] ^= 4
        folder.database_path.write_bytes(bytes(damaged))
        found += bool(verify_folder(folder))
    folder.database_path.write_bytes(whole)
    assert verify_folder(folder) == []
    assert found
