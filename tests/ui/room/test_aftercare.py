"""Aftercare: the sheet on screen, the day it names, and the ways of giving it."""

from dataclasses import replace
from datetime import date

import pytest
from console_rig import walk_to

from console.domain.errors import OperatorError
from console.domain.sources import cite
from console.domain.workflow import Phase
from ui.documents.qr_code import side_modules
from ui.room.aftercare import AftercarePage, weeks_words, window_words
from ui.widgets.texts import Label


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
    assert giving.written == ["sheet en 2026-12-29"]
    assert giving.kinds()[-2:] == ["next_session_proposed", "aftercare_given"]
    assert giving.state.aftercare.how == "pdf"
    giving.click("action.forward")
    assert giving.state.phase is Phase.SIGN_OFF


def test_a_printed_sheet_is_given(giving) -> None:
    giving.click("aftercare.print")
    assert giving.state.aftercare.how == "printed" and len(giving.written) == 1


def test_the_code_for_the_phone_is_given_once_somebody_says_so(giving) -> None:
    giving.click("aftercare.show")
    code = giving.find("aftercare.code")
    assert code.text == giving.find("aftercare.preview").sheet.plain_text()
    assert code.width() == code.height() and code.width() >= 3 * side_modules(code.text)
    assert giving.state.aftercare is None, "showing is not giving"
    giving.click("aftercare.taken")
    assert giving.state.aftercare.how == "shown" and giving.written == []
    assert not giving.there("aftercare.code")


@pytest.mark.parametrize(("code", "title"), [("es", "Después de su sesión"), ("fr", "Après votre séance"),
                                             ("de", "Nach Ihrer Sitzung")])
def test_one_touch_changes_the_language_and_the_record_keeps_it(giving, code: str, title: str) -> None:
    giving.click(f"aftercare.language.{code}")
    sheet = giving.find("aftercare.preview").sheet
    assert sheet.say("title") == title and not any(line.in_english for line in sheet.lines)
    giving.click("aftercare.save")
    given = giving.state.aftercare
    assert (given.sheet_id, given.language, given.how) == ("aftercare", code, "pdf")
    assert given.sheet_version == giving.console.library.sheet.version
    assert giving.written[-1].startswith(f"sheet {code} ")


def open_for(stage, language: str) -> None:
    registry = stage.console.registry
    registry.save_patient(replace(registry.patient("P-0412"), language=language), "PR-02")
    walk_to(stage.console, Phase.AFTERCARE)
    stage.live()


def test_the_sheet_begins_in_the_language_of_the_patient_s_record(stage) -> None:
    open_for(stage, "fr")
    assert stage.find("aftercare.preview").sheet.language.code == "fr"


def test_a_language_without_a_sheet_is_said_and_english_shown(stage) -> None:
    open_for(stage, "pl")
    assert stage.find("aftercare.preview").sheet.language.code == "en"
    assert any("«pl»" in label.text() for label in stage.window.findChildren(Label) if label.isVisible())


def test_both_sides_of_a_conflict_are_shown_with_their_sources(giving) -> None:
    giving.click("aftercare.choices")
    words = [label.text() for label in giving.find("aftercare.choicesSheet").findChildren(Label)]
    for item in giving.console.library.aftercare:
        if item.choice:
            assert any(item.text in one for one in words) and cite(item.sources) in words
    assert any("no sunscreen for the first 24 h" in one for one in words)


def test_a_sheet_that_cannot_be_written_is_not_given(stage) -> None:
    def fail(language):
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
