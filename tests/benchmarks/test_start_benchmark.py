"""The start's benchmark: each process shows its own first page, and one that shows none is no figure."""

from pathlib import Path

import pytest

from benchmarks import start


def test_both_ways_come_to_a_page(tmp_path: Path) -> None:
    start.make_folder(tmp_path / "clinic")
    cache = tmp_path / "compiled"
    assert len(start.start_s("bare", cache)) == 1, "its page"
    page_s, open_s = start.start_s(str(tmp_path / "clinic"), cache)
    assert 0 < page_s < open_s, "the record is opened behind the page"
    with pytest.raises(RuntimeError, match="never showed a page"):
        start.start_s(str(tmp_path / "empty"), cache)
