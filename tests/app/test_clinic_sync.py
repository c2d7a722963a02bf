"""A running console that belongs to a clinic server: it sends by itself, and nothing of it waits for the server."""

import threading

import pytest
from fake_clock import FakeClock
from sqlalchemy import select

from console.app.cli import main
from console.app.compose import compose
from console.domain.people import Patient, Role, Staff
from console.services.day_desk import Place
from db.data_folder import DEMO, create_folder, open_folder
from db.stored_rows import load_tail
from db.sync import server_tables as server
from db.sync.consoles import found_clinic
from db.sync.server_link import ServerLink
from ui.desk.clinic_due import due_words

PLACE = Place("Room 2", "station-1", "demo")
MEYER = Staff("PR-02", "A. Meyer", Role.PRACTITIONER)


@pytest.fixture
def joined(tmp_path, server_address):
    folder = create_folder(tmp_path / "demo", DEMO, FakeClock())
    link = ServerLink(server_address, "")
    found_clinic(folder, link, server_address, "", "Room 2")
    link.close()
    folder.close()
    return folder


@pytest.fixture
def link(server_address):
    made = ServerLink(server_address, "")
    yield made
    made.close()


def reached(link, session_id) -> int:
    with link.transaction() as connection:
        return max(connection.execute(
            select(server.entry.c.seq).where(server.entry.c.session_id == session_id)).scalars(), default=0)


def begin(made):
    made.console.registry.save_patient(Patient("P-0412", "Anna Keller", "1992-03-04"), "PR-02")
    made.console.desk.actor = MEYER
    session_id = made.console.day.start("P-0412", "facial_acne_scars")
    assert made.recorder.synchronise(20)
    with made.query_store.reading() as connection:
        return session_id, load_tail(connection, session_id).seq


def ended(name: str) -> None:
    for thread in threading.enumerate():
        if thread.name == name:
            thread.join()


def test_what_a_console_records_reaches_the_server_by_itself(joined, link, qapp):
    made = compose(open_folder(joined.path, writing=True), FakeClock(), PLACE)
    session_id, upto = begin(made)
    while reached(link, session_id) < upto:
        threading.Event().wait(0.02)
    assert not any("server" in one for one in due_words(made.console))
    assert made.close()
    ended("sync")
    assert main(["verify", "--data", str(joined.path), "--server"]) == 0


def test_a_frozen_server_holds_up_neither_the_record_nor_the_end(joined, postgres, link, qapp):
    postgres.freeze()
    try:
        made = compose(open_folder(joined.path, writing=True), FakeClock(), PLACE)
        session_id, upto = begin(made)
        while "Clinic server away; all is saved here" not in due_words(made.console):
            threading.Event().wait(0.02)
        assert made.close(), "everything is saved here"
    finally:
        postgres.thaw()
    ended("sync")
    assert main(["server", "push", "--data", str(joined.path)]) == 0
    assert reached(link, session_id) == upto
