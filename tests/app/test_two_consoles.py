"""Two whole consoles on one clinic server: a session goes from one to the other, and the first knows."""

import queue
from contextlib import closing as closing_of

import pytest
from fake_clock import FakeClock

from console.app.compose import compose
from console.domain import closing, intake, needling
from console.domain import session_events as ev
from console.domain.errors import Refusal
from console.domain.people import Patient, Role, Staff
from console.services.day_desk import Place
from db.data_folder import DEMO, create_folder, open_folder
from db.sync.clinic_key import invitation
from db.sync.consoles import found_clinic, join_clinic
from db.sync.pusher import Pusher
from db.sync.server_address import server_of
from db.sync.server_link import ServerLink

MEYER, ROTH = Staff("PR-02", "A. Meyer", Role.PRACTITIONER), Staff("PR-07", "C. Roth", Role.PRACTITIONER)
LIMIT_S = 30


@pytest.fixture
def folders(tmp_path, server_address, monkeypatch):
    monkeypatch.setattr("db.sync.clinic_key._MEMORY_KIB", 64)
    made, known = [], None
    for number in (1, 2):
        folder, link = create_folder(tmp_path / f"room-{number}", DEMO, FakeClock()), ServerLink(server_address, "")
        if known is None:
            known = found_clinic(folder, link, server_address, "", "Room 1")
        else:
            text, code = invitation(known.clinic_id, known.clinic_key)
            join_clinic(folder, link, server_address, "", "Room 2", text, code)
        link.close()
        folder.close()
        made.append(folder.path)
    return made


def at_work(path, member):
    made = compose(open_folder(path, writing=True), FakeClock(), Place(path.name, path.name, "demo"))
    made.console.desk.actor = member
    return made


def asked(room, work):
    """Have the sync thread do something; give its error."""
    answers = queue.SimpleQueue()
    room.clinic.sync.ask(work, lambda _, error: answers.put(error))
    return answers.get(timeout=LIMIT_S)


def in_step(room):
    """Have all that was entered pushed, and the leases heard anew; give what the push tells."""
    assert room.recorder.synchronise(LIMIT_S)
    told = []

    def push(link):
        with closing_of(Pusher(room.folder, server_of(room.folder), link)) as pusher:
            pusher.compare()
            while pusher.push_some():
                pass
            told.append(pusher.told)

    assert asked(room, push) is None
    assert asked(room, room.clinic.leases._look) is None
    return told[0]


def test_a_session_is_taken_over_and_the_room_that_lost_it_knows_even_without_the_server(folders, postgres):
    one, two = at_work(folders[0], MEYER), at_work(folders[1], ROTH)
    one.console.registry.save_patient(Patient("P-0412", "Anna Keller", "1992-03-04"), "PR-02")
    session_id = one.console.day.start("P-0412", "facial_acne_scars")
    in_step(one)
    in_step(two)
    seen, = two.console.leases.elsewhere()
    assert (seen.lease.console_name, seen.patient_id) == ("Room 1", "P-0412")

    answers = []
    two.console.leases.take_over(seen.lease, "Room 1 is wet", lambda: answers.append("here"), answers.append)
    in_step(two)
    two.console.leases.deliver()
    assert answers == ["here"]
    front = two.console.desk.front
    assert front.session_id == session_id and front.state.opened.patient_id == "P-0412"
    two.console.desk.do(intake.confirm_patient(("name", "birth_date")))
    in_step(two)

    in_step(one)
    desk = one.console.desk
    with pytest.raises(Refusal, match="Open at Room 2 since"):
        desk.do(needling.facts(ev.NoteWritten("", "from the room that lost it")))
    desk.do(closing.stop())
    assert one.console.leases.banner(session_id)[1].endswith("PR-07: Room 1 is wet")
    assert list(in_step(one).aside) == [session_id]
    assert one.close()
    postgres.stop("immediate")
    try:
        again = at_work(folders[0], MEYER)
        again.console.desk.bring_to_front(session_id)
        with pytest.raises(Refusal, match="Open at Room 2 since"):
            again.console.desk.do(needling.facts(ev.NoteWritten("", "after a start with no server")))
        assert again.close()
        assert str(asked(two, two.clinic.leases._look)).startswith("The clinic server")
        two.console.desk.do(needling.facts(ev.NoteWritten("", "goes on where it is, server or not")))
    finally:
        postgres.start()
    in_step(two)
    assert two.close()
