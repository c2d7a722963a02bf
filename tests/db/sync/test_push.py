"""What a console records reaches the clinic server once, whole and sealed."""

from contextlib import contextmanager

import pytest
from clinic_rooms import hashes, local_hashes, rooms
from sqlalchemy import func, select
from store_kit import BenchBegan, batch, without_guards

from db import tables
from db.sync import server_tables as server
from db.sync.clinic_key import key_id
from db.sync.patients import key_copy, row_copy
from db.sync.push import server_top
from db.sync.quarantine import Why
from db.sync.server_link import ServerAway, ServerLink

ALL = (server.entry, server.event, server.chunk, server.body)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr("db.sync.clinic_key._MEMORY_KIB", 64)


@pytest.fixture
def clinic(tmp_path, server_address):
    with rooms(tmp_path, server_address) as made:
        yield made


def counts(link: ServerLink) -> list[int]:
    with link.transaction() as connection:
        return [connection.execute(select(func.count()).select_from(table)).scalar_one() for table in ALL]


def test_all_entries_arrive_once(clinic):
    one, _ = clinic
    ids = [one.session(), one.session(events=70)]
    one.push()
    for session_id in ids:
        assert hashes(one.link, session_id) == local_hashes(one, session_id)
    before = counts(one.link)
    assert before[0] == before[1] + before[2] and before[2] == before[3] > 0
    assert one.push().told.entries == 0
    one.add(ids[0], BenchBegan("more", 1))
    assert one.push().told.entries == 1
    assert hashes(one.link, ids[0]) == local_hashes(one, ids[0])


def test_merged_bodies_go_as_the_chunks_they_were(clinic):
    one, _ = clinic
    session_id = one.session(chunks=3)
    with one.store.reading() as connection:
        before = {row.first_seq: bytes(row.body) for row in connection.execute(select(tables.telemetry_body))}
    one.recorder.merge_bodies(session_id)
    one.recorder.synchronise(10)
    one.push()
    with one.link.transaction() as connection:
        there = {row.first_seq: row.body for row in connection.execute(select(server.body))}
    assert there == before and len(there) > 1


def test_no_name_and_no_payload_can_be_read_on_the_server(clinic, postgres):
    one, _ = clinic
    one.register("P-0001", "Zephyrine Quastel")
    session_id = one.session("P-0001")
    one.session()  # of the open form: no patient
    one.push()
    dump = postgres.dump(one.known.address.database)
    assert str(session_id) in dump
    with one.store.reading() as connection:
        key = connection.execute(select(tables.patient_key.c.key)).scalar_one()
    for secret in ("Zephyrine", "Quastel", "port 0", key.hex(), one.known.clinic_key.hex(), "030 1"):
        assert secret not in dump, secret
    with one.link.transaction() as connection:
        assert key_copy(connection, one.known.clinic_key, "P-0001", key_id(key)) == key
        copy = row_copy(connection, "P-0001", key)
    assert copy is not None and copy.fields["name"] == "Zephyrine Quastel"


def test_a_push_cut_off_by_a_fall_of_the_server_is_made_good(clinic, postgres, monkeypatch):
    one, _ = clinic
    session_id = one.session(events=120)
    seen = []
    real = one.link.transaction

    @contextmanager
    def falling():
        with real() as connection:
            yield connection
            seen.append(1)
            if len(seen) == 5:
                postgres.stop("immediate")  # before the commit

    monkeypatch.setattr(one.link, "transaction", falling)
    with pytest.raises(ServerAway):
        one.push()
    postgres.start()
    assert 0 < len(hashes(one.link, session_id)) < len(local_hashes(one, session_id))
    one.push()
    assert hashes(one.link, session_id) == local_hashes(one, session_id)


def test_another_entry_at_the_same_place_is_set_aside_and_never_overwritten(clinic):
    one, two = clinic
    session_id = one.session(events=30)
    one.push()
    before = hashes(one.link, session_id)
    two.add(session_id, *(BenchBegan(f"other {number}", 1) for number in range(60)))
    told = two.push().told
    assert told.aside[session_id][0] is Why.FORK and "another entry 1" in told.aside[session_id][1]
    assert hashes(one.link, session_id) == before
    with one.link.transaction() as connection:
        aside = connection.execute(select(server.quarantine).order_by(server.quarantine.c.seq)).all()
    assert [row.seq for row in aside] == list(range(1, 61)) and {row.why for row in aside} == {"fork"}
    assert "other 7" not in aside[7].entry
    two.push()
    with one.link.transaction() as connection:
        assert connection.execute(select(func.count()).select_from(server.quarantine)).scalar_one() == 60


def test_a_fork_in_mid_chain_is_found_at_its_first_entry(clinic):
    one, _ = clinic
    session_id = one.session(events=20, chunks=0)
    one.push()
    reached = len(local_hashes(one, session_id))
    with without_guards(one.folder) as raw:
        raw.execute("UPDATE session_event SET hash = zeroblob(32) WHERE session_id = ? AND seq >= 13",
                    (session_id.hex,))
    told = one.push().told
    assert "another entry 13" in told.aside[session_id][1]
    with one.link.transaction() as connection:
        assert server_top(connection, session_id).seq == reached


def test_a_row_of_a_patient_that_another_console_changed_stands(clinic):
    one, two = clinic
    one.register("P-0001", "Ada One")
    session_id = one.session("P-0001")
    one.push()
    with one.store.reading() as connection:
        key = connection.execute(select(tables.patient_key.c.key)).scalar_one()
    two.recorder.write(lambda connection: connection.execute(
        tables.patient_key.insert().values(patient_id="P-0001", key=key, made_us=1)))
    two.register("P-0001", "Ada Two")
    other = two.session("P-0001")
    told = two.push().told
    assert told.stale_patients == {"P-0001"}
    with one.link.transaction() as connection:
        copy = row_copy(connection, "P-0001", key)
    assert copy is not None and copy.fields["name"] == "Ada One"
    assert hashes(one.link, other) == local_hashes(two, other) and session_id != other


def test_erasing_a_patient_takes_the_key_from_the_server_for_good(clinic):
    one, _ = clinic
    one.register("P-0001", "Ada One")
    session_id = one.session("P-0001")
    one.push()
    with one.store.reading() as connection:
        key = connection.execute(select(tables.patient_key.c.key)).scalar_one()

    def erased(connection):
        connection.execute(tables.patient_key.delete())
        connection.execute(tables.erasure.insert().values(
            number=1, patient_id="P-0001", erased_us=1, actor_id="MG-01", ground="request", reason="asked"))

    one.recorder.write(erased)
    one.push()
    with one.link.transaction() as connection:
        assert key_copy(connection, one.known.clinic_key, "P-0001", key_id(key)) is None
    one.recorder.write(lambda connection: connection.execute(
        tables.patient_key.insert().values(patient_id="P-0001", key=key, made_us=1)))  # an old backup, put back
    one.add(session_id, BenchBegan("after", 1))
    one.push()
    with one.link.transaction() as connection:
        assert key_copy(connection, one.known.clinic_key, "P-0001", key_id(key)) is None


def test_a_chunk_s_samples_that_cannot_be_read_hold_up_no_other_session(clinic):
    one, _ = clinic
    bad, good = one.session(), one.session()
    with without_guards(one.folder) as raw:
        raw.execute("DELETE FROM telemetry_body WHERE session_id = ?", (bad.hex,))
    told = one.push().told
    assert list(told.damaged) == [bad]
    assert hashes(one.link, good) == local_hashes(one, good)


def test_samples_recorded_while_away_follow_on_return(clinic, postgres):
    one, _ = clinic
    session_id = one.session()
    one.push()
    postgres.stop("immediate")
    try:
        one.recorder.add_samples(session_id, batch(900, 100))
        one.add(session_id, BenchBegan("meanwhile", 1))
        with pytest.raises(ServerAway):
            one.push()
    finally:
        postgres.start()
    one.push()
    assert hashes(one.link, session_id) == local_hashes(one, session_id)
