"""The seeded clinic: as many sessions as asked for, every history whole, everything a manager looks for in it."""

import json
from datetime import date
from pathlib import Path

import pytest
from demo_world import demo_library

from console.app.cli import main
from console.app.demo_book import read_book
from console.app.demo_clinic import told_visits
from console.app.seed_clinic import grown_book, lay_out
from console.domain.clinic_records import RecordFilter, RecordKind
from console.domain.session_list import FacetKind, SessionFilter
from console.services.local_time import local_day
from db.data_folder import open_folder
from db.registry import RegistryReader
from db.session_store import SessionStore
from db.verify import verify_folder

NOW_US = 1_795_000_000_000_000
SESSIONS = 90


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("seed") / "clinic"
    assert main(["seed", "--sessions", str(SESSIONS), "--with-telemetry", "1", "--data", str(path), "--json"]) == 0
    return path


def test_every_seeded_history_verifies_and_is_in_the_lists(folder: Path) -> None:
    opened = open_folder(folder)
    store = SessionStore(opened)
    rows = list(store.all_rows(SessionFilter()))
    assert len(rows) == SESSIONS == store.count(SessionFilter()) and verify_folder(opened) == []
    assert rows[0].samples > 10_000 and rows[0].over_band_ms is not None
    assert len({row.practitioner_id for row in rows}) > 2 and len({row.room for row in rows}) > 2
    assert {lot for row in rows for lot in row.lots} and store.choices(SessionFilter(), FacetKind.LOT, 5)
    assert {row.standing for row in rows} > {"finished"} and any(row.alarms for row in rows)
    assert sum(row.standing == "finished" for row in rows) > 0.8 * SESSIONS
    known = {one.patient_id for one in RegistryReader(store).patients(limit=500)}
    assert {row.patient_id for row in rows} <= known
    assert sum(one.sessions for one in store.months(FacetKind.ALL, "")) == SESSIONS
    RegistryReader(store).records(RecordFilter(RecordKind.ADVERSE_EVENT))
    store.close()


def test_a_seeded_clinic_has_courses_with_outcomes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["insights", "--data", str(folder), "--by", "outcome", "--span", "all", "--json"]) == 0
    courses = json.loads(capsys.readouterr().out)["outcomes"]
    assert len(courses) >= 2 and all(one["first"] and one["last"] for one in courses)


def test_the_same_numbers_tell_the_same_clinic_and_others_another() -> None:
    library = demo_library()

    def told(seed: int) -> list[object]:
        book = grown_book(read_book(NOW_US), 12, local_day(NOW_US), seed)
        calendar = lay_out(book, library, NOW_US, 12, 0, seed)
        return [one.events for one in told_visits(book, library, calendar, "demo", seed)]

    assert told(3) == told(3) != told(4)


def test_a_large_clinic_has_more_clinics_people_and_lots() -> None:
    today = local_day(NOW_US)
    book = grown_book(read_book(NOW_US), 30_000, today, 1)
    calendar = lay_out(book, demo_library(), NOW_US, 30_000, 0, 1)
    assert len(calendar.visits) == 30_000 and {one.clinic for one in calendar.visits} == {
        "Clinic 1", "Clinic 2", "Clinic 3"}
    assert len(book.practitioners) > 15 and len(book.patients) > 4_000
    assert all(one.day < today for one in calendar.visits)
    assert all((one.day - date.fromisoformat(one.who.patient.birth_date)).days > 19 * 365 for one in calendar.visits)
    lots = {one.lot for one in book.products["lmx4-30g"].lots}
    assert len(lots) > 30


def test_what_cannot_be_made_is_one_sentence(folder: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["seed", "--sessions", "5", "--data", str(folder)]) == 1
    assert "already" in capsys.readouterr().err
    assert main(["seed", "--sessions", "5", "--with-telemetry", "9", "--data", str(tmp_path / "x")]) == 1
    assert "cannot be made" in capsys.readouterr().err and not (tmp_path / "x").exists()
    assert main(["sessions", "--data", str(folder), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == SESSIONS
