"""Insights and recall over a real folder: what counts, what is left out, whom a lot reached, how far the calls are."""

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from console_rig import PIN
from fake_clock import FakeClock
from PySide6.QtWidgets import QApplication
from real_window import RealWindow

from console.app.cli import main
from console.domain.adverse_events import AdverseEvent, event_record
from console.domain.people import Role, Staff
from console.domain.ports import SessionRow
from console.domain.session_list import FacetKind
from db.facets import place_of
from db.list_ledger import ListLedger

HOUR_US = 3_600_000_000
MANAGER = Staff("MG-01", "R. Manager", Role.MANAGER)


def line(number: int, now_us: int) -> SessionRow:
    stopped = number % 10 == 9
    made = SessionRow(
        UUID(int=number + 1), "treatment", "sealed", "unfinished" if stopped else "finished", "sign_off",
        now_us - number * HOUR_US, None, ("P-0412", "P-0460", "P-0999")[number % 3], f"PR-0{2 if number < 25 else 3}",
        "Room 2", "face", "Acne scars", "acne_scars", 1, 4, 2, 2, 600, 900, 0, 0, 0, 0, "PEN-1",
        (f"L{number % 2}",), "demo", bytes(32), standing="stopped" if stopped else "finished", plan_id="scars",
        marks=("override",) if number == 1 else ())
    return dataclasses.replace(made, place=place_of(made))


class Room:
    """The pages on a folder of forty lines."""

    def __init__(self, app: QApplication, folder: Path) -> None:
        clock = FakeClock()
        self.real = RealWindow(app, folder / "data", clock)
        self.lines = [line(number, clock.utc_us() - HOUR_US) for number in range(40)]
        ledger = ListLedger()
        for one in self.lines:
            ledger.add(one)
        self.real.made.recorder.write(ledger.write, timeout_s=60)
        registry = self.real.console.registry
        registry.save_staff(MANAGER, PIN, "MG-01")
        registry.save_record(event_record(AdverseEvent(
            "AE-0001", "P-0412", str(self.lines[0].session_id), "Swelling", "2026-11-01", "mild", owner_id="MG-01")),
            "MG-01")
        self.real.console.desk.actor = MANAGER

    def open(self, key: str, **context: object) -> None:
        self.real.window.open_page(key, **context)
        self.answer()

    def answer(self) -> None:
        while self.real.console.queries.busy:
            self.real.live()
        self.real.live()

    def rows(self) -> list[str]:
        return [one.objectName() for one in self.real.window.page()._list.rows]


@pytest.fixture
def room(qapp: QApplication, tmp_path: Path) -> Iterator[Room]:
    made = Room(qapp, tmp_path)
    yield made
    made.real.close()


def test_only_finished_treatments_count_and_what_is_left_out_is_told(room: Room) -> None:
    room.open("insights")
    insight = room.real.window.page()._insight
    assert (insight.whole.sums.treated, insight.whole.left_out, insight.whole.adverse) == (36, 4, 1)
    assert [(one.value, one.sums.treated, one.sums.overrides, one.adverse) for one in insight.values] == [
        ("PR-02", 23, 1, 1), ("PR-03", 13, 0, 0)]
    assert room.rows() == ["insight.", "insight.PR-02", "insight.PR-03"]


def test_a_figure_leads_to_its_very_sessions(room: Room) -> None:
    room.open("insights")
    room.real.click("insight.PR-03", "insights.log")
    room.answer()
    wanted = room.real.window.page()._wanted
    assert wanted.values(FacetKind.PRACTITIONER) == ("PR-03",) and wanted.values(FacetKind.STANDING) == ("finished",)
    assert room.real.window.page_key == "sessions"


def test_a_lot_gives_its_patients_and_the_calls_are_kept(room: Room, tmp_path: Path) -> None:
    room.open("recall", lot="L1")
    assert sorted(room.rows()) == ["recall.P-0412", "recall.P-0460", "recall.P-0999"]
    room.real.click("recall.P-0412", "recall.state.told")
    room.answer()
    assert room.rows()[-1] == "recall.P-0412"
    room.real.click("action.contacts")
    written = (tmp_path / "data" / "exports" / "recall.csv").read_text().splitlines()
    assert len(written) == 4 and written[-1].startswith("P-0412,Anna Keller") and written[-1].endswith(",told")


def test_the_commands_tell_what_the_pages_show(
    room: Room, capsys: pytest.CaptureFixture[str], tmp_path: Path,
) -> None:
    data = str(tmp_path / "data")
    assert main(["recall", "L1", "--json", "--data", data]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["sessions"] == 20 and {one["patient"] for one in told["patients"]} == {"P-0412", "P-0460", "P-0999"}
    assert main(["insights", "--by", "pen", "--span", "all", "--json", "--data", data]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["values"][0]["treated"] == 36 and told["values"][0]["wilson_95"]["overrides"][0] > 0
    assert main(["recall", " ", "--data", data]) == 1


def test_a_serial_number_is_found_by_an_index(room: Room) -> None:
    with room.real.made.query_store.reading() as connection:
        plan = connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT session_id FROM product_use WHERE serial = 'S1'").all()
    assert "ix_product_use_serial" in str(plan)
