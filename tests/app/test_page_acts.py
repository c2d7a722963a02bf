"""Documents are read, proved and painted off the window's thread, and are the same as from the command line."""

import threading
import time

import pytest
from fake_clock import FakeClock
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from console.app import exporting, page_acts
from console.app.compose import compose
from console.app.exporting import Exporter
from console.domain.errors import OperatorError
from console.domain.people import Patient, Role, Staff
from console.services.day_desk import Place
from console.services.review_desk import read_dossier
from db.data_folder import DEMO, create_folder
from db.session_store import SessionStore
from ui.documents.aftercare_sheet import paint_aftercare
from ui.theme import color

SLOW = {page_acts: ("read_dossier", "verify_session"), exporting: ("write_report", "write_csv", "write_json",
                                                                  "write_whole")}


@pytest.fixture
def world(tmp_path, qapp):
    """A composition with one open session, and the acts of its window."""
    clock = FakeClock()
    made = compose(create_folder(tmp_path / "demo", DEMO, clock), clock, Place("Room 2", "station-1", "demo"))
    made.console.registry.save_patient(Patient("P-0412", "Anna Keller", "1992-03-04"), "PR-02")
    made.console.desk.actor = Staff("PR-02", "A. Meyer", Role.PRACTITIONER)
    session_id = made.console.day.start("P-0412", "facial_acne_scars")
    yield made, page_acts.make_acts(qapp, made, tmp_path), session_id
    assert made.close()


def deliver(console, answers, meanwhile=lambda: None):
    """Deliver answers as the frame timer does, until there is one."""
    give_up = time.monotonic() + 60
    while not answers and time.monotonic() < give_up:
        console.queries.deliver()
        meanwhile()
    (answer,) = answers
    return answer


@pytest.mark.parametrize("form", ["pdf", "csv", "json", "fhir", "fhir_photos"])
def test_nothing_slow_runs_on_the_window_s_thread(world, monkeypatch, form):
    made, acts, session_id = world
    threads = {}

    def watched(name, call):
        def run(*args):
            threads.setdefault(threading.current_thread().name, []).append(name)
            return call(*args)

        return run

    for module, names in SLOW.items():
        for name in names:
            monkeypatch.setattr(module, name, watched(name, getattr(module, name)))
    answers = []
    acts.export(session_id, form, answers.append, answers.append)
    assert answers == [], "the touch comes back at once"
    path = deliver(made.console, answers)
    assert path.exists()
    assert set(threads) == {"query"} and len(threads["query"]) == 3


def test_a_report_painted_beside_the_window_s_own_painting_is_the_same_to_the_byte(world, tmp_path):
    made, acts, session_id = world
    sheet = acts.aftercare_sheet(made.console.library.language("de"))
    picture = QImage(400, 560, QImage.Format.Format_RGB32)

    def paint():
        painter = QPainter(picture)
        paint_aftercare(painter, QRectF(0, 0, 400, 560), sheet, color)
        painter.end()

    answers = []
    acts.save_report(session_id, answers.append, answers.append)
    path = deliver(made.console, answers, paint)
    alone = threading.Thread(target=write_alone, args=(made, session_id, tmp_path / "alone.pdf"))
    alone.start()
    alone.join()
    assert path.read_bytes() == (tmp_path / "alone.pdf").read_bytes()


def write_alone(made, session_id, out):
    """Write a report on a thread as fresh as a command's: what Qt keeps of fonts is each thread's own."""
    store = SessionStore(made.folder)
    try:
        dossier = read_dossier(store, lambda one: None, session_id)
        Exporter(made.folder, store, made.console.library).write(dossier, "pdf", out)
    finally:
        store.close()


def test_a_failure_comes_back_and_leaves_no_file(world):
    made, acts, session_id = world
    acts.out = acts.out / "missing" / "\0"
    answers = []
    acts.export(session_id, "json", answers.append, answers.append)
    answer = deliver(made.console, answers)
    assert isinstance(answer, OperatorError | ValueError)


def test_closing_meanwhile_still_writes_what_was_asked_for(world):
    made, acts, session_id = world
    acts.export(session_id, "json", lambda _: None, lambda _: None)
    made.console.queries.stop(60)
    assert len(list(acts.out.glob(f"*_{session_id.hex[-12:]}_session.json"))) == 1
