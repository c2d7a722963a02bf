"""Sessions side by side: the figures in the table, the ways in, and what cannot be compared."""

import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from console_rig import PIN
from dossiers import FACE, SMALL, make_dossier
from fake_clock import FakeClock
from PySide6.QtWidgets import QApplication
from real_window import RealWindow
from stored_sessions import store_dossier

from console.domain import session_events as ev
from console.domain.audit import AuditFilter
from console.domain.people import Role, Staff
from console.domain.session_list import SessionFilter
from console.services.ids import new_id
from db.audit_reader import AuditReader
from ui.review.compare_page import ComparePage
from ui.review.session_page import SessionPage
from ui.review.sessions import SessionsPage

DAY_US = 86_400_000_000
MANAGER = Staff("MG-01", "R. Manager", Role.MANAGER)
WIDE, NARROW = make_dossier(FACE[:3]), make_dossier(SMALL)


class Room:
    """Three sessions: two of one patient, one of another."""

    def __init__(self, app: QApplication, folder: Path) -> None:
        self.real = RealWindow(app, folder / "data", FakeClock())
        recorder = self.real.made.recorder
        self.former = store_dossier(recorder, WIDE, -30 * DAY_US)
        self.other = store_dossier(recorder, NARROW, -3 * DAY_US, "P-0460")
        self.last = store_dossier(recorder, WIDE, -DAY_US)
        self.real.console.registry.save_staff(MANAGER, PIN, "MG-01")
        self.real.console.desk.actor = MANAGER

    def answer(self) -> None:
        for _ in range(60):
            done = threading.Event()
            self.real.console.queries.ask(lambda: None, lambda _, done=done: done.set(), lambda _: None)
            while not done.is_set():
                self.real.live()
            if not self.real.console.queries.busy:
                return

    def compare(self, *ids: UUID) -> ComparePage:
        self.real.window.open_page("compare", session_ids=ids)
        self.answer()
        return self.page

    @property
    def page(self) -> ComparePage:
        page = self.real.window.page()
        assert isinstance(page, ComparePage)
        return page


@pytest.fixture(scope="module")
def room(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    made = Room(qapp, tmp_path_factory.mktemp("compare"))
    yield made
    made.real.close()


def test_figures_of_each_area_stand_side_by_side_in_order_of_time(room: Room) -> None:
    page = room.compare(room.last, room.former)
    heads = [one.head for one in page.table._rows.columns]
    assert heads[0] == "Depth, mm" and heads[1].startswith("A  P-0412") and heads[-1] == "Change A to last"
    rows = page.table.rows()
    expected = {one.label: one for one in WIDE.areas}
    assert [one.cells[0] for one in rows] == list(expected)
    for row in rows:
        depth = expected[row.cells[0]].median_depth_um
        assert depth is not None and row.cells[1] == row.cells[2] == f"{depth / 1000:.2f}" and row.cells[3] == "same"


def test_every_view_says_in_its_table_what_its_chart_shows(room: Room) -> None:
    page = room.compare(room.former, room.other, room.last)
    shown = {}
    for number, (key, _) in enumerate((("depth", ""), ("rate", ""), ("time", ""), ("density", ""), ("over", ""),
                                       ("trace", ""), ("outcomes", ""), ("settings", "")), 1):
        assert page.on_key(str(number)) and page._views.choice() == key
        shown[key] = page.table.rows()
        assert shown[key], key
    assert not page.on_key("9")
    chin = next(one for one in shown["density"] if one.cells[0] == "Chin")
    assert chin.cells[1] == chin.cells[3] and chin.cells[1] != "–"
    assert [one.cells[0] for one in shown["trace"]] == ["Length, min:s", "Deepest, mm", "Readings"]
    facts = {one.cells[0]: one.cells[1:] for one in shown["settings"]}
    assert facts["Anesthetic"][0].endswith("lot L24-0817") and facts["By"] == ("PR-02",) * 3
    assert "No outcome" in shown["outcomes"][0].cells[0] and page._chart_card.isHidden()


def test_areas_that_only_one_had_are_dashes_in_the_other(room: Room) -> None:
    page = room.compare(room.former, room.other)
    page.show_view("time")
    only = {one.label for one in WIDE.areas} - {one.label for one in NARROW.areas}
    assert only
    for row in page.table.rows():
        if row.cells[0] in only:
            assert row.cells[1] != "–" and row.cells[2] == "–" and row.cells[3] == "–"


def test_too_few_too_many_or_unknown_sessions_are_one_sentence(room: Room) -> None:
    for ids, said in (((room.last,), "can be compared, not 1"), ((room.last, room.last), "can be compared, not 1"),
                      ((room.last, new_id()), "There is no session")):
        room.compare(*ids)
        assert said in room.real.window.notice.text and room.page._layers.currentIndex() == 0


def test_the_session_page_compares_with_the_visit_before(room: Room) -> None:
    room.real.window.open_page("session", session_id=room.last, wanted=SessionFilter())
    room.answer()
    room.real.click("action.compare")
    room.answer()
    assert [one.row.session_id for one in room.page._comparison.sessions] == [room.former, room.last]
    room.real.click("action.open.A")
    room.answer()
    page = room.real.window.page()
    assert isinstance(page, SessionPage) and page._session_id == room.former
    room.real.click("action.compare")
    room.answer()
    assert "no finished session before" in room.real.window.notice.text


def test_two_are_marked_in_the_list(room: Room) -> None:
    room.real.window.open_page("sessions")
    room.answer()
    page = room.real.window.page()
    assert isinstance(page, SessionsPage)
    page.filter_by(SessionFilter())
    room.answer()
    page._table.selectRow(0)
    room.real.click("action.compare")
    page._table.selectRow(1)
    room.real.live()
    room.real.click("action.compare")
    room.answer()
    assert {one.row.session_id for one in room.page._comparison.sessions} == {room.last, room.other}


def test_each_session_compared_is_noted_as_read(room: Room) -> None:
    def read() -> list[str]:
        assert room.real.made.recorder.synchronise(30)
        entries = AuditReader(room.real.made.stores[0]).entries(AuditFilter(), 50)
        return [one.subject for one in entries if one.action == "session_read"]

    before = len(read())
    room.compare(room.former, room.last)
    assert len(read()) == before + 2 and {str(room.former), str(room.last)} <= set(read())


def test_outcomes_over_the_course_are_told_with_their_direction(room: Room) -> None:
    told = ev.OutcomeGraded("gais", 1, "Acne scars", 3, 0, 4, "lower", "practitioner")
    session_id = new_id()
    recorder = room.real.made.recorder
    events = [one.event for one in NARROW.events]
    recorder.append(session_id, [events[0]])
    recorder.append(session_id, [*events[1:4], type(events[0])(events[4].at_us, "PR-02", told), *events[4:]])
    assert recorder.synchronise(30)
    page = room.compare(session_id, room.last)
    page.show_view("outcomes")
    (row,) = page.table.rows()
    assert row.cells[0] == "P-0412, Acne scars, practitioner" and row.cells[2] == "0 to 4, lower is better"
    assert not page._chart_card.isHidden()
