"""A session of another console comes into the record whole and proved, or not at all."""

import hashlib

import pytest
from clinic_rooms import hashes, local_hashes, rooms
from sqlalchemy import delete, func, insert, select, update
from store_kit import BenchBegan, event, without_guards

from console.domain.errors import OperatorError
from console.domain.events_of_photos import PhotoTaken
from console.domain.photo_ports import Developed, PhotoRow
from console.services.ids import new_id
from db import tables
from db.photos import PhotoStore
from db.sync import server_tables as server
from db.sync.fetch import fetch_session, find_on_server
from db.sync.quarantine import Why
from db.sync.server_check import compare_with_server
from db.verify import verify_folder, verify_session


@pytest.fixture
def clinic(tmp_path, server_address, monkeypatch):
    monkeypatch.setattr("db.sync.clinic_key._MEMORY_KIB", 64)
    with rooms(tmp_path, server_address) as made:
        yield made


def fetched(room, session_id):
    return fetch_session(room.folder, room.recorder, room.link, room.known, session_id, "PR-02", 1_763_000_000_000_000)


def counted(room, table):
    with room.store.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_a_session_comes_with_its_patient_and_goes_on_here(clinic):
    one, two = clinic
    one.register("P-0001", "Ada One")
    session_id = one.session("P-0001", events=60)
    one.push()
    made = fetched(two, session_id)
    assert made.entries == len(local_hashes(one, session_id)) and made.patient_id == "P-0001"
    assert local_hashes(two, session_id) == local_hashes(one, session_id)
    assert two.registry.patient("P-0001").name == "Ada One"
    assert two.store.row(session_id).patient_id == "P-0001" and two.store.row(session_id).samples == 200
    assert two.store.events(session_id) == one.store.events(session_id)
    assert two.store.chunks(session_id) == one.store.chunks(session_id)
    two.take_over(session_id)
    two.add(session_id, BenchBegan("goes on", 1))
    assert verify_folder(two.folder) == []
    two.push()
    assert hashes(two.link, session_id) == local_hashes(two, session_id)


def test_it_comes_back_to_the_first_console_after_the_second_went_on(clinic):
    one, two = clinic
    session_id = one.session("P-0001")
    one.push()
    fetched(two, session_id)
    two.take_over(session_id)
    two.add(session_id, BenchBegan("goes on", 1))
    two.push()
    assert fetched(one, session_id).entries == 1
    assert fetched(one, session_id).entries == 0
    one.take_over(session_id)
    one.add(session_id, BenchBegan("and on", 1))  # behind what came, not beside it
    assert verify_session(one.folder, session_id) is None
    one.push()
    assert hashes(one.link, session_id) == local_hashes(one, session_id)
    for room in clinic:
        assert compare_with_server(room.folder, room.store, room.link, room.known) == []


def test_what_a_console_writes_without_the_lease_is_set_aside_and_told(clinic):
    one, two = clinic
    session_id = one.session("P-0001")
    one.push()
    fetched(two, session_id)
    two.take_over(session_id)
    one.add(session_id, BenchBegan("too late", 1))
    told = one.push().told
    assert told.aside[session_id][0] is Why.LEASE and "Room 2 holds the session" in told.aside[session_id][1]
    one.push()
    with one.link.transaction() as connection:
        assert connection.execute(select(server.quarantine.c.why)).scalars().all() == ["lease"]
    assert hashes(two.link, session_id) == local_hashes(two, session_id)


def test_a_bench_session_of_the_open_form_opens_too(clinic):
    one, two = clinic
    session_id = one.session()
    one.push()
    fetched(two, session_id)
    assert verify_session(two.folder, session_id) is None
    assert two.store.events(session_id)[0].event.what == BenchBegan("port", 10)


def test_chains_that_go_apart_are_refused(clinic):
    one, two = clinic
    session_id = one.session()
    one.push()
    two.recorder.append(session_id, [event(BenchBegan("another", 10))])
    two.recorder.synchronise(10)
    before = local_hashes(two, session_id)
    with pytest.raises(OperatorError, match="go apart at entry 1"):
        fetched(two, session_id)
    assert local_hashes(two, session_id) == before


def test_a_number_that_is_another_person_s_here_is_refused(clinic):
    one, two = clinic
    for room in clinic:
        room.register("P-0001", "Somebody")
    two.session("P-0001")
    session_id = one.session("P-0001")
    one.push()
    with pytest.raises(OperatorError, match="another person's number"):
        fetched(two, session_id)
    assert local_hashes(two, session_id) == [] and counted(two, tables.patient_key) == 1


@pytest.mark.parametrize(("table", "change"), [
    (server.event, {"actor_id": "PR-99"}), (server.chunk, {"count": 7}), (server.body, {"body": b"12345678rest"}),
    (server.event, {"payload": '{"clinic":"AAAA"}'})])
def test_what_was_altered_on_the_server_is_refused(clinic, postgres, table, change):
    one, two = clinic
    session_id = one.session("P-0001")
    one.push()
    database = one.known.address.database
    postgres.sql(database, f"ALTER TABLE {table.name} DISABLE TRIGGER USER")
    postgres.sql(database, f"GRANT UPDATE ON {table.name} TO needling_console")
    with one.link.transaction() as connection:
        connection.execute(update(table).values(**change))
    with pytest.raises(OperatorError, match=r"does not verify|was altered"):
        fetched(two, session_id)
    assert local_hashes(two, session_id) == [] and counted(two, tables.patient_key) == 0
    assert verify_folder(two.folder) == []


def test_an_erased_patient_s_session_stays_away(clinic):
    one, two = clinic
    session_id = one.session("P-0001")
    one.push()
    with one.link.transaction() as connection:
        there = connection.execute(select(server.session)).one()
        connection.execute(insert(server.erased_key).values(
            patient_id="P-0001", key_id=there.key_id, console_id=there.console_id))
        connection.execute(delete(server.patient_key_copy))
    with pytest.raises(OperatorError, match="was erased"):
        fetched(two, session_id)
    assert local_hashes(two, session_id) == []


def test_a_session_is_found_by_its_first_characters(clinic):
    one, _ = clinic
    session_id = one.session()
    one.push()
    assert find_on_server(one.link, str(session_id)) == session_id
    assert find_on_server(one.link, session_id.hex[:20]) == session_id
    for wrong, said in (("no", "is not a session"), ("abcdef", "no session that begins with")):
        with pytest.raises(OperatorError, match=said):
            find_on_server(one.link, wrong)
    with pytest.raises(OperatorError, match="holds no session"):
        fetched(one, new_id())


@pytest.mark.parametrize("of_an_earlier_console", [False, True])
def test_photos_come_with_their_session_and_lie_under_the_patient_s_key(clinic, postgres, of_an_earlier_console):
    one, two = clinic
    session_id, picture, small = one.session("P-0001"), b"PLAINTEXT-OF-THE-PICTURE", b"PLAINTEXT-SMALL"
    digest = hashlib.sha256(picture)
    shelf = PhotoStore(one.store, one.recorder)
    shelf.keep([PhotoRow("photo-0001", session_id, "P-0001", "before", "frontal", 5,
                         Developed(picture, small, 8, 12), digest.digest())], "PR-02")
    one.add(session_id, PhotoTaken("photo-0001", "frontal", "before", digest.hexdigest(), len(picture),
                                   hashlib.sha256(small).hexdigest(), 8, 12, "jpeg", "file"))
    if of_an_earlier_console:
        with without_guards(one.folder) as raw:
            raw.execute("UPDATE photo SET body = ?, thumb = ?", (picture, small))
    one.push()
    dump = postgres.dump(one.known.address.database)
    assert "photo-0001" in dump and picture.hex() not in dump and small.hex() not in dump
    fetched(two, session_id)
    assert PhotoStore(two.store, two.recorder).body("photo-0001") == picture
    assert verify_session(two.folder, session_id) is None


def test_a_newer_row_of_the_patient_comes_along_and_the_former_stays_beside_it(clinic):
    one, two = clinic
    one.register("P-0001", "Ada One")
    session_id = one.session("P-0001")
    one.push()
    fetched(two, session_id)
    one.register("P-0001", "Ada Married")
    other = one.session("P-0001")
    one.push()
    fetched(two, other)
    assert two.registry.patient("P-0001").name == "Ada Married" and counted(two, tables.patient) == 2
    assert [found.name for found in two.registry.patients("married")] == ["Ada Married"]
