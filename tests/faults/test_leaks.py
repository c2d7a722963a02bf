"""The search for names sees what is planted, and nothing where there is none."""

from pathlib import Path

from tests.faults.leaks import control, markers, search
from tests.faults.report import Figure


def test_what_is_planted_is_found(tmp_path: Path) -> None:
    figure = control(tmp_path)
    assert figure.well and figure.tried == 5


def test_clean_files_count_as_survived(tmp_path: Path) -> None:
    (tmp_path / "console.log").write_text("session 7 was sealed", encoding="utf-8")
    figure = Figure("leaks")
    search([tmp_path], figure, "title Needling Console")
    assert figure.well and figure.tried == 2


def test_a_hit_is_told_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "a.tmp").write_text(f"x{markers()[0]}x", encoding="utf-8")
    figure = Figure("leaks")
    search([tmp_path], figure)
    assert not figure.well and "a.tmp" in figure.faults[0]
