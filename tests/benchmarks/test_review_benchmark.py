"""The log's benchmark at a size that takes a moment: both ways must find the same sessions."""

from collections.abc import Iterator

import pytest

from benchmarks import review
from benchmarks.made_lines import fill
from db.session_store import SessionStore

LINES = 900


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[review.Asked]:
    folder = fill(tmp_path_factory.mktemp("lines") / "lines", LINES, 3)
    store = SessionStore(folder)
    yield review.Asked(store, LINES)
    store.close()
    folder.close()


def test_both_ways_find_the_same_pages_recalls_and_months(asked: review.Asked) -> None:
    figures = review.measure_pages(asked, asked, 1) + review.measure_recall(asked, 3, 1)
    figures += review.measure_months(asked, 1)
    names = {figure.name for figure in figures}
    assert {"review.page_vs_orm", "review.page_growth", "review.recall_vs_like", "review.months_vs_group_by"} <= names
    assert next(figure.value for figure in figures if figure.name == "review.recall_sessions") > 10


def test_the_other_questions_find_somebody(asked: review.Asked) -> None:
    figures = review.measure_questions(asked, 1)
    assert {f"review.{one}" for one in ("filter", "count", "choices", "jump", "search", "search_slip")} <= {
        figure.name for figure in figures}


def test_a_managers_questions_are_measured_at_the_same_size(asked: review.Asked) -> None:
    figures = {one.name: one.value for one in review.measure_quality(asked.store, asked.sessions, 3, 1)}
    assert {"review.insights_lot", "review.exceptions", "review.sample_draw", "review.recall_list"} <= set(figures)
    assert figures["review.exceptions_slice"] <= figures["review.exceptions"]


def test_a_page_that_differs_ends_the_run(asked: review.Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(review.plain_orm, "page", lambda connection, offset, limit: [])
    with pytest.raises(SystemExit, match="differ"):
        review.measure_pages(asked, asked, 1)
