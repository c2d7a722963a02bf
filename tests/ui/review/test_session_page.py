"""A session's own page over a real folder: tape, map, numbers and lists in step, neighbours, exports, no readings."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from console_rig import PIN
from dossiers import FACE, make_dossier
from fake_clock import FakeClock
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from real_window import RealWindow
from stored_sessions import store_dossier

from console.domain.people import Role, Staff
from console.domain.session_list import SessionFilter
from console.services.ids import new_id
from ui.review.session_page import SessionPage

DAY_US = 86_400_000_000
MANAGER = Staff("MG-01", "R. Manager", Role.MANAGER)
DOSSIER = make_dossier(FACE[:3])


class Room:
    """The page with two sessions of one patient behind it."""

    def __init__(self, app: QApplication, folder: Path) -> None:
        self.real = RealWindow(app, folder / "data", FakeClock())
        self.former = store_dossier(self.real.made.recorder, DOSSIER, -30 * DAY_US)
        self.session_id = store_dossier(self.real.made.recorder, DOSSIER)
        self.real.console.registry.save_staff(MANAGER, PIN, "MG-01")
        self.real.console.desk.actor = MANAGER
        self.real.window.open_page("session", session_id=self.session_id, wanted=SessionFilter())
        self.answer()

    @property
    def page(self) -> SessionPage:
        page = self.real.window.page()
        assert isinstance(page, SessionPage)
        return page

    def answer(self) -> None:
        """Let the query thread answer all it was asked, and all that is asked because of it."""
        for _ in range(60):
            done = threading.Event()
            self.real.console.queries.ask(lambda: None, lambda _, done=done: done.set(), lambda _: None)
            while not done.is_set():
                self.real.live()
            if not self.real.console.queries.busy:
                return

    def keys(self, *names: str) -> None:
        """Strike keys, as the window hears of them once they are known to be no barcode's."""
        for name in names:
            assert self.real.window._take_key(name), name

    def action(self, key: str) -> bool:
        every = self.page.page_actions()
        return next(one.enabled for one in (*every.left, *every.right) if one.key == key)


@pytest.fixture(scope="module")
def room(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    made = Room(qapp, tmp_path_factory.mktemp("session"))
    yield made
    made.real.close()


@pytest.fixture(autouse=True)
def fresh(room: Room) -> None:
    room.real.window.open_page("session", session_id=room.session_id, wanted=SessionFilter())
    room.answer()
    room.page.show_view("replay")


def test_it_opens_at_its_first_alarm_and_is_proved(room: Room) -> None:
    page = room.page
    assert page.status().title == "P-0412" and "Verified" in page._badge.accessibleName()
    alarm = next(one.raised for one in DOSSIER.state.alarms.values())
    tape = page.tape.tape
    assert tape is not None and page.tape.position_s == pytest.approx(tape.seconds_of(alarm.arose_at_us), abs=1e-6)
    assert page.replay.depth_now.look().text and page.replay.rate_now.look().text
    looks = page.replay.map._looks
    assert looks["face.chin"].state == "active" and looks["face.forehead"].state == "done"
    assert looks["face.jawline_right"].state == "planned"


def test_numbers_map_and_place_follow_the_tape(room: Room) -> None:
    page, spans = room.page, DOSSIER.state.areas["face.jawline_right"].passes
    page.tape.show_moment(spans[1].started_us + 10_000_000)
    assert page.tape._where.text() == "Jawline, right, pass 2"
    assert page.replay.map._looks["face.jawline_right"].passes_done == 1
    expected = page.tape.tape.at(page.tape.position_s)
    assert expected.depth_um is not None or not expected.in_contact
    page.tape.show_moment(spans[1].started_us - 1_000_000)
    assert page.tape._where.text() == "Between areas"


def test_play_runs_at_the_chosen_pace_and_stops_at_the_end(room: Room) -> None:
    tape = room.page.tape
    tape.show_at(10.0)
    tape.toggle()
    for pace in (4, 8, 16, 32, 32):
        assert tape._speed == pace
        begun = tape.position_s
        tape.advance(0.1)
        assert tape.position_s == pytest.approx(begun + 0.1 * pace)
        tape.change_speed(1)
    for _ in range(9):
        tape.change_speed(-1)
    assert tape._speed == 1
    tape.show_at(tape._tape.length_s - 0.05)
    tape.advance(0.1)
    assert not tape.playing and tape.position_s == tape._tape.length_s
    tape.toggle()
    assert tape.playing and tape.position_s == 0.0
    tape.toggle()
    for _ in range(2):
        tape.change_speed(1)


def test_keys_play_step_and_jump(room: Room) -> None:
    tape = room.page.tape
    tape.show_at(100.0)
    room.keys("Right", "Right", "Left")
    assert tape.position_s == pytest.approx(101.0)
    room.keys(".")
    assert tape.position_s == pytest.approx(101.004)
    room.keys(",", ",")
    assert tape.position_s < 101.0
    tape.show_at(0.0)
    room.keys("J")
    alarm = next(one.raised for one in DOSSIER.state.alarms.values())
    assert tape.position_s == pytest.approx(tape._tape.seconds_of(alarm.arose_at_us), abs=1e-6)
    room.keys("J")
    assert tape.position_s == pytest.approx(tape._tape.seconds_of(alarm.arose_at_us), abs=1e-6), "there is no other"
    before = tape.position_s
    room.keys("N")
    after = tape.position_s
    room.keys("P")
    assert before < after and tape.position_s == pytest.approx(before)
    room.keys("2")
    assert room.page._below.currentIndex() == 1


def test_a_touch_on_a_mark_a_line_or_an_area_moves_the_tape_there(room: Room) -> None:
    page, timeline = room.page, room.page.tape.timeline
    mark = next(one for one in timeline._marks if one.priority)
    page.tape.show_at(0.0)
    spot = QPointF(timeline._x(mark.at_s) + 6, 12).toPoint()
    QTest.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=spot)
    assert page.tape.position_s == pytest.approx(mark.at_s)
    assert timeline.mark_at(spot.x(), 140.0) is None, "below, a touch scrubs"
    page.show_view("events")
    rows = page.events.table.rows()
    place = next(number for number, one in enumerate(rows) if one.cells[1].startswith("Chin, pass 2 begun"))
    page.events.table.selectRow(place)
    assert page.tape._tape.start_us + round(page.tape.position_s * 1e6) == rows[place].key
    page.show_view("areas")
    page.areas.table.selectRow(0)
    first = DOSSIER.state.areas["face.forehead"].passes[0]
    assert page.tape.position_s == pytest.approx(page.tape._tape.seconds_of(first.started_us), abs=1e-6)


def test_an_event_outside_the_needling_shows_the_whole_visit(room: Room) -> None:
    page = room.page
    page.tape.show_range("needling")
    page.tape.show_moment(DOSSIER.state.opened_at_us + 60_000_000)
    assert page.tape._range == "whole" and page.tape._where.text() == "Screening"
    assert [one.label for one in page.tape.timeline._phases][:3] == ["Check in", "Screening", "Consent"]
    page.tape.show_range("needling")
    assert page.tape.position_s == 0.0 and not page.tape.timeline._phases


def test_the_gap_lies_on_the_tape_where_readings_are_missing(room: Room) -> None:
    page = room.page
    (gap,) = page.tape.timeline._gaps
    assert gap.end_s - gap.start_s == pytest.approx(1.0) and gap.label.startswith("250 readings missing")
    page.tape.show_at((gap.start_s + gap.end_s) / 2 + 0.1)
    assert page.replay.depth_now.look().state == "stale"
    found = page.tape._tape.window(gap.start_s - 1, gap.end_s + 1, 300)
    assert found.missing[105:195].all() and not found.missing[:95].any()


def test_events_are_chosen_by_what_they_are_about(room: Room) -> None:
    view = room.page.events
    whole = len(view.table.rows())
    assert whole == len(DOSSIER.events)
    view._which.part("alarm").click()
    assert [one.cells[1] for one in view.table.rows()][1:] == ["Alarm acknowledged", "Alarm ended"]
    assert view.table.rows()[0].priority == "medium"
    view._which.part("decision").click()
    words = " ".join(one.cells[1] for one in view.table.rows())
    assert "Overridden" in words and "taken back" in words
    view._which.part("mark").click()
    assert any(one.struck for one in view.table.rows()), "a mark taken back stays to be read"
    view._which.part("over").click()
    deep = view.table.rows()
    assert deep and view._count.text() == f"{len(deep)} stretches" and "over the band" in deep[0].cells[1]
    for one in deep:
        view.table.row_chosen.emit(one.key)
        moment = room.page.tape.tape.at(room.page.tape.position_s)
        assert abs(moment.utc_us - one.key) < 5_000, "the tape stands where it was too deep"


def test_areas_products_agreements_people_and_proof_are_told(room: Room) -> None:
    page = room.page
    table = page.areas.table
    assert [one.cells[0] for one in table.rows()] == ["Forehead", "Chin", "Jawline, right"]
    chin = table.rows()[1].cells
    assert chin[1] == "1.00" and chin[6] == "3 of 3" and chin[9] != "–"
    assert "an estimate" in page.areas._foot.text()
    said = {name: _texts(view) for name, view in (("used", page.used), ("proof", page.proof))}
    for words in ("Lidocaine cream 4 %", "lot L24-0817", "Photographs", "Not given", "PR-02", "Dr Annika Meyer"):
        assert words in said["used"], words
    for words in ("Every entry is as it was written", "Overridden", "Nothing was amended.", "readings missing"):
        assert words in said["proof"], words


def _texts(view: QWidget) -> str:
    return " | ".join(one.text() for one in view.findChildren(QLabel))


def test_the_neighbours_of_the_list_are_a_touch_away(room: Room) -> None:
    assert not room.action("newer") and room.action("older")
    room.real.click("action.older")
    room.answer()
    assert room.page._session_id == room.former and room.action("newer") and not room.action("older")
    room.real.click("action.newer")
    room.answer()
    assert room.page._session_id == room.session_id


def test_exports_are_written_and_said(room: Room) -> None:
    for form in ("json", "parquet", "fhir"):
        room.real.click("action.export", f"export.{form}")
        room.answer()
        assert "Written to" in room.real.window.notice.text and room.action("pdf")
    room.real.click("action.export")
    assert not room.real.find("export.fhir_photos").isEnabled(), "there are none"
    written = {one.name.rpartition("_")[2] for one in room.real.made.folder.exports_path.iterdir()}
    assert written == {"session.json", "samples.parquet", "fhir.json"}


def test_a_session_without_readings_replays_its_entries_and_says_so(room: Room) -> None:
    bare = replace(DOSSIER, chunks=())
    session_id = store_dossier(room.real.made.recorder, bare, -2 * DAY_US)
    room.real.window.open_page("session", session_id=session_id, wanted=SessionFilter())
    room.answer()
    page = room.page
    assert page.replay._stack.currentIndex() == 1 and page.replay.depth_now.look().state == "stale"
    page.tape.show_at(0.0)
    page.tape.jump(1)
    assert page.tape.position_s > 0.0 and page.tape._where.text()


def test_what_cannot_be_read_is_one_sentence(room: Room) -> None:
    room.page.open(new_id())
    room.answer()
    assert "There is no session" in room.real.window.notice.text


def test_frames_move_the_tape_and_a_pause_of_the_window_does_not_leap(room: Room) -> None:
    tape = room.page.tape
    tape.show_at(20.0)
    tape.toggle()
    room.page.frame_tick()
    begun = tape.position_s
    room.real.clock.advance(60.0)
    room.page.frame_tick()
    assert 0 < tape.position_s - begun <= 0.2 * tape._speed + 1e-6
    tape.toggle()

