"""Taking a session to another console: record, lease, and what becomes of the former holder's entries."""

import pytest
from clinic_rooms import rooms
from sqlalchemy import func, select
from store_kit import BenchBegan

from console.domain.errors import OperatorError
from db.stored_rows import hash_at, load_tail
from db.sync import server_tables as server
from db.sync.lease import StaleLease, acts, lease_of
from db.sync.lease_book import LeaseBook
from db.sync.outbox import SyncThread
from db.sync.quarantine import Why
from db.sync.taking import Taking


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr("db.sync.clinic_key._MEMORY_KIB", 64)


@pytest.fixture
def clinic(tmp_path, server_address):
    with rooms(tmp_path, server_address) as made:
        yield made


def taking(room):
    return Taking(room.folder, room.recorder, room.known, room.clock)


def chain(room, session_id):
    with room.store.reading() as local:
        return [hash_at(local, session_id, seq) for seq in range(1, load_tail(local, session_id).seq + 1)]


def there(room, session_id):
    with room.link.transaction() as connection:
        return list(connection.execute(select(server.entry.c.hash).where(
            server.entry.c.session_id == session_id).order_by(server.entry.c.seq)).scalars())


def test_a_session_goes_on_at_the_other_console_and_the_former_s_later_entries_are_set_aside(clinic):
    one, two = clinic
    one.register("P-0001", "A")
    session_id = one.session("P-0001")
    one.push()
    assert taking(two).take(two.link, session_id, "PR-02", 1, "Room 1 is wet") == 2
    assert chain(two, session_id) == chain(one, session_id) == there(one, session_id)
    before = there(one, session_id)
    one.add(session_id, BenchBegan("late", 1))
    told = one.push().told
    assert told.aside[session_id][0] is Why.LEASE and "Room 2 holds the session" in told.aside[session_id][1]
    assert there(one, session_id) == before
    two.add(session_id, BenchBegan("on", 2))
    two.push()
    assert there(one, session_id) == chain(two, session_id) != chain(one, session_id)
    with one.link.transaction() as connection:
        aside = connection.execute(select(server.quarantine.c.hash, server.quarantine.c.why)).all()
    assert [(row.hash, row.why) for row in aside] == [(chain(one, session_id)[-1], "lease")]
    with pytest.raises(OperatorError, match="go apart at entry"):  # it is never mended silently
        taking(one).take(one.link, session_id, "PR-01", 2, "dry again")
    with one.link.transaction() as connection:
        assert lease_of(connection, session_id).console_name == "Room 2"
        assert len(acts(connection, one.known.clinic_key, session_id)) == 2
        assert connection.execute(select(func.count()).select_from(server.quarantine)).scalar_one() == 1


def test_a_stale_sight_takes_nothing(clinic):
    one, two = clinic
    session_id = one.session()
    one.push()
    with pytest.raises(StaleLease, match="changed meanwhile"):
        taking(two).take(two.link, session_id, "PR-02", 7, "why")
    with one.link.transaction() as connection:
        assert lease_of(connection, session_id).number == 1


def test_the_book_tells_how_the_leases_stand_also_after_a_start_with_no_server(clinic):
    one, two = clinic
    session_id = one.session()
    one.push()
    book, other = LeaseBook(taking(one)), LeaseBook(taking(two))
    sync = SyncThread(two.folder, two.known, two.clock, rounds=[other.make_round])
    other.ask_by(sync)
    for room, one_book in ((one, book), (two, other)):
        with room.link.transaction() as connection:
            one_book.make_round(connection)
    assert book.view().elsewhere(session_id) is None
    seen = other.view().elsewhere(session_id)
    assert seen is not None and seen.console_name == "Room 1"
    sync.start()
    import queue

    answers = queue.SimpleQueue()
    other.take_over(seen, "PR-02", "Room 1 is wet", answers.put)
    assert answers.get(timeout=30) is None
    assert other.view().elsewhere(session_id) is None
    assert sync.stop(30)
    with one.link.transaction() as connection:
        book.make_round(connection)
    assert one.recorder.synchronise(10)
    assert book.view().elsewhere(session_id).console_name == "Room 2"
    again = LeaseBook(taking(one))  # another start; the server is not asked
    lost = again.view().elsewhere(session_id)
    assert (lost.console_name, lost.number, lost.actor_id) == ("Room 2", 2, "PR-02")
    assert again.view().reasons[session_id] == "Room 1 is wet"
    for one_book in (book, other, again):
        one_book.close()
