"""Insights and recall over a real folder: what counts, what is left out, whom a lot reached, how far the calls are."""

import dataclasses
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from console_rig import PIN
from fake_clock import FakeClock
from PySide6.QtWidgets import QApplication
from real_window import RealWindow

from console.app.cli import main
from console.domain.adverse_events import AdverseEvent, event_record
from console.domain.errors import OperatorError
from console.domain.follow_up import contact_record, visit_on
from console.domain.people import CatalogProduct, Course, Role, Staff
from console.domain.ports import SessionRow
from console.domain.session_list import FacetKind
from console.services.clinical_parts import ClinicFacts
from console.services.local_time import local_day
from console.services.recall_desk import RecallReading
from console.services.recall_letter import letter_words, letters_of
from db import tables
from db.facets import place_of
from db.list_ledger import ListLedger
from db.quality_reader import QualityReader

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

    def reached(self) -> list[tuple[str, ...]]:
        return [one.cells for one in self.real.window.page()._list.rows()]

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
    assert {one[0]: one[-1] for one in room.reached()} == dict.fromkeys(("P-0412", "P-0460", "P-0999"), "To call")
    page = room.real.window.page()
    page._list.selectRow([one[0] for one in room.reached()].index("P-0412"))
    room.real.click("recall.state.not_reached")
    room.answer()
    assert page._marked.text().endswith(", MG-01")
    room.real.click("recall.state.told")
    room.answer()
    assert room.reached()[-1][0::4] == ("P-0412", "Told")
    room.real.click("action.contacts")
    written = (tmp_path / "data" / "exports" / "recall.csv").read_text().splitlines()
    assert len(written) == 4 and written[-1].startswith("P-0412,Anna Keller") and ",told,MG-01,20" in written[-1]


def test_a_product_s_name_gives_its_lots_and_a_lot_its_letters(room: Room, tmp_path: Path) -> None:
    registry = room.real.console.registry
    registry.save_product(CatalogProduct("ha-1", "09506000134352", "Hyaluronic serum", "serum"), "MG-01")
    use = tables.product_use
    room.real.made.recorder.write(lambda connection: connection.execute(use.insert(), [
        {"session_id": one.session_id, "place": 0, "at_us": one.opened_us, "role": "serum", "product_id": "ha-1",
         "name": "Hyaluronic serum", "lot": one.lots[0], "serial": "", "expiry": ""} for one in room.lines]))
    room.open("recall", lot="hyaluronc")
    assert sorted(room.reached()) == [("L0", "Hyaluronic serum", "20"), ("L1", "Hyaluronic serum", "20")]
    room.real.window.page()._list.selectRow([one[0] for one in room.reached()].index("L1"))
    room.answer()
    assert len(room.reached()) == 3
    room.real.click("action.letters")
    room.answer()
    assert (tmp_path / "data" / "exports" / "recall-letters.pdf").read_bytes().startswith(b"%PDF")


def test_a_letter_says_what_the_record_knows(room: Room) -> None:
    recall = RecallReading(room.real.made.query_store, QualityReader(room.real.made.query_store)).find("L1")
    clinic = ClinicFacts("Clinic am Park", "Parkweg 1", "030 123")
    cases = [replace(one, patient=replace(one.patient, language="de")) if one.patient_id == "P-0460" else one
             for one in recall.cases if one.patient is not None]
    letters = {one.patient_id: one for one in letters_of(replace(recall, products=("Serum A",)), cases, clinic)}
    told = letters["P-0412"]
    assert told.recipient == "Anna Keller" and told.facts[0] == ("Product", "Serum A") and told.facts[1][1] == "L1"
    case = next(one for one in recall.cases if one.patient_id == "P-0412")
    assert all(local_day(use.opened_us).isoformat() in told.facts[2][1] for use in case.uses)
    assert "030 123" in told.last[0] and letters["P-0460"].subject.startswith("Ein Produkt")
    assert "P-0999" not in letters, "who was erased gets none"
    with pytest.raises(OperatorError, match="telephone"):
        letters_of(recall, cases, ClinicFacts("Clinic am Park"))


def test_the_letter_has_the_same_lines_in_every_language() -> None:
    marks = {language: {name: sorted(re.findall(r"{\w+}", text)) for name, text in words.items()}
             for language, words in letter_words().items()}
    assert set(marks) == {"en", "de", "es", "fr"}
    assert all(one == marks["en"] for one in marks.values())


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


def test_the_command_tells_whom_to_call_and_who_may_come_again(
    room: Room, capsys: pytest.CaptureFixture[str], tmp_path: Path,
) -> None:
    registry, data, out = room.real.console.registry, str(tmp_path / "data"), tmp_path / "list.csv"
    visit = visit_on("P-0412", str(room.lines[0].session_id), date(2026, 1, 5))
    registry.save_record(contact_record(visit), "MG-01")
    registry.save_course(Course("C-1", "P-0460", "facial_acne_scars", 6, 2, 1, 2), "MG-01")
    assert main(["due", "calls", "--practitioner", "PR-02", "--csv", str(out), "--json", "--data", data]) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert (told["patient"], told["standing"], told["until"]) == ("P-0412", "overdue", "2026-01-05")
    assert out.read_text().count("\n") == 2
    assert main(["due", "calls", "--until", "2026-01-04", "--data", data]) == 0
    assert capsys.readouterr().out == "0 lines, 0 overdue.\n"
    assert main(["due", "back", "--json", "--csv", str(out), "--data", data]) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert (told["patient"], told["course"], told["told"]) == ("P-0460", "C-1", None)
    assert main(["due", "calls", "--until", "soon", "--data", data]) == 1
    assert main(["due", "back", "--kind", "call", "--data", data]) == 1


def test_the_command_writes_letters_and_keeps_how_far_it_has_come(
    qapp: QApplication, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    Room(qapp, tmp_path).real.close()
    data, letters = str(tmp_path / "data"), tmp_path / "letters.pdf"
    assert main(["recall", "L1", "--letters", str(letters), "--data", data]) == 0
    assert letters.read_bytes().startswith(b"%PDF")
    monkeypatch.setenv("NEEDLING_PIN", PIN)
    capsys.readouterr()
    assert main(["recall", "L1", "--mark", "P-0412=told", "--by", "MG-01", "--json", "--data", data]) == 0
    told = {one["patient"]: one for one in json.loads(capsys.readouterr().out)["patients"]}
    assert (told["P-0412"]["status"], told["P-0412"]["status_by"]) == ("told", "MG-01")
    for wrong in ("P-0412=somehow", "P-1234=told"):
        assert main(["recall", "L1", "--mark", wrong, "--by", "MG-01", "--data", data]) == 1


def test_a_serial_number_is_found_by_an_index(room: Room) -> None:
    with room.real.made.query_store.reading() as connection:
        plan = connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT session_id FROM product_use WHERE serial = 'S1'").all()
    assert "ix_product_use_serial" in str(plan)
