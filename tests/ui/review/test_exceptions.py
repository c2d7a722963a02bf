"""By exception over a real folder: the ranking, its replay, the sample, sign-off by PIN, findings until closed."""

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
from console.domain.clinic_records import RecordFilter, RecordKind
from console.domain.errors import Refusal
from console.domain.people import Role, Staff
from console.domain.ports import SessionRow
from console.domain.session_list import SessionFilter
from console.services.exception_desk import ExceptionReading
from console.services.exception_rule import rank, shipped_rule
from db.facets import place_of
from db.list_ledger import ListLedger
from db.quality_reader import QualityReader
from db.session_store import SessionStore

DAY_US = 86_400_000_000
MANAGER = Staff("MG-01", "R. Manager", Role.MANAGER)


def line(number: int, opened_us: int, **more: object) -> SessionRow:
    made = SessionRow(
        UUID(int=number + 1), "treatment", "sealed", "finished", "sign_off", opened_us, opened_us + 3_600_000_000,
        f"P-{number:04d}", "PR-02", "Room 2", "face", "Acne scars", "acne_scars", 1, 4, 2, 2, 600, 900, 0, 0, 0, 0,
        "PEN-1", ("L1",), "demo", bytes(32), standing="finished", plan_id="scars", area_ids=("face.chin",),
        missing=("complete",))
    made = dataclasses.replace(made, **more)
    return dataclasses.replace(made, place=place_of(made))


def test_a_session_is_weighed_by_each_of_its_deviations_up_to_their_most() -> None:
    row = line(1, 40 * DAY_US, marks=("gap", "override"), gaps=9, over_band_ms=4_000)
    found = rank(row, 30 * DAY_US, {"scars": 14}, shipped_rule())
    assert found is not None
    assert {one.deviation_id: one.points for one in found.reasons} == {
        "override": 60, "gap": 40, "early_interval": 30, "over_depth": 8}
    assert found.points == 138 and found.reasons[0].deviation_id == "override"
    assert rank(line(1, 40 * DAY_US, marks=("off_label",)), 20 * DAY_US, {"scars": 14}, shipped_rule()) is None


class Room:
    """The page on a folder of a few lines."""

    def __init__(self, app: QApplication, folder: Path) -> None:
        clock = FakeClock()
        self.real = RealWindow(app, folder / "data", clock)
        now_us = clock.utc_us()
        self.lines = [
            line(1, now_us - 3 * DAY_US, marks=("target_changed",)),
            line(2, now_us - 4 * DAY_US, marks=("override",), missing=("aftercare",)),
            line(3, now_us - 5 * DAY_US),
            line(4, now_us - 6 * DAY_US, standing="deferred", outcome="deferred", marks=("override",)),
            line(5, now_us - 7 * DAY_US, patient_id="P-0002")]
        ledger = ListLedger()
        for one in self.lines:
            ledger.add(one)
        self.real.made.recorder.write(ledger.write, timeout_s=60)
        self.real.console.registry.save_staff(MANAGER, PIN, "MG-01")
        self.real.console.desk.actor = MANAGER
        self.real.window.open_page("exceptions")
        self.answer()

    def answer(self) -> None:
        while self.real.console.queries.busy:
            self.real.live()
        self.real.live()

    def touch(self, *names: str) -> None:
        for name in names:
            self.real.click(name)
            self.answer()

    def sign(self) -> None:
        for digit in PIN:
            self.real.click(f"exceptions.pin.{digit}")
        self.answer()

    def rows(self) -> list[str]:
        page = self.real.window.page()
        return [one.objectName() for one in page._list.rows]


@pytest.fixture
def room(qapp: QApplication, tmp_path: Path) -> Iterator[Room]:
    made = Room(qapp, tmp_path)
    yield made
    made.real.close()


def test_what_left_the_plan_is_ranked_and_put_off_treatments_are_not(room: Room) -> None:
    assert room.rows() == [f"exception.{room.lines[1].session_id}", f"exception.{room.lines[0].session_id}"]


def test_an_early_treatment_is_found_by_the_one_before(room: Room, tmp_path: Path) -> None:
    store = room.real.made.query_store
    reading = ExceptionReading(store, QualityReader(store), {"scars": 14}).whole(SessionFilter())
    first = reading.ranked[0]
    assert [one.words for one in first.reasons] == ["Screening overridden", "11 days earlier than the plan's interval"]


def test_signing_off_takes_the_pin_and_keeps_who_looked(room: Room) -> None:
    room.touch("action.sign")
    assert not room.real.console.registry.records(RecordFilter(RecordKind.REVIEW))
    room.sign()
    kept = room.real.console.registry.records(RecordFilter(RecordKind.REVIEW))
    assert [(one.session_id, one.state, one.subject_id) for one in kept] == [
        (str(room.lines[1].session_id), "in_order", "MG-01")]


def test_a_finding_has_an_owner_and_is_closed_with_what_was_done(room: Room, capsys: pytest.CaptureFixture[str],
                                                                 tmp_path: Path) -> None:
    room.touch("action.finding", "reason.depth_not_as_planned", "reason.confirm", "owner.confirm")
    room.sign()
    room.touch("exceptions.which.findings")
    assert room.rows() == ["finding.F-0001"]
    assert main(["exceptions", "--findings", "--json", "--data", str(tmp_path / "data")]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told[0]["state"], told[0]["owner"], told[0]["what"]) == ("open", "PR-02", "Depth not as planned")
    room.touch("action.close", "reason.record_amended", "reason.confirm")
    assert [one.closing for one in room.real.console.quality.exceptions.findings()] == ["Record amended"]


def test_a_month_is_drawn_once_and_only_finished_treatments(room: Room) -> None:
    desk, drawn, failed = room.real.console.quality.exceptions, [], []
    page = room.real.window.page()
    page._month.set_choice("this")
    number = page._month_number()
    for _ in range(2):
        desk.draw(number, 100, drawn.append, failed.append)
        room.answer()
    in_month = [one for one in room.lines if one.standing == "finished"
                and page.console.clock.utc_us() - one.opened_us < 30 * DAY_US]
    assert len(drawn) == 1 and isinstance(failed[0], Refusal)
    assert set(drawn[0].session_ids) <= {str(one.session_id) for one in in_month}


def test_who_is_no_manager_signs_nothing(room: Room) -> None:
    room.real.console.desk.actor = Staff("PR-02", "A. Meyer", Role.PRACTITIONER)
    with pytest.raises(Refusal, match="Only a manager"):
        room.real.console.quality.exceptions.note_finding(room.lines[0], "Something", "PR-02", 7)


def test_the_command_ranks_as_the_page_does(room: Room, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    assert main(["exceptions", "--since", "2000-01-01", "--json", "--data", data]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["points"] for one in told["sessions"]] == [60, 10] and told["read"] == len(room.lines)
    assert main(["exceptions", "--rule", "--data", data]) == 0
    assert "Screening overridden" in capsys.readouterr().out
    assert main(["exceptions", "--since", "soon", "--data", data]) == 1


def test_the_former_treatment_is_found_by_an_index(room: Room) -> None:
    store: SessionStore = room.real.made.query_store
    with store.reading() as connection:
        plan = connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT max(opened_us) FROM session_summary "
            "WHERE patient_id = 'P-1' AND place < 9 AND standing = 'finished'").all()
    assert "ix_session_summary_patient" in str(plan)
