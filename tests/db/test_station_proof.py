"""What the station signs when a history closes, and what its audit chain notes of it, is compared by verify."""

import json
import shutil
from pathlib import Path
from uuid import UUID

import pytest
from store_kit import StillClock, batch, begin, bench_folder, end, event, raw_connection, summary, without_guards

from console.domain.history import canonical_json
from console.domain.session_events import NoteWritten
from console.domain.station_proof import RECORD_PURPOSE
from db.data_folder import DataFolder
from db.heads import AUDIT
from db.recorder_thread import RecorderThread
from db.session_store import SessionStore
from db.station_key import StationSigner, following_key, is_signed, keep_key, trusted_keys
from db.verify import verify_folder, verify_session


def record(folder: DataFolder) -> UUID:
    recorder = RecorderThread(folder, StillClock(), summary)
    recorder.start()
    session_id = begin(recorder)
    recorder.add_samples(session_id, batch(0, 60))
    recorder.synchronise(10)
    end(recorder, session_id)
    recorder.synchronise(10)
    recorder.append(session_id, [event(NoteWritten("session", "afterwards"))])
    assert recorder.stop(10)
    return session_id


def tamper(folder: DataFolder, statement: str, *values: object) -> None:
    connection = without_guards(folder)
    connection.execute(statement, values)
    assert connection.total_changes
    connection.close()


def test_a_closing_and_what_is_added_are_signed_and_noted(folder: DataFolder, store: SessionStore) -> None:
    session_id = record(folder)
    proof, signer = store.proof(session_id), StationSigner(folder.keys.station)
    told = [json.loads(one.statement) for one in proof.signatures]
    assert [(one["act"], one["seq"], one["samples"]) for one in told] == [("closed", 3, 60), ("added", 4, 60)]
    hashes = {one.seq: one.hash.hex() for one in store.events(session_id)}
    assert [one["hash"] for one in told] == [hashes[3], hashes[4]]
    assert [one.key_id for one in proof.keys] == [signer.key_id]
    assert all(is_signed(signer.public_key, RECORD_PURPOSE, one.statement, one.signature) for one in proof.signatures)
    with store.reading() as connection:
        noted = connection.exec_driver_sql("SELECT action, detail FROM audit_entry ORDER BY seq").all()
    assert [one.action for one in noted] == ["head_opened", "head_closed", "head_added"]
    assert f"entry 4, head {hashes[4]}, station key {signer.key_id}" == noted[-1].detail
    assert verify_folder(folder) == []


@pytest.mark.parametrize(("statement", "what"), [
    ("UPDATE station_signature SET signature = zeroblob(64) WHERE seq = 3", "forged"),
    ("UPDATE station_signature SET signature = 'x' WHERE seq = 3", "cannot be read"),
    ("UPDATE station_signature SET statement = replace(statement, '60', '61') WHERE seq = 3", "another history"),
    ("UPDATE station_signature SET statement = replace(statement, 'closed', 'sealed') WHERE seq = 3", "forged"),
    ("UPDATE station_signature SET statement = '{' WHERE seq = 3", "cannot be read"),
    ("UPDATE station_signature SET key_id = '0123456789abcdef' WHERE seq = 3", "another history"),
    ("UPDATE station_signature SET seq = 2 WHERE seq = 3", "another history"),
    ("DELETE FROM station_signature WHERE seq = 3", "the signature is missing"),
])
def test_an_altered_signature_is_found(folder: DataFolder, statement: str, what: str) -> None:
    session_id = record(folder)
    tamper(folder, statement)
    fault = verify_session(folder, session_id)
    assert fault is not None and what in fault.what
    assert fault.seq == (2 if "seq = 2" in statement else 3)
    assert fault in verify_folder(folder)


def test_a_signature_by_another_key_is_found(folder: DataFolder) -> None:
    session_id = record(folder)
    stranger = StationSigner(bytes(32))
    connection = without_guards(folder)
    (text,) = connection.execute("SELECT statement FROM station_signature WHERE seq = 3").fetchone()
    text, signature = stranger.sign_record({**json.loads(text), "key_id": stranger.key_id})
    connection.execute(
        "UPDATE station_signature SET statement = ?, signature = ?, key_id = ? WHERE seq = 3",
        (text, signature, stranger.key_id))
    connection.execute(
        "INSERT INTO station_key (key_id, public_key, made_us, statement) VALUES (?, ?, 0, '')",
        (stranger.key_id, stranger.public_key))
    connection.close()
    fault = verify_session(folder, session_id)
    assert fault is not None and (fault.seq, "no key of this station" in fault.what) == (3, True)


def test_a_session_deleted_with_its_head_is_found(folder: DataFolder) -> None:
    session_id = record(folder)
    connection = without_guards(folder)
    for table in ("session_event", "telemetry_chunk", "telemetry_body", "session_summary", "station_signature"):
        connection.execute(f"DELETE FROM {table}")
    connection.close()
    folder.heads.path(session_id).unlink()
    (fault,) = verify_folder(folder)
    assert (fault.session_id, fault.seq, "is missing" in fault.what) == (session_id, 1, True)


def test_an_older_database_put_back_is_found(folder: DataFolder, tmp_path: Path) -> None:
    first = record(folder)
    kept = tmp_path / "old.db"
    connection = raw_connection(folder)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    shutil.copy(folder.database_path, kept)
    second = record(folder)
    for name in (f"{folder.database_path.name}-wal", f"{folder.database_path.name}-shm"):
        folder.database_path.with_name(name).unlink(missing_ok=True)
    shutil.copy(kept, folder.database_path)
    found = {fault.session_id: fault for fault in verify_folder(folder)}
    assert "is missing" in found[second].what and first not in found
    (audit,) = [fault for one, fault in found.items() if one not in (first, second)]
    assert (audit.seq, f"reached {6}" in audit.what) == (4, True)


def test_a_chain_written_anew_with_its_head_is_found_by_the_audit_chain(folder: DataFolder, tmp_path: Path) -> None:
    session_id = record(folder)
    other = bench_folder(tmp_path / "other")
    recorder = RecorderThread(other, StillClock(), summary)
    recorder.start()
    for n in range(4):
        recorder.append(session_id, [event(NoteWritten("session", f"never happened {n}"))])
    assert recorder.stop(10)
    source = raw_connection(other)
    forged = source.execute("SELECT * FROM session_event").fetchall()
    source.close()
    head = other.heads.read(session_id)
    other.close()
    connection = without_guards(folder)
    for table in ("session_event", "telemetry_chunk", "telemetry_body", "station_signature"):
        connection.execute(f"DELETE FROM {table}")
    connection.executemany(f"INSERT INTO session_event VALUES ({','.join('?' * len(forged[0]))})", forged)
    connection.close()
    assert head is not None
    folder.heads.write(session_id, head)  # somebody who holds the head key
    fault = verify_session(folder, session_id)
    assert fault is not None and "audit chain" in fault.what


def test_a_folder_of_an_earlier_console_goes_on_unsigned(folder: DataFolder) -> None:
    session_id = record(folder)
    tamper(folder, "DELETE FROM station_signature")
    tamper(folder, "DELETE FROM audit_entry")
    folder.heads.path(AUDIT).unlink()
    folder.heads.begin(AUDIT)
    assert verify_session(folder, session_id) is None


def test_former_keys_stay_trusted_only_where_both_keys_vouch(folder: DataFolder) -> None:
    keys = [StationSigner(bytes([n]) * 32) for n in (1, 2, 3)]
    stored = [keys[0].first_key(1), following_key(keys[0], keys[1], 2), following_key(keys[1], keys[2], 3)]
    assert set(trusted_keys(stored, keys[2].public_key)) == {one.key_id for one in keys}
    assert set(trusted_keys(stored, keys[0].public_key)) == {one.key_id for one in keys}
    stolen = following_key(StationSigner(bytes([9]) * 32), keys[2], 3)
    assert stolen.former_signature is not None
    forged = type(stolen)(**{**{name: getattr(stored[2], name) for name in stolen.__dataclass_fields__},
                             "former_signature": stolen.former_signature})
    assert set(trusted_keys([*stored[:2], forged], keys[2].public_key)) == {keys[2].key_id}
    with folder.writer_engine().connect() as connection, connection.begin():
        keep_key(connection, stored[2])
        keep_key(connection, stored[2])


def test_the_statement_is_canonical(folder: DataFolder, store: SessionStore) -> None:
    session_id = record(folder)
    for one in store.proof(session_id).signatures:
        assert canonical_json(json.loads(one.statement)).decode() == one.statement
