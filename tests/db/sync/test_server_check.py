"""What the clinic server remembers cannot be rolled back with the data folder."""

import shutil

import pytest
from clinic_rooms import reopened, rooms
from sqlalchemy import insert
from store_kit import BenchBegan, batch, event, without_guards

from db.backup import make_backup
from db.restore import restore_backup
from db.sync import server_tables as server
from db.sync.consoles import NIL, console_id_of
from db.sync.fetch import fetch_session
from db.sync.server_check import compare_with_server
from db.verify import verify_folder


@pytest.fixture
def room(tmp_path, server_address):
    with rooms(tmp_path, server_address, 1) as made:
        yield made[0]


def faults(room, chain=None):
    return compare_with_server(room.folder, room.store, room.link, room.known, chain)


def test_a_record_that_was_pushed_whole_agrees(room):
    ids = [room.session(), room.session("P-0001")]
    assert faults(room) == []
    room.push()
    room.add(ids[0], BenchBegan("not pushed yet", 1))
    assert faults(room) == [] and faults(room, ids[0]) == []


def test_an_old_backup_put_back_with_its_heads_is_found_and_named(room, tmp_path):
    session_id = room.session()
    backup = make_backup(room.folder, tmp_path / "backups", room.clock.utc_us(), "nightly")
    room.add(session_id, BenchBegan("done since", 1))
    gone = room.session()
    room.push()
    room.close()
    shutil.rmtree(room.folder.path)
    restore_backup(tmp_path / "backups" / backup.place.rpartition("/")[2], room.folder.path, None)
    back = reopened(room)
    try:
        assert verify_folder(back.folder) == []  # the record proves itself
        found = {one.session_id: one for one in faults(back)}
        assert "the clinic server says the chain reached" in found[session_id].what
        assert "is missing" in found[gone].what
        assert [one.session_id for one in faults(back, gone)] == [gone]
        for one in (session_id, gone):  # and gives back what it holds
            assert fetch_session(back.folder, back.recorder, back.link, back.known, one, "PR-02", 1).entries > 0
        assert {one.session_id for one in faults(back)} <= {NIL}, "only the audit's own entries are gone for good"
        assert verify_folder(back.folder) == []
    finally:
        back.close()
        room.link.close()


def test_samples_that_are_missing_behind_the_last_head_are_found(room):
    session_id = room.session(chunks=0)
    room.push()
    room.recorder.add_samples(session_id, batch(0, 100))
    room.recorder.synchronise(10)
    room.push()  # no event, so no head of its own
    with without_guards(room.folder) as raw:
        raw.execute("DELETE FROM telemetry_chunk")
    (fault,) = faults(room)
    assert fault.session_id == session_id and "the clinic server says the chain reached 4 here" in fault.what


def test_an_audit_chain_that_is_cut_is_found(room):
    for number in range(3):
        room.recorder.audit("MG-01", "signed_in", f"MG-0{number}")
    room.recorder.synchronise(10)
    room.push()
    with without_guards(room.folder) as raw:
        raw.execute("DELETE FROM audit_entry WHERE seq > 1")
    assert [one.session_id for one in faults(room)] == [NIL]


def test_a_history_written_anew_is_found_at_its_first_other_entry(room):
    session_id = room.session(events=9, chunks=0)
    room.push()
    with without_guards(room.folder) as raw:
        raw.execute("UPDATE session_event SET hash = zeroblob(32) WHERE session_id = ? AND seq >= 4",
                    (session_id.hex,))
    assert [(one.session_id, one.seq) for one in faults(room)] == [(session_id, 4)]


def test_a_head_nobody_here_made_is_named(room):
    session_id = room.session()
    with room.link.transaction() as connection:
        connection.execute(insert(server.head).values(
            console_id=console_id_of(room.folder), session_id=session_id, seq=2, hash=b"x" * 32, mac=b"y" * 32))
    assert "was not made by this console" in faults(room)[0].what


def test_what_another_console_added_is_no_fault(tmp_path, server_address, monkeypatch):
    monkeypatch.setattr("db.sync.clinic_key._MEMORY_KIB", 64)
    with rooms(tmp_path, server_address) as (one, two):
        session_id = one.session(chunks=0)
        one.push()
        two.recorder.append(session_id, [event(BenchBegan("another", 10))])  # a record of its own, of the same name
        two.recorder.synchronise(10)
        assert faults(one) == []
        assert [fault.seq for fault in faults(two, session_id)] == [1]
