"""The round of the leases: renewed, given back where closed, and entered in the console's own audit."""

from dataclasses import replace
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import insert, select
from store_kit import BenchBegan, StillClock, bench_folder, event, summary

from console.domain.leases import LEASE_S, LeaseAct
from db import tables
from db.recorder_thread import RecorderThread
from db.session_store import SessionStore
from db.sync import lease_round as rounds
from db.sync import server_tables as server
from db.sync.consoles import console_id_of
from db.sync.lease import acts, give_back, lease_number_for, take, take_over
from db.sync.lease_round import NotedActs, closed_here, lease_round
from db.sync.server_link import ServerLink

SESSION, OTHER, KEY = UUID(int=7), UUID(int=2), b"k" * 32


def sealed(*story):
    return replace(summary(*story), state="sealed")


class Room:
    """A console with its folder, its audit and a link."""

    def __init__(self, path, address):
        self.folder, self.link = bench_folder(path), ServerLink(address, "")
        self.recorder = RecorderThread(self.folder, StillClock(), sealed)
        self.recorder.start()
        self.store = SessionStore(self.folder)
        self.id = console_id_of(self.folder)

    def notes(self):
        with self.store.reading() as local:
            return NotedActs(local)

    def round(self, notes):
        with self.store.reading() as local, self.link.transaction() as connection:
            done = lease_round(connection, partial(closed_here, local), KEY, self.id, notes, self.recorder.audit)
        assert self.recorder.synchronise(10)
        return done

    def audit(self):
        entry = tables.audit_entry
        with self.store.reading() as local:
            return [tuple(row) for row in local.execute(
                select(entry.c.actor, entry.c.action, entry.c.subject, entry.c.detail).where(
                    entry.c.action.startswith("lease_")).order_by(entry.c.seq))]


@pytest.fixture
def room(tmp_path, server_address):
    made = Room(tmp_path / "room", server_address)
    with made.link.transaction() as connection:
        connection.execute(insert(server.console), [
            {"console_id": one, "rev": 1, "name": name, "station_key_id": "s", "station_public_key": b"s",
             "member": True, "changed_us": 1} for one, name in ((made.id, "Room 1"), (OTHER, "Room 2"))])
    yield made
    made.link.close()
    made.store.close()
    made.recorder.stop(10)
    made.folder.close()


def test_acts_come_into_the_audit_once_also_after_a_start(room):
    with room.link.transaction() as connection:
        take(connection, SESSION, room.id, "PR-01")
        take_over(connection, KEY, SESSION, OTHER, "PR-02", 1, "Room 1 is wet")
    first = room.notes()
    done = room.round(first)
    assert [one.console_name for one in done.leases] == ["Room 2"] and done.now_us >= done.leases[0].taken_us
    told = room.audit()
    assert [one[:3] for one in told] == [
        ("PR-01", "lease_taken", str(SESSION)), ("PR-02", "lease_lost", str(SESSION))]
    assert '"by":"Room 2"' in told[1][3] and '"why":"Room 1 is wet"' in told[1][3]
    room.round(first)
    room.round(room.notes())  # another start: what stands in the audit is known
    assert room.audit() == told
    with room.link.transaction() as connection:
        take_over(connection, KEY, SESSION, room.id, "PR-01", 2, "dry again")
    room.round(room.notes())
    assert [one[1] for one in room.audit()] == ["lease_taken", "lease_lost", "lease_taken_over"]
    assert '"held_by":"Room 2"' in room.audit()[2][3]


def test_acts_among_others_are_not_ours_to_note(room):
    with room.link.transaction() as connection:
        take(connection, SESSION, OTHER, "PR-02")
        give_back(connection, SESSION, OTHER, 1, "PR-02")
    assert room.round(room.notes()).leases == ()
    assert room.audit() == []


def test_a_lease_is_renewed_in_time_and_one_of_a_closed_session_given_back(room, monkeypatch):
    with room.link.transaction() as connection:
        take(connection, SESSION, room.id, "PR-01")
    room.round(room.notes())
    monkeypatch.setattr(rounds, "_RENEW_BELOW_US", (LEASE_S + 1) * 1_000_000)
    room.round(room.notes())
    room.recorder.append(SESSION, [event(BenchBegan("port", 10))])
    assert room.recorder.synchronise(10)
    assert room.round(room.notes()).leases == ()
    with room.link.transaction() as connection:
        assert [one.act for one in acts(connection, KEY, SESSION)] == [
            LeaseAct.TAKEN, LeaseAct.RENEWED, LeaseAct.GIVEN_BACK]
    assert [one[1] for one in room.audit()] == ["lease_taken"]  # what a console does by itself is not noted


def test_what_a_push_takes_and_a_person_gives_back(room):
    with room.link.transaction() as connection:
        number = lease_number_for(connection, SESSION, room.id)
        give_back(connection, SESSION, room.id, number, "PR-01")
    room.round(room.notes())
    assert [one[:2] for one in room.audit()] == [("PR-01", "lease_given_back")]
