"""``pens``, ``pens check`` and ``pens try``, as somebody who writes a profile uses them."""

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest
from pen_process import ROOT

from console.app.cli import main
from console.services.resources import resource_path


@pytest.fixture
def csv_url() -> Iterator[str]:
    pen = subprocess.Popen(
        [sys.executable, ROOT / "tests" / "support" / "foreign_pens.py", "csv"], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True)
    assert pen.stdout is not None
    yield pen.stdout.readline().strip()
    pen.communicate(timeout=20)


@pytest.fixture
def folder(tmp_path):
    """A clinic's folder with a good pen, one that replaces a shipped one, and a bad one."""
    (tmp_path / "pens").mkdir()
    example = (resource_path("pens") / "example-csv.toml").read_text()
    (tmp_path / "pens" / "ours.toml").write_text(example.replace("example-csv", "ours"))
    (tmp_path / "pens" / "mine.toml").write_text(example.replace("Example: CSV lines", "Replaced"))
    (tmp_path / "pens" / "worse.toml").write_text(example.replace('unit = "um"', 'unit = "ells"', 1))
    return tmp_path


def test_the_list_names_every_pen_and_what_was_refused(folder, capsys) -> None:
    assert main(["pens", "--data", str(folder), "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    by_id = {pen["id"]: pen for pen in listed["pens"]}
    assert {"pen-link", "manual", "skinpen_precision", "ours"} <= by_id.keys()
    assert by_id["example-csv"]["name"] == "Replaced" and by_id["ours"]["example"] is True
    assert by_id["exceed"]["depth_tolerance_um"] == 150 and by_id["skinpen_precision"]["depth_step_um"] == 250
    (bad,) = listed["refused"]
    assert bad["file"].endswith("worse.toml") and "found ells, allowed is um" in bad["why"]
    assert main(["pens", "list", "--data", str(folder)]) == 0
    told = capsys.readouterr().out
    assert "Exceed, 0 to 1.5 mm ± 0.15, 100 to 150 Hz, 6 needles, 2 labelled uses" in told
    assert "refused            " in told and "line 28" in told


def test_check_proves_both_parts_of_a_profile(folder, capsys) -> None:
    assert main(["pens", "check", str(folder / "pens" / "ours.toml")]) == 0
    assert "The profile is right." in capsys.readouterr().out
    assert main(["pens", "check", str(folder / "pens" / "worse.toml")]) == 1
    assert "worse.toml, line 28, field 2, field «unit»: found ells" in capsys.readouterr().err
    (folder / "pens" / "label.toml").write_text('[pen]\nid = "x"\nname = "X"\nlink = "manual"\nneedles = 12\n')
    assert main(["pens", "check", str(folder / "pens" / "label.toml")]) == 1
    assert "«source»" in capsys.readouterr().err
    assert main(["pens", "check", str(folder / "none.toml")]) == 1
    assert "no readable file" in capsys.readouterr().err


def test_try_shows_what_is_read(csv_url, capsys) -> None:
    file = str(resource_path("pens") / "example-csv.toml")
    assert main(["pens", "try", file, "--port", csv_url, "--seconds", "1"]) == 0
    told = capsys.readouterr().out
    for expected in ("Pen        example-csv 127.0.0.1", "the profile says 50", "Set depth  1.5 to 1.5 mm",
                     "Speed      117 to 117 Hz", "Battery    87 %", "First      1.5 mm  1.0"):
        assert expected in told


def test_try_by_the_wrong_profile_is_one_sentence(csv_url, capsys) -> None:
    assert main(["pens", "try", "example-json", "--port", csv_url, "--seconds", "1"]) == 1
    told = capsys.readouterr()
    assert "but nothing this profile understands" in told.err and told.err.count("\n") == 1
    assert main(["pens", "try", "manual", "--port", csv_url]) == 1
    assert "entered by hand" in capsys.readouterr().err


def test_record_reads_a_pen_by_its_profile(csv_url, tmp_path, capsys) -> None:
    code = main(["record", "--port", csv_url, "--seconds", "1", "--data", str(tmp_path / "b"), "--pen", "example-csv",
                 "--json"])
    assert code == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["samples"] >= 45 and told["gaps"] == 0 and told["pen"].startswith("example-csv 127.0.0.1")
    assert main(["record", "--port", csv_url, "--seconds", "1", "--data", str(tmp_path / "b"), "--pen", "nil"]) == 1
    assert "There is no pen profile «nil»" in capsys.readouterr().err
