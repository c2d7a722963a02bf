"""A patient's sessions lie under that patient's key; others stay open, and so do those of an earlier console."""

import json
from uuid import UUID

import pytest
from sqlalchemy import insert
from store_kit import StillClock, batch, begin, event, opened, raw_connection, summary, without_guards

from console.domain.errors import OperatorError
from console.domain.history import GENESIS
from console.domain.session_events import NoteWritten
from console.services.ids import new_id
from db import tables
from db.chain_rows import event_row
from db.data_folder import DataFolder, open_folder
from db.heads import Head
from db.recorder_thread import RecorderThread
from db.session_store import SessionStore
from db.verify import verify_folder, verify_session

MARKER = "Quillfeather"


def treat(recorder: RecorderThread, patient_id: str = "P-0001") -> UUID:
    """Record a short session of a patient whose note holds the marker."""
    session_id = new_id()
    recorder.append(session_id, [event(opened(patient_id))])
    recorder.add_samples(session_id, batch(0, 100))
    recorder.append(session_id, [event(NoteWritten("face.chin", MARKER))])
    assert recorder.synchronise(10)
    return session_id


def payloads(folder: DataFolder) -> list[str]:
    connection = raw_connection(folder)
    found = [row[0] for row in connection.execute("SELECT payload FROM session_event ORDER BY session_id, seq")]
    connection.close()
    return found


def test_a_sealed_session_reads_as_it_was_written(
    folder: DataFolder, recorder: RecorderThread, store: SessionStore
) -> None:
    session_id = treat(recorder)
    first, note = store.events(session_id)
    assert note.event == event(NoteWritten("face.chin", MARKER)) and first.event == event(opened())
    assert first.salt and note.salt and first.salt != note.salt
    assert all(text.startswith('{"commitment":') and MARKER not in text for text in payloads(folder))
    assert recorder.stop(10)
    assert verify_folder(folder) == []


def test_a_session_goes_on_under_its_key_after_a_restart(folder: DataFolder, store: SessionStore) -> None:
    recorder = RecorderThread(folder, StillClock(), summary)
    recorder.start()
    session_id = treat(recorder)
    recorder.stop(10)
    again = RecorderThread(folder, StillClock(), summary)
    again.start()
    again.append(session_id, [event(NoteWritten("face.chin", "more"))])
    other = treat(again)
    assert again.stop(10)
    assert [one.event.what for one in store.events(session_id)][1:] == [
        NoteWritten("face.chin", MARKER), NoteWritten("face.chin", "more")]
    assert verify_session(folder, session_id) is verify_session(folder, other) is None
    connection = raw_connection(folder)
    assert connection.execute("SELECT count(*), count(DISTINCT patient_id) FROM patient_key").fetchone() == (1, 1)
    connection.close()


def test_a_session_without_a_patient_stays_open(
    folder: DataFolder, recorder: RecorderThread, store: SessionStore
) -> None:
    session_id = begin(recorder)
    assert recorder.synchronise(10)
    (only,) = store.events(session_id)
    assert only.salt is None and json.loads(payloads(folder)[0])["port"] == "port"


def test_a_session_of_an_earlier_console_goes_on_in_its_own_form(folder: DataFolder, store: SessionStore) -> None:
    session_id = new_id()
    row, stored = event_row(session_id, event(opened()), Head(0, GENESIS), None)
    with folder.writer_engine().connect() as connection, connection.begin():
        connection.execute(insert(tables.session_event), [row])
    folder.heads.write(session_id, Head(1, stored.hash))
    recorder = RecorderThread(folder, StillClock(), summary)
    recorder.start()
    recorder.append(session_id, [event(NoteWritten("face.chin", MARKER))])
    assert recorder.stop(10)
    assert [one.salt for one in store.events(session_id)] == [None, None]
    assert MARKER in payloads(folder)[1] and verify_session(folder, session_id) is None


@pytest.mark.parametrize("spoil", [
    "UPDATE session_event SET payload = replace(payload, substr(payload, 100, 1), 'A') WHERE seq = {seq}",
    "UPDATE session_event SET payload = (SELECT payload FROM session_event WHERE seq = 4 - {seq}) WHERE seq = {seq}",
    "UPDATE session_event SET payload = '{{\"erased\":1}}' WHERE seq = {seq}",
    "UPDATE session_event SET payload = '{{\"commitment\":\"' || hex(zeroblob(32)) || '\",\"sealed\":\"AAAA\"}}' "
    "WHERE seq = {seq}",
    "UPDATE session_event SET payload = substr(payload, 1, 90) || '\"}}' WHERE seq = {seq}",
])
@pytest.mark.parametrize("seq", [1, 3])
def test_an_altered_sealed_payload_is_named(folder: DataFolder, recorder: RecorderThread, spoil: str, seq: int) -> None:
    session_id = treat(recorder)
    assert recorder.stop(10)
    connection = without_guards(folder)
    connection.execute(spoil.format(seq=seq))
    connection.close()
    fault = verify_session(folder, session_id)
    assert fault is not None and fault.seq == seq
    with pytest.raises(OperatorError, match="altered or damaged"):
        SessionStore(folder).events(session_id)


@pytest.mark.parametrize("spoil", [
    "DELETE FROM patient_key", "UPDATE patient_key SET key = zeroblob(32)", "UPDATE patient_key SET key = 'text'",
    "DELETE FROM sealed_session", "UPDATE sealed_session SET patient_id = 'P-0002'",
])
def test_a_key_that_is_gone_without_an_erasure_is_a_fault(
    folder: DataFolder, recorder: RecorderThread, spoil: str
) -> None:
    session_id, _ = treat(recorder), treat(recorder, "P-0002")
    assert recorder.stop(10)
    connection = without_guards(folder)
    connection.execute(spoil)
    connection.close()
    fault = verify_session(folder, session_id)
    assert fault is not None and fault.seq == 1
    with pytest.raises(OperatorError, match="altered or damaged"):
        SessionStore(folder).events(session_id)


def test_two_patients_have_two_keys(folder: DataFolder, recorder: RecorderThread) -> None:
    for patient_id in ("P-0001", "P-0002", "P-0001"):
        treat(recorder, patient_id)
    assert recorder.stop(10)
    connection = raw_connection(folder)
    keys = dict(connection.execute("SELECT patient_id, key FROM patient_key").fetchall())
    connection.close()
    assert set(keys) == {"P-0001", "P-0002"} and len(set(keys.values())) == 2
    assert all(len(key) == 32 for key in keys.values())
    folder.close()
    open_folder(folder.path, writing=True).close()
