import json
import tomllib
from datetime import date
from pathlib import Path

import json_schemas
import pytest

from console.app.cli import main

RESOURCES = Path(__file__).parents[2] / "resources"
GRADES = {"R", "P", "M", "S", "C", "D"}
OWN = """
[[source]]
id = "us"
grade = "C"
text = "Our medical lead, 3 March 2026"
[[area_size]]
id = "neck"
cm2 = 120
estimate = false
source = "us"
reviewed = 2026-03-03
"""


def listed(capsys, *words):
    assert main(["clinical", "list", "--json", *words]) == 0
    return json.loads(capsys.readouterr().out)


def test_every_figure_is_listed_with_its_source_and_review_date(capsys):
    figures = listed(capsys)
    assert len(figures) > 800
    for one in figures:
        assert one["source"] and one["value"] and one["file"].endswith(".toml") and one["entry"]
        assert {source["grade"] for source in one["sources"]} <= GRADES
        assert date.fromisoformat(one["reviewed"]) >= date(2026, 1, 1)
    assert figures == sorted(figures, key=lambda one: (one["kind"], one["file"], one["entry"]))


def test_a_figure_is_cited_from_its_own_source(capsys):
    passes = next(one for one in listed(capsys, "--kind", "plan", "--numbers")
                  if (one["entry"], one["field"]) == ("facial_acne_scars", "passes"))
    assert [source["id"] for source in passes["sources"]] == ["three_passes"]
    assert (passes["value"], passes["unit"], passes["number"]) == ("3", "", True)


def test_the_plain_list_is_one_line_a_figure(capsys):
    figures = listed(capsys)
    assert main(["clinical", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(figures) + 1 and all("| reviewed 20" in line for line in lines[:-1])
    assert any("depth home_chart  low_mm = 0.25 mm | glow-refinery.com" in line for line in lines)


def test_an_unknown_kind_is_a_sentence(capsys):
    assert main(["clinical", "list", "--kind", "opinion"]) == 1
    assert "choose one of: alarm, anesthetic" in capsys.readouterr().err


def test_a_clinic_s_own_file_is_proved(capsys, tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(OWN, "utf-8")
    assert main(["clinical", "check", str(path)]) == 0
    assert "1 entries with 1 numbers" in capsys.readouterr().out


def test_every_fault_of_a_file_is_told_with_its_line(capsys, tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(OWN.replace("cm2 = 120", "cm2 = 12000") + """
[[scale]]
id = "ours"
version = 1
name = "Ours"
low = 0
high = 3
better = "up"
levels = []
source = "us"
reviewed = 2026-03-03
""", "utf-8")
    assert main(["clinical", "check", str(path)]) == 1
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 2
    assert "own.toml, line 8, area_size «neck», field «cm2»: found 12000, allowed is a number from 0 to 2000" in told[0]
    assert "own.toml, line 19, scale «ours», field «better»: found up, allowed is lower, higher, none" in told[1]
    assert main(["clinical", "check", "--json", str(path)]) == 1
    assert len(json.loads(capsys.readouterr().out)["faults"]) == 2


def test_a_file_that_is_not_there_is_a_sentence(capsys, tmp_path):
    assert main(["clinical", "check", str(tmp_path / "none.toml")]) == 1
    assert "There is no file" in capsys.readouterr().err


def as_json(value):
    if isinstance(value, dict):
        return {name: as_json(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [as_json(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


@pytest.fixture
def schema(capsys):
    assert main(["clinical", "schema", "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def content_of(path):
    content = as_json(tomllib.loads(path.read_text("utf-8")))
    content.pop("link", None)  # the pen link's own part of a pen's profile
    return content


@pytest.mark.parametrize("path", [*sorted((RESOURCES / "clinical").glob("*.toml")), RESOURCES / "alarms.toml",
                                  *sorted((RESOURCES / "pens").glob("*.toml"))], ids=lambda path: path.name)
def test_the_schema_describes_every_shipped_file(schema, path):
    assert json_schemas.faults(content_of(path), schema) == []


@pytest.mark.parametrize(("table", "field", "value"), [
    ("plan", "passes", 30), ("plan", "colour", "red"), ("plan", "reviewed", None), ("plan", "endpoint", "blood"),
    ("plan", "areas", ["face.ear"]), ("plan", "source", None), ("rate", "low_hz", "fast"),
])
def test_the_schema_refuses_what_the_reader_refuses(schema, table, field, value):
    content = content_of(RESOURCES / "clinical" / "plans.toml")
    if value is None:
        del content[table][0][field]
    else:
        content[table][0][field] = value
    assert json_schemas.faults(content, schema)


def test_the_plain_schema_names_unit_and_limits(capsys):
    assert main(["clinical", "schema"]) == 0
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "plan target_mm optional 0 to 5 mm, steps of 1/1000" in lines
    assert "anesthetic.band max_g optional 0 to 500 g, steps of 1/1000" in lines
