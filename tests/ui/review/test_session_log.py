"""The log page over a real folder: paging, filters, search, views, keys, CSV; and nothing of it on the GUI thread."""

import csv
import dataclasses
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from uuid import UUID

import pytest
from console_rig import PIN
from fake_clock import FakeClock
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from real_window import RealWindow

from console.domain.people import Role, Staff
from console.domain.ports import SessionRow
from console.domain.session_list import FacetKind
from db import review_queries
from db.facets import place_of
from db.list_ledger import ListLedger
from ui.review.session_table import SessionTable
from ui.review.sessions import SessionsPage

LINES = 1_500
HOUR_US = 3_600_000_000
MANAGER = Staff("MG-01", "R. Manager", Role.MANAGER)


def line(number: int, now_us: int) -> SessionRow:
    chance = Random(number)
    standing = "deferred" if number % 50 == 3 else "finished"
    return SessionRow(
        UUID(int=number + 1), "treatment", "abandoned" if standing == "deferred" else "sealed", standing, "sign_off",
        now_us - number * HOUR_US, None, f"P-{number % 90:04d}", f"PR-0{number % 3 + 1}", f"Room {number % 2 + 1}",
        "face", "Acne scars", "acne_scars", 1, 4, 2, 2, 600 + number, 900, number % 7 == 0, 0, 0, 0, "PEN-1",
        (f"L{number % 40}",), "demo", bytes(32), standing=standing, reason="Feverish" if standing == "deferred" else "",
        plan_id="scars", area_ids=("face.chin",), marks=("override",) if chance.random() < 0.1 else (),
        alarm_kinds=("high",) if number % 7 == 0 else ())


@pytest.fixture
def log(qapp: QApplication, tmp_path: Path) -> Iterator["Log"]:
    room = Log(qapp, tmp_path)
    yield room
    room.real.close()


class Log:
    """The log page on a folder of many lines."""

    def __init__(self, app: QApplication, folder: Path) -> None:
        clock = FakeClock()
        self.real = RealWindow(app, folder / "data", clock)
        self.lines = [line(number, clock.utc_us() - HOUR_US) for number in range(LINES)]
        ledger = ListLedger()
        for one in self.lines:
            ledger.add(dataclasses.replace(one, place=place_of(one)))
        self.real.made.recorder.write(ledger.write, timeout_s=60)
        self.real.console.registry.save_staff(MANAGER, PIN, "MG-01")
        self.real.console.desk.actor = MANAGER
        self.real.window.open_page("sessions")
        self.answer()

    @property
    def page(self) -> SessionsPage:
        page = self.real.window.page()
        assert isinstance(page, SessionsPage)
        return page

    @property
    def table(self) -> SessionTable:
        table = self.page.findChild(SessionTable)
        assert table is not None
        return table

    def answer(self) -> None:
        """Let the query thread answer all it was asked, and all that is asked because of it."""
        for _ in range(60):
            self.real.live()
            done = threading.Event()
            self.real.console.queries.ask(lambda: None, lambda _, done=done: done.set(), lambda _: None)
            while not done.is_set():
                self.real.live()
            self.table.viewport().grab()  # paints: what is missed is asked for
            self.table.rows.ask_missing()
            if not self.real.console.queries.busy:
                return

    def shown(self) -> list[str]:
        """Give the patients of the rows in sight."""
        first = self.table.rowAt(1)
        last = self.table.rowAt(self.table.viewport().height() - 2)
        last = self.table.rows.rowCount() - 1 if last < 0 else last
        return [str(self.table.rows.index(place, 1).data()) for place in range(first, last + 1)]

    def key(self, key: Qt.Key, target: object = None) -> None:
        QTest.keyClick(target or self.table, key)
        self.answer()

    def touch(self, *names: str) -> None:
        for name in names:
            self.real.click(name)
            self.answer()

    def all_time(self) -> None:
        self.touch("filter.period", "all")
        self.real.window.close_overlay()
        self.answer()


def test_any_depth_of_the_list_is_reached_and_its_rows_are_the_right_ones(log: Log) -> None:
    log.all_time()
    assert log.table.rows.rowCount() == LINES
    for place in (0, 777, LINES - 1, 700, 64, 63, 1_280):
        log.table.go_to(place)
        log.answer()
        top = log.table.rowAt(1)
        expected = [one.patient_id for one in log.lines[top:top + len(log.shown())]]
        assert log.shown() == expected and top <= place


def test_nothing_is_asked_on_the_gui_thread(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def watched(name: str) -> Callable[..., object]:
        real = getattr(review_queries, name)

        def call(*given: object, **named: object) -> object:
            asked.append(threading.current_thread().name)
            return real(*given, **named)

        return call

    for name in ("page", "outline", "choices", "months", "count_all"):
        monkeypatch.setattr(review_queries, name, watched(name))
    log.all_time()
    log.table.go_to(900)
    log.answer()
    log.touch("filter.more", "lot")
    log.real.window.close_overlay()
    log.page._go_to(log.lines[500].opened_us)
    log.answer()
    assert len(asked) > 5 and set(asked) == {"query"}


def test_rows_that_were_passed_by_are_never_asked_for(log: Log) -> None:
    log.all_time()
    rows = log.table.rows
    for place in range(0, LINES, 64):
        rows.row_at(place)
    asked: list[int] = []
    real = rows._windows._desk.rows
    rows._windows._desk.rows = lambda *given: (asked.append(given[3]), real(*given))  # type: ignore[method-assign]
    log.answer()
    assert rows.row_at(LINES - 1) is not None and len(asked) <= 5


def test_filters_chips_and_counts(log: Log) -> None:
    log.all_time()
    log.touch("filter.more", "deferred")
    log.real.window.close_overlay()
    expected = [one for one in log.lines if one.standing == "deferred"]
    log.answer()
    assert log.table.rows.rowCount() == len(expected)
    assert str(log.table.rows.index(0, 9 - 1).data()) == "Deferred"
    log.touch("filter.alarms")
    both = [one for one in expected if one.alarms]
    assert log.table.rows.rowCount() == len(both) == 4
    assert log.page._wanted.values(FacetKind.ALARM) == ("any",)
    log.touch("filter.practitioner")
    sheet = log.real.window.overlay
    said = [words for words in sheet._values.words()]  # type: ignore[union-attr]
    counts = {f"PR-0{n}": sum(one.practitioner_id == f"PR-0{n}" for one in both) for n in (1, 2, 3)}
    assert len(said) == sum(1 for count in counts.values() if count)
    assert all(any(who in words and words.endswith(str(count)) for words in said) for who, count in counts.items()
               if count)


def test_search_keys_and_the_way_back(log: Log, qtbot) -> None:
    log.all_time()
    log.table.setFocus()
    search = log.page._search
    QTest.keyClick(log.table, Qt.Key.Key_Slash)

    def in_search() -> bool:
        log.real.live(0.1)  # a key is a shortcut once it can no longer begin a scan
        return log.real.window.focusWidget() is search

    qtbot.waitUntil(in_search, timeout=10_000)
    search.setText("p-0042")
    log.key(Qt.Key.Key_Down, search)
    assert set(log.shown()) == {"P-0042"} and log.real.window.focusWidget() is log.table
    log.key(Qt.Key.Key_Escape)
    log.page._search_now()
    log.answer()
    assert log.table.rows.rowCount() == LINES
    log.key(Qt.Key.Key_End)
    assert log.table.currentIndex().row() == LINES - 1 and log.shown()[-1] == log.lines[-1].patient_id
    log.key(Qt.Key.Key_PageUp)
    assert log.table.currentIndex().row() < LINES - 1
    log.key(Qt.Key.Key_Home)
    assert log.table.currentIndex().row() == 0


def test_a_day_is_gone_to_in_the_list_as_it_is(log: Log) -> None:
    log.all_time()
    log.page._go_to(log.lines[400].opened_us + 1)
    log.answer()
    assert log.table.currentIndex().row() == 400
    assert log.shown()[0] == log.lines[400].patient_id


def test_a_view_is_kept_found_again_and_deleted(log: Log) -> None:
    log.all_time()
    log.touch("filter.alarms", "action.views")
    sheet = log.real.window.overlay
    sheet.name.setText("  My   alarms ")  # type: ignore[union-attr]
    log.touch("views.keep")
    log.real.window.close_overlay()
    log.touch("action.views", "view.Deferred")
    assert [one.key for one in log.table.rows.columns][-1] == "reason"
    assert "Feverish" in str(log.table.rows.index(0, 5).data())
    kept = log.page._views.of("MG-01")
    assert [one.name for one in kept] == ["My alarms"] and log.page._views.of("PR-02") == []
    log.touch("action.views", f"view.{kept[0].view_id}")
    assert log.table.rows.rowCount() == sum(one.alarms for one in log.lines)
    log.touch("action.views", "views.drop")
    assert log.page._views.of("MG-01") == []


def test_columns_are_chosen_and_put_in_order(log: Log) -> None:
    log.touch("action.views", "views.columns", "column.lots", "columns.up")
    keys = [one.key for one in log.table.rows.columns]
    assert keys[-2:] == ["lots", "seal"]
    log.touch("columns.out")
    assert "lots" not in [one.key for one in log.table.rows.columns]


def test_the_list_is_written_as_it_is_filtered(log: Log) -> None:
    log.all_time()
    log.touch("filter.alarms", "action.listCsv")
    log.answer()
    [path] = list((log.real.made.folder.path / "exports").glob("sessions-*.csv"))
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    expected = [one for one in log.lines if one.alarms]
    assert [row["patient"] for row in rows] == [one.patient_id for one in expected]
    assert [int(row["needling_s"]) for row in rows] == [one.needling_s for one in expected]
    assert "written to" in log.real.window.notice.text


def test_a_list_longer_than_is_counted_says_so_and_goes_on(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(review_queries, "CAP", 300)
    log.page.filter_by(log.page._wanted.having(FacetKind.ROOM, "Room 1", "Room 2").having(FacetKind.PEN, "PEN-1"))
    log.all_time()
    assert log.table.rows.rowCount() == 300 and log.table.rows.capped
    assert log.page._count.text() == "300+ sessions"
    for _ in range(8):
        log.table.go_to(log.table.rows.rowCount() - 1)
        log.answer()
        log.real.live()
        log.answer()
    assert log.table.rows.rowCount() == LINES and not log.table.rows.capped
    assert log.shown()[-1] == log.lines[-1].patient_id
    assert log.table.viewport().rect().contains(QPoint(5, 5))
