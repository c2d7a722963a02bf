"""Importing what pages need before they are opened."""

import sys
from pathlib import Path

import pytest

from console.app.warming import Warming


def test_modules_are_imported_and_one_that_fails_holds_up_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
) -> None:
    (tmp_path / "warm_one.py").write_text("raise ValueError('bad')\n")
    (tmp_path / "warm_two.py").write_text("there = True\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    warming = Warming(("warm_one", "warm_two"))
    warming._thread.join()
    assert sys.modules.pop("warm_two").there
    assert "warm_one could not be imported" in caplog.text
    warming.end()
