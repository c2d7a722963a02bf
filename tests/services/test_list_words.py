"""Days as they are typed, columns as files bear them, marks that every value of has words."""

from dataclasses import replace
from datetime import date

import pytest
from treatments import SESSION_ID, walk

from console.domain.errors import OperatorError
from console.domain.ports import StoredEvent
from console.domain.session_list import FacetKind, SessionFilter
from console.services import session_marks
from console.services.facet_words import KIND_WORDS, FacetWords, mark_words, missing_words, standing_words
from console.services.list_columns import COLUMNS, USUAL, columns_of, csv_line, seal_state
from console.services.list_periods import PERIODS, during, in_month, month_words, read_day
from console.services.local_time import local_day
from console.services.session_row import summarise
from ui.widgets.tags import seal_look

NOW_US = 1_795_000_000_000_000


@pytest.mark.parametrize(("typed", "day"), [
    ("2026-11-03", date(2026, 11, 3)), ("3.11.2026", date(2026, 11, 3)), ("2026-02", date(2026, 2, 28)),
    (" 12/2025 ", date(2025, 12, 31)), ("2024-2", date(2024, 2, 29))])
def test_a_day_or_month_as_typed(typed: str, day: date) -> None:
    assert read_day(typed) == day


@pytest.mark.parametrize("typed", ["", "31.2.2026", "2026-13", "soon", "0000-01-01"])
def test_what_is_no_day_is_a_sentence(typed: str) -> None:
    with pytest.raises(OperatorError, match="is not a day"):
        read_day(typed)


def test_periods_count_back_from_today_and_months_meet() -> None:
    wanted = SessionFilter()
    spans = {one.key: during(wanted, one, NOW_US) for one in PERIODS}
    assert spans["all"] == wanted and local_day(spans["today"].since_us or 0) == local_day(NOW_US)
    december, january = in_month(wanted, 202612), in_month(wanted, 202701)
    assert december.until_us == january.since_us and month_words(202612) == "December 2026"


def test_every_word_there_is_can_be_said() -> None:
    for mark in (*session_marks.DEVIATIONS, *session_marks.OTHERS):
        assert "_" not in mark_words(mark) and mark_words(mark)[0].isupper()
    for standing in session_marks.STANDINGS:
        assert standing_words(standing) != standing
    for missing in session_marks._MISSING:
        assert "_" not in missing_words(missing)
    assert set(KIND_WORDS) == set(FacetKind) - {FacetKind.ALL}
    words = FacetWords({"PR-01": "I. Solheim"}, {}, {"depth_above": "Depth above plan"}, {"face.chin": "Chin"})
    assert words.say(FacetKind.PRACTITIONER, "PR-01") == "PR-01  I. Solheim"
    assert words.say(FacetKind.ALARM, "depth_above") == "Depth above plan"
    assert words.say(FacetKind.INDICATION, "acne_scars") == "Acne scars" and words.say(FacetKind.PEN, "a_1") == "a_1"


def test_columns_say_something_of_every_row_and_unknown_ones_are_left_out() -> None:
    history = [StoredEvent(SESSION_ID, seq, event, bytes(32)) for seq, event in enumerate(walk().history, 1)]
    row = summarise(SESSION_ID, history, 0, bytes(32))
    assert row is not None and row.standing == "finished" and session_marks.COMPLETE not in row.marks
    assert all(column.shown(row) for column in COLUMNS)
    assert [one.key for one in columns_of(["patient", "shoe"])] == ["patient"]
    assert [one.key for one in columns_of(["shoe"])] == list(USUAL)
    for standing in session_marks.STANDINGS:
        if standing not in ("finished", "bench"):
            assert seal_look(seal_state(replace(row, standing=standing, state="abandoned")))
    assert seal_state(replace(row, amendments=1)) == "amended"


def test_a_csv_cell_is_never_a_formula() -> None:
    assert csv_line(["=1+1", "@x", "-3", "plain", "a,b"]) == "'=1+1,'@x,'-3,plain,\"a,b\"\r\n"
