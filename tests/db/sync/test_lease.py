"""The lease of a session, on a real PostgreSQL."""

import threading
from contextlib import contextmanager
from uuid import UUID

import pytest
from sqlalchemy import delete, insert, select, text, update

from console.domain.errors import OperatorError, Refusal
from console.domain.leases import LEASE_S, LeaseAct
from db.sync import lease_tables
from db.sync import server_tables as server
from db.sync.lease import (
    LeaseLost,
    StaleLease,
    acts,
    give_back,
    held_leases,
    lease_number_for,
    lease_of,
    renew,
    take,
    take_over,
)
from db.sync.server_link import ServerLink, ServerRefused

SESSION, ONE, TWO, KEY = UUID(int=7), UUID(int=1), UUID(int=2), b"k" * 32


@pytest.fixture
def links(server_address):
    made = [ServerLink(server_address, ""), ServerLink(server_address, "")]
    with made[0].transaction() as connection:
        connection.execute(insert(server.console), [
            {"console_id": one, "rev": 1, "name": name, "station_key_id": "s", "station_public_key": b"s",
             "member": True, "changed_us": 1} for one, name in ((ONE, "Room 1"), (TWO, "Room 2"))])
    yield made
    for link in made:
        link.close()


@pytest.fixture
def link(links):
    return links[0]


def done(link, session_id=SESSION):
    with link.transaction() as connection:
        return [(one.act, one.number, one.console_name, one.from_name, one.reason)
                for one in acts(connection, KEY, session_id)]


def entry(number, console_id, seq=1):
    before = bytes(32) if seq == 1 else bytes([seq - 1]) * 32
    return insert(server.entry).values(session_id=SESSION, seq=seq, prev_hash=before, hash=bytes([seq]) * 32,
                                       console_id=console_id, lease_number=number)


@contextmanager
def refused(link, error, match):
    with pytest.raises(error, match=match), link.transaction() as connection:
        yield connection


def test_the_first_push_takes_it_and_another_console_is_refused(link):
    with link.transaction() as connection:
        assert lease_number_for(connection, SESSION, ONE) == 1
        assert lease_number_for(connection, SESSION, ONE) == 1
    with refused(link, LeaseLost, "Room 1 holds the session") as connection:
        lease_number_for(connection, SESSION, TWO)
    with refused(link, LeaseLost, "Room 1 holds the session"):
        take(connection, SESSION, TWO, "PR-02")
    assert done(link) == [(LeaseAct.TAKEN, 1, "Room 1", "", "")]


def test_a_take_over_moves_it_with_its_reason_and_fences_the_former(link):
    with link.transaction() as connection:
        take(connection, SESSION, ONE, "PR-01")
        mine = take_over(connection, KEY, SESSION, TWO, "PR-02", 1, " Room 1 lost  its screen ")
    assert (mine.number, mine.console_name, mine.held, mine.actor_id) == (2, "Room 2", True, "PR-02")
    for act in (lambda c: lease_number_for(c, SESSION, ONE), lambda c: renew(c, SESSION, ONE, 1),
                lambda c: give_back(c, SESSION, ONE, 1, "PR-01")):
        with refused(link, LeaseLost, r"Room 2 holds the session \(lease 2\)") as connection:
            act(connection)
    assert done(link)[-1] == (LeaseAct.TAKEN_OVER, 2, "Room 2", "Room 1", "Room 1 lost its screen")
    with link.transaction() as connection:
        assert "screen" not in str(connection.execute(select(lease_tables.act.c.reason)).scalars().all())


def test_who_saw_a_former_lease_is_told_how_it_stands(link):
    with link.transaction() as connection:
        take(connection, SESSION, ONE, "PR-01")
        take_over(connection, KEY, SESSION, TWO, "PR-02", 1, "why")
        take_over(connection, KEY, SESSION, ONE, "PR-01", 2, "why")
    with pytest.raises(StaleLease, match="Room 1 holds it now") as told, link.transaction() as connection:
        take_over(connection, KEY, SESSION, TWO, "PR-02", 1, "why")
    assert told.value.now is not None and told.value.now.number == 3
    for seen, reason, error in ((3, " ", Refusal), (4, "why", StaleLease)):
        with refused(link, error, "nothing was taken over") as connection:
            take_over(connection, KEY, SESSION, TWO, "PR-02", seen, reason)
    assert len(done(link)) == 3


def test_what_was_given_back_is_free_but_not_to_the_pushes_of_a_former_holder(link):
    with link.transaction() as connection:
        give_back(connection, SESSION, ONE, take(connection, SESSION, ONE, "PR-01").number, "PR-01")
        assert held_leases(connection) == []
        assert lease_number_for(connection, SESSION, ONE) == 2  # nobody had it between
        give_back(connection, SESSION, ONE, 2, "PR-01")
        assert take(connection, SESSION, TWO, "PR-02").number == 3
        give_back(connection, SESSION, TWO, 3, "PR-02")
    with refused(link, LeaseLost, "Room 2 held the session") as connection:
        lease_number_for(connection, SESSION, ONE)
    assert [one[0] for one in done(link)] == [
        LeaseAct.TAKEN, LeaseAct.GIVEN_BACK, LeaseAct.TAKEN, LeaseAct.GIVEN_BACK, LeaseAct.TAKEN, LeaseAct.GIVEN_BACK]


def test_a_renewal_promises_another_while(link):
    with link.transaction() as connection:
        first = take(connection, SESSION, ONE, "PR-01")
        renew(connection, SESSION, ONE, 1)
        later = lease_of(connection, SESSION)
    assert later is not None and later.until_us > first.until_us and later.taken_us == first.taken_us
    assert 0 < later.until_us - later.taken_us - LEASE_S * 1_000_000 < 1_000_000 * 60
    assert done(link)[-1][0] is LeaseAct.RENEWED


def test_the_server_itself_refuses_what_bears_no_valid_lease(link):
    with link.transaction() as connection:
        take(connection, SESSION, ONE, "PR-01")
        connection.execute(entry(1, ONE))
        take_over(connection, KEY, SESSION, TWO, "PR-02", 1, "why")
    for number, console_id in ((1, ONE), (2, ONE), (1, TWO), (None, TWO), (None, ONE)):
        with refused(link, ServerRefused, "another console holds the session") as connection:
            connection.execute(entry(number, console_id, 2))
    with link.transaction() as connection:
        connection.execute(entry(2, TWO, 2))


def test_a_lease_changes_only_by_its_acts_and_no_act_can_be_written_or_taken_away(link):
    with link.transaction() as connection:
        take(connection, SESSION, ONE, "PR-01")
    table = lease_tables.lease
    for change in ({"number": 2}, {"number": 9, "console_id": TWO, "reason": "x"}, {"number": 1, "console_id": TWO},
                   {"number": 2, "console_id": TWO, "reason": ""}, {"session_id": ONE}):
        with refused(link, ServerRefused, "a lease cannot change so") as connection:
            connection.execute(update(table).values(change))
    for forbidden in (delete(table), delete(lease_tables.act), update(lease_tables.act).values(number=5),
                      insert(lease_tables.act).values(session_id=SESSION, number=1, act="taken", console_id=ONE,
                                                      actor_id="", reason="", at_us=1)):
        with refused(link, ServerRefused, "no right") as connection:
            connection.execute(forbidden)
    assert len(done(link)) == 1


def test_of_two_take_overs_at_once_one_is_stale(links):
    with links[0].transaction() as connection:
        take(connection, SESSION, UUID(int=3), "PR-03")
    gate, told = threading.Barrier(2), []

    def race(link, console_id):
        try:
            with link.transaction() as connection:
                connection.execute(text("SELECT 1"))
                gate.wait(20)
                take_over(connection, KEY, SESSION, console_id, "PR", 1, "why")
            told.append(console_id)
        except StaleLease as stale:
            told.append(stale.now.number)

    hands = [threading.Thread(target=race, args=pair) for pair in zip(links, (ONE, TWO), strict=True)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join(30)
    assert 2 in told and len(set(told) & {ONE, TWO}) == 1
    assert [one[0] for one in done(links[0])] == [LeaseAct.TAKEN, LeaseAct.TAKEN_OVER]


def test_the_tables_are_as_the_scripts_make_them(link, postgres, server_address):
    for table in lease_tables.metadata.sorted_tables:
        rows = postgres.sql(server_address.database, "SELECT column_name || ' ' || is_nullable FROM "
                            f"information_schema.columns WHERE table_name = '{table.name}'")
        assert set(rows) == {f"{one.name} {'YES' if one.nullable else 'NO'}" for one in table.columns}
    with pytest.raises(OperatorError, match="append-only"):
        postgres.sql(server_address.database, "DELETE FROM session_lease")
