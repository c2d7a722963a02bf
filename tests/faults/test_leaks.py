"""The search for names sees what is planted, and nothing where there is none."""

from pathlib import Path
from random import Random

from tests.faults.leaks import Forms, control, markers, search
from tests.faults.report import Figure


def test_what_is_planted_is_found(tmp_path: Path) -> None:
    figure = control(tmp_path)
    assert figure.well and figure.tried == 5


def test_clean_files_count_as_survived(tmp_path: Path) -> None:
    (tmp_path / "console.log").write_text("session 7 was sealed", encoding="utf-8")
    figure = Figure("leaks")
    search([tmp_path], figure, "title Needling Console")
    assert figure.well and figure.tried == 2


def test_every_name_is_found_at_a_file_s_begin_and_end_and_in_much_noise(tmp_path: Path) -> None:
    forms, noise = Forms(markers()), Random(5).randbytes(200_000)
    assert forms.found_in(noise) == forms.found_in(b"") == forms.found_in(b"M") == []
    for name in markers():
        for code in ("utf-8", "utf-16-le"):
            told = name.encode(code)
            assert name in forms.found_in(told) and name in forms.found_in(noise + told)
            assert name in forms.found_in(told + noise) and name in forms.found_in(noise[:777] + told + noise)


def test_a_hit_is_told_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "a.tmp").write_text(f"x{markers()[0]}x", encoding="utf-8")
    figure = Figure("leaks")
    search([tmp_path], figure)
    assert not figure.well and "a.tmp" in figure.faults[0]
