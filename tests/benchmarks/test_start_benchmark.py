"""The start's benchmark: each process shows its own first page, and one that shows none is no figure."""

from pathlib import Path

import pytest

from benchmarks import start


def test_both_ways_come_to_a_page(tmp_path: Path) -> None:
    start.make_folder(tmp_path / "clinic")
    assert start.start_s("bare") > 0
    assert start.start_s(str(tmp_path / "clinic")) > 0
    with pytest.raises(RuntimeError, match="never showed a page"):
        start.start_s(str(tmp_path / "empty"))
