"""The list on the command line: filtered as on the page, as CSV, built anew."""

import csv
import json
from pathlib import Path

import pytest

from console.app.cli import main
from console.domain.session_list import FacetKind, SessionFilter
from db.data_folder import open_folder
from db.session_store import SessionStore


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("list") / "clinic"
    assert main(["seed", "--sessions", "60", "--with-telemetry", "1", "--data", str(path)]) == 0
    return path


def listed(data: Path, capsys: pytest.CaptureFixture[str], *asked: str) -> list[dict[str, object]]:
    capsys.readouterr()
    assert main(["sessions", "--data", str(data), "--json", *asked]) == 0
    found: list[dict[str, object]] = json.loads(capsys.readouterr().out)
    return found


def test_filters_are_those_of_the_page(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    every = listed(data, capsys)
    assert len(every) == 60 and len(listed(data, capsys, "--limit", "7")) == 7
    who = str(every[0]["practitioner"])
    mine = listed(data, capsys, "--practitioner", who)
    assert mine == [one for one in every if one["practitioner"] == who]
    day = str(every[20]["started"])[:10]
    later = listed(data, capsys, "--since", day)
    assert later == every[:len(later)] and len(later) >= 20
    assert listed(data, capsys, "--until", day) == [one for one in every if str(one["started"])[:10] <= day]
    assert listed(data, capsys, "--patient", str(every[3]["patient"]), "--standing", "finished") == [
        one for one in every if one["patient"] == every[3]["patient"] and one["outcome"] == "finished"]
    assert main(["sessions", "--data", str(data), "--search", "nobodyatall", "--count"]) == 0
    assert capsys.readouterr().out.strip() == "0"


def test_the_list_as_csv(data: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = tmp_path / "list.csv"
    assert main(["sessions", "--data", str(data), "--csv", str(out), "--columns", "session,patient,lots"]) == 0
    with out.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["session"] for row in rows] == [one["session"] for one in listed(data, capsys)]
    assert list(rows[0]) == ["session", "patient", "lots"] and any(row["lots"] for row in rows)


@pytest.mark.parametrize(("asked", "words"), [
    (["--since", "yesterday"], "is not a day"), (["--csv", "x.csv", "--columns", "patient,shoe"], "no column shoe")])
def test_what_cannot_be_is_one_sentence(
    data: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked, words,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["sessions", "--data", str(data), *asked]) == 1
    said = capsys.readouterr().err
    assert words in said and said.count("\n") == 1 and not list(tmp_path.iterdir())


def test_the_lists_are_built_anew_as_they_were(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def all_of() -> tuple[object, ...]:
        store = SessionStore(open_folder(data))
        found = (list(store.all_rows(SessionFilter())), store.months(FacetKind.ALL, ""),
                 store.months(FacetKind.STANDING, "finished"), store.choices(SessionFilter(), FacetKind.LOT, 50))
        store.close()
        return found

    before = all_of()
    assert main(["rebuild", "--data", str(data)]) == 0
    assert "60 sessions" in capsys.readouterr().out
    assert all_of() == before
