"""The sync thread sends by itself, waits while the server is away, and holds up nobody."""

import threading

import pytest
from clinic_rooms import rooms
from sqlalchemy import func, select, text
from store_kit import BenchBegan, StillClock

from db.stored_rows import load_tail
from db.sync import outbox
from db.sync import server_tables as server
from db.sync.outbox import SyncThread
from db.sync.server_link import ServerLink

LIMIT_S = 60.0


@pytest.fixture
def room(tmp_path, server_address, monkeypatch):
    monkeypatch.setattr(outbox, "LAST_WAIT_S", 0.1)
    with rooms(tmp_path, server_address, 1) as made:
        yield made[0]


@pytest.fixture
def sync(room):
    made = SyncThread(room.folder, room.known, StillClock(), look_s=0.01)
    yield made
    assert made.stop(LIMIT_S)


def until(link_of, wanted):
    """Wait for the server to hold so many entries."""
    for _ in range(6_000):
        link = ServerLink(link_of.known.address, "")
        try:
            with link.transaction() as connection:
                if connection.execute(select(func.count()).select_from(server.entry)).scalar_one() >= wanted:
                    return
        finally:
            link.close()
        threading.Event().wait(0.01)
    raise AssertionError("the entries did not arrive")


def entries(room, *ids):
    with room.store.reading() as connection:
        return sum(load_tail(connection, one).seq for one in ids)


def test_what_was_there_and_what_comes_is_sent(room, sync):
    first = room.session()
    sync.start()
    until(room, entries(room, first))
    second = room.session()
    until(room, entries(room, first, second))
    assert sync.state().failing == ""


def test_it_goes_on_by_itself_after_the_server_was_away(room, sync, postgres):
    session_id = room.session()
    sync.start()
    until(room, entries(room, session_id))
    postgres.stop("immediate")
    try:
        room.add(session_id, BenchBegan("meanwhile", 1))
        while not sync.state().failing:
            threading.Event().wait(0.01)
        assert "everything is saved here" in sync.state().failing
    finally:
        postgres.start()
    until(room, entries(room, session_id))


def test_what_is_asked_of_it_is_answered_with_its_link(room, sync):
    answers, done = [], threading.Event()

    def note(result, error):
        answers.append((result, error))
        if len(answers) == 2:
            done.set()

    def asked(link):
        with link.transaction() as connection:
            return connection.execute(text("SELECT 7")).scalar_one(), threading.current_thread().name

    sync.start()
    sync.ask(asked, note)
    sync.ask(lambda link: 1 // 0, note)
    assert done.wait(LIMIT_S)
    assert answers[0] == ((7, "sync"), None) and isinstance(answers[1][1], ZeroDivisionError)
