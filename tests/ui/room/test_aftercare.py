"""Aftercare: the sheet on screen, the day it names, and the ways of giving it."""

from datetime import date

import pytest
from console_rig import walk_to

from console.domain.errors import OperatorError
from console.domain.workflow import Phase
from ui.room.aftercare import AftercarePage, weeks_words, window_words


@pytest.fixture
def giving(stage):
    walk_to(stage.console, Phase.AFTERCARE)
    stage.live()
    return stage


def test_the_sheet_is_shown_for_the_id_with_the_proposed_day(giving) -> None:
    sheet = giving.find("aftercare.preview").sheet
    assert sheet.for_whom == "P-0412"
    assert sheet.next_session == "2026-12-22"
    assert giving.state.next_session == "", "a proposal is no record"


def test_the_day_stands_in_the_record_before_the_sheet_is_written(giving) -> None:
    assert giving.forward_hint() == "give the sheet first"
    giving.window.page().next.dates.choose(date(2026, 12, 29))
    giving.live()
    assert giving.find("aftercare.preview").sheet.next_session == "2026-12-29"
    giving.click("aftercare.save")
    assert giving.written == ["sheet 2026-12-29"]
    assert giving.kinds()[-2:] == ["next_session_proposed", "aftercare_given"]
    assert giving.state.aftercare.how == "pdf"
    giving.click("action.forward")
    assert giving.state.phase is Phase.SIGN_OFF


@pytest.mark.parametrize(("name", "how", "written"), [("print", "printed", 1), ("shown", "shown", 0)])
def test_other_ways_of_giving(giving, name: str, how: str, written: int) -> None:
    giving.click(f"aftercare.{name}")
    assert giving.state.aftercare.how == how
    assert len(giving.written) == written


def test_a_sheet_that_cannot_be_written_is_not_given(stage) -> None:
    def fail():
        raise OperatorError("The disk is full", "nothing was written", "make room")

    walk_to(stage.console, Phase.AFTERCARE)
    page = stage.window.page("aftercare")
    assert isinstance(page, AftercarePage)
    page._save_aftercare = fail
    stage.click("aftercare.save")
    assert stage.state.aftercare is None
    assert "disk is full" in stage.told()


def test_another_day_after_giving_is_recorded_and_said(giving) -> None:
    giving.click("aftercare.save")
    giving.window.page().next.dates.choose(date(2027, 1, 5))
    giving.live()
    assert giving.state.next_session == "2027-01-05"
    assert "another day" in giving.told()


def test_words() -> None:
    assert (weeks_words(35), weeks_words(33), weeks_words(7)) == ("5 weeks", "33 days", "1 week")
    assert (window_words(30, 61), window_words(14, 21)) == ("1 to 2 months", "14 to 21 days")
