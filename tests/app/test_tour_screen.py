"""The screen a tour plays on."""

import argparse
import os
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from console.app import run_console, tour
from console.app.cli import build_parser
from console.app.screen_scale import SCALE_VARIABLE
from console.app.tour_screen import TourScreen, tour_screen


def test_a_window_is_as_large_as_the_screen_at_its_scale(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SCALE_VARIABLE, "3")  # so that it is put back
    screen, window = tour_screen("1920x1080@1.25"), QWidget()
    screen.prepare()
    screen.fill(window)
    assert (window.width(), window.height()) == (1536, 864)
    assert os.environ[SCALE_VARIABLE] == "1.25"


def test_no_scale_is_one() -> None:
    assert tour_screen("1366x768") == TourScreen()


@pytest.mark.parametrize("words", ("large", "1366", "1366x768@", "1366x768@0.5", "1x1", "1366x768@1.25x"))
def test_another_word_is_no_screen(words: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="is no screen"):
        tour_screen(words)


def test_the_demo_without_a_screen_is_the_tour_as_it_is_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The README's own command: it tells the tour all that the tour asks for."""
    asked: list[argparse.Namespace] = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setattr(tour, "run", lambda args: asked.append(args) or 0)
    assert run_console.run(build_parser().parse_args(["--demo"])) == 0
    plain = build_parser().parse_args(["tour", "--out", str(asked[0].out)])
    assert vars(asked[0]) == {**vars(plain), "run": asked[0].run}
    assert asked[0].screen == TourScreen() and asked[0].out.parent == tmp_path
